"""Template messages (模板消息) and subscription notices (订阅通知): the templates of an account, whom each may
reach, and what arrives.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import orjson

from wxsim.ids import TOKEN
from wxsim.world.following import account_chat

if TYPE_CHECKING:
    from wxsim.world.official_accounts import Follower, OfficialAccount
    from wxsim.world.world import World

Kind = Literal["template", "once", "long"]
FIRST_MESSAGE = 4_012_000_000_000_000_000
_PLACE = re.compile(r"(?P<label>[^\n{}]*?)[:：]?\s*\{\{(?P<key>[a-z_]+[0-9]*)\.DATA\}\}")


@dataclass(slots=True, eq=False)
class MessageTemplate:
    """One template in use. ``content`` holds ``label:{{thing2.DATA}}``, a line for each place. ``once`` and
    ``long`` are of subscription notices: a follower accepts one message, or all that come.
    """

    template_id: str
    title: str
    content: str
    example: str = ""
    kind: Kind = "template"

    @property
    def places(self) -> dict[str, str]:
        """What stands before each place, by its key."""
        return {found["key"]: found["label"].strip() for found in _PLACE.finditer(self.content)}


def add_template(
    world: "World", account: "OfficialAccount", title: str, content: str, example: str = "", kind: Kind = "template"
) -> MessageTemplate:
    """Take a template into use; its id is a function of the seed, the account and its content."""
    template_id = world.ids.derive(43, "template", account.appid, title, content, alphabet=TOKEN)
    template = account.templates[template_id] = MessageTemplate(template_id, title, content, example, kind)
    return template


def send_template(
    world: "World",
    account: "OfficialAccount",
    follower: "Follower",
    template: MessageTemplate,
    values: dict[str, str],
    url: str,
) -> int:
    """Show it on the phone, or do not if the person refuses; the account's server is told which. The message's id."""
    number = FIRST_MESSAGE + world.ids.count("template message")
    status = "failed:user block" if follower.blocked else "success"
    if not follower.blocked:
        _show(world, account, follower, template, values, url)
    cause = world.ledger.write(
        "account.template_sent",
        appid=account.appid,
        msgid=number,
        openid=follower.openid,
        person=follower.person.id,
        template_id=template.template_id,
        status=status,
    )
    world.notices.template_finished(account, follower, number, status, cause)
    return number


def answer_popup(
    world: "World", account: "OfficialAccount", follower: "Follower", template: MessageTemplate, accept: bool
) -> None:
    """A popup asked whether notices of a template may come: one acceptance is one message, or all of a ``long`` one."""
    if accept:
        before = follower.permissions.get(template.template_id, 0)
        follower.permissions[template.template_id] = 1 if template.kind == "long" else before + 1
    cause = _note(world, account, follower, template, "account.popup_answered", accept=accept)
    world.notices.popup_answered(account, follower, template.template_id, accept, cause)


def withdraw(world: "World", account: "OfficialAccount", follower: "Follower", template: MessageTemplate) -> None:
    """The person switches the notices of a template off in the account's settings."""
    follower.permissions.pop(template.template_id, None)
    cause = _note(world, account, follower, template, "account.notices_withdrawn")
    world.notices.notices_withdrawn(account, follower, template.template_id, cause)


def send_notice(
    world: "World",
    account: "OfficialAccount",
    follower: "Follower",
    template: MessageTemplate,
    values: dict[str, str],
    url: str,
) -> bool:
    """Show it on the phone and use an acceptance up; False: there is none left."""
    if not follower.permissions.get(template.template_id):
        return False
    if template.kind == "once":
        follower.permissions[template.template_id] -= 1
    number = FIRST_MESSAGE + world.ids.count("template message")
    if not follower.blocked:
        _show(world, account, follower, template, values, url)
    cause = _note(world, account, follower, template, "account.notice_sent", msgid=number)
    world.notices.notice_finished(account, follower, template.template_id, number, cause)
    return True


def _show(
    world: "World",
    account: "OfficialAccount",
    follower: "Follower",
    template: MessageTemplate,
    values: dict[str, str],
    url: str,
) -> None:
    rows = [{"name": label, "value": values[key]} for key, label in template.places.items()]
    body = {"title": template.title, "rows": orjson.dumps(rows).decode(), "url": url}
    world.show(account_chat(world, account, follower.person), "them", "template_card", **body)


def _note(
    world: "World",
    account: "OfficialAccount",
    follower: "Follower",
    template: MessageTemplate,
    kind: str,
    **more: object,
) -> int:
    named = {"appid": account.appid, "openid": follower.openid, "person": follower.person.id}
    return world.ledger.write(kind, **named, template_id=template.template_id, **more)
