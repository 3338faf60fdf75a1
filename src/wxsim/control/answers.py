"""Reading and answering JSON for the control API."""

from collections.abc import Mapping

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from wxsim.simulator import Simulator
from wxsim.wire.fields import Body
from wxsim.world.corps import Corp, Member, WecomApp
from wxsim.world.group_chats import GroupChat
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.people import Person


def simulator_of(request: Request) -> Simulator:
    """The simulator behind this request."""
    found: Simulator = request.app.state.simulator
    return found


def reply(values: Mapping[str, object] | list[dict[str, object]], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(values), status, media_type="application/json")


async def read(request: Request) -> Body:
    """The JSON object sent, an empty one without a body; 400 for anything else."""
    raw = await request.body()
    try:
        values = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(values, dict):
        raise HTTPException(400, "the body must be an object")
    return Body(values)


def whole_number(request: Request, name: str, default: int) -> int:
    """A query parameter that is a number from 0; 400 for anything else."""
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or len(text) > 12:
        raise HTTPException(400, f"{name} must be a number")
    return int(text)


def person_named(simulator: Simulator, text: str) -> Person:
    """A person by id, openid, external_userid or unionid; 404."""
    found = simulator.world.person_by(text)
    if found is None:
        raise HTTPException(404, f"no person {text!r}")
    return found


def corp_named(simulator: Simulator, corpid: str) -> Corp:
    """A corp; 404."""
    found = simulator.world.corps.get(corpid)
    if found is None:
        raise HTTPException(404, f"no corp {corpid!r}")
    return found


def app_named(corp: Corp, agentid: str) -> WecomApp:
    """An app of a corp; 404."""
    found = corp.apps.get(int(agentid)) if agentid.isdecimal() and len(agentid) < 12 else None
    if found is None:
        raise HTTPException(404, f"no app {agentid!r}")
    return found


def member_named(corp: Corp, userid: str) -> Member:
    """A member of a corp; 404."""
    found = corp.member(userid)
    if found is None:
        raise HTTPException(404, f"no member {userid!r}")
    return found


def chat_named(corp: Corp, chat_id: str) -> GroupChat:
    """A group chat of a corp, dissolved ones too; 404."""
    found = corp.group_chats.get(chat_id)
    if found is None:
        raise HTTPException(404, f"no group chat {chat_id!r}")
    return found


def account_named(simulator: Simulator, appid: str) -> OfficialAccount:
    """An official account; 404."""
    found = simulator.world.accounts.get(appid)
    if found is None:
        raise HTTPException(404, f"no official account {appid!r}")
    return found
