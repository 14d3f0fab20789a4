"""Secrets that a requester typed are hidden before anything else sees the words.

The accepted row of the inbox, and a mail as it came, keep the original; nothing else does.
"""

from msgspec import structs

from channels.message import InboundMessage
from nlp.secrets import masked


def without_secrets(message: InboundMessage) -> InboundMessage:
    """The message itself when it tells none."""
    clean = structs.replace(
        message,
        text=masked(message.text),
        subject=message.subject and masked(message.subject),
        folded=message.folded and masked(message.folded),
        answers={name: masked(answer) for name, answer in message.answers.items()},
        attachments=tuple(
            structs.replace(one, name=masked(one.name)) for one in message.attachments
        ),
    )
    return message if clean == message else clean
