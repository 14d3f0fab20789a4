"""What a mail of 25 MB with three files costs in memory, from its first byte by SMTP to its answer.

python -m bench.large
"""

import asyncio
import base64
import random
import smtplib
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from bench import figures
from bench.running import Desk
from bench.smtp import RECIPIENT

SIZE: Final = 25_000_000  # bytes of the mail
MOST: Final = 3.0  # times that
ROUNDS: Final = 3


def mail(number: int) -> bytes:
    """Three files, each of a third."""
    letter = EmailMessage()
    letter["From"] = f"user{number}@example.org"
    letter["To"] = RECIPIENT
    letter["Subject"] = f"Pictures of the error {number}"
    letter["Message-ID"] = f"<{number}@example.org>"
    letter.set_content("The VPN drops every ten minutes, pictures are attached.")
    file = random.Random(number).randbytes(int(SIZE / 3 * 57 / 78))  # as many lines of 78 of base64
    assert len(base64.encodebytes(file)) < SIZE
    for name in "abc":
        letter.add_attachment(file, maintype="image", subtype="png", filename=f"{name}.png")
    return letter.as_bytes().replace(b"\n", b"\r\n")


def memory(pid: int, name: str) -> int:
    """Bytes, now ("VmRSS") or at most since `forget` ("VmHWM")."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"there is no {name}")


def forget(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


async def measure() -> bool:
    raws = [mail(number) for number in range(ROUNDS)]
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as place:
        desk = Desk(Path(place), "sqlite")
        await desk.start()
        costs = []
        try:
            await desk.serving()
            pid = desk.processes[0].pid
            await asyncio.to_thread(send, desk, mail(ROUNDS)[:2000], 0)  # what is made once is made
            for number, raw in enumerate(raws, start=1):
                before = memory(pid, "VmRSS")
                forget(pid)
                await asyncio.to_thread(send, desk, raw, number)
                costs.append(float(memory(pid, "VmHWM") - before))
        finally:
            desk.abandon()
    times = [cost / len(raw) for cost, raw in zip(costs, raws, strict=True)]
    spread = f"{min(times):.2f}-{max(times):.2f}"
    name = "memory for a mail of 25 MB with three files"
    return figures.at_most(name, max(times), MOST, "times its size", spread)


def send(desk: Desk, raw: bytes, before: int) -> None:
    """And wait for the answer."""
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, "load.test", timeout=60) as client:
        client.sendmail("user@example.org", [RECIPIENT], raw)
    answers = desk.folder / "mailbox" / "new"
    end = time.perf_counter() + 60
    while not answers.is_dir() or len(list(answers.iterdir())) <= before:
        time.sleep(0.02)
        if time.perf_counter() > end:
            raise TimeoutError(desk.log()[-3000:])


def main() -> None:
    sys.exit(not asyncio.run(measure()))


if __name__ == "__main__":
    main()
