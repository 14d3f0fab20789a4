"""`[actions]` and `[action.NAME]`: what the desk may do by itself, and how."""

import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from bot import config_problems
from bot.actions.action import Action, Approval, Hook, Kind, Link, Parameter, Starter
from bot.actions.registry import DIAGNOSTICS, TEMPLATES
from bot.actions.targets import entry_of, targets_of
from bot.config_file import Place
from bot.config_kinds import (
    ChannelName,
    Folder,
    HttpUrl,
    Name,
    OptionalSecret,
    Section,
    reason,
)
from nlp.understanding import Language

if TYPE_CHECKING:
    from bot.settings import Settings

FILLED: Final = ("ticket", "requester", "email")  # that a link may name besides its parameters


def _target(text: str) -> str:
    entry_of(text)
    return text


Target = Annotated[str, AfterValidator(_target)]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Actions(Section):
    targets: tuple[Target, ...] = ()
    at_once: Annotated[int, Field(ge=1, le=64)] = 8
    approve_within_hours: Annotated[int, Field(ge=1, le=720)] = 24
    remind_after_hours: Annotated[int, Field(ge=1, le=720)] = 4
    trusted_certificates: Folder | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("trusted_certificates") == "":
            return {**given, "trusted_certificates": None}
        return given

    @field_validator("trusted_certificates")
    @classmethod
    def _holds_certificates(cls, file: Path | None) -> Path | None:
        if file is not None:
            try:
                ssl.create_default_context().load_verify_locations(file)
            except ssl.SSLError:
                raise ValueError(f"{file} holds no certificate in PEM form") from None
            except OSError as problem:
                raise ValueError(f"{file} cannot be used ({reason(problem)})") from None
        return file

    @model_validator(mode="after")
    def _reminded_before_it_is_over(self) -> "Actions":
        if self.remind_after_hours > self.approve_within_hours:
            raise ValueError("remind_after_hours must not be more than approve_within_hours")
        return self


class Given(Section):
    """A parameter."""

    name: ParameterName
    kind: Kind = Kind.TEXT
    label: Mapping[Language, Name] = {}
    choices: tuple[Name, ...] = ()
    default: str | None = None
    own: bool = False
    secret: bool = False

    @model_validator(mode="after")
    def _choices_are_of_a_choice(self) -> "Given":
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError('choices are what a parameter of kind "choice" needs, and no other')
        return self


class Doing(Section):
    """`[action.NAME]`. What is not given is that of the template of this name, where there is one."""

    url: HttpUrl = ""
    secret: OptionalSecret = None
    link: str = ""
    title: Mapping[Language, Name] = {}
    parameters: tuple[Given, ...] | None = None
    who: tuple[Starter, ...] | None = None
    proof: bool | None = None
    approval: Approval | None = None
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    undo: ChannelName | None = None
    results: tuple[ChannelName, ...] = ()
    repeatable: bool | None = None
    tell: bool | None = None
    targets: tuple[Target, ...] | None = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "Doing":
        if bool(self.url) == bool(self.link.strip()):
            raise ValueError(
                "needs either url, of a program that does it, or link, to be filled in"
            )
        if self.url and self.secret is None:
            raise ValueError("needs secret with url: every call is signed with it")
        return self

    def action(self, name: str, template: Action | None) -> Action:
        base = template or Action(name=name, how=Link(template=""))
        how: Hook | Link = Link(template=self.link)
        if self.url and self.secret is not None:
            how = Hook(url=self.url, secret=self.secret.get_secret_value(), results=self.results)
        given = {
            "parameters": None
            if self.parameters is None
            else tuple(
                msgspec.convert(one.model_dump(mode="json"), Parameter) for one in self.parameters
            ),
            "starters": None if self.who is None else frozenset(self.who),
            "proof": self.proof,
            "approval": self.approval,
            "limit": None if self.seconds is None else timedelta(seconds=self.seconds),
            "undo": self.undo,
            "repeatable": self.repeatable,
            "tell": self.tell,
            "targets": None if self.targets is None else targets_of(self.targets),
        }
        chosen = {key: value for key, value in given.items() if value is not None}
        title = {str(language): words for language, words in self.title.items()}
        return msgspec.structs.replace(base, name=name, how=how, title=title, **chosen)


def unfit(settings: "Settings") -> Iterator[tuple[Place, str]]:
    """What is wrong between actions, with its place."""
    usual = {one.name: one for one in DIAGNOSTICS}
    own = {
        name: chosen.action(name, TEMPLATES.get(name)) for name, chosen in settings.action.items()
    }
    for name, action in own.items():
        place: Place = ("action", name)
        if name in usual:
            yield place, "is the desk's own; choose another name"
        names = [one.name for one in action.parameters]
        if len(set(names)) < len(names):
            yield (*place, "parameters"), "must have different names"
        if isinstance(action.how, Link):
            yield from _of_link(place, action.how, names)
        if action.undo is None:
            continue
        other = own.get(action.undo)
        if other is None or action.undo == name:
            others = [one for one in own if one != name]
            yield (*place, "undo"), config_problems.one_of(action.undo, others)
            continue
        for one in other.parameters:
            if one.default is None and (one.secret or one.name not in names):
                yield (
                    (*place, "undo"),
                    f"{action.undo} needs {one.name}, which {name} has not to give",
                )


def _of_link(place: Place, link: Link, names: list[str]) -> Iterator[tuple[Place, str]]:
    filled = re.findall(r"\{([^{}]*)\}", link.template)
    for one in filled:
        if one not in (*names, *FILLED):
            yield (*place, "link"), f"{{{one}}}: " + config_problems.one_of(one, (*names, *FILLED))
    if re.search(r"[\s<>\"`\\]", link.template):
        yield (*place, "link"), "must be one address, without blanks, quotes and angle brackets"
    fixed = link.template.split("{", 1)[0]
    if not re.match(r"[a-z][a-z0-9+.-]*:", fixed) or re.match(
        r"(?i)(javascript|data|vbscript|file):", fixed
    ):
        yield (*place, "link"), 'must begin as an address does, as "https://" or "anydesk:"'
    elif re.fullmatch(r"https?:/{0,2}", fixed):
        yield (*place, "link"), "must name its host itself, before anything that is filled in"
