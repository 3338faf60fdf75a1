"""The how-to for leads tells the figures that hold."""

import re
from pathlib import Path

from weloop.leads.arrivals import ADD_FRIEND_WITHIN
from weloop.leads.rules import load_policy
from weloop.leads.scoring import load_scoring

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "work-leads.md"


def test_every_figure_of_the_policy_is_told_as_it_is() -> None:
    text = re.sub(r"\s+", " ", PAGE.read_text())
    policy, scoring = load_policy(), load_scoring()
    minutes = [int(span.total_seconds()) // 60 for span in (policy.accept, policy.contact, policy.wave)]
    *days, last = [span.days for span in policy.ladder]
    told = (
        f"within {ADD_FRIEND_WITHIN.seconds // 3600} hours (主动添加)",
        f"within {policy.again_after.days} days of a closed one",
        f"{policy.wave_size} leads every {minutes[2]} minutes",
        f"(接单) within {minutes[0]} minutes",
        f"within {minutes[1]} minutes of accepting",
        f"the {minutes[1]} minutes begin at once",
        f"to {policy.most_moves} members at most",
        f"A member claims {policy.claims_per_day} a day",
        f"when {policy.return_after.days} days after the agreed time",
        f"fit ≥ {scoring.mql_fit:g} and engagement ≥ {scoring.mql_engagement:g}",
        f"halves every {scoring.half_life.days} days",
        f"{', '.join(map(str, days))} and {last} days after the first contact",
    )
    assert [phrase for phrase in told if phrase not in text] == []
