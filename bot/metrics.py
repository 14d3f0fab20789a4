"""What Prometheus may ask. The loops call these where the thing happens; nothing here is personal."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

accepted = Counter(
    "firstline_accepted", "Messages kept, by channel.", ["channel"], registry=REGISTRY
)
handled = Counter(
    "firstline_handled", "Messages and timers that took effect.", ["kind"], registry=REGISTRY
)
parked = Counter("firstline_parked", "Messages that could not be handled.", registry=REGISTRY)
silenced = Counter(
    "firstline_mail_silenced",
    "Addresses the bot stopped answering for a while: perhaps a program is at the other end.",
    registry=REGISTRY,
)
handling = Histogram(
    "firstline_handling_seconds",
    "From acceptance to the commit of the effect.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
    registry=REGISTRY,
)
delivered = Counter(
    "firstline_delivered", "Messages a network took, by channel.", ["channel"], registry=REGISTRY
)
actions = Counter(
    "firstline_actions", "Runs of actions that were done.", ["action", "result"], registry=REGISTRY
)
outbox_oldest = Gauge(
    "firstline_outbox_oldest_seconds",
    "Age of the undelivered message that waits longest; 0 when none does.",
    registry=REGISTRY,
)
outbox_dead = Gauge(
    "firstline_outbox_dead", "Messages given up, awaiting an administrator.", registry=REGISTRY
)
inbox_parked = Gauge(
    "firstline_inbox_parked", "Messages set aside, awaiting an administrator.", registry=REGISTRY
)
tickets_open = Gauge(
    "firstline_tickets_open", "Tickets neither resolved nor closed.", registry=REGISTRY
)
kb_uses = Gauge(
    "firstline_kb_uses", "Articles shown, helped, not helped.", ["what"], registry=REGISTRY
)

_accepted: dict[str, Counter] = {}  # channel -> its counter: looking it up costs more than counting


def count_accepted(channel: str) -> None:
    counter = _accepted.get(channel)
    if counter is None:
        counter = _accepted[channel] = accepted.labels(channel)
    counter.inc()


CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition() -> bytes:
    return generate_latest(REGISTRY)
