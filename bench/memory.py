"""What a mail of 25 MB with three attachments costs in memory, from its first byte to its answer.

    python -m bench.memory

The desk runs whole, in a process of its own, and has answered a small mail before. The cost is the most
that it holds of the machine's memory while it takes the large ones in, reads them, keeps their files and
answers, less what it held before the first of them.
"""

import asyncio
import os
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

SIZE: Final = 25_000_000  # bytes of the mail as it is sent
FILES: Final = 3
MOST: Final = 3.0  # times its size
MAILS: Final = 3
RECIPIENT: Final = "help@desk.localhost"


def mail(number: int, size: int) -> bytes:
    """Of `size` bytes nearly all are attachments that cannot be made smaller."""
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Ann <ann{number}@example.org>", RECIPIENT
    letter["Subject"], letter["Message-ID"] = "Scanner", f"<memory.{number}@example.org>"
    letter.set_content("The scanner on floor 3 makes these, what is wrong with it?\n")
    pick = random.Random(number)
    for file in range(FILES):
        content = pick.randbytes(size // FILES * 57 // 78)  # a line of base64 has 78 bytes for 57
        letter.add_attachment(content, "application", "pdf", filename=f"scan-{file}.pdf")
    return letter.as_bytes().replace(b"\n", b"\r\n")


def status(desk: Desk, field: str) -> int:
    """Bytes: VmRSS is what it holds now, VmHWM the most since `forget`."""
    lines = Path(f"/proc/{desk.processes[0].pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


def forget(desk: Desk) -> None:
    Path(f"/proc/{desk.processes[0].pid}/clear_refs").write_text("5")


async def answered(desk: Desk, raw: bytes, seconds: float = 60) -> None:
    """Send it, and wait for the answer in the local mailbox."""

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=seconds) as server:
            server.sendmail("ann@example.org", RECIPIENT, raw)

    sent = desk.folder / "mailbox" / "new"
    before = len(os.listdir(sent)) if sent.is_dir() else 0
    await asyncio.to_thread(send)
    end = time.perf_counter() + seconds
    while not sent.is_dir() or len(os.listdir(sent)) == before:
        if time.perf_counter() > end:
            raise TimeoutError(desk.log()[-3000:])
        await asyncio.sleep(0.02)


async def measure() -> bool:
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        desk = Desk(Path(folder), "sqlite")
        try:
            await desk.start()
            await desk.serving()  # the first start trains the model
            await desk.stop()
            await desk.start()
            await desk.serving()
            await answered(desk, mail(0, 2000))
            before = status(desk, "VmRSS")
            forget(desk)
            costs = []
            for number in range(1, MAILS + 1):
                raw = mail(number, SIZE)
                await answered(desk, raw)
                costs.append((status(desk, "VmHWM") - before) / len(raw))
            await desk.stop()
        finally:
            desk.abandon()
    spread = f"after each: {', '.join(f'{one:.2f}' for one in costs)}"
    return figures.at_most(
        "a 25 MB mail, memory to its answer", costs[-1], MOST, "x its size", spread
    )


def main() -> None:
    sys.exit(not asyncio.run(measure()))


if __name__ == "__main__":
    main()
