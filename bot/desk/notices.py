"""What the desk tells requesters by itself: a text of the catalogue in the conversation's language."""

from collections.abc import Mapping

from bot.desk import transcript
from bot.desk.access import BOT
from bot.desk.desk import Desk
from channels.message import PublicText
from store.database import Tx
from store.tables import Conversation


def tell(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    text: str,
    *,
    key: str,
    ticket_id: int | None = None,
    values: Mapping[str, str | int] | None = None,
) -> None:
    """Say a text of the catalogue; `key` as in `transcript.speak`."""
    words = desk.texts.say(text, conversation.language or desk.language, **(values or {}))
    transcript.speak(
        desk, tx, conversation, PublicText(words), key=key, actor=BOT, ticket_id=ticket_id
    )
