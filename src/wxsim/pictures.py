"""Pictures and files that phones show: portraits, QR codes, uploaded media."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.simulator import Simulator
from wxsim.wire.official_account.scene_codes import draw
from wxsim.world.people import hue_of

INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def show_avatar(request: Request) -> Response:
    """A person's drawn portrait."""
    simulator: Simulator = request.app.state.simulator
    person = simulator.world.people.get(request.path_params["person"])
    return _svg(person.name, person.hue) if person else Response(status_code=404)


async def show_staff_avatar(request: Request) -> Response:
    """A member's drawn portrait."""
    simulator: Simulator = request.app.state.simulator
    corp = simulator.world.corps.get(request.path_params["corpid"])
    member = corp.member(request.path_params["userid"]) if corp else None
    return _svg(member.name, hue_of(member.userid)) if member else Response(status_code=404)


async def show_account_avatar(request: Request) -> Response:
    """An official account's sign."""
    simulator: Simulator = request.app.state.simulator
    account = simulator.world.accounts.get(request.path_params["appid"])
    return _svg(account.name, 158) if account else Response(status_code=404)


async def show_app_avatar(request: Request) -> Response:
    """An app's sign."""
    return _svg(request.query_params.get("name", "A"), 214)


def _svg(name: str, hue: int) -> Response:
    """The first character of a name on a colour, 80 × 80."""
    letter = escape(name[:1])
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="hsl({hue} 46% 60%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 24) % 360} 48% 44%)"/></linearGradient></defs>'
        '<rect width="80" height="80" fill="url(#g)"/>'
        '<text x="40" y="53" font-size="36" text-anchor="middle" fill="#fff" '
        f'font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif">{letter}</text></svg>'
    )
    return Response(drawn, media_type="image/svg+xml", headers=SAFE_HEADERS | {"Cache-Control": "max-age=600"})


async def show_medium(request: Request) -> Response:
    """An uploaded file; anything that is not a plain image is a download."""
    simulator: Simulator = request.app.state.simulator
    medium = simulator.world.media.get(request.path_params["media_id"])
    if medium is None:
        return Response(status_code=404)
    if medium.mime in INLINE:
        return Response(medium.content, media_type=medium.mime, headers=SAFE_HEADERS)
    headers = SAFE_HEADERS | {"Content-Disposition": "attachment"}
    return Response(medium.content, media_type="application/octet-stream", headers=headers)


async def show_code_picture(request: Request) -> Response:
    """PNG of a code."""
    simulator: Simulator = request.app.state.simulator
    code = simulator.world.codes.get(request.path_params["code"])
    if code is None:
        return Response(status_code=404)
    picture = draw(code.url)
    simulator.world.remember_picture(picture, code.url)
    return Response(picture, media_type="image/png")


ROUTES = [
    Route("/avatar/{person}.svg", show_avatar),
    Route("/avatar/staff/{corpid}/{userid}.svg", show_staff_avatar),
    Route("/avatar/account/{appid}.svg", show_account_avatar),
    Route("/avatar/app/{appid}.svg", show_app_avatar),
    Route("/media/{media_id}", show_medium),
    Route("/q/{code}.png", show_code_picture),
]
