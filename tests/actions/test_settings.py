"""`[actions]` and `[action.NAME]`: what is wrong is said with its line."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app
from bot.actions import links
from bot.actions.action import Approval, Hook, Link, Starter
from bot.settings import ConfigError, Settings, load

SECRET = {"S": "s3cret"}
HOOK = '[action.do-it]\nurl = "https://a.example/x"\nsecret = "env:S"\n'


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text)
    return load(file, SECRET)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[actions]\ntargets = ["10.0.0.0/33"]', 2, "must be a host, an address or a network"),
        ("[actions]\nremind_after_hours = 30", 1, "must not be more than approve_within_hours"),
        ('[actions]\ntrusted_certificates = "none.pem"', 2, "none.pem cannot be used"),
        ('[actions]\ntrusted_certificates = "config.toml"', 2, "no certificate in PEM form"),
        ('[action.x]\nsecret = "env:S"', 1, "needs either url"),
        ('[action.x]\nurl = "https://a.example"', 1, "needs secret with url"),
        ('[action.x]\nurl = "https://a.example"\nsecret = "plain"', 3, "not written down here"),
        (HOOK + 'link = "https://b.example"', 1, "needs either url"),
        ('[action.ping]\nlink = "https://a.example"', 1, "is the desk's own"),
        (HOOK + 'undo = "do-it"', 4, "nothing of that kind"),
        (HOOK + 'undo = "nothing"', 4, "nothing of that kind"),
        (HOOK + 'who = ["boss"]', 4, "must be one of"),
        (HOOK + 'approval = "all"', 4, "must be one of"),
        (HOOK + "seconds = 0", 4, 'must be a number more than 0 and at most 86400 (is "0")'),
        (HOOK + "seconds = 90000", 4, 'and at most 86400 (is "90000")'),
        (HOOK + 'parameters = [{ name = "A" }]', 4, "text"),
        (HOOK + 'parameters = [{ name = "a", kind = "shell" }]', 4, "must be one of host, port"),
        (HOOK + 'parameters = [{ name = "a", kind = "choice" }]', 4, "choices are what"),
        (HOOK + 'parameters = [{ name = "a" }, { name = "a" }]', 4, "different names"),
        (
            HOOK
            + 'undo = "undo-it"\n[action.undo-it]\nurl = "https://a.example"\nsecret = "env:S"\n'
            'parameters = [{ name = "login" }]',
            4,
            "undo-it needs login, which do-it has not to give",
        ),
        ('[action.x]\nlink = "https://a.example/{who}"', 2, "must be one of ticket, requester"),
        ('[action.x]\nlink = "https://{ticket}.example/"', 2, "must name its host itself"),
        ('[action.x]\nlink = "javascript:alert({ticket})"', 2, "must begin as an address does"),
        ('[action.x]\nlink = "{ticket}"', 2, "must begin as an address does"),
        ('[action.x]\nlink = "https://a.example/ {ticket}"', 2, "without blanks"),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, text)
    first = str(refusal.value).split("\n")[0]
    assert f"config.toml:{line}:" in first, first
    assert words in str(refusal.value)


def test_a_template_brings_the_rest_along(tmp_path: Path) -> None:
    text = HOOK.replace("do-it", "reset-password") + "[actions]\n"
    actions = app.desk_of(loaded(tmp_path, text)).actions
    reset = actions["reset-password"]
    assert isinstance(reset.how, Hook)
    assert (reset.how.secret, reset.proof, reset.approval) == ("s3cret", True, Approval.NONE)
    assert Starter.EMPLOYEE in reset.starters
    assert [(one.name, one.own) for one in reset.parameters] == [("login", True)]
    assert (reset.called("ru"), reset.called("zh")) == ("Сброс пароля", "重置密码")
    changed = text.replace(
        "[actions]", 'proof = false\nwho = ["agent"]\ntitle = { ru = "Новый пароль" }'
    )
    reset = app.desk_of(loaded(tmp_path, changed)).actions["reset-password"]
    assert (reset.proof, reset.starters) == (False, frozenset({Starter.AGENT}))
    assert (reset.called("ru"), reset.called("en")) == ("Новый пароль", "Password reset")


def test_only_what_is_set_up_is_there(tmp_path: Path) -> None:
    names = list(app.desk_of(loaded(tmp_path, "")).actions)
    assert names == ["ping", "dns", "port", "http", "certificate"]


@given(st.dictionaries(st.sampled_from(["login", "ticket"]), st.text(max_size=50)))
def test_what_is_filled_in_stays_where_it_was_put(known: Any) -> None:
    link = Link(template="https://remote.example/join?u={login}&t={ticket}#end")
    url = links.fill(link, known).values["url"]
    assert url.startswith("https://remote.example/join?u=")
    assert url.endswith("#end")
    assert (url.count("&"), url.count("#"), url.count("?"), url.count("/")) == (1, 1, 1, 3)
    assert not set(url) & set(" <>\"'\\\r\n\u202e")
