import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.desk import notes, transcript
from bot.desk.access import BOT, Actor, actor_of
from bot.desk.notes import InternalText
from bot.errors import Forbidden, Invalid
from channels.message import PublicText
from store.tables import TicketEvent
from tests.desk.conftest import House

WORDS = "the disk was never backed up"


def test_a_note_opens_to_an_agent_only(house: House, requester: Actor, agent: Actor) -> None:
    note = InternalText(WORDS)
    assert note.reveal(agent) == WORDS
    for actor in (requester, BOT):
        with pytest.raises(Forbidden):
            note.reveal(actor)


def test_no_public_text_is_made_from_a_note() -> None:
    note: Any = InternalText(WORDS)
    with pytest.raises(TypeError):
        PublicText(note)


def test_nothing_but_a_public_text_is_said(house: House, requester: Actor) -> None:
    id = house.ticket(requester)
    note: Any = InternalText(WORDS)
    with pytest.raises(TypeError):
        house.on(
            id,
            lambda tx, it: transcript.speak(
                house.desk, tx, tx.lock(it.conversation_id), note, key="k", actor=BOT
            ),
        )


def test_a_note_is_neither_printed_nor_formatted_nor_copied_out() -> None:
    note = InternalText(WORDS)
    assert "disk" not in f"{note}{note!r}{note!s}{note:>40}" + "%s" % note  # noqa: UP031
    assert not hasattr(note, "__dict__")
    for way in (pickle.dumps, copy.copy, msgspec.json.encode):
        with pytest.raises(TypeError):
            way(note)
    with pytest.raises(TypeError):
        "".join([note])  # type: ignore[list-item]


def test_the_type_checker_refuses_to_publish_a_note(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from bot.desk.notes import InternalText\n"
        "from channels.message import PublicText\n"
        "PublicText(InternalText('inside'))\n"
    )
    root = Path(__file__).parents[2]
    # Nothing else of ours has to be read for it, and what lint remembers stays as it is.
    alone = [
        "--config-file",
        root / "pyproject.toml",
        "--follow-imports=skip",
        "--cache-dir",
        os.devnull,
    ]
    files = ["bot/desk/notes.py", "channels/message.py", wrong]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *alone, *files],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "wrong.py:3: error" in run.stdout
    assert 'incompatible type "InternalText"; expected "str"' in run.stdout


def test_notes_are_kept_with_their_writer_and_an_event_without_words(
    house: House, requester: Actor, agent: Actor
) -> None:
    id = house.ticket(requester)
    house.on(id, lambda tx, it: notes.write(house.desk, tx, it, InternalText(WORDS), agent))
    (note,) = house.on(id, lambda tx, it: notes.of(tx, it, agent))
    assert (note.person_id, note.text.reveal(agent)) == (agent.person_id, WORDS)
    event = house.all(TicketEvent)[-1]
    assert (event.what, event.old, event.new, event.why) == ("note", None, None, None)


def test_only_a_search_of_agents_finds_a_note(house: House, requester: Actor, agent: Actor) -> None:
    id = house.ticket(requester)
    house.on(id, lambda tx, it: notes.write(house.desk, tx, it, InternalText(WORDS), agent))
    terms = house.desk.terms("backed up")
    find = house.search.find
    assert house.read(lambda tx: find(tx, "ticket", terms, internal=True)) == [id]
    assert house.read(lambda tx: find(tx, "ticket", terms)) == []


def test_an_empty_note_is_refused(house: House, requester: Actor, agent: Actor) -> None:
    id = house.ticket(requester)
    with pytest.raises(Invalid):
        house.on(id, lambda tx, it: notes.write(house.desk, tx, it, InternalText(" "), agent))


def test_who_is_no_agent_any_more_reads_no_notes(house: House, agent: Actor) -> None:
    def demote(tx: Any) -> Actor:
        from store.tables import Person

        person = tx.get(Person, agent.person_id)
        person.role = "requester"
        return actor_of(person)

    with pytest.raises(Forbidden):
        InternalText(WORDS).reveal(house.write(demote))
