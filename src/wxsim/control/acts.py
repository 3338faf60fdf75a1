"""Act as a person or as a member of staff."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import (
    account_named,
    app_named,
    chat_named,
    corp_named,
    member_named,
    person_named,
    read,
    reply,
    simulator_of,
    whole_number,
)
from wxsim.simulator import Simulator
from wxsim.wire.fields import Body
from wxsim.world.cards import press
from wxsim.world.chats import Chat, Phone
from wxsim.world.contacts import accept, add_directly, answer_customer, edit, leave, remove, tell_app, tell_member
from wxsim.world.corp_tags import make_tag, mark_in_client
from wxsim.world.corps import Corp, Friendship, Member
from wxsim.world.following import follow, tap, unfollow, write
from wxsim.world.group_chats import leave_group, speak
from wxsim.world.mass_messages import confirm
from wxsim.world.message_templates import answer_popup, withdraw
from wxsim.world.moments import MomentPost, MomentTask, comment, find_post, like, post_own, posts_for, publish
from wxsim.world.people import Person
from wxsim.world.scanning import scan


async def list_people(request: Request) -> Response:
    """People, in the order they came into the world; ``search`` filters names and ids, ``limit`` is 100 unless told."""
    world = simulator_of(request).world
    search, limit = request.query_params.get("search", ""), whole_number(request, "limit", 100)
    found = [each for each in world.people.values() if search in each.name or search == each.id]
    return reply({"total": len(found), "people": [show_person(each) for each in found[:limit]]})


async def create_people(request: Request) -> Response:
    """One person with a name given or invented, or ``count`` strangers."""
    simulator, body = simulator_of(request), await read(request)
    if "count" in body:
        made = [simulator.world.create_person() for _ in range(body.number("count"))]
        return reply({"people": [show_person(each) for each in made]}, 201)
    return reply(show_person(simulator.world.create_person(body.text("name"), body.number("gender"))), 201)


async def get_person(request: Request) -> Response:
    """A person with every id that any account knows them by."""
    simulator = simulator_of(request)
    world, person = simulator.world, person_named(simulator, request.path_params["person"])
    return reply(
        {
            **show_person(person),
            "openids": {appid: world.openid(appid, person) for appid in world.accounts},
            "external_userids": {corpid: world.external_userid(corpid, person) for corpid in world.corps},
        }
    )


async def get_phone(request: Request) -> Response:
    """All chats on a person's phone."""
    simulator = simulator_of(request)
    return reply(show_phone(simulator.world.phone(person_named(simulator, request.path_params["person"]))))


async def get_moments(request: Request) -> Response:
    """What stands in a person's 朋友圈, newest first, with all reactions by external_userid or userid."""
    simulator = simulator_of(request)
    person = person_named(simulator, request.path_params["person"])
    return reply({"moments": [show_moment(*each) for each in posts_for(simulator.world, person)]})


async def get_staff_phone(request: Request) -> Response:
    """All chats on a member's phone."""
    simulator = simulator_of(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    member = member_named(corp, request.path_params["userid"])
    return reply(show_phone(simulator.world.staff_phone(corp, member)))


async def act(request: Request) -> Response:
    """One act of a person: scan, follow, unfollow, block, say, tap, delete_friend, add_friend, leave_group."""
    simulator, body = simulator_of(request), await read(request)
    person = person_named(simulator, request.path_params["person"])
    name = request.path_params["act"]
    if name not in ACTS:
        raise HTTPException(404, f"no act {name!r}; there are " + ", ".join(ACTS))
    return reply(ACTS[name](simulator, person, body))


async def act_as_staff(request: Request) -> Response:
    """One act of a member: accept, delete_customer, edit_customer, say, say_to_app."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    member = member_named(corp, request.path_params["userid"])
    name = request.path_params["act"]
    if name not in STAFF_ACTS:
        raise HTTPException(404, f"no act {name!r}; there are " + ", ".join(STAFF_ACTS))
    return reply(STAFF_ACTS[name](simulator, corp, member, body))


def show_person(person: Person) -> dict[str, object]:
    """A person's own facts."""
    return {"id": person.id, "name": person.name, "gender": person.gender, "phone": person.phone}


def show_phone(phone: Phone) -> dict[str, object]:
    """Chats, newest first, with all bubbles."""
    return {"chats": [_show_chat(chat) for chat in phone.recent()]}


def show_moment(corp: Corp, task: MomentTask, post: MomentPost) -> dict[str, object]:
    """One member's post."""
    return {
        "corpid": corp.corpid,
        "userid": post.userid,
        "moment_id": task.moment_id,
        "published_at": post.published_at,
        "text": task.text,
        "attachments": [{"kind": kind, "body": body} for kind, body in task.bubbles],
        "likes": post.likes,
        "comments": [{"author": each.author, "at": each.at, "text": each.text} for each in post.comments],
    }


def _show_chat(chat: Chat) -> dict[str, object]:
    messages = [
        {"n": each.n, "at": each.at, "side": each.side, "kind": each.kind, "body": each.body} for each in chat.messages
    ]
    return {"key": chat.key, "title": chat.title, "kind": chat.kind, "active": chat.active, "messages": messages}


def _scan(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    outcome = scan(simulator.world, person, body.text("code"))
    return {"outcome": outcome.kind, "chat": outcome.chat, "name": outcome.name}


def _follow(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    account = account_named(simulator, body.text("appid"))
    follower = follow(simulator.world, account, person, None, body.text("subscribe_scene", "ADD_SCENE_SEARCH"))
    return {"openid": follower.openid}


def _unfollow(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    return {"done": unfollow(simulator.world, account_named(simulator, body.text("appid")), person)}


def _block(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    """Refuse this account's messages, or let them through again with ``"blocked": false``."""
    account = account_named(simulator, body.text("appid"))
    follower = account.followers.get(simulator.world.openid(account.appid, person))
    if follower:
        follower.blocked = body.flag("blocked", True)
    return {"done": follower is not None}


def _tap(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    """A button of an account's menu, by its name."""
    account = account_named(simulator, body.text("appid"))
    return {"done": tap(simulator.world, account, person, body.text("name"))}


def _say(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    """To an account (``appid``), to a member (``corpid``, ``userid``) or in a group chat (``corpid``, ``chat_id``)."""
    if "appid" in body:
        account = account_named(simulator, body.text("appid"))
        return {"done": write(simulator.world, account, person, body.text("text"), body.text("menu_id"))}
    corp = corp_named(simulator, body.text("corpid"))
    if "chat_id" in body:
        chat, external = chat_named(corp, body.text("chat_id")), simulator.world.external_userid(corp.corpid, person)
        return {"done": speak(simulator.world, corp, chat, external, body.text("text"))}
    member = member_named(corp, body.text("userid"))
    return {"done": tell_member(simulator.world, corp, member, person, body.text("text"))}


def _delete_friend(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    corp = corp_named(simulator, body.text("corpid"))
    return {"done": leave(simulator.world, corp, member_named(corp, body.text("userid")), person)}


def _add_friend(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    corp = corp_named(simulator, body.text("corpid"))
    friendship = add_directly(simulator.world, corp, member_named(corp, body.text("userid")), person)
    return {"external_userid": friendship.external_userid}


def _leave_group(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    corp = corp_named(simulator, body.text("corpid"))
    return {"done": leave_group(simulator.world, corp, chat_named(corp, body.text("chat_id")), person)}


def _accept(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"done": accept(simulator.world, corp, member, body.text("external_userid")) is not None}


def _delete_customer(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"done": remove(simulator.world, corp, member, body.text("external_userid"))}


def _edit_customer(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    edit(simulator.world, corp, _customer(corp, member, body), body.text("remark"))
    return {"done": True}


def _tag_customer(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    """``tags``: names, each of a tag that exists; the customer carries these then and no others."""
    tags = [tag for group in corp.tag_groups.values() for tag in group.tags.values() if not tag.deleted]
    wanted = set(body.texts("tags"))
    if unknown := wanted - {tag.name for tag in tags}:
        raise HTTPException(404, f"no tag {sorted(unknown)[0]}")
    mark_in_client(simulator.world, corp, _customer(corp, member, body), [tag for tag in tags if tag.name in wanted])
    return {"done": True}


def _make_tag(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"id": make_tag(simulator.world, corp, body.text("group"), body.text("name")).id}


def _say_to_customer(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    answer_customer(simulator.world, corp, _customer(corp, member, body), body.text("text"))
    return {"done": True}


def _say_to_app(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    agentid = body.number("agentid")
    if agentid not in corp.apps:
        raise HTTPException(404, f"no app {agentid}")
    tell_app(simulator.world, corp, agentid, member, body.text("text"))
    return {"done": True}


def _press(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    app = app_named(corp, str(body.number("agentid")))
    return {"done": press(simulator.world, corp, app, member, body.text("task_id"), body.text("key"))}


def _customer(corp: Corp, member: Member, body: Body) -> Friendship:
    found = corp.friendship(member.userid, body.text("external_userid"))
    if found is None:
        raise HTTPException(404, "not a customer of this member")
    return found


def _confirm_mass(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"done": confirm(simulator.world, corp, member, body.text("msgid"))}


def _publish_moment(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"done": publish(simulator.world, corp, member, body.text("moment_id"))}


def _post_moment(simulator: Simulator, corp: Corp, member: Member, body: Body) -> dict[str, object]:
    return {"done": post_own(simulator.world, corp, member, body.text("text"))}


def _like_moment(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    """Like the post of a member (``corpid``, ``userid``, ``moment_id``), or take it back with ``"liked": false``."""
    corp, post = _post(simulator, body)
    author = simulator.world.external_userid(corp.corpid, person)
    return {"done": like(simulator.world, corp, post, author, liked=body.flag("liked", True))}


def _comment_moment(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    corp, post = _post(simulator, body)
    author = simulator.world.external_userid(corp.corpid, person)
    return {"done": comment(simulator.world, corp, post, author, body.text("text"))}


def _post(simulator: Simulator, body: Body) -> tuple[Corp, MomentPost]:
    corp = corp_named(simulator, body.text("corpid"))
    post = find_post(corp, body.text("moment_id"), body.text("userid"))
    if post is None:
        raise HTTPException(404, "no such post")
    return corp, post


def _answer_popup(simulator: Simulator, person: Person, body: Body) -> dict[str, object]:
    account = account_named(simulator, body.text("appid"))
    follower = account.followers.get(simulator.world.openid(account.appid, person))
    template = account.templates.get(body.text("template_id"))
    if follower is None or template is None or template.kind == "template":
        raise HTTPException(404, "no such follower, or no such template of subscription notices")
    if "withdraw" in body and body.flag("withdraw", False):
        withdraw(simulator.world, account, follower, template)
    else:
        answer_popup(simulator.world, account, follower, template, body.flag("accept", True))
    return {"left": follower.permissions.get(template.template_id, 0)}


ACTS = {
    "scan": _scan,
    "follow": _follow,
    "unfollow": _unfollow,
    "block": _block,
    "say": _say,
    "tap": _tap,
    "delete_friend": _delete_friend,
    "add_friend": _add_friend,
    "leave_group": _leave_group,
    "answer_popup": _answer_popup,
    "like_moment": _like_moment,
    "comment_moment": _comment_moment,
}
STAFF_ACTS = {
    "accept": _accept,
    "delete_customer": _delete_customer,
    "edit_customer": _edit_customer,
    "tag_customer": _tag_customer,
    "make_tag": _make_tag,
    "say": _say_to_customer,
    "say_to_app": _say_to_app,
    "press": _press,
    "confirm_mass": _confirm_mass,
    "publish_moment": _publish_moment,
    "post_moment": _post_moment,
}

ROUTES = [
    Route("/sim/people", list_people),
    Route("/sim/people", create_people, methods=["POST"]),
    Route("/sim/people/{person}", get_person),
    Route("/sim/people/{person}/phone", get_phone),
    Route("/sim/people/{person}/moments", get_moments),
    Route("/sim/people/{person}/{act}", act, methods=["POST"]),
    Route("/sim/corps/{corpid}/members/{userid}/phone", get_staff_phone),
    Route("/sim/corps/{corpid}/members/{userid}/{act}", act_as_staff, methods=["POST"]),
]
