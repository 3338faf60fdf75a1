"""The ``wxsim`` command."""

import asyncio
import logging
import signal
import socket
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from wxsim.clock import WorldClock
from wxsim.limits import Limits, Switches
from wxsim.memory import Memory
from wxsim.server import listen, serve
from wxsim.simulator import Simulator
from wxsim.story.company import story_begin
from wxsim.story.script import STORIES

HELP = "A simulator of WeChat and WeCom on their real wire."
app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
STOPPED_IN_VAIN = 1


@app.callback()
def main() -> None:
    """A simulator of WeChat and WeCom on their real wire."""


@app.command(name="serve")
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8711,
    seed: Annotated[str, typer.Option(help="Same seed, same world.")] = "1",
    speed: Annotated[float, typer.Option(help="World seconds per real second.")] = 1.0,
    stepped: Annotated[bool, typer.Option(help="The world's clock moves only by call.")] = False,
    world: Annotated[
        str,
        typer.Option(
            help="demo: a ready company and strangers; company, or another story: its crowd as well; empty: nothing."
        ),
    ] = "demo",
    history: Annotated[
        bool,
        typer.Option(
            "--history", help="With a story: the clock stands where it begins (company: 90 days back), to be played."
        ),
    ] = False,
    crowd: Annotated[
        bool, typer.Option("--crowd", help="Members publish Moments and customers react to them by themselves.")
    ] = False,
    public_url: Annotated[str, typer.Option(help="Base of codes and pictures; the address itself unless given.")] = "",
    config: Annotated[Path | None, typer.Option(help="TOML with [limits] and [switches].")] = None,
    state: Annotated[Path | None, typer.Option(help="File that keeps the world over restarts.")] = None,
) -> None:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    limits, switches = _read_config(config)
    switches.crowd_acts = switches.crowd_acts or crowd
    try:
        listening = listen(host, port)
    except OSError as error:
        typer.echo(f"wxsim: cannot listen on {host}:{port}: {error.strerror}", err=True)
        raise typer.Exit(STOPPED_IN_VAIN) from error
    url = public_url.rstrip("/") or f"http://{host}:{listening.getsockname()[1]}"
    story = "" if world in ("demo", "empty") else world
    if story and story not in STORIES:
        raise typer.BadParameter(f"there is no world {world!r}; there are demo, empty, {', '.join(STORIES)}")
    ends_at = time.time() if history and story else None
    start = None if ends_at is None else story_begin(ends_at, story)

    def create(*, bare: bool) -> Simulator:
        return Simulator(
            seed,
            clock=WorldClock(
                speed=speed, stepped=stepped or (start is not None and not bare), start=None if bare else start
            ),
            limits=limits,
            switches=switches,
            demo=world != "empty" and not bare,
            company=story if not bare else "",
            history_ends_at=ends_at,
            base_url=url,
        )

    simulator, memory = _recall_or_create(create, state)
    typer.echo(f"wxsim listens on {url}  ·  console {url}/console  ·  seed {seed}")
    uvloop.run(_serve(simulator, listening, memory))


def _recall_or_create(create: Callable[..., Simulator], state: Path | None) -> tuple[Simulator, Memory | None]:
    """The kept world where there is one: then nothing need be built."""
    if state is None:
        return create(bare=False), None
    simulator = create(bare=True)
    memory = Memory(simulator, state)
    if not memory.recall():
        simulator = create(bare=False)
        memory = Memory(simulator, state)
    return simulator, memory


async def _serve(simulator: Simulator, listening: socket.socket, memory: Memory | None) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    keeping = asyncio.create_task(memory.keep(stop)) if memory else None
    await serve(simulator, listening, stop)
    if keeping:
        stop.set()
        await keeping


def _read_config(path: Path | None) -> tuple[Limits, Switches]:
    values = tomllib.loads(path.read_text("utf-8")) if path else {}
    limits, switches = Limits(), Switches()
    for section, target in (("limits", limits), ("switches", switches)):
        names = {each.name for each in fields(target)}
        for name, value in values.get(section, {}).items():
            if name not in names:
                typer.echo(f"wxsim: no {section} named {name}", err=True)
                raise typer.Exit(STOPPED_IN_VAIN)
            setattr(target, name, tuple(value) if isinstance(value, list) else value)
    return limits, switches
