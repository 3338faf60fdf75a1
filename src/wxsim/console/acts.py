"""Buttons of the console: each does one thing in the world and leads back to the page."""

from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wxsim.console import views
from wxsim.console.place import Place
from wxsim.control.answers import read, reply
from wxsim.simulator import Simulator
from wxsim.wire.wecom.page_calls import PageCall, answer
from wxsim.world import contacts, following
from wxsim.world.cards import press
from wxsim.world.corps import Corp, Member
from wxsim.world.group_chats import find_chat, leave_group, speak
from wxsim.world.kf import answer_kf, ask_kf, enter_session, find_kf
from wxsim.world.mass_messages import confirm
from wxsim.world.moments import MomentPost, comment, find_post, like, post_own, publish
from wxsim.world.people import Person
from wxsim.world.scanning import scan

MAX_NAME = 32
MAX_TEXT = 2000


async def create_person(request: Request) -> Response:
    """A new stranger, with the name given or an invented one."""
    form, simulator = await _form(request), _simulator(request)
    person = simulator.world.create_person(form.get("name", "").strip()[:MAX_NAME])
    return _go(request, Place(person=person.id, outcome="person_created"))


async def act_as_person(request: Request) -> Response:
    """Scan, follow, unfollow, say, delete a friend, leave a group chat, enter customer service."""
    form, simulator = await _form(request), _simulator(request)
    person = simulator.world.people.get(request.path_params["person"])
    act = PERSON_ACTS.get(request.path_params["act"])
    if person is None or act is None:
        raise HTTPException(404, "no such person or act")
    return _go(request, act(simulator, person, form))


async def act_as_staff(request: Request) -> Response:
    """Say, accept, delete a customer, change a remark."""
    form, simulator = await _form(request), _simulator(request)
    key = f"{request.path_params['corpid']}/{request.path_params['userid']}"
    found = views.find_staff(simulator.world, key)
    act = STAFF_ACTS.get(request.path_params["act"])
    if found is None or act is None:
        raise HTTPException(404, "no such member or act")
    return _go(request, act(simulator, *found, form))


async def call_from_page(request: Request) -> Response:
    """What a page beside a chat asks of the phone; the phone's script passes it on, from this origin alone."""
    _refuse_other_sites(request)
    simulator, parts = _simulator(request), request.path_params
    found = views.find_staff(simulator.world, f"{parts['corpid']}/{parts['userid']}")
    if found is None:
        raise HTTPException(404, "no such member")
    body = await read(request)
    call = PageCall(
        name=body.text("name"),
        params=body.body("params"),
        page=body.text("page"),
        chat=body.text("chat"),
        config=body.body("config") if "config" in body else None,
        agent=body.body("agent") if "agent" in body else None,
    )
    return reply(answer(simulator.world, *found, call))


def _scan(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    outcome = scan(simulator.world, person, form.get("code", ""))
    return Place(
        person=person.id, chat=outcome.chat if outcome.kind != "friend_requested" else "", outcome=outcome.kind
    )


def _follow(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    account = simulator.world.accounts.get(form.get("appid", ""))
    if account is None:
        raise HTTPException(404, "no such account")
    following.follow(simulator.world, account, person)
    return Place(person=person.id, chat=f"account:{account.appid}", outcome="followed")


def _unfollow(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    account = simulator.world.accounts.get(form.get("appid", ""))
    if account is None:
        raise HTTPException(404, "no such account")
    following.unfollow(simulator.world, account, person)
    return Place(person=person.id, outcome="unfollowed")


def _say(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    key, text = form.get("chat", ""), _words(form)
    place = Place(person=person.id, chat=key)
    if not text:
        return place
    kind, _, rest = key.partition(":")
    if kind == "account" and rest in simulator.world.accounts:
        following.write(simulator.world, simulator.world.accounts[rest], person, text, form.get("menu_id", ""))
        return place
    group = find_chat(simulator.world, key)
    if group is not None:
        speak(simulator.world, *group, simulator.world.external_userid(group[0].corpid, person), text)
        return place
    kf = find_kf(simulator.world, key)
    if kf is not None:
        ask_kf(simulator.world, kf[0], kf[1], person, text)
        return place
    found = views.find_staff(simulator.world, rest.replace(":", "/", 1))
    if kind != "staff" or found is None:
        raise HTTPException(404, "no such chat")
    contacts.tell_member(simulator.world, *found, person, text)
    return place


def _delete_friend(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    found = views.find_staff(simulator.world, form.get("staff", ""))
    if found is None:
        raise HTTPException(404, "no such member")
    contacts.leave(simulator.world, *found, person)
    return Place(person=person.id, outcome="friend_deleted")


def _ask_kf(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    found = find_kf(simulator.world, form.get("chat", ""))
    if found is None:
        raise HTTPException(404, "no such customer service")
    chat = enter_session(simulator.world, found[0], found[1], person)
    return Place(person=person.id, chat=chat.key, outcome="kf_entered")


def _leave_group(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    found = find_chat(simulator.world, form.get("chat", ""))
    if found is None:
        raise HTTPException(404, "no such group chat")
    leave_group(simulator.world, *found, person)
    return Place(person=person.id, outcome="group_left")


def _like_moment(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    corp, post = _post(simulator, form)
    author = simulator.world.external_userid(corp.corpid, person)
    like(simulator.world, corp, post, author, liked=bool(form.get("liked")))
    return Place(person=person.id, tab="moments")


def _comment_moment(simulator: Simulator, person: Person, form: dict[str, str]) -> Place:
    corp, post = _post(simulator, form)
    author = simulator.world.external_userid(corp.corpid, person)
    comment(simulator.world, corp, post, author, _words(form))
    return Place(person=person.id, tab="moments")


def _post(simulator: Simulator, form: dict[str, str]) -> tuple[Corp, MomentPost]:
    corp = simulator.world.corps.get(form.get("corpid", ""))
    post = find_post(corp, form.get("moment_id", ""), form.get("userid", "")) if corp else None
    if corp is None or post is None:
        raise HTTPException(404, "no such post")
    return corp, post


def _words(form: dict[str, str]) -> str:
    return form.get("text", "").strip()[:MAX_TEXT]


def _staff_say(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    key, text = form.get("chat", ""), _words(form)
    place = Place(staff=f"{corp.corpid}/{member.userid}", chat=key)
    if not text:
        return place
    kind, _, rest = key.partition(":")
    group = find_chat(simulator.world, key)
    if group is not None:
        speak(simulator.world, *group, member.userid, text)
        return place
    kf = find_kf(simulator.world, key)
    if kf is not None:
        customer = simulator.world.person_by(kf[2])
        if customer is None or not answer_kf(simulator.world, corp, kf[1], member, customer, text):
            return Place(staff=place.staff, chat=key, outcome="not_delivered")
        return place
    if kind == "app":
        agentid = rest.partition(":")[2]
        if not agentid.isdecimal() or int(agentid) not in corp.apps:
            raise HTTPException(404, "no such app")
        contacts.tell_app(simulator.world, corp, int(agentid), member, text)
        return place
    friendship = corp.friendship(member.userid, rest)
    if friendship is None:
        return Place(staff=place.staff, chat=key, outcome="not_delivered")
    contacts.answer_customer(simulator.world, corp, friendship, text)
    return place


def _accept(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    external = form.get("external_userid", "")
    contacts.accept(simulator.world, corp, member, external)
    return Place(staff=f"{corp.corpid}/{member.userid}", chat=f"customer:{external}", outcome="accepted")


def _press(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    agentid = form.get("agentid", "")
    app = corp.apps.get(int(agentid)) if agentid.isdecimal() and len(agentid) < 12 else None
    if app is None:
        raise HTTPException(404, "no such app")
    press(simulator.world, corp, app, member, form.get("task_id", ""), form.get("key", ""))
    return Place(staff=f"{corp.corpid}/{member.userid}", chat=form.get("chat", ""))


def _confirm_mass(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    place = Place(staff=f"{corp.corpid}/{member.userid}", chat=form.get("chat", ""))
    confirm(simulator.world, corp, member, form.get("msgid", ""))
    return place


def _publish_moment(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    publish(simulator.world, corp, member, form.get("moment_id", ""))
    return Place(staff=f"{corp.corpid}/{member.userid}", chat=form.get("chat", ""))


def _post_moment(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    posted = post_own(simulator.world, corp, member, _words(form))
    outcome = "" if posted else "not_posted"
    return Place(staff=f"{corp.corpid}/{member.userid}", tab="moments", outcome=outcome)


def _staff_like_moment(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    like(simulator.world, *_post(simulator, form), member.userid, liked=bool(form.get("liked")))
    return Place(staff=f"{corp.corpid}/{member.userid}", tab="moments")


def _staff_comment_moment(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    comment(simulator.world, *_post(simulator, form), member.userid, _words(form))
    return Place(staff=f"{corp.corpid}/{member.userid}", tab="moments")


def _delete_customer(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    contacts.remove(simulator.world, corp, member, form.get("external_userid", ""))
    return Place(staff=f"{corp.corpid}/{member.userid}", outcome="customer_deleted")


def _remark(simulator: Simulator, corp: Corp, member: Member, form: dict[str, str]) -> Place:
    external = form.get("external_userid", "")
    friendship = corp.friendship(member.userid, external)
    if friendship:
        contacts.edit(simulator.world, corp, friendship, form.get("remark", "").strip()[:MAX_NAME])
    return Place(staff=f"{corp.corpid}/{member.userid}", chat=f"customer:{external}")


def _simulator(request: Request) -> Simulator:
    found: Simulator = request.app.state.simulator
    return found


async def _form(request: Request) -> dict[str, str]:
    """The form's texts; a form that another site posts is refused."""
    _refuse_other_sites(request)
    async with request.form(max_files=0, max_fields=20) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _refuse_other_sites(request: Request) -> None:
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "posted by another site")


def _go(request: Request, place: Place) -> Response:
    """Back to the page, in the same frame: a phone alone stays alone, and what stands beside a chat stays there."""
    came_from = parse_qs(urlsplit(request.headers.get("referer", "")).query)
    kept = {"embed": "1" if came_from.get("embed") else ""}
    if place.chat and came_from.get("chat") == [place.chat]:
        kept["beside"] = came_from.get("beside", [""])[0]
    return RedirectResponse(place.url(outcome=place.outcome, **kept), 303)


PERSON_ACTS = {
    "scan": _scan,
    "follow": _follow,
    "unfollow": _unfollow,
    "say": _say,
    "delete_friend": _delete_friend,
    "leave_group": _leave_group,
    "ask_kf": _ask_kf,
    "like_moment": _like_moment,
    "comment_moment": _comment_moment,
}
STAFF_ACTS = {
    "say": _staff_say,
    "accept": _accept,
    "press": _press,
    "confirm_mass": _confirm_mass,
    "publish_moment": _publish_moment,
    "post_moment": _post_moment,
    "like_moment": _staff_like_moment,
    "comment_moment": _staff_comment_moment,
    "delete_customer": _delete_customer,
    "remark": _remark,
}
