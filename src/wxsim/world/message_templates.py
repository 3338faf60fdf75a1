"""Template messages (模板消息): the templates of an account, and what its followers get by them."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from wxsim.ids import TOKEN
from wxsim.world.following import account_chat

if TYPE_CHECKING:
    from wxsim.world.official_accounts import Follower, OfficialAccount
    from wxsim.world.world import World

FIRST_MESSAGE = 4_012_000_000_000_000_000
_PLACE = re.compile(r"(?P<label>[^\n{}]*?)[:：]?\s*\{\{(?P<key>[a-z_]+[0-9]*)\.DATA\}\}")


@dataclass(slots=True, eq=False)
class MessageTemplate:
    """One template in use. ``content`` holds ``label:{{thing2.DATA}}``, a line for each place."""

    template_id: str
    title: str
    content: str
    example: str = ""

    @property
    def places(self) -> dict[str, str]:
        """What stands before each place, by its key."""
        return {found["key"]: found["label"].strip() for found in _PLACE.finditer(self.content)}


def add_template(
    world: "World", account: "OfficialAccount", title: str, content: str, example: str = ""
) -> MessageTemplate:
    """Take a template into use; its id is a function of the seed, the account and its content."""
    template_id = world.ids.derive(43, "template", account.appid, title, content, alphabet=TOKEN)
    template = account.templates[template_id] = MessageTemplate(template_id, title, content, example)
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
        rows = [{"name": label, "value": values[key]} for key, label in template.places.items()]
        body = {"title": template.title, "rows": orjson.dumps(rows).decode(), "url": url}
        world.show(account_chat(world, account, follower.person), "them", "template_card", **body)
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
