"""The page behind the link of a survey. Nobody is signed in here, and it tells nothing about anybody.

Opening it counts nothing, however often and by whatever program: only the button does. The number in the
link is chosen on the form already, so that for a person it is one press.
"""

import secrets
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.desk import people
from bot.errors import NotFound
from bot.surveys import answers, asking
from bot.surveys.links import spending_key, spent_name, survey_of
from bot.surveys.rules import SCORED, SCORES, State
from bot.web import render
from bot.web.context import Context
from bot.web.visit import NO_FILES, Endpoint, answered, read_form, refuse_foreign
from channels.message import InboundMessage, Sender
from store import surveys as kept
from store.database import Tx
from store.intake import Arrival, accept_many
from store.tables import Conversation, Survey, Ticket


def shown(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        def look(tx: Tx) -> Response:
            try:
                survey, ticket = _invited(tx, request)
            except NotFound:
                return _gone(context, request)
            return _page(context, request, tx, survey, ticket)

        return await answered(request, context, lambda: context.store.read(look))

    return endpoint


def answered_(context: Context) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        refuse_foreign(request)
        form = await read_form(request, NO_FILES)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}

        def act(tx: Tx) -> Response:
            try:
                survey, ticket = _invited(tx, request)
            except NotFound:
                return _gone(context, request)
            return _taken(context, request, tx, survey, ticket, fields)

        return await answered(request, context, lambda: context.store.write(act))

    return endpoint


def _invited(tx: Tx, request: Request) -> tuple[Survey, Ticket]:
    id = survey_of(tx, request.path_params["token"])
    survey = None if id is None else tx.get(Survey, id)
    ticket = None if survey is None else tx.get(Ticket, survey.ticket_id)
    if survey is None or ticket is None:
        raise NotFound("This link is none of ours.")
    return survey, ticket


def _taken(
    context: Context,
    request: Request,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    fields: dict[str, str],
) -> Response:
    words = fields.get("words", "").replace("\r\n", "\n")  # as typed; browsers send their own ends
    if fields.get("never"):
        answers.decline(tx, survey, answers.PAGE, for_good=True)
        return _told(context, request, survey, "survey-page-declined")
    if fields.get("write"):
        return _written(context, request, tx, survey, ticket, words, fields.get("key", ""))
    if not asking.is_open(context.desk, survey, tx.now):
        return _page(context, request, tx, survey, ticket, words=words)
    scores = {
        str(one): int(fields[one]) for one in SCORED if fields.get(one) in {str(n) for n in SCORES}
    }
    if not scores and not words.strip():
        return _page(context, request, tx, survey, ticket, problem="survey-page-none")
    said = answers.Said(scores=scores, words=words)
    if not survey.anonymous:
        answers.take_from_page(context.desk, tx, survey, said)
        return _told(context, request, survey, "survey-page-thanks", change=True)
    told = msgspec.json.decode(survey.crowd or "{}", type=dict[str, str])
    key = spending_key(context.settings.database.data_dir)
    if answers.take_anonymously(tx, survey, told, said, key):
        return _told(context, request, survey, "survey-page-thanks")
    return _told(context, request, survey, "survey-page-already")


def _written(
    context: Context,
    request: Request,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    words: str,
    key: str,
) -> Response:
    """What is typed when it is too late is a message like others, in the conversation where they were asked
    what is made of it is told there, so nobody writes behind the back of who was invited."""
    if not words.strip():
        return _page(context, request, tx, survey, ticket, problem="survey-page-none")
    place = survey.conversation_id or ticket.conversation_id
    conversation = tx.get(Conversation, place)
    assert conversation is not None
    message = InboundMessage(
        channel=conversation.channel,
        message_id=f"survey-page:{survey.id}:{key[:32]}",
        conversation=conversation.key,
        sender=Sender(address=conversation.address),
        text=words[: answers.LONGEST],
        sent_at=tx.now,
    )
    arrival = Arrival(
        channel=conversation.channel,
        platform_id=message.message_id,
        conversation=conversation.key,
        address=conversation.address,
        body=msgspec.json.encode(message).decode(),
    )
    accept_many(tx, [arrival])
    return _told(context, request, survey, "survey-page-written")


# -- what is shown


def _page(
    context: Context,
    request: Request,
    tx: Tx,
    survey: Survey,
    ticket: Ticket,
    *,
    problem: str = "",
    words: str = "",
) -> Response:
    desk, language = context.desk, survey.language
    ends = asking.ends_at(desk, survey)
    person = people.current(tx, survey.person_id)
    zone = person.timezone or desk.timezone.key
    when = "" if ends is None else desk.texts.lasting(ends, language, zone)
    if not asking.is_open(desk, survey, tx.now):
        return _rendered(
            context, request, survey, said="survey-page-closed", when=when, writes=True, words=words
        )
    already = survey.answered_at is not None
    if survey.anonymous:
        key = spending_key(context.settings.database.data_dir)
        if kept.is_spent(tx, spent_name(key, survey.id)):
            return _told(context, request, survey, "survey-page-already")
    rule = asking.rule_of(desk, survey)
    asked = request.query_params
    return _rendered(
        context,
        request,
        survey,
        about=ticket.number,
        promise="survey-page-anonymous" if survey.anonymous else "survey-page-named",
        when=when,
        questions=[one for one in rule.steps if one in SCORED],
        chosen=asked.get("score", ""),
        never=bool(asked.get("never")),
        already=already,
        problem=problem,
        words=words,
    )


def _told(
    context: Context, request: Request, survey: Survey, key: str, *, change: bool = False
) -> Response:
    return _rendered(context, request, survey, said=key, change=change)


def _rendered(
    context: Context,
    request: Request,
    survey: Survey,
    *,
    when: str = "",
    about: str = "",
    said: str = "",
    problem: str = "",
    promise: str = "",
    **more: Any,
) -> Response:
    texts, language = context.desk.texts, survey.language

    def say(key: str, **values: str | int) -> str:
        return texts.label(key, language, **values) if key else ""

    values: dict[str, Any] = {
        "questions": [],
        "chosen": "",
        "never": False,
        "already": False,
        "words": "",
        "writes": False,
        "change": False,
    }
    values |= more
    values["questions"] = [
        (one, say("survey-page-score" if one == "score" else f"survey-{one}"))
        for one in values["questions"]
    ]
    return render.page(
        request,
        "survey_link.html",
        settings=context.settings,
        language=language,
        say=say,
        scores=[(one, say(f"survey-{one}")) for one in SCORES],
        about=about,
        said=say(said, when=when),
        problem=say(problem),
        promise=say(promise, when=when, count=context.desk.surveys.crowd),
        key=secrets.token_urlsafe(12),
        path=request.url.path,
        **values,
    )


def _gone(context: Context, request: Request) -> Response:
    wanted = request.headers.get("accept-language", "").lower()[:2]
    language = wanted if wanted in ("en", "ru", "zh") else context.desk.language
    nobody = Survey(language=language, state=str(State.EXPIRED))
    response = _rendered(context, request, nobody, said="survey-page-gone")
    response.status_code = 404
    return response
