"""What a mail of ours says, in text, in HTML and in its header."""

import re
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from channels.channel import Undeliverable
from channels.message import Attachment, Choice
from tests.channels.email.outgoing import ACCOUNT, NOW, first, mail, part, read

CHOICES = (Choice("q1:solved", "Solved it"), Choice("q1:not", "Did not help & more"))
ARTICLE = """Try **this**:

1. Open `ncpa.cpl`
2. Press *Disconnect*

```
netsh int ip reset
```

See the [handbook](https://kb.example.org/vpn?a=1&b=2)."""


def file(name: str, content_type: str = "application/pdf") -> Attachment:
    return Attachment(name=name, content_type=content_type, size=2, sha256="ab")


def header(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def test_text_and_html_say_the_same() -> None:
    letter = read(mail(ARTICLE))
    text, html = part(letter, "plain"), part(letter, "html")
    assert "Try this:" in text
    assert "1. Open ncpa.cpl\n2. Press Disconnect" in text
    assert "\n\n    netsh int ip reset\n" in text
    assert "handbook (https://kb.example.org/vpn?a=1&b=2)" in text
    tree = LexborHTMLParser(html)
    assert [one.text() for one in tree.css("ol li")] == ["Open ncpa.cpl", "Press Disconnect"]
    assert first(tree, "pre").text() == "netsh int ip reset\n"
    assert first(tree, "ol + pre + p a").attributes["href"] == (
        "https://kb.example.org/vpn?a=1&b=2"
    )
    assert "\n-- \nIT service desk\n" in text


def test_choices_are_numbered_and_each_is_a_mail_ready_to_send() -> None:
    letter = read(mail("Did it help?", choices=CHOICES, subject="VPN äöü", references=("q@x",)))
    assert "words:\n1 – Solved it\n2 – Did not help & more\n" in part(letter, "plain")
    links = LexborHTMLParser(part(letter, "html")).css("a")
    assert [link.text() for link in links] == ["1 – Solved it", "2 – Did not help & more"]
    to = urlsplit(links[1].attributes["href"] or "")
    assert (to.scheme, unquote(to.path)) == ("mailto", "help+c1.sig@desk.example")
    assert "+" not in to.path  # some programs take it for a space
    assert parse_qs(to.query) == {
        "subject": ["Re: VPN äöü"],
        "In-Reply-To": ["<m1@desk.example>"],
        "body": ["Did not help & more"],
    }


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "simply reply to this mail"),
        ("ru", "можно просто ответить"),
        ("zh", "您可以直接回复此邮件"),
    ],
)
def test_our_own_words_are_in_the_language_of_the_message(language: str, line: str) -> None:
    letter = read(mail("x", language=language, choices=CHOICES))
    assert line in part(letter, "plain")
    html = part(letter, "html")
    assert line in html
    assert first(LexborHTMLParser(html), "html").attributes["lang"] == language


def test_what_people_write_is_not_markup() -> None:
    html = part(read(mail("<script>x</script> & `</code><b>`", author='Eve"><img src=x>')), "html")
    tree = LexborHTMLParser(html)
    assert tree.css("script, img, b") == []
    assert "<script>x</script> & </code><b>" in unescape(tree.body.text() if tree.body else "")


# -- the thread


def test_an_answer_names_what_it_answers_oldest_first() -> None:
    letter = read(mail(references=("third@x", "<second@x>", "first@x", "third@x")))
    assert letter["In-Reply-To"] == "<third@x>"
    assert str(letter["References"]).split() == ["<first@x>", "<second@x>", "<third@x>"]
    assert letter["Message-ID"] == "<m1@desk.example>"


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    ids = [f"{'x' * 60}{n}@example.org" for n in range(100)]
    raw = mail(references=tuple(ids))
    kept = str(read(raw)["References"]).split()
    assert len(" ".join(kept)) <= 998
    assert kept[0] == f"<{ids[-1]}>"
    assert kept[:0:-1] == [f"<{one}>" for one in ids[: len(kept) - 1]]
    assert len(kept) > 10


def test_ids_that_would_break_a_header_are_left_out() -> None:
    raw = mail(references=("good@x", "bad id@x", "a\r\nBcc: eve@x", "é@x", "", "y" * 2000))
    assert read(raw)["References"] == "<good@x>"
    assert not read(mail(references=("a b",)))["References"]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("VPN", "Re: VPN"),
        ("Re: VPN", "Re: VPN"),
        ("RE[2]: VPN", "RE[2]: VPN"),
        ("Отв: VPN", "Отв: VPN"),
        ("回复：VPN", "回复：VPN"),
        ("Reset: VPN", "Re: Reset: VPN"),
        (None, "Re: IT service desk"),
    ],
)
def test_an_answer_says_so_once(subject: str | None, shown: str) -> None:
    assert read(mail(subject=subject, references=("q@x",)))["Subject"] == shown


def test_what_begins_a_thread_does_not_pretend_to_answer() -> None:
    letter = read(mail(subject="Ticket INC-1"))
    assert letter["Subject"] == "Ticket INC-1"
    assert letter["In-Reply-To"] is None
    assert letter["Auto-Submitted"] == "auto-generated"


# -- who speaks


def test_the_bot_says_that_it_is_one() -> None:
    letter = read(mail(references=("q@x",)))
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["X-Loop"] == "desk-1"
    assert letter["From"] == "IT service desk <help@desk.example>"
    assert letter["Reply-To"] == "IT service desk <help+c1.sig@desk.example>"
    assert parsedate_to_datetime(letter["Date"]) == NOW


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "Bén, Jr. via IT service desk"),
        ("ru", "Bén, Jr., IT service desk"),
        ("zh", "Bén, Jr.（IT service desk）"),
    ],
)
def test_an_agent_writes_under_their_name(language: str, name: str) -> None:
    letter = read(mail(references=("q@x",), author="Bén, Jr.", language=language))
    assert letter["Auto-Submitted"] is None
    assert letter["X-Auto-Response-Suppress"] is None
    assert letter["From"].addresses[0].display_name == name
    assert letter["From"].addresses[0].addr_spec == ACCOUNT.address
    assert letter["X-Loop"] == "desk-1"
    assert "\nBén, Jr.\nIT service desk" in part(letter, "plain")


# -- bytes


@pytest.mark.parametrize("text", ["plain words", "From here on äöü", "中文内容" * 400, "x" * 3000])
def test_every_text_goes_as_seven_bit_lines_of_bearable_length(text: str) -> None:
    raw = mail(text, subject=text[:240])
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|^From ", raw, re.MULTILINE)
    assert text in part(read(raw), "plain")
    assert read(raw)["Subject"] == text[:200].strip() if len(text) < 200 else True


def test_the_coding_is_chosen_by_the_content() -> None:
    def coding(text: str) -> str:
        found = read(mail(text)).get_body(("plain",))
        assert found is not None
        return str(found["Content-Transfer-Encoding"])

    assert coding("hello") == "7bit"
    assert coding("Grüße aus München, alles in Ordnung hier") == "quoted-printable"
    assert coding("你好，世界。" * 20) == "base64"


@pytest.mark.parametrize("subject", ["VPN не работает " * 12, "网络断开" * 45, "word " * 40, "=?x"])
def test_a_subject_in_any_script_comes_out_as_it_went_in(subject: str) -> None:
    raw = mail(subject=subject)
    assert read(raw)["Subject"] == subject.strip()
    assert all(len(line) <= 76 for line in header(raw).split(b"\r\n"))


def test_the_same_message_is_the_same_bytes() -> None:
    assert mail(ARTICLE, attachments=(file("a.pdf"),)) == mail(
        ARTICLE, attachments=(file("a.pdf"),)
    )


@pytest.mark.parametrize(
    "name",
    [
        "scan.pdf",
        "Übersicht für alle.pdf",
        "错误截图" * 20 + ".png",
        'a "quoted"; name*=x.txt',
        "😀.gif",
    ],
)
def test_a_file_keeps_its_name_and_bytes(name: str) -> None:
    content = bytes(range(256)) * 40
    letter = read(mail(attachments=(file(name),), content=lambda sha256: content))
    (found,) = letter.iter_attachments()
    assert found.get_filename() == name.replace('"', "'") if name.isascii() else name
    assert found.get_payload(decode=True) == content
    assert found.get_content_type() == "application/pdf"
    assert letter.get_body(("plain",)) is not None


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "a/b\r\nX: y", "", "text"])
def test_a_type_that_would_be_read_as_structure_goes_as_bytes(kind: str) -> None:
    (found,) = read(mail(attachments=(file("a", kind),))).iter_attachments()
    assert found.get_content_type() == "application/octet-stream"


# -- addresses


def test_a_domain_in_any_script_goes_in_its_ascii_form() -> None:
    assert read(mail(to="ana@bücher.example"))["To"] == "ana@xn--bcher-kva.example"


def test_a_local_part_in_any_script_stays_as_it_is() -> None:
    assert b"\r\nTo: \xd0\xb0\xd0\xbd\xd0\xb0@xn--e1afmkfd.example\r\n" in mail(
        to="ана@пример.example"
    )


@pytest.mark.parametrize(
    "to",
    [
        *("", "ana", "@x.org", "ana@", "a b@x.org", "a@x.org, b@x.org", "<a@x.org>", "a@x.org\r\n"),
        *("a@x.org\r\nBcc: b@x.org", "a\n@x.org", "a\u2028b@x.org", "a@x..org", 'a"b@x.org'),
        *(
            "a@-x.org",
            "a@x.org>",
            "a..b@x.org",
            "a\x00@x.org",
            "a\ud800@x.org",
            "x" * 300 + "@x.org",
        ),
    ],
)
def test_what_is_no_address_is_never_tried(to: str) -> None:
    with pytest.raises(Undeliverable) as refusal:
        mail(to=to)
    assert not to or to.strip() not in str(refusal.value)


@pytest.mark.parametrize("to", ["a+b@x.org", '"a b"@x.org', "o'neil=x@[192.0.2.1]", "a@localhost"])
def test_unusual_addresses_are_addresses(to: str) -> None:
    assert parseaddr(str(read(mail(to=to))["To"]))[1] == to


# -- header injection

LINES = st.text(
    st.one_of(
        st.sampled_from('\r\n\x0b\x0c\x85\u2028 \t:<>"\\@,;=?é中\ud800\x00'), st.characters()
    ),
    max_size=80,
).map(lambda text: text + "\r\nBcc: eve@evil.example\n\nbody")
FIELDS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop", "MIME-Version"),
    *("Content-Type",),
}


@given(LINES, LINES, LINES, LINES, st.lists(LINES, max_size=3))
def test_nothing_gets_out_of_its_field(
    subject: str, author: str, name: str, language: str, references: list[str]
) -> None:
    raw = mail(
        subject,
        subject=subject,
        author=author,
        references=("q@x", *references),
        attachments=(file(name, name),),
        choices=(Choice("v", author),),
    )
    letter = read(raw)
    assert set(letter.keys()) <= FIELDS
    assert len(letter.keys()) == len(set(letter.keys()))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert letter["To"] == "ana@example.org"
    assert [one.addr_spec for one in letter["From"].addresses] == [ACCOUNT.address]
    (found,) = letter.iter_attachments()
    assert set(found.keys()) == {
        "Content-Type",
        "Content-Disposition",
        "Content-Transfer-Encoding",
    }


def test_what_answers_no_mail_is_kept_together_by_an_id_of_its_own() -> None:
    letter = read(mail(thread="root@desk.example", subject="[INC-1] VPN"))
    assert letter["References"] == letter["In-Reply-To"] == "<root@desk.example>"
    assert letter["Subject"] == "[INC-1] VPN"
    assert letter["Auto-Submitted"] == "auto-generated"
    answer = read(mail(thread="root@desk.example", references=("q@x",)))
    assert answer["References"] == "<q@x>"


def test_somebody_elses_words_are_seen_to_be_quoted() -> None:
    letter = read(mail("Pat writes:\n\n> It **burns**.\n>\n> Again.\n\nAnswer this e-mail."))
    said = part(letter, "plain")
    assert said.startswith("Pat writes:\n\n> It burns.\n>\n> Again.\n\nAnswer this e-mail.\n")
