"""What the requester hears of what the desk did by itself."""

from bot.conversation.effects import Effect, Say
from bot.conversation.turn import Turn


def of_run(turn: Turn) -> tuple[Effect, ...]:
    """Nothing, where they are not to hear of it. A link of a tool of ours is one that can be pressed."""
    ended = turn.ended
    if ended is None or not ended.tell:
        return ()
    return (Say(key="action-ended", values={"words": ended.words}, link=ended.link),)
