"""WeChat customer service (微信客服): accounts, servicers, links, reading what was said, and sending."""

import re

from wxsim.quota import MINUTE
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.wire.wecom.welcome import Bubble, read_file, read_link
from wxsim.world.codes import KfCode
from wxsim.world.kf import KfAccount, send_kf

LIST_LIMIT = 100
SCENE = re.compile(r"[0-9a-zA-Z_-]{0,32}")
MSGID = re.compile(r"[0-9a-zA-Z_-]{1,32}")
SERVING = 0


def list_accounts(call: WecomCall) -> dict[str, object]:
    """A page of the accounts."""
    _require_kf_api(call)
    body = call.body()
    offset, limit = body.number("offset"), body.number("limit", LIST_LIMIT)
    if offset < 0 or not 1 <= limit <= LIST_LIMIT:
        raise Refusal(40058)
    rows = [
        {
            "open_kfid": each.open_kfid,
            "name": each.name,
            "avatar": f"{call.world.base_url}/avatar/app/{each.open_kfid}.svg",
            "manage_privilege": each.managed,
        }
        for each in list(call.corp.kf_accounts.values())[offset : offset + limit]
    ]
    return {"account_list": rows}


def list_servicers(call: WecomCall) -> dict[str, object]:
    """Who answers for an account."""
    _require_kf_api(call)
    account = _account(call, call.query("open_kfid"))
    return {"servicer_list": [{"userid": userid, "status": SERVING} for userid in account.servicers]}


def add_contact_way(call: WecomCall) -> dict[str, object]:
    """A link to an account; the scene comes back when somebody uses it."""
    _require_kf_api(call)
    body, world = call.body(), call.world
    account, scene = _account(call, body.text("open_kfid")), body.text("scene")
    if not SCENE.fullmatch(scene):
        raise Refusal(40058)
    code = "kfc" + world.fresh_code_id()
    url = f"{world.base_url}/q/{code}?enc_scene={world.ids.fresh(12, 'kf scene')}"
    world.register_code(KfCode(code, url, call.corp, account, scene))
    world.ledger.write("api.kf_link_added", corpid=call.corp.corpid, open_kfid=account.open_kfid, scene=scene)
    return {"url": url}


def get_customers(call: WecomCall) -> dict[str, object]:
    """Who came to an account of the corp; everybody else is invalid."""
    _require_kf_api(call)
    wanted, world = call.body().texts("external_userid_list"), call.world
    if not 1 <= len(wanted) <= LIST_LIMIT:
        raise Refusal(40058)
    came = {external for account in call.corp.kf_accounts.values() for external in account.came}
    rows = []
    for external in wanted:
        person = world.person_by(external) if external in came else None
        if person is not None:
            unionid = world.unionid(call.corp.open_platform, person)
            row = {"external_userid": external, "nickname": person.name, "gender": person.gender}
            row["avatar"] = f"{world.base_url}/avatar/{person.id}.svg"
            rows.append({**row, **({"unionid": unionid} if unionid else {})})
    invalid = [external for external in wanted if external not in came]
    return {"customer_list": rows, "invalid_external_userid": invalid}


def sync(call: WecomCall) -> dict[str, object]:
    """What was said after a cursor, as long as it is kept. Messages of the API take places and are left out."""
    _require_kf_api(call)
    body, world = call.body(), call.world
    account = _account(call, body.text("open_kfid"))
    limit = body.number("limit", world.limits.kf_page)
    if not 1 <= limit <= world.limits.kf_page:
        raise Refusal(40058)
    _check_token(call, account, body)
    oldest = world.clock.time() - world.limits.kf_kept_seconds
    kept = next((place for place, each in enumerate(account.entries) if each.at >= oldest), len(account.entries))
    start = max(_place(body.text("cursor"), len(account.entries)), kept)
    end = min(len(account.entries), start + limit)
    items = [each.item for each in account.entries[start:end] if each.item is not None]
    return {"next_cursor": f"KFC{end}", "has_more": int(end < len(account.entries)), "msg_list": items}


def send(call: WecomCall) -> dict[str, object]:
    """A message to a customer: 95002 too long after their last message, 95001 too many since then.

    What a msgid that was used gets is not published: here 40058.
    """
    _require_kf_api(call)
    body, world = call.body(), call.world
    account = _account(call, body.text("open_kfid"))
    external, msgid = body.text("touser"), body.text("msgid") or world.ids.fresh(24, "kf sent")
    person = world.person_by(external) if external in account.came else None
    if person is None:
        raise Refusal(40096)
    if not MSGID.fullmatch(msgid) or msgid in account.sent:
        raise Refusal(40058)
    kind, shown = _read_message(call, body)
    at, used = account.windows.get(external, (0.0, 0))
    if world.clock.time() - at > world.limits.kf_window_seconds:
        raise Refusal(95002)
    if used >= world.limits.kf_window_count:
        raise Refusal(95001)
    send_kf(world, call.corp, account, person, kind, shown, msgid)
    return {"msgid": msgid}


def _read_message(call: WecomCall, body: Body) -> Bubble:
    """What it says, and how a phone shows it: text, link with a picture, image, voice, video, file."""
    kind = body.text("msgtype")
    if kind not in ("text", "link", "image", "voice", "video", "file"):
        raise Refusal(40008)
    inner = body.body(kind)
    if kind == "text":
        content = inner.text("content")
        if not content or too_long(content, call.world.limits.kf_text_bytes, in_bytes=True):
            raise Refusal(40058)
        return kind, {"text": content}
    if kind == "link":
        return kind, {**read_link(inner), "picurl": read_file(call, inner.text("thumb_media_id"), "image")["url"]}
    return kind, read_file(call, inner.text("media_id"), kind)


def _check_token(call: WecomCall, account: KfAccount, body: Body) -> None:
    world, token = call.world, body.text("token")
    if token:
        if account.tokens.get(token, 0.0) <= world.clock.time():
            raise Refusal(95007)
        return
    most = world.limits.kf_syncs_without_token_per_minute
    place = f"{call.corp.corpid} kf {account.open_kfid}"
    if most is not None and not call.quotas.take(place, most, MINUTE, world.clock.time()):
        raise Refusal(45009)


def _place(cursor: str, entries: int) -> int:
    if not cursor:
        return 0
    if not (cursor.startswith("KFC") and cursor[3:].isdecimal() and int(cursor[3:]) <= entries):
        raise Refusal(50100)
    return int(cursor[3:])


def _account(call: WecomCall, open_kfid: str) -> KfAccount:
    """60251 missing, 95000 unknown, 48007 not managed through the API."""
    if not open_kfid:
        raise Refusal(60251)
    found = call.corp.kf_accounts.get(open_kfid)
    if found is None:
        raise Refusal(95000)
    if not found.managed:
        raise Refusal(48007)
    return found


def _require_kf_api(call: WecomCall) -> None:
    if not call.app.kf_api:
        raise Refusal(48002)


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/kf/account/list": post(list_accounts),
    "/cgi-bin/kf/servicer/list": get(list_servicers),
    "/cgi-bin/kf/add_contact_way": post(add_contact_way),
    "/cgi-bin/kf/customer/batchget": post(get_customers),
    "/cgi-bin/kf/sync_msg": post(sync),
    "/cgi-bin/kf/send_msg": post(send),
}
