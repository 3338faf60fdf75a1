"""「加入群聊」 codes (群活码): add, get, update, delete."""

from wxsim.ids import HEX
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.wire.wecom.group_chats import seen_chat
from wxsim.world.codes import GroupCode, code_id
from wxsim.world.group_chats import JoinWay

BUTTON, QR_CODE = 1, 2
PATH = "/cgi-bin/externalcontact/groupchat/"


def add(call: WecomCall) -> dict[str, object]:
    """Make a join way. Its picture is told by ``get`` alone."""
    call.require_contact_api()
    body, world = call.body(), call.world
    cap = world.limits.contact_ways
    if cap is not None and call.corp.permanent_ways >= cap:
        raise Refusal(41045)
    way = JoinWay("", call.app.agentid, 0, [])
    _fill(call, way, body)
    way.config_id = world.ids.fresh(32, "join way", alphabet=HEX)
    call.corp.join_ways[way.config_id] = way
    call.corp.permanent_ways += 1
    if way.scene == QR_CODE:
        way.qr_code = f"{world.base_url}/q/{world.fresh_code_id()}.png"
        content = way.qr_code.removesuffix(".png")
        world.register_code(GroupCode(code_id(content), content, call.corp, way))
    world.ledger.write("api.join_way_added", corpid=call.corp.corpid, config_id=way.config_id, state=way.state)
    return {"config_id": way.config_id}


def get(call: WecomCall) -> dict[str, object]:
    """Read one; ``qr_code`` is the address of a picture."""
    call.require_contact_api()
    way = _way(call, call.body())
    return {
        "join_way": {
            "config_id": way.config_id,
            "scene": way.scene,
            "remark": way.remark,
            "auto_create_room": int(way.auto_create),
            "room_base_name": way.base_name,
            "room_base_id": way.base_id,
            "chat_id_list": way.chats,
            "qr_code": way.qr_code,
            "state": way.state,
            "mark_source": way.mark_source,
        }
    }


def update(call: WecomCall) -> dict[str, object]:
    """Overwrite one; what is not given falls back to its default."""
    call.require_contact_api()
    body = call.body()
    way = _way(call, body)
    _fill(call, way, body)
    call.world.ledger.write("api.join_way_updated", corpid=call.corp.corpid, config_id=way.config_id)
    return {}


def delete(call: WecomCall) -> dict[str, object]:
    """Delete one; its code leads nowhere from now on. The group chats stay."""
    call.require_contact_api()
    way = _way(call, call.body())
    del call.corp.join_ways[way.config_id]
    call.corp.permanent_ways -= 1
    call.world.codes.pop(code_id(way.qr_code), None)
    call.world.changes.touch()
    call.world.ledger.write("api.join_way_deleted", corpid=call.corp.corpid, config_id=way.config_id)
    return {}


def _way(call: WecomCall, body: Body) -> JoinWay:
    config_id = body.text("config_id")
    if not config_id:
        raise Refusal(41043)
    way = call.corp.join_ways.get(config_id)
    if way is None:
        raise Refusal(41044)
    return way


def _fill(call: WecomCall, way: JoinWay, body: Body) -> None:
    """Check everything first, then change the way: a refused call changes nothing."""
    limits = call.world.limits
    scene, chats, state = body.number("scene"), body.texts("chat_id_list"), body.text("state")
    if "scene" not in body:
        raise Refusal(41038)
    if scene not in (BUTTON, QR_CODE) or (way.scene and scene != way.scene):
        raise Refusal(41040)
    if not chats:
        raise Refusal(40058, "chat_id_list is empty")
    if limits.join_way_chats is not None and len(chats) > limits.join_way_chats:
        raise Refusal(41091)
    if too_long(state, limits.join_way_state_chars):
        raise Refusal(40058, "state too long")
    if too_long(body.text("room_base_name"), limits.join_way_name_chars):
        raise Refusal(40058, "room_base_name too long")
    auto_create, base_id = body.flag("auto_create_room", True), body.number("room_base_id")
    chats = [seen_chat(call, chat_id).chat_id for chat_id in chats]
    mark_source = body.flag("mark_source", True)
    way.scene, way.chats, way.state, way.auto_create, way.mark_source = scene, chats, state, auto_create, mark_source
    way.remark = body.text("remark")[: limits.join_way_remark_chars]
    way.base_name, way.base_id = body.text("room_base_name"), base_id


ROUTES: dict[str, Route[WecomCall]] = {
    f"{PATH}add_join_way": post(add),
    f"{PATH}get_join_way": post(get),
    f"{PATH}update_join_way": post(update),
    f"{PATH}del_join_way": post(delete),
}
