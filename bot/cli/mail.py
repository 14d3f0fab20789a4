"""`firstline mail parse|import|explain`: mails in files, as the desk reads them."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.email.automatic import judge
from channels.email.read import read
from channels.email.reply import cut
from nlp.language import of_text

if TYPE_CHECKING:
    from bot.cli.common import Commands

EMPTY: dict[str, Any] = {
    "message_id": "",
    "in_reply_to": "",
    "references": [],
    "from_address": "",
    "from_name": "",
    "to": [],
    "cc": [],
    "subject": "",
    "text": "",
    "reply": "",
    "attachments": [],
    "is_auto": False,
    "is_bounce": False,
    "language": "",
}


def add(commands: "Commands") -> None:
    group = commands.add_parser("mail", help="mails in files")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    parse = actions.add_parser("parse", help="show what a mail says")
    parse.add_argument("files", nargs="*", type=Path, metavar="FILE", help="- is standard input")
    parse.add_argument("--json", action="store_true", help="one JSON object a mail, a line each")
    parse.add_argument(
        "--stdin-list",
        action="store_true",
        help="read names of files from standard input; a line of JSON for each, whatever is in it",
    )
    parse.set_defaults(run=_parse)
    taken = actions.add_parser("import", help="take in mails as if they had just come; resumable")
    taken.add_argument("path", help="an mbox file or a Maildir folder")
    taken.add_argument("--mailbox", help="the mailbox they are for (default: the first)")
    taken.set_defaults(run=_import)
    explain = actions.add_parser("explain", help="which rule decided what about a mail")
    explain.add_argument("file")
    explain.add_argument("--mailbox", help="the mailbox it came to (default: the first)")
    explain.set_defaults(run=_explain)


def summary(raw: bytes) -> dict[str, Any]:
    mail = read(raw)
    reply = cut(mail).reply
    automatic = judge(mail)
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "from_address": mail.from_.address,
        "from_name": mail.from_.name,
        "to": [one.address for one in mail.to if one.address],
        "cc": [one.address for one in mail.cc if one.address],
        "subject": mail.subject,
        "text": mail.text,
        "reply": reply,
        "attachments": [
            {"filename": file.filename, "content_type": file.content_type, "size": file.size}
            for file in mail.attachments
        ],
        "is_auto": automatic.is_auto,
        "is_bounce": automatic.is_bounce,
        "language": of_text(reply or mail.text or mail.subject),
    }


def _parse(arguments: argparse.Namespace) -> int:
    if arguments.stdin_list:
        for line in sys.stdin.buffer:
            name = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            print(_line(_safely(name)), flush=True)
        return 0
    failed = False
    for file in arguments.files:
        found = _safely(str(file))
        failed = failed or "error" in found
        print(_line(found) if arguments.json else _page(found), flush=True)
    return 1 if failed else 0


# Their modules need the store and more: `parse` must start without.


def _import(arguments: argparse.Namespace) -> int:
    from bot.cli import mail_import

    return mail_import.run(arguments)


def _explain(arguments: argparse.Namespace) -> int:
    from bot.cli import mail_explain

    return mail_explain.run(arguments)


def _safely(name: str) -> dict[str, Any]:
    """A line is owed for every file: also for one that is not there, or is worse than we thought of."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return summary(raw)
    except Exception as error:
        return {**EMPTY, "error": f"{type(error).__name__}: {error}"}


def _line(found: dict[str, Any]) -> str:
    # What is not ASCII is escaped: the line is readable whatever the terminal's charset is.
    return json.dumps(found)


def _page(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{'error':12} {found['error']}"
    lines = [
        f"{name.replace('_', ' '):12} {shown}"
        for name, value in found.items()
        if name not in ("text", "reply", "attachments")
        and (shown := ", ".join(value) if isinstance(value, list) else str(value))
    ]
    lines += [
        f"{'attachment':12} {file['filename']} ({file['content_type']}, {file['size']} bytes)"
        for file in found["attachments"]
    ]
    return "\n".join([*lines, "", found["text"], ""])
