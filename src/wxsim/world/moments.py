"""Moments (客户朋友圈): tasks that lie on members' phones until each publishes theirs, and what stands below a post."""

from dataclasses import dataclass, field
from random import Random

from wxsim.clock import beijing_day, beijing_text
from wxsim.ids import TOKEN
from wxsim.world.chats import Message
from wxsim.world.corps import Corp, Member
from wxsim.world.people import Person
from wxsim.world.world import World

Bubble = tuple[str, dict[str, str]]
MORNING, NIGHT = 8, 22
WORDS = ("学习了", "收藏了", "怎么报名？", "有资料吗？")
"""What customers of the crowd write."""


@dataclass(frozen=True, slots=True)
class Comment:
    """``author`` is an external_userid, or the member's own userid."""

    author: str
    at: int
    text: str


@dataclass(slots=True, eq=False)
class MomentPost:
    """What one member has to publish. ``chosen`` customers were to see it, ``seen_by`` could; by external_userid.

    ``likes``: when (Unix s) by external_userid or userid.
    """

    userid: str
    shown: Message
    published_at: int = 0
    chosen: list[str] = field(default_factory=list)
    seen_by: dict[str, None] = field(default_factory=dict)
    likes: dict[str, int] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Of the visible range: what the corp does not know, or the app may not use."""

    users: list[str]
    departments: list[int]
    tags: list[str]


@dataclass(slots=True, eq=False)
class MomentTask:
    """One call of ``add_moment_task``; its job ends at ``ready_at``, with ``errcode`` or a ``moment_id``.

    What a member posts of their own is one too, with ``creator``, the userid, and without a job.
    ``media_ids`` beside the ``bubbles``, empty strings for what has none. ``posts`` by lower-case userid.
    """

    jobid: str
    created_at: float
    ready_at: float
    text: str
    bubbles: list[Bubble]
    media_ids: list[str]
    members: list[str]
    tag_ids: list[str]
    invalid: Invalid
    errcode: int = 0
    creator: str = ""
    moment_id: str = ""
    posts: dict[str, MomentPost] = field(default_factory=dict)
    cancelled: bool = False


def begin_task(world: World, corp: Corp, task: MomentTask) -> None:
    """Note the job; it ends by itself."""
    corp.moment_jobs[task.jobid] = task
    world.agenda.enter(task.ready_at, hand_out, corp.corpid, task.jobid)


def hand_out(world: World, corpid: str, jobid: str) -> None:
    """The job ends: the task comes up on the phones of its members."""
    corp = world.corps[corpid]
    task = corp.moment_jobs.get(jobid)
    if task is not None and not task.errcode:
        _lay(world, corp, task)


def post_own(world: World, corp: Corp, member: Member, text: str) -> bool:
    """A member posts something of their own, for all their customers. False when the day's number is reached."""
    now, most = world.clock.time(), world.limits.moments_own_per_day
    today = [
        each
        for each in corp.moments.values()
        if each.creator == member.userid and beijing_day(each.created_at) == beijing_day(now)
    ]
    if not text or (most is not None and len(today) >= most):
        return False
    invalid = Invalid([], [], [])
    task = MomentTask("", now, now, text, [], [], [member.userid.lower()], [], invalid, creator=member.userid)
    _lay(world, corp, task)
    return publish(world, corp, member, task.moment_id)


def _lay(world: World, corp: Corp, task: MomentTask) -> None:
    """Onto the phones of its members."""
    task.moment_id = f"mom{world.ids.fresh(29, 'moment', alphabet=TOKEN)}"
    corp.moments[task.moment_id] = task
    for userid in task.members:
        member = corp.members[userid]
        chat = world.staff_phone(corp, member).open(f"moments:{corp.corpid}", "客户朋友圈", "app")
        shown = world.show(chat, "them", "moment_task", moment_id=task.moment_id, text=task.text, **_picture(task))
        task.posts[userid] = MomentPost(member.userid, shown)
        if world.switches.crowd_acts and not task.creator:
            _plan_publishing(world, corp, task, userid)
    world.ledger.write("moment.handed_out", corpid=corp.corpid, moment_id=task.moment_id, members=len(task.posts))


def publish(world: World, corp: Corp, member: Member, moment_id: str) -> bool:
    """A member publishes: their customers see it now. False when there is nothing to publish any more."""
    task = corp.moments.get(moment_id)
    post = task.posts.get(member.userid.lower()) if task else None
    if task is None or post is None or post.published_at or task.cancelled:
        return False
    post.published_at = world.clock.unix()
    wanted = set(task.tag_ids)
    for external, friendship in corp.customers_of.get(member.userid.lower(), {}).items():
        if wanted and not wanted.intersection(friendship.tag_ids):
            continue
        post.chosen.append(external)
        if not friendship.left_by_customer and (task.creator or _has_room(world, corp, external)):
            if not task.creator:
                corp.moments_seen.setdefault(external, []).append(world.clock.time())
            post.seen_by[external] = None
    post.shown.body["done"] = "published"
    named = {"corpid": corp.corpid, "moment_id": moment_id, "userid": member.userid}
    world.ledger.write("moment.published", **named, chosen=len(post.chosen), seen_by=len(post.seen_by))
    world.changes.touch()
    if world.switches.crowd_acts:
        _plan_reactions(world, corp, task, post)
    return True


def cancel(world: World, corp: Corp, task: MomentTask) -> None:
    """Who has not published yet cannot any more; what is published stays."""
    task.cancelled = True
    for post in task.posts.values():
        if not post.published_at:
            post.shown.body["done"] = "cancelled"
    world.ledger.write("moment.cancelled", corpid=corp.corpid, moment_id=task.moment_id)
    world.changes.touch()


def like(world: World, corp: Corp, post: MomentPost, author: str, *, liked: bool = True) -> bool:
    """A customer who sees the post, or the member, likes it or takes the like back."""
    if not _may_react(corp, post, author):
        return False
    if liked:
        post.likes.setdefault(author, world.clock.unix())
    else:
        post.likes.pop(author, None)
    world.ledger.write("moment.liked", corpid=corp.corpid, userid=post.userid, author=author, liked=liked)
    world.changes.touch()
    return True


def comment(world: World, corp: Corp, post: MomentPost, author: str, text: str) -> bool:
    """A customer who sees the post, or the member, writes below it."""
    if not text or not _may_react(corp, post, author):
        return False
    post.comments.append(Comment(author, world.clock.unix(), text))
    world.ledger.write("moment.commented", corpid=corp.corpid, userid=post.userid, author=author, text=text)
    world.changes.touch()
    return True


def find_post(corp: Corp, moment_id: str, userid: str) -> MomentPost | None:
    """What that member published of a task."""
    task = corp.moments.get(moment_id)
    post = task.posts.get(userid.lower()) if task else None
    return post if post and post.published_at else None


def posts_for(world: World, person: Person) -> list[tuple[Corp, MomentTask, MomentPost]]:
    """Everything that stands in a person's 朋友圈, newest first."""
    found = [
        (corp, task, post)
        for corp in world.corps.values()
        for task in corp.moments.values()
        for post in task.posts.values()
        if _sees(corp, post, world.external_userid(corp.corpid, person))
    ]
    return sorted(found, key=lambda each: each[2].published_at)[::-1]


def _picture(task: MomentTask) -> dict[str, str]:
    """What goes with the words, in a few."""
    if not task.bubbles:
        return {}
    kind, shown = task.bubbles[0]
    words = {"image": f"{len(task.bubbles)} 张图片", "video": "视频"}
    return {"picurl": shown.get("picurl", shown["url"]), "what": words.get(kind, shown.get("title", ""))}


def _sees(corp: Corp, post: MomentPost, external_userid: str) -> bool:
    """Who parted from the member since does not see it any more."""
    friendship = corp.friendship(post.userid, external_userid) if external_userid in post.seen_by else None
    return friendship is not None and not friendship.left_by_customer


def _may_react(corp: Corp, post: MomentPost, author: str) -> bool:
    return bool(post.published_at) and (author == post.userid or _sees(corp, post, author))


def _has_room(world: World, corp: Corp, external_userid: str) -> bool:
    """Whether the customer is shown one more post of the corp this month."""
    most = world.limits.moments_per_customer_month
    month = beijing_text(world.clock.time(), "%Y-%m")
    shown = sum(beijing_text(at, "%Y-%m") == month for at in corp.moments_seen.get(external_userid, ()))
    return most is None or shown < most


def _plan_publishing(world: World, corp: Corp, task: MomentTask, userid: str) -> None:
    """With ``crowd_acts`` some members publish by themselves, sooner or later."""
    limits, random = world.limits, Random(f"{world.seed}:publishing:{task.moment_id}:{userid}")
    if random.random() < limits.moment_publish_share:
        at = _later(world, random, limits.moment_publish_seconds)
        world.agenda.enter(at, _publish_by_crowd, corp.corpid, userid, task.moment_id)


def _later(world: World, random: Random, mean: float) -> float:
    """A moment after at least a quarter of ``mean`` seconds: who watches a phone is not overtaken by the crowd.

    What falls between 22:00 and 8:00 in Beijing comes ten hours later.
    """
    at = world.clock.time() + mean * (0.25 + 0.75 * random.expovariate(1))
    hour = int(beijing_text(at, "%H"))
    return at if MORNING <= hour < NIGHT else at + (24 - NIGHT + MORNING) * 3600


def _publish_by_crowd(world: World, corpid: str, userid: str, moment_id: str) -> None:
    corp = world.corps[corpid]
    member = corp.member(userid)
    if member is not None:
        publish(world, corp, member, moment_id)


def _plan_reactions(world: World, corp: Corp, task: MomentTask, post: MomentPost) -> None:
    """With ``crowd_acts`` few customers like the post, and fewer write below it."""
    limits, random = world.limits, Random(f"{world.seed}:reactions:{task.moment_id}:{post.userid}")
    for external in post.seen_by:
        place = (corp.corpid, task.moment_id, post.userid, external)
        for share, words in ((limits.moment_like_share, ""), (limits.moment_comment_share, random.choice(WORDS))):
            if random.random() < share:
                at = _later(world, random, limits.moment_reaction_seconds)
                world.agenda.enter(at, _react, *place, words)


def _react(world: World, corpid: str, moment_id: str, userid: str, external_userid: str, words: str) -> None:
    corp = world.corps[corpid]
    post = find_post(corp, moment_id, userid)
    if post is not None and words:
        comment(world, corp, post, external_userid, words)
    elif post is not None:
        like(world, corp, post, external_userid)
