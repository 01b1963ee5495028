"""What is logged while a test runs, and a mail server."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.mail import MailServer, mail_server


@pytest.fixture
def events() -> Iterator[Any]:
    """What is logged, as it is."""
    structlog.reset_defaults()
    with capture_logs() as captured:
        yield captured


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    """The clinic's mail server."""
    async with mail_server() as running:
        yield running
