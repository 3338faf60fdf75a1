"""What the server of a web page asks: who opened it (``auth/getuserinfo``), and tickets for the JS-SDK."""

from wxsim.wire.http import Route, get
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.world.visits import app_ticket, corp_ticket, redeem

APP_TICKET = "agent_config"


def get_user_info(call: WecomCall) -> dict[str, object]:
    """The member behind a code: once, within five minutes, for the app that asked (40029)."""
    userid = redeem(call.world, call.corp, call.app, call.query("code"))
    if userid is None:
        raise Refusal(40029)
    return {"userid": userid}


def get_corp_ticket(call: WecomCall) -> dict[str, object]:
    """For ``wx.config``; the same one while it lives."""
    return _answer(*corp_ticket(call.world, call.corp))


def get_app_ticket(call: WecomCall) -> dict[str, object]:
    """For ``wx.agentConfig``."""
    if call.query("type") != APP_TICKET:
        raise Refusal(40058)
    return _answer(*app_ticket(call.world, call.corp, call.app))


def _answer(ticket: str, seconds: int) -> dict[str, object]:
    return {"ticket": ticket, "expires_in": seconds}


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/auth/getuserinfo": get(get_user_info),
    "/cgi-bin/get_jsapi_ticket": get(get_corp_ticket),
    "/cgi-bin/ticket/get": get(get_app_ticket),
}
