"""Taking in a directory: who is new, who has changed, who has left. Twice the same changes nothing.

A person is found by the directory's own id, else by e-mail address; who wrote before the directory knew
them is the same person. What the directory does not say stays. Its word proves addresses.
"""

from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from functools import partial
from itertools import islice
from typing import Final

from msgspec import Struct

from bot.desk import linking, people
from bot.desk.access import BOT, STAFF
from bot.desk.desk import EMAIL, PHONE
from bot.directory import Directory, Entry, Problem
from bot.errors import Invalid
from bot.text import LANGUAGES
from store import people as kept
from store.database import Store, Tx
from store.tables import Person

TOGETHER: Final = 200  # entries in one transaction
BY_MAIL: Final = "email:"  # begins the id of those to whom their directory gives none
_WHY: Final = "the directory says so"


class Report(Struct, kw_only=True):
    """What became of the entries; names are for people."""

    new: list[str] = []
    changed: list[str] = []
    unchanged: int = 0
    left: list[str] = []
    problems: list[Problem] = []


class _Undone(Exception):
    """It was only a try."""


def take_in(
    store: Store,
    directory: Directory,
    *,
    region: str | None = None,
    deactivate_missing: bool = False,
    dry_run: bool = False,
) -> Report:
    """`region`: the country ("DE") of telephone numbers without its code. Broken off, it is begun again;
    what was taken in is found unchanged. Raises DeskError when the directory cannot be read to its end:
    then nobody has left."""
    if dry_run:
        return _tried(store, _Import(region), list(directory), deactivate_missing)
    importing, entries = _Import(region), iter(directory)
    while some := list(islice(entries, TOGETHER)):
        importing = store.write(partial(_taken, importing, some))
    return store.write(partial(_finished, importing, deactivate_missing)).report


def _tried(
    store: Store, importing: "_Import", entries: list[Entry | Problem], deactivate_missing: bool
) -> Report:
    """In one transaction, which does not happen."""
    reports: list[Report] = []

    def work(tx: Tx) -> None:
        done = _finished(_taken(importing, entries, tx), deactivate_missing, tx)
        reports.append(done.report)
        raise _Undone

    with suppress(_Undone):
        store.write(work)
    return reports[-1]


# On a copy each, for a transaction may be repeated.


def _taken(importing: "_Import", entries: list[Entry | Problem], tx: Tx) -> "_Import":
    trial = deepcopy(importing)
    trial.take(tx, entries)
    return trial


def _finished(importing: "_Import", deactivate_missing: bool, tx: Tx) -> "_Import":
    trial = deepcopy(importing)
    trial.finish(tx, deactivate_missing)
    return trial


class _Import:
    def __init__(self, region: str | None) -> None:
        self.report = Report()
        self._region = region
        self._seen: dict[int, str] = {}  # person -> where
        self._managers: list[tuple[int, Entry]] = []
        self._unchanged: set[int] = set()
        self._unread = False  # somebody may be in what could not be read

    def take(self, tx: Tx, entries: Iterable[Entry | Problem]) -> None:
        for entry in entries:
            if isinstance(entry, Problem):
                self.report.problems.append(entry)
                self._unread = True
                continue
            try:
                with tx.attempt():
                    self._take(tx, entry)
            except Invalid as refusal:
                self._problem(entry, str(refusal))
                self._unread = True

    def finish(self, tx: Tx, deactivate_missing: bool) -> None:
        for person_id, entry in self._managers:
            self._set_manager(tx, people.current(tx, person_id), entry)
        self.report.unchanged = len(self._unchanged)
        if not deactivate_missing:
            return
        if self._unread or not self._seen:
            words = "nobody was deactivated, for some entries could not be read"
            self.report.problems.append(Problem("all", words))
            return
        for person in kept.of_directory(tx):
            if person.id not in self._seen:
                _deactivate(tx, person)
                self.report.left.append(_called(person))

    def _problem(self, entry: Entry, words: str) -> None:
        self.report.problems.append(Problem(entry.where, words))

    def _take(self, tx: Tx, entry: Entry) -> None:
        email = None if entry.email is None else people.mail_address(entry.email)
        external_id = entry.external_id or (email and BY_MAIL + email)
        if external_id is None:
            raise Invalid("There is neither an id nor an e-mail address.")
        person = self._find(tx, external_id, email)
        if person is None:
            person = tx.insert(Person(external_id=external_id, created_at=tx.now))
            before = None
        else:
            if (where := self._seen.get(person.id)) is not None:
                raise Invalid(f"It is the same person as {where}.")
            before = _state(tx, person)
            person.external_id = external_id
        self._fill(tx, person, entry)
        if email is not None:
            person = self._give_mail(tx, person, email)
        if entry.phone is not None:
            self._give_phone(tx, person, entry)
        tx.flush()
        self._seen[person.id] = entry.where
        if before is None:
            self.report.new.append(_called(person))
        elif before != _state(tx, person):
            self.report.changed.append(_called(person))
        else:
            self._unchanged.add(person.id)
        if entry.manager is not None:
            self._managers.append((person.id, entry))

    def _find(self, tx: Tx, external_id: str, email: str | None) -> Person | None:
        found = kept.by_external_id(tx, external_id)
        if found is not None or email is None:
            return found
        found = kept.of_address(tx, EMAIL, email)
        known = None if found is None else found.external_id
        if known is not None and not known.startswith(BY_MAIL):
            raise Invalid(f"{email} is the address of somebody else in the directory.")
        return found

    def _fill(self, tx: Tx, person: Person, entry: Entry) -> None:
        for field in ("name", "site"):
            given = getattr(entry, field)
            if given is not None:
                setattr(person, field, given[: people.LONGEST_NAME])
        group = person.group if entry.group is None else entry.group[: people.LONGEST_NAME]
        vip = person.vip if entry.vip is None else entry.vip
        people.set_standing(tx, person, group, vip)
        language = (entry.language or "")[:2].lower()
        if language in LANGUAGES:
            person.language = language
        if entry.timezone is not None:
            person.timezone = people.zone_named(entry.timezone)
        if entry.active is False:
            _deactivate(tx, person)
        elif entry.active or person.role not in STAFF:
            person.active = True
        if entry.login is not None and person.role not in STAFF:  # theirs opens the desk's door
            self._give_login(tx, person, entry)

    def _give_login(self, tx: Tx, person: Person, entry: Entry) -> None:
        login = (entry.login or "").lower()
        holder = kept.by_login(tx, login)
        if holder is not None and holder.id != person.id:
            self._problem(entry, f"the login {login} is taken by {_called(holder)}")
        else:
            person.login = login

    def _give_mail(self, tx: Tx, person: Person, email: str) -> Person:
        """Whoever wrote from it is this person."""
        holder = kept.of_address(tx, EMAIL, email)
        if holder is not None and holder.id != person.id:
            person = linking.merge(tx, person, holder, BOT, why=_WHY)
        kept.give_address(tx, EMAIL, email, person.id)
        return person

    def _give_phone(self, tx: Tx, person: Person, entry: Entry) -> None:
        try:
            number = people.number_of(entry.phone or "", self._region)
        except Invalid as refusal:
            self._problem(entry, str(refusal))
            return
        if not kept.give_address(tx, PHONE, number, person.id):
            self._problem(entry, f"{number} is known as somebody else's, too; it stays theirs")

    def _set_manager(self, tx: Tx, person: Person, entry: Entry) -> None:
        named = entry.manager or ""
        manager = kept.by_external_id(tx, named) or kept.of_address(tx, EMAIL, named.lower())
        if manager is None or manager.id == person.id:
            self._problem(entry, f"the manager {named[:100]} is not known")
            return
        if person.manager_id == manager.id:
            return
        person.manager_id = manager.id
        if person.id in self._unchanged:
            self._unchanged.remove(person.id)
            self.report.changed.append(_called(person))


def _state(tx: Tx, person: Person) -> tuple[object, ...]:
    """All that a directory may change."""
    fields = (person.external_id, person.name, person.group, person.site, person.vip, person.active)
    held = [(one.channel, one.address, one.verified) for one in kept.identities(tx, person.id)]
    return (*fields, person.language, person.timezone, person.login, held)


def _deactivate(tx: Tx, person: Person) -> None:
    person.active = False
    people.look_at_tickets(tx, person)
    kept.forget_sign_ins(tx, person.id)
    kept.forget_invitations(tx, person.id)


def _called(person: Person) -> str:
    return person.name or person.external_id or f"#{person.id}"
