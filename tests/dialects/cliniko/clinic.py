"""The clinic behind its door: a client with a key, whose every answer is checked against the vendor's document."""

from typing import Any

import httpx

from tests.dialects.cliniko.contract import BASE_PATH
from tests.dialects.place import Place

BASE = f"http://clinic.example{BASE_PATH}"


NO_PLURALS = ("active", "archived", "cancelled", "deleted", "inactive")
"""Ends of paths to a part of a list."""


class Clinic(Place, frozen=True):
    """A place that is asked as Cliniko."""

    async def get(self, path: str, *filters: str, **params: Any) -> Any:
        """The body of what was found, with these filters as `q[]`."""
        response = await self.client.get(path, params={"q[]": list(filters), **params})
        assert response.status_code == 200, response.text
        return response.json()

    async def ids(self, path: str, *filters: str, **params: Any) -> list[int]:
        """The ids of a list, in its order."""
        plural = [part for part in path.split("/") if part.isidentifier() and part not in NO_PLURALS][-1]
        return [int(record["id"]) for record in (await self.get(path, *filters, **params))[plural]]

    async def patch(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.patch(path, json=body)

    async def make(self, path: str, **body: Any) -> dict[str, Any]:
        """A new record."""
        response = await self.client.post(path, json=body)
        assert response.status_code == 201, response.text
        record: dict[str, Any] = response.json()
        return record


def errors(response: httpx.Response, status: int = 422) -> dict[str, str]:
    """The texts of a refused request, by field."""
    assert response.status_code == status, response.text
    texts: dict[str, str] = response.json()["errors"]
    return texts
