"""Which language a text in Cyrillic letters is in, from three words on.

Four things speak: letters that a language has not, letters that only it has, words that are at home in one of
them, and how often letters follow each other (py3langid). Each counts in natural logarithms, as the last does.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# Letters beyond the 27 that all of them share.
_ALPHABETS: Final = {
    "ru": "ёийщъыьэюя",
    "uk": "иіїйєґщьюя",
    "be": "ёійыьэюяў",
    "bg": "ийщъьюя",
    "mk": "иѓѕјљњќџ",
    "sr": "иђјљњћџ",
    "kk": "ёийщъыьэюяіәғқңөұүһ",
    "ky": "ёийщъыьэюяңөү",
    "mn": "ёийщъыьэюяөү",
    "tg": "ёийъэюяғӣқӯҳҷ",
}
TEXTS: Final = Path(__file__).parent / "data" / "training" / "ru.tsv"
WORDS: Final = Path(__file__).parent / "data" / "words.tsv"
_SHARED: Final = frozenset("абвгдежзклмнопрстуфхцчш")
_FOREIGN: Final = -4.0  # for a letter that the language has not
_AT_HOME: Final = 10.0  # for a word that only this one of them has
_SAID_HERE: Final = (
    1.5  # for Russian by a word of the texts it is learned from; against it by another
)
_ENDING: Final = 1.5
# How much more often than the others it is met at a desk that speaks Russian.
_MET: Final = {"ru": 8.0, "uk": 4.0, "kk": 4.0, "sr": 3.0, "be": 1.0, "bg": 1.0}

_WORDS: Final = {
    language: frozenset(words.split())
    for language, words in {
        "ru": """и не на за от по при с у я мы вы он она они что как это или мне меня нас нужно нужен нужна можно нельзя есть был была было будет нет ещё
            еще уже только опять снова сейчас сегодня вчера завтра почему когда где кто какой какая куда спасибо
            пожалуйста здравствуйте привет день работает работают открывается открыть войти вход пароль почта почту
            экран мышь мышка ошибка ошибку письмо письма помогите помощь сделать сделайте компьютер ноутбук заявка
            заявку доступ доступа нету удалил удалить потерял пропал пропали пропала завис зависло зависает лежит
            печатает печать бумагу запускается обновление обновления подключается подключить сеть сети связи
            тормозит упал упало сломался сломалась сломалось новому новый новая сотруднику верните дайте поставьте
            восстановите добавьте пишет выдаёт выдает говорит просит срочно очень много долго быстро всё все совсем
            забыл забыла погас держит виснет вылетает слышно звук пустой надо чтобы если потому тоже мой моя моё""",
        "uk": """не на за від по при у я ми ви він вона вони та що це але чи або від для мені мене мій моя моє нам заявка заявку потрібно потрібен потрібна треба можна немає
            нема ще вже знову зараз сьогодні вчора завтра чому коли де хто який яка яке куди дякую прошу ласка вітаю
            добрий привіт працює працюють відкривається відкрити увійти зайти вхід екран миша помилка помилку лист
            листи допоможіть допомога зробити зробіть комп'ютер заявку видалив видалила загубив загубила зник зникла
            зникло зависло завис висить лежить пошкоджено пошкоджений друкує друк папір запускається оновлення підключається підключити
            мережа мережі зв'язку зв'язок гальмує впав зламався зламалась зламалося новий нова співробітник
            співробітнику поверніть дайте поставте відновіть додайте пише каже просить терміново дуже багато довго
            швидко усе зовсім забув забула згас тримає порожній лежить треба щоб якщо бо теж також обліковий запис
            розблокуйте заблоковано пошкоджено пошкоджений розсилки розсилку статус будь ласка тепер тут там ні""",
        "be": """і што гэта або але мне мяне мой патрэбна трэба можна няма яшчэ ужо зноў зараз сёння учора чаму калі
            дзе хто які дзякуй калі ласка вітаю добры працуе адкрываецца увайсці экран памылка ліст дапамажыце
            друкуе сетка забыў згубіў выдаліў вельмі хутка доўга""",
        "bg": """и че това или как ми ме моят моята трябва може няма още вече пак сега днес вчера защо кога къде кой
            каква благодаря моля здравейте здравей работи отваря отвори влезна вляза екран грешка имейл писмо
            помощ компютърът компютър лаптоп лаптопът забравих изтрих изгубих печата хартия мрежата интернетът спря
            бавно бързо много съм си са сте не мога да се на за от със към след при който която нов парола паролата""",
        "mk": """и што ова или како ми мене мојот мојата треба може нема уште веќе пак сега денес вчера зошто кога
            каде кој благодарам ве молам здраво работи отвора екранот грешка порака помош компјутерот лаптопот
            заборавив избришав изгубив печати хартија мрежата многу бавно сум се не можам да на за од со ќе""",
        "sr": """и што шта ово или како ми мене мој моја моје треба може нема још већ опет сада данас јуче јутрос
            зашто када кад где ко који која хвала молим вас здраво добар дан ради раде отвара отворити пријавим
            пријавити екран миш грешка мејл помозите помоћ рачунар рачунару лаптоп захтев налог закључан обрисао
            обрисала изгубио изгубила заборавио заборавила лозинка лозинку штампач штампа папир мрежа мреже веза
            спор спора споро стоји пао пала није су сам смо сте јесте ништа нико све сви приступ нови нова запослени
            вратите дајте додајте инсталирајте хитно веома много брзо дуго не могу да се на за од са у при звука
            ажурирању ажурирање повезује поште пошта фајл фасциклу види позовите плави црн уопште календар други
            монитор поново поделим поделити листу камера сервер треба опет""",
        "kk": """және бұл не немесе маған мені менің біз бізге керек болады жоқ бар тағы әлі қазір бүгін кеше ертең
            неге қашан қайда кім қандай рахмет өтінемін сәлеметсіз сәлем бе ма ме па пе ба жұмыс істемейді істейді
            істемей ашылмайды ашылады ашылмай кіре алмаймын кіру экран тінтуір қате қатесі хат көмек көмектесіңіз
            көмектесе компьютер ноутбук ноутбукке өтінім өтінішім қолжетімділік жойып жоғалттым жоғалды қатып қалды
            қалдым басып шығару шығармайды қағаз жаңарту жаңа желі байланыс баяу сынды сынып қызметкер қызметкерге
            қайтарыңыз беріңіз беріңізші орнатыңыз қосыңыз қосыңызшы жазады дейді шұғыл өте көп ұзақ тез бәрі
            ұмыттым дыбыс тұр жатыр кетті бітті мерзімі қосылмайды анықталмайды көрінбейді екінші""",
        "ky": """жана бул эмне же мага мени менин керек болот жок бар дагы азыр бүгүн кечээ эртең эмнеге качан кайда
            ким рахмат сураныч саламатсызбы иштебейт иштейт ачылбайт кире албайм ката кат жардам жаңы тармак жай""",
        "mn": """ба энэ юу эсвэл надад намайг миний хэрэгтэй болно байхгүй байна дахин одоо өнөөдөр өчигдөр яагаад
            хэзээ хаана хэн баярлалаа уучлаарай сайн уу ажиллахгүй ажиллаж нээгдэхгүй алдаа туслаач шинэ удаан""",
        "tg": """ва ин чӣ ё ба ман маро лозим нест аст боз ҳоло имрӯз дирӯз чаро кай куҷо кӣ раҳмат кор намекунад
            хатогӣ кумак нав""",
    }.items()
}  # fmt: skip
_ENDINGS: Final = (
    ("uk", re.compile("(?:ння|ість|ється|ються|ився|илася|ого|ому|ій|ії|ів)$")),
    ("ru", re.compile("(?:ние|ость|ется|ются|ился|илась|ишь|ешь|ый|ые|ая|ии|ий|ию)$")),
    ("kk", re.compile("(?:ймын|йды|йді|мады|меді|дың|дің|лар|лер|дар|дер|ыңыз|іңіз|ңызшы|ңізші)$")),
    ("bg", re.compile("(?:ът|ята|ите)$")),
    ("sr", re.compile("(?:ују|ује|ао|ио|јем|јете|јте)$")),
)
_HOMES: Final = Counter(word for words in _WORDS.values() for word in words)
_WORD: Final = re.compile(r"[а-яёђѓєѕіїјљњћќўџґғқңҳҷүұһәөӣӯ]+(?:['’][а-яёєії]+)?")
LOOKED_AT: Final = 200  # words


def of_cyrillic(text: str) -> str:
    """ISO 639-1 code. Russian when nothing tells."""
    words = _WORD.findall(text.lower().replace("’", "'"))[:LOOKED_AT]
    letters = Counter("".join(words))
    scores = {
        language: _MET.get(language, 0.0)
        + _FOREIGN * sum(count for letter, count in letters.items() if letter in _LACKS[language])
        for language in _ALPHABETS
    }
    russian, met = _russian(), words_of_languages()
    for word in words:
        if word not in _HOMES and len(word) > 3:
            scores["ru"] += _SAID_HERE if word in russian else -_SAID_HERE
        if word not in _HOMES and (home := met.get(word)) in scores:
            scores[home] += _AT_HOME
        for language, own in _WORDS.items():
            if word in own:
                alone = _HOMES[word] == 1 and (language == "ru" or word not in russian)
                scores[language] += _AT_HOME if alone else 1.0
        for language, ending in _ENDINGS:
            if len(word) > 4 and ending.search(word):
                scores[language] += _ENDING
    for language, value in _model().rank(" ".join(words)):
        if language in scores:
            scores[language] += value
    return max(scores, key=lambda language: scores[language])


_EVERY: Final = _SHARED.union(*_ALPHABETS.values())
_LACKS: Final = {
    language: _EVERY - _SHARED - frozenset(letters) for language, letters in _ALPHABETS.items()
}


@cache
def words_of_languages() -> dict[str, str]:
    """Words of programs' messages, each in one language only; `python -m bench.words` collects them."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return {
        word: language
        for language, words in (line.split("\t") for line in lines)
        for word in words.split()
    }


@cache
def _russian() -> frozenset[str]:
    return frozenset(_WORD.findall(TEXTS.read_text(encoding="utf-8").lower()))


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted(_ALPHABETS))
    return identifier
