"""Secrets that people type stay in the sealed original, and nowhere else."""

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.library import Library
from nlp import Understander
from store import open_store
from store.base import Base
from tests.stories.runner import Stage, Story, stories_of

SEALED = {"inbox", "mail"}
SECRETS = ("Sommer2026!x", "4111 1111 1111 1111", "AKIAIOSFODNN7EXAMPLE", "qwErty-88")
STORY = """
# A chat
channel: web
User: my outlook does not open, my password is Sommer2026!x if you need it
Bot: hidden
User edits: my outlook does not open, password: qwErty-88
User presses: Did not help
User: мой пароль Sommer2026!x, всё равно не пускает
User: here is the key AKIAIOSFODNN7EXAMPLE
Agent takes
Agent: I look at it
User: and my card 4111 1111 1111 1111

# A letter
channel: mail
Subject: password: qwErty-88
User: Hello, the vpn does not connect with password: Sommer2026!x. Please help.
User: pass: qwErty-88 does not work either
Agent: hello

# In a room
room
User: printer jams, my password is Sommer2026!x, the old password is qwErty-88
User presses: Did not help
User presses: Skip
User presses: Skip
Card: •
Agent takes
"""


@pytest.mark.parametrize("story", stories_of(STORY), ids=lambda story: str(story.title))
def test_they_are_in_no_table_and_no_log_but_the_sealed_ones(
    story: Story, tmp_path: Path, understander: Understander, library: Library,
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    store = open_store(f"sqlite:///{tmp_path}/s.db")
    Stage(store, understander, library).play(story)
    store.close()
    engine = sa.create_engine(f"sqlite:///{tmp_path}/s.db")
    with engine.connect() as connection:
        told = {
            table.name: str([tuple(row) for row in connection.execute(sa.select(table))])
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    assert any(secret in told["inbox"] for secret in SECRETS)
    printed = caplog.text + "".join(capsys.readouterr())
    for name, rows in told.items():
        for secret in SECRETS:
            assert name in SEALED or secret not in rows, name
            assert secret not in printed
