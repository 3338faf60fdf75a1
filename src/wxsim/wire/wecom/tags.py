"""Corp tags (企业客户标签) and marking."""

from wxsim.ids import TOKEN
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.wire.wecom.customers import report_own_edit
from wxsim.world.corps import CorpTag, TagGroup

MAX_ORDER = 2**32


def get_list(call: WecomCall) -> dict[str, object]:
    """All groups, or those asked for by group or by tag; deleted ones only when asked by id."""
    call.require_contact_api()
    body = call.body()
    group_ids, tag_ids = set(body.texts("group_id")), set(body.texts("tag_id"))
    shown = []
    for group in call.corp.tag_groups.values():
        if group_ids:
            if group.id in group_ids:
                shown.append(_group(group, list(group.tags.values())))
        elif tag_ids:
            tags = [tag for tag in group.tags.values() if tag.id in tag_ids]
            shown += [_group(group, tags)] if tags else []
        elif not group.deleted:
            shown.append(_group(group, [tag for tag in group.tags.values() if not tag.deleted]))
    return {"tag_group": shown}


def add(call: WecomCall) -> dict[str, object]:
    """Add tags to a group that is named or made."""
    call.require_contact_api()
    body = call.body()
    wanted = list({each.text("name"): each for each in body.bodies("tag")}.values())
    if not wanted:
        raise Refusal(40058, "tag missing")
    for each in wanted:
        _check_name(call, each.text("name"))
    group = _group_for(call, body)
    taken = {tag.name for tag in group.tags.values() if not tag.deleted}
    if taken.intersection(each.text("name") for each in wanted):
        raise Refusal(40071)
    _check_room(call, len(wanted))
    call.corp.tag_groups[group.id] = group
    made = [_make(call, group, each) for each in wanted]
    call.world.ledger.write("api.tags_added", corpid=call.corp.corpid, group=group.id, tags=[tag.id for tag in made])
    return {"tag_group": _group(group, made)}


def edit(call: WecomCall) -> dict[str, object]:
    """Rename or reorder a tag or a group of this app."""
    call.require_contact_api()
    body = call.body()
    group, tag = _find(call, body.text("id"))
    target: CorpTag | TagGroup = tag or group
    _check_owner(call, target)
    name = body.text("name")
    if name and name != target.name:
        _check_name(call, name)
        siblings = group.tags.values() if tag else call.corp.tag_groups.values()
        if any(each.name == name and not each.deleted for each in siblings):
            raise Refusal(40071)
        target.name = name
    target.order = _order(body, target.order)
    return {}


def delete(call: WecomCall) -> dict[str, object]:
    """Delete tags and groups of this app; an empty group goes by itself."""
    call.require_contact_api()
    body = call.body()
    tag_ids, group_ids = body.texts("tag_id"), body.texts("group_id")
    if not tag_ids and not group_ids:
        raise Refusal(40058, "tag_id and group_id both empty")
    found = [_find(call, each) for each in tag_ids + group_ids]
    for group, tag in found:
        _check_owner(call, tag or group)
    for group, tag in found:
        for each in [tag] if tag else list(group.tags.values()):
            each.deleted = True
        group.deleted = all(each.deleted for each in group.tags.values())
    _unmark(call)
    return {}


def mark(call: WecomCall) -> dict[str, object]:
    """Put tags on a customer of a member, or take them off."""
    call.require_contact_api()
    body = call.body()
    friendship = call.friendship(body.text("userid"), body.text("external_userid"))
    add_tags, remove_tags = body.texts("add_tag"), body.texts("remove_tag")
    if not add_tags and not remove_tags:
        raise Refusal(40058, "add_tag and remove_tag both empty")
    if any(call.corp.tag(each) is None for each in add_tags + remove_tags):
        raise Refusal(40068)
    tags = [each for each in friendship.tag_ids if each not in remove_tags]
    tags += [each for each in dict.fromkeys(add_tags) if each not in tags]
    cap = call.world.limits.tags_per_friendship
    if cap is not None and len(tags) > cap:
        raise Refusal(81014)
    friendship.tag_ids = tags
    named = {"corpid": call.corp.corpid, "external_userid": friendship.external_userid, "userid": friendship.userid}
    cause = call.world.ledger.write("api.tags_marked", **named, tags=list(tags))
    report_own_edit(call, friendship, cause)
    return {}


def _group_for(call: WecomCall, body: Body) -> TagGroup:
    group_id, name = body.text("group_id"), body.text("group_name")
    if group_id:
        group = call.corp.tag_groups.get(group_id)
        if group is None or group.deleted:
            raise Refusal(40068)
        return group
    for group in call.corp.tag_groups.values():
        if group.name == name and not group.deleted:
            return group
    _check_name(call, name)
    new_id = "et" + call.world.ids.fresh(30, "tag group", alphabet=TOKEN)
    return TagGroup(new_id, name, call.world.clock.unix(), _order(body, 0), call.app.agentid)


def _make(call: WecomCall, group: TagGroup, wanted: Body) -> CorpTag:
    tag_id = "et" + call.world.ids.fresh(30, "tag", alphabet=TOKEN)
    tag = CorpTag(tag_id, wanted.text("name"), call.world.clock.unix(), _order(wanted, 0), call.app.agentid)
    group.tags[tag_id] = tag
    return tag


def _find(call: WecomCall, any_id: str) -> tuple[TagGroup, CorpTag | None]:
    found = call.corp.tag(any_id)
    if found:
        return found
    group = call.corp.tag_groups.get(any_id)
    if group is None or group.deleted:
        raise Refusal(40068)
    return group, None


def _check_owner(call: WecomCall, target: CorpTag | TagGroup) -> None:
    if target.agentid != call.app.agentid:
        raise Refusal(81011)


def _check_name(call: WecomCall, name: str) -> None:
    if not name or too_long(name, call.world.limits.tag_name_chars):
        raise Refusal(40072)


def _check_room(call: WecomCall, wanted: int) -> None:
    cap = call.world.limits.corp_tags
    living = sum(not tag.deleted for group in call.corp.tag_groups.values() for tag in group.tags.values())
    if cap is not None and living + wanted > cap:
        raise Refusal(40126)


def _unmark(call: WecomCall) -> None:
    for followers in call.corp.followers_of.values():
        for friendship in followers.values():
            friendship.tag_ids = [each for each in friendship.tag_ids if call.corp.tag(each)]


def _order(body: Body, default: int) -> int:
    order = body.number("order", default)
    if not 0 <= order < MAX_ORDER:
        raise Refusal(40058, "order out of range")
    return order


def _group(group: TagGroup, tags: list[CorpTag]) -> dict[str, object]:
    rows: list[dict[str, object]] = [
        {"id": tag.id, "name": tag.name, "create_time": tag.created_at, "order": tag.order}
        | ({"deleted": True} if tag.deleted else {})
        for tag in tags
    ]
    shown: dict[str, object] = {
        "group_id": group.id,
        "group_name": group.name,
        "create_time": group.created_at,
        "order": group.order,
        "tag": rows,
    }
    return shown | ({"deleted": True} if group.deleted else {})


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/externalcontact/get_corp_tag_list": post(get_list),
    "/cgi-bin/externalcontact/add_corp_tag": post(add),
    "/cgi-bin/externalcontact/edit_corp_tag": post(edit),
    "/cgi-bin/externalcontact/del_corp_tag": post(delete),
    "/cgi-bin/externalcontact/mark_tag": post(mark),
}
