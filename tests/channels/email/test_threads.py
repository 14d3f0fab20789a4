"""Where a mail belongs: by what it proves, and never by what it only says."""

from hypothesis import given
from hypothesis import strategies as st

from channels.email import threads
from channels.email.mail import Address, Mail
from channels.email.threads import Desk, Placed

DESK = Desk(mailbox="mail", address="help@desk.example", key=b"0" * 32)
ANA, EVE = Address("ana@example.org"), Address("eve@elsewhere.example")
FIRST = Mail(message_id="1@example.org", from_=ANA, to=(Address("help@desk.example"),))


def place(mail: Mail, *recipients: str, desk: Desk = DESK) -> Placed:
    return threads.place(mail, recipients, desk)


def thread() -> str:
    return place(FIRST).thread


def test_a_first_mail_begins_a_thread_that_its_writers_next_one_joins() -> None:
    again = Mail(message_id="2@example.org", in_reply_to="1@example.org", from_=ANA)
    assert (place(FIRST).rule, place(FIRST).proven) == ("new", False)
    assert place(again) == Placed(thread=thread(), proven=False, rule="answers-a-mail")


def test_somebody_else_who_names_that_mail_gets_nowhere() -> None:
    forged = Mail(message_id="3@elsewhere.example", references=("1@example.org",), from_=EVE)
    assert place(forged).thread != thread()


def test_the_reply_address_leads_back_from_wherever_it_stands() -> None:
    address = threads.reply_address(DESK, thread())
    assert address.startswith("help+")
    assert len(address.partition("@")[0]) <= 64  # RFC 5321 § 4.5.3.1.1
    by_header = Mail(message_id="4@x", from_=ANA, cc=(Address(address.upper()),))
    by_field = Mail(message_id="5@x", from_=ANA, headers=(("delivered-to", f"<{address}>"),))
    right = Placed(thread=thread(), proven=True, rule="reply-address")
    assert place(Mail(message_id="6@x", from_=ANA), address) == right
    assert place(by_header) == right
    assert place(by_field) == right


def test_the_reply_address_goes_before_what_the_mail_answers() -> None:
    other = threads.message_id(DESK, "a7", "k")
    mail = Mail(message_id="7@x", from_=ANA, in_reply_to=other)
    assert place(mail, threads.reply_address(DESK, thread())).thread == thread()


def test_the_id_of_a_mail_of_ours_leads_back_too() -> None:
    id = threads.message_id(DESK, thread(), "17.reply")
    for mail in (
        Mail(message_id="8@x", from_=ANA, in_reply_to=id),
        Mail(message_id="8@x", from_=ANA, in_reply_to="?", references=("1@example.org", id, "y")),
        Mail(message_id="8@x", from_=EVE, references=(id.upper(),)),
    ):
        assert place(mail) == Placed(thread=thread(), proven=True, rule="references")


@given(st.data())
def test_an_altered_token_opens_nothing(data: st.DataObject) -> None:
    token = threads.token(DESK, thread())
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567-+.").filter(lambda x: x != token[at])
    )
    altered = token[:at] + letter + token[at + 1 :]
    mail = Mail(message_id="9@x", from_=EVE, in_reply_to=f"{altered}.x@desk.example")
    assert not place(mail, f"help+{altered}@desk.example").proven


def test_the_token_of_another_desk_or_mailbox_opens_nothing() -> None:
    address = threads.reply_address(DESK, thread())
    mail = Mail(message_id="10@x", from_=ANA)
    for other in (
        Desk(mailbox="mail", address="help@desk.example", key=b"1" * 32),
        Desk(mailbox="sales", address="help@desk.example", key=b"0" * 32),
    ):
        assert not place(mail, address, desk=other).proven


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_there_the_thread_has_a_name(id: str, address: str) -> None:
    placed = place(Mail(message_id=id, from_=Address(address), in_reply_to=id), address)
    assert placed.thread.startswith("u")
    assert threads.ticket_of(placed.thread) is None


def test_vendors_have_a_thread_for_each_ticket_that_is_not_the_agents() -> None:
    thread = threads.vendors_thread(42)
    assert threads.vendors_ticket_of(thread) == 42
    assert threads.ticket_of(thread) is None
    assert threads.vendors_ticket_of(threads.agents_thread(42)) is None
    address = threads.reply_address(DESK, thread)
    mail = Mail(message_id="12@x", from_=Address("support@acme.example"))
    assert place(mail, address) == Placed(thread=thread, proven=True, rule="reply-address")
    assert not place(mail, address.replace("v42", "v43")).proven


def test_agents_have_a_thread_for_each_ticket() -> None:
    thread = threads.agents_thread(42)
    mail = Mail(message_id="11@x", from_=EVE)
    assert threads.ticket_of(place(mail, threads.reply_address(DESK, thread)).thread) == 42


def test_the_same_message_has_the_same_id_whenever_it_is_sent() -> None:
    assert threads.message_id(DESK, "a1", "k") == threads.message_id(DESK, "a1", "k")
    assert threads.message_id(DESK, "a1", "k") != threads.message_id(DESK, "a1", "l")
