"""Ports for servers that want to be told theirs."""

import socket


def free_ports(count: int) -> list[int]:
    """Of this machine, just now. All are held until the last is found, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
