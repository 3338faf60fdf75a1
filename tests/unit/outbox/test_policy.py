"""What policy lets go and when: gates in their order, classes from what is on record, never more for less consent."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weloop.consent.rules import read_rules
from weloop.contracts.commands import MANY, Command, CommandName, Delivery, MessageClass, Occasion, Post
from weloop.contracts.contact_rules import ContactRules, HoursOfDay, is_word, period_of
from weloop.outbox.policy import (
    MIX_WAIT,
    Allow,
    Defer,
    Facts,
    Gate,
    Health,
    Judged,
    Meter,
    Posted,
    Reason,
    Refuse,
    Verdict,
    Window,
    ask_members,
    classify,
    count,
    decide,
    free_at,
    judge,
    posts_before_advert,
    posts_of,
)

NOON = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in Beijing."""
LIVE = 7
SHIPPED = read_rules({})


def _beijing(clock: str, day: int = 0) -> datetime:
    return datetime.combine(NOON.date(), time.fromisoformat(clock), UTC) - timedelta(hours=8) + timedelta(days=day)


def _message(occasion: Occasion | None = None, expires_at: datetime | None = None) -> Command:
    return Command(
        "k",
        CommandName.SEND_SERVICE_MESSAGE,
        1,
        {},
        Delivery.AT_MOST_ONCE,
        subject_id=1,
        occasion=occasion,
        expires_at=expires_at,
    )


def _facts(**known: object) -> Facts:
    return Facts(SHIPPED, **{"has_basis": True, **known})  # type: ignore[arg-type]


def _gates(verdict: Verdict) -> list[str]:
    return [] if isinstance(verdict, Allow) else [reason.gate for reason in verdict.reasons]


def test_what_has_expired_does_not_leave() -> None:
    command = Command("k", CommandName.FETCH_PROFILE, 1, {}, Delivery.IDEMPOTENT, expires_at=NOON)
    assert decide(command, NOON - timedelta(seconds=1), None) == Allow()
    assert _gates(decide(command, NOON, None)) == ["expired"]


def test_an_ordinary_marketing_message_may_leave_at_noon() -> None:
    assert decide(_message(), NOON, _facts()) == Allow()


@pytest.mark.parametrize(
    ("known", "gate"),
    [
        ({"opted_out": True}, Gate.OPTED_OUT),
        ({"has_basis": False}, Gate.NO_BASIS),
        ({"complaint": True}, Gate.COMPLAINT),
        ({"window": Window(None, 0)}, Gate.WINDOW_CLOSED),
        ({"window": Window(NOON + timedelta(hours=1), 0)}, Gate.WINDOW_CLOSED),
    ],
)
def test_what_stops_marketing_for_good(known: dict[str, object], gate: Gate) -> None:
    verdict = decide(_message(), NOON, _facts(**known))
    assert isinstance(verdict, Refuse)
    assert _gates(verdict) == [gate]


@pytest.mark.parametrize(
    ("now", "known", "gate", "until"),
    [
        (_beijing("21:30"), {}, Gate.QUIET_HOURS, _beijing("08:30", 1)),
        (_beijing("08:29"), {}, Gate.QUIET_HOURS, _beijing("08:30")),
        (NOON, {"sales_talk_at": NOON - timedelta(hours=23)}, Gate.SALES_TALK, NOON + timedelta(hours=1)),
        (NOON, {"marketing": {9: NOON - timedelta(hours=47)}}, Gate.FREQUENCY, NOON + timedelta(hours=1)),
        (
            NOON,
            {"marketing": {8: NOON - timedelta(days=6), 9: NOON - timedelta(days=3)}},
            Gate.FREQUENCY,
            NOON + timedelta(days=1),
        ),
        (NOON, {"health": Health(NOON + timedelta(minutes=10))}, Gate.ACCOUNT_UNWELL, NOON + timedelta(minutes=10)),
        (NOON, {"health": Health(deaf=True)}, Gate.ACCOUNT_DEAF, NOON + timedelta(minutes=10)),
        (NOON, {"health": Health(braked=True)}, Gate.ACCOUNT_BRAKED, NOON + timedelta(minutes=10)),
    ],
)
def test_what_puts_marketing_off(now: datetime, known: dict[str, object], gate: Gate, until: datetime) -> None:
    verdict = decide(_message(), now, _facts(**known))
    assert isinstance(verdict, Defer)
    assert (_gates(verdict), verdict.until) == ([gate], until)


def test_at_the_edges_it_goes() -> None:
    assert decide(_message(), _beijing("21:29"), _facts()) == Allow()
    assert decide(_message(), _beijing("08:30"), _facts()) == Allow()
    assert decide(_message(), NOON, _facts(marketing={9: NOON - timedelta(hours=48)})) == Allow()
    assert decide(_message(), NOON, _facts(sales_talk_at=NOON - timedelta(hours=24))) == Allow()


def test_every_reason_is_kept_and_the_longest_wait_counts() -> None:
    facts = _facts(sales_talk_at=NOON, marketing={9: NOON}, health=Health(NOON + timedelta(minutes=10)))
    verdict = decide(_message(), NOON, facts)
    assert isinstance(verdict, Defer)
    assert _gates(verdict) == [Gate.FREQUENCY, Gate.SALES_TALK, Gate.ACCOUNT_UNWELL]
    refused = decide(_message(), NOON, replace(facts, opted_out=True, has_basis=False))
    assert _gates(refused)[:2] == [Gate.OPTED_OUT, Gate.NO_BASIS]


def test_what_would_be_stale_by_then_is_refused_at_once() -> None:
    late = _message(expires_at=_beijing("23:00"))
    assert isinstance(decide(late, _beijing("22:00"), _facts()), Refuse)
    window = Window(_beijing("23:00"), 3)
    assert _gates(decide(_message(), _beijing("22:00"), _facts(window=window))) == [Gate.QUIET_HOURS]


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ("minute", NOON + timedelta(minutes=1)),
        ("hour", NOON + timedelta(hours=1)),
        ("day", _beijing("00:00", 1)),
        ("week", _beijing("00:00", 5)),
        ("month", _beijing("00:00", 27)),
    ],
)
@pytest.mark.parametrize("occasion", [None, Occasion(answers=NOON)])
def test_a_quota_lets_go_what_it_says_and_then_only_when_it_renews(
    period: str, until: datetime, occasion: Occasion | None
) -> None:
    meter = Meter(period, 2, period_of(period, NOON)[1], 0)
    rules = replace(SHIPPED, marketing_per_week=99, marketing_gap_hours=0)
    facts = Facts(rules, has_basis=True, meters=[meter])
    for number in (1, 2):
        facts.command_id = number
        assert judge(_message(occasion), NOON, facts).verdict == Allow()
    verdict = decide(_message(occasion), NOON, facts)
    assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.QUOTA], until)
    assert isinstance(decide(_message(occasion, expires_at=until), NOON, facts), Refuse), "too late by then"
    meter.take(until)
    assert (meter.used, meter.full_until(until)) == (1, None), "it has renewed"


def test_what_is_no_message_is_asked_for_its_quota_alone() -> None:
    card = replace(_message(), name=CommandName.SEND_STAFF_CARD)
    nobody = Facts(SHIPPED, opted_out=True, complaint=True, meters=[Meter("day", 1, _beijing("00:00", 1), 0)])
    assert judge(card, _beijing("23:00"), nobody) == Judged(Allow(), None)
    assert _gates(decide(card, _beijing("23:00"), nobody)) == [Gate.QUOTA]


def test_one_message_tries_whether_an_account_works_again() -> None:
    health = Health(NOON + timedelta(minutes=10), tries=1)
    answer = _message(Occasion(answers=NOON))
    first, second = _facts(health=health), _facts(health=health)
    assert judge(answer, NOON, first).verdict == Allow(), "an answer is no try"
    assert judge(_message(), NOON, first).verdict == Allow()
    assert _gates(judge(_message(), NOON, second).verdict) == [Gate.ACCOUNT_UNWELL]


def test_who_cannot_be_heard_gets_no_marketing_but_what_they_asked_for() -> None:
    deaf = Health(deaf=True)
    reminder = _message(Occasion(campaign_id=LIVE))
    assert decide(reminder, NOON, _facts(health=deaf, sign_ups=frozenset({LIVE}))) == Allow()
    job = replace(_message(), name=CommandName.SEND_ACCOUNT_MASS)
    assert _gates(decide(job, NOON, Facts(SHIPPED, health=deaf))) == [Gate.ACCOUNT_DEAF]


def test_where_people_leave_marketing_waits_and_what_they_asked_for_goes() -> None:
    braked = Health(braked=True)
    both = _facts(health=braked, sign_ups=frozenset({LIVE}))
    assert _gates(decide(_message(), NOON, both)) == [Gate.ACCOUNT_BRAKED]
    assert decide(_message(Occasion(campaign_id=LIVE)), NOON, both) == Allow()
    assert decide(_message(Occasion(answers=NOON)), NOON, both) == Allow()
    assert _gates(decide(_message(Occasion(campaign_id=LIVE, advert=True)), NOON, both)) == [Gate.ACCOUNT_BRAKED]
    for name in MANY:
        job = replace(_message(), name=name)
        assert _gates(decide(job, NOON, Facts(SHIPPED, health=braked))) == [Gate.ACCOUNT_BRAKED]
        wanted = replace(job, occasion=Occasion(campaign_id=LIVE))
        assert decide(wanted, NOON, Facts(SHIPPED, health=braked)) == Allow(), "all of them asked for it"
    card = replace(_message(), name=CommandName.SEND_STAFF_CARD)
    assert decide(card, NOON, Facts(SHIPPED, health=braked)) == Allow(), "members are told things as ever"


def test_what_reaches_many_waits_until_the_morning_when_it_was_held_up_into_the_night() -> None:
    night, morning = NOON + timedelta(hours=10), NOON + timedelta(hours=20, minutes=30)
    job = replace(_message(), name=CommandName.SEND_ACCOUNT_MASS, expires_at=NOON + timedelta(days=3))
    verdict = decide(job, night, Facts(SHIPPED))
    assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.QUIET_HOURS], morning)
    assert decide(job, morning, Facts(SHIPPED)) == Allow()
    wanted = replace(job, occasion=Occasion(campaign_id=LIVE))
    assert decide(wanted, night, Facts(SHIPPED)) == Allow(), "all of them asked for it"
    assert _gates(decide(wanted, night + timedelta(hours=1), Facts(SHIPPED))) == [Gate.QUIET_HOURS]


def test_the_most_of_all_full_quotas_counts() -> None:
    meters = [Meter("minute", 0, NOON + timedelta(minutes=1), 0), Meter("hour", 0, NOON + timedelta(hours=1), 0)]
    assert getattr(decide(_message(), NOON, _facts(meters=meters)), "until", None) == NOON + timedelta(hours=1)


def test_what_is_tried_again_does_not_count_against_itself() -> None:
    assert decide(_message(), NOON, _facts(command_id=5, marketing={5: NOON - timedelta(minutes=1)})) == Allow()


def test_the_class_follows_from_what_is_on_record() -> None:
    signed_up = _facts(sign_ups=frozenset({LIVE}))
    about = Occasion(campaign_id=LIVE)
    assert classify(_message(about), signed_up, NOON) is MessageClass.SERVICE
    assert classify(_message(about), _facts(), NOON) is MessageClass.MARKETING
    assert classify(_message(replace(about, advert=True)), signed_up, NOON) is MessageClass.MARKETING
    assert classify(_message(), signed_up, NOON) is MessageClass.MARKETING
    answer = Occasion(answers=NOON - timedelta(minutes=10))
    assert classify(_message(answer), _facts(), NOON) is MessageClass.CONVERSATION
    assert classify(_message(answer), _facts(), NOON + timedelta(seconds=1)) is MessageClass.MARKETING
    assert classify(_message(replace(answer, by_hand=True)), _facts(), NOON + timedelta(hours=9)) is (
        MessageClass.CONVERSATION
    )
    assert classify(_message(replace(answer, advert=True)), _facts(), NOON) is MessageClass.MARKETING


def test_an_answer_goes_to_whoever_opted_out_and_at_night() -> None:
    night = _beijing("02:00")
    facts = _facts(opted_out=True, complaint=True, has_basis=False, marketing={1: night})
    assert decide(_message(Occasion(answers=night)), night, facts) == Allow()


def test_requested_service_has_a_cap_of_its_own() -> None:
    facts = _facts(sign_ups=frozenset({LIVE}), opted_out=True, marketing={9: NOON})
    reminder = _message(Occasion(campaign_id=LIVE))
    for number in range(SHIPPED.service_per_day):
        facts.command_id = number
        assert decide(reminder, NOON, facts) == Allow()
        count(reminder, MessageClass.SERVICE, facts, NOON)
    facts.command_id = 99
    assert getattr(decide(reminder, NOON, facts), "until", None) == NOON + timedelta(days=1)
    facts.service[LIVE] = {number: NOON - timedelta(days=30) for number in range(SHIPPED.service_per_campaign)}
    assert _gates(decide(reminder, NOON, facts)) == [Gate.CAMPAIGN_FREQUENCY]
    assert isinstance(decide(reminder, NOON, facts), Refuse)


RUNBOOK = (
    ("提醒 1", -1, "20:00"),
    ("接龙：今晚 8 点不见不散", 0, "19:30"),
    ("直播链接", 0, "19:50"),
    ("问卷与顾问二维码", 0, "21:40"),
    ("回放", 1, "20:00"),
    ("散群告知与主题群邀请", 2, "20:00"),
)
"""What the live runbook (domain study §8.4) sends to each person who registered, with a live at 20:00 of an hour and a
half: everything after the mass message, which goes out five days before anybody is registered."""


def test_requested_service_is_quiet_at_night_alone() -> None:
    reminder, facts = _message(Occasion(campaign_id=LIVE)), _facts(sign_ups=frozenset({LIVE}))
    for clock in ("07:30", "20:00", "22:29"):
        assert decide(reminder, _beijing(clock), facts) == Allow()
    for clock, day in (("22:30", 1), ("07:29", 0)):
        verdict = decide(reminder, _beijing(clock), facts)
        assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.QUIET_HOURS], _beijing("07:30", day))


def test_the_live_runbook_passes_for_whoever_registered() -> None:
    facts = _facts(sign_ups=frozenset({LIVE}))
    invitation = _beijing("12:00", -5)
    assert decide(_message(), invitation, facts) == Allow()
    count(_message(), MessageClass.MARKETING, facts, invitation)
    for number, (name, day, clock) in enumerate(RUNBOOK, 1):
        now, reminder = _beijing(clock, day), _message(Occasion(campaign_id=LIVE))
        facts.command_id = number
        assert decide(reminder, now, facts) == Allow(), name
        count(reminder, MessageClass.SERVICE, facts, now)


def test_the_runbook_is_stopped_for_whoever_did_not_register() -> None:
    facts, passed = _facts(), 0
    for number, (_, day, clock) in enumerate(RUNBOOK, 1):
        now, reminder = _beijing(clock, day), _message(Occasion(campaign_id=LIVE))
        facts.command_id = number
        if decide(reminder, now, facts) == Allow():
            count(reminder, MessageClass.MARKETING, facts, now)
            passed += 1
    assert passed == SHIPPED.marketing_per_week


LINA, WANG = "lina", "wangqiang"


def _post(*members: str, advert: bool = False, creative: str = "new", expires_at: datetime | None = None) -> Command:
    occasion = Occasion(advert=advert, post=Post(members or (LINA,), creative))
    return Command(
        "k",
        CommandName.CREATE_MOMENT_TASK,
        1,
        {},
        Delivery.AT_MOST_ONCE,
        occasion=occasion,
        expires_at=expires_at,
    )


def _posted(*posts: tuple[str, str], member: str = LINA) -> dict[str, dict[int, Posted]]:
    """One each at noon of the last days, the newest last: (kind, creative)."""
    moments = [NOON - timedelta(days=len(posts) - number) for number in range(len(posts))]
    each = [Posted(at, kind == "ad", creative) for at, (kind, creative) in zip(moments, posts, strict=True)]
    return {member: dict(enumerate(each, 1))}


MIXED = (("value", "a"), ("ad", "b"), ("persona", "c"), ("value", "d"))


def test_a_post_in_moments_is_no_push() -> None:
    for clock in ("02:00", "22:00", "23:59"):
        night = _beijing(clock)
        assert isinstance(decide(_message(), night, _facts()), Defer), "a push waits"
        assert judge(_post(), night, Facts(SHIPPED)) == Judged(Allow(), MessageClass.MOMENT)
    pushed = Facts(SHIPPED, opted_out=True, complaint=True, marketing={1: NOON, 2: NOON}, health=Health(deaf=True))
    assert judge(_post(), NOON, pushed).verdict == Allow(), "no wish and no cap of pushes is asked"
    assert pushed.marketing == {1: NOON, 2: NOON}, "and it does not count towards them"


def test_a_member_posts_once_a_day() -> None:
    facts = Facts(SHIPPED, command_id=1)
    assert judge(_post(LINA), NOON, facts).verdict == Allow()
    facts.command_id = 2
    late = _beijing("22:00")
    verdict = judge(_post(LINA, creative="b"), late, facts).verdict
    assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.FREQUENCY], _beijing("00:00", 1))
    busy = (Reason(Gate.FREQUENCY, _beijing("00:00", 1)),)
    assert judge(_post(WANG, LINA, creative="b"), late, facts) == Judged(Allow(), MessageClass.MOMENT, {LINA: busy})
    assert set(facts.posts[WANG]) == {2}, "it counts for whom it leaves"
    assert set(facts.posts[LINA]) == {1}
    facts.command_id = 1
    assert decide(_post(LINA), NOON, facts) == Allow(), "what is tried again does not count against itself"
    never = decide(_post(), NOON, Facts(replace(SHIPPED, moment_per_day=0)))
    assert (_gates(never), isinstance(never, Refuse)) == ([Gate.FREQUENCY], True)


@pytest.mark.parametrize(
    ("posts", "free"),
    [
        ((), False),
        ((("value", "a"), ("value", "b")), True),
        (MIXED, True),
        ((("ad", "a"), ("value", "b"), ("value", "c")), False),
        ((("value", "a"), ("value", "b"), ("value", "c"), ("ad", "d")), False),
    ],
)
def test_an_advertisement_too_many_waits(posts: tuple[tuple[str, str], ...], free: bool) -> None:
    facts = Facts(SHIPPED, posts=_posted(*posts))
    verdict = decide(_post(advert=True), NOON + timedelta(hours=1), facts)
    assert _gates(verdict) == ([] if free else [Gate.ADVERT_MIX])
    if not free:
        assert getattr(verdict, "until", NOON) >= NOON + timedelta(hours=1) + MIX_WAIT
    assert decide(_post(), NOON + timedelta(hours=1), facts) == Allow(), "what is none may go"


def test_a_post_waits_for_the_member_who_is_free_first() -> None:
    facts = Facts(SHIPPED, posts=_posted(*MIXED) | {WANG: {9: Posted(NOON - timedelta(days=28), False, "a")}})
    verdict = decide(_post(LINA, WANG, creative="a"), NOON, facts)
    assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.REPEATED], NOON + timedelta(days=2))
    asked = ask_members(_post(LINA, WANG, creative="a"), facts, NOON)
    assert {member: free_at(reasons) - NOON for member, reasons in asked.items()} == {
        LINA: timedelta(days=26),
        WANG: timedelta(days=2),
    }


@pytest.mark.parametrize(
    ("posts", "percent", "wanted"),
    [
        ((), 40, 2),
        ((("value", "a"),), 40, 1),
        ((("value", "a"), ("value", "b")), 40, 0),
        ((("value", "a"), ("value", "b"), ("ad", "c")), 40, 1),
        ((), 100, 0),
        ((("ad", "a"),), 100, 1),
        (MIXED, 0, None),
    ],
)
def test_how_many_posts_come_before_an_advertisement(
    posts: tuple[tuple[str, str], ...], percent: int, wanted: int | None
) -> None:
    rules = replace(SHIPPED, moment_advert_percent=percent)
    facts = Facts(rules, posts=_posted(*posts))
    counted = posts_of(facts, LINA)
    assert posts_before_advert(rules, counted, NOON) == wanted
    if wanted:
        counted += [Posted(NOON, False, str(number)) for number in range(wanted)]
        assert posts_before_advert(rules, counted, NOON) == 0, "so many do"
        assert posts_before_advert(rules, counted[:-1], NOON) != 0, "and fewer do not"


def test_advertisements_are_a_day_apart_and_never_two_in_a_row() -> None:
    rules = replace(SHIPPED, moment_advert_percent=100, moment_per_day=9)
    posts = {LINA: {1: Posted(NOON, True, "a"), 2: Posted(NOON + timedelta(hours=1), False, "b")}}
    facts, noon = Facts(rules, posts=posts), NOON + timedelta(hours=23)
    assert getattr(decide(_post(advert=True), noon, facts), "until", None) == NOON + timedelta(hours=24)
    assert decide(_post(advert=True), NOON + timedelta(hours=24), facts) == Allow()
    row = Facts(rules, posts={LINA: {1: Posted(NOON - timedelta(days=6), True, "a")}})
    assert _gates(decide(_post(advert=True), NOON, row)) == [Gate.ADVERT_MIX]
    assert decide(_post(advert=True), NOON, replace(row, rules=replace(rules, moment_adverts_in_a_row=2))) == Allow()


def test_nobody_posts_the_same_again_within_thirty_days() -> None:
    facts = Facts(SHIPPED, posts=_posted(*MIXED))
    verdict = decide(_post(creative="a"), NOON, facts)
    assert (_gates(verdict), getattr(verdict, "until", None)) == ([Gate.REPEATED], NOON + timedelta(days=26))
    assert isinstance(decide(_post(creative="a", expires_at=NOON + timedelta(days=3)), NOON, facts), Refuse)
    assert decide(_post(WANG, creative="a"), NOON, facts) == Allow()


def test_a_post_waits_for_quota_and_account_and_ends_with_its_time() -> None:
    full = [Meter("minute", 0, NOON + timedelta(minutes=1), 0)]
    facts = Facts(SHIPPED, meters=full, health=Health(NOON + timedelta(minutes=10)))
    verdict = decide(_post(), NOON, facts)
    assert (_gates(verdict), getattr(verdict, "until", None)) == (
        [Gate.ACCOUNT_UNWELL, Gate.QUOTA],
        NOON + timedelta(minutes=10),
    )
    assert _gates(decide(_post(expires_at=NOON), NOON, facts)) == [Gate.EXPIRED]


MOMENTS = st.integers(-9 * 24 * 60, 0).map(lambda minutes: NOON + timedelta(minutes=minutes))
METERS = st.builds(
    lambda period, most, used: Meter(period, most, period_of(period, NOON)[1], used),
    st.sampled_from(["minute", "hour", "day", "week", "month"]),
    st.integers(0, 3),
    st.integers(0, 4),
)
POSTED = st.dictionaries(
    st.sampled_from([LINA, WANG]),
    st.dictionaries(
        st.integers(1, 30), st.builds(Posted, MOMENTS, st.booleans(), st.sampled_from(["a", "b", "c"])), max_size=6
    ),
)
COUNTED = st.dictionaries(st.integers(1, 30), MOMENTS, max_size=6)


@st.composite
def facts_of(draw: st.DrawFn) -> Facts:
    """Anything that may be known of somebody."""
    return Facts(
        replace(
            SHIPPED,
            marketing_per_week=draw(st.integers(0, 4)),
            marketing_gap_hours=draw(st.integers(0, 72)),
            service_per_campaign=draw(st.integers(0, 5)),
            service_per_day=draw(st.integers(0, 4)),
            sales_talk_hours=draw(st.integers(0, 48)),
            moment_per_day=draw(st.integers(0, 3)),
            moment_advert_percent=draw(st.integers(0, 100)),
            moment_advert_gap_hours=draw(st.integers(0, 72)),
            moment_adverts_in_a_row=draw(st.integers(1, 3)),
            moment_repeat_days=draw(st.integers(0, 9)),
        ),
        posts=draw(POSTED),
        opted_out=draw(st.booleans()),
        has_basis=draw(st.booleans()),
        complaint=draw(st.booleans()),
        sales_talk_at=draw(st.none() | MOMENTS),
        sign_ups=draw(st.sampled_from([frozenset(), frozenset({LIVE})])),
        marketing=draw(COUNTED),
        service={LIVE: draw(COUNTED)},
        window=draw(
            st.none() | st.builds(Window, st.none() | MOMENTS.map(lambda at: NOON - (at - NOON)), st.integers(0, 2))
        ),
        meters=draw(st.lists(METERS, max_size=2)),
        health=draw(
            st.builds(Health, st.none() | st.just(NOON + timedelta(minutes=10)), st.integers(0, 1), st.booleans())
        ),
    )


OCCASIONS = st.none() | st.builds(
    Occasion,
    st.none() | MOMENTS,
    st.booleans(),
    st.sampled_from([None, LIVE, 8]),
    st.booleans(),
    st.sampled_from([None, Post((LINA,), "a"), Post((LINA, WANG), "b")]),
)
EXPIRIES = st.none() | st.integers(-60, 72 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


NAMES = st.sampled_from(
    [
        CommandName.SEND_SERVICE_MESSAGE,
        CommandName.SEND_MASS_MESSAGE,
        CommandName.SEND_STAFF_CARD,
        CommandName.CREATE_MOMENT_TASK,
    ]
)


def _fewer_rules(facts: Facts, **changes: object) -> Facts:
    return replace(facts, rules=replace(facts.rules, **changes))  # type: ignore[arg-type]


def _longer(quiet: HoursOfDay) -> HoursOfDay:
    """An hour more at either end."""
    hour = timedelta(hours=1)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return HoursOfDay(
        (datetime.combine(day, quiet.start) - hour).time(), (datetime.combine(day, quiet.end) + hour).time()
    )


FAR_AHEAD = NOON + timedelta(days=9)
TIGHTER: dict[str, Callable[[Facts], Facts]] = {
    "opt-out": lambda facts: replace(facts, opted_out=True),
    "no basis": lambda facts: replace(facts, has_basis=False),
    "complaint": lambda facts: replace(facts, complaint=True),
    "sales talk": lambda facts: replace(facts, sales_talk_at=NOON),
    "account": lambda facts: replace(facts, health=replace(facts.health, until=FAR_AHEAD, tries=0)),
    "no more tries": lambda facts: replace(facts, health=replace(facts.health, tries=0)),
    "deaf account": lambda facts: replace(facts, health=replace(facts.health, deaf=True)),
    "braked account": lambda facts: replace(facts, health=replace(facts.health, braked=True)),
    "window": lambda facts: replace(facts, window=Window(None, 0)),
    "another message": lambda facts: replace(facts, marketing={**facts.marketing, 99: NOON}),
    "another service": lambda facts: replace(facts, service={LIVE: {**facts.service[LIVE], 99: NOON}}),
    "another use of quotas": lambda facts: replace(
        facts, meters=[replace(each, used=each.used + 1) for each in facts.meters]
    ),
    "lower quotas": lambda facts: replace(
        facts, meters=[replace(each, most=max(0, each.most - 1)) for each in facts.meters]
    ),
    "one more quota": lambda facts: replace(facts, meters=[*facts.meters, Meter("day", 0, _beijing("00:00", 1), 0)]),
    "answer": lambda facts: _fewer_rules(facts, answer_minutes=1),
    "week": lambda facts: _fewer_rules(facts, marketing_per_week=max(0, facts.rules.marketing_per_week - 1)),
    "gap": lambda facts: _fewer_rules(facts, marketing_gap_hours=facts.rules.marketing_gap_hours + 24),
    "campaign": lambda facts: _fewer_rules(facts, service_per_campaign=max(0, facts.rules.service_per_campaign - 1)),
    "day": lambda facts: _fewer_rules(facts, service_per_day=max(0, facts.rules.service_per_day - 1)),
    "talk": lambda facts: _fewer_rules(facts, sales_talk_hours=facts.rules.sales_talk_hours + 12),
    "quiet": lambda facts: _fewer_rules(facts, marketing_quiet=_longer(facts.rules.marketing_quiet)),
    "posts a day": lambda facts: _fewer_rules(facts, moment_per_day=max(0, facts.rules.moment_per_day - 1)),
    "share of adverts": lambda facts: _fewer_rules(
        facts, moment_advert_percent=max(0, facts.rules.moment_advert_percent - 20)
    ),
    "gap of adverts": lambda facts: _fewer_rules(
        facts, moment_advert_gap_hours=facts.rules.moment_advert_gap_hours + 24
    ),
    "repeats": lambda facts: _fewer_rules(facts, moment_repeat_days=facts.rules.moment_repeat_days + 5),
    "adverts in a row": lambda facts: _fewer_rules(
        facts, moment_adverts_in_a_row=max(1, facts.rules.moment_adverts_in_a_row - 1)
    ),
    "another advert posted": lambda facts: replace(
        facts, posts={member: {**facts.posts.get(member, {}), 99: Posted(NOON, True, "c")} for member in (LINA, WANG)}
    ),
    "service quiet": lambda facts: _fewer_rules(facts, service_quiet=_longer(facts.rules.service_quiet)),
}
FAR = NOON + timedelta(days=10_000)


def _earliest(verdict: Verdict) -> datetime:
    return NOON - timedelta(days=1) if isinstance(verdict, Allow) else getattr(verdict, "until", FAR)


@given(facts_of(), OCCASIONS, EXPIRIES, st.integers(0, 24 * 60 - 1), NAMES)
@settings(max_examples=200)
def test_less_consent_and_tighter_rules_never_let_more_go(
    facts: Facts, occasion: Occasion | None, expires_at: datetime | None, minutes: int, command_name: CommandName
) -> None:
    now = NOON + timedelta(minutes=minutes)
    command = replace(_message(occasion, expires_at), name=command_name)
    before = _earliest(decide(command, now, copy.deepcopy(facts)))
    for name, tighten in TIGHTER.items():
        after = _earliest(decide(command, now, tighten(copy.deepcopy(facts))))
        assert after >= before, name


@given(facts_of(), st.integers(1, 6))
def test_no_more_leave_in_a_week_than_the_cap_says(facts: Facts, wishes: int) -> None:
    now, left = NOON, 0
    for number in range(100, 100 + wishes):
        facts.command_id = number
        if decide(_message(), now, facts) == Allow():
            count(_message(), MessageClass.MARKETING, facts, now)
            left += 1
    assert left <= facts.rules.marketing_per_week


@pytest.mark.parametrize("text", ["退订", " 退订\n", "td", "ＴＤ", "Unsubscribe"])
def test_words_are_known_whatever_their_width_and_case(text: str) -> None:
    assert is_word(text, SHIPPED.opt_out_words)


@pytest.mark.parametrize("text", ["", " ", "怎么退订", "TDK 电感", "退订" * 30, "退 订"])
def test_what_is_not_the_whole_message_is_no_word(text: str) -> None:
    assert not is_word(text, SHIPPED.opt_out_words)


@given(st.times(), st.times(), MOMENTS)
def test_quiet_ends_within_a_day_when_nothing_is_quiet(start: time, end: time, now: datetime) -> None:
    quiet = HoursOfDay(start, end)
    ends = quiet.ends_after(now)
    if start == end:
        assert ends is None
    elif ends is not None:
        assert now < ends <= now + timedelta(days=1)
        assert quiet.ends_after(ends) is None


def test_a_rule_that_is_none_any_more_changes_nothing() -> None:
    assert read_rules({"gone": 1, "marketing_per_week": 3}) == replace(SHIPPED, marketing_per_week=3)


def test_the_shipped_rules_are_those_that_were_proposed() -> None:
    assert isinstance(SHIPPED, ContactRules)
    assert (SHIPPED.marketing_per_week, SHIPPED.marketing_gap_hours) == (2, 48)
    assert SHIPPED.service_quiet == HoursOfDay(time(22, 30), time(7, 30))
