"""The gate of ``qyapi.weixin.qq.com``: token, caller, quota, then the API itself."""

from dataclasses import dataclass

from wxsim.ids import HEX
from wxsim.quota import HOUR, MINUTE, Quotas
from wxsim.wire.http import Request, Response, Route, json_response
from wxsim.wire.refusal import Refusal
from wxsim.wire.tokens import TokenBook
from wxsim.wire.wecom import (
    addresses,
    archive,
    contact_ways,
    customers,
    group_chats,
    join_ways,
    kf,
    mass_messages,
    media,
    messages,
    moments,
    page_visits,
    staff,
    tags,
    template_cards,
    welcome,
)
from wxsim.wire.wecom.call import WecomCall
from wxsim.wire.wecom.codes import text_of
from wxsim.world.corps import Corp, WecomApp
from wxsim.world.world import World

HOST = "qyapi.weixin.qq.com"

ROUTES: dict[str, Route[WecomCall]] = {
    **addresses.ROUTES,
    **staff.ROUTES,
    **customers.ROUTES,
    **contact_ways.ROUTES,
    **group_chats.ROUTES,
    **join_ways.ROUTES,
    **tags.ROUTES,
    **welcome.ROUTES,
    **messages.ROUTES,
    **template_cards.ROUTES,
    **page_visits.ROUTES,
    **media.ROUTES,
    **kf.ROUTES,
    **archive.ROUTES,
    **mass_messages.ROUTES,
    **moments.ROUTES,
}
UNCOUNTED = {"/cgi-bin/message/send"}
"""Has its own rule: it does not count in the base frequency (90454)."""


@dataclass(slots=True)
class _WrongSecrets:
    count: int = 0
    blocked_until: float = 0.0


class WecomPlatform:
    """Answers calls of self-built apps."""

    def __init__(self, world: World, quotas: Quotas) -> None:
        self._world = world
        self._quotas = quotas
        self._wrong: dict[str, _WrongSecrets] = {}
        self._hints = 0
        self.tokens = TokenBook(world)

    def handle(self, request: Request) -> Response:
        """Answer one call; every error is HTTP 200 with a code, but for a path nobody knows."""
        try:
            answer = self._answer(request)
        except Refusal as refusal:
            return self._refuse(request, refusal)
        if isinstance(answer, Response):
            return answer
        return json_response({"errcode": 0, "errmsg": "ok", **answer})

    def refusal(self, request: Request, code: int) -> Response:
        """The answer with that code, as a fault wants it."""
        return self._refuse(request, Refusal(code))

    def _answer(self, request: Request) -> dict[str, object] | Response:
        if request.path == "/cgi-bin/gettoken":
            return self._get_token(request)
        route = ROUTES.get(request.path)
        if route is None:
            return Response(b"404 page not found", 404, "text/plain")
        corp, app = self._authenticate(request)
        if self._world.switches.quotas and request.path not in UNCOUNTED:
            self._count(corp.corpid, request)
        if request.method != route.method:
            raise Refusal(40063, f"require {route.method} method")
        return route.handler(WecomCall(self._world, self._quotas, request, corp, app))

    def _authenticate(self, request: Request) -> tuple[Corp, WecomApp]:
        token = request.query.get("access_token", "")
        if not token:
            raise Refusal(41001)
        standing = self.tokens.standing(token)
        if standing != "valid":
            raise Refusal(42001 if standing == "expired" else 40014)
        corpid, _, agentid = self.tokens.owner(token).partition("/")
        corp = self._world.corps[corpid]
        app = corp.apps.get(int(agentid))
        if app is None:
            raise Refusal(40014)
        self._check_ip(app, request)
        return corp, app

    def _get_token(self, request: Request) -> dict[str, object]:
        corpid, secret = request.query.get("corpid", ""), request.query.get("corpsecret", "")
        if not corpid or not secret:
            raise Refusal(41004 if corpid else 41002)
        corp = self._world.corps.get(corpid)
        if corp is None:
            raise Refusal(40013)
        self._check_block(request.caller_ip)
        app = next((each for each in corp.apps.values() if each.secret == secret), None)
        if app is None:
            self._note_wrong_secret(request.caller_ip)
            elsewhere = any(
                each.secret == secret for other in self._world.corps.values() for each in other.apps.values()
            )
            raise Refusal(40091 if elsewhere else 40001)
        self._check_ip(app, request)
        if self._world.switches.quotas:
            self._count(corpid, request)
        owner = f"{corpid}/{app.agentid}"
        grant = self.tokens.current(owner) or self.tokens.issue(owner)
        return {"access_token": grant.token, "expires_in": self.tokens.remaining(grant)}

    def _check_ip(self, app: WecomApp, request: Request) -> None:
        if app.trusted_ips is not None and request.caller_ip not in app.trusted_ips:
            raise Refusal(60020)

    def _check_block(self, caller_ip: str) -> None:
        wrong = self._wrong.get(caller_ip)
        if wrong and self._world.clock.time() < wrong.blocked_until:
            raise Refusal(45009)

    def _note_wrong_secret(self, caller_ip: str) -> None:
        limits = self._world.limits
        wrong = self._wrong.setdefault(caller_ip, _WrongSecrets())
        wrong.count += 1
        if limits.wrong_secrets_before_block is not None and wrong.count > limits.wrong_secrets_before_block:
            wrong.blocked_until = self._world.clock.time() + limits.wrong_secret_block_seconds

    def _count(self, corpid: str, request: Request) -> None:
        limits, now = self._world.limits, self._world.clock.time()
        api, caller = f"{corpid} {request.path}", f"{request.caller_ip} {request.path}"
        self._quotas.take_day(api, None, now)
        allowed = (
            self._quotas.take(api, limits.wecom_calls_per_minute, MINUTE, now)
            and self._quotas.take(api, limits.wecom_calls_per_hour, HOUR, now)
            and self._quotas.take(caller, limits.wecom_ip_calls_per_minute, MINUTE, now)
            and self._quotas.take(caller, limits.wecom_ip_calls_per_hour, HOUR, now)
        )
        if not allowed:
            raise Refusal(45009)

    def _refuse(self, request: Request, refusal: Refusal) -> Response:
        self._hints += 1
        mark = self._world.ids.derive(32, "hint", str(self._hints), alphabet=HEX)
        words = refusal.text or text_of(refusal.code)
        if request.wrong_json:
            words = f"Warning: wrong json format. {words}"
        hint = f"hint: [{self._world.clock.unix()}_{self._hints}_{mark}]"
        more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={refusal.code}"
        errmsg = f"{words}, {hint}, from ip: {request.caller_ip}, {more}"
        return json_response({"errcode": refusal.code, "errmsg": errmsg, **refusal.extra})
