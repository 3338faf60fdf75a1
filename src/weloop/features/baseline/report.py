"""The baseline: what is there on the first day, in a constant number of queries."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from weloop.accounts.api import AccountRef, list_accounts
from weloop.analytics.api import RateInfo, rate_of
from weloop.contracts.accounts import AccountKind
from weloop.features.baseline.articles import Articles, load_articles, show_articles
from weloop.features.baseline.findings import find_first
from weloop.features.baseline.history import History, load_history, show_history
from weloop.features.baseline.schemas import Baseline, MissingKey, PeopleBaseline
from weloop.identity.api import PeopleCount, count_people
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork

DAYS = 90
NOBODY = PeopleCount(0, 0, 0)


async def report_baseline(unit: UnitOfWork) -> Baseline:
    """Everything that page and workbook show."""
    last = beijing_date(unit.now)
    first = last - timedelta(days=DAYS - 1)
    accounts = [
        each for each in await list_accounts(unit) if each.kind in (AccountKind.WECOM, AccountKind.OFFICIAL_ACCOUNT)
    ]
    people = await count_people(unit)
    articles, history = await load_articles(unit, first, last), await load_history(unit)
    ours = [people[each.id] for each in accounts if each.id in people]
    return Baseline(
        first=first,
        last=last,
        people=[_show_people(each, people.get(each.id, NOBODY)) for each in accounts],
        articles=show_articles(articles, people, {each.id: each.name for each in accounts}),
        history=await asyncio.to_thread(show_history, history),
        missing=_missing(accounts, people, articles, history),
        findings=await asyncio.to_thread(find_first, history, articles, ours),
    )


def _show_people(account: AccountRef, count: PeopleCount) -> PeopleBaseline:
    return PeopleBaseline(
        account_id=account.id,
        name=account.name,
        kind="wecom" if account.kind is AccountKind.WECOM else "official_account",
        people=count.people,
        joined=RateInfo.model_validate(rate_of(count.asked, count.joined)),
    )


def _missing(
    accounts: Sequence[AccountRef], people: Mapping[int, PeopleCount], articles: Articles, history: History
) -> list[MissingKey]:
    """What cannot be told yet, in the order of the ladder."""
    ours = [each.id for each in accounts if each.kind is AccountKind.OFFICIAL_ACCOUNT]
    counts = [people.get(each, NOBODY) for each in ours]
    lacks: dict[MissingKey, bool] = {
        "official_account": not ours,
        "followers": bool(ours) and not any(each.people for each in counts),
        "articles": bool(ours) and not articles.infos,
        "reads": bool(articles.infos) and not articles.days,
        **_lacks_of(history),
        "wecom": all(each.kind is not AccountKind.WECOM for each in accounts),
        "codes": bool(articles.infos) and not articles.coded,
        "unionid": any(each.people and not each.joined for each in counts),
    }
    return [key for key, lacking in lacks.items() if lacking]


def _lacks_of(history: History) -> dict[MissingKey, bool]:
    persons = history.persons
    won = [each for each in persons if each.has_reached("won")]
    return {
        "history": not persons,
        "source": bool(persons) and not any(each.source for each in persons),
        "entered_on": bool(persons) and not any(each.entered_on for each in persons),
        "reached": bool(persons) and not any(each.reached for each in persons),
        "won_on": bool(won) and not any(row.won_on for row in history.rows),
        "amount": bool(won) and not any(each.amount is not None for each in won),
    }
