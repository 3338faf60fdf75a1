"""The console's page and its live stream."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from wxsim.console import views
from wxsim.console.bubbles import web_page
from wxsim.console.moments import rows_of_member, rows_of_person
from wxsim.console.place import Place, read_place
from wxsim.simulator import Simulator
from wxsim.world.world import World

HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
TEMPLATES.filters["host"] = lambda url: urlsplit(url).netloc
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "img-src 'self' http://127.0.0.1:* http://localhost:*; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOPBACK = "http://127.0.0.1:* http://localhost:*"
CALM_SECONDS = 0.25
"""At most four refreshes a second, however busy the world is."""
PING_SECONDS = 15.0


async def show_console(request: Request) -> Response:
    """The whole console at one place."""
    return _render(request.app.state.simulator, read_place(request.query_params))


async def show_phone(request: Request) -> Response:
    """The phone of one person (``person``) or member (``corpid``, ``userid``); with ``embed`` the phone alone."""
    asked, parts = read_place(request.query_params), request.path_params
    staff = f"{parts['corpid']}/{parts['userid']}" if "userid" in parts else ""
    return _render(request.app.state.simulator, replace(asked, person=parts.get("person", ""), staff=staff))


def _render(simulator: Simulator, place: Place) -> Response:
    context = _staff_context(simulator, place) if place.staff else _person_context(simulator, place)
    page = TEMPLATES.get_template("embed.html" if place.embed else "page.html").render(**context)
    shown = str(context.get("opened") or context.get("beside") or "")
    policy = _policy(shown, framed=bool(place.embed))
    return HTMLResponse(page, headers={**HEADERS, "Content-Security-Policy": policy})


def _policy(opened: str, *, framed: bool = False) -> str:
    """A phone that shows a web page may frame that page's origin, and this one's, where the page asks who opened it.

    A phone alone may itself be framed by pages on this machine.
    """
    policy = HEADERS["Content-Security-Policy"]
    if framed:
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {LOOPBACK}")
    if not opened:
        return policy
    parts = urlsplit(opened)
    return f"{policy}; frame-src 'self' {parts.scheme}://{parts.netloc}"


async def show_code(request: Request) -> Response:
    """What a browser sees behind a contact code: the code itself, to be scanned in the console."""
    simulator: Simulator = request.app.state.simulator
    code = simulator.world.codes.get(request.path_params["code"])
    page = TEMPLATES.get_template("code.html").render(code=views.code_row(code) if code else None)
    return HTMLResponse(page, 200 if code else 404, headers=HEADERS)


async def stream_changes(request: Request) -> Response:
    """Server-sent events: one word whenever something on a phone changed; ends when the simulator does."""
    simulator: Simulator = request.app.state.simulator
    return StreamingResponse(_changes(simulator), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _changes(simulator: Simulator) -> AsyncIterator[str]:
    changes = simulator.world.changes
    version = changes.version
    yield "retry: 1000\n\n"
    while not changes.closed:
        seen = await changes.after(version, PING_SECONDS)
        yield f"event: changed\ndata: {seen}\n\n" if seen != version else ": ping\n\n"
        version = seen
        await asyncio.sleep(CALM_SECONDS)


def _shared(simulator: Simulator, place: Place) -> dict[str, object]:
    world = simulator.world
    return {
        "place": place,
        "seed": world.seed,
        "clock": views.world_time(world),
        "clock_note": _clock_note(world),
        "hour": views.world_time(world)[-5:],
        "people": views.people_rows(world, place.search),
        "total": len(world.people),
        "staff": views.staff_rows(world, place.search),
        "callbacks": views.callback_rows(simulator),
        "unanswered": simulator.deliveries.unanswered,
        "notice": views.OUTCOMES.get(place.outcome, ""),
    }


def _person_context(simulator: Simulator, place: Place) -> dict[str, object]:
    world = simulator.world
    person = views.default_person(world, place)
    shared = _shared(simulator, place)
    if person is None:
        return {**shared, "mode": "nobody"}
    phone = world.phone(person)
    opened = views.open_chat(world, phone, place.chat) if place.chat else None
    return {
        **shared,
        "mode": "person",
        "person": person,
        "avatar": f"/avatar/{person.id}.svg",
        "chats": views.chat_rows(world, phone),
        "chat": opened[0] if opened else None,
        "bubbles": opened[1] if opened else [],
        "codes": views.code_rows(world),
        "accounts": views.accounts_of(world, person),
        "moments": rows_of_person(world, person) if place.tab == "moments" else [],
        "kf_accounts": views.kf_rows(world),
        "openids": {account.name: world.openid(account.appid, person) for account in world.accounts.values()},
        "externals": {corp.name: world.external_userid(corp.corpid, person) for corp in world.corps.values()},
    }


def _staff_context(simulator: Simulator, place: Place) -> dict[str, object]:
    world = simulator.world
    found = views.find_staff(world, place.staff)
    shared = _shared(simulator, place)
    if found is None:
        return {**shared, "mode": "nobody"}
    corp, member = found
    phone = world.staff_phone(corp, member)
    opened = views.open_chat(world, phone, place.chat) if place.chat else None
    return {
        **shared,
        "mode": "staff",
        "corp": corp,
        "member": member,
        "avatar": f"/avatar/staff/{corp.corpid}/{member.userid}.svg",
        "chats": views.chat_rows(world, phone),
        "chat": opened[0] if opened else None,
        "bubbles": opened[1] if opened else [],
        "moments": rows_of_member(world, corp, member) if place.tab == "moments" else [],
        "requests": views.request_rows(world, corp, member),
        "opened": web_page(place.page),
        "tools": views.toolbar(corp) if opened and opened[0].kind in ("customer", "group") else [],
        "beside": views.page_beside(corp, place) if opened else "",
    }


def _clock_note(world: World) -> str:
    if world.clock.stepped:
        return "步进"
    return "" if world.clock.speed == 1 else f"×{world.clock.speed:g}"
