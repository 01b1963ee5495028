"""Services, and who serves them, through the API."""

import httpx

from tests.api.conftest import Connect
from tests.world import World


async def test_a_service_is_added_shown_changed_and_archived(api: httpx.AsyncClient) -> None:
    sent = {
        "title": "Facial",
        "duration": 45,
        "step": 15,
        "buffer_after": 15,
        "notice": 120,
        "price": {"amount": "450.00", "currency": "NOK"},
        "tax_rate": "25",
        "also_needs": ["space"],
        "valid_from": "2027-03-01T00:00:00+01:00",
    }
    made = await api.post("/services", json=sent)
    assert made.status_code == 201, made.text
    service = made.json()
    assert service | sent == service
    path = f"/services/{service['id']}"
    assert (await api.get(path)).json() == service
    changed = (await api.patch(path, json={"duration": 60, "price": None, "valid_from": None})).json()
    assert (changed["duration"], changed["step"], changed["price"], changed["valid_from"]) == (60, 15, None, None)
    assert (await api.delete(path)).status_code == 204
    archived = (await api.get(path)).json()
    assert (archived["archived"], archived["archived_at"] is None) == (True, False)
    assert not (await api.patch(path, json={"archived": False})).json()["archived"]


async def test_writing_back_what_was_read_changes_nothing(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/services/svc_{clinic.massage}"
    await api.patch(path, json={"price": {"amount": "450", "currency": "NOK"}, "tax_rate": "25"})
    shown = await api.get(path)
    kept = {"id", "served_by_all", "archived_at", "revision", "created_at", "updated_at"}
    sent = {name: value for name, value in shown.json().items() if name not in kept}
    again = await api.patch(path, json=sent)
    assert (again.json(), again.headers["etag"]) == (shown.json(), shown.headers["etag"])


async def test_times_without_an_offset_are_by_the_clock_of_the_account(api: httpx.AsyncClient) -> None:
    sent = {"title": "Spring", "valid_from": "2027-03-01T00:00", "valid_to": "2027-04-01T00:00"}
    service = (await api.post("/services", json=sent)).json()
    assert (service["valid_from"][-6:], service["valid_to"]) == ("+01:00", "2027-04-01T00:00:00+02:00")
    gap = await api.post("/services", json={"title": "Night", "valid_from": "2027-03-28T02:30:00"})
    assert (gap.status_code, gap.json()["pointer"], len(gap.json()["readings"])) == (422, "/valid_from", 2)
    turned = await api.post("/services", json={**sent, "valid_to": "2027-02-01T00:00"})
    assert turned.json()["errors"][0]["pointer"] == "/valid_to"


async def test_money_is_in_the_currency_of_the_account(api: httpx.AsyncClient) -> None:
    euros = await api.post("/services", json={"title": "X", "price": {"amount": "1", "currency": "EUR"}})
    assert euros.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/price/currency",
        "code": "not_included",
        "detail": "",
    }
    for amount in ("-1", "1e3", "0.00001", "1" * 40, "", None, 5):
        refused = await api.post("/services", json={"title": "X", "price": {"amount": amount, "currency": "NOK"}})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"][:6]) == (422, "/price"), amount


async def test_services_are_found_by_kind_and_by_who_serves_them(api: httpx.AsyncClient, clinic: World) -> None:
    async def titles(**params: str) -> list[str]:
        answer = await api.get("/services", params={"order": "title", **params})
        return [service["title"] for service in answer.json()["data"]]

    assert await titles(kind="attendance") == ["Yoga"]
    assert await titles(resource=f"res_{clinic.ada}") == ["Massage", "Physio"]
    assert await titles(q="sa") == ["Massage", "Sauna visit"]
    await api.delete(f"/services/svc_{clinic.yoga}")
    assert await titles(archived="yes") == ["Yoga"]


async def test_who_serves_a_service_is_read_and_replaced(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/services/svc_{clinic.massage}/providers"
    shown = await api.get(path)
    assert [each["resource"] for each in shown.json()["providers"]] == [f"res_{clinic.ada}", f"res_{clinic.bo}"]
    assert (await api.put(path, json=shown.json())).headers["etag"] == shown.headers["etag"]
    long = {"resource": f"res_{clinic.bo}", "duration": 90, "price": {"amount": "600.00", "currency": "NOK"}}
    headers = {"if-match": shown.headers["etag"]}
    changed = await api.put(path, json={"served_by_all": False, "providers": [long]}, headers=headers)
    assert changed.json()["providers"][0] | long == changed.json()["providers"][0]
    stale = await api.put(path, json={"served_by_all": True, "providers": []}, headers=headers)
    assert (stale.status_code, stale.json()["current"]) == (412, changed.json())
    everybody = await api.put(path, json={"served_by_all": True, "providers": []})
    assert everybody.json() == {"served_by_all": True, "providers": []}
    assert (await api.get(f"/services/svc_{clinic.massage}")).json()["served_by_all"]


async def test_faults_of_providers_have_pointers(api: httpx.AsyncClient, clinic: World) -> None:
    path = f"/services/svc_{clinic.massage}/providers"
    ada = {"resource": f"res_{clinic.ada}"}
    sent = {"providers": [{**ada, "duration": 0}, {"resource": "svc_1"}, {**ada, "step": "x", "x": 1}]}
    problem = (await api.put(path, json=sent)).json()
    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/served_by_all", "blank"),
        ("/providers/0/duration", "out_of_range"),
        ("/providers/1/resource", "unknown"),
        ("/providers/2/step", "not_a_number"),
        ("/providers/2/x", "unsupported"),
    }
    twice = await api.put(path, json={"served_by_all": False, "providers": [ada, ada]})
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (409, "/providers")
    unknown = await api.put(path, json={"served_by_all": False, "providers": [{"resource": "res_999999"}]})
    assert unknown.status_code in (404, 422)
    euros = {**ada, "price": {"amount": "1", "currency": "EUR"}}
    refused = await api.put(path, json={"served_by_all": False, "providers": [euros]})
    assert refused.json()["errors"][0]["pointer"] == "/providers/0/price/currency"


async def test_a_key_of_a_site_reads_services_and_does_not_change_them(
    api: httpx.AsyncClient, clinic: World, connect: Connect
) -> None:
    north = (await api.post("/sites", json={"name": "North"})).json()
    there = await connect(clinic, site_ids=frozenset({int(north["id"].removeprefix("site_"))}))
    path = f"/services/svc_{clinic.massage}"
    assert (await there.get(path)).status_code == 200
    assert (await there.get(f"{path}/providers")).json() == {"served_by_all": False, "providers": []}
    for refused in (
        await there.patch(path, json={"title": "X"}),
        await there.delete(path),
        await there.post("/services", json={"title": "X"}),
        await there.put(f"{path}/providers", json={"served_by_all": True, "providers": []}),
    ):
        assert refused.status_code == 403


async def test_a_service_is_called_otherwise_in_other_languages(api: httpx.AsyncClient, clinic: World) -> None:
    path, texts = f"/services/svc_{clinic.massage}", {"de": {"title": "Rückenmassage", "description": ""}}
    changed = await api.patch(path, json={"texts": texts})
    assert changed.json()["texts"] == texts
    assert (await api.patch(path, json={"texts": {}})).json()["texts"] == {}
    refused = await api.patch(path, json={"texts": {"de": {"name": "x"}}})
    assert refused.status_code == 422
    assert (await api.patch(path, json={"texts": {"German": {}}})).status_code == 422
