"""No text, however made, takes more than linear time: each pattern is fed what it nearly matches.

Processor time counts, so that other work on the machine does not. A megabyte goes in where the desk would put
it: each module cuts what it reads. The patterns of facts are tried without the cut, too.
"""

import re
from collections.abc import Callable
from types import ModuleType

import pytest

from nlp import intents, language, matters, secrets, times, understand
from nlp.facts import PATTERNS, codes, facts_in, moments, outcomes, people, places, tried
from nlp.facts.reading import Pattern, read
from tests.nlp.worst_cases import RUNS, near_misses, patterns_in
from tests.seconds import seconds as taken

LENGTH = 1_000_000
LIMIT = 0.2  # seconds of the processor for a megabyte
TRIES = 3  # a machine may be half as quick for a moment
SHORT = 3_000


def seconds(work: Callable[[str], object], text: str) -> float:
    return taken(lambda: work(text))


def in_time(work: Callable[[str], object], text: str) -> bool:
    return any(seconds(work, text) < LIMIT for _ in range(TRIES))


def run_of(seed: str, length: int) -> str:
    return (seed * (length // len(seed) + 1))[:length]


def scanned(regex: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: sum(1 for _ in regex.finditer(text))


def worst(work: Callable[[str], object], seeds: list[str]) -> str:
    return max(seeds, key=lambda seed: seconds(work, run_of(seed, SHORT)))


@pytest.mark.parametrize("number", range(len(PATTERNS)))
def test_a_pattern_of_facts_is_linear(number: int) -> None:
    pattern: Pattern = PATTERNS[number]
    raw = scanned(pattern.regex)
    seed = worst(raw, [*RUNS, *near_misses(pattern.regex)])
    assert in_time(lambda text: pattern.find(read(text)), run_of(seed, LENGTH))
    # Without the cut: ten times the text, about ten times as long.
    short, long = seconds(raw, run_of(seed, 10_000)), seconds(raw, run_of(seed, 100_000))
    assert long < 40 * max(short, 0.004)


@pytest.mark.parametrize(
    "seed",
    [
        "rebooted, ", "rebooted ", "i left it off, no change. ", "if i reboot ", "новый кабель, ", "перезагрузил, ", "если выключить, ",
        "重启了，", "换了", "我",
    ],
)  # fmt: skip
def test_lists_of_what_was_tried_are_read_in_linear_time(seed: str) -> None:
    [pattern] = tried.PATTERNS
    assert in_time(lambda text: pattern.find(read(text)), run_of(seed, LENGTH))


@pytest.mark.parametrize(
    "module", [codes, moments, outcomes, people, places, tried], ids=lambda m: m.__name__
)
def test_what_judges_a_match_sees_little_and_is_quick(module: ModuleType) -> None:
    for place, regex in patterns_in(module).items():
        if place.startswith("PATTERNS") or place.isupper() or "[" in place:
            continue
        for seed in (*RUNS, *near_misses(regex, 2)):
            assert seconds(scanned(regex), run_of(seed, 300)) < 0.02, place


def masked(text: str) -> object:
    return secrets.masked(text)


def intended(text: str) -> object:
    return intents.intent_of(text), intents.is_angry(text), intents.is_bare(text)


def told_apart(text: str) -> object:
    return language.identify(text)


def resolved(text: str) -> object:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    said, zone = datetime(2024, 5, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    return times.resolve(text, said, zone), times.due(text, said, zone)


def weighed(text: str) -> object:
    return understand._weight(text, facts_in(text), "other")


def parted(text: str) -> object:
    return matters.pieces_of(text[: matters.LONGEST])


@pytest.mark.parametrize(
    ("module", "work"),
    [
        (intents, intended), (language, told_apart), (times, resolved), (understand, weighed), (matters, parted),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_what_reads_a_message_is_linear_in_each_of_its_patterns(
    module: ModuleType, work: Callable[[str], object]
) -> None:
    """Its patterns are tried where it tries them: the seeds of each go through the door of the module."""
    seeds = {
        worst(work, near_misses(regex, 1))
        for regex in patterns_in(module).values()
        if isinstance(regex.pattern, str)
    }
    slowest = sorted(seeds, key=lambda seed: -seconds(work, run_of(seed, SHORT)))[:3]
    for seed in (*RUNS[:4], *slowest):
        assert in_time(work, run_of(seed, LENGTH)), seed


def test_secrets_are_looked_for_in_all_of_a_text_in_linear_time() -> None:
    """Sixty patterns over the whole: what counts is that twice the text takes twice as long."""
    seeds = {
        worst(masked, near_misses(regex, 1))
        for regex in patterns_in(secrets).values()
        if isinstance(regex.pattern, str)
    }
    for seed in sorted(seeds, key=lambda seed: -seconds(masked, run_of(seed, SHORT)))[:3]:
        short, long = (seconds(masked, run_of(seed, length)) for length in (60_000, 600_000))
        assert long < 40 * max(short, 0.004), seed
