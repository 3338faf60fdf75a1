"""Customers (客户管理): who they are and who follows them."""

from wxsim.wire.fields import too_long
from wxsim.wire.http import Route, get, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.world.corps import Friendship
from wxsim.world.people import Person

FOLLOWERS_PAGE = 500
USERS_PER_BATCH = 100
BATCH_LIMIT = 100
BATCH_DEFAULT = 50
CORP_TAG = 1


def get_follow_user_list(call: WecomCall) -> dict[str, object]:
    """Members with the 「客户联系」 function."""
    call.require_contact_api()
    return {"follow_user": [member.userid for member in call.visible_members() if member.contact_enabled]}


def list_customers(call: WecomCall) -> dict[str, object]:
    """Customers of one member."""
    call.require_contact_api()
    member = call.contact_member(call.query("userid"))
    found = list(call.corp.customers_of.get(member.userid.lower(), {}))
    if not found and call.world.switches.empty_list_is_84061:
        raise Refusal(84061)
    return {"external_userid": found}


def get_customer(call: WecomCall) -> dict[str, object]:
    """One customer with all members in range who follow them."""
    call.require_contact_api()
    external = call.query("external_userid")
    call.check_external(external)
    known = call.corp.followers_of.get(external, {})
    followers = [each for userid, each in known.items() if call.sees(call.corp.members[userid])]
    if not followers:
        raise Refusal(84061)
    start, end, cursor = page(call.query("cursor"), FOLLOWERS_PAGE, len(followers))
    return {
        "external_contact": _contact(call, followers[0].person, external),
        "follow_user": [_follow_user(call, each) for each in followers[start:end]],
        "next_cursor": cursor,
    }


def batch_get_by_user(call: WecomCall) -> dict[str, object]:
    """One row per customer and member, for up to 100 members."""
    call.require_contact_api()
    body = call.body()
    userids = body.texts("userid_list")
    if not 1 <= len(userids) <= USERS_PER_BATCH:
        raise Refusal(40058, "userid_list must have 1 to 100 entries")
    limit = body.number("limit", BATCH_DEFAULT)
    if not 1 <= limit <= BATCH_LIMIT:
        raise Refusal(40058, "limit must be 1 to 100")
    members = [call.contact_member(userid) for userid in userids]
    found = [each for member in members for each in call.corp.customers_of.get(member.userid.lower(), {}).values()]
    start, end, cursor = page(body.text("cursor"), limit, len(found))
    rows = [
        {"external_contact": _contact(call, each.person, each.external_userid), "follow_info": _follow_info(each)}
        for each in found[start:end]
    ]
    return {"external_contact_list": rows, "next_cursor": cursor}


def remark(call: WecomCall) -> dict[str, object]:
    """Change what a member noted about a customer; reported to nobody, the app did it."""
    call.require_contact_api()
    body, limits = call.body(), call.world.limits
    friendship = call.friendship(body.text("userid"), body.text("external_userid"))
    given = [name for name in ("remark", "description", "remark_company", "remark_pic_mediaid") if body.text(name)]
    if not given and "remark_mobiles" not in body:
        raise Refusal(40058, "nothing to change")
    if too_long(body.text("remark"), limits.remark_chars) or too_long(body.text("remark_company"), limits.remark_chars):
        raise Refusal(40058, "remark too long")
    if too_long(body.text("description"), limits.description_chars):
        raise Refusal(40058, "description too long")
    mobiles = [each for each in body.texts("remark_mobiles") if each]
    if limits.remark_mobiles is not None and len(mobiles) > limits.remark_mobiles:
        raise Refusal(40058, "too many mobiles")
    friendship.remark = body.text("remark") or friendship.remark
    friendship.description = body.text("description") or friendship.description
    friendship.company = body.text("remark_company") or friendship.company
    if "remark_mobiles" in body:
        friendship.mobiles = mobiles
    cause = call.world.ledger.write(
        "api.remarked", corpid=call.corp.corpid, userid=friendship.userid, external_userid=friendship.external_userid
    )
    report_own_edit(call, friendship, cause)
    return {}


def report_own_edit(call: WecomCall, friendship: Friendship, cause: int) -> None:
    """The platform does not call an app back about its own change, unless the switch wants it."""
    call.world.changes.touch()
    if call.world.switches.own_changes_call_back:
        call.world.notices.contact_edited(call.corp, friendship, cause)


def _contact(call: WecomCall, person: Person, external_userid: str) -> dict[str, object]:
    contact: dict[str, object] = {
        "external_userid": external_userid,
        "name": person.name,
        "type": 1,
        "avatar": f"{call.world.base_url}/avatar/{person.id}.svg",
        "gender": person.gender,
    }
    unionid = call.world.unionid(call.corp.open_platform, person)
    if unionid:
        contact["unionid"] = unionid
    return contact


def _noted(friendship: Friendship) -> dict[str, object]:
    noted: dict[str, object] = {
        "userid": friendship.userid,
        "remark": friendship.remark or friendship.person.name,
        "description": friendship.description,
        "createtime": friendship.created_at,
        "remark_mobiles": friendship.mobiles,
        "oper_userid": friendship.oper_userid,
        "add_way": friendship.add_way,
    }
    if friendship.company:
        noted["remark_corp_name"] = friendship.company
    if friendship.state:
        noted["state"] = friendship.state
    return noted


def _follow_user(call: WecomCall, friendship: Friendship) -> dict[str, object]:
    tags = [found for found in map(call.corp.tag, friendship.tag_ids) if found]
    rows = [{"group_name": group.name, "tag_name": tag.name, "tag_id": tag.id, "type": CORP_TAG} for group, tag in tags]
    return {**_noted(friendship), "tags": rows}


def _follow_info(friendship: Friendship) -> dict[str, object]:
    return {**_noted(friendship), "tag_id": list(friendship.tag_ids)}


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/externalcontact/get_follow_user_list": get(get_follow_user_list),
    "/cgi-bin/externalcontact/list": get(list_customers),
    "/cgi-bin/externalcontact/get": get(get_customer),
    "/cgi-bin/externalcontact/batch/get_by_user": post(batch_get_by_user),
    "/cgi-bin/externalcontact/remark": post(remark),
}
