"""Addresses, callback check, quotas."""

from wxsim.clock import BEIJING
from wxsim.limits import DAILY_QUOTAS
from wxsim.quota import Quotas
from wxsim.wire.http import Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.world import World

ADDRESSES = ["127.0.0.1"]
OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


def get_addresses(call: AccountCall) -> dict[str, object]:
    """Addresses to call, and from which callbacks come: this machine."""
    return {"ip_list": ADDRESSES}


def check_callback(call: AccountCall) -> dict[str, object]:
    """``callback/check``: what the platform sees of the callback URL's network."""
    body = call.body()
    if body.text("action") not in ("dns", "ping", "all"):
        raise Refusal(40202)
    if body.text("check_operator", "DEFAULT") not in OPERATORS:
        raise Refusal(40203)
    if call.account.callback is None:
        raise Refusal(40201)
    dns = [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    ping = [{"ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "0.1ms"}]
    action = body.text("action")
    return {"dns": dns if action != "ping" else [], "ping": ping if action != "dns" else []}


def get_quota(call: AccountCall) -> dict[str, object]:
    """``openapi/quota/get``: the day's count of one API."""
    path = call.body().text("cgi_path")
    limit = DAILY_QUOTAS.get(path)
    if limit is None:
        raise Refusal(76021)
    used = call.quotas.used_today(f"{call.account.appid} {path}", call.world.clock.time())
    quota: dict[str, object] = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
    answer: dict[str, object] = {"errcode": 0, "errmsg": "ok", "quota": quota}
    per_minute = call.world.limits.account_calls_per_minute
    if per_minute is not None:
        answer["rate_limit"] = {"call_count": per_minute, "refresh_second": 60}
    return answer


def clear_quota(call: AccountCall) -> dict[str, object]:
    """``clear_quota``: forget the day's counts, a few times a month."""
    if call.body().text("appid") != call.account.appid:
        raise Refusal(40013)
    return clear(call.world, call.quotas, call.account)


def clear(world: World, quotas: Quotas, account: OfficialAccount) -> dict[str, object]:
    """Reset the day's counts of an account: 48006 when the month's resets are used up."""
    today = world.clock.now().astimezone(BEIJING)
    month = today.year * 12 + today.month
    used, cap = account.clears.get(month, 0), world.limits.clear_quota_per_month
    if cap is not None and used >= cap:
        raise Refusal(48006)
    account.clears[month] = used + 1
    quotas.clear_day(f"{account.appid} /")
    return {"errcode": 0, "errmsg": "ok"}


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/get_api_domain_ip": get(get_addresses),
    "/cgi-bin/getcallbackip": get(get_addresses),
    "/cgi-bin/callback/check": post(check_callback),
    "/cgi-bin/openapi/quota/get": post(get_quota),
    "/cgi-bin/clear_quota": post(clear_quota),
}
