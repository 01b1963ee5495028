"""What the last release left behind: the schema that databases have, and the statements that workers ask.

`make released` renews both, at a release; until the first one whenever the schema changes.
"""

from pathlib import Path

RELEASED = Path(__file__).parent / "schema.sql"
STATEMENTS = Path(__file__).parent / "statements.sql"
SEPARATOR = "\n;\n"
