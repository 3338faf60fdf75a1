"""Nodes that send in a form which the platform has approved."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from weloop.content.api import find_misfit
from weloop.contracts.conditions import Look
from weloop.journeys.forms import AccountId, Next, Node, Seconds
from weloop.journeys.texts import Template, Unsayable, compile_text

Place: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{1,40}[0-9]{0,4}$")]
Link: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00]+$", max_length=1024)]


class SendTemplate(Node):
    """A template message (模板消息) to the person as a follower of a service account: a notice about what they did.

    ``values``: the text of each place of the template. ``url``: what a tap opens. ``campaign_id`` as in service
    messages; advertisements are not for the platform's templates.
    """

    type: Literal["send_template"]
    account_id: AccountId
    template_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
    values: Annotated[dict[Place, Annotated[Template, StringConstraints(min_length=1)]], Field(max_length=20)]
    url: Link | None = None
    valid_seconds: Seconds = 86_400
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    next: Next = None


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
