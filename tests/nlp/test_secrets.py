"""Secrets that people type, told from words about secrets; what the mask leaves to read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.secrets import DOTS, Secret, masked, secrets_in
from tests.seconds import seconds


def read(marked: str, kinds: str) -> tuple[str, frozenset[Secret]]:
    """A text from the file: ⟦…⟧ are its secrets; ¬ keeps scanners of repositories calm."""
    text = ""
    starts: list[int] = []
    secrets: list[Secret] = []
    for letter in marked.replace("¬", "").replace("\\n", "\n"):
        if letter == "⟦":
            starts.append(len(text))
        elif letter == "⟧":
            secrets.append(Secret(kinds.split()[len(secrets)], starts[-1], len(text)))
        else:
            text += letter
    return text, frozenset(secrets)


ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "secrets.tsv").read_text(encoding="utf-8").splitlines()
]
LABELLED = [read(marked, kinds) for _, kinds, marked in ROWS]


def test_secrets_are_found_and_little_else() -> None:
    found = [(frozenset(secrets_in(text)), secrets) for text, secrets in LABELLED]
    right = sum(len(got & wanted) for got, wanted in found)
    assert right / sum(len(got) for got, _ in found) >= 0.97
    assert right / sum(len(wanted) for _, wanted in found) >= 0.95


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_half_of_the_labelled_texts_only_seem_to_tell_a_secret(language: str) -> None:
    kinds = [kinds for lang, kinds, _ in ROWS if lang == language]
    assert 0.4 <= kinds.count("-") / len(kinds) <= 0.6


def test_nothing_of_a_found_secret_stays() -> None:
    for text, secrets in LABELLED:
        hidden = masked(text)
        for secret in set(secrets) & set(secrets_in(text)):
            said = text[secret.start : secret.end]
            if secret.kind == "card":
                hidden = hidden.replace(said[-4:], "")
            besides = text[: secret.start] + text[secret.end :]  # "admin / admin123"
            pieces = {said[i : i + 4] for i in range(len(said) - 3)}
            pieces = {piece for piece in pieces if piece not in besides}
            assert not [piece for piece in pieces if piece in hidden], hidden


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my password is Qwerty123, help", f"my password is {DOTS}, help"),
        ("pay with 4111 1111 1111 1111 now", "pay with •••• •••• •••• 1111 now"),
        ("postgres://app:p4ssw0rd@db01/prod", f"postgres://app:{DOTS}@db01/prod"),
        ("密码：Ａｂｃ１２３４５", f"密码：{DOTS}"),
        ("пароль Zima2024, да, именно Zima2024!", f"пароль {DOTS}, да, именно {DOTS}!"),
        ("from Alpha111 to: password Alpha111", f"from {DOTS} to: password {DOTS}"),
        ("i forgot which: password1 or pwd: xA12b", f"i forgot which: {DOTS} or pwd: {DOTS}"),
        ("Qwerty123 - мой пароль", f"{DOTS} - мой пароль"),
        ("Abc@2024是我的密码", f"{DOTS}是我的密码"),
    ],
)
def test_the_mask_leaves_the_sentence_readable(text: str, left: str) -> None:
    assert masked(text) == left


def test_a_key_file_keeps_its_frame_only() -> None:
    frame = "-----BEGIN {0}-----\n{1}\n-----END {0}-----"
    name = "OPENSSH PRI" + "VATE KEY"
    assert masked(frame.format(name, "b3BlbnNzaC1rZXktdjEA\nAAAAtzc2gtZW")) == frame.format(
        name, DOTS
    )
    assert (
        masked(f"-----BEGIN {name}-----\nb3BlbnNzaC1rZXktdjEAAA")
        == f"-----BEGIN {name}-----\n{DOTS}"
    )


BITS = st.sampled_from(
    "password pwd: is пароль на 密码 是 : = / \" ' • •••••• 4111 1111111111111111 123456 code pin login ivanov Qwerty123"
    " Zima2024! ://a: @ to or token api_key= eyJhbGciOiJI.eyJzdWIiOi \n , . my 验证码 a1 －１".split(
        " "
    )
)


@given(st.one_of(st.text(), st.lists(BITS).map(" ".join), st.lists(BITS).map("".join)))
def test_a_masked_text_has_no_more_to_hide(text: str) -> None:
    hidden = masked(text)
    assert secrets_in(hidden) == ()
    assert masked(hidden) == hidden


@given(st.one_of(st.text(), st.lists(BITS).map(" ".join)))
def test_what_is_found_is_in_the_text_and_in_order(text: str) -> None:
    place = 0
    for secret in secrets_in(text):
        assert place <= secret.start < secret.end <= len(text)
        place = secret.end


SENTENCES = (
    "my password is {} and it fails",
    "Login: anna\nPassword: {}",
    "мой пароль {} не подходит",
    "пароль от почты: {}",
    "密码是{}，登录不了",
    "changed the password to {} today",
)


@given(
    st.sampled_from(SENTENCES),
    st.from_regex(r"[B-Z][b-z]{3,8}[0-9]{2,4}[!#$%]?[b-z]{0,3}", fullmatch=True),
)
def test_a_password_with_digits_never_stays(sentence: str, word: str) -> None:
    hidden = masked(sentence.format(word))
    assert DOTS in hidden
    assert not any(word[i : i + 4] in hidden for i in range(len(word) - 3))


WORST = (
    "pwd ", "password is ", "password for a a a a ", "password: Qwerty12 ", "пароль на ", "密码是abc123，",
    "AKIA", "eyJ", "eyJaaaaaaaaa.", "xoxb-", "-----BEGIN PRI" + "VATE KEY-----", "4111111111111111 ", "1 ", "1", "4111 ",
    "4111 1111 1111 1112 ", "://a:", "://a:b@c ", "код из смс ", "verification code is is ", "pin is my ", "验证码是",
    "паспорт ", "身份证", "login a/", "логин/пароль ", "user a / Qwerty123 ", "a/", "passphrase: a ", "is my password ",
    "token", "secret", "api_key=", "password 'a' ", '"', "•", "\n", "password Qwe12345 to Qwe12346 or ", "１",
    "482913 is your a a a a ", "bearer ", "/user:a ", "-u a:", "mysql -a ", "AAAAA-", "123456-", "u:a p:", "p@ssword1 ",
)  # fmt: skip


@pytest.mark.parametrize("piece", WORST, ids=repr)
def test_the_worst_text_is_read_in_linear_time(piece: str) -> None:
    """A megabyte takes 0.1 to 0.4 s on a busy machine; what is not linear would take minutes."""

    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    assert min(seconds(lambda: secrets_in(text)) for _ in range(2)) < 1.0


def test_a_message_is_read_in_a_fraction_of_a_millisecond() -> None:
    texts = [f"{text} " * (200 // (len(text) + 1) + 1) for text, _ in LABELLED]
    took = min(seconds(lambda: [secrets_in(text[:200]) for text in texts]) for _ in range(3))
    assert took / len(texts) < 0.0006  # three times what it takes
