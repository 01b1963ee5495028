"""`python -m tests.store.released`: renew what the last release left behind."""

from kalends.store.migrations import newest, schema
from tests.store.released import RELEASED

VERSION = f"""
create table schema_version (version integer not null);
insert into schema_version (version) values ({newest()});
"""

RELEASED.write_text(schema() + VERSION, encoding="utf-8")
