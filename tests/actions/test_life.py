"""Whatever happens to runs, in whatever order: nothing is begun that must not be, nothing is lost, and each
conversation is woken once."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pydantic import SecretStr

from bot.actions import heard, running
from bot.actions.action import Outcome
from bot.actions.run import State, steps_of
from bot.desk.access import Role
from bot.errors import DeskError
from channels.message import InboundMessage, Sender
from store import actions as kept
from store import open_store
from store.database import Store, Tx
from store.tables import ActionRun, Inbox, Person
from tests.actions.conftest import House
from tests.store.conftest import Clock

HOOK: dict[str, Any] = {"url": "http://127.0.0.1:9/", "secret": SecretStr("x"), "parameters": []}
ACTIONS = {
    "plain": {**HOOK, "undo": "again"},
    "again": {**HOOK, "repeatable": True},
    "proven": {**HOOK, "proof": True},
    "approved": {**HOOK, "approval": "agent"},
    "both": {**HOOK, "proof": True, "approval": "manager", "undo": "plain"},
}
ANY = st.integers(0, 30)


class Life(RuleBasedStateMachine):
    house: House  # shared: a database takes long to make

    def __init__(self) -> None:
        super().__init__()
        house = self.house
        house.clock.advance(hours=2)  # so that no limit by the hour is met
        self.rita = house.person("Rita", Role.REQUESTER)
        mail = f"rita{self.rita.person_id}@corp.example"
        house.address(self.rita, "email", mail)
        house.address(self.rita, "web", mail)
        self.mail = mail
        self.max = house.person("Max", Role.REQUESTER)
        house.address(self.max, "email", f"max{self.max.person_id}@corp.example")
        house.store.write(self._manage)
        self.agents = [house.person("Anton"), house.person("Boris")]
        self.conversation = house.conversation(self.rita, "web", mail)
        self.ids: list[int] = []
        self.begun: dict[int, int] = {}  # how often each was handed out to be done
        self.ended: dict[int, str | None] = {}
        self.orders: list[running.Order] = []
        self.count = 0

    def _manage(self, tx: Tx) -> None:
        row = tx.get(Person, self.rita.person_id)
        assert row is not None
        row.manager_id = self.max.person_id

    def _pick(self, number: int) -> int | None:
        return self.ids[number % len(self.ids)] if self.ids else None

    @rule(name=st.sampled_from(sorted(ACTIONS)), by=st.sampled_from(["sop", "agent"]))
    def begin(self, name: str, by: str) -> None:
        more: dict[str, Any] = {} if by == "sop" else {"actor": self.agents[0]}
        with suppress(DeskError):
            self.ids.append(self.house.begin(name, {}, conversation_id=self.conversation, **more))

    @rule(number=ANY)
    def take(self, number: int) -> None:
        id = self._pick(number)
        if id is None:
            return
        order = self.house.store.write(lambda tx: running.take(self.house.desk, tx, id))
        if order is not None:
            self.begun[id] = self.begun.get(id, 0) + 1
            self.orders.append(order)

    @rule(number=ANY, result=st.sampled_from(["ok", "failed", "garbage", "timed-out", "nonsense"]))
    def settle(self, number: int, result: str) -> None:
        """Also late answers, and answers to what was settled already."""
        if self.orders:
            order = self.orders[number % len(self.orders)]
            outcome = Outcome(result=result)
            self.house.store.write(
                lambda tx: running.settle(self.house.desk, tx, order.run, order.attempt, outcome)
            )

    @rule(result=st.sampled_from(["ok", "garbage"]))
    def work(self, result: str) -> None:
        """As the loop does: the oldest that is queued, from beginning to end."""
        for id in self.house.store.read(lambda tx: kept.in_state(tx, State.QUEUED, 1000)):
            if id in self.ids:
                self.take(self.ids.index(id))
                self.settle(len(self.orders) - 1, result)
                return

    @rule()
    def restart(self) -> None:
        for id in self.house.store.read(lambda tx: kept.in_state(tx, State.RUNNING, 1000)):
            self.house.store.write(lambda tx, id=id: running.resume(self.house.desk, tx, id))

    @rule(number=ANY, who=st.integers(0, 3), approved=st.booleans())
    def decide(self, number: int, who: int, approved: bool) -> None:
        id, actor = self._pick(number), [self.rita, self.max, *self.agents][who]
        if id is not None:
            with suppress(DeskError):
                self.house.store.write(
                    lambda tx: running.decide(self.house.desk, tx, id, "", actor, approved=approved)
                )

    @rule(right=st.booleans(), who=st.sampled_from(["rita", "eve"]))
    def type_code(self, right: bool, who: str) -> None:
        sent = [
            one for one in self.house.posted() if one.key.endswith(":code") and one.to == self.mail
        ]
        found = re.search(r"\d{8}", sent[-1].text.body) if sent else None
        code = found[0] if found is not None and right else "00000000"
        self.count += 1

        def work(tx: Tx) -> None:
            conversation = tx.lock(self.conversation)
            message = InboundMessage(
                channel="web",
                message_id=f"{self.conversation}.{self.count}",
                conversation=conversation.key,
                sender=Sender(address=self.mail if who == "rita" else "eve"),
                text=code,
                sent_at=tx.now,
            )
            if heard.is_about_proof(tx, conversation, message):
                row = Inbox(id=-self.conversation * 1000 - self.count)
                heard.take_code(self.house.desk, tx, conversation, row, message)

        self.house.store.write(work)

    @rule(number=ANY)
    def undo(self, number: int) -> None:
        id = self._pick(number)
        if id is not None:
            with suppress(DeskError):
                self.ids.append(
                    self.house.store.write(
                        lambda tx: running.undo(self.house.desk, tx, id, self.agents[1])
                    )
                )

    @rule(minutes=st.sampled_from([-600, 1, 20, 300, 1600]))
    def pass_time(self, minutes: int) -> None:
        self.house.clock.advance(minutes=minutes)
        waiting = (State.WAITING_PROOF, State.WAITING_APPROVAL)
        for id in self.house.store.read(lambda tx: kept.due(tx, waiting, 1000)):
            self.house.store.write(lambda tx, id=id: running.look_after(self.house.desk, tx, id))

    @invariant()
    def holds(self) -> None:
        woken = self.house.woken()
        for id in self.ids:
            run = self.house.run(id)
            steps = [one.what for one in steps_of(run)]
            action = self.house.desk.actions[run.name]
            begun = self.begun.get(id, 0)
            # Nothing is begun before what must come first, nor twice when it must not be.
            assert begun <= (running.BEGINNINGS if action.repeatable else 1)
            if begun and action.proof:
                assert "proven" in steps
            if begun and action.approval != "none":
                assert "approved" in steps
                assert run.approved_by not in (None, run.asked_by, run.person_id)
            # What has ended stays as it is, and is told once.
            ended = run.state == State.ENDED
            assert woken.count(f"run:{id}:ended") == ended
            if ended:
                assert self.ended.setdefault(id, run.result) == run.result
                assert run.result in action.results
                assert (run.sealed, run.code, run.deadline, run.remind_at) == (None,) * 4
                assert run.words
            else:
                assert id not in self.ended
            if run.state in (State.WAITING_PROOF, State.WAITING_APPROVAL):
                assert run.deadline is not None


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[House]:
    clock = Clock()
    store: Store = open_store(f"sqlite:///{tmp_path / 'life.db'}", clock=clock)
    yield House(store, clock, action=ACTIONS)
    store.close()


def test_the_life_of_runs(shared: House) -> None:
    machine = type("OfThisTest", (Life,), {"house": shared})
    chosen = settings(
        max_examples=20,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(machine, settings=chosen)  # type: ignore[no-untyped-call]
    # The test is worth something only if it gets somewhere.
    assert {"ok", "refused"} <= {one.result for one in shared.all(ActionRun)}
