"""Group chats: start one, look into it, invite, remove, rename, dissolve."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import chat_named, corp_named, member_named, person_named, read, reply, simulator_of
from wxsim.simulator import Simulator
from wxsim.wire.fields import Body
from wxsim.world.corps import Corp
from wxsim.world.group_chats import (
    BY_LINK,
    INVITED,
    GroupChat,
    create_group_chat,
    dismiss,
    join,
    leave_group,
    rename,
    status_of,
)

GROUP_CHATS = "/sim/corps/{corpid}/group-chats"


async def list_group_chats(request: Request) -> Response:
    """All group chats of a corp with everybody in them, dissolved ones too."""
    corp = corp_named(simulator_of(request), request.path_params["corpid"])
    return reply({"group_chats": [_show(corp, chat) for chat in corp.group_chats.values()]})


async def create(request: Request) -> Response:
    """Start one: ``owner``, ``name``, ``admins`` (userids), ``people`` who are invited at once."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    owner = member_named(corp, body.text("owner"))
    people = [person_named(simulator, each) for each in body.texts("people")]
    admins = [member_named(corp, each).userid for each in body.texts("admins")]
    chat = create_group_chat(simulator.world, corp, owner, body.text("name") or "群聊", admins)
    for person in people:
        join(simulator.world, corp, chat, person, INVITED, invitor=owner.userid)
    return reply(_show(corp, chat), 201)


async def change(request: Request) -> Response:
    """Rename it."""
    simulator, corp, chat, body = await _named(request)
    if "name" in body:
        rename(simulator.world, corp, chat, body.text("name"))
    return reply(_show(corp, chat))


async def remove(request: Request) -> Response:
    """Dissolve it."""
    simulator, corp, chat, _ = await _named(request)
    dismiss(simulator.world, corp, chat)
    return reply(_show(corp, chat))


async def act(request: Request) -> Response:
    """``invite`` (``person``, ``invitor``?, ``link``?) or ``remove`` (``person``)."""
    simulator, corp, chat, body = await _named(request)
    person = person_named(simulator, body.text("person"))
    if request.path_params["act"] == "invite":
        scene = BY_LINK if body.flag("link", False) else INVITED
        invitor = body.text("invitor", chat.owner)
        return reply({"done": join(simulator.world, corp, chat, person, scene, invitor=invitor)})
    if request.path_params["act"] == "remove":
        return reply({"done": leave_group(simulator.world, corp, chat, person, removed=True)})
    raise HTTPException(404, "there are invite and remove")


async def _named(request: Request) -> tuple[Simulator, Corp, GroupChat, Body]:
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    return simulator, corp, chat_named(corp, request.path_params["chat_id"]), body


def _show(corp: Corp, chat: GroupChat) -> dict[str, object]:
    members = [
        {
            "userid": each.userid,
            "person": each.person.id if each.person else None,
            "joined_at": each.joined_at,
            "scene": each.scene,
            "state": each.state,
        }
        for each in chat.members.values()
    ]
    return {
        "chat_id": chat.chat_id,
        "name": chat.name,
        "owner": chat.owner,
        "status": status_of(corp, chat),
        "dismissed": chat.dismissed,
        "version": chat.version,
        "members": members,
    }


ROUTES = [
    Route(GROUP_CHATS, list_group_chats),
    Route(GROUP_CHATS, create, methods=["POST"]),
    Route(f"{GROUP_CHATS}/{{chat_id}}", change, methods=["PATCH"]),
    Route(f"{GROUP_CHATS}/{{chat_id}}", remove, methods=["DELETE"]),
    Route(f"{GROUP_CHATS}/{{chat_id}}/{{act}}", act, methods=["POST"]),
]
