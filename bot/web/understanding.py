"""How good the understanding has been: what agents corrected, whether they agree, how it changes by week.
And the corrections themselves, each of which can be made to teach nothing."""

from markupsafe import Markup
from starlette.responses import Response

from bot import learning
from bot.desk.access import Permission, require
from bot.training import review
from bot.training.report import picture, report_of
from bot.training.versions import Versions
from bot.web.visit import Visit, to
from bot.web.words import T
from store import people
from store.database import Tx

LATEST = 50  # corrections that are listed


def page(tx: Tx, visit: Visit) -> Response:
    require(visit.actor, Permission.SEE_FIGURES)
    settings = visit.context.settings
    judged, corrections = learning.judged(tx), learning.corrections(tx)
    latest = corrections[::-1][:LATEST]
    agents = people.named(tx, [one.person_id for one in latest])
    report = None
    if judged:
        said = [(one.thought, one.confidence) for one in judged]
        report = report_of([one.category for one in judged], said)
    versions = Versions(settings.database.data_dir / "models")
    weeks = review.weeks(judged, settings.conversation.category_threshold)
    return visit.page(
        "understanding.html",
        report=report,
        # Both pictures escape what they show.
        confusions=Markup(picture(report, T["confusions"])) if report else "",  # noqa: S704
        often=review.often_corrected(judged),
        agreement=review.agreement(corrections),
        weeks=weeks,
        drift=Markup(review.drift(weeks)),  # noqa: S704
        versions=[(one, one.number == versions.current) for one in versions.all()[::-1]],
        corrections=[
            (one, agents[one.person_id].name if one.person_id in agents else "") for one in latest
        ],
    )


def forget(tx: Tx, visit: Visit) -> Response:
    learning.forget(tx, visit.request.path_params["id"], visit.actor)
    return to("/desk/understanding")
