"""The account that the page's examples of bookings speak of, furnished from what they show."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.dialects.locaboo.vendor import Vendor
from tests.dialects.locaboo.venue import Venue

Shown = dict[str, Any]

CUSTOMER = 21749
PARENTS = {49: 48, 50: 48, 8795: 5721}


async def furnish(venue: Venue, bookings: list[Shown]) -> None:
    """Put the cast away, whose ids might be the vendor's, and what the bookings show in."""
    w = venue.world
    for table in ("service_resource", "opening", "resource"):
        await w.db.execute(f"delete from {table} where account_id = $1", w.account.id)
    await become(venue, "customer", {w.kari: {"id": CUSTOMER, "company": "DemoStore GmbH"}})
    await add_resources(venue, titles(bookings))
    await add_fields(venue, bookings)
    for booking in bookings:
        await add_booking(venue, booking)


async def become(venue: Venue, table: str, rows: dict[int, Shown]) -> None:
    """Rows of the cast as others, with other ids; the rest of the table is gone."""
    w = venue.world
    await w.db.execute(f"delete from {table} where account_id = $1 and id <> all ($2)", w.account.id, list(rows))
    for ident, columns in rows.items():
        names = ", ".join(columns)
        await w.db.execute(
            f"""
            update {table} set ({names}) = (select {names} from jsonb_populate_record(null::{table}, $3))
            where account_id = $1 and id = $2
            """,
            w.account.id,
            ident,
            {**columns, "account_id": w.account.id},
        )


def titles(bookings: list[Shown]) -> dict[int, str]:
    """Of main resources, and after them of their parts."""
    mains = [main for booking in bookings for main in booking["resources"]]
    parts = [instance for main in mains for instance in instances(main)]
    return {
        **{main["resource_id"]: main["resource"] for main in mains},
        **{instance["resource_id"]: instance["resource"].partition(" > ")[2] for instance in parts},
    }


def instances(main: Shown) -> list[Shown]:
    """Of one main resource, however they are shown."""
    shown_instances = main["instances"]
    return list(shown_instances.values() if isinstance(shown_instances, dict) else shown_instances)


async def add_resources(venue: Venue, named: dict[int, str], kind: str = "space") -> None:
    """Main resources and parts with these ids."""
    vendor = Vendor(venue.world.ctx(), venue.world.site, venue, "")
    for ident, title in named.items():
        await vendor.add(ident, title, kind=kind, under=PARENTS.get(ident))


async def add_fields(venue: Venue, bookings: list[Shown]) -> None:
    """The account's own fields; of two with one name the second ends in a space, for here names are unique."""
    w = venue.world
    labels: dict[int, str] = {}
    for fields in (fields for booking in bookings for fields in custom_fields(booking)):
        labels |= {int(name[3:]): field["label"] for values in fields.values() for name, field in values.items()}
    for ident, label in labels.items():
        twice = [one for one, other in labels.items() if other == label].index(ident)
        await w.db.execute(
            "insert into custom_field (account_id, id, title) overriding system value values ($1, $2, $3)",
            w.account.id,
            ident,
            label + " " * twice,
        )


def custom_fields(booking: Shown) -> list[Shown]:
    """Of a booking, of its main resources and of its instances, where there are any."""
    mains = booking["resources"]
    holders = [booking, *mains, *(instance for main in mains for instance in instances(main))]
    return [holder["custom_fields"] for holder in holders if holder.get("custom_fields")]


def kept(holder: Shown) -> Shown:
    """What the door keeps of them."""
    fields = holder.get("custom_fields") or {}
    values = {main: {name[3:]: field["value"] for name, field in those.items()} for main, those in fields.items()}
    return {"custom_fields": values} if values else {}


async def add_booking(venue: Venue, booking: Shown) -> None:
    """A booking with its items, which are confirmed."""
    w = venue.world
    own = {**kept(booking), **{key: value for main in booking["resources"] for key, value in kept(main).items()}}
    await w.db.execute(
        """
        insert into booking (account_id, id, uid, customer_id, title, details, created_at, created_by, updated_at,
            updated_by)
        overriding system value values ($1, $2, gen_random_uuid(), $3, $4, $5, now(), 'vendor', now(), 'vendor')
        """,
        w.account.id,
        booking["id"],
        int(booking["customer_id"]),
        booking["title"],
        {"locaboo": {"color": booking["color"], **own}},
    )
    for instance in (instance for main in booking["resources"] for instance in instances(main)):
        await w.db.execute(
            """
            insert into item (account_id, id, booking_id, kind, state, resource_id, customer_id, starts_at, ends_at,
                units, overlap_allowed, extras, details, revision, created_at, created_by, updated_at, updated_by)
            values ($1, $2, $3, 'appointment', 'confirmed', $4, $5, $6, $7, 1, false, '[]', $8, 0, now(), 'vendor',
                now(), 'vendor')
            """,
            w.account.id,
            instance["id"],
            booking["id"],
            instance["resource_id"],
            int(booking["customer_id"]),
            at(instance["from"]),
            at(instance["to"]),
            {"locaboo": kept(instance)},
        )


def at(wall: str) -> datetime:
    """The instant in Oslo; 23:59 is the end of the day."""
    shown = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/Oslo"))
    return shown + timedelta(minutes=1) if wall.endswith("23:59") else shown


async def add_extras(venue: Venue, main: Shown) -> None:
    """The services and the inventory that a main resource shows, with their prices."""
    w = venue.world
    await add_resources(
        venue, {int(extra_id): rule["rule_name"] for extra_id, rule in main["inventory"].items()}, "inventory"
    )
    sold = {"kind": "product", "served_by_all": True}
    titled = [{"id": int(extra_id), "title": rule["rule_name"], **sold} for extra_id, rule in main["features"].items()]
    await become(venue, "service", dict(zip((w.massage, w.physio), titled, strict=True)))
    for kind, column in (("features", "service_id"), ("inventory", "resource_id")):
        for ident, rule in main[kind].items():
            await w.db.execute(
                f"insert into price (account_id, {column}, per, amount) values ($1, $2, $3, $4::text::numeric)",
                w.account.id,
                int(ident),
                rule["rule_interval"].removeprefix("per_"),
                str(rule["rule_price"]),
            )
