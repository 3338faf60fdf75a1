"""Quotas of the platforms: dated configuration with its source, and which commands draw from which."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from weloop.contracts.commands import Command, CommandName


@dataclass(frozen=True, slots=True)
class Quota:
    """One entry of ``quotas.toml``, which says what the fields mean. ``most`` None: a contact rule tells it."""

    name: str
    commands: frozenset[CommandName]
    kind: str
    per: Literal["account", "member", "person", "window", "viewer"]
    period: str
    most: int | None
    of: str
    only_all: bool
    joined: str
    title: Mapping[str, str]
    source: Mapping[str, str]
    date: str

    def owners(self, command: Command, service_type: str | None) -> Sequence[str]:
        """Whose counters a command draws from: the account itself is ``""``; nobody's where it draws from none."""
        if (self.of and self.of != service_type) or (self.only_all and not command.body.get("all")):
            return ()
        if self.per == "member":
            users = command.body.get("users")
            return sorted({str(user) for user in users}) if isinstance(users, list | tuple) else ()
        return ("",)


@cache
def load_quotas() -> Mapping[str, Quota]:
    """All by name, from ``quotas.toml`` beside this file."""
    text = resources.files(__package__).joinpath("quotas.toml").read_text(encoding="utf-8")
    return {
        name: Quota(
            name,
            frozenset(CommandName(each) for each in given["commands"]),
            given["kind"],
            given["per"],
            given["period"],
            given.get("most"),
            given.get("of", ""),
            given.get("all", False),
            given.get("with", ""),
            given["title"],
            given["source"],
            given["date"],
        )
        for name, given in tomllib.loads(text)["quota"].items()
    }


@cache
def quotas_of() -> Mapping[CommandName, Sequence[Quota]]:
    """What is counted of each command; those that draw from nothing are left out."""
    found: defaultdict[CommandName, list[Quota]] = defaultdict(list)
    for quota in load_quotas().values():
        for name in quota.commands if quota.per not in ("window", "viewer") else ():
            found[name].append(quota)
    return found
