"""`python3 -m bot COMMAND`: make sure of the environment, then run the command in it.

In a checkout the first start makes `.venv` from the hashed lock file; later starts find its stamp and
go straight on. Where the dependencies are there already (`pip install .`) nothing is set up. Standard
library only, and old enough in form that Python 3.6 can read it and say what is missing.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from typing import IO, Iterator, List, Optional, Sequence, Tuple

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.abspath(os.environ.get("FIRSTLINE_VENV") or os.path.join(ROOT, ".venv"))
PYTHON = os.path.join(VENV, "bin", "python")

RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # holds everything in RUN_LOCK, at the same versions

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"

# What a developer runs, as arguments of Python.
DEVELOPING = {
    "test": (["-m", "pytest"],),
    "lint": (
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-c", LINT_IMPORTS],
    ),
    "bench": (["-m", "bench"],),
    "bench-nlp": (["-m", "bench.nlp"],),
    "crash": (["-m", "bench.crash"],),
    "platforms": (["-m", "tests.platforms"],),
}
# Added when nothing else is asked for: the whole suite is worth three workers, for one in three waits for
# other programs; a single file is not.
WHOLE = {"test": ["-n", "3", "--dist", "worksteal"]}


def main(arguments: Optional[Sequence[str]] = None) -> int:
    argv = list(sys.argv[1:] if arguments is None else arguments)
    if sys.version_info < OLDEST:
        return start_with_a_newer_python(argv)
    lock = DEV_LOCK if argv and argv[0] in DEVELOPING else RUN_LOCK
    if not is_provided(lock):
        ensure(lock)
        if not is_ours():
            os.execv(PYTHON, [PYTHON, "-P", "-m", "bot", *argv])
    return run(argv)


def run(argv: List[str]) -> int:
    if argv and argv[0] in DEVELOPING:
        os.chdir(ROOT)
        return develop(DEVELOPING[argv[0]], argv[1:] or WHOLE.get(argv[0], []))
    from bot.cli import main as command

    return command(argv)


def develop(steps: Sequence[List[str]], extra: List[str]) -> int:
    if len(steps) == 1:
        os.execv(sys.executable, [sys.executable, *steps[0], *extra])
    # Every step is run even when one fails, so that a developer sees all there is to mend.
    return max([subprocess.call([sys.executable, *step]) for step in steps])


def say(words: str) -> None:
    sys.stderr.write("firstline: %s\n" % words)
    sys.stderr.flush()


def start_with_a_newer_python(argv: List[str]) -> int:
    for name in NEWER:
        found = shutil.which(name)
        # A version manager leaves commands on the path that only say they are not installed.
        if found and answers(found, "import sys; sys.exit(sys.version_info < (3, 11))"):
            os.execv(found, [found, "-m", "bot", *argv])
    say(
        "Python 3.11 or newer is needed; this is %s, and none of %s is on the path."
        % (sys.version.split()[0], ", ".join(NEWER))
    )
    return 1


def answers(python: str, code: str) -> bool:
    quiet = subprocess.DEVNULL
    return subprocess.call([python, "-c", code], stdout=quiet, stderr=quiet) == 0


# Is there anything to set up?


def is_ours() -> bool:
    """Is this the Python of the environment that we look after?"""
    return os.path.exists(VENV) and os.path.samefile(sys.prefix, VENV)


def is_provided(lock: str) -> bool:
    """Has somebody else seen to the dependencies: pip, an image, a developer's own environment?"""
    if is_ours():
        return False
    if not os.path.exists(os.path.join(ROOT, lock)):
        if lock == DEV_LOCK:
            sys.exit("firstline: this command is for a checkout; here is no %s" % lock)
        return True
    if lock == RUN_LOCK and is_installed():
        return True
    from importlib import metadata

    for name, version in pins(lock):
        try:
            if metadata.version(name) != version:
                return False
        except metadata.PackageNotFoundError:
            return False
    return True


def is_installed() -> bool:
    """Did pip install firstline here? The egg-info that a build leaves in a checkout does not count."""
    from importlib import metadata

    places = [sysconfig.get_path("purelib")]
    return any(True for _ in metadata.Distribution.discover(name="firstline", path=places))


def pins(lock: str) -> Iterator[Tuple[str, str]]:
    """Name and version of what the lock asks for on every machine."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as lines:
        for line in lines:
            pin = re.match(r"([\w.-]+)==([^\s;]+)\s*\\?$", line)
            if pin:
                yield pin.group(1), pin.group(2)


# Setting up


def ensure(lock: str) -> None:
    """Afterwards the environment holds what the lock says, whoever else starts at the same time."""
    if is_fresh(lock):
        return
    os.makedirs(os.path.dirname(VENV), exist_ok=True)
    with alone() as journal:
        if is_fresh(lock):
            return
        began = time.monotonic()
        # Words in the journal mean that an installation did not get to its end. What it left
        # behind may look whole and not be, so it is not built upon.
        if journal.read() or not is_usable():
            remove()
        journal.write("installing %s\n" % lock)
        journal.flush()
        install(lock)
        journal.truncate(0)
        say("set up after %.0f s" % (time.monotonic() - began))


@contextlib.contextmanager
def alone() -> Iterator[IO[str]]:
    """Hold the file beside the environment that lets one at a time change it."""
    with open(VENV + ".lock", "a+", encoding="utf-8") as journal:
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is setting up %s, waiting for it" % VENV)
            fcntl.flock(journal, fcntl.LOCK_EX)
        # Should we be killed, the installer we started goes on alone and keeps the file held.
        os.set_inheritable(journal.fileno(), True)
        journal.seek(0)
        yield journal


def stamp_of(lock: str) -> str:
    return os.path.join(VENV, lock + ".stamp")


def wanted(lock: str) -> str:
    """Changes with the lock, with the interpreter and with the places written into the commands."""
    digest = hashlib.sha256("\n".join((sys.version, ROOT, VENV)).encode())
    with open(os.path.join(ROOT, lock), "rb") as content:
        digest.update(content.read())
    return digest.hexdigest()


def is_fresh(lock: str) -> bool:
    try:
        with open(stamp_of(lock), encoding="utf-8") as stamp:
            return stamp.read() == wanted(lock) and os.path.exists(PYTHON)
    except FileNotFoundError:
        return False


def is_usable() -> bool:
    """Is there an environment of this very Python that can be installed into?"""
    same = "import sys; sys.exit(sys.version_info[:2] != %r)" % (tuple(sys.version_info[:2]),)
    return os.path.exists(PYTHON) and answers(PYTHON, same)


def remove() -> None:
    if not os.path.isdir(VENV) or not os.listdir(VENV):
        return
    if not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        sys.exit("firstline: %s is in the way: it is no virtual environment" % VENV)
    shutil.rmtree(VENV)


def install(lock: str) -> None:
    uv = shutil.which("uv")
    say(
        "installing what %s names into %s with %s; only the first start takes this long"
        % (lock, VENV, "uv" if uv else "pip")
    )
    if not os.path.exists(PYTHON):
        make(uv)
    what = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-r",
        os.path.join(ROOT, lock),
    ]
    step(
        [*installer(uv), *what],
        "the dependencies could not be installed; see above. The next start tries again",
    )
    write_command()
    for name in (lock, RUN_LOCK):
        with open(stamp_of(name), "w", encoding="utf-8") as stamp:
            stamp.write(wanted(name))


def make(uv: Optional[str]) -> None:
    if uv:
        command = [uv, "venv", "--quiet", "--python", sys.executable, VENV]
    else:
        command = [sys.executable, "-m", "venv", VENV]
    step(
        command,
        "this Python cannot make a virtual environment; "
        "on Debian and Ubuntu: apt-get install python3-venv",
    )


def installer(uv: Optional[str]) -> List[str]:
    if uv:
        # Without byte code every start would compile 2,000 modules again where it cannot be kept.
        return [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
    # One made by uv has no pip.
    if not answers(PYTHON, "import pip"):
        step([PYTHON, "-m", "ensurepip"], "pip is missing; on Debian: apt-get install python3-venv")
    quiet = ["-qq", "--disable-pip-version-check", "--no-input", "--root-user-action", "ignore"]
    return [PYTHON, "-m", "pip", "install", "--compile", *quiet]


def step(command: List[str], otherwise: str) -> None:
    """Run a part of the installation; standard output belongs to the command that is to follow."""
    output = sys.stderr.fileno()
    try:
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=output, close_fds=False)
    except KeyboardInterrupt:
        sys.exit("firstline: broken off; the next start begins again")
    if code != 0:
        sys.exit("firstline: " + otherwise)


def write_command() -> None:
    """Let the environment find this checkout, and put `firstline` beside its Python."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", code]).decode().strip()
    with open(os.path.join(packages, "firstline.pth"), "w", encoding="utf-8") as path:
        path.write(ROOT + "\n")
    command = os.path.join(VENV, "bin", "firstline")
    with open(command, "w", encoding="utf-8") as script:
        script.write(
            "#!/bin/sh\n"
            "# From any folder it is the same desk: the checkout's, unless ./config.toml is there.\n"
            'home=%s; export FIRSTLINE_HOME="${FIRSTLINE_HOME:-$home}" FIRSTLINE_VENV=%s\n'
            'exec %s -P -m bot "$@"\n' % (shlex.quote(ROOT), shlex.quote(VENV), shlex.quote(PYTHON))
        )
    os.chmod(command, 0o755)  # noqa: S103 - as every other command there


if __name__ == "__main__":
    sys.exit(main())
