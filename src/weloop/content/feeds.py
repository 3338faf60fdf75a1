"""Fetching articles and their official figures: one command for figures is on its way per account, day after day."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

from weloop.accounts.api import list_accounts
from weloop.content import article_rows
from weloop.content.articles import TOPIC, take_articles, take_figures
from weloop.content.message_templates import fetch_templates
from weloop.content.models import ArticleFeedRow
from weloop.contracts.accounts import AccountConnected, AccountKind
from weloop.contracts.commands import Command, CommandName, Delivery, read_all
from weloop.contracts.events import Event, EventKind
from weloop.inbox.api import EventHandler
from weloop.kit.clock import BEIJING, beijing_date
from weloop.kit.unit import UnitOfWork, Units

NOT_ALLOWED = frozenset({48001})
"""The account may not: asking every day would only fill the dead letters."""


@cache
def load_schedule() -> Mapping[str, Mapping[str, Any]]:
    """From ``articles.toml`` beside this file."""
    return tomllib.loads(resources.files(__package__).joinpath("articles.toml").read_text(encoding="utf-8"))


async def start_feed(unit: UnitOfWork, account_id: int) -> None:
    """Fetch the articles now, and the figures from where they ended; safe to ask for at any time."""
    feed = await article_rows.make_feed(unit.session, account_id, _first_day(unit.now))
    if feed is None:
        return
    fetch_articles(unit, account_id)
    if feed.pending_key is None:
        fetch_figures(unit, feed)
        await unit.session.flush()  # a new account is told of while its unit of work is being written


async def look_at_new_account(unit: UnitOfWork, connected: AccountConnected) -> None:
    """An account works from now on: fetch what it wrote, and its templates."""
    if connected.kind is AccountKind.OFFICIAL_ACCOUNT:
        await start_feed(unit, connected.account_id)
        fetch_templates(unit, connected.account_id)


async def start_all(unit: UnitOfWork) -> int:
    """The same for every official account that works, as somebody asked; how many these are."""
    accounts = await _ready_accounts(unit)
    for account_id in accounts:
        await start_feed(unit, account_id)
    return len(accounts)


async def refresh_articles(units: Units, now: datetime) -> None:
    """Start again what stands still, such as after a refused secret. Run daily, in machine time."""
    async with units.begin() as unit:
        feeds = {feed.account_id: feed for feed in await article_rows.list_feeds(unit.session)}
        for account_id in await _ready_accounts(unit):
            feed = feeds.get(account_id)
            if feed is None or (feed.pending_key is None and _may_ask(feed)):
                await start_feed(unit, account_id)


def _may_ask(feed: ArticleFeedRow) -> bool:
    return (feed.failure or {}).get("params", {}).get("errcode") not in NOT_ALLOWED


async def _ready_accounts(unit: UnitOfWork) -> list[int]:
    refs = await list_accounts(unit)
    return [ref.id for ref in refs if ref.kind is AccountKind.OFFICIAL_ACCOUNT and ref.state == "ready"]


def fetch_articles(unit: UnitOfWork, account_id: int) -> None:
    """Read the account's boxes; once, however many ask while it waits."""
    unit.enqueue(read_all(CommandName.FETCH_ARTICLES, account_id))


def fetch_figures(unit: UnitOfWork, feed: ArticleFeedRow, after: timedelta = timedelta()) -> None:
    """Ask for the first day that is not there, once it is ready."""
    feed.tries += 1
    feed.pending_key = f"article_reads:{feed.account_id}:{feed.next_day}:{feed.tries}"
    unit.enqueue(
        Command(
            key=feed.pending_key,
            name=CommandName.FETCH_ARTICLE_READS,
            account_id=feed.account_id,
            body={"day": str(feed.next_day)},
            delivery=Delivery.AT_LEAST_ONCE,
            due=max(unit.now + after, ready_at(feed.next_day)),
        )
    )


def ready_at(day: date) -> datetime:
    """When the figures of a Beijing day are asked for: on the next morning."""
    ready = load_schedule()["ready"]
    morning = datetime.combine(day + timedelta(days=1), time(ready["hour"], ready["minute"]), UTC)
    return morning - BEIJING


def _first_day(now: datetime) -> date:
    schedule = load_schedule()
    today = beijing_date(now)
    first: date = schedule["first"]["day"]
    return max(first, today - timedelta(days=schedule["history"]["days"]))


async def follow_commands(unit: UnitOfWork, events: Sequence[Event]) -> None:
    """Take in what was fetched, and ask for the next day."""
    for event in sorted(events, key=lambda each: each.id):
        if event.data.get("command") in (CommandName.FETCH_ARTICLES, CommandName.FETCH_ARTICLE_READS):
            feed = await article_rows.lock_feed(unit.session, event.account_id)
            if feed is not None:
                await _follow(unit, feed, event)
                await unit.session.flush()


async def _follow(unit: UnitOfWork, feed: ArticleFeedRow, event: Event) -> None:
    told = event.data.get("result")
    is_pending = event.data["key"] == feed.pending_key
    if event.kind is not EventKind.COMMAND_SENT or not isinstance(told, Mapping):
        if is_pending or (event.data["command"] == CommandName.FETCH_ARTICLES and _is_news(feed, event)):
            _fail(unit, feed, event, is_pending)
        return
    if event.data["command"] == CommandName.FETCH_ARTICLES:
        await take_articles(unit, feed, told)
        return
    await take_figures(unit, feed, told, event.occurred_at)
    if is_pending:
        _go_on(unit, feed, delayed=bool(told["delayed"]))


def _is_news(feed: ArticleFeedRow, event: Event) -> bool:
    return feed.articles_at is None or event.occurred_at > feed.articles_at


def _go_on(unit: UnitOfWork, feed: ArticleFeedRow, *, delayed: bool) -> None:
    """The same day again when it is late; else the next one. Whoever has caught up reads the boxes once a day."""
    if delayed:
        fetch_figures(unit, feed, timedelta(minutes=load_schedule()["delay"]["minutes"]))
        return
    feed.next_day += timedelta(days=1)
    feed.failure = None
    if ready_at(feed.next_day) > unit.now:
        fetch_articles(unit, feed.account_id)
    fetch_figures(unit, feed)


def _fail(unit: UnitOfWork, feed: ArticleFeedRow, event: Event, is_pending: bool) -> None:
    data = event.data
    code = "platform_uncertain" if event.kind is EventKind.COMMAND_UNCERTAIN else data.get("code")
    params = {name: data[name] for name in ("errcode", "reason") if data.get(name) is not None}
    feed.failure = {"code": code, "params": params}
    if is_pending:
        feed.pending_key = None
    unit.publish(TOPIC)


_OUTCOMES = (EventKind.COMMAND_SENT, EventKind.COMMAND_FAILED, EventKind.COMMAND_UNCERTAIN)
HANDLERS: tuple[tuple[tuple[EventKind, ...], EventHandler], ...] = ((_OUTCOMES, follow_commands),)
"""To be registered with the inbox."""
