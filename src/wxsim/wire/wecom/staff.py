"""Members and departments, read side (通讯录)."""

from wxsim.wire.http import Route, get, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall, page
from wxsim.world.corps import Corp, Department, Member

MAX_PAGE = 10_000


def get_user(call: WecomCall) -> dict[str, object]:
    """``user/get``; sensitive fields are not given to apps made after 2022-06-20."""
    return _member(call.corp, call.member(call.query("userid")))


def list_users(call: WecomCall) -> dict[str, object]:
    """``user/list``: members of one department."""
    return {"userlist": [_member(call.corp, member) for member in _members(call)]}


def list_user_names(call: WecomCall) -> dict[str, object]:
    """``user/simplelist``."""
    return {
        "userlist": [
            {"userid": member.userid, "name": member.name, "department": member.departments, "open_userid": ""}
            for member in _members(call)
        ]
    }


def list_user_ids(call: WecomCall) -> dict[str, object]:
    """``user/list_id``: every pair of member and department."""
    body = call.body()
    pairs = [(member.userid, each) for member in call.visible_members() for each in member.departments]
    limit = min(body.number("limit", MAX_PAGE), MAX_PAGE)
    start, end, cursor = page(body.text("cursor"), limit, len(pairs))
    rows = [{"userid": userid, "department": department} for userid, department in pairs[start:end]]
    return {"dept_user": rows, "next_cursor": cursor}


def list_departments(call: WecomCall) -> dict[str, object]:
    """``department/list``: a department and all below it, everything without an id."""
    return {"department": [_department(each) for each in _departments(call)]}


def list_department_ids(call: WecomCall) -> dict[str, object]:
    """``department/simplelist``."""
    rows = [{"id": each.id, "parentid": each.parent_id, "order": each.order} for each in _departments(call)]
    return {"department_id": rows}


def get_department(call: WecomCall) -> dict[str, object]:
    """``department/get``."""
    found = call.corp.departments.get(_department_id(call))
    if found is None:
        raise Refusal(60123)
    return {"department": _department(found)}


def _department_id(call: WecomCall) -> int:
    text = call.query("id") or call.query("department_id")
    if not text.isdecimal() or len(text) > 10:
        raise Refusal(60123)
    return int(text)


def _members(call: WecomCall) -> list[Member]:
    department = _department_id(call)
    if department not in call.corp.departments:
        raise Refusal(60003)
    return [member for member in call.visible_members() if department in member.departments]


def _departments(call: WecomCall) -> list[Department]:
    if not call.query("id"):
        return list(call.corp.departments.values())
    wanted = call.corp.branch(_department_id(call))
    if not wanted:
        raise Refusal(60003)
    return [each for each in call.corp.departments.values() if each.id in wanted]


def _department(department: Department) -> dict[str, object]:
    return {
        "id": department.id,
        "name": department.name,
        "name_en": "",
        "department_leader": department.leaders,
        "parentid": department.parent_id,
        "order": department.order,
    }


def _member(corp: Corp, member: Member) -> dict[str, object]:
    leads = [int(member.userid in corp.departments[each].leaders) for each in member.departments]
    return {
        "userid": member.userid,
        "name": member.name,
        "department": member.departments,
        "order": [0] * len(member.departments),
        "position": member.position,
        "is_leader_in_dept": leads,
        "direct_leader": [],
        "telephone": "",
        "alias": member.alias,
        "open_userid": "",
        "main_department": member.departments[0],
        "status": member.status,
        "external_position": member.position,
        "extattr": {"attrs": []},
        "external_profile": {"external_corp_name": corp.name, "external_attr": []},
    }


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/user/get": get(get_user),
    "/cgi-bin/user/list": get(list_users),
    "/cgi-bin/user/simplelist": get(list_user_names),
    "/cgi-bin/user/list_id": post(list_user_ids),
    "/cgi-bin/department/list": get(list_departments),
    "/cgi-bin/department/simplelist": get(list_department_ids),
    "/cgi-bin/department/get": get(get_department),
}
