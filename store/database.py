"""The store: one transaction function for writing, one for reading, on SQLite and on PostgreSQL.

`Store.write(work)` runs `work(tx)` and commits; everything a message or a click causes happens in one
such call. On SQLite all writing is done by one thread, and messages that wait to be accepted are
committed together (group commit). On PostgreSQL every caller has its own connection and a
conversation is protected by its row lock.
"""

import asyncio
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, make_transient_to_detached

from store import intake, mail, outbox
from store.base import Base, micros
from store.errors import StoreError, Unavailable, refusing
from store.intake import Arrival
from store.mail import Letter
from store.signals import SPOKEN, TICKET, Signals
from store.tables import Conversation, Person

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)
Work = Callable[["Tx"], T]

GROUP = 512  # arrivals committed together at most; beyond it the commit itself is the cost
CROWD, LINGER = range(8, 56), 0.0015  # after so many at once: seconds for others to join
QUEUE = 20_000  # arrivals waiting at most: some seconds' work, about 50 MB
POSTGRES: dict[str, Any] = {  # how to connect; a lost host is noticed within half a minute
    "application_name": "firstline",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_ALONE = 0x66697274  # of advisory locks with two numbers: ours, "firt"
TRIES = 5  # of a transaction that PostgreSQL asks to be repeated (deadlock, serialization)


def utcnow() -> datetime:
    return datetime.now(UTC)


class _Session(Session):
    """Forgets nothing until its transaction ends: what one turn asked for, the next one finds."""


@event.listens_for(_Session, "loaded_as_persistent")
@event.listens_for(_Session, "pending_to_persistent")
@event.listens_for(_Session, "detached_to_persistent")
def _keep(session: Session, instance: object) -> None:
    session.info.setdefault("kept", []).append(instance)


class _Inserts:
    """How rows of one table are inserted."""

    def __init__(self, table: type[Base]) -> None:
        mapper = sa.inspect(table)
        self._columns = [(attribute.key, attribute.columns[0]) for attribute in mapper.column_attrs]
        keys = [column for _, column in self._columns if column.primary_key]
        self.numbered = [one.name for one in keys] == ["id"] and isinstance(
            keys[0].type, sa.BigInteger
        )
        plain = [column.name for _, column in self._columns if not column.primary_key]
        every = [column.name for _, column in self._columns]
        into = f"INSERT INTO {table.__tablename__}"
        self.statement = f"{into} ({', '.join(every)}) VALUES ({', '.join('?' * len(every))})"
        self.returning = (
            f"{into} ({', '.join(plain)}) VALUES ({', '.join('?' * len(plain))}) RETURNING id"
        )

    def values(self, row: Base, *, all: bool = False) -> tuple[Any, ...]:
        """As the driver takes them; the defaults are set on the row."""
        given = row.__dict__
        found = []
        for key, column in self._columns:
            if key not in given:
                setattr(row, key, None if column.default is None else column.default.arg)
            if all or not column.primary_key:
                value = given[key]
                found.append(micros(value) if isinstance(value, datetime) else value)
        return tuple(found)


@cache
def _inserts(table: type[Base]) -> _Inserts:
    return _Inserts(table)


class Tx:
    """One transaction. Rows changed through `session` and rows given to `append` are written, and the
    waiting told, when it commits."""

    def __init__(self, store: "Store", connection: Connection, now: datetime) -> None:
        self.store = store
        self.connection = connection
        self.now = now
        self.session = _Session(bind=connection, autoflush=False, expire_on_commit=False)
        self._appended: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self._outgoing: list[outbox.Outgoing] = []
        self._keys = count()
        self._inserted: list[Base] = []
        self._signals: dict[str, set[int]] = defaultdict(set)
        self._after: list[Callable[[], None]] = []
        self._rows: dict[int, Conversation] = {}  # those held

    @property
    def is_postgres(self) -> bool:
        return self.store.is_postgres

    def append(self, table: type[Base], **values: Any) -> None:
        """Insert a row at the end of the transaction, together with its like. All calls for one table
        in a transaction name the same columns."""
        self._appended[table].append(values)

    def insert(self, row: Row) -> Row:
        """Insert a row now, because its id is needed. Past the session's flush, which would write all that
        was changed so far, and again at the end."""
        inserts = _inserts(type(row))
        values = inserts.values(row)
        if inserts.numbered and row.id is None:  # type: ignore[attr-defined]
            row.id = self.run(inserts.returning, values).scalar_one()  # type: ignore[attr-defined]
        else:
            self.run(inserts.statement, inserts.values(row, all=True))
        make_transient_to_detached(row)
        self.session.add(row)
        self._inserted.append(row)
        return row

    def get(self, table: type[Row], key: Any) -> Row | None:
        return self.session.get(table, key)

    def execute(self, statement: sa.Executable, parameters: Any = None) -> Any:
        """Run a statement that sees all that was done in this transaction so far."""
        self.flush()
        return self.session.execute(statement, parameters)

    def run(self, statement: str, parameters: Any = ()) -> Any:
        """Run SQL written for both databases, with `?` for the parameters; many times for a list."""
        if self.is_postgres:
            statement = statement.replace("?", "%s")
        return self.connection.exec_driver_sql(statement, parameters)

    def lock(self, conversation_id: int) -> Conversation:
        """The conversation, held until the commit. Lock it before its ticket, always in that order.

        Raises KeyError when there is none.
        """
        return self.lock_all([conversation_id])[conversation_id]

    def lock_all(self, conversation_ids: Sequence[int]) -> dict[int, Conversation]:
        """Several at once, by id, taken in one order by everybody. Raises KeyError for none."""
        if not self._rows.keys() >= set(conversation_ids):
            self.flush()
            statement = (
                sa.select(Conversation)
                .where(Conversation.id.in_(conversation_ids))
                .order_by(Conversation.id)
                # What was read before the lock may be out of date.
                .execution_options(populate_existing=True)
            )
            if self.is_postgres:
                statement = statement.with_for_update()
            self._rows.update((row.id, row) for row in self.session.scalars(statement))
            people = [row.person_id for row in self._rows.values() if row.person_id is not None]
            if people:  # each turn asks for its own: here all at once
                self.session.scalars(sa.select(Person).where(Person.id.in_(people))).all()
        return {one: self._rows[one] for one in conversation_ids}

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is done inside is undone when it raises; what was done before stays."""
        self.flush()
        outgoing, after, inserted = list(self._outgoing), list(self._after), len(self._inserted)
        signals = {topic: set(ids) for topic, ids in self._signals.items()}
        with self.session.begin_nested():
            try:
                yield
                self.flush()
            except BaseException:
                self._appended.clear()
                for row in self._inserted[inserted:]:  # the session would take them for rows
                    if row in self.session:
                        self.session.expunge(row)
                del self._inserted[inserted:]
                self._outgoing, self._after = outgoing, after
                self._signals = defaultdict(set, signals)
                raise

    def alone(self, name: str) -> None:
        """Until the commit no other process is past this point with the same name: for what is made
        once for all, such as a row of its own key."""
        if self.is_postgres:
            self.run("SELECT pg_advisory_xact_lock(?, hashtext(?))", (_ALONE, name))

    def post(self, outgoing: outbox.Outgoing) -> None:
        """Queue a message for delivery with this commit."""
        self._outgoing.append(outgoing)

    def fresh(self, name: str) -> str:
        """A key for what is queued now that nothing queued before has: also when a clock stands still or
        was put back. Whoever uses a name holds what it is about."""
        return f"{name}:{micros(self.now)}.{outbox.latest(self)}.{next(self._keys)}"

    def is_posted(self, key: str) -> bool:
        """Whether a message with this key was queued, now or before."""
        return any(one.key == key for one in self._outgoing) or outbox.is_known(self, key)

    def repost(self, outgoing: outbox.Outgoing, instead_of: str) -> None:
        """Queue a message instead of those that still wait and whose key begins so."""
        outbox.drop_waiting(self, instead_of)
        self._outgoing = [one for one in self._outgoing if not one.key.startswith(instead_of)]
        self._outgoing.append(outgoing)

    def signal(self, topic: str, about: int) -> None:
        self._signals[topic].add(about)

    def spoken(self, conversation_id: int) -> None:
        self._signals[SPOKEN].add(conversation_id)

    def changed(self, ticket_id: int) -> None:
        self._signals[TICKET].add(ticket_id)

    def after_commit(self, call: Callable[[], None]) -> None:
        self._after.append(call)

    def flush(self) -> None:
        if self.session.new or self.session.dirty or self.session.deleted:
            self.session.flush()
        if self._appended:
            appended, self._appended = self._appended, defaultdict(list)
            for table, rows in appended.items():
                self.connection.execute(sa.insert(table.__table__), rows)  # type: ignore[arg-type]

    def finish(self) -> None:
        """Write all that is left. The lanes come last, so that they are held for a moment only."""
        self.flush()
        if self.store.before_commit is not None and (changed := self._signals.get(TICKET)):
            self.store.before_commit(self, frozenset(changed))
            self.flush()
        if self._outgoing:
            outbox.enqueue(self, self._outgoing)

    def committed(self) -> None:
        for call in self._after:
            call()
        if self._signals:
            self.store.signals.send(self._signals)


class Store:
    """Opened with `store.open_store`, which also checks the schema."""

    def __init__(
        self, engine: Engine, readers: Engine, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self.engine, self.readers, self.clock = engine, readers, clock
        self.is_postgres = engine.dialect.name == "postgresql"
        self.path = None if self.is_postgres else Path(engine.url.database or "")
        plain = engine.url.set(drivername=engine.dialect.name)
        self.url = plain.render_as_string(hide_password=False)
        self.signals = Signals()
        # Told at the end of a transaction which tickets it changed.
        self.before_commit: Callable[[Tx, frozenset[int]], None] | None = None
        self.conversations, self.lanes = intake.conversations(), outbox.lanes()
        self._jobs: queue.SimpleQueue[_Waiting | _Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # nothing enters the queue after its end
        self._closed = False
        self._writer = threading.Thread(target=self._write_forever, name="store", daemon=True)
        self._writer.start()

    # -- writing

    def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction and commit. From any thread but the store's own, and not from
        an event loop (use `awrite` there).

        Raises StoreError when the database cannot, and whatever `work` raises; then nothing of it
        has happened.
        """
        if self.is_postgres:
            return self._transact(work)
        return self._submit(work).result()

    async def awrite(self, work: Work[T]) -> T:
        if self.is_postgres:
            return await asyncio.to_thread(self._transact, work)
        return await asyncio.wrap_future(self._submit(work))

    def read(self, work: Work[T]) -> T:
        """Run `work` on a consistent view of the database; it cannot write."""
        with refusing(), self.readers.connect() as connection:
            tx = Tx(self, connection, self.clock())
            try:
                return work(tx)
            finally:
                tx.session.close()

    async def aread(self, work: Work[T]) -> T:
        return await asyncio.to_thread(self.read, work)

    def accept(self, arrival: Arrival | Letter) -> "asyncio.Future[None]":
        """Keep what arrived. The future is done once it is committed; a repeat changes nothing.

        The future raises Unavailable when it could not be kept.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        try:
            if self._jobs.qsize() > QUEUE:
                raise Unavailable("More is arriving than can be kept. Try again in a minute.")
            self._enter(_Waiting(arrival, loop, future))
        except Unavailable as refusal:
            future.set_exception(refusal)
        return future

    def close(self) -> None:
        """After everything submitted before is committed."""
        with self._door:
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self.engine.dispose()
        self.readers.dispose()

    # -- how

    def _submit(self, work: Work[T]) -> "Future[T]":
        if threading.current_thread() is self._writer:
            raise RuntimeError("a transaction inside a transaction")
        future: Future[T] = Future()
        self._enter(_Job(work, future))
        return future

    def _enter(self, job: "_Waiting | _Job") -> None:
        with self._door:
            if self._closed:
                raise Unavailable("firstline is shutting down.")
            self._jobs.put(job)

    def _transact(self, work: Work[T]) -> T:
        tries = 1
        while True:
            try:
                with refusing(), self.engine.connect() as connection, connection.begin():
                    tx = Tx(self, connection, self.clock())
                    try:
                        result = work(tx)
                        tx.finish()
                    finally:
                        tx.session.close()
            except Unavailable as error:
                if tries == TRIES or not _asks_to_repeat(error.__cause__):
                    raise
                tries += 1
            else:
                tx.committed()
                return result

    def _write_forever(self) -> None:
        crowd = 0
        while (job := self._jobs.get()) is not None:
            if crowd in CROWD and isinstance(job, _Waiting):
                time.sleep(LINGER)  # as much is arriving, more can share the cost of one commit
            waiting: list[_Waiting] = []
            jobs: list[_Job] = []
            stop = False
            while True:
                if isinstance(job, _Waiting):
                    waiting.append(job)
                else:
                    jobs.append(job)
                if len(waiting) >= GROUP:
                    break
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    stop = True
                    break
                job = following
            crowd = len(waiting)
            if waiting:
                self._accept(waiting)
            for one in jobs:
                one.run(self._transact)
            if stop:
                return

    def _accept(self, waiting: Sequence["_Waiting"]) -> None:
        problem: StoreError | None = None
        try:
            self._transact(lambda tx: _keep_all(tx, [one.arrival for one in waiting]))
        except StoreError as error:
            problem = error
        except Exception as error:
            if len(waiting) > 1:  # one of them is indigestible: it must not take the others along
                for one in waiting:
                    self._accept([one])
                return
            problem = Unavailable(f"The message could not be kept ({type(error).__name__}).")
        by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
        for one in waiting:
            by_loop[one.loop].append(one.future)
        for loop, futures in by_loop.items():
            with suppress(RuntimeError):  # that loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle, futures, problem)


def _keep_all(tx: Tx, arrived: Sequence[Arrival | Letter]) -> None:
    letters = [one for one in arrived if isinstance(one, Letter)]
    if letters:
        mail.keep(tx, letters)
    arrivals = [one for one in arrived if isinstance(one, Arrival)]
    if arrivals:
        intake.accept_many(tx, arrivals)


class _Waiting:
    __slots__ = ("arrival", "future", "loop")

    def __init__(
        self,
        arrival: Arrival | Letter,
        loop: asyncio.AbstractEventLoop,
        future: "asyncio.Future[None]",
    ) -> None:
        self.arrival, self.loop, self.future = arrival, loop, future


class _Job:
    __slots__ = ("future", "work")

    def __init__(self, work: Work[Any], future: "Future[Any]") -> None:
        self.work, self.future = work, future

    def run(self, transact: Callable[[Work[Any]], Any]) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(transact(self.work))
        except BaseException as error:
            self.future.set_exception(error)


def _settle(futures: Sequence["asyncio.Future[None]"], problem: StoreError | None) -> None:
    for future in futures:
        if future.done():  # the sender hung up meanwhile
            continue
        if problem is None:
            future.set_result(None)
        else:
            future.set_exception(problem)


def _asks_to_repeat(error: BaseException | None) -> bool:
    return getattr(getattr(error, "orig", None), "sqlstate", None) in {"40001", "40P01"}


def open_engines(url: str) -> tuple[Engine, Engine]:
    """(for writing, for reading). Times out rather than hangs when the server is away."""
    if url.startswith("sqlite"):
        arguments = {"check_same_thread": False, "isolation_level": None, "timeout": 10}
        writer = sa.create_engine(url, poolclass=sa.pool.StaticPool, connect_args=arguments)
        readers = sa.create_engine(
            url, pool_size=8, max_overflow=24, pool_timeout=30, connect_args=arguments
        )

        @event.listens_for(writer, "connect")
        def _durable(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # NORMAL loses acknowledged rows
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA cache_size=-65536")

        @event.listens_for(readers, "connect")
        def _reading(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA query_only=ON")

        @event.listens_for(writer, "begin")
        def _begin_writing(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        @event.listens_for(readers, "begin")
        def _begin_reading(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        return writer, readers
    engine = sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=8,
        max_overflow=24,
        pool_timeout=30,
        pool_pre_ping=False,
        connect_args=POSTGRES,
    )
    return engine, engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
