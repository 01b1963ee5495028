"""The venue behind its door: a client with a key, a client of the door beside it, and the days it books on."""

from typing import Any

import httpx

from tests.dialects.place import Place

BASE = "http://venue.example/locaboo/api/v2"
MAKEPLANS = "http://venue.example/makeplans/api/v1"


class Venue(Place, frozen=True):
    """A place that is asked as Locaboo, and a client of the MakePlans door for the same account."""

    makeplans: httpx.AsyncClient

    def day(self, days: int = 0) -> str:
        """That Monday, or so many days later, as clients write it: `2027-03-15`."""
        return f"{self.monday(days):%Y-%m-%d}"

    async def get(self, path: str, **params: Any) -> Any:
        """What a read answers that must work."""
        return worked(await self.client.get(path, params=params))

    async def post_form(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """A write with a body as forms send it."""
        return await self.client.post(path, data=fields)


def worked(response: httpx.Response) -> Any:
    """What a request is answered that must have worked."""
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["success"] is True
    return body


def refused(response: httpx.Response, status: int = 400) -> str:
    """The message of a request that must have been refused."""
    assert response.status_code == status, response.text
    body = response.json()
    assert (body["data"], body["success"]) == ([], False)
    message: str = body["message"]
    return message
