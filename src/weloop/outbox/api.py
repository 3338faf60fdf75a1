"""The face of the outbox. Enqueueing is ``unit.enqueue(Command(...))``."""

from weloop.outbox.dead import count_dead, settle_command
from weloop.outbox.registry import Senders
from weloop.outbox.relay import Relay, RelayLimits
from weloop.outbox.writer import write_commands

__all__ = ["Relay", "RelayLimits", "Senders", "count_dead", "settle_command", "write_commands"]
