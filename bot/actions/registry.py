"""Which actions there are: those the desk brings along, and the administrator's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import structs

from bot.actions.action import (
    Action,
    Approval,
    Certificate,
    Hook,
    Http,
    Kind,
    Link,
    Lookup,
    Parameter,
    Ping,
    Port,
    Starter,
)
from bot.text import LANGUAGES, Texts

if TYPE_CHECKING:
    from bot.settings import Settings

_HOST: Final = Parameter(name="host", kind=Kind.HOST)
_PORT: Final = Parameter(name="port", kind=Kind.PORT)
DIAGNOSTICS: Final = (
    Action(name="ping", how=Ping(), parameters=(_HOST,), repeatable=True),
    Action(
        name="dns",
        how=Lookup(),
        parameters=(
            _HOST,
            Parameter(
                name="type",
                kind=Kind.CHOICE,
                choices=("any", "A", "AAAA", "CNAME", "MX", "TXT", "NS", "PTR"),
                default="any",
            ),
        ),
        repeatable=True,
    ),
    Action(name="port", how=Port(), parameters=(_HOST, _PORT), repeatable=True),
    Action(
        name="http",
        how=Http(),
        parameters=(Parameter(name="url", kind=Kind.URL),),
        repeatable=True,
    ),
    Action(
        name="certificate",
        how=Certificate(),
        parameters=(_HOST, Parameter(name="port", kind=Kind.PORT, default="443")),
        repeatable=True,
    ),
)

# What the usual ones need; an administrator gives the address of the program that does it.
_LOGIN: Final = Parameter(name="login", kind=Kind.LOGIN, own=True)
_AGENTS: Final = frozenset({Starter.AGENT})
_ANYBODY: Final = frozenset({Starter.EMPLOYEE, Starter.AGENT, Starter.SOP})
_PROCEDURES: Final = frozenset({Starter.AGENT, Starter.SOP})
_NOT_YET: Final = Hook(url="", secret="")
TEMPLATES: Final[Mapping[str, Action]] = {
    one.name: one
    for one in (
        Action(
            name="create-account",
            how=_NOT_YET,
            parameters=(
                Parameter(name="name", kind=Kind.TEXT),
                Parameter(name="login", kind=Kind.LOGIN),
                Parameter(name="email", kind=Kind.EMAIL, default=""),
            ),
            starters=_PROCEDURES,
            approval=Approval.MANAGER,
            limit=timedelta(minutes=5),
            tell=True,
        ),
        Action(
            name="reset-password",
            how=_NOT_YET,
            parameters=(_LOGIN,),
            starters=_ANYBODY,
            proof=True,
            tell=True,
        ),
        Action(
            name="unlock",
            how=_NOT_YET,
            parameters=(_LOGIN,),
            starters=_ANYBODY,
            proof=True,
            tell=True,
        ),
        Action(
            name="disk-state",
            how=_NOT_YET,
            parameters=(_HOST, Parameter(name="path", kind=Kind.TEXT, default="")),
            starters=_PROCEDURES,
            repeatable=True,
        ),
        Action(
            name="service-state",
            how=_NOT_YET,
            parameters=(_HOST, Parameter(name="service", kind=Kind.TEXT)),
            starters=_PROCEDURES,
            repeatable=True,
        ),
        Action(
            name="remote-session",
            how=Link(template=""),
            parameters=(Parameter(name="host", kind=Kind.HOST, default=""),),
            starters=_AGENTS,
            tell=True,
        ),
    )
}
NAMED: Final = frozenset(one.name for one in DIAGNOSTICS) | TEMPLATES.keys()


def actions_of(settings: "Settings", texts: Texts) -> dict[str, Action]:
    """By name, in the order they are listed."""
    found = {one.name: _titled(one, texts) for one in DIAGNOSTICS}
    for name, chosen in settings.action.items():
        found[name] = _titled(chosen.action(name, TEMPLATES.get(name)), texts)
    return found


def _titled(action: Action, texts: Texts) -> Action:
    """With what the desk calls it, where the administrator does not."""
    key = f"action-name-{action.name}"
    if not texts.has(key):
        return action
    usual = {language: texts.label(key, language) for language in LANGUAGES}
    return structs.replace(action, title={**usual, **action.title})
