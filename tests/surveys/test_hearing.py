"""What typed words are to a survey: a problem is never taken for a comment, in three languages."""

import pytest

from bot.conversation.turn import Policy
from bot.surveys.hearing import Heard, Kind, judge
from bot.surveys.rules import Aspect
from bot.text import Texts
from nlp import Understander

TEXTS = Texts.load({})
COMMENTS = """
Anton was very friendly, thank you
quick and competent
great job
nobody told me anything
the agent did not read what I wrote
everything fine
Solved in ten minutes, I was impressed
Антон очень вежливый, спасибо
всё отлично, быстро решили
три дня никто не отвечал
пришлось объяснять одно и то же три раза
很快就解决了，谢谢
等了三天才有人回复
客服态度很好
""".strip().splitlines()
PROBLEMS = """
the printer on floor 3 does not print
my laptop was stolen on the train an hour ago
Outlook crashes when I open the calendar
I need access to the finance folder
mouse is dead
the wifi is gone again
can you install Photoshop for me?
у меня не печатает принтер
нужен доступ к папке бухгалтерии
打印机不能打印
我的电脑很慢
""".strip().splitlines()


def heard(understander: Understander, text: str, step: Aspect, *, letter: bool = False) -> Heard:
    [reading] = understander.understand([text], [None])
    return judge(text, reading, step, Policy(), TEXTS, letter=letter)


@pytest.mark.parametrize("text", COMMENTS)
def test_comments(understander: Understander, text: str) -> None:
    found = heard(understander, text, Aspect.WORDS)
    assert found.kind in (Kind.COMMENT, Kind.DOUBT)
    assert found.words == text


@pytest.mark.parametrize("text", PROBLEMS)
@pytest.mark.parametrize("letter", [False, True])
def test_problems(understander: Understander, text: str, letter: bool) -> None:
    assert heard(understander, text, Aspect.WORDS, letter=letter).kind in (Kind.DOUBT, Kind.MATTER)
    assert heard(understander, text, Aspect.SCORE).kind is Kind.MATTER


@pytest.mark.usefixtures("library")  # what articles may help with is no comment
def test_most_comments_need_no_question(understander: Understander) -> None:
    kinds = [heard(understander, text, Aspect.WORDS).kind for text in COMMENTS]
    assert kinds.count(Kind.DOUBT) <= 2


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("4", 4, ""),
        (" 5 ", 5, ""),
        ("4/5", 4, ""),
        ("４", 4, ""),
        ("5 – very well", 5, ""),
        ("5 – отлично", 5, ""),
        ("4. Thank you", 4, "4. Thank you"),
        ("2\nfar too slow\n", 2, "2\nfar too slow\n"),
        ("3，还可以", 3, "3，还可以"),
    ],
)
def test_numbers(understander: Understander, text: str, score: int, words: str) -> None:
    found = heard(understander, text, Aspect.SCORE, letter="\n" in text or "." in text)
    assert (found.kind, found.score, found.words) == (Kind.SCORE, score, words)


@pytest.mark.parametrize(
    "text", ["5 printers are broken", "6", "0", "45", "2nd floor printer", "1.5"]
)
def test_what_only_begins_like_a_number_is_none(understander: Understander, text: str) -> None:
    assert heard(understander, text, Aspect.SCORE).kind is not Kind.SCORE


@pytest.mark.parametrize(
    ("text", "step", "kind"),
    [
        ("skip", Aspect.SOLVING, Kind.NOTHING),
        ("пропустить", Aspect.SOLVING, Kind.NOTHING),
        ("跳过", Aspect.SOLVING, Kind.NOTHING),
        ("no", Aspect.WORDS, Kind.NOTHING),
        ("Don't ask me again", Aspect.SCORE, Kind.NEVER),
        ("Больше не спрашивать", Aspect.SCORE, Kind.NEVER),
        ("it is still broken", Aspect.WORDS, Kind.MATTER),
        ("I want to talk to a human", Aspect.WORDS, Kind.MATTER),
        ("where is my ticket?", Aspect.WORDS, Kind.MATTER),
    ],
)
def test_wishes(understander: Understander, text: str, step: Aspect, kind: Kind) -> None:
    assert heard(understander, text, step).kind is kind
