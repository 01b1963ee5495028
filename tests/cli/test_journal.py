"""Who changed or read a customer, from a terminal."""

from kalends.actions.customers.change import change_customer
from kalends.actions.customers.history import record_reads
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.db import open_pool
from tests.cli.running import kalends
from tests.world import open_clinic


async def test_changes_and_reads_are_sentences(own_database: str) -> None:
    pool = await open_pool(own_database, 1)
    clinic = await open_clinic(pool)
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(notes="Bad knee"))
    await record_reads(clinic.ctx(), [clinic.kari, None])
    await pool.close()
    about = ("journal", "--account", clinic.account.slug, "--customer")
    code, printed, _ = await kalends(*about, str(clinic.kari), KALENDS_DATABASE_URL=own_database)
    assert (code, printed.splitlines()[-2:]) == (
        0,
        [
            f"2027-03-01 09:00:00 UTC: Tester changed customer {clinic.kari} through tests: notes.",
            f"2027-03-01 09:00:00 UTC: Tester read customer {clinic.kari} through tests.",
        ],
    )
    code, _, said = await kalends(*about, "0", KALENDS_DATABASE_URL=own_database)
    assert (code, said.splitlines()[-1]) == (1, "kalends: There is no customer 0.")
