"""Customers: listed, added and edited with all their fields, and given addresses."""

from typing import Any

import msgspec
import pytest

from kalends.actions.catalog.prices import add_group
from tests.dialects.locaboo.vendor import example
from tests.dialects.locaboo.venue import Venue, refused, worked
from tests.world import open_clinic

TEXTS = (
    *("customer_number", "customer_number_prefix", "customer_account_number", "debtor_account_number"),
    *("default_customer_group", "company_name", "customer_department", "matriculation_number", "customer_function"),
    *("first_name", "last_name", "show_name", "street", "house_number", "zip", "city", "country", "ust_id", "website"),
    *("mobile", "bank_owner", "iban", "bic", "mandate", "internal_comment", "reference_sign_shown_invoice"),
    *("reference_sign", "financial_number_shown_invoice", "financial_number", "cost_centre_shown_invoice"),
    *("cost_centre", "reference_number_shown_invoice", "reference_number", "master_id", "primion_id"),
)
WHOLE: dict[str, Any] = {
    **{name: f"the {name}" for name in TEXTS},
    "color": "#ff0000",
    "email": "new@example.org",
    "phone": "23 45 67 89",
    "customer_tags": "vip, choir",
    "salutation": 1,
    "salutation_title": 0,
    "customer_newsletter": 1,
}
ADDRESS: dict[str, Any] = {
    "company_name": "Hall Ltd",
    "salutation": 1,
    "salutation_title": 0,
    "function": "Head",
    "first_name": "Eva",
    "last_name": "Ny",
    "street": "Torget",
    "house_number": "1 b",
    "zip": "0155",
    "city": "Oslo",
    "country": "NO",
    "UstID": "DE1",
    "address_type": "secondary",
    "phone": "1",
    "email": "eva@example.org",
    "mobile": "2",
}


def done(name: str, ident: int) -> Any:
    """What the page says that a write answers, for this customer."""
    expected = example(f"customer_{name}")
    expected["data"][0]["id"] = ident
    return expected


async def shown(venue: Venue, customer_id: int) -> dict[str, Any]:
    """A customer as the list has it."""
    rows = (await venue.get("/customer_list"))["data"]
    customer: dict[str, Any] = next(row for row in rows if row["id"] == customer_id)
    return customer


async def added(venue: Venue, **fields: Any) -> int:
    """A new customer's id."""
    answer = worked(await venue.post("/customer_add", fields))
    ident: int = answer["data"][0]["id"]
    assert answer == done("add", ident)
    return ident


async def test_the_list_is_the_vendors(venue: Venue) -> None:
    expected, w = example("customer_list"), venue.world
    await w.db.execute("update customer set deleted_at = now() where account_id = $1", w.account.id)
    await w.db.execute("insert into customer_group values ($1, 145, 'Clubs')", w.account.id)
    await w.db.execute("update account set time_zone = 'Europe/Berlin' where id = $1", w.account.id)
    for row in expected["data"]:
        names = {name: row[name] for name in ("email", "company_name", "first_name", "last_name")}
        made = await added(venue, **names, customer_group_id=row["group_id"])
        await w.db.execute(
            "update customer set id = $3, created_at = $4::text::timestamptz where account_id = $1 and id = $2",
            *(w.account.id, made, row["id"], row["created"]),
        )
        row["last_login"] = ""  # nobody logs in here
    body = await venue.get("/customer_list")
    subset = [{name: shown[name] for name in row} for row, shown in zip(expected["data"], body["data"], strict=True)]
    assert {**body, "data": subset} == expected


async def test_every_field_comes_back(venue: Venue) -> None:
    group = await add_group(venue.world.ctx(), "Clubs")
    made = await shown(venue, await added(venue, **WHOLE, customer_group_id=group.id))
    assert {name: made[name] for name in WHOLE} == WHOLE
    assert (made["customer_group_id"], made["group_id"], made["tags"]) == (group.id, group.id, ["vip", "choir"])
    assert made["groups"] == [{"group": {"id": group.id, "name": "Clubs"}}]


async def test_what_was_never_sent_is_not_shown(venue: Venue) -> None:
    kari = await shown(venue, venue.world.kari)
    assert kari.keys() == {*example("customer_list")["data"][0], "customer_id", "tags", "groups"}
    assert (kari["group_id"], kari["groups"], kari["tags"], kari["street"]) == (0, [], [], None)
    assert (kari["customer_id"], kari["show_name"]) == (venue.world.kari, "Kari Nordmann")


async def test_a_form_is_as_good_as_json(venue: Venue) -> None:
    fields = {**WHOLE, "salutation": "1", "salutation_title": "0", "customer_newsletter": "on"}
    answer = worked(await venue.post_form("/customer_add", fields))
    made = await shown(venue, answer["data"][0]["id"])
    assert {name: made[name] for name in WHOLE} == WHOLE


@pytest.mark.parametrize("names", [["customer_tags[]"], ["customer_tags[0]", "customer_tags[1]"]])
async def test_tags_may_be_an_array(venue: Venue, names: list[str]) -> None:
    sent = {names[0]: ["vip", "choir"]} if len(names) == 1 else dict(zip(names, ("vip", "choir"), strict=True))
    answer = worked(await venue.post_form("/customer_add", {"first_name": "Eva", **sent}))
    made = await shown(venue, answer["data"][0]["id"])
    assert made["tags"] == made["customer_tags"] == ["vip", "choir"]


async def test_only_what_is_sent_changes(venue: Venue) -> None:
    ident = await added(venue, **WHOLE)
    before = await shown(venue, ident)
    answer = await venue.post("/customer_edit", {"customer_id": str(ident), "city": "Bergen", "iban": "NO93"})
    assert worked(answer) == done("edit", ident)
    assert await shown(venue, ident) == {**before, "city": "Bergen", "iban": "NO93"}


async def test_what_is_sent_empty_is_emptied(venue: Venue) -> None:
    group = await add_group(venue.world.ctx(), "Clubs")
    ident = await added(venue, **WHOLE, customer_group_id=group.id)
    empty: dict[str, Any] = {
        "phone": "",
        "zip": None,
        "color": "",
        "customer_tags": [],
        "customer_group_id": 0,
        "internal_comment": "",
    }
    worked(await venue.post("/customer_edit", {"customer_id": ident, **empty}))
    row = await shown(venue, ident)
    assert [row[name] for name in ("phone", "zip", "color", "tags", "group_id")] == [None, None, None, [], 0]
    assert "internal_comment" not in row


@pytest.mark.parametrize("path", ["/customer_add", "/customer_edit"])
async def test_all_that_is_wrong_is_said_at_once(venue: Venue, path: str) -> None:
    wrong = {"email": "nobody", "phone": "none", "salutation": 2, "salutation_title": "Dr", "color": "red"}
    more = {"customer_newsletter": [1], "customer_group_id": "x", "iban": {"a": 1}, "customer_number": "9" * 256}
    message = refused(await venue.post(path, {"customer_id": venue.world.kari, **wrong, **more}))
    assert set(message.split("; ")) == {
        "email is not valid",
        "phone is not valid",
        "salutation is not one of the accepted values",
        "salutation_title is not one of the accepted values",
        "color is not valid",
        "customer_newsletter is not one of the accepted values",
        "customer_group_id is not a number",
        "iban is not valid",
        "customer_number is too long",
    }
    assert (await venue.get("/customer_list"))["total"] == 2


async def test_somebody_must_be_named(venue: Venue) -> None:
    nobody = "first_name, last_name, company_name, email or phone is required"
    assert refused(await venue.post("/customer_add", {"city": "Oslo"})) == nobody
    assert refused(await venue.client.post("/customer_add")) == nobody
    empty: dict[str, Any] = dict.fromkeys(("first_name", "last_name", "email", "phone"), "")
    assert refused(await venue.post("/customer_edit", {"customer_id": venue.world.kari, **empty})) == nobody


@pytest.mark.parametrize("path", ["/customer_edit", "/customer_address_add"])
async def test_a_customer_must_be_named_and_known(venue: Venue, path: str) -> None:
    stranger = (await open_clinic(venue.world.db)).kari
    for sent, status, message in (
        (None, 400, "customer_id is required"),
        ("x", 400, "customer_id is not a number"),
        ("9" * 30, 400, "customer_id is not valid"),
        (0, 404, "customer_id 0 is unknown"),
        (stranger, 404, f"customer_id {stranger} is unknown"),
    ):
        body = {"customer_id": sent, "first_name": "Eva", "address": [{"city": "Oslo"}]}
        assert refused(await venue.post(path, body), status) == message


async def test_contacts_and_groups_of_others(venue: Venue) -> None:
    kari = {"first_name": "Kari", "email": "KARI@example.org"}
    assert refused(await venue.post("/customer_add", kari), 409) == "email is already in use"
    body = {"customer_id": venue.world.ola, "phone": "22334455"}
    assert refused(await venue.post("/customer_edit", body), 409) == "phone is already in use"
    body = {"customer_id": venue.world.ola, "customer_group_id": 987654}
    assert refused(await venue.post("/customer_edit", body), 404) == "customer_group_id is unknown"


async def test_the_list_is_asked_for_less(venue: Venue) -> None:
    w = venue.world
    for params, ids, total in (
        ({}, [w.kari, w.ola], 2),
        ({"limit": 1}, [w.kari], 2),
        ({"limit": "1", "offset": "1"}, [w.ola], 2),
        ({"search": "ola@"}, [w.ola], 1),
        ({"email": "KARI@example.org", "search": ""}, [w.kari], 1),
    ):
        body = await venue.get("/customer_list", **params)
        assert ([row["id"] for row in body["data"]], body["total"]) == (ids, total)
    assert refused(await venue.client.get("/customer_list", params={"limit": "all"})) == "limit is not a number"


async def test_a_thousand_customers_are_one_list(venue: Venue) -> None:
    w = venue.world
    names = await w.db.fetchval(
        """
        select string_agg(attname, ', ') from pg_attribute
        where attrelid = 'customer'::regclass and attnum > 0 and attgenerated = ''
        """
    )
    await w.db.execute(
        f"""
        insert into customer ({names}) select {names} from (
            select (jsonb_populate_record(c, jsonb_build_object('id', 10000 + n, 'sole', false))).*
            from customer c cross join generate_series(1, 1000) n where account_id = $1 and id = $2) many
        """,
        *(w.account.id, w.kari),
    )
    body = await venue.get("/customer_list")
    assert (len(body["data"]), body["total"]) == (1002, 1002)


@pytest.mark.parametrize("spelled", ["json", "one", "text", "numbers", "brackets"])
async def test_addresses_are_appended(venue: Venue, spelled: str) -> None:
    kari = venue.world.kari
    worked(await venue.post("/customer_address_add", {"customer_id": kari, "address": [{"city": "Bergen"}]}))
    ways: dict[str, Any] = {
        "json": {"address": [ADDRESS]},
        "one": {"address": ADDRESS},
        "text": {"address": msgspec.json.encode([ADDRESS]).decode()},
        "numbers": {f"address[3][{name}]": value for name, value in ADDRESS.items()},
        "brackets": {f"address[][{name}]": value for name, value in ADDRESS.items()},
    }
    send = venue.post if spelled in ("json", "one") else venue.post_form
    answer = await send("/customer_address_add", {"customer_id": kari, **ways[spelled]})
    assert worked(answer) == done("address_add", kari)
    first, second = (await shown(venue, kari))["addresses"]
    assert (first, second) == ({"city": "Bergen"}, ADDRESS)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (None, "address is required"),
        ([], "address is required"),
        ([{}], "address[0] is required"),
        ([{"city": ""}], "address[0] is not valid"),
        ("Torget 1", "address[0] is not valid"),
        ([{"city": "Oslo", "address_type": "third"}], "address[0][address_type] is not one of the accepted values"),
        ('[{"city":', "address[0] is not valid"),
        (
            [{"city": "Oslo"}, {"salutation": 3, "phone": ["x"]}],
            "address[1][salutation] is not one of the accepted values; address[1][phone] is not valid",
        ),
        ([{"city": "Oslo"}] * 101, "address has more than the 100 that a customer may have"),
    ],
)
async def test_addresses_that_are_none(venue: Venue, address: Any, message: str) -> None:
    body = {"customer_id": venue.world.kari, "address": address}
    assert refused(await venue.post("/customer_address_add", body)) == message
    assert "addresses" not in await shown(venue, venue.world.kari)
