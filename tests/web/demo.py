"""A desk in the middle of a day: agents, requesters in three languages, tickets in every state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import text
from bot.desk import notes, people, tickets, transcript
from bot.desk.access import BOT, Actor, Role, actor_of, requester
from bot.desk.desk import Desk
from bot.desk.notes import InternalText
from bot.desk.priority import Priority
from bot.desk.status import Status
from channels.message import Choice, InboundMessage, PublicText, Sender
from nlp.terms import terms
from nlp.understanding import Category, Fact, Level, TicketType
from store import search
from store.database import Store, Tx
from store.tables import Article, ArticleUse, Conversation, Inbox, Person, Ticket

QUEUES = ("service-desk", "network", "security", "applications")


class Texts(text.Texts):
    """The catalogue, as far as these tests need it."""

    def __init__(self) -> None:
        super().__init__({})

    def say(self, key: str, language: str, **values: str | int) -> str:
        return " ".join([key, *map(str, values.values())])

    def label(self, key: str, language: str, **values: str | int) -> str:
        return self.say(key, language, **values)

    def has(self, key: str) -> bool:
        return False

    def lasting(self, moment: datetime, language: str, timezone: str) -> str:
        return f"{moment:%H:%M}"

    def duration(self, length: timedelta, language: str) -> str:
        return str(length)

    def when(self, moment: datetime, language: str, timezone: str, now: datetime) -> str:
        return f"{moment:%H:%M}"


class Clock:
    """A time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


def desk() -> Desk:
    return Desk(texts=Texts(), search=search, terms=terms, pulled=lambda _: True, queues=QUEUES)


@dataclass
class Office:
    """Makes people and tickets as they come to be."""

    store: Store
    clock: Clock
    desk: Desk
    password_hash: str
    _number: int = 0

    def agent(self, name: str, login: str, role: Role = Role.AGENT) -> int:
        def make(tx: Tx) -> int:
            person = tx.insert(
                Person(
                    name=name,
                    login=login,
                    role=role,
                    password=self.password_hash,
                    created_at=tx.now,
                )
            )
            return person.id

        return self.store.write(make)

    def as_(self, person_id: int, work: Callable[[Tx, Actor], None]) -> None:
        self.store.write(lambda tx: work(tx, actor_of(people.get(tx, person_id))))

    def ticket(
        self,
        name: str,
        *words: str,
        category: Category = Category.OTHER,
        type: TicketType = TicketType.INCIDENT,
        impact: Level = Level.LOW,
        urgency: Level = Level.MEDIUM,
        facts: tuple[tuple[str, str], ...] = (),
        language: str = "en",
        says: tuple[str, ...] = (),
        choices: tuple[str, ...] = (),
    ) -> int:
        """The requester writes, the bot answers what it `says`, and then opens a ticket."""

        def make(tx: Tx) -> int:
            self._number += 1
            sender = Sender(address=f"session-{self._number}", name=name)
            person = people.of_sender(tx, "web", sender)
            conversation = tx.insert(
                Conversation(
                    channel="web",
                    key=sender.address,
                    address=sender.address,
                    created_at=tx.now,
                    person_id=person.id,
                    language=language,
                )
            )
            for number, said in enumerate(words):
                row = self._heard(tx, conversation, sender, said)
                if number == 0:
                    conversation.since_id = row.id
                    for reply in says:
                        self._number += 1
                        transcript.speak(
                            self.desk,
                            tx,
                            conversation,
                            PublicText(reply),
                            key=f"bot-{self._number}",
                            actor=BOT,
                            choices=[Choice(f"{self._number}:{one}", one) for one in choices],
                            inbox_id=row.id,
                        )
            tx.flush()
            proposal = tickets.Proposal(
                words=words,
                facts=tuple(Fact(kind, value, 0, 0) for kind, value in facts),
                category=category,
                confidence=0.87,
                type=type,
                impact=impact,
                urgency=urgency,
                language=language,
            )
            opened = tickets.open_ticket(self.desk, tx, conversation, proposal, person, BOT)
            return opened.id

        return self.store.write(make)

    def writes(self, ticket_id: int, text: str) -> None:
        """The requester of a ticket goes on."""

        def make(tx: Tx) -> None:
            ticket = tickets.get(tx, ticket_id)
            conversation = tx.lock(ticket.conversation_id)
            sender = Sender(address=conversation.address)
            row = self._heard(tx, conversation, sender, text, ticket_id)
            person = people.get(tx, ticket.requester_id)
            tickets.add_message(self.desk, tx, ticket, text, requester(person), inbox_id=row.id)

        self.store.write(make)

    def answers(self, agent_id: int, ticket_id: int, text: str) -> None:
        self._number += 1
        key = f"demo-{self._number}"
        self.as_(
            agent_id,
            lambda tx, actor: tickets.reply(
                self.desk, tx, tickets.get(tx, ticket_id), PublicText(text), actor, key=key
            ),
        )

    def notes(self, agent_id: int, ticket_id: int, text: str) -> None:
        self.as_(
            agent_id,
            lambda tx, actor: notes.write(
                self.desk, tx, tickets.get(tx, ticket_id), InternalText(text), actor
            ),
        )

    def sets(self, agent_id: int, ticket_id: int, *what: Status | Priority | str) -> None:
        def change(tx: Tx, actor: Actor) -> None:
            ticket: Ticket = tickets.get(tx, ticket_id)
            for one in what:
                if isinstance(one, Status):
                    tickets.set_status(self.desk, tx, ticket, one, actor)
                elif isinstance(one, Priority):
                    tickets.set_priority(self.desk, tx, ticket, one, actor)
                else:
                    tickets.add_tag(tx, ticket, one, actor)

        self.as_(agent_id, change)

    def _heard(
        self,
        tx: Tx,
        conversation: Conversation,
        sender: Sender,
        text: str,
        ticket_id: int | None = None,
    ) -> Inbox:
        self._number += 1
        message = InboundMessage(
            channel="web",
            message_id=f"m{self._number}",
            conversation=conversation.key,
            sender=sender,
            text=text,
            sent_at=tx.now,
        )
        row = tx.insert(
            Inbox(
                id=self._number,
                conversation_id=conversation.id,
                channel="web",
                platform_id=message.message_id,
                kind="message",
                received_at=tx.now,
                body="{}",
            )
        )
        transcript.heard(tx, conversation, row, message, ticket_id)
        tx.flush()
        return row


def fill(office: Office) -> dict[str, int]:
    """A busy Monday; returns ids by name."""
    clock = office.clock
    root = office.agent("Irina Volkova", "irina", Role.ADMINISTRATOR)
    ana = office.agent("Ana Costa", "ana")
    tom = office.agent("Tom Becker", "tom")
    lead = office.agent("Mei Lin", "mei", Role.MANAGER)
    day = clock.now
    for number in range(22):
        clock.now = day - timedelta(days=13 - number % 13, hours=number % 7)
        old = office.ticket(
            "Peter Novak",
            f"Printer on floor {number % 5 + 1} prints only blank pages since the weekend",
            category=Category.HARDWARE,
        )
        clock.pass_(minutes=20 + 13 * number)
        office.answers(tom, old, "A technician has replaced the drum. Please try again.")
        clock.pass_(hours=number % 5 + 1)
        office.sets(tom, old, Status.RESOLVED)
    clock.now = day - timedelta(days=1, hours=3)
    mail = office.ticket(
        "Алексей Смирнов",
        "Не приходит почта в Outlook с самого утра, у коллег в отделе то же самое. Ошибка 0x800CCC0E",
        category=Category.SOFTWARE,
        impact=Level.HIGH,
        urgency=Level.MEDIUM,
        facts=(("application", "Outlook"), ("error-code", "0x800CCC0E"), ("affected", "отдел")),
        language="ru",
    )
    office.answers(ana, mail, "Здравствуйте! Мы видим сбой почтового узла и уже работаем над ним.")
    office.sets(ana, mail, Status.PENDING_THIRD_PARTY)
    clock.now = day - timedelta(hours=5)
    access = office.ticket(
        "Sofia Marino",
        "I need access to the finance share \\\\fs02\\finance for the quarter close",
        category=Category.SERVICE_REQUEST,
        type=TicketType.REQUEST,
        facts=(("path", "\\\\fs02\\finance"),),
    )
    office.answers(tom, access, "Happy to help. Who is your line manager, so that I can ask?")
    office.sets(tom, access, Status.PENDING_USER)
    clock.now = day - timedelta(hours=3, minutes=10)
    disk = office.ticket(
        "王芳",
        "共享盘里上周的报表文件夹不见了,能恢复吗?今天下午开会要用。",
        category=Category.DATA_RECOVERY,
        impact=Level.MEDIUM,
        urgency=Level.HIGH,
        facts=(("since", "上周"),),
        language="zh",
    )
    clock.now = day - timedelta(hours=2, minutes=40)
    vpn = office.ticket(
        "Marta Jensen",
        "my VPN drops every ten minutes, error 809",
        "Since Friday. Tom next door has it too. I restarted the router, it did not help.",
        category=Category.NETWORK,
        impact=Level.MEDIUM,
        urgency=Level.MEDIUM,
        facts=(
            ("what", "VPN drops every ten minutes"),
            ("error-code", "809"),
            ("since", "Friday"),
            ("affected", "me and a colleague"),
            ("tried", "restarted the router"),
        ),
        says=(
            "**VPN keeps disconnecting**\n\n1. Switch off *IPv6* on the adapter.\n"
            "2. Allow UDP ports `500` and `4500` on your router.\n3. Connect again.\n\nDid that help?",
        ),
        choices=("Solved it", "Did not help", "Talk to a person"),
    )
    clock.pass_(minutes=25)
    office.notes(
        ana,
        vpn,
        "The new firewall rule of Friday may cut IKE after 600 s. Ask network before closing.",
    )
    clock.pass_(minutes=5)
    office.answers(
        ana,
        vpn,
        "Hello Marta, thank you for the details. Error **809** means that the tunnel is blocked on its"
        " way. I have asked our network colleagues to look at a rule changed on Friday.",
    )
    office.sets(ana, vpn, "vpn", Priority.HIGH)
    clock.now = day - timedelta(minutes=48)
    phish = office.ticket(
        "Jonas Weber",
        "I clicked a link in a mail from the CEO and entered my password, now strange mails leave my"
        " account!",
        category=Category.SECURITY,
        impact=Level.HIGH,
        urgency=Level.HIGH,
        facts=(("what", "password entered on a phishing page"),),
    )
    office.sets(tom, phish, "wants-a-person")
    clock.now = day - timedelta(minutes=22)
    office.writes(vpn, "It just dropped again, at 8:38. Can I send you a log?")
    slow = office.ticket(
        "Lukas Brandt",
        "SAP takes two minutes to open any order since this morning, whole warehouse is waiting",
        category=Category.PERFORMANCE,
        impact=Level.HIGH,
        urgency=Level.MEDIUM,
        facts=(("application", "SAP"), ("since", "this morning"), ("affected", "warehouse")),
    )
    clock.now = day - timedelta(minutes=6)
    script = office.ticket(
        "<script>alert(1)</script>",
        "The page shows <script>alert('x')</script><img src=x onerror=alert(1)> instead of my cart"
        " \u202egnol oot",
        category=Category.SOFTWARE,
    )
    laptop = office.ticket(
        "Noor Haddad",
        "Please order a second monitor for my home office",
        category=Category.SERVICE_REQUEST,
        type=TicketType.REQUEST,
        urgency=Level.LOW,
    )
    clock.now = day

    def knowledge(tx: Tx) -> None:
        for id, title, category in (
            ("vpn-disconnects", "VPN keeps disconnecting", "network"),
            ("outlook-offline", "Outlook works offline", "software"),
            ("printer-blank", "The printer prints blank pages", "hardware"),
        ):
            tx.append(
                Article,
                id=id,
                language="en",
                title=title,
                body="…",
                category=category,
                keywords="[]",
                audience="everyone",
                kind="article",
                reviewed=day.date(),
                sha256="",
            )
            for what, times in (("shown", 9), ("helped", 5), ("not-helped", 2)):
                for _ in range(times):
                    tx.append(
                        ArticleUse,
                        article=id,
                        language="en",
                        what=what,
                        at=tx.now,
                        conversation_id=1,
                    )

    office.store.write(knowledge)
    return {
        "root": root, "ana": ana, "tom": tom, "lead": lead,
        "mail": mail, "access": access, "disk": disk, "vpn": vpn, "phish": phish,
        "slow": slow, "script": script, "laptop": laptop,
    }  # fmt: skip
