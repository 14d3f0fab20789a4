"""Ports for servers that want to be told theirs, and ports where nobody listens."""

import random
import socket

# Below those that a system gives away by itself, to connections and to servers that bind to 0: one of
# those could otherwise have the port before the server that was told it.
_OURS = range(20_000, 32_768)
_chance = random.SystemRandom()  # not the generator that Hypothesis seeds alike in every worker


def free_ports(count: int) -> list[int]:
    """Of this machine, just now. All are held until the last is found, so that they differ."""
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            one = socket.socket()
            held.append(one)
            try:
                one.bind(("127.0.0.1", _chance.choice(_OURS)))
            except OSError:  # somebody has it
                held.remove(one)
                one.close()
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
