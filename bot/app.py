"""The composition root: builds everything from the settings, starts the loops, ends them in order."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

import nlp
from bot import metrics, perform, shelf
from bot.conversation.turn import Policy
from bot.desk import people
from bot.desk.desk import Desk
from bot.desk.rules import Rule
from bot.inbox import Intake, Reader, fire, work
from bot.library import Library
from bot.loop import rest, supervise
from bot.outbox import Delivery, Patience
from bot.settings import Settings
from bot.text import BadText, Texts
from store import open_store, search
from store.database import Tx
from store.errors import StoreError
from store.ownership import own

log = structlog.get_logger()

DRAIN: Final = 10  # seconds that requests under way get to finish after SIGTERM
PULLED: Final = frozenset({"web", "terminal"})  # their readers fetch the transcript themselves


class Role(StrEnum):
    """What a process does; several processes on one PostgreSQL database may share the work."""

    INTAKE = "intake"  # the web side and every listening channel
    WORKER = "worker"
    OUTBOX = "outbox"
    TIMERS = "timers"


EVERYTHING: Final = frozenset(Role)


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    return tuple(msgspec.convert(rule.model_dump(mode="json"), Rule) for rule in settings.rules)


def desk_of(settings: Settings) -> Desk:
    """Raises BadText when one of the administrator's texts cannot be used."""
    chosen = settings.desk
    return Desk(
        texts=Texts.load({str(name): texts for name, texts in settings.texts.items()}),
        search=search,
        terms=nlp.terms,
        pulled=lambda channel: channel in PULLED,
        rules=rules_of(settings),
        queues=chosen.queues,
        language=chosen.language,
        timezone=ZoneInfo(chosen.timezone),
        hours={str(language): words for language, words in chosen.hours.items()},
        reopen_within=timedelta(days=chosen.reopen_days),
        remind_after=timedelta(days=chosen.remind_days),
        close_after=timedelta(days=chosen.auto_close_days),
    )


def policy_of(settings: Settings) -> Policy:
    chosen = settings.conversation
    return Policy(
        questions=chosen.questions,
        suggestions=chosen.suggestions,
        suggest_threshold=chosen.suggest_threshold,
        category_threshold=chosen.category_threshold,
        show_in_full_below=chosen.show_in_full_below,
        reopen_within=timedelta(days=settings.desk.reopen_days),
        patience=timedelta(minutes=chosen.patience_minutes),
    )
