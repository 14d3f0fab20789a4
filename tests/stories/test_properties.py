"""Whatever is written in whatever order: a person and an end are always near, nothing is asked for ever."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import state as states
from bot.library import Library
from nlp import Understander
from store import open_store
from store.tables import Conversation, Inbox, Ticket
from tests.stories.runner import Stage

WORDS = (
    "my VPN drops every ten minutes, error 809",
    "принтер не печатает",
    "电脑开不了机",
    "Outlook crashes and also the printer on floor 2 jams",
    "thanks",
    "thanks, still broken",
    "did not help",
    "it works now",
    "yes",
    "не знаю",
    "???",
    "status",
    "cancel",
    "I need a second monitor",
    "INC-1",
    "по-русски",
    "THIS IS RIDICULOUS!!!",
    "hi",
    "1",
)
ACTS = st.one_of(
    st.sampled_from(WORDS).map(lambda text: ("say", text)),
    st.integers(0, 5).map(lambda n: ("press", n)),
    st.integers(0, 5).map(lambda n: ("press old", n)),
    st.sampled_from(
        ["Agent takes", "Agent resolves", "User again", "Wait: 1 hour", "Wait: 6 days"]
    ).map(lambda line: ("line", line)),
    st.text(max_size=60).map(lambda text: ("say", text)),
)


def act(stage: Stage, kind: str, what: str | int) -> None:
    if kind == "say":
        if str(what).strip():
            stage.user(str(what))
    elif kind == "line":
        if stage.last is not None and ("Agent" not in str(what) or count(stage, Ticket)):
            try:
                stage._line(str(what))
            except Exception as refusal:  # the desk may refuse what makes no sense
                if type(refusal).__module__ != "bot.errors":
                    raise
    else:
        groups = stage.pressed[-1:] if kind == "press" else stage.pressed[:-1]
        offered = [choice for group in groups for choice in group]
        if offered:
            stage.user("", chosen=offered[int(what) % len(offered)].value)


def count(stage: Stage, table: type[Ticket] | type[Inbox]) -> int:
    return len(stage.store.read(lambda tx: tx.session.query(table).all()))


def state(stage: Stage) -> states.State:
    found = stage.store.read(lambda tx: tx.session.query(Conversation).first())
    return states.load(found.state if found is not None else None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, max_size=8), data=st.data())
def test_from_everywhere_a_person_and_an_end_are_near(
    acts: list[tuple[str, str | int]],
    data: st.DataObject,
    folder: Path,
    understander: Understander,
    library: Library,
) -> None:
    store = open_store("sqlite:///" + str(folder / f"{len(list(folder.iterdir()))}.db"))
    try:
        stage = Stage(store, understander, library)
        for kind, what in acts:
            act(stage, kind, what)
            parked = store.read(
                lambda tx: tx.session.query(Inbox).filter(Inbox.problem.is_not(None)).count()
            )
            assert parked == 0
            for line in stage.said:
                values = [choice.value for choice in line.extra.choices]
                assert line.text.body.strip()
                assert len(values) == len(set(values))
        if data.draw(st.booleans(), label="wants a person"):
            stage.user("I want to talk to a human")
            stage.user("my laptop is broken")
            assert count(stage, Ticket) >= 1
        else:
            for _ in range(3):
                stage.user("cancel")
        assert isinstance(state(stage), states.Idle) or stage.buttons
        for _ in range(6):
            if isinstance(state(stage), states.Idle):
                break
            stage.user("stop")
        assert isinstance(state(stage), states.Idle)
    finally:
        store.close()
