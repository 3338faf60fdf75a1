"""Tags of followers."""

from wxsim.wire.fields import too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal

FIRST_TAG = 101
TAGS_PER_ACCOUNT = 100
TAGS_PER_FOLLOWER = 20
FOLLOWERS_PER_CALL = 50


def create(call: AccountCall) -> dict[str, object]:
    """``tags/create``."""
    call.require_verified()
    name = call.body().body("tag").text("name")
    _check_name(call, name)
    if len(call.account.tags) >= TAGS_PER_ACCOUNT:
        raise Refusal(45056)
    number = max(call.account.tags, default=FIRST_TAG - 1) + 1
    call.account.tags[number] = name
    return {"tag": {"id": number, "name": name}}


def list_tags(call: AccountCall) -> dict[str, object]:
    """``tags/get`` with how many followers carry each."""
    call.require_verified()
    followers = [each for each in call.account.followers.values() if each.subscribed]
    rows = [
        {"id": number, "name": name, "count": sum(number in each.tag_ids for each in followers)}
        for number, name in call.account.tags.items()
    ]
    return {"tags": rows}


def update(call: AccountCall) -> dict[str, object]:
    """``tags/update``."""
    call.require_verified()
    tag = call.body().body("tag")
    _check_id(call, tag.number("id"))
    _check_name(call, tag.text("name"))
    call.account.tags[tag.number("id")] = tag.text("name")
    return {"errcode": 0, "errmsg": "ok"}


def delete(call: AccountCall) -> dict[str, object]:
    """``tags/delete``; the followers lose it."""
    call.require_verified()
    number = call.body().body("tag").number("id")
    _check_id(call, number)
    del call.account.tags[number]
    for follower in call.account.followers.values():
        follower.tag_ids = [each for each in follower.tag_ids if each != number]
    return {"errcode": 0, "errmsg": "ok"}


def mark(call: AccountCall) -> dict[str, object]:
    """``tags/members/batchtagging``."""
    return _change(call, add=True)


def unmark(call: AccountCall) -> dict[str, object]:
    """``tags/members/batchuntagging``."""
    return _change(call, add=False)


def list_of_follower(call: AccountCall) -> dict[str, object]:
    """``tags/getidlist``."""
    call.require_verified()
    return {"tagid_list": list(call.follower(call.body().text("openid")).tag_ids)}


def _change(call: AccountCall, *, add: bool) -> dict[str, object]:
    call.require_verified()
    body = call.body()
    number, openids = body.number("tagid"), body.texts("openid_list")
    _check_id(call, number)
    if not 1 <= len(openids) <= FOLLOWERS_PER_CALL:
        raise Refusal(40032)
    found = [call.account.followers.get(openid) for openid in openids]
    strangers = [openid for openid, each in zip(openids, found, strict=True) if each is None or not each.subscribed]
    if strangers:
        raise Refusal(45171, fail_openid_list=strangers)
    for follower in found:
        if follower and add and number not in follower.tag_ids:
            if len(follower.tag_ids) >= TAGS_PER_FOLLOWER:
                raise Refusal(45059)
            follower.tag_ids.append(number)
        elif follower and not add:
            follower.tag_ids = [each for each in follower.tag_ids if each != number]
    return {"errcode": 0, "errmsg": "ok"}


def _check_name(call: AccountCall, name: str) -> None:
    if not name or name in call.account.tags.values():
        raise Refusal(45157)
    if too_long(name, call.world.limits.tag_name_chars):
        raise Refusal(45158)


def _check_id(call: AccountCall, number: int) -> None:
    if number not in call.account.tags:
        raise Refusal(45159)


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/tags/create": post(create),
    "/cgi-bin/tags/get": get(list_tags),
    "/cgi-bin/tags/update": post(update),
    "/cgi-bin/tags/delete": post(delete),
    "/cgi-bin/tags/members/batchtagging": post(mark),
    "/cgi-bin/tags/members/batchuntagging": post(unmark),
    "/cgi-bin/tags/getidlist": post(list_of_follower),
}
