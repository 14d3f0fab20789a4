"""A real mail reader at an IMAP mailbox: what its screen shows, until it is quit."""

import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.servers.dovecot import PASSWORD, Dovecot

_SETTINGS = """
set folder="imap://{user}@{host}:{port}/" spoolfile="+INBOX" imap_pass="{password}"
set ssl_starttls=no ssl_force_tls=no header_cache="" certificate_file="" mail_check=600
set sort=threads strict_threads=yes ascii_chars=yes quit=yes beep=no wait_key=no
set hide_thread_subject=no index_format="%s" status_format="(%m mails)" help=no
set charset=utf-8
"""


class Unavailable(Exception):
    """There is no mail reader to be had here; the text says why."""


_DRAWN = re.compile(
    r"\x1b\[(\d+);(\d+)H|\x1b\[(\d*)([dHJ])|\x1b\[[\d;?]*[A-Za-z]|\x1b[()].|\x1b."
    r"|(\r)|(\n)|([^\x1b\r\n]+)"
)


def lines(drawn: str) -> list[str]:
    """The screen as it stands in the end: what moves the cursor, and letters."""
    rows: dict[int, str] = {}
    row = column = 0
    for to_row, to_column, number, move, start, below, text in _DRAWN.findall(drawn):
        if to_row or move == "H":
            row, column = int(to_row or 1) - 1, int(to_column or 1) - 1
        elif move == "d":
            row = int(number or 1) - 1
        elif move == "J":
            rows = {place: line for place, line in rows.items() if place < row}
        elif start:
            column = 0
        elif below:
            row += 1
        elif text:
            line = rows.get(row, "").ljust(column)
            rows[row] = line[:column] + text + line[column + len(text) :]
            column += len(text)
    return [rows[place].rstrip() for place in sorted(rows)]


def index(dovecot: Dovecot, user: str, count: int, seconds: float = 30) -> list[str]:
    """The subjects of so many mails, as its threads show them. Raises Unavailable, or TimeoutError."""
    program = shutil.which("neomutt")
    if program is None:
        raise Unavailable("neomutt is not installed (apt-get install neomutt)")
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "muttrc"
        settings.write_text(
            _SETTINGS.format(user=user, host=dovecot.host, port=dovecot.port, password=PASSWORD)
        )
        ours, theirs = pty.openpty()
        environ = {**os.environ, "TERM": "xterm", "HOME": home, "LC_ALL": "C.UTF-8"}
        reader = subprocess.Popen(
            [program, "-n", "-F", str(settings)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environ | {"COLUMNS": "160", "LINES": "40"},
            start_new_session=True,
        )
        os.close(theirs)
        drawn, end = "", time.monotonic() + seconds
        try:
            while f"({count} mails)" not in drawn:
                if time.monotonic() > end or reader.poll() is not None:
                    raise TimeoutError(drawn[-3000:])
                if select.select([ours], [], [], 0.2)[0]:
                    drawn += os.read(ours, 65536).decode(errors="replace")
            os.write(ours, b"q")
            reader.wait(10)
        finally:
            reader.kill()
            reader.wait()
            os.close(ours)
    shown = lines(drawn)
    return shown[: shown.index(f"({count} mails)")]
