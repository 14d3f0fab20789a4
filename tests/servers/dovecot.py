"""A throw-away Dovecot: IMAP in plain and by TLS, passwords and OAuth tokens, every user has a mailbox."""

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.certificate import write_certificate
from tests.servers.ports import free_ports

PASSWORD = "open-sesame"
_KEY = b"the key that our tokens are signed with"

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/certificate.pem
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
{capability}
passdb {{
  driver = static
  mechanisms = plain
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  # No growing pauses after wrong passwords.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


class Unavailable(Exception):
    """There is no Dovecot to be had here; the text says why."""


class Dovecot:
    host = "127.0.0.1"

    def __init__(self, folder: Path, port: int, tls_port: int) -> None:
        self.folder, self.port, self.tls_port = folder, port, tls_port
        self.certificate = folder / "certificate.pem"
        self._process: subprocess.Popen[bytes]

    @contextmanager
    def reader(self, user: str) -> Iterator[IMAPClient]:
        """Somebody else at the same mailbox."""
        with IMAPClient(self.host, self.port, ssl=False, timeout=30) as client:
            client.login(user, PASSWORD)
            yield client

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        with self.reader(user) as client:
            client.append(folder, raw)

    def token(self, user: str, *, valid: float = 3600) -> str:
        """For XOAUTH2; already expired when `valid` is negative."""
        now = int(time.time())
        parts = (
            {"alg": "HS256", "typ": "JWT"},
            {"sub": user, "iat": now - 7200, "exp": now + valid},
        )
        signed = b".".join(_base64url(json.dumps(part).encode()) for part in parts)
        signature = hmac.new(_KEY, signed, hashlib.sha256).digest()
        return (signed + b"." + _base64url(signature)).decode()

    def admin(self, *words: str) -> str:
        """What doveadm says."""
        done = subprocess.run(
            [_program("doveadm"), "-c", self.folder / "dovecot.conf", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        if done.returncode:
            raise RuntimeError(f"doveadm {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def spoil(self, user: str, words: bytes) -> None:
        """The files with these words can be read by nobody any more."""
        for file in (self.folder / "mail" / user / "Maildir").glob("*/*"):
            if file.is_file() and words in file.read_bytes():
                file.unlink()
                file.symlink_to("/dev/null/nothing")

    def start(self) -> None:
        self._process = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", self.folder / "dovecot.conf"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise Unavailable(f"it ended with {self._process.returncode}: {self.log()[-500:]}")
            try:
                with socket.create_connection((self.host, self.port), 1) as connection:
                    if connection.recv(10).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.02)
        self._process.kill()
        raise Unavailable("it did not answer in a minute")

    def stop(self) -> None:
        sessions = [int(line.split()[2]) for line in self.admin("who", "-1").splitlines()[1:]]
        self._process.terminate()
        self._process.wait()
        for session in sessions:  # one that idles would notice only after ten seconds
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It is away for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def cut_off(self, user: str) -> None:
        """Every connection of the user is closed, as when its process dies."""
        self.admin("kick", user)


@contextmanager
def dovecot_running(*, idle: bool = True) -> Iterator[Dovecot]:
    """Raises Unavailable. Without `idle` it does not say that it can do IDLE."""
    _program("dovecot")  # before anything is made
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    port, tls_port = free_ports(2)
    server = Dovecot(folder, port, tls_port)
    _configure(server, idle)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(server: Dovecot, idle: bool) -> None:
    folder = server.folder
    mine = pwd.getpwuid(os.geteuid())
    as_root = mine.pw_uid == 0
    mail = pwd.getpwnam("nobody") if as_root else mine
    for name in ("mail", "keys/default/HS256"):
        (folder / name).mkdir(parents=True)
    if as_root:
        shutil.chown(folder / "mail", mail.pw_uid, mail.pw_gid)
    (folder / "keys/default/HS256/default").write_bytes(base64.b64encode(_KEY))
    write_certificate(server.certificate)
    (folder / "oauth2").write_text(_OAUTH2.format(folder=folder))
    (folder / "dovecot.conf").write_text(
        _CONFIGURATION.format(
            folder=folder,
            password=PASSWORD,
            port=server.port,
            tls_port=server.tls_port,
            uid=mail.pw_uid,
            gid=mail.pw_gid,
            internal="dovecot" if as_root else mine.pw_name,
            internal_group="dovecot" if as_root else grp.getgrgid(mine.pw_gid).gr_name,
            login="dovenull" if as_root else mine.pw_name,
            capability="" if idle else "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ SASL-IR",
        )
    )


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        raise Unavailable(f"{name} is not installed (apt-get install dovecot-imapd)")
    return found


def _base64url(text: bytes) -> bytes:
    return base64.urlsafe_b64encode(text).rstrip(b"=")
