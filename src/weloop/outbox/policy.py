"""Pure policy: may this message leave now? Asked for every single command at send time.

Every gate is asked, in one order; what each said is kept. One refusal is enough; else the longest wait counts. So no
opt-out, no hold and no tighter cap ever lets more go, nor earlier.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from weloop.contracts.commands import CLASSED, MANY, Command, CommandName, MessageClass, Occasion
from weloop.contracts.contact_rules import ContactRules, period_of

WEEK, DAY = timedelta(days=7), timedelta(days=1)
UNWELL_WAIT = timedelta(minutes=10)
"""Until an account that does not work is looked at again."""
MIX_WAIT = timedelta(hours=1)
"""Until an advertisement in Moments is looked at again: another post may make room for it at any time."""

NEVER = datetime.max.replace(tzinfo=UTC)


class Gate(StrEnum):
    """Why a message does not leave, in the order in which they are asked."""

    EXPIRED = "expired"
    OPTED_OUT = "opted_out"
    NO_BASIS = "no_basis"
    COMPLAINT = "complaint"
    SALES_TALK = "sales_talk"
    QUIET_HOURS = "quiet_hours"
    FREQUENCY = "frequency"
    CAMPAIGN_FREQUENCY = "campaign_frequency"
    ADVERT_MIX = "advert_mix"
    REPEATED = "repeated"
    WINDOW_CLOSED = "window_closed"
    QUOTA = "quota"
    ACCOUNT_UNWELL = "account_unwell"
    ACCOUNT_DEAF = "account_deaf"
    ACCOUNT_BRAKED = "account_braked"


OF_ALL = frozenset({Gate.ACCOUNT_UNWELL, Gate.ACCOUNT_DEAF, Gate.ACCOUNT_BRAKED, Gate.QUIET_HOURS})
"""Gates that hold for everybody whom an account writes to, and pass: a list waits for these, and for no other."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One gate that did not let it pass; ``until`` None: never."""

    gate: Gate
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allow:
    """It may leave."""


@dataclass(frozen=True, slots=True)
class Defer:
    """Not before ``until``. The first reason is the one that lasts longest."""

    until: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never."""

    reasons: tuple[Reason, ...]


Verdict: TypeAlias = Allow | Defer | Refuse


@dataclass(frozen=True, slots=True)
class Window:
    """What a platform still allows of service messages to somebody: until when, and how many. None: no window."""

    until: datetime | None
    left: int

    def is_open(self, now: datetime) -> bool:
        """Whether one more may be sent."""
        return self.until is not None and self.until > now and self.left > 0


@dataclass(slots=True)
class Meter:
    """What is used of a quota of a platform in the period that lasts until a moment, and how much it lets go. ``key``:
    its counter, where one is kept: quota, account, owner, begin of the period.
    """

    period: str
    most: int
    until: datetime
    used: int
    key: tuple[str, int, str, datetime] | None = None

    def full_until(self, now: datetime) -> datetime | None:
        """When it renews; None while there is room."""
        used, until = (self.used, self.until) if now < self.until else (0, period_of(self.period, now)[1])
        return until if used >= self.most else None

    def take(self, now: datetime) -> None:
        """One more leaves."""
        if now >= self.until:
            self.used, self.until = 0, period_of(self.period, now)[1]
        self.used += 1


@dataclass(slots=True)
class Health:
    """Whether an account sends: not before ``until``, but for as many ``tries`` as may find out whether it does again.
    ``deaf``: callbacks do not reach us, so that nobody could opt out. ``braked``: more people leave or complain than
    usual."""

    until: datetime | None = None
    tries: int = 0
    deaf: bool = False
    braked: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A post in Moments that a member was asked for."""

    at: datetime
    advert: bool
    creative: str


@dataclass(slots=True)
class Facts:
    """What is known of whom a message goes to, over all identities of the person, when it is about to leave.

    ``marketing``: moments of messages that count, of the last week, by the id of their command. ``service``: by
    campaign the same, all of them. Messages of a batch to one person share both, and they grow while it is judged.
    ``ledger``: all identities of the person and how many entries on their wishes were looked at. ``meters``: the quotas
    it draws from, shared in the same way. ``command_id``: this command itself, which may count
    already when it is tried again. ``posts``: by member what they were asked to post, by the id of its command; of an
    account's commands of a batch it is one.
    """

    rules: ContactRules
    command_id: int = 0
    ledger: tuple[tuple[int, ...], int] = ((), 0)
    opted_out: bool = False
    has_basis: bool = False
    """They follow an account, are somebody's friend, signed up for something, or said that they want it."""
    complaint: bool = False
    sales_talk_at: datetime | None = None
    sign_ups: frozenset[int] = frozenset()
    marketing: dict[int | str, datetime] = field(default_factory=dict)
    service: dict[int, dict[int | str, datetime]] = field(default_factory=dict)
    posts: dict[str, dict[int, Posted]] = field(default_factory=dict)
    meters: Sequence[Meter] = ()
    window: Window | None = None
    """None: nobody knows of one, and the platform is asked."""
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the class that it was reached for; None: it is no message. ``waits``: of a post in Moments that
    leaves, its members who may not publish it now."""

    verdict: Verdict
    message_class: MessageClass | None
    waits: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


def is_answer(command: Command, rules: ContactRules, now: datetime) -> bool:
    """Whether it answers what the person has just done; a welcome's code is given for nothing else."""
    occasion = command.occasion or Occasion()
    if occasion.advert:
        return False
    if command.name is CommandName.SEND_WELCOME:
        return True
    answers = occasion.answers
    return answers is not None and (occasion.by_hand or now - answers <= timedelta(minutes=rules.answer_minutes))


def classify(command: Command, facts: Facts, now: datetime) -> MessageClass:
    """The class of a message, from what is on record."""
    if command.name is CommandName.CREATE_MOMENT_TASK:
        return MessageClass.MOMENT
    occasion = command.occasion or Occasion()
    if is_answer(command, facts.rules, now):
        return MessageClass.CONVERSATION
    if not occasion.advert and occasion.campaign_id in facts.sign_ups:
        return MessageClass.SERVICE
    return MessageClass.MARKETING


def judge(command: Command, now: datetime, facts: Facts) -> Judged:
    """What becomes of it. What may leave counts against those to the same person that are judged next."""
    message_class = _class_of(command, facts, now)
    verdict = _decide(command, message_class, facts, now)
    if not isinstance(verdict, Allow):
        return Judged(verdict, message_class)
    asked = ask_members(command, facts, now) if message_class is MessageClass.MOMENT else {}
    waits = {member: reasons for member, reasons in asked.items() if reasons}
    count(without_members(command, waits), message_class, facts, now)
    return Judged(verdict, message_class, waits)


def decide(command: Command, now: datetime, facts: Facts | None) -> Verdict:
    """What becomes of it, and nothing is counted. ``facts``: of messages, and of what draws from a quota."""
    if facts is not None:
        return _decide(command, _class_of(command, facts, now), facts, now)
    return Refuse((Reason(Gate.EXPIRED),)) if _is_over(command, now) else Allow()


def _class_of(command: Command, facts: Facts, now: datetime) -> MessageClass | None:
    return classify(command, facts, now) if command.name in CLASSED else None


def _is_over(command: Command, now: datetime) -> bool:
    return command.expires_at is not None and now >= command.expires_at


def _decide(command: Command, message_class: MessageClass | None, facts: Facts, now: datetime) -> Verdict:
    if _is_over(command, now):
        return Refuse((Reason(Gate.EXPIRED),))
    reasons = tuple(_ask(command, message_class, facts, now))
    refusals = [reason for reason in reasons if reason.until is None]
    if refusals:
        return Refuse((*refusals, *(reason for reason in reasons if reason.until is not None)))
    if not reasons:
        return Allow()
    waits = sorted(reasons, key=lambda reason: reason.until or now, reverse=True)
    until = waits[0].until or now
    # What would be stale by then need not wait for it.
    return Refuse(tuple(waits)) if until >= _last_moment(command, facts, now, until) else Defer(until, tuple(waits))


def _last_moment(command: Command, facts: Facts, now: datetime, until: datetime) -> datetime:
    """After it the message is of no use; what has no window any more is of none now."""
    ends = [command.expires_at, (facts.window.until or now) if facts.window is not None else None]
    return min((end for end in ends if end is not None), default=until + DAY)


def _ask(command: Command, message_class: MessageClass | None, facts: Facts, now: datetime) -> Iterator[Reason]:
    """An answer is asked for its quota alone: what its account does not let go, the platform says at once."""
    campaign_id = command.occasion.campaign_id if command.occasion is not None else None
    is_answer = message_class is MessageClass.CONVERSATION
    if message_class is MessageClass.MARKETING:
        yield from _wishes(facts, now)
        yield from _quiet(facts.rules.marketing_quiet.ends_after(now))
        yield from _marketing_cap(facts, now)
    elif message_class is MessageClass.SERVICE and campaign_id is not None:
        yield from _quiet(facts.rules.service_quiet.ends_after(now))
        yield from _service_cap(facts, campaign_id, now)
    elif message_class is MessageClass.MOMENT:
        # Whoever is free publishes it; where nobody is, it waits for the first.
        yield from min(ask_members(command, facts, now).values(), key=free_at, default=())
    elif command.name in MANY:
        # Whom it is for was judged when it was made; since then nobody may have sent anything until into the night.
        is_service = campaign_id is not None
        yield from _quiet((facts.rules.service_quiet if is_service else facts.rules.marketing_quiet).ends_after(now))
    if not is_answer and facts.window is not None and not facts.window.is_open(now):
        yield Reason(Gate.WINDOW_CLOSED)
    full = [until for meter in facts.meters if (until := meter.full_until(now)) is not None]
    if full:
        yield Reason(Gate.QUOTA, max(full))
    if not is_answer and facts.health.until is not None and facts.health.tries <= 0:
        yield Reason(Gate.ACCOUNT_UNWELL, max(facts.health.until, now))
    if facts.health.deaf and (message_class is MessageClass.MARKETING or command.name in MANY):
        yield Reason(Gate.ACCOUNT_DEAF, now + UNWELL_WAIT)
    # A list on which all asked for what it is about names the campaign.
    if facts.health.braked and (
        message_class is MessageClass.MARKETING or (command.name in MANY and campaign_id is None)
    ):
        yield Reason(Gate.ACCOUNT_BRAKED, now + UNWELL_WAIT)


def _wishes(facts: Facts, now: datetime) -> Iterator[Reason]:
    if facts.opted_out:
        yield Reason(Gate.OPTED_OUT)
    if not facts.has_basis:
        yield Reason(Gate.NO_BASIS)
    if facts.complaint:
        yield Reason(Gate.COMPLAINT)
    if facts.sales_talk_at is not None:
        until = facts.sales_talk_at + timedelta(hours=facts.rules.sales_talk_hours)
        if until > now:
            yield Reason(Gate.SALES_TALK, until)


def _quiet(ends: datetime | None) -> Iterator[Reason]:
    if ends is not None:
        yield Reason(Gate.QUIET_HOURS, ends)


def _marketing_cap(facts: Facts, now: datetime) -> Iterator[Reason]:
    until = next_marketing(facts.rules, _others(facts, facts.marketing), now)
    if until is None or until > now:
        yield Reason(Gate.FREQUENCY, until)


def next_marketing(rules: ContactRules, counted: Sequence[datetime], now: datetime) -> datetime | None:
    """When the caps let one more marketing message go, after those at these moments; None: never."""
    until = _room_at(counted, rules.marketing_per_week, WEEK, now)
    if until is None or not counted:
        return until
    return max(until, max(counted) + timedelta(hours=rules.marketing_gap_hours))


def _service_cap(facts: Facts, campaign_id: int, now: datetime) -> Iterator[Reason]:
    rules, counted = facts.rules, _others(facts, facts.service.get(campaign_id, {}))
    until = _room_at(counted, rules.service_per_day, DAY, now)
    if len(counted) >= rules.service_per_campaign or until is None:
        yield Reason(Gate.CAMPAIGN_FREQUENCY)
    elif until > now:
        yield Reason(Gate.CAMPAIGN_FREQUENCY, until)


def ask_members(command: Command, facts: Facts, now: datetime) -> dict[str, tuple[Reason, ...]]:
    """By member of a post in Moments what stands against their publishing it now, each gate once. Quiet hours are not
    asked: it is pushed to nobody."""
    occasion, asked = command.occasion or Occasion(), {}
    for member in occasion.post.members if occasion.post is not None else ():
        waits: dict[Gate, datetime | None] = {}
        for gate, until in _member_rules(occasion, facts.rules, posts_of(facts, member), now):
            known = waits.get(gate, until)
            waits[gate] = None if known is None or until is None else max(known, until)
        asked[member] = tuple(Reason(gate, until) for gate, until in waits.items())
    return asked


def free_at(reasons: Sequence[Reason]) -> datetime:
    """When nothing stands against it any more; the end of time: never."""
    return max((each.until or NEVER for each in reasons), default=datetime.min.replace(tzinfo=UTC))


def without_members(command: Command, members: Collection[str]) -> Command:
    """A post in Moments without some of its members."""
    occasion = command.occasion
    if not members or occasion is None or occasion.post is None:
        return command
    post = replace(occasion.post, members=tuple(each for each in occasion.post.members if each not in members))
    return replace(command, occasion=replace(occasion, post=post))


def posts_of(facts: Facts, member: str) -> list[Posted]:
    """What a member was asked to post, the oldest first."""
    posts = (each for number, each in facts.posts.get(member, {}).items() if number != facts.command_id)
    return sorted(posts, key=lambda each: each.at)


def posts_before_advert(rules: ContactRules, posts: Sequence[Posted], now: datetime) -> int | None:
    """How many other posts have to come before an advertisement fits a member's share, after these; None: it never
    does."""
    if rules.moment_advert_percent == 0:
        return None
    week = [each.advert for each in posts if each.at > now - WEEK]
    share = -(-100 * (sum(week) + 1) // rules.moment_advert_percent) - len(week) - 1
    return max(share, int(_is_row(rules, posts)), 0)


def _is_row(rules: ContactRules, posts: Sequence[Posted]) -> bool:
    """Whether as many advertisements as may follow each other stand last."""
    row = posts[-rules.moment_adverts_in_a_row :]
    return len(row) == rules.moment_adverts_in_a_row and all(each.advert for each in row)


def _member_rules(
    occasion: Occasion, rules: ContactRules, posts: Sequence[Posted], now: datetime
) -> Iterator[tuple[Gate, datetime | None]]:
    """What stands against one member's posting it after these, the oldest first."""
    begin, end = period_of("day", now)
    if sum(each.at >= begin for each in posts) >= rules.moment_per_day:
        yield Gate.FREQUENCY, end if rules.moment_per_day else None
    same = [each.at for each in posts if occasion.post is not None and each.creative == occasion.post.creative]
    again = max(same) + timedelta(days=rules.moment_repeat_days) if same else now
    if again > now:
        yield Gate.REPEATED, again
    if not occasion.advert:
        return
    if posts_before_advert(rules, posts, now) != 0:
        yield Gate.ADVERT_MIX, now + MIX_WAIT
    gap = max((each.at for each in posts if each.advert), default=None)
    if gap is not None and gap + timedelta(hours=rules.moment_advert_gap_hours) > now:
        yield Gate.ADVERT_MIX, gap + timedelta(hours=rules.moment_advert_gap_hours)


def _others(facts: Facts, counted: Mapping[int | str, datetime]) -> list[datetime]:
    return [at for number, at in counted.items() if number != facts.command_id]


def _room_at(counted: Sequence[datetime], most: int, window: timedelta, now: datetime) -> datetime | None:
    """When one more fits into a sliding window that takes ``most``; None: never."""
    if most <= 0:
        return None
    lately = sorted(at for at in counted if at > now - window)
    return lately[-most] + window if len(lately) >= most else now


def count(command: Command, message_class: MessageClass | None, facts: Facts, now: datetime) -> None:
    """Count a message that leaves now against what follows it in the same batch."""
    campaign_id = command.occasion.campaign_id if command.occasion is not None else None
    for meter in facts.meters:
        meter.take(now)
    if message_class is not MessageClass.CONVERSATION:
        facts.health.tries -= 1
    if message_class is MessageClass.MARKETING:
        facts.marketing[facts.command_id] = now
    elif message_class is MessageClass.SERVICE and campaign_id is not None:
        facts.service.setdefault(campaign_id, {})[facts.command_id] = now
    elif message_class is MessageClass.MOMENT and command.occasion is not None and command.occasion.post is not None:
        posted = Posted(now, command.occasion.advert, command.occasion.post.creative)
        for member in command.occasion.post.members:
            facts.posts.setdefault(member, {})[facts.command_id] = posted
