"""A throw-away Postfix that hands whatever it is given to one port of this machine."""

import os
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_ports

_MAIN = """
compatibility_level = 3.6
config_directory = {folder}
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = sender.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
local_transport = error:no local mail here
alias_maps =
alias_database =
relayhost = [127.0.0.1]:{relay}
smtp_tls_security_level = may
smtp_host_lookup = native
smtp_destination_concurrency_limit = 5
queue_run_delay = 1h
minimal_backoff_time = 1h
maximal_backoff_time = 2h
bounce_notice_recipient = nobody@sender.test
smtputf8_enable = yes
"""
_MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


_TRIED_NOW = re.compile(r"^\w+\*", re.MULTILINE)  # as `postqueue -p` marks its number


class Unavailable(Exception):
    """There is no Postfix to be had here; the text says why."""


class Postfix:
    def __init__(self, folder: Path, port: int, relay: int) -> None:
        self.folder, self.port = folder, port
        self.relay = relay  # the port of 127.0.0.1 that all mail goes to

    def send(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Queued once this returns."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(sender, recipients, raw, ["SMTPUTF8"] if not raw.isascii() else [])

    def try_again(self) -> None:
        """Everything in the queue is due now."""
        subprocess.run([_program("postqueue"), "-c", self.folder, "-f"], check=True, timeout=30)

    def queue(self) -> str:
        """What waits, and why."""
        return subprocess.run(
            [_program("postqueue"), "-c", self.folder, "-p"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout

    def deferred(self, reason: str, seconds: float = 60) -> None:
        """Until a mail waits for that reason: only then can it be tried again. The reason stands there
        before the attempt is over, and what is tried just now would not become due."""
        end = time.monotonic() + seconds
        while reason not in (queue := self.queue()) or _TRIED_NOW.search(queue):
            if time.monotonic() > end:
                raise TimeoutError(self.log()[-2000:])
            time.sleep(0.05)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def postfix_running() -> Iterator[Postfix]:
    """Raises Unavailable."""
    program, daemons = _program("postfix"), Path("/usr/lib/postfix/sbin")
    if not daemons.exists():
        daemons = Path("/usr/libexec/postfix")
    if os.geteuid() != 0:
        raise Unavailable("only root may start it")
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    port, relay = free_ports(2)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(_MAIN.format(folder=folder, daemons=daemons, relay=relay))
    (folder / "master.cf").write_text(_MASTER.format(port=f"127.0.0.1:{port}"))
    started = subprocess.run(
        [program, "-c", folder, "start"], capture_output=True, text=True, check=False, timeout=60
    )
    server = Postfix(folder, port, relay)
    try:
        _await(server, started)
        yield server
    finally:
        subprocess.run(
            [program, "-c", folder, "stop"], capture_output=True, check=False, timeout=60
        )
        shutil.rmtree(folder, ignore_errors=True)


def _await(server: Postfix, started: "subprocess.CompletedProcess[str]") -> None:
    if started.returncode:
        raise Unavailable(started.stderr.strip()[-500:])
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1) as connection:
                if connection.recv(10).startswith(b"220"):
                    return
        except OSError:
            time.sleep(0.02)
    raise Unavailable("it did not answer in a minute")


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        raise Unavailable(f"{name} is not installed (apt-get install postfix)")
    return found
