"""The five doors of one clinic."""

import msgspec

from tests.dialects.doors.bookio import Bookio
from tests.dialects.doors.carecloud import CareCloud
from tests.dialects.doors.cliniko import Cliniko
from tests.dialects.doors.door import Door, House
from tests.dialects.doors.locaboo import Locaboo
from tests.dialects.doors.makeplans import MakePlans
from tests.world import World

KINDS: dict[str, type[Door]] = {
    "makeplans": MakePlans,
    "locaboo": Locaboo,
    "bookio": Bookio,
    "cliniko": Cliniko,
    "carecloud": CareCloud,
}
OF_APPOINTMENTS = [name for name, kind in KINDS.items() if "book" not in kind.cannot]
OF_SEATS = [name for name, kind in KINDS.items() if "book_seat" not in kind.cannot]


class Doors(msgspec.Struct, frozen=True):
    """Each by its name, too."""

    house: House
    makeplans: MakePlans
    locaboo: Locaboo
    bookio: Bookio
    cliniko: Cliniko
    carecloud: CareCloud

    def __getitem__(self, name: str) -> Door:
        door: Door = getattr(self, name)
        return door

    @property
    def world(self) -> World:
        """The clinic that all of them lead to."""
        return self.house.place.world

    async def list_all(self) -> dict[str, int]:
        """All that each of them shows, and how much that is."""
        return {name: await self[name].list_all() for name in KINDS}
