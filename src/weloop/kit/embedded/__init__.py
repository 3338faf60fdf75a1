"""PostgreSQL as a child process: nothing to install, private socket, dies with its parent, recovers by itself."""

from weloop.kit.embedded.attach import find_running
from weloop.kit.embedded.binaries import Binaries, find_binaries
from weloop.kit.embedded.places import Places
from weloop.kit.embedded.server import EmbeddedPostgres

__all__ = ["Binaries", "EmbeddedPostgres", "Places", "find_binaries", "find_running"]
