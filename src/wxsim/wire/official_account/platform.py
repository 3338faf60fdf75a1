"""The gate of ``api.weixin.qq.com``: token, caller, quota, then the API itself."""

from dataclasses import dataclass

from wxsim.ids import HEX
from wxsim.limits import DAILY_QUOTAS
from wxsim.quota import MINUTE, Quotas
from wxsim.wire.http import Request, Response, Route, json_response
from wxsim.wire.official_account import (
    articles,
    followers,
    maintenance,
    mass_messages,
    media,
    menus,
    messages,
    scene_codes,
    statistics,
    tags,
    template_messages,
)
from wxsim.wire.official_account.call import BAD_FORMAT, AccountCall
from wxsim.wire.official_account.codes import text_of
from wxsim.wire.refusal import Refusal
from wxsim.wire.tokens import TokenBook
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.world import World

HOST = "api.weixin.qq.com"
PAGES_HOST = "mp.weixin.qq.com"
STABLE = "#stable"

ROUTES: dict[str, Route[AccountCall]] = {
    **maintenance.ROUTES,
    **followers.ROUTES,
    **messages.ROUTES,
    **mass_messages.ROUTES,
    **template_messages.ROUTES,
    **scene_codes.ROUTES,
    **media.ROUTES,
    **menus.ROUTES,
    **tags.ROUTES,
    **articles.ROUTES,
    **statistics.ROUTES,
}


@dataclass(slots=True)
class _Refreshes:
    """Forced refreshes of one account."""

    last: float = 0.0


class AccountPlatform:
    """Answers calls of official accounts."""

    def __init__(self, world: World, quotas: Quotas) -> None:
        self._world = world
        self._quotas = quotas
        self._refreshes: dict[str, _Refreshes] = {}
        self._refusals = 0
        self.tokens = TokenBook(world)

    def handle(self, request: Request) -> Response:
        """Answer one call; every error is HTTP 200 with a code."""
        if request.host == PAGES_HOST:
            show = articles.show if request.path.startswith(articles.PAGE) else scene_codes.show
            return show(self._world, request)
        try:
            answer = self._answer(request)
        except Refusal as refusal:
            return self._refuse(refusal)
        return answer if isinstance(answer, Response) else json_response(answer)

    def refusal(self, request: Request, code: int) -> Response:
        """The answer with that code, as a fault wants it."""
        return self._refuse(Refusal(code))

    def _answer(self, request: Request) -> dict[str, object] | Response:
        if request.path == "/cgi-bin/token":
            return self._get_token(request)
        if request.path == "/cgi-bin/stable_token":
            return self._get_stable_token(request)
        if request.path == "/cgi-bin/clear_quota/v2":
            return self._clear_by_secret(request)
        route = ROUTES.get(request.path)
        if route is None:
            raise Refusal(40066)
        if request.method != route.method:
            raise Refusal(43001 if route.method == "GET" else 43002)
        account = self._authenticate(request)
        self._count(account.appid, request.path)
        return route.handler(AccountCall(self._world, self._quotas, request, account))

    def _authenticate(self, request: Request) -> OfficialAccount:
        token = request.query.get("access_token", "")
        if not token:
            raise Refusal(41001)
        standing = self.tokens.standing(token)
        if standing != "valid":
            raise Refusal(42001 if standing == "expired" else 40001)
        appid = self.tokens.owner(token).removesuffix(STABLE)
        account = self._world.accounts[appid]
        self._check_ip(account, request)
        return account

    def _get_token(self, request: Request) -> dict[str, object]:
        """``/cgi-bin/token``: a new token every time; the one before lives a little longer."""
        if request.query.get("grant_type") != "client_credential":
            raise Refusal(40002)
        account = self._client(request, request.query.get("appid", ""), request.query.get("secret", ""))
        self._count(account.appid, request.path)
        self.tokens.expire(account.appid, after=self._world.limits.replaced_token_seconds)
        grant = self.tokens.issue(account.appid)
        return {"access_token": grant.token, "expires_in": self.tokens.remaining(grant)}

    def _get_stable_token(self, request: Request) -> dict[str, object]:
        """``/cgi-bin/stable_token``: the current token with its remaining life."""
        if request.method != "POST":
            raise Refusal(43002)
        body = request.json(BAD_FORMAT)
        if request.wrong_json:
            raise Refusal(BAD_FORMAT)
        if body.text("grant_type") != "client_credential":
            raise Refusal(40002)
        account = self._client(request, body.text("appid"), body.text("secret"))
        self._count(account.appid, request.path)
        limits, now = self._world.limits, self._world.clock.time()
        if not self._quotas.take(f"{account.appid} stable", limits.stable_token_per_minute, MINUTE, now):
            raise Refusal(45011)
        owner = account.appid + STABLE
        if body.flag("force_refresh", False):
            self._check_force(account.appid)
            self.tokens.kill(owner)
        grant = self.tokens.current(owner)
        if grant is None or self.tokens.remaining(grant) <= limits.stable_token_renew_seconds:
            grant = self.tokens.issue(owner)
        return {"access_token": grant.token, "expires_in": self.tokens.remaining(grant)}

    def _check_force(self, appid: str) -> None:
        limits, now = self._world.limits, self._world.clock.time()
        refreshes = self._refreshes.setdefault(appid, _Refreshes())
        gap = limits.forced_refresh_gap_seconds
        if gap is not None and now - refreshes.last < gap:
            raise Refusal(45011)
        if not self._quotas.take_day(f"{appid} force_refresh", limits.forced_refresh_per_day, now):
            raise Refusal(45009)
        refreshes.last = now

    def _clear_by_secret(self, request: Request) -> dict[str, object]:
        """``clear_quota/v2`` works without a token; the fields come in the body or the query."""
        body = request.json(BAD_FORMAT)
        appid = body.text("appid") or request.query.get("appid", "")
        secret = body.text("appsecret") or request.query.get("appsecret", "")
        account = self._client(request, appid, secret)
        return maintenance.clear(self._world, self._quotas, account)

    def _client(self, request: Request, appid: str, secret: str) -> OfficialAccount:
        if not appid or not secret:
            raise Refusal(41004 if appid else 41002)
        account = self._world.accounts.get(appid)
        if account is None:
            raise Refusal(40013)
        if account.secret != secret:
            raise Refusal(40125)
        self._check_ip(account, request)
        return account

    def _check_ip(self, account: OfficialAccount, request: Request) -> None:
        if account.trusted_ips is not None and request.caller_ip not in account.trusted_ips:
            raise Refusal(40164, f"invalid ip {request.caller_ip}, not in whitelist")

    def _count(self, appid: str, path: str) -> None:
        if not self._world.switches.quotas:
            return
        now = self._world.clock.time()
        if not self._quotas.take_day(f"{appid} {path}", DAILY_QUOTAS.get(path), now):
            raise Refusal(45009)
        if not self._quotas.take(f"{appid} {path}", self._world.limits.account_calls_per_minute, MINUTE, now):
            raise Refusal(45011)

    def _refuse(self, refusal: Refusal) -> Response:
        self._refusals += 1
        mark = self._world.ids.derive(24, "rid", str(self._refusals), alphabet=HEX)
        errmsg = f"{refusal.text or text_of(refusal.code)} rid: {mark[:8]}-{mark[8:16]}-{mark[16:]}"
        return json_response({"errcode": refusal.code, "errmsg": errmsg, **refusal.extra})
