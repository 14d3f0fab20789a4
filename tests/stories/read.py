"""Prints stories with all that everybody is told, to be read as they read it.

python -m tests.stories.read triggers [words of a title]
"""

import sys
import tempfile
from pathlib import Path

import msgspec
import sqlalchemy as sa

from bot import shelf
from bot.desk.transcript import extra_of
from bot.errors import DeskError
from bot.library import Library
from bot.sop import book
from channels.message import OutboundMessage
from nlp import Understander
from store import open_store
from store.database import Tx
from store.tables import Conversation, Message, Outbox
from tests.stories.runner import Broken, Stage, stories_of

HERE = Path(__file__).parent


class Reader:
    """What was told since the last look."""

    def __init__(self) -> None:
        self.message = self.outbox = 0

    def __call__(self, tx: Tx) -> list[str]:
        lines = []
        said = sa.select(Message, Conversation.address).join(
            Conversation, Conversation.id == Message.conversation_id
        )
        for one, address in tx.session.execute(said.where(Message.id > self.message)):
            self.message = one.id
            if one.author != "requester":
                buttons = " ".join(f"[{each.label}]" for each in extra_of(one.extra).choices)
                lines.append(f"{one.at:%a %H:%M:%S} to {address}: {one.body} {buttons}")
        for row in tx.session.scalars(sa.select(Outbox).where(Outbox.id > self.outbox)):
            self.outbox = row.id
            sent = msgspec.json.decode(row.body, type=OutboundMessage)
            if row.key.startswith("card:") or f"{sent.text.body} " in str(lines):
                continue
            lines.append(
                f"    on {sent.channel} {sent.to}: {sent.text.body}".replace("\n", "\n    | ")
            )
        return lines


def main(file: str, title: str = "") -> None:
    understander = Understander.load(HERE.parent.parent / ".cache" / "models")
    library = Library()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/library.db")
        shelf.bring_in(store, shelf.SHIPPED)
        library.fill(store.read(shelf.stored))
        library.sops, _ = book.read([book.SHIPPED])
        understander.replace_articles(library.for_search())
        understander.replace_sops(library.sops.for_search())
        for number, story in enumerate(stories_of((HERE / f"{file}.story").read_text("utf-8"))):
            if title.lower() not in story.title.lower():
                continue
            print(f"\n# {story.title}")
            stage = Stage(open_store(f"sqlite:///{folder}/{number}.db"), understander, library)
            look = Reader()
            for _, line in story.lines:
                print(f"\n{line}")
                try:
                    stage._line(line)
                except (Broken, DeskError) as problem:
                    print(f"BROKEN: {problem}")
                for told in stage.store.read(look):
                    print(f"    {told}")
            stage.store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
