"""When an archived message counts as first contact."""

from datetime import UTC, datetime, timedelta

import pytest

from weloop.leads.rules import NoProof, judge_consent

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
BEFORE, AFTER = AT - timedelta(days=3), AT + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "changed_at", "errcode", "reason"),
    [
        ("Agree", BEFORE, 0, None),
        ("Agree", AT, 0, None),
        ("Agree", AFTER, 0, NoProof.LATER),
        ("Disagree", BEFORE, 0, NoProof.REFUSED),
        ("Default_Agree", BEFORE, 0, NoProof.BY_DEFAULT),
        ("", BEFORE, 0, NoProof.NO_CONSENT),
        ("a_word_of_next_year", BEFORE, 0, NoProof.NO_CONSENT),
        ("Agree", BEFORE, 48002, NoProof.UNTOLD),
    ],
)
def test_only_a_yes_from_before_counts(status: str, changed_at: datetime, errcode: int, reason: NoProof | None) -> None:
    assert judge_consent(status, changed_at, AT, errcode) is reason
