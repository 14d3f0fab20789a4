"""Taking a port before anything else is begun, so that a second desk does no half of its work."""

import socket

from bot.errors import DeskError


def take_port(host: str, port: int, section: str, variable: str) -> socket.socket:
    """Raises DeskError, which says where another one is chosen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise DeskError(
            f"Port {port} of {host} cannot be used ({error.strerror or error}). Is firstline running"
            f" already? Else choose another one in {section}, or with {variable}."
        ) from None
    # asyncio does this only for sockets it made; without it every answer waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
