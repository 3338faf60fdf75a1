"""Moments (客户朋友圈): the task and its job, who published, who could see it, what stands below."""

from wxsim.ids import TOKEN
from wxsim.quota import MINUTE
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.wire.wecom.codes import text_of
from wxsim.wire.wecom.welcome import read_file
from wxsim.world.corps import Member
from wxsim.world.media import MOMENTS
from wxsim.world.moments import Bubble, Invalid, MomentPost, MomentTask, begin_task, cancel

PATH = "/cgi-bin/externalcontact/"
CREATED, RUNNING, FINISHED = 1, 2, 3
BOTH = 2
"""``filter_type``: tasks of the corp (0) and members' own posts (1)."""
DAY = 86_400
ALL_INVALID = 81013
"""What the job of a task ends with whose members, or whose tags, are all invalid. Not published."""


def add(call: WecomCall) -> dict[str, object]:
    """``add_moment_task``: only a job; the task comes up on the phones when it ends."""
    call.require_contact_api()
    body, limits, now = call.body(), call.world.limits, call.world.clock.time()
    if call.world.switches.quotas:
        _count(call, now)
    text, attachments = body.body("text").text("content"), body.bodies("attachments")
    _check_text(call, text, attachments)
    bubbles, media_ids = _read_attachments(call, attachments)
    members, tag_ids, invalid = _read_range(call, body.body("visible_range"))
    nobody = not members or (invalid.tags and not tag_ids)
    task = MomentTask(
        jobid=call.world.ids.fresh(32, "moment job", alphabet=TOKEN),
        created_at=now,
        ready_at=now + limits.moment_job_seconds,
        text=text,
        bubbles=bubbles,
        media_ids=media_ids,
        members=[each.userid.lower() for each in members],
        tag_ids=tag_ids,
        invalid=invalid,
        errcode=ALL_INVALID if nobody else 0,
    )
    begin_task(call.world, call.corp, task)
    return {"jobid": task.jobid}


def get_result(call: WecomCall) -> dict[str, object]:
    """``get_moment_task_result``: created in the first half of the job's time, then running, then finished."""
    call.require_contact_api()
    now, task = call.world.clock.time(), call.corp.moment_jobs.get(call.query("jobid"))
    if task is None or now - task.created_at > call.world.limits.moment_jobid_seconds:
        raise Refusal(40058, "invalid jobid")
    result: dict[str, object] = {}
    status = CREATED if now < (task.created_at + task.ready_at) / 2 else RUNNING
    if now >= task.ready_at:
        status, result = FINISHED, _result(task)
    return {"status": status, "type": "add_moment_task", "result": result}


def cancel_task(call: WecomCall) -> dict[str, object]:
    """``cancel_moment_task``: whoever has not published cannot any more."""
    cancel(call.world, call.corp, _corp_task(call, call.body()))
    return {}


def list_tasks(call: WecomCall) -> dict[str, object]:
    """``get_moment_list``: tasks of the corp, which have no creator, and members' own posts."""
    call.require_contact_api()
    body, limits = call.body(), call.world.limits
    start, end, wanted = body.number("start_time"), body.number("end_time"), body.number("filter_type", BOTH)
    if not 0 <= end - start <= limits.moment_list_days * DAY or wanted not in (0, 1, BOTH):
        raise Refusal(40058, "start_time, end_time or filter_type")
    tasks = [
        each
        for each in call.corp.moments.values()
        if start <= each.created_at <= end
        and wanted in (BOTH, _create_type(each))
        and body.text("creator", each.creator).lower() == each.creator.lower()
    ]
    limit = body.number("limit", limits.moment_list_page)
    limit = limit if 1 <= limit <= limits.moment_list_page else limits.moment_list_page
    first, last, cursor = page(body.text("cursor"), limit, len(tasks))
    return {"moment_list": [_row(each) for each in tasks[first:last]], "next_cursor": cursor}


def list_members(call: WecomCall) -> dict[str, object]:
    """``get_moment_task``: who has published."""
    body = call.body()
    posts = list(_corp_task(call, body).posts.values())
    first, last, cursor = _page(call, body, len(posts), 500, call.world.limits.moment_page)
    rows = [{"userid": each.userid, "publish_status": int(each.published_at > 0)} for each in posts[first:last]]
    return {"task_list": rows, "next_cursor": cursor}


def list_chosen(call: WecomCall) -> dict[str, object]:
    """``get_moment_customer_list``: whom the member was to show it to."""
    body = call.body()
    published = _post(call, body)
    first, last, cursor = _page(call, body, len(published.chosen), 500, call.world.limits.moment_page)
    rows = [{"userid": published.userid, "external_userid": each} for each in published.chosen[first:last]]
    return {"customer_list": rows, "next_cursor": cursor}


def list_visible(call: WecomCall) -> dict[str, object]:
    """``get_moment_send_result``: who could see it."""
    body = call.body()
    seen_by = list(_post(call, body).seen_by)
    first, last, cursor = _page(call, body, len(seen_by), 3000, call.world.limits.moment_visible_page)
    return {"customer_list": [{"external_userid": each} for each in seen_by[first:last]], "next_cursor": cursor}


def list_reactions(call: WecomCall) -> dict[str, object]:
    """``get_moment_comments``: who commented and who liked, without the words."""
    published = _post(call, call.body())
    comments, likes = ((each.author, each.at) for each in published.comments), published.likes.items()
    return {
        "comment_list": [_reaction(published, *each) for each in comments],
        "like_list": [_reaction(published, *each) for each in likes],
    }


def _count(call: WecomCall, now: float) -> None:
    limits, key = call.world.limits, f"{call.corp.corpid} moments"
    if not call.quotas.take(key, limits.moment_tasks_per_minute, MINUTE, now):
        raise Refusal(45009)
    if not call.quotas.take(key, limits.moment_tasks_per_month, 30 * DAY, now):
        raise Refusal(45009)
    running, most = sum(each.ready_at > now for each in call.corp.moment_jobs.values()), limits.moment_jobs_running
    if most is not None and running >= most:
        raise Refusal(41078)


def _check_text(call: WecomCall, text: str, attachments: list[Body]) -> None:
    limits = call.world.limits
    if not text and not attachments:
        raise Refusal(41089)
    if too_long(text, limits.moment_text_chars) or too_long(text, limits.moment_text_bytes, in_bytes=True):
        raise Refusal(40058, "invalid text size")


def _read_attachments(call: WecomCall, attachments: list[Body]) -> tuple[list[Bubble], list[str]]:
    """How a phone shows them, and their files: of one kind, nine images, or one video or link."""
    kinds = {each.text("msgtype") for each in attachments}
    if len(kinds) > 1 or kinds - {"image", "video", "link"}:
        raise Refusal(41065, "invalid attachments msgtype")
    most = call.world.limits.moment_images if kinds == {"image"} else 1
    if most is not None and len(attachments) > most:
        raise Refusal(41064, "invalid attachments size")
    bubbles: list[Bubble] = []
    media_ids = []
    for each in attachments:
        kind = each.text("msgtype")
        inner = each.body(kind)
        shown = read_file(call, inner.text("media_id"), "video" if kind == "video" else "image", MOMENTS)
        bubbles.append((kind, _link(call, inner, shown["url"]) if kind == "link" else shown))
        media_ids.append(inner.text("media_id"))
    return bubbles, media_ids


def _link(call: WecomCall, inner: Body, picture: str) -> dict[str, str]:
    title, url = inner.text("title"), inner.text("url")
    if not url or too_long(title, call.world.limits.moment_link_title_bytes, in_bytes=True):
        raise Refusal(40058, "link.url missing or link.title too long")
    return {"title": title or url, "url": url, "picurl": picture}


def _read_range(call: WecomCall, visible: Body) -> tuple[list[Member], list[str], Invalid]:
    """Members once each, living tags, and what is invalid. Without senders all members whom the app sees."""
    senders = visible.body("sender_list")
    userids, departments = senders.texts("user_list"), senders.numbers("department_list")
    most = call.world.limits.moment_senders
    if most is not None and len(userids) > most:
        raise Refusal(40058, "too many user_list")
    known = {each.userid.lower(): each for each in call.visible_members() if each.contact_enabled}
    wrong = [each for each in departments if each not in call.corp.departments]
    tags = list(dict.fromkeys(visible.body("external_contact_list").texts("tag_list")))
    living = [each for each in tags if call.corp.tag(each)]
    named = dict.fromkeys(each.lower() for each in userids)
    for department in departments:
        named.update(dict.fromkeys(each.userid.lower() for each in call.corp.members_in(department)))
    members = [known[each] for each in named if each in known] if userids or departments else list(known.values())
    invalid = Invalid(
        [each for each in userids if each.lower() not in known], wrong, [e for e in tags if e not in living]
    )
    return members, living, invalid


def _result(task: MomentTask) -> dict[str, object]:
    invalid = task.invalid
    return {
        "errcode": task.errcode,
        "errmsg": text_of(task.errcode) if task.errcode else "ok",
        "moment_id": task.moment_id,
        "invalid_sender_list": {"user_list": invalid.users, "department_list": invalid.departments},
        "invalid_external_contact_list": {"tag_list": invalid.tags},
    }


def _row(task: MomentTask) -> dict[str, object]:
    row: dict[str, object] = {
        "moment_id": task.moment_id,
        "create_time": int(task.created_at),
        "create_type": _create_type(task),
        "visible_type": int(not task.tag_ids),
        "text": {"content": task.text},
    }
    if task.creator:
        row["creator"] = task.creator
    kinds = {kind for kind, _ in task.bubbles}
    if "image" in kinds:
        row["image"] = [{"media_id": each} for each in task.media_ids]
    elif "video" in kinds:
        row["video"] = {"media_id": task.media_ids[0], "thumb_media_id": ""}
    elif "link" in kinds:
        row["link"] = {name: task.bubbles[0][1][name] for name in ("title", "url")}
    return row


def _reaction(published: MomentPost, author: str, at: int) -> dict[str, object]:
    return {"userid" if author == published.userid else "external_userid": author, "create_time": at}


def _task(call: WecomCall, body: Body) -> MomentTask:
    call.require_contact_api()
    moment_id = body.text("moment_id")
    if not moment_id:
        raise Refusal(41059)
    task = call.corp.moments.get(moment_id)
    if task is None:
        raise Refusal(41060)
    return task


def _corp_task(call: WecomCall, body: Body) -> MomentTask:
    task = _task(call, body)
    if task.creator:
        raise Refusal(41067)
    return task


def _create_type(task: MomentTask) -> int:
    """0 of the corp, 1 a member's own."""
    return int(bool(task.creator))


def _post(call: WecomCall, body: Body) -> MomentPost:
    """What one member published: 41061 when it is not theirs to publish, 41062 while they have not."""
    published = _task(call, body).posts.get(body.text("userid").lower())
    if published is None:
        raise Refusal(41061)
    if not published.published_at:
        raise Refusal(41062)
    return published


def _page(call: WecomCall, body: Body, total: int, usual: int, most: int) -> tuple[int, int, str]:
    limit = body.number("limit", usual)
    if not 1 <= limit <= most:
        raise Refusal(40058, "limit")
    return page(body.text("cursor"), limit, total)


ROUTES: dict[str, Route[WecomCall]] = {
    f"{PATH}add_moment_task": post(add),
    f"{PATH}get_moment_task_result": get(get_result),
    f"{PATH}cancel_moment_task": post(cancel_task),
    f"{PATH}get_moment_list": post(list_tasks),
    f"{PATH}get_moment_task": post(list_members),
    f"{PATH}get_moment_customer_list": post(list_chosen),
    f"{PATH}get_moment_send_result": post(list_visible),
    f"{PATH}get_moment_comments": post(list_reactions),
}
