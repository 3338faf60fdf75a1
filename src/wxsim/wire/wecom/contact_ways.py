"""「联系我」 codes (渠道活码): add, get, list, update, delete."""

from wxsim.ids import HEX
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.world.codes import ContactCode, code_id
from wxsim.world.corps import ContactWay

SINGLE, MULTI = 1, 2
BUTTON, QR_CODE = 1, 2
STYLES = (0, 1, 2, 3)
ACTIVE = 1
LIST_DEFAULT, LIST_LIMIT = 100, 1000
LIST_SPAN = 90 * 86400
TEMP_SECONDS, TEMP_CHAT_SECONDS, TEMP_MAX = 7 * 86400, 86400, 14 * 86400


def add(call: WecomCall) -> dict[str, object]:
    """Make a contact way; a QR code only for scene 2."""
    call.require_contact_api()
    body, world = call.body(), call.world
    _check_kind(body)
    cap = world.limits.contact_ways
    is_temp = body.flag("is_temp", False)
    if not is_temp and cap is not None and call.corp.permanent_ways >= cap:
        raise Refusal(41045)
    way = ContactWay("", call.app.agentid, body.number("type"), body.number("scene"), world.clock.unix())
    way.is_temp = is_temp
    way.expires_in = body.number("expires_in", TEMP_SECONDS if is_temp else 0)
    way.chat_expires_in = body.number("chat_expires_in", TEMP_CHAT_SECONDS if is_temp else 0)
    _fill(call, way, body)
    way.config_id = world.ids.fresh(32, "contact way", alphabet=HEX)
    call.corp.contact_ways[way.config_id] = way
    call.corp.permanent_ways += not is_temp
    answer: dict[str, object] = {"config_id": way.config_id}
    if way.scene == QR_CODE:
        answer["qr_code"] = way.qr_code = f"{world.base_url}/q/{world.fresh_code_id()}"
        world.register_code(ContactCode(code_id(way.qr_code), way.qr_code, call.corp, way))
    world.ledger.write("api.contact_way_added", corpid=call.corp.corpid, config_id=way.config_id, state=way.state)
    return answer


def get(call: WecomCall) -> dict[str, object]:
    """Read one contact way."""
    call.require_contact_api()
    way = _way(call, call.body())
    shown: dict[str, object] = {
        "config_id": way.config_id,
        "type": way.type,
        "scene": way.scene,
        "style": way.style,
        "remark": way.remark,
        "skip_verify": way.skip_verify,
        "state": way.state,
        "qr_code": way.qr_code,
        "user": way.users,
        "party": way.parties,
        "is_temp": way.is_temp,
        "expires_in": way.expires_in,
        "chat_expires_in": way.chat_expires_in,
        "unionid": way.unionid,
        "is_exclusive": way.is_exclusive,
        "mark_source": way.mark_source,
    }
    if way.conclusions:
        shown["conclusions"] = way.conclusions
    return {"contact_way": shown}


def list_ways(call: WecomCall) -> dict[str, object]:
    """Ids of permanent ways made in a span of time, 90 days unless told."""
    call.require_contact_api()
    body, now = call.body(), call.world.clock.unix()
    start_time, end_time = body.number("start_time", now - LIST_SPAN), body.number("end_time", now)
    limit = body.number("limit", LIST_DEFAULT)
    if not 1 <= limit <= LIST_LIMIT or start_time > end_time:
        raise Refusal(40058)
    ways = [
        way for way in call.corp.contact_ways.values() if start_time <= way.created_at <= end_time and not way.is_temp
    ]
    start, end, cursor = page(body.text("cursor"), limit, len(ways))
    return {"contact_way": [{"config_id": way.config_id} for way in ways[start:end]], "next_cursor": cursor}


def update(call: WecomCall) -> dict[str, object]:
    """Change a contact way; type and scene stay, members are replaced as a whole."""
    call.require_contact_api()
    body = call.body()
    way = _way(call, body)
    if way.is_temp:
        way.expires_in = body.number("expires_in", way.expires_in)
        way.chat_expires_in = body.number("chat_expires_in", way.chat_expires_in)
    _fill(call, way, body)
    call.world.ledger.write("api.contact_way_updated", corpid=call.corp.corpid, config_id=way.config_id)
    return {}


def delete(call: WecomCall) -> dict[str, object]:
    """Delete a contact way; its code leads nowhere from now on."""
    call.require_contact_api()
    way = _way(call, call.body())
    del call.corp.contact_ways[way.config_id]
    call.corp.permanent_ways -= not way.is_temp
    call.world.codes.pop(code_id(way.qr_code), None)
    call.world.changes.touch()
    call.world.ledger.write("api.contact_way_deleted", corpid=call.corp.corpid, config_id=way.config_id)
    return {}


def _way(call: WecomCall, body: Body) -> ContactWay:
    config_id = body.text("config_id")
    if not config_id:
        raise Refusal(41043)
    way = call.corp.contact_ways.get(config_id)
    if way is None:
        raise Refusal(41044)
    return way


def _check_kind(body: Body) -> None:
    if "type" not in body:
        raise Refusal(41037)
    if body.number("type") not in (SINGLE, MULTI):
        raise Refusal(41039)
    if "scene" not in body:
        raise Refusal(41038)
    if body.number("scene") not in (BUTTON, QR_CODE):
        raise Refusal(41040)


def _fill(call: WecomCall, way: ContactWay, body: Body) -> None:
    """Check everything first, then change the way: a refused call changes nothing."""
    limits = call.world.limits
    style, remark, state = (
        body.number("style", way.style),
        body.text("remark", way.remark),
        body.text("state", way.state),
    )
    if style not in STYLES:
        raise Refusal(41042)
    if too_long(remark, limits.contact_way_remark_chars):
        raise Refusal(40058, "remark too long")
    if too_long(state, limits.contact_way_state_chars):
        raise Refusal(40058, "state too long")
    if not 0 <= way.expires_in <= TEMP_MAX or not 0 <= way.chat_expires_in <= TEMP_MAX:
        raise Refusal(40058, "expires_in out of range")
    skip_verify = body.flag("skip_verify", way.skip_verify)
    users = body.texts("user") if "user" in body else way.users
    parties = body.numbers("party") if "party" in body else way.parties
    _check_members(call, way.type, users, parties)
    way.style, way.remark, way.state, way.skip_verify = style, remark, state, skip_verify
    way.users, way.parties = users, parties
    way.unionid = body.text("unionid", way.unionid)
    way.is_exclusive = body.flag("is_exclusive", way.is_exclusive)
    way.mark_source = body.flag("mark_source", way.mark_source)
    way.conclusions = body.body("conclusions").raw() if "conclusions" in body else way.conclusions


def _check_members(call: WecomCall, kind: int, users: list[str], parties: list[int]) -> None:
    if kind == SINGLE and len(users) != 1:
        raise Refusal(40058, "type 1 needs exactly one user")
    if kind == SINGLE and parties:
        raise Refusal(40058, "type 1 takes no party")
    if not users and not parties:
        raise Refusal(40058, "user and party both empty")
    for userid in users:
        member = call.contact_member(userid)
        if member.status != ACTIVE:
            raise Refusal(41054)
        if not member.real_name_verified:
            raise Refusal(40098)
    if any(party not in call.corp.departments for party in parties):
        raise Refusal(40066)
    everybody = call.corp.way_members(ContactWay("", 0, kind, QR_CODE, 0, users=users, parties=parties))
    cap = call.world.limits.contact_way_members
    if cap is not None and len(everybody) > cap:
        raise Refusal(41041)


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/externalcontact/add_contact_way": post(add),
    "/cgi-bin/externalcontact/get_contact_way": post(get),
    "/cgi-bin/externalcontact/list_contact_way": post(list_ways),
    "/cgi-bin/externalcontact/update_contact_way": post(update),
    "/cgi-bin/externalcontact/del_contact_way": post(delete),
}
