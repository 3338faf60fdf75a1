"""What the server of a web page asks: who opened it (``auth/getuserinfo``), and tickets for the JS-SDK."""

from wxsim.ids import TOKEN
from wxsim.wire.http import Route, get
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.world.visits import redeem

APP_TICKET = "agent_config"


def get_user_info(call: WecomCall) -> dict[str, object]:
    """The member behind a code: once, within five minutes, for the app that asked (40029)."""
    userid = redeem(call.world, call.corp, call.app, call.query("code"))
    if userid is None:
        raise Refusal(40029)
    return {"userid": userid}


def get_corp_ticket(call: WecomCall) -> dict[str, object]:
    """For ``wx.config``; the same one while it lives."""
    return _ticket(call, "corp ticket", call.corp.corpid)


def get_app_ticket(call: WecomCall) -> dict[str, object]:
    """For ``wx.agentConfig``."""
    if call.query("type") != APP_TICKET:
        raise Refusal(40058)
    return _ticket(call, "app ticket", f"{call.corp.corpid}/{call.app.agentid}")


def _ticket(call: WecomCall, kind: str, owner: str) -> dict[str, object]:
    seconds = call.world.limits.token_seconds
    period, passed = divmod(call.world.clock.unix(), seconds)
    ticket = call.world.ids.derive(86, kind, owner, str(period), alphabet=TOKEN)
    return {"ticket": ticket, "expires_in": seconds - passed}


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/auth/getuserinfo": get(get_user_info),
    "/cgi-bin/get_jsapi_ticket": get(get_corp_ticket),
    "/cgi-bin/ticket/get": get(get_app_ticket),
}
