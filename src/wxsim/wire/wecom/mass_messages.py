"""Mass messages (企业群发): the task, its results, reminding and cancelling. Group chats are not served yet."""

from collections.abc import Iterable

from wxsim.wire.fields import Body
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.wire.wecom.welcome import read_bubbles
from wxsim.world.contacts import last_chatted
from wxsim.world.corps import Friendship
from wxsim.world.mass_messages import MassShare, MassTask, cancel, create_task, remind

PATH = "/cgi-bin/externalcontact/"
UNSENT, SENT = 0, 2


def add(call: WecomCall) -> dict[str, object]:
    """``add_msg_template``: only a task; whom nobody can send to comes back in ``fail_list``."""
    call.require_contact_api()
    body, limits = call.body(), call.world.limits
    if body.text("chat_type", "single") != "single":
        raise Refusal(40058, "only chat_type single is simulated")
    wanted, sender = body.texts("external_userid"), body.text("sender")
    if limits.mass_recipients is not None and len(wanted) > limits.mass_recipients:
        raise Refusal(40058, "too many external_userid")
    bubbles = read_bubbles(call, body, limits.mass_text_bytes, limits.mass_attachments)
    shares, failed = _share_out(call, body, wanted, sender)
    if not shares:
        raise Refusal(41048)
    task = create_task(call.world, call.corp, call.app.agentid, bubbles, shares)
    return {"fail_list": failed, "msgid": task.msgid}


def list_members(call: WecomCall) -> dict[str, object]:
    """``get_groupmsg_task``: who has confirmed."""
    body = call.body()
    shares = list(_task(call, body).shares.values())
    start, end, cursor = _page(call, body, len(shares))
    rows = [
        {"userid": each.userid, "status": SENT, "send_time": each.sent_at}
        if each.sent_at
        else {"userid": each.userid, "status": UNSENT}
        for each in shares[start:end]
    ]
    return {"task_list": rows, "next_cursor": cursor}


def list_results(call: WecomCall) -> dict[str, object]:
    """``get_groupmsg_send_result``: what became of each customer of one member."""
    body = call.body()
    share = _task(call, body).shares.get(body.text("userid").lower())
    if share is None:
        raise Refusal(60111)
    rows = list(share.customers.items())
    start, end, cursor = _page(call, body, len(rows))
    return {"send_list": [_result(share, *row) for row in rows[start:end]], "next_cursor": cursor}


def remind_members(call: WecomCall) -> dict[str, object]:
    """``remind_groupmsg_send``."""
    task = _task(call, call.body())
    if task.cancelled:
        raise Refusal(41093)
    if not remind(call.world, call.corp, task):
        raise Refusal(41094)
    return {}


def cancel_task(call: WecomCall) -> dict[str, object]:
    """``cancel_groupmsg_send``: whoever has not confirmed cannot any more."""
    task = _task(call, call.body())
    if task.cancelled:
        raise Refusal(41093)
    cancel(call.world, call.corp, task)
    return {}


def _share_out(call: WecomCall, body: Body, wanted: list[str], sender: str) -> tuple[dict[str, list[str]], list[str]]:
    """Customers by lower-case userid, and those whom no visible member is a friend of."""
    shares: dict[str, list[str]] = {}
    failed: list[str] = []
    if sender:
        call.contact_member(sender)
    for external_userid in wanted or _all_customers(call, body, sender):
        found = _sender_of(call, external_userid, sender)
        if found is None:
            failed.append(external_userid)
        else:
            shares.setdefault(found.userid.lower(), []).append(external_userid)
    return shares, failed


def _all_customers(call: WecomCall, body: Body, sender: str) -> Iterable[str]:
    """Without a list: whom the tags name, else all of the sender's customers."""
    groups = [each.texts("tag_list") for each in body.body("tag_filter").bodies("group_list")]
    if not groups and not sender:
        raise Refusal(41048)
    followed = call.corp.followers_of
    if sender:
        followed = {external: followed[external] for external in call.corp.customers_of.get(sender.lower(), {})}
    return [
        external
        for external, friends in followed.items()
        if any(all(set(group) & set(each.tag_ids) for group in groups) for each in friends.values())
    ]


def _sender_of(call: WecomCall, external_userid: str, sender: str) -> Friendship | None:
    call.check_external(external_userid)
    if sender:
        return call.corp.friendship(sender, external_userid)
    friends = [
        each
        for userid, each in call.corp.followers_of.get(external_userid, {}).items()
        if call.sees(call.corp.members[userid])
    ]
    return max(friends, key=lambda each: last_chatted(call.world, call.corp, each), default=None)


def _task(call: WecomCall, body: Body) -> MassTask:
    call.require_contact_api()
    msgid = body.text("msgid")
    if not msgid:
        raise Refusal(41046)
    task = call.corp.mass_tasks.get(msgid)
    if task is None:
        raise Refusal(41047)
    return task


def _page(call: WecomCall, body: Body, total: int) -> tuple[int, int, str]:
    limit = body.number("limit", 500)
    if not 1 <= limit <= call.world.limits.mass_page:
        raise Refusal(40058, "limit")
    return page(body.text("cursor"), limit, total)


def _result(share: MassShare, external_userid: str, status: int) -> dict[str, object]:
    row: dict[str, object] = {"external_userid": external_userid, "userid": share.userid, "status": status}
    at = share.times.get(external_userid)
    return {**row, "send_time": at} if at else row


ROUTES: dict[str, Route[WecomCall]] = {
    f"{PATH}add_msg_template": post(add),
    f"{PATH}get_groupmsg_task": post(list_members),
    f"{PATH}get_groupmsg_send_result": post(list_results),
    f"{PATH}remind_groupmsg_send": post(remind_members),
    f"{PATH}cancel_groupmsg_send": post(cancel_task),
}
