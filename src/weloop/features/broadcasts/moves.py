"""Persons who turn out to be one, are erased, or want no more, while broadcasts are under way."""

from collections.abc import Collection, Sequence

from weloop.contracts.commands import ManyReturned
from weloop.contracts.identities import IdentitiesForgotten
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.rules import JOB, State, Step, Why, key_of, read_keys
from weloop.features.broadcasts.runner import TAKEN_BACK, TOPIC, take_back_jobs
from weloop.identity.api import find_identities, find_persons
from weloop.kit.unit import UnitOfWork
from weloop.mass_tasks.api import make_anew as make_wishes_anew
from weloop.mass_tasks.api import take_back
from weloop.mass_tasks.api import withdraw as withdraw_wishes
from weloop.outbox.api import withdraw


async def fold_moves(unit: UnitOfWork, persons: frozenset[int]) -> None:
    """Whoever stands on a list twice by now gets it once: where they came furthest. What else waits for them is taken
    back.
    """
    await repository.lock_freezing(unit.connection, shared=False)
    # A person is named by one of its identities: under these names it may have been chosen.
    names = persons | (await find_identities(unit, persons)).keys()
    doubles = await _find_doubles(unit, names)
    if doubles[Step.QUEUED]:
        # One command for many cannot be taken back for one of them.
        await make_wishes_anew(unit, names)
        await make_anew(unit, names)
        doubles = await _find_doubles(unit, names)
    keys = [key_of(*each) for each in doubles[Step.QUEUED]]
    taken = [*await withdraw(unit, keys), *await withdraw_wishes(unit, keys)] if keys else []
    doubles[Step.QUEUED] = [(broadcast_id, person) for broadcast_id, person, _ in read_keys(taken)]
    for step, places in doubles.items():
        skipped = [(*each, str(Step.SKIPPED), str(Why.MERGED)) for each in places]
        await repository.set_steps(unit.connection, skipped, unit.now, only=(step,))


async def _find_doubles(unit: UnitOfWork, names: Collection[int]) -> dict[str, list[tuple[int, int]]]:
    """By step (broadcast, person as chosen) of who stands on a list once more and is not served by that yet."""
    rows = await repository.find_open(unit.connection, names)
    person_of = await find_persons(unit, {row.identity_id for row in rows})
    served: set[tuple[int, int]] = set()
    doubles: dict[str, list[tuple[int, int]]] = {Step.WAITING: [], Step.QUEUED: []}
    for row in rows:
        place = row.broadcast_id, person_of.get(row.identity_id, row.person_id)
        if row.state in doubles and place in served:
            doubles[row.state].append((row.broadcast_id, row.person_id))
        elif row.state != Step.FAILED:
            served.add(place)
    return doubles


async def forget_recipients(unit: UnitOfWork, forgotten: Sequence[IdentitiesForgotten]) -> None:
    """Whoever was erased and waits is skipped, and no list keeps an address of theirs."""
    identities = frozenset().union(*(each.identities for each in forgotten))
    names = identities.union(*(each.persons for each in forgotten))
    await make_anew(unit, names)
    await repository.forget(unit.connection, identities, names, Why.ERASED, unit.now)


async def remake(unit: UnitOfWork, keys: Collection[str]) -> None:
    """Let jobs that the platform did not take, by the keys of their commands, be made anew, as far as the broadcast was
    not ended: whoever is on a list is judged again.
    """
    jobs = [(*number, unit.now, "", None) for key in keys for number in _job_of(key)]
    goes_on = (State.SENDING, State.DONE, State.FAILED)
    if jobs and await repository.remake_jobs(unit.connection, jobs, unit.now, states=goes_on):
        unit.publish(TOPIC)


async def take_back_revived(unit: UnitOfWork, origins: Collection[str]) -> None:
    """Of revived wishes, take back those of broadcasts that were stopped or ended: whom they are for waits."""
    for origin in sorted(each for each in origins if each.startswith("broadcast:")):
        row = await repository.get_broadcast(unit.session, int(origin.partition(":")[2]), lock=True)
        if row is None or row.state not in (State.STOPPING, State.STOPPED, State.ENDED):
            continue
        while keys := await take_back(unit, origin, TAKEN_BACK):
            steps = [(*place[:2], str(Step.WAITING), "") for place in read_keys(keys)]
            await repository.set_steps(
                unit.connection, steps, unit.now, only=(Step.QUEUED, Step.FAILED, Step.UNCERTAIN)
            )
        unit.publish(TOPIC)


async def follow_returns(unit: UnitOfWork, returned: Sequence[ManyReturned]) -> None:
    """Let whoever is on a list that could not leave wait in its broadcast: they are judged again when it is due."""
    jobs = [(*number, each.due, each.why, each.expires_at) for each in returned for number in _job_of(each.key)]
    if jobs and await repository.remake_jobs(unit.connection, jobs, unit.now, states=(State.SENDING,)):
        unit.publish(TOPIC)


def _job_of(key: str) -> list[tuple[int, int]]:
    """The broadcast and the number of the job whose command has this key, if it is one of ours."""
    parts = key.split(":")
    return [(int(parts[1]), int(parts[2]))] if parts[0] == JOB else []


async def make_anew(unit: UnitOfWork, names: Collection[int]) -> None:
    """Let lists with some of these, as they were chosen, that lie in the outbox still, as while their account does not
    work, be made anew: whoever is on one is judged again.
    """
    for broadcast_id in await repository.find_unsent(unit.connection, names):
        row = await repository.get_broadcast(unit.session, broadcast_id, lock=True)
        if row is not None and row.state == State.SENDING:
            freed = [(row.id, person, str(Step.WAITING), "") for person in await take_back_jobs(unit, row)]
            await repository.set_steps(unit.connection, freed, unit.now, only=(Step.QUEUED,))
            row.next_at = unit.now
            await unit.session.flush()
            unit.publish(TOPIC)
