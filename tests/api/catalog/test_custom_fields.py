"""Custom fields through the API."""

import httpx

from tests.world import World


async def test_a_field_is_added_shown_changed_and_archived(api: httpx.AsyncClient) -> None:
    sent = {"title": "Floor", "kind": "select", "options": ["Ground", "First"], "subject": "service"}
    made = await api.post("/custom-fields", json=sent)
    assert made.status_code == 201
    field = made.json()
    assert field | sent == field
    path = f"/custom-fields/{field['id']}"
    shown = await api.get(path)
    assert (shown.json(), shown.headers["etag"]) == (field, made.headers["etag"])
    changed = (await api.patch(path, json={"title": "Storey"})).json()
    assert (changed["title"], changed["options"], changed["revision"]) == ("Storey", sent["options"], 1)
    assert (await api.patch(path, json={"title": "X"}, headers={"if-match": made.headers["etag"]})).status_code == 412
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json()["archived"]
    assert (await api.get("/custom-fields")).json()["data"] == []
    assert len((await api.get("/custom-fields", params={"archived": "any", "subject": "service"})).json()["data"]) == 1


async def test_values_that_are_there_must_fit(api: httpx.AsyncClient, clinic: World) -> None:
    field = (await api.post("/custom-fields", json={"title": "Floor"})).json()["id"]
    await api.patch(f"/resources/res_{clinic.ada}", json={"values": {field: "high"}})
    refused = await api.patch(f"/custom-fields/{field}", json={"kind": "numeric"})
    assert refused.json()["errors"] == [
        {"pointer": "/kind", "code": "in_use", "detail": refused.json()["errors"][0]["detail"]}
    ]


async def test_faults_and_titles_that_are_taken(api: httpx.AsyncClient) -> None:
    await api.post("/custom-fields", json={"title": "Floor"})
    taken = await api.post("/custom-fields", json={"title": "Floor"})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/title")
    refused = (await api.post("/custom-fields", json={"title": "", "kind": "select", "subject": "site"})).json()
    assert [fault["pointer"] for fault in refused["errors"]] == ["/subject", "/title"]
    blank = (await api.post("/custom-fields", json={"title": "", "kind": "select"})).json()
    assert {fault["pointer"] for fault in blank["errors"]} == {"/title", "/options"}


async def test_a_question_is_asked_by_some_services_after_an_answer(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"title": "Allergic?", "subject": "booking", "kind": "checkbox", "services": [f"svc_{clinic.massage}"]}
    allergic = (await api.post("/custom-fields", json=sent)).json()
    assert (allergic["services"], allergic["required"], allergic["asked_if_field"]) == (sent["services"], False, None)
    sent = {"title": "To what?", "subject": "booking", "asked_if_field": allergic["id"], "asked_if_value": "yes"}
    made = await api.post("/custom-fields", json=sent)
    assert (made.status_code, made.json()["asked_if_value"]) == (201, "on")
    unknown = {"title": "Why?", "subject": "booking", "services": ["svc_999"], "asked_if_field": "fld_999"}
    refused = (await api.post("/custom-fields", json=unknown)).json()
    assert {fault["pointer"] for fault in refused["errors"]} == {"/services", "/asked_if_field"}
    listed = (await api.get("/custom-fields", params={"subject": "booking"})).json()["data"]
    assert [field["title"] for field in listed] == ["Allergic?", "To what?"]
