"""The filter language, sorting and pages."""

import httpx
import pytest

from tests.dialects.cliniko.clinic import Clinic, errors

FOUR = (
    {"first_name": "Åse", "last_name": "Johanson", "date_of_birth": "1980-05-17", "old_reference_id": "A1"},
    {"first_name": "Bo", "last_name": "Jakobson", "date_of_birth": "2001-05-01", "preferred_first_name": "Bobo"},
    {"first_name": "Cy", "last_name": "Smith", "email": "cy@example.org"},
    {"first_name": "Di", "last_name": "Smithson", "date_of_birth": "1999-12-31"},
)


async def four(clinic: Clinic) -> str:
    """Four more patients than the clinic has; the answer is a filter that leaves out the others."""
    for patient in FOUR:
        await clinic.make("/patients", **patient)
    return f"id:>{clinic.world.ola}"


async def names(clinic: Clinic, *filters: str, **params: str) -> str:
    listed = await clinic.get("/patients", *filters, **params)
    return " ".join(patient["first_name"] for patient in listed["patients"])


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("last_name:~son", "Åse Bo Di"),
        ("last_name:~~ja%on%", "Bo"),
        ("last_name:=Smith", "Cy"),
        ("last_name:!=Smith", "Åse Bo Di"),
        ("date_of_birth:=****-05-**", "Åse Bo"),
        ("date_of_birth:>=1999-12-31", "Bo Di"),
        ("date_of_birth:<1999-12-31", "Åse"),
        ("date_of_birth:=1980-05-17", "Åse"),
        ("date_of_birth:!?", "Cy"),
        ("email:?", "Cy"),
        ("email:!?", "Åse Bo Di"),
        ("old_reference_id:=A1", "Åse"),
        ("preferred_first_name:?", "Bo"),
        ("created_at:>=2027-03-01T09:00:00Z", "Åse Bo Cy Di"),
        ("created_at:=2027-03-01T09:00:00Z", "Åse Bo Cy Di"),
        ("created_at:<=2027-03-01T09:00:00Z", "Åse Bo Cy Di"),
        ("created_at:<2027-03-01T09:00:00Z", ""),
        ("created_at:>2027-03-01T09:00:01Z", ""),
    ],
)
async def test_operators(clinic: Clinic, condition: str, found: str) -> None:
    assert await names(clinic, await four(clinic), condition) == found


async def test_ids_in_a_list(clinic: Clinic) -> None:
    kari, ola = clinic.world.kari, clinic.world.ola
    assert await clinic.ids("/patients", f"id:={kari},{ola}") == [kari, ola]
    assert await clinic.ids("/patients", f"id:!={kari}") == [ola]


@pytest.mark.parametrize("query", ["q={}", "q[]={}", "q%5B%5D={}", "q[]={}&", "q[]={}&q[]=", "&q[]={}&page="])
async def test_spellings_of_one_filter(clinic: Clinic, query: str) -> None:
    response = await clinic.client.get(f"/patients?{query.format('first_name:=Kari')}")
    assert [patient["first_name"] for patient in response.json()["patients"]] == ["Kari"]


async def test_an_empty_query_is_none(clinic: Clinic) -> None:
    request = clinic.client.build_request("GET", "/patients?", headers={"accept": "*/*"})
    assert (await clinic.client.send(request)).json()["total_entries"] == 2


async def test_order(clinic: Clinic) -> None:
    ours = await four(clinic)
    assert await names(clinic, ours) == "Åse Bo Cy Di"
    assert await names(clinic, ours, order="desc") == "Di Cy Bo Åse"
    assert await names(clinic, ours, sort="last_name") == "Bo Åse Cy Di"
    assert await names(clinic, ours, sort="last_name", order="desc") == "Di Cy Åse Bo"
    assert await names(clinic, ours, sort="date_of_birth:desc,first_name") == "Cy Bo Di Åse"


async def test_what_can_not_be_asked(clinic: Clinic) -> None:
    wrong = {"q[]": ["city:=Oslo", "id:=one", "first_name:>A", "created_at:>soon", "archived_at", "id:7"]}
    response = await clinic.client.get("/patients", params={**wrong, "sort": "notes,id:up", "per_page": "101"})
    assert errors(response, 400) == {
        "city": "is not supported here",
        "id": "is not a number, is not supported here",
        "first_name": "is not supported here",
        "created_at": "is invalid",
        "q": "is invalid",
        "notes": "is not supported here",
        "sort": "is not included in the list",
        "per_page": "is out of range",
    }


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        ("/attendees", "q[]=archived_at:=abc&q[]=deleted_at:>", ["archived_at", "deleted_at"]),
        ("/attendees", "q[]=session_id:=1", ["session_id"]),
        ("/patients", "q[]=street:=Quay&sort=phone", ["street", "phone"]),
        ("/businesses", "q[]=name:=Harbour", ["name"]),
        ("/patients", "sort[by]=id", ["sort"]),
    ],
)
async def test_faults_have_the_names_that_were_sent(clinic: Clinic, path: str, query: str, fields: list[str]) -> None:
    assert list(errors(await clinic.client.get(f"{path}?{query}"), 400)) == fields


async def test_only_hidden_fields_filter_one_record(clinic: Clinic) -> None:
    response = await clinic.client.get(f"/patients/{clinic.world.kari}", params={"q[]": "first_name:=Ola"})
    assert errors(response, 400) == {"first_name": "is not supported here"}


async def test_pages_are_followed(clinic: Clinic) -> None:
    await four(clinic)
    seen, url = [], "/patients?q[]=last_name:~s&per_page=2"
    while url:
        page = (await clinic.client.get(url)).json()
        seen += [patient["first_name"] for patient in page["patients"]]
        assert page["total_entries"] == 4
        url = page["links"].get("next")
    assert seen == ["Åse", "Bo", "Cy", "Di"]
    assert page["links"]["previous"].endswith("per_page=2")


async def test_links_are_the_callers(clinic: Clinic) -> None:
    response: httpx.Response = await clinic.client.get("http://other.example:8080/cliniko/v1/patients")
    assert response.json()["links"]["self"].startswith("http://other.example:8080/cliniko/v1/patients?")
