"""Questions asked together: a modal in Slack. Networks without forms are asked in words by the desk."""

from msgspec import Struct

from channels.message import Choice


class Field(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    choices: tuple[Choice, ...] = ()  # none: free words
    multiline: bool = False
    required: bool = True
    initial: str = ""
    hint: str = ""


class Form(Struct, frozen=True, kw_only=True):
    """What is filled in comes back as `InboundMessage.answers`, with `value` as `chosen`."""

    title: str
    submit: str  # label of the button
    cancel: str
    value: str  # "/new"; that of the Choice that opened it goes before
    fields: tuple[Field, ...]
