"""Nodes that send: template messages, customer service, and what members are told."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from weloop.content.api import FileAttachment, find_misfit
from weloop.contracts.conditions import Look, Model
from weloop.journeys.acts import Userid
from weloop.journeys.engine import Unsayable
from weloop.journeys.forms import AccountId, Next, Node, Seconds
from weloop.journeys.texts import Template, compile_text
from weloop.mass_tasks.api import Priority

Place: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{1,40}[0-9]{0,4}$")]
Link: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00]+$", max_length=1024)]


class OnTemplate(Node):
    """What goes in a template of a service account to the person as its follower.

    ``values``: the text of each place of the template. ``url``: what a tap opens. ``campaign_id`` as in service
    messages; advertisements are not for the platform's templates.
    """

    account_id: AccountId
    template_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
    values: Annotated[dict[Place, Annotated[Template, StringConstraints(min_length=1)]], Field(max_length=20)]
    url: Link | None = None
    valid_seconds: Seconds = 86_400
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    next: Next = None


class SendTemplate(OnTemplate):
    """A template message (模板消息): a notice about what the person did."""

    type: Literal["send_template"]


class SendNotice(OnTemplate):
    """A subscription notice (订阅通知): it goes only while an acceptance of the person is left."""

    type: Literal["send_notice"]


class KfLink(Model):
    """A card in customer service that leads to a web page. The platform wants a picture: ``file_id``."""

    type: Literal["link"]
    title: Annotated[Template, StringConstraints(min_length=1)]
    desc: Template = ""
    url: Link
    file_id: Annotated[int, Field(ge=1, lt=2**63)]


class SendKfMessage(Node):
    """A message in WeChat customer service (微信客服), where the person wrote last within ``KF_LIFE``: a text, or one
    picture, file or link, since each is a message of the window.

    ``campaign_id`` and ``advert`` as in customer-service messages of official accounts.
    """

    type: Literal["send_kf_message"]
    account_id: AccountId
    text: Template = ""
    attachment: Annotated[KfLink | FileAttachment, Field(discriminator="type")] | None = None
    valid_seconds: Seconds = 86_400
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    advert: bool = False
    next: Next = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "SendKfMessage":
        if bool(self.text) is (self.attachment is not None):
            raise PydanticCustomError("one_message", "a message is a text, or one attachment")
        return self


KF_LIFE = timedelta(days=30)
"""Who wrote to customer service before that is taken for somebody whom nobody knows there."""
NOTIFY: Literal["notify_staff"] = "notify_staff"


class NotifyStaff(Node):
    """An app message to a member: it says something about the person, and leads to their lead on the member's phone.

    ``staff`` None: the owner of the person's lead, else the member whom the person added last; ``instead``: who gets it
    when there is none. It arrives when their shift begins.
    """

    type: Literal["notify_staff"]
    account_id: AccountId
    staff: Userid | None = None
    instead: Userid | None = None
    text: Annotated[Template, StringConstraints(min_length=1)]
    next: Next = None


class InviteToGroup(Node):
    """An invitation: the code of a join way (自动拉群), by which the person may come into a group chat; or may not.

    ``by``: ``confirmed``, a mass message of the member whom the person added last with the picture of the code;
    ``service_message``, one of an official account with its address. The run waits for the person to come in by this
    code. Who is in one of its group chats already, whichever way, gets none and has joined. ``campaign_id``,
    ``advert`` and, of mass messages, ``priority`` as in the messages themselves.
    """

    type: Literal["invite_to_group"]
    by: Literal["confirmed", "service_message"]
    account_id: AccountId
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,30}$")]
    text: Annotated[Template, StringConstraints(min_length=1)]
    within_seconds: Seconds = 3 * 86_400
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    advert: bool = False
    priority: Priority = Priority.NORMAL
    joined: Next = None
    otherwise: Next = None

    def exits(self) -> Iterator[tuple[str, Next]]:
        """See :class:`Node`."""
        yield "joined", self.joined
        yield "otherwise", self.otherwise


def compile_values(values: Mapping[str, str]) -> Callable[[Look], dict[str, str]]:
    """What makes the value of each place for somebody. It raises ``Unsayable``, and names the place that does not
    take what was made.
    """
    makers = {place: compile_text(text) for place, text in values.items()}

    def make(look: Look) -> dict[str, str]:
        made = {place: say(look) for place, say in makers.items()}
        for place, value in made.items():
            misfit = find_misfit(place, value)
            if misfit is not None:
                raise Unsayable(misfit, {"place": place})
        return made

    return make
