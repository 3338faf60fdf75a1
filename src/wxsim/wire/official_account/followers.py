"""Followers: list, profile, remark. Names and portraits are not given out since 2021-12-27."""

from wxsim.wire.fields import too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.official_accounts import Follower


def list_followers(call: AccountCall) -> dict[str, object]:
    """``user/get``: openids after ``next_openid``, a page at a time."""
    call.require_verified()
    openids = [each.openid for each in call.account.followers.values() if each.subscribed]
    start, after = 0, call.query("next_openid")
    if after:
        if after not in openids:
            raise Refusal(40003)
        start = openids.index(after) + 1
    page = openids[start : start + call.world.limits.follower_page]
    answer: dict[str, object] = {"total": len(openids), "count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    return {**answer, "next_openid": page[-1] if page else ""}


def get_profile(call: AccountCall) -> dict[str, object]:
    """``user/info``."""
    call.require_verified()
    return _profile(call, call.follower(call.query("openid")))


def get_profiles(call: AccountCall) -> dict[str, object]:
    """``user/info/batchget``: up to 100."""
    call.require_verified()
    wanted = call.body().bodies("user_list")
    if not 1 <= len(wanted) <= call.world.limits.profile_batch:
        raise Refusal(40032)
    return {"user_info_list": [_profile(call, call.follower(each.text("openid"))) for each in wanted]}


def update_remark(call: AccountCall) -> dict[str, object]:
    """``user/info/updateremark``."""
    call.require_verified()
    body = call.body()
    follower = call.follower(body.text("openid"))
    if not follower.subscribed:
        raise Refusal(43004)
    if too_long(body.text("remark"), call.world.limits.account_remark_bytes, in_bytes=True):
        raise Refusal(40092)
    follower.remark = body.text("remark")
    return {"errcode": 0, "errmsg": "ok"}


def _profile(call: AccountCall, follower: Follower) -> dict[str, object]:
    unionid = call.world.unionid(call.account.open_platform, follower.person)
    known: dict[str, object] = {"unionid": unionid} if unionid else {}
    if not follower.subscribed:
        return {"subscribe": 0, "openid": follower.openid, **known}
    return {
        "subscribe": 1,
        "openid": follower.openid,
        "language": "",
        "subscribe_time": follower.subscribed_at,
        **known,
        "remark": follower.remark,
        "groupid": 0,
        "tagid_list": list(follower.tag_ids),
        "subscribe_scene": follower.subscribe_scene,
        "qr_scene": follower.qr_scene,
        "qr_scene_str": follower.qr_scene_str,
    }


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/user/get": get(list_followers),
    "/cgi-bin/user/info": get(get_profile),
    "/cgi-bin/user/info/batchget": post(get_profiles),
    "/cgi-bin/user/info/updateremark": post(update_remark),
}
