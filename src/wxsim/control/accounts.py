"""Corps, apps, members and official accounts: register, list, set callbacks."""

from dataclasses import asdict
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import account_named, app_named, corp_named, member_named, read, reply, simulator_of
from wxsim.simulator import VerificationFailed
from wxsim.wire.fields import Body
from wxsim.world.corps import Corp, Department, Member, WecomApp
from wxsim.world.demo import add_account, add_app, add_corp, add_member
from wxsim.world.message_templates import Kind, add_template
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.settings import CallbackSettings, Mode

KINDS: dict[str, Kind] = {"template": "template", "once": "once", "long": "long"}
MODES: dict[str, Mode] = {"plain": "plain", "compatible": "compatible", "safe": "safe"}


async def list_all(request: Request) -> Response:
    """Every account with its credentials: what a product needs for its own rows."""
    world = simulator_of(request).world
    return reply(
        {
            "corps": [show_corp(corp) for corp in world.corps.values()],
            "official_accounts": [show_account(account) for account in world.accounts.values()],
            "video_channels": [asdict(each) for each in world.video_channels],
        }
    )


async def create_corp(request: Request) -> Response:
    """A corp with departments, members and apps in one go."""
    simulator, body = simulator_of(request), await read(request)
    corpid = body.text("corpid")
    if not corpid:
        raise HTTPException(400, "corpid missing")
    corp = add_corp(
        simulator.world, corpid, body.text("name", corpid), open_platform=body.text("open_platform") or None
    )
    for each in body.bodies("departments"):
        number = each.number("id")
        corp.departments[number] = Department(number, each.text("name"), each.number("parent_id", 1))
    for each in body.bodies("members"):
        add_member(simulator.world, corp, _read_member(each))
    for each in body.bodies("apps"):
        number = each.number("agentid", 1000002)
        _fill_app(add_app(simulator.world, corp, number, each.text("name", "app"), each.text("secret")), each)
    return reply(show_corp(corp), 201)


async def change_corp(request: Request) -> Response:
    """Bind the corp to an open-platform entity, or unbind it with null."""
    corp, body = corp_named(simulator_of(request), request.path_params["corpid"]), await read(request)
    if "open_platform" in body.raw():
        corp.open_platform = body.text("open_platform") or None
    corp.name = body.text("name", corp.name)
    return reply(show_corp(corp))


async def put_member(request: Request) -> Response:
    """Enter or replace a member."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    member = _read_member(body, request.path_params["userid"])
    add_member(simulator.world, corp, member)
    return reply(asdict(member))


async def change_member(request: Request) -> Response:
    """Change status, contact_enabled, real_name_verified, console_welcome, name."""
    corp, body = corp_named(simulator_of(request), request.path_params["corpid"]), await read(request)
    member = member_named(corp, request.path_params["userid"])
    member.name = body.text("name", member.name)
    member.status = body.number("status", member.status)
    member.contact_enabled = body.flag("contact_enabled", member.contact_enabled)
    member.real_name_verified = body.flag("real_name_verified", member.real_name_verified)
    if "console_welcome" in body.raw():
        member.console_welcome = body.text("console_welcome") or None
    return reply(asdict(member))


async def change_app(request: Request) -> Response:
    """Change visible range, trusted addresses and domains, contact_api, kf_api, archive_api, toolbar_url."""
    corp, body = corp_named(simulator_of(request), request.path_params["corpid"]), await read(request)
    app = app_named(corp, request.path_params["agentid"])
    _fill_app(app, body)
    return reply(show_app(app))


async def set_app_callback(request: Request) -> Response:
    """Save URL, token and key after the check of the URL; 400 when it fails."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    app = app_named(corp, request.path_params["agentid"])
    settings = _read_settings(body)
    try:
        await simulator.set_app_callback(corp, app, settings, verify=body.flag("verify", True))
    except VerificationFailed as error:
        return reply({"error": "verification_failed", "detail": str(error)}, 400)
    return reply(show_app(app))


async def create_account(request: Request) -> Response:
    """An official account."""
    simulator, body = simulator_of(request), await read(request)
    appid = body.text("appid")
    if not appid:
        raise HTTPException(400, "appid missing")
    entity = body.text("open_platform") or None
    name = body.text("name", appid)
    account = add_account(simulator.world, appid, name, secret=body.text("secret"), open_platform=entity)
    account.original_id = body.text("original_id", account.original_id)
    _fill_account(account, body)
    return reply(show_account(account), 201)


async def change_account(request: Request) -> Response:
    """Change kind, verified, trusted addresses, open-platform binding."""
    account, body = account_named(simulator_of(request), request.path_params["appid"]), await read(request)
    _fill_account(account, body)
    return reply(show_account(account))


async def set_account_callback(request: Request) -> Response:
    """Save URL, token, key and mode after the check of the URL; 400 when it fails."""
    simulator, body = simulator_of(request), await read(request)
    account = account_named(simulator, request.path_params["appid"])
    settings = _read_settings(body)
    try:
        await simulator.set_account_callback(account, settings, verify=body.flag("verify", True))
    except VerificationFailed as error:
        return reply({"error": "verification_failed", "detail": str(error)}, 400)
    return reply(show_account(account))


async def spoil_token(request: Request) -> Response:
    """Let the current token of an owner die early (``die``) or expire (``expire``, ``after`` seconds)."""
    simulator, body = simulator_of(request), await read(request)
    owner = body.text("owner")
    found = False
    for book in (simulator.wecom.tokens, simulator.official_accounts.tokens):
        expires = body.text("how", "die") == "expire"
        found |= book.expire(owner, after=body.number("after")) if expires else book.kill(owner)
    return reply({"found": found})


def show_corp(corp: Corp) -> dict[str, object]:
    """A corp with everything an administrator sees."""
    return {
        "corpid": corp.corpid,
        "name": corp.name,
        "open_platform": corp.open_platform,
        "departments": [asdict(each) for each in corp.departments.values()],
        "members": [asdict(member) for member in corp.members.values()],
        "apps": [show_app(app) for app in corp.apps.values()],
    }


def show_app(app: WecomApp) -> dict[str, object]:
    """An app with its secret."""
    return {
        "agentid": app.agentid,
        "name": app.name,
        "secret": app.secret,
        "visible": sorted(app.visible) if app.visible is not None else None,
        "trusted_ips": sorted(app.trusted_ips) if app.trusted_ips is not None else None,
        "trusted_domains": sorted(app.trusted_domains) if app.trusted_domains is not None else None,
        "contact_api": app.contact_api,
        "kf_api": app.kf_api,
        "archive_api": app.archive_api,
        "callback": asdict(app.callback) if app.callback else None,
        "toolbar_url": app.toolbar_url,
    }


def show_account(account: OfficialAccount) -> dict[str, object]:
    """An official account with its secret."""
    return {
        "appid": account.appid,
        "secret": account.secret,
        "original_id": account.original_id,
        "name": account.name,
        "kind": account.kind,
        "verified": account.verified,
        "open_platform": account.open_platform,
        "code_url": account.code_url,
        "trusted_ips": sorted(account.trusted_ips) if account.trusted_ips is not None else None,
        "callback": asdict(account.callback) if account.callback else None,
    }


def _read_settings(body: Body) -> CallbackSettings:
    mode = MODES.get(body.text("mode", "safe"))
    key, url = body.text("aes_key"), body.text("url")
    if not url.isascii() or not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise HTTPException(400, "url must be an http or https URL in ASCII")
    if mode is None or not body.text("token"):
        raise HTTPException(400, "a token and a mode of plain, compatible or safe are needed")
    if mode != "plain" and (len(key) != 43 or not key.isascii() or not key.isalnum()):
        raise HTTPException(400, "aes_key must be 43 letters and digits")
    return CallbackSettings(url, body.text("token"), key, mode)


def _read_member(body: Body, userid: str = "") -> Member:
    userid = userid or body.text("userid")
    member = Member(userid, body.text("name", userid), body.numbers("departments") or [1])
    member.gender = body.number("gender")
    member.position = body.text("position")
    member.status = body.number("status", 1)
    member.contact_enabled = body.flag("contact_enabled", True)
    member.real_name_verified = body.flag("real_name_verified", True)
    member.console_welcome = body.text("console_welcome") or None
    return member


def _fill_app(app: WecomApp, body: Body) -> None:
    if "visible" in body.raw():
        app.visible = set(body.texts("visible")) if "visible" in body else None
    if "trusted_ips" in body.raw():
        app.trusted_ips = set(body.texts("trusted_ips")) if "trusted_ips" in body else None
    if "trusted_domains" in body.raw():
        app.trusted_domains = set(body.texts("trusted_domains")) if "trusted_domains" in body else None
    app.contact_api = body.flag("contact_api", app.contact_api)
    app.kf_api = body.flag("kf_api", app.kf_api)
    app.archive_api = body.flag("archive_api", app.archive_api)
    url = body.text("toolbar_url", app.toolbar_url)
    if url and not url.startswith(("http://", "https://")):
        raise HTTPException(400, "toolbar_url must be an http or https URL")
    app.toolbar_url = url


def _fill_account(account: OfficialAccount, body: Body) -> None:
    kind = body.text("kind", account.kind)
    if kind not in ("service", "subscription"):
        raise HTTPException(400, "kind must be service or subscription")
    account.kind = "service" if kind == "service" else "subscription"
    account.verified = body.flag("verified", account.verified)
    account.name = body.text("name", account.name)
    if "trusted_ips" in body.raw():
        account.trusted_ips = set(body.texts("trusted_ips")) if "trusted_ips" in body else None
    if "open_platform" in body.raw():
        account.open_platform = body.text("open_platform") or None


async def create_template(request: Request) -> Response:
    """A template of an official account: ``title``, ``content`` with ``{{thing1.DATA}}`` and its like, ``example``."""
    simulator, body = simulator_of(request), await read(request)
    account = account_named(simulator, request.path_params["appid"])
    if not body.text("title") or "{{" not in body.text("content"):
        raise HTTPException(400, "a template has a title and content with places")
    kind = KINDS.get(body.text("kind", "template"))
    if kind is None:
        raise HTTPException(400, "kind must be template, once or long")
    title, content, example = (body.text(name) for name in ("title", "content", "example"))
    made = add_template(simulator.world, account, title, content, example, kind)
    return reply({"template_id": made.template_id}, 201)


ROUTES = [
    Route("/sim/accounts", list_all),
    Route("/sim/tokens", spoil_token, methods=["POST"]),
    Route("/sim/corps", create_corp, methods=["POST"]),
    Route("/sim/corps/{corpid}", change_corp, methods=["PATCH"]),
    Route("/sim/corps/{corpid}/members/{userid}", put_member, methods=["PUT"]),
    Route("/sim/corps/{corpid}/members/{userid}", change_member, methods=["PATCH"]),
    Route("/sim/corps/{corpid}/apps/{agentid}", change_app, methods=["PATCH"]),
    Route("/sim/corps/{corpid}/apps/{agentid}/callback", set_app_callback, methods=["PUT"]),
    Route("/sim/official-accounts", create_account, methods=["POST"]),
    Route("/sim/official-accounts/{appid}", change_account, methods=["PATCH"]),
    Route("/sim/official-accounts/{appid}/templates", create_template, methods=["POST"]),
    Route("/sim/official-accounts/{appid}/callback", set_account_callback, methods=["PUT"]),
]
