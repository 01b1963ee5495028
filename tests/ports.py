"""Ports on which nobody else comes to listen."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def free_port() -> Iterator[int]:
    """A port of this machine that is given to nobody else while the block lasts.

    It is taken and not listened on: the kernel gives it to nobody who asks for any, and whoever names it may listen, as
    servers do, by SO_REUSEADDR.
    """
    with socket.socket() as holding:
        holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holding.bind(("127.0.0.1", 0))
        port: int = holding.getsockname()[1]
        yield port
