"""Template messages (模板消息) and subscription notices (订阅通知): the lists of templates, and sending one."""

import re
from collections.abc import Collection

from wxsim.wire.fields import Body
from wxsim.wire.http import Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world import message_templates

_KIND = re.compile(r"[a-z_]+")
_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_DAY = r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?"
FORMS = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,32}$)\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": rf"({_DAY} ?)?{_CLOCK}(~({_DAY} ?)?{_CLOCK})?",
    "date": rf"{_DAY}( ?{_CLOCK})?(~{_DAY}( ?{_CLOCK})?)?",
    "amount": r"\D?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[0-9+() -]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[^\x00-\x7f]{1,10}|[\x00-\x7f]{1,20}",
    "phrase": r"[一-鿿]{1,5}",
}
"""What a value may be, by the kind of its place (weixin.qq.com 订阅消息参数值内容限制说明, used for both)."""


def send(call: AccountCall) -> dict[str, object]:
    """``message/template/send``: 40037 for a template that is not the account's, 47003 for a value that breaks a rule.

    What a repeat with the same ``client_msg_id`` is answered is not published: here the first message's id.
    """
    call.require_verified(service=True)
    body = call.body()
    follower = call.follower(body.text("touser"))
    template = _template(call, body, ("template",))
    values = _values(body, template.places)
    if not follower.subscribed:
        raise Refusal(43004)
    client_id, now = body.text("client_msg_id"), call.world.clock.time()
    sent = follower.template_ids.get(client_id)
    if client_id and sent is not None and now < sent[1] + call.world.limits.template_id_seconds:
        return {"errcode": 0, "errmsg": "ok", "msgid": sent[0]}
    msgid = message_templates.send_template(call.world, call.account, follower, template, values, body.text("url"))
    if client_id:
        follower.template_ids[client_id] = (msgid, now)
    return {"errcode": 0, "errmsg": "ok", "msgid": msgid}


def list_templates(call: AccountCall) -> dict[str, object]:
    """``template/get_all_private_template``."""
    call.require_verified(service=True)
    names = ("template_id", "title", "content", "example")
    shown = [
        {name: getattr(each, name) for name in names}
        for each in call.account.templates.values()
        if each.kind == "template"
    ]
    return {"template_list": [{**each, "primary_industry": "", "deputy_industry": ""} for each in shown]}


def send_notice(call: AccountCall) -> dict[str, object]:
    """``message/subscribe/bizsend``: 43101 where no acceptance is left."""
    call.require_verified(service=True)
    body = call.body()
    follower = call.follower(body.text("touser"))
    template = _template(call, body, ("once", "long"))
    values = _values(body, template.places)
    if not message_templates.send_notice(call.world, call.account, follower, template, values, body.text("page")):
        raise Refusal(43101)
    return {"errcode": 0, "errmsg": "ok"}


def list_notices(call: AccountCall) -> dict[str, object]:
    """``newtmpl/gettemplate``: the templates of subscription notices."""
    call.require_verified(service=True)
    types = {"once": 2, "long": 3}
    return {
        "errcode": 0,
        "errmsg": "ok",
        "data": [
            {"priTmplId": each.template_id, "title": each.title, "content": each.content, "example": each.example}
            | {"type": types[each.kind]}
            for each in call.account.templates.values()
            if each.kind in types
        ],
    }


def _template(call: AccountCall, body: Body, kinds: Collection[str]) -> message_templates.MessageTemplate:
    found = call.account.templates.get(body.text("template_id"))
    if found is None or found.kind not in kinds:
        raise Refusal(40037)
    return found


def _values(body: Body, places: dict[str, str]) -> dict[str, str]:
    data = body.body("data")
    values = {key: data.body(key).text("value") for key in places}
    for key, value in values.items():
        kind = _KIND.match(key)
        form = FORMS.get(kind[0].rstrip("_")) if kind else None
        if not value or (form is not None and re.fullmatch(form, value) is None):
            raise Refusal(47003, f"argument invalid! data.{key}.value invalid")
    return values


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/message/template/send": post(send),
    "/cgi-bin/message/subscribe/bizsend": post(send_notice),
    "/wxaapi/newtmpl/gettemplate": get(list_notices),
    "/cgi-bin/template/get_all_private_template": get(list_templates),
}
