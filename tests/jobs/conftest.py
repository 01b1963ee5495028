"""What is logged while a test runs."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs


@pytest.fixture
def events() -> Iterator[Any]:
    """What is logged, as it is."""
    structlog.reset_defaults()
    with capture_logs() as captured:
        yield captured
