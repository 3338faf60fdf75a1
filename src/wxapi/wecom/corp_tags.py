"""企业客户标签 corp tags and their marks on customers."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, object_of, objects, text, without_none

_ROOT = "/cgi-bin/externalcontact"


@dataclass(frozen=True, slots=True)
class CorpTag:
    """A tag. Never use a ``deleted`` one; they come only when asked for by id."""

    id: str
    name: str
    created_at: int
    order: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class TagGroup:
    """A group with its tags."""

    id: str
    name: str
    created_at: int
    order: int
    deleted: bool
    tags: tuple[CorpTag, ...]


class CorpTags:
    """``/cgi-bin/externalcontact/*_corp_tag``. An app may change only the tags it made (81011)."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> tuple[TagGroup, ...]:
        """Groups with tags: all, or by ids; groups win when both are given."""
        body = {"tag_id": list(tag_ids) or None, "group_id": list(group_ids) or None}
        reply = await self._caller.post(f"{_ROOT}/get_corp_tag_list", without_none(body))
        return tuple(_read_group(item) for item in objects(reply, "tag_group"))

    async def add(
        self, names: Sequence[str], *, group_id: str | None = None, group_name: str | None = None
    ) -> TagGroup:
        """Make tags in a group by id or name (a new name makes the group); gives only the new tags."""
        body = {"group_id": group_id, "group_name": group_name, "tag": [{"name": name} for name in names]}
        reply = await self._caller.post(f"{_ROOT}/add_corp_tag", without_none(body))
        return _read_group(object_of(reply, "tag_group"))

    async def edit(self, id: str, *, name: str | None = None, order: int | None = None) -> None:
        """Rename or reorder a tag or a group."""
        body = {"id": id, "name": name, "order": order}
        await self._caller.post(f"{_ROOT}/edit_corp_tag", without_none(body))

    async def delete(self, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> None:
        """Remove tags and groups; a group without tags goes by itself."""
        body = {"tag_id": list(tag_ids) or None, "group_id": list(group_ids) or None}
        await self._caller.post(f"{_ROOT}/del_corp_tag", without_none(body))

    async def mark(
        self, userid: str, external_userid: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Put tags on, or take them off, one member's customer."""
        body = {
            "userid": userid,
            "external_userid": external_userid,
            "add_tag": list(add) or None,
            "remove_tag": list(remove) or None,
        }
        await self._caller.post(f"{_ROOT}/mark_tag", without_none(body))


def _read_group(item: Object) -> TagGroup:
    return TagGroup(
        id=text(item, "group_id"),
        name=text(item, "group_name"),
        created_at=number(item, "create_time"),
        order=number(item, "order"),
        deleted=flag(item, "deleted"),
        tags=tuple(_read_tag(tag) for tag in objects(item, "tag")),
    )


def _read_tag(item: Object) -> CorpTag:
    return CorpTag(
        id=text(item, "id"),
        name=text(item, "name"),
        created_at=number(item, "create_time"),
        order=number(item, "order"),
        deleted=flag(item, "deleted"),
    )
