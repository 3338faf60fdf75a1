"""Followers of the account. Nickname and picture are not delivered since 2021-12-27."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, numbers, object_of, objects, text, texts


@dataclass(frozen=True, slots=True)
class FollowerPage:
    """A page of openids. ``next_openid`` is empty after the last page."""

    total: int
    openids: tuple[str, ...]
    next_openid: str


@dataclass(frozen=True, slots=True)
class FollowerProfile:
    """A profile. Of somebody who does not follow (``subscribed`` false) only openid and unionid are told.

    ``subscribed_at`` in Unix seconds. ``scene``: the scene of the code by which the person followed, if any.
    """

    openid: str
    subscribed: bool
    unionid: str = field(repr=False)
    subscribed_at: int
    remark: str = field(repr=False)
    tag_ids: tuple[int, ...]
    subscribe_scene: str
    scene: str


class Users:
    """``/cgi-bin/user``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self, next_openid: str = "") -> FollowerPage:
        """Up to 10,000 openids after ``next_openid``."""
        query = {"next_openid": next_openid} if next_openid else {}
        reply = await self._caller.get("/cgi-bin/user/get", **query)
        openids = texts(object_of(reply, "data"), "openid")
        return FollowerPage(number(reply, "total"), openids, text(reply, "next_openid") if openids else "")

    async def get(self, openid: str, lang: str = "zh_CN") -> FollowerProfile:
        """One profile."""
        return _read(await self._caller.get("/cgi-bin/user/info", openid=openid, lang=lang))

    async def batch_get(self, openids: Sequence[str], lang: str = "zh_CN") -> tuple[FollowerProfile, ...]:
        """Up to 100 profiles; one malformed openid fails them all (40003)."""
        body = {"user_list": [{"openid": openid, "lang": lang} for openid in openids]}
        reply = await self._caller.post("/cgi-bin/user/info/batchget", body)
        return tuple(_read(item) for item in objects(reply, "user_info_list"))


def _read(item: Object) -> FollowerProfile:
    number_scene = number(item, "qr_scene")
    return FollowerProfile(
        openid=text(item, "openid"),
        subscribed=flag(item, "subscribe"),
        unionid=text(item, "unionid"),
        subscribed_at=number(item, "subscribe_time"),
        remark=text(item, "remark"),
        tag_ids=numbers(item, "tagid_list"),
        subscribe_scene=text(item, "subscribe_scene"),
        scene=text(item, "qr_scene_str") or (str(number_scene) if number_scene else ""),
    )
