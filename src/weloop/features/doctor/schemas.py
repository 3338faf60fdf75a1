"""Schemas of the doctor's routes. Words come in both languages: the command line says the same."""

from datetime import datetime
from typing import Literal, TypeAlias

from weloop.accounts.api import What
from weloop.accounts.schemas import PlatformKind
from weloop.features.doctor.rules import State
from weloop.features.doctor.service import AccountReport
from weloop.features.doctor.words import EN, ZH, Described, describe
from weloop.kit.http import Note, Schema


class TextInfo(Schema):
    """One text in both languages."""

    zh: str
    en: str


Brake: TypeAlias = Literal[What.LEAVING, What.COMPLAINING]


class BrakeLift(Schema):
    """Why marketing shall go on all the same; it stays in the audit log."""

    reason: Note


class FindingInfo(Schema):
    """One line of the doctor. ``errcode``: the platform's code, 0 without one; ``copy_text``: to take elsewhere."""

    check: str
    state: State
    outcome: str
    errcode: int
    copy_text: str
    title: TextInfo
    cause: TextInfo
    fix: TextInfo | None


class ExaminedAccount(Schema):
    """What is known of one account; ``received_at`` and ``verified_at`` are of its callback address."""

    account_id: int
    kind: PlatformKind
    name: str
    state: Literal["unchecked", "ready", "failed"]
    examined_at: datetime | None
    received_at: datetime | None
    verified_at: datetime | None
    watched_at: datetime | None
    findings: list[FindingInfo]


def show_finding(described: Described) -> FindingInfo:
    """A finding in words, as the API answers it."""
    finding = described.finding
    return FindingInfo(
        check=finding.check,
        state=finding.state,
        outcome=finding.outcome,
        errcode=finding.errcode,
        copy_text=finding.copy,
        title=TextInfo(zh=described.title.zh, en=described.title.en),
        cause=TextInfo(zh=described.cause.zh, en=described.cause.en),
        fix=TextInfo(zh=described.fix.zh, en=described.fix.en) if described.fix else None,
    )


def show_report(report: AccountReport) -> ExaminedAccount:
    """One account, as the API answers it."""
    account, arrived = report.account, report.arrived
    return ExaminedAccount.model_validate(
        {
            "account_id": account.id,
            "kind": account.kind,
            "name": account.name,
            "state": account.state,
            "examined_at": report.examined_at,
            "received_at": arrived.received_at,
            "verified_at": arrived.verified_at,
            "watched_at": arrived.watched_at,
            "findings": [show_finding(describe(each, ZH, EN, account.kind)) for each in report.findings],
        }
    )
