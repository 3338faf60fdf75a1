"""What the platforms' error codes mean for a command."""

from datetime import UTC, datetime

import pytest

from weloop.connectors.errors import map_error, window_end
from weloop.contracts.errors import (
    AccountBlocked,
    CapabilityLost,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Rejected,
    Retryable,
    Uncertain,
)
from wxapi.errcodes import load_table
from wxapi.errors import AnswerLost, NotSent, PlatformBusy, Window

NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
"""23:30 in Beijing, the last day of a month."""


@pytest.mark.parametrize(
    ("platform", "errcode", "expected"),
    [
        ("wecom", -1, Retryable),
        ("wecom", 6000, Retryable),
        ("wecom", 45033, Retryable),
        ("wecom", 41096, Retryable),
        ("wecom", 40001, CredentialExpired),
        ("wecom", 40014, CredentialExpired),
        ("wecom", 42001, CredentialExpired),
        ("wecom", 40013, CredentialExpired),
        ("wecom", 60020, CredentialExpired),
        ("wecom", 45009, QuotaExceeded),
        ("wecom", 41050, Rejected),
        ("wecom", 41051, Rejected),
        ("wecom", 84061, Rejected),
        ("wecom", 48002, CapabilityLost),
        ("wecom", 7654321, Rejected),
        ("official_account", -1, Retryable),
        ("official_account", 61450, Retryable),
        ("official_account", 40001, CredentialExpired),
        ("official_account", 40125, CredentialExpired),
        ("official_account", 40164, CredentialExpired),
        ("official_account", 45009, QuotaExceeded),
        ("official_account", 45011, QuotaExceeded),
        ("official_account", 45015, Rejected),
        ("official_account", 48001, CapabilityLost),
        ("official_account", 48004, AccountBlocked),
        ("official_account", 48002, Rejected),
        ("official_account", 7654321, Rejected),
    ],
)
def test_code_to_class(platform: str, errcode: int, expected: type[PlatformError]):
    mapped = map_error(load_table(platform).error("/cgi-bin/x", errcode, "text, from ip: 1.2.3.4"), NOW)
    assert type(mapped) is expected
    assert mapped.errcode == errcode
    assert "1.2.3.4" not in mapped.reason


@pytest.mark.parametrize(
    ("error", "changing", "reading"),
    [
        (NotSent("/x", "no connection"), Retryable, Retryable),
        (PlatformBusy("/x", "HTTP status 503"), Retryable, Retryable),
        (AnswerLost("/x", "no answer"), Uncertain, Retryable),
    ],
)
def test_lost_answers(error: AnswerLost, changing: type[PlatformError], reading: type[PlatformError]):
    assert type(map_error(error, NOW)) is changing
    assert type(map_error(error, NOW, reads_only=True)) is reading


@pytest.mark.parametrize(
    ("window", "end"),
    [
        (Window.MINUTE, datetime(2026, 3, 31, 15, 31, tzinfo=UTC)),
        (Window.HOUR, datetime(2026, 3, 31, 16, 30, tzinfo=UTC)),
        (Window.DAY, datetime(2026, 3, 31, 16, 0, tzinfo=UTC)),
        (Window.MONTH, datetime(2026, 3, 31, 16, 0, tzinfo=UTC)),
    ],
)
def test_quotas_reopen_with_their_window(window: Window, end: datetime):
    assert window_end(window, NOW) == end


def test_month_window_from_its_first_day():
    assert window_end(Window.MONTH, datetime(2026, 1, 31, 17, tzinfo=UTC)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
