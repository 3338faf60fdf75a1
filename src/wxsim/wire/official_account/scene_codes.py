"""QR codes with a scene (带参数二维码)."""

from io import BytesIO

import segno

from wxsim.ids import HEX, TOKEN
from wxsim.wire.fields import Body
from wxsim.wire.http import Request, Response, Route, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.codes import AccountCode
from wxsim.world.official_accounts import SceneCode
from wxsim.world.world import World

TEMPORARY = {"QR_SCENE": False, "QR_STR_SCENE": True}
PERMANENT = {"QR_LIMIT_SCENE": False, "QR_LIMIT_STR_SCENE": True}
MAX_TEXT = 64
MAX_PERMANENT_NUMBER = 100_000
MAX_NUMBER = 2**32 - 1


def create(call: AccountCall) -> dict[str, object]:
    """``qrcode/create``: temporary codes answer with ``expire_seconds``, permanent ones without."""
    call.require_verified(service=True)
    body, world, account = call.body(), call.world, call.account
    action = body.text("action_name")
    if action not in TEMPORARY and action not in PERMANENT:
        raise Refusal(40052)
    permanent = action in PERMANENT
    is_text = PERMANENT[action] if permanent else TEMPORARY[action]
    scene = _scene(body.body("action_info").body("scene"), is_text=is_text, permanent=permanent)
    cap = world.limits.permanent_scene_codes
    if permanent and cap is not None and account.permanent_codes >= cap:
        raise Refusal(45029)
    seconds = 0 if permanent else _seconds(call, body)
    code_id = "02" + world.ids.fresh(22, "scene code", alphabet=HEX)
    expires_at = None if permanent else world.clock.time() + seconds
    ticket = "gQ" + world.ids.fresh(90, "ticket", alphabet=TOKEN) + "=="
    code = SceneCode(ticket, f"http://weixin.qq.com/q/{code_id}", scene, is_text, world.clock.unix(), expires_at)
    account.scene_codes[ticket] = code
    account.permanent_codes += permanent
    world.register_code(AccountCode(code_id, code.url, account, code))
    world.ledger.write("api.scene_code_added", appid=account.appid, scene=scene, url=code.url)
    answer: dict[str, object] = {"ticket": ticket}
    return answer | ({} if permanent else {"expire_seconds": seconds}) | {"url": code.url}


def show(world: World, request: Request) -> Response:
    """``showqrcode``: the picture of a ticket; needs no token, 404 for a ticket nobody knows.

    The platform answers JPEG; this answers PNG, the one format that needs no image library.
    """
    ticket = request.query.get("ticket", "")
    if request.path == "/cgi-bin/showqrcode":
        for account in world.accounts.values():
            code = account.scene_codes.get(ticket)
            if code:
                return Response(draw(code.url), 200, "image/png")
    return Response(b"", 404, "text/plain")


def draw(content: str) -> bytes:
    """A PNG of a QR code."""
    out = BytesIO()
    segno.make(content, error="m").save(out, kind="png", scale=8, border=3)
    return out.getvalue()


def _scene(scene: Body, *, is_text: bool, permanent: bool) -> str:
    if is_text:
        text = scene.text("scene_str")
        if not 1 <= len(text) <= MAX_TEXT:
            raise Refusal(40053)
        return text
    number = scene.number("scene_id")
    if not 1 <= number <= (MAX_PERMANENT_NUMBER if permanent else MAX_NUMBER):
        raise Refusal(40053)
    return str(number)


def _seconds(call: AccountCall, body: Body) -> int:
    limits = call.world.limits
    seconds = body.number("expire_seconds", limits.scene_code_default_seconds)
    if seconds < 1 or (limits.scene_code_seconds is not None and seconds > limits.scene_code_seconds):
        raise Refusal(40053)
    return seconds


ROUTES: dict[str, Route[AccountCall]] = {"/cgi-bin/qrcode/create": post(create)}
