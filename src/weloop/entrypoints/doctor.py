"""``weloop doctor``: this machine and every connected account, in the words of the page 体检."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from weloop.content.api import FileStore
from weloop.entrypoints.bootstrap import build_core, build_platforms, running
from weloop.entrypoints.machine import examine_machine
from weloop.entrypoints.machine_words import EN, ZH
from weloop.entrypoints.settings import Settings
from weloop.features.doctor import api as accounts
from weloop.features.doctor.api import AccountReport, Described, Instruments, State, describe

_MARKS: Mapping[str, Mapping[State, str]] = {
    "en": {State.GOOD: "ok     ", State.PROBLEM: "PROBLEM", State.OPEN: "open   "},
    "zh": {State.GOOD: "正常", State.PROBLEM: "问题", State.OPEN: "待定"},
}


@dataclass(frozen=True, slots=True)
class Part:
    """The machine, whose ``name`` is empty, or one account, with what was found there."""

    name: str
    found: list[Described]


def examine(settings: Settings) -> list[Part]:
    """Look at the machine and, where its database answers, ask the platforms about all accounts in use."""
    found = examine_machine(settings)
    parts = [Part("", [describe(finding, ZH, EN) for finding in found])]
    if all(finding.ok for finding in found if finding.check in ("database", "key")):
        parts += [_part(report) for report in asyncio.run(_examine_accounts(settings))]
    return parts


def is_well(parts: Iterable[Part]) -> bool:
    """Whether nobody has to do anything."""
    return all(described.finding.ok for part in parts for described in part.found)


def render(parts: Iterable[Part], environment: Mapping[str, str]) -> str:
    """The findings as lines, Chinese when the locale is, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    language = "zh" if locale.lower().startswith("zh") else "en"
    lines = []
    for part in parts:
        lines += ["", part.name] if part.name else []
        lines += [_line(described, language) for described in part.found]
    return "\n".join(lines)


def _line(described: Described, language: str) -> str:
    title, cause = getattr(described.title, language), getattr(described.cause, language)
    mark = _MARKS[language][described.finding.state]
    fix = f"\n{' ' * len(mark)}  → {getattr(described.fix, language)}" if described.fix else ""
    copied = f"\n{' ' * len(mark)}  {described.finding.copy}" if described.finding.copy else ""
    return f"{mark}  {title}: {cause}{fix}{copied}"


def _part(report: AccountReport) -> Part:
    account = report.account
    return Part(account.name, [describe(each, accounts.ZH, accounts.EN, account.kind) for each in report.findings])


async def _examine_accounts(settings: Settings) -> list[AccountReport]:
    core = build_core(settings)
    platforms = build_platforms(core, FileStore(settings.files))
    instruments = Instruments(
        platforms.checkers, platforms.staff_fetchers, platforms.kf_checkers, platforms.server_clock
    )
    async with running(core, asyncio.Event()):
        try:
            await accounts.examine_all(core.units, instruments, None)
            async with core.units.begin() as unit:
                return await accounts.read_reports(unit, settings.base_url)
        finally:
            await platforms.transport.close()
