"""The listening socket: opened by the supervisor and handed on, so that a restart of ``serve`` refuses nobody."""

import errno
import os
import socket

from weloop.contracts.errors import SetupError

FD_VARIABLE = "WELOOP_LISTENER_FD"
BACKLOG = 2048


def address_of(host: str) -> str:
    """The host as it stands in an address of this machine: "any" as loopback, IPv6 in brackets."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 -- translated away
    return f"[{host}]" if ":" in host else host


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on an address.

    Raises SetupError, in one sentence, when that cannot be.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # The protocol is named because asyncio switches Nagle's delay off only for sockets that say they are TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise SetupError(f"The address {host} cannot be used: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SetupError(_explain(error, host, port)) from error
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program; stop that, or choose another port with --port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"There is no permission to listen on port {port}; choose one above 1023 with --port"
    return f"It is not possible to listen on {host} port {port}: {error.strerror}"


def inherited_listener() -> socket.socket | None:
    """The socket that the supervisor handed us."""
    number = os.environ.pop(FD_VARIABLE, None)
    return socket.socket(fileno=int(number)) if number else None
