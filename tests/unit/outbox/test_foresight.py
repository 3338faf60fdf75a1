"""What a dry run says of messages: each judged when it would leave, and counted against those after it."""

from datetime import timedelta
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.commands import Command, CommandName, Delivery, MessageClass, Occasion
from weloop.outbox.foresight import Foreseen, judge_all, judge_many
from weloop.outbox.policy import Facts, Gate, Meter

from .test_policy import NOON, SHIPPED


def _message(key: str, occasion: Occasion | None = None, life: timedelta | None = None) -> Command:
    expires_at = None if life is None else NOON + life
    name = CommandName.SEND_SERVICE_MESSAGE
    return Command(key, name, 1, {}, Delivery.AT_MOST_ONCE, subject_id=1, occasion=occasion, expires_at=expires_at)


def _judge(*messages: tuple[timedelta, Command], **known: object) -> dict[str, Foreseen]:
    """All to one person, with caps in common."""
    counted: tuple[dict[int, object], dict[int, object]] = ({}, {})
    facts = {
        command.key: Facts(SHIPPED, -number, **{"has_basis": True, **known})  # type: ignore[arg-type]
        for number, (_, command) in enumerate(messages, 1)
    }
    for each in facts.values():
        each.marketing, each.service = counted  # type: ignore[assignment]
    return judge_all([(NOON + after, command) for after, command in messages], facts)


def test_marketing_counts_against_what_follows_and_waits_for_the_gap() -> None:
    gap = timedelta(hours=SHIPPED.marketing_gap_hours)
    found = _judge((timedelta(0), _message("a")), (timedelta(hours=1), _message("b")))
    assert found["a"] == Foreseen(MessageClass.MARKETING, NOON, in_the_dark=True)
    assert found["b"].leaves_at == NOON + gap
    assert [reason.gate for reason in found["b"].reasons] == [Gate.FREQUENCY]


def test_what_would_be_stale_when_it_may_leave_does_not() -> None:
    found = _judge((timedelta(0), _message("a")), (timedelta(hours=1), _message("b", life=timedelta(hours=5))))
    assert found["b"].leaves_at is None
    assert [reason.gate for reason in found["b"].reasons] == [Gate.FREQUENCY]


def test_a_message_that_waited_is_judged_again_when_it_may_leave() -> None:
    evening = timedelta(hours=11)
    found = _judge((evening, _message("night")), (evening + timedelta(hours=13), _message("day")))
    night = found["night"].leaves_at
    assert night is not None
    assert found["night"].reasons[0].gate is Gate.QUIET_HOURS
    # The one that waited leaves first and counts: the other waits for the gap behind it.
    assert found["day"].leaves_at == night + timedelta(hours=SHIPPED.marketing_gap_hours)


def test_an_answer_leaves_whatever_was_said_and_a_late_one_is_none() -> None:
    answer = Occasion(answers=NOON)
    late = timedelta(minutes=SHIPPED.answer_minutes, seconds=1)
    found = _judge((timedelta(0), _message("a", answer)), (late, _message("b", answer)), opted_out=True)
    assert found["a"] == Foreseen(MessageClass.CONVERSATION, NOON, in_the_dark=True)
    assert (found["b"].message_class, found["b"].leaves_at) == (MessageClass.MARKETING, None)
    assert [reason.gate for reason in found["b"].reasons] == [Gate.OPTED_OUT]


def test_it_ends_though_no_cap_ever_lets_one_pass() -> None:
    many = [(timedelta(minutes=number), _message(str(number))) for number in range(40)]
    found = _judge(*many)
    assert len(found) == 40
    moments = sorted(each.leaves_at for each in found.values() if each.leaves_at is not None)
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    assert min(gaps) >= timedelta(hours=SHIPPED.marketing_gap_hours)


GROUPS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 30), st.booleans()), min_size=1, max_size=6)


@given(GROUPS, st.integers(0, 12), st.integers(0, 3))
def test_one_for_many_who_are_alike_fares_as_each_would(
    groups: list[tuple[int, int, bool]], most: int, used: int
) -> None:
    """Groups of (how many, minutes until it is due, whether they got one an hour ago) share a quota of a day."""

    def facts(number: int, account: Meter, got: bool) -> Facts:
        tomorrow = NOON + timedelta(hours=12)
        own = Meter("day", 1, tomorrow, 0)
        counted = {0: NOON - timedelta(hours=1)} if got else {}
        return Facts(SHIPPED, -number, has_basis=True, marketing={**counted}, meters=(account, own))

    def meter() -> Meter:
        return Meter("day", most, NOON + timedelta(hours=12), used, ("q", 1, "", NOON))

    moments = [NOON + timedelta(minutes=minutes) for _, minutes, _ in groups]
    counts = [count for count, _, _ in groups]
    life = timedelta(days=2)
    firsts = list(zip(moments, (_message(str(n), life=life) for n in range(len(groups))), strict=True))
    account = meter()
    known = {str(n): facts(n + 1, account, got) for n, (_, _, got) in enumerate(groups)}
    found = judge_many(firsts, known, counts)

    account = meter()
    begins = [0, *accumulate(counts)]
    each = [(n, begins[n] + place) for n, count in enumerate(counts) for place in range(count)]
    alone = judge_all(
        [(moments[n], _message(str(number), life=life)) for n, number in each],
        {str(number): facts(number + 1, account, groups[n][2]) for n, number in each},
    )
    for n, count in enumerate(counts):
        fared = [foreseen for times, foreseen in found[str(n)] for _ in range(times)]
        assert fared == [alone[str(begins[n] + place)] for place in range(count)]
