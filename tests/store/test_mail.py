"""Mail as it came: kept in order, and left to be read."""

import asyncio
from datetime import timedelta

import pytest

from store import mail
from store.database import Store
from store.intake import Arrival
from store.mail import Letter
from tests.store.conftest import Clock


def letter(words: str, body: bytes | None = b"raw") -> Letter:
    return Letter(mailbox="mail", sha256=words, size=3, body=body, envelope="{}")


async def test_mail_is_kept_in_the_order_it_came_beside_messages(store: Store) -> None:
    message = Arrival(
        channel="web", platform_id="1", conversation="c", address="c", body="{}", kind="message"
    )
    await asyncio.gather(*(store.accept(one) for one in (letter("a"), message, letter("b"))))
    waiting = store.read(lambda tx: [(m.sha256, m.body) for m in mail.unfiled(tx, 10)])
    assert waiting == [("a", b"raw"), ("b", b"raw")]


async def test_what_is_filed_waits_no_more_and_is_still_found(store: Store) -> None:
    await store.accept(letter("a"))
    await store.accept(letter("b", None))
    first = store.read(lambda tx: mail.unfiled(tx, 1))[0]
    store.write(lambda tx: mail.filed(tx, [(first.id, "a repeat")]))
    assert [m.sha256 for m in store.read(lambda tx: mail.unfiled(tx, 10))] == ["b"]
    found = store.read(lambda tx: mail.original(tx, "a"))
    assert found is not None
    assert (found.problem, found.filed_at is not None) == ("a repeat", True)
    assert store.read(lambda tx: mail.original(tx, "c")) is None


def test_replies_to_an_address_are_counted_until_the_window_is_over(
    store: Store, clock: Clock
) -> None:
    def write(to: str) -> int:
        return store.write(lambda tx: mail.count_reply(tx, "mail", to, timedelta(hours=1)))

    assert [write("ana"), write("ana"), write("bo")] == [1, 2, 1]
    clock.advance(hours=1)
    assert [write("ana"), write("ana")] == [1, 2]


@pytest.mark.parametrize("steps", [["7:1"], ["7:1", "7:2", "9:1"]])
def test_a_source_is_read_on_from_where_it_was(store: Store, steps: list[str]) -> None:
    assert store.read(lambda tx: mail.position(tx, "imap")) is None
    for step in steps:
        store.write(lambda tx: mail.set_position(tx, "imap", step))  # noqa: B023
    assert store.read(lambda tx: mail.position(tx, "imap")) == steps[-1]
