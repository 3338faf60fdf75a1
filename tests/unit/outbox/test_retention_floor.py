"""What was sent cannot be set to go before the last rule that looks back at it."""

from datetime import timedelta

import pytest

from weloop.contracts.errors import SetupError
from weloop.entrypoints.settings import load_settings
from weloop.inbox.jobs import KEY_LIFE
from weloop.outbox.meters import KEPT
from weloop.outbox.policy import WEEK

LONGEST_MONTH = timedelta(days=31)


def test_no_setting_is_shorter_than_what_rules_look_back_on() -> None:
    for days in (61, 0, -1):
        with pytest.raises(SetupError, match="WELOOP_SENT_DAYS"):
            load_settings(sent_days=days)
    assert timedelta(days=load_settings(sent_days=62).sent_days) >= max(KEPT, KEY_LIFE, LONGEST_MONTH, WEEK)
