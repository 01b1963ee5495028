"""Whatever the document allows is answered as the document says, and what it does not allow is refused."""

from pathlib import Path

from kalends.api.routes import OPERATIONS
from tests.api.fuzz import fuzz, target
from tests.folders import passable


async def test_all_operations_answer_as_documented(tmp_path: Path) -> None:
    async with target(passable(tmp_path) / "data") as served:
        done = await fuzz(served, "examples", "fuzzing", seed=1, examples=4)
    assert done.code == 0, done.text
    assert done.calls > 4 * len(OPERATIONS)
