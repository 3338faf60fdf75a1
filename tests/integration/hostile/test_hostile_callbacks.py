"""20,000 hostile callbacks: each is refused for the right reason, nothing is stored that was not said, nothing grows.

``WELOOP_HOSTILE_SEED`` chooses others.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp
import asyncpg
from tests.integration.hostile.attacks import MEBIBYTE, Attack, Attacker
from tests.integration.hostile.conftest import AES_KEY, TOKEN, Server, Wire

from weloop.entrypoints.bootstrap import build_core, build_handlers
from weloop.entrypoints.settings import Settings
from weloop.inbox.api import Dispatcher

ATTACKS = 20_000
SEED = int(os.environ.get("WELOOP_HOSTILE_SEED", "2026"))
PEAK = 128 * MEBIBYTE
"""Of which two dozen connections that each send bodies of the largest size take 24 to 48."""
GROWTH = 24 * MEBIBYTE
"""Between the middle and the end: what is kept for each subject, and the allocator's slack; a leak of 4 KB for each
attack would take 40."""


@dataclass
class Answers:
    """What came back."""

    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    stored: set[str] = field(default_factory=set)

    def note(self, attack: Attack, status: int) -> None:
        """Check one answer against what the attack may get."""
        assert status in attack.expected, (attack.name, status, attack.request[:2_000])
        self.counts[attack.name, status] += 1
        if status == 200 and attack.occurrence:
            self.stored.add(attack.occurrence)


async def test_hostile_callbacks_are_refused_and_cost_nothing(
    hostile_server: Server, wires: list[Wire], database: str
) -> None:
    attacks = Attacker(SEED, TOKEN, AES_KEY).attacks(ATTACKS)
    answers = Answers()
    await _send(wires[0], _some(attacks, 100), answers)
    start = hostile_server.memory()
    await _send_all(wires, _some(attacks, ATTACKS // 2), answers)
    middle = hostile_server.memory()
    await _send_all(wires, attacks, answers)

    assert hostile_server.memory("VmHWM") - start < PEAK
    assert hostile_server.memory() - middle < GROWTH
    log = hostile_server.log.read_text()
    assert "Traceback" not in log
    assert '"level": "error"' not in log
    await _check_counters(hostile_server, answers)
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM event") == len(answers.stored)
    await _handle_all(hostile_server, database)
    left = await connection.fetchrow("SELECT (SELECT count(*) FROM inbox_pending), (SELECT count(*) FROM inbox_dead)")
    await connection.close()
    assert tuple(left) == (0, 0)


def _some(attacks: Iterator[Attack], count: int) -> Iterator[Attack]:
    """The next ``count`` of them, for any number of senders."""
    for _, attack in zip(range(count), attacks, strict=False):
        yield attack


async def _send_all(wires: list[Wire], attacks: Iterator[Attack], answers: Answers) -> None:
    await asyncio.gather(*(_send(wire, attacks, answers) for wire in wires))


async def _send(wire: Wire, attacks: Iterator[Attack], answers: Answers) -> None:
    for attack in attacks:
        if attack.expected:
            answers.note(attack, await wire.ask(attack.request))
            if attack.cut:
                wire.cut()
        else:
            await wire.abandon(attack.request)


async def _check_counters(server: Server, answers: Answers) -> None:
    """Every refusal is counted by its status."""
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{server.port}/metrics") as answer:
        text = await answer.text()
    for status in (401, 413):
        expected = sum(count for (_, given), count in answers.counts.items() if given == status)
        assert f'weloop_callbacks_total{{outcome="{status}"}} {expected}.0' in text


async def _handle_all(server: Server, database: str) -> None:
    """What was stored, however odd, can be handled."""
    core = build_core(Settings(home=server.home, WELOOP_DATABASE_URL=database))  # type: ignore[call-arg]
    dispatcher = Dispatcher(core.units, core.keys, build_handlers())
    try:
        while await dispatcher.work():
            pass
    finally:
        await core.engine.dispose()
