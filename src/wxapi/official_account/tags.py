"""用户标签 tags of followers and their marks."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, number, object_of, objects, text


@dataclass(frozen=True, slots=True)
class FollowerTag:
    """A tag. 0, 1 and 2 are the platform's own and cannot be changed (45058). ``count``: its followers."""

    id: int
    name: str
    count: int


class Tags:
    """``/cgi-bin/tags``. At most 100 tags an account (45056) and 20 a follower (45059)."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self) -> tuple[FollowerTag, ...]:
        """All of them."""
        reply = await self._caller.get("/cgi-bin/tags/get")
        return tuple(_read(item) for item in objects(reply, "tags"))

    async def create(self, name: str) -> FollowerTag:
        """Make one of up to 30 characters; a name that is taken is refused (45157)."""
        reply = await self._caller.post("/cgi-bin/tags/create", {"tag": {"name": name}})
        return _read(object_of(reply, "tag"))

    async def rename(self, id: int, name: str) -> None:
        """Another name."""
        await self._caller.post("/cgi-bin/tags/update", {"tag": {"id": id, "name": name}})

    async def mark(self, id: int, openids: Sequence[str]) -> None:
        """Put the tag on up to 50 followers; 45171 when some of them were refused."""
        await self._caller.post("/cgi-bin/tags/members/batchtagging", {"openid_list": list(openids), "tagid": id})

    async def unmark(self, id: int, openids: Sequence[str]) -> None:
        """Take it off up to 50 followers; the documentation gives no number, 50 is assumed."""
        await self._caller.post("/cgi-bin/tags/members/batchuntagging", {"openid_list": list(openids), "tagid": id})


def _read(item: Object) -> FollowerTag:
    return FollowerTag(number(item, "id"), text(item, "name"), number(item, "count"))
