"""朋友圈 as the phones show it: to a customer what they see, to a member what they published."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from wxsim.console.bubbles import clock_text, local_picture, rich_text, safe_href
from wxsim.world.corps import Corp, Member
from wxsim.world.moments import MomentPost, MomentTask, posts_for
from wxsim.world.people import Person
from wxsim.world.world import World

SHOWN = 30


@dataclass(frozen=True, slots=True)
class MomentRow:
    """One post; ``link`` is empty or its title, address and picture; ``comments`` are names and words."""

    id: str
    corpid: str
    userid: str
    moment_id: str
    name: str
    label: str
    avatar: str
    text: Markup
    pictures: list[str]
    video: str
    link: dict[str, str]
    time: str
    liked: bool
    likes: list[str]
    comments: list[tuple[str, str]]


def rows_of_person(world: World, person: Person) -> list[MomentRow]:
    """Newest first. Customers do not know one another: of what stands below, they see their own and the member's."""
    rows = []
    for corp, task, post in posts_for(world, person)[:SHOWN]:
        own = world.external_userid(corp.corpid, person)
        rows.append(_row(world, corp, task, post, own, {own, post.userid}))
    return rows


def rows_of_member(world: World, corp: Corp, member: Member) -> list[MomentRow]:
    """Newest first, with all that stands below."""
    posts = [(task, task.posts.get(member.userid.lower())) for task in corp.moments.values()]
    published = [(task, post) for task, post in posts if post and post.published_at]
    published.sort(key=lambda each: each[1].published_at)
    return [_row(world, corp, task, post, member.userid, None) for task, post in published[: -SHOWN - 1 : -1]]


def _row(
    world: World, corp: Corp, task: MomentTask, post: MomentPost, viewer: str, known: set[str] | None
) -> MomentRow:
    member = corp.members[post.userid.lower()]
    shown = [(kind, body) for kind, body in task.bubbles]
    return MomentRow(
        id=f"post-{task.moment_id}-{post.userid}",
        corpid=corp.corpid,
        userid=post.userid,
        moment_id=task.moment_id,
        name=member.name,
        label=f"@{corp.name}",
        avatar=f"/avatar/staff/{corp.corpid}/{member.userid}.svg",
        text=rich_text(task.text),
        pictures=[body["url"] for kind, body in shown if kind == "image"],
        video=next((body["url"] for kind, body in shown if kind == "video"), ""),
        link=next((_link(world, body) for kind, body in shown if kind == "link"), {}),
        time=clock_text(post.published_at, world.clock.time()),
        liked=viewer in post.likes,
        likes=_names(world, corp, post.likes, known),
        comments=[
            (_name(world, corp, each.author), each.text)
            for each in post.comments
            if known is None or each.author in known
        ],
    )


def _link(world: World, body: dict[str, str]) -> dict[str, str]:
    picture = local_picture(body["picurl"], world.base_url)
    return {"title": body["title"], "href": safe_href(body["url"]), "picture": picture}


def _names(world: World, corp: Corp, authors: Iterable[str], known: set[str] | None) -> list[str]:
    return [_name(world, corp, each) for each in authors if known is None or each in known]


def _name(world: World, corp: Corp, author: str) -> str:
    member = corp.member(author)
    person = None if member else world.person_by(author)
    return member.name if member else person.name if person else author
