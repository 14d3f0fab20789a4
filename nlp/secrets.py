"""What a person should not have typed: passwords, codes, cards and keys, found and masked.

A secret is known by its own form (a key of a known make, a card number that adds up) or by the
words before it ("password is", "пароль от почты", "密码是"); then what follows is judged, so that
"password is wrong" stays readable. When in doubt between a word and a password, the way it is
made decides: digits among letters, signs, quotes.

Every pattern is bounded. A text that tells more secrets than any person types (`MOST`) is masked
from there to its end; one that names more (`NAMED`: a log) is read on for "password=…" only.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise
from typing import Final

from msgspec import Struct


class Secret(Struct, frozen=True):
    """`text[start:end]` is to be hidden.

    Kinds: password, pin, code (works once), card, card-code (CVV), key (of a program: tokens too),
    private-key, personal-number.
    """

    kind: str
    start: int
    end: int


MOST: Final = 5_000  # secrets of one sort in one text
NAMED: Final = 2_000  # times that one text names a secret and each is read as a sentence
DOTS: Final = "••••••"  # of one length: the mask does not tell how long the secret is

Span = tuple[str, int, int]  # kind, start, end

# --- the text, made easy to compare -------------------------------------------------------------

_WIDE = re.compile("[！-～　İ]")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 32, 0x130: 73}


def _narrow(text: str) -> str:
    """Full-width letters, digits and signs as plain ones; the length stays."""
    return text.translate(_NARROW) if _WIDE.search(text) else text


# --- secrets known by their form ----------------------------------------------------------------

# what must be in the text for the pattern to be tried, kind, pattern; group 1 is the secret
_FORMS: Final[tuple[tuple[str, str, re.Pattern[str]], ...]] = tuple(
    (sign, kind, re.compile(pattern))
    for sign, kind, pattern in (
        ("A", "key", r"(?<![A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
        ("LTAI", "key", r"(?<![A-Za-z0-9])(LTAI[A-Za-z0-9]{12,26})(?![A-Za-z0-9])"),
        ("gh", "key", r"(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30,255}+)"),
        ("github_pat_", "key", r"(github_pat_\w{22,255}+)"),
        ("gl", "key", r"(?<![A-Za-z0-9])(gl(?:pat|ptt|dt|rt)-[\w-]{20,64}+)"),
        ("xox", "key", r"(?<![A-Za-z0-9])(xox[abceoprs]-[A-Za-z0-9-]{10,255}+)"),
        ("xapp-", "key", r"(?<![A-Za-z0-9])(xapp-[A-Za-z0-9-]{10,255}+)"),
        ("hooks.", "key", r"hooks\.slack\.com/services/([\w/]{20,100}+)"),
        (":A", "key", r"(?<!\d)(\d{8,10}:A[\w-]{32,36})(?![\w-])"),
        ("eyJ", "key", r"(?<![\w-])(eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?)"),
        ("AIza", "key", r"(?<![\w-])(AIza[\w-]{35})"),
        ("ya29.", "key", r"(?<!\w)(ya29\.[\w-]{20,512}+)"),
        ("sk-", "key", r"(?<![\w-])(sk-[\w-]{20,255}+)"),
        ("k_", "key", r"(?<![A-Za-z0-9])((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,255}+)"),
        ("SG.", "key", r"(?<!\w)(SG\.[\w-]{16,64}+\.[\w-]{16,64}+)"),
        ("npm_", "key", r"(?<!\w)(npm_[A-Za-z0-9]{36})"),
        ("pypi-", "key", r"(?<!\w)(pypi-[\w-]{32,512}+)"),
        ("hf_", "key", r"(?<!\w)(hf_[A-Za-z0-9]{30,64}+)"),
        ("hvs.", "key", r"(?<!\w)(hvs\.[\w-]{20,255}+)"),
        ("-", "key", r"(?<![\w-])(\d{6}(?:-\d{6}){7})(?![\w-])"),  # BitLocker
        ("-", "key", r"(?<![\w-])((?=[0-9-]*[A-Z])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4})(?![\w-])"),
        ("earer", "key", r"\b[Bb]earer[ \t]+([\w.~+/-]{12,4096}+=*)"),
        ("asic", "key", r"\bAuthorization:[ \t]*[Bb]asic[ \t]+([A-Za-z0-9+/]{6,512}+=*)"),
        ("://", "password", r"://[^\s/:@\"'<>]{0,80}:([^\s/\"'<>•]{1,128})@(?=[\w\[])"),
        ("-u", "password", r"(?<!\S)-u[ \t]+[\"']?[\w.@\\-]{1,60}:([^\s\"'•]{3,100})"),
        ("sshpass", "password", r"\bsshpass[ \t]+-p[ \t]*[\"']?([^\s\"'•]{3,100})"),
        (
            "/user:",
            "password",
            r"/user:\S{1,60}[ \t]+(?=\S{0,60}[\d$@!#])([^\s/•\\][^\s•\\]{3,64})",
        ),
        ("p:", "password", r"\bu(?:ser)?:[ ]?\S{2,40}?[ ,;/]{1,3}p:[ ]?([^\s•]{4,64})"),
        ("w", "password", r"(?<!\w)([Pp][a@][s$]{2}w[o0]rd\d{1,6}[!@#$]*)(?![\w:=])"),
        (
            "w",
            "password",
            r"(?<!\w)([Pp](?:@[s$]{2}w[o0]|a[s$]{2}w0|a(?:\$[s$]|s\$)w[o0])rd[\d!@#$]{0,8})(?!\w)",
        ),
        (
            "mysql",
            "password",
            r"\bmysql(?:dump)?(?:[ ]+-[\w.=-]{1,40}(?:[ ]+[\w.]{1,40})?){0,4}? -p([^\s\"'•]{3,100})",
        ),
    )
)
_WORD_ALONE = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")


def _by_form(flat: str) -> Iterator[Span]:
    for sign, kind, pattern in _FORMS:
        if sign in flat:
            yield from _at_most(
                flat,
                (
                    (kind, *match.span(1))
                    for match in pattern.finditer(flat)
                    if kind != "key" or not _WORD_ALONE.fullmatch(match.group(1))
                ),
            )


_FRAME = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES = re.compile(r"[\w+/=:,.\\\s>-]*+")


def _private_keys(flat: str) -> Iterator[Span]:
    """The block between its two lines; without the second, all that could belong to it."""
    place = 0
    while begin := _FRAME.search(flat, place):
        start, end = begin.end(), flat.find("-----END", begin.end())
        if end < 0:
            lines = _KEY_LINES.match(flat, start)
            end = lines.end() if lines else start
        body = flat[start:end]
        if len(body.strip()) >= 16:
            yield (
                "private-key",
                start + len(body) - len(body.lstrip()),
                start + len(body.rstrip()),
            )
        place = max(end, start)


_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_.+-])(?<!\d[ -])(\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,3})?|3\d{3}([ -])\d{6}\2\d{5}|[2-6]\d{12,18})"
    r"(?![A-Za-z0-9_-]|[ -]\d|\.\d)"
)
_A_CARD = re.compile(
    r"(?:(?:debit|credit|bank|payment|corporate|company|card) ?card|card (?:number|no)|visa|master ?card|amex"
    r"|банковск|картой|карт[аыуе]\b|номер карты|卡号|银行卡|信用卡|储蓄卡|借记卡)[^\d\n]{0,25}$"
)
_NO_CARD = re.compile(
    r"(?:order|invoice|imei|iccid|serial|s/n|asset|ticket|tracking|parcel|iban|loyalty|sim card|account"
    r"|заказ\w*|счет\w*|счёт\w*|накладн\w*|серийн\w*|заявк\w*|инв\w*|трек\w*|订单|发票|序列号|运单|单号|资产)"
    r"[^\d\n]{0,25}$"
)
_MAKES = re.compile(  # of issuers, with the lengths they use
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6\d{15,18}"
    r"|(?:50|5[6-9])\d{11,17}"
)
_TWICE: Final = str.maketrans("0123456789", "0246813579")  # doubled, the two digits added up


def _adds_up(digits: str) -> bool:
    """Luhn's check."""
    back = digits[::-1]
    return sum(map(int, back[::2] + back[1::2].translate(_TWICE))) % 10 == 0


def _cards(flat: str, low: str) -> Iterator[Span]:
    for match in _DIGITS.finditer(flat):
        digits = match.group(1).replace(" ", "").replace("-", "")
        if not 13 <= len(digits) <= 19:
            continue
        right = _MAKES.fullmatch(digits) is not None and _adds_up(digits)
        before = low[max(0, match.start() - 45) : match.start()]
        called = _A_CARD.search(before) is not None and len(digits) >= 15  # mistyped, perhaps
        if called or (right and not _NO_CARD.search(before)):
            yield "card", *match.span(1)


# --- secrets that are named: numbers ------------------------------------------------------------

_COUNTED: Final = (
    r"(?![ \t]*(?:times|days?\b|char|symbols?|digits?|letters|minutes?|hours?|attempts?|percent|users|people"
    r"|раз\b|раза\b|дн[яе]|симв|минут|час|попыт|цифр|букв|знак|год|位|次|天|个|小时|分钟|年|人|号))"
)
_SAID: Final = (
    r"(?:[ \t]*(?:[:=#,\"'«“(–—-]|(?:is|was|are|i|got|get|received|entered?|typed?|sent|me|the|my|number|no|code"
    r"|came|that|it|says|they|you|texted|gave|emailed|for|of|on|card|smart|token|phone|sim|from|this|it's|new|old|here"
    r"|это|пришел|пришёл|пришло|пришла|приходит|мне|был|номер|вот|ввел|ввёл|ввожу|ввела|от|на|для|мой|новый|старый"
    r"|карты|карте|доступа|токена|смарт-карты|телефона|симки|сим-карты|такой|код)(?![a-zа-яё])"
    r"|是|为|為|号|号码|就是|的)){0,6}[ \t]*"
)
_ENDS: Final = r"(?![a-zа-яё0-9_-]|[.,:]\d)"
_ONCE: Final = rf"(\d{{3}}[ -]\d{{3}}|\d{{4,8}}){_ENDS}(?! \d{{2}})"

# what must be in the text, kind, pattern on the text in small letters
_NUMBERS: Final[tuple[tuple[tuple[str, ...], str, re.Pattern[str]], ...]] = tuple(
    (signs, kind, re.compile(pattern))
    for signs, kind, pattern in (
        (
            ("code", "otp", "sms"),
            "code",
            r"(?:(?:verification|confirmation|one[ -]?time|security|sms|text|2fa|mfa|authenticat(?:ion|or)|log-?in"
            r"|sign-?in|auth|activation|reset|recovery|backup|access)[ -](?:pass)?(?:code|word|pin)s?|your code|code (?:they|you|he|she) (?:texted|sent|gave|emailed)"
            rf"|(?<![a-z])t?otp(?![a-z])){_SAID}(?<![\d+.]){_ONCE}{_COUNTED}",
        ),
        (
            ("код", "смс"),
            "code",
            r"(?:(?:ваш|смс с|sms с|сообщение с)[ ]код(?:ом)?|код(?:а|ом|у)?[ ](?:из[ ]\S{1,12}|с[ ]телефона|подтверждения|доступа|проверки|авторизации|активации"
            r"|восстановления|входа|для[ ]входа|безопасности)|(?:смс|sms|одноразов\w{1,3}|проверочн\w{1,3})[ -]"
            rf"(?:код|парол)\w{{0,2}}){_SAID}(?<![\d+.]){_ONCE}{_COUNTED}",
        ),
        (
            ("码", "碼"),
            "code",
            rf"(?:验证|驗證|动态密?|短信|校验|激活|安全)[码碼]{_SAID}(?<![\d+.]){_ONCE}{_COUNTED}",
        ),
        (
            ("code",),
            "code",
            r"(?<![\d+.])(\d{4,8}|\d{3}[ -]\d{3}) (?:is|as) (?:your|the|my)\b[^\n.•]{0,40}?\b(?:code|otp)\b",
        ),
        (
            ("код",),
            "code",
            r"(?<![\d+.])(\d{4,8}|\d{3}[ -]\d{3})[ ]?[–—-]?[ ]?(?:это |ваш |твой ){1,2}[^\n.\d•]{0,30}?код(?![а-я])",
        ),
        (
            ("код",),
            "code",
            r"код(?:а|ом|у)?[ ](\d{4,8})[ ]из[ ](?:смс|sms|сообщения|письма|приложения)",
        ),
        (
            ("pin", "code", "otp"),
            "pin",
            r"(?<![\d+.])(\d{4,8}) as (?:a |the |my )?(?:pin|code|passcode|otp)\b",
        ),
        (
            ("码", "碼"),
            "code",
            r"(?<![\d+.])(\d{4,8})[ ]?(?:是|为)?(?:您|你|我)的?[^\n。\d•]{0,20}?(?:验证|驗證|动态|校验)[码碼]",
        ),
        (
            ("pin", "пин"),
            "pin",
            rf"(?<![a-zа-я])(?:pin|пин)(?:[ -]?(?:code|код(?:а|ом)?|码))?(?![a-zа-яё]){_SAID}(\d{{4,8}}){_ENDS}{_COUNTED}",
        ),
        (
            ("cv", "code", "код", "码", "card"),
            "card-code",
            r"(?:(?<![a-z])cv[vc]2?(?:/cv[vc]2?)?(?![a-z])|security code|код безопасности|安全码)"
            rf"{_SAID}(\d{{3,4}}){_ENDS}",
        ),
        (
            ("身份证", "身份證"),
            "personal-number",
            r"身份[证證][^\d\n•]{0,10}(\d{15}(?:\d{2}[\dx])?)(?![\da-z])",
        ),
        (("护照",), "personal-number", r"护照[^\da-z\n•]{0,10}([a-z]{1,2}\d{7,8})(?![\da-z])"),
        (
            ("снилс",),
            "personal-number",
            r"снилс[^\d\n•]{0,20}(\d{3}[ -]?\d{3}[ -]?\d{3}[ -]?\d{2})(?!\d)",
        ),
        (("инн",), "personal-number", r"(?<![а-яё])инн[^\d\n•]{0,20}(\d{12})(?!\d)"),
        (
            ("паспорт",),
            "personal-number",
            r"паспорт\w{0,3}[^\d\n•]{0,25}(\d{2} ?\d{2}[ ,;]{0,2}(?:номер|№|n)? ?\d{6})(?!\d)",
        ),
        (
            ("ssn", "social security"),
            "personal-number",
            r"(?:\bssn|social security)[^\d\n•]{0,20}(\d{3}[- ]\d{2}[- ]\d{4}|\d{9})(?!\d)",
        ),
        (
            ("passport",),
            "personal-number",
            r"passport(?: (?:number|no\.?|is|nr|id|#))*[ :#]{1,3}([a-z]{0,2}\d{7,9})(?![\da-z])",
        ),
        (
            ("insurance",),
            "personal-number",
            r"national insurance[^\d\n•]{0,20}?([a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d])(?![\da-z])",
        ),
    )
)


def _numbers(low: str) -> Iterator[Span]:
    for signs, kind, pattern in _NUMBERS:
        if any(sign in low for sign in signs):
            yield from _at_most(low, ((kind, *match.span(1)) for match in pattern.finditer(low)))


# --- secrets that are named: words --------------------------------------------------------------

# Part of what a person chose: not a space, no Han letter, no sign that ends a clause in Chinese.
_PIECE: Final = r"(?:[^\s•<，。！？；、“”«»「」『』【】（）\u3400-\u9fff]|<(?!/))"
_QUOTED: Final = (
    r"(?:\"(?P<q1>[^\"\n•]{2,80})\"|'(?P<q2>[^'\n•]{2,80})'|`(?P<q3>[^`\n•]{2,80})`"
    r"|«(?P<q4>[^»\n•]{2,80})»|[“”„](?P<q5>[^“”\n•]{2,80})[“”]|[「『](?P<q6>[^」』\n•]{2,80})[」』])"
)
_VALUE: Final = rf"(?:{_QUOTED}|(?P<bare>{_PIECE}{{1,128}}+))"

_NAME = re.compile(
    r"(?:pass(?:word|wd|wort|code|w|[ -]word)?|pas(?:sword|word|wd)|pa?sswrd|pwd|psw|pw|p/w|parol)(?![a-rt-z])"
    r"|(?:п[ао]рол(?:ь|я|ю|ем|и)|пасс(?:ворд)?)(?![а-яё])|[密秘][码碼]|口令"
)
_PLAINLY = re.compile(rf"(?:{_NAME.pattern})[\"']?[ \t]?[:=][ \t]?[\"']?({_PIECE}{{3,128}}+)")
_INSIDE = re.compile("[a-zа-яё]")
_NAME_SIGNS: Final = ("pas", "pw", "psw", "p/w", "parol", "рол", "пасс", "密", "秘码", "口令")
_OF: Final = r"(?:for|to|of|on|at|from|in|от|для|к|на|в|из|по|ot|dlya|dlia|k)"
_ABOUT: Final = rf"(?:[ \t]*\([^)\n•]{{1,30}}\)|[ ](?:уч[её]тной записи|почты|пользователя|админ\w{{0,12}}|сети|wi-?fi|vpn))?(?:[ \t]+{_OF}(?:[ \t]+[^\s:=•\"'«“]{{1,24}}){{1,5}}?)?"
_SURE = re.compile(  # password for the mailbox: X
    rf"[\"'`*\]]{{0,2}}(?:{_ABOUT}[ \t]*(?P<sign>[:=](?:=|>)?|->|→|>(?=\S)|如下:?)[ \t]*(?:\r?\n[ \t]*)?"
    rf"|{_ABOUT}[ \t]+[–—-]{{1,2}}[ \t]+(?P<dash>)"
    rf"|{_ABOUT},?[ \t]+(?P<verb>is|was|will[ ]be|should[ ]be|it's|it[ ]is|this[ ]is|это|был|вот|такой|стал|будет)"
    r"(?:[ \t]+(?:not|still|now|just|actually|currently|simply|probably|always|only|definitely|set|set[ ]to|it"
    r"|теперь|сейчас|такой|не|был|уже|точно))?[ \t]*:?[ \t]+"
    r"|[ \t]*(?P<han>(?:我?[设用写填]的)?(?:就|应该|還|还|一直|都|现在|已经|不)?(?:是|为|為|改成|改为|设为|设成|设置为|设置成|换成|重置为|重置成|变成)了?"
    rf"|改了?[ ]?,?现在是)[ \t]*:?[ \t]*){_VALUE}"
)
_LOOSE = re.compile(  # password X, new password for the mailbox X
    rf"(?:[ \t]+{_OF}(?P<about>(?:[ \t]+[^\s:=•\"'«“,.;!?]{{1,24}}){{0,3}}?))?[ \t,]*"
    rf"(?:(?<=[\s,])|(?<=[\u3400-\u9fff])){_VALUE}"
)
_SET_TO = re.compile(
    r"(?:chang|set|reset|updat|switch|смен|помен|измен|постав|установ|обнов|сброс)\S{0,8}(?:[ \t]+\S{1,20}){0,3}[ \t]*$"
)
_PHRASE = re.compile(
    r"(?:pass ?phrase|seed phrase|recovery phrase|парольн\w{2} фраз\w|секретн\w{2} фраз\w|助记词)"
    r"(?:[ \t]+(?:is|это)[ \t:]+|是|[ \t]*[:=–—-][ \t]*)[\"'«“]?([^\n•\"»”]{4,250})"
)
_PHRASE_SIGNS: Final = ("phrase", "фраз", "助记词")

_KEY_NAME = re.compile(
    r"(?P<long>(?:api|access|secret|private|client|account|auth|encryption|shared|app|signing|storage|refresh|bot|bearer"
    r"|session|webhook)[ _-]?(?:key|secret|token)|secret|jsessionid|phpsessid|sessionid|api[ -]?ключ|apikey"
    r"|密钥|秘钥|令牌|sig(?==)(?<=[?&]sig))(?:[_ -](?:access|key|id|token|secret))*(?![a-z])"
    r"|token(?<![a-z]token)(?![a-z])|key(?<![a-z]key)(?![a-z])|токена?(?![а-яё])|ключа?(?![а-яё])"
)
_KEY_SIGNS: Final = ("key", "secret", "token", "sess", "ключ", "токен", "钥", "令牌", "sig=")
_KEY_VALUE = re.compile(
    r"[\"'`]?(?:[ \t]*(?P<sign>[:=]>?|是|为)|[ \t]+(?P<verb>is|was|это)[ \t]*:?[ \t]|[ \t]+[–—-](?=[ \t]))?[ \t]*"
    r"(?:\r?\n)?[\"'`“«]?(?P<bare>[\w.~+/@%!#$^*-]{8,4096}+={0,2})"
)

_NO_PASSWORD: Final = frozenset(
    """a an and any about after again all also always am anymore anyone are as asked at available back bad because
    been before being blank bound broken but by can cannot caps case changed choice common complex compromised correct
    current dead default denied details different down due easy email empty enough error even ever every expired
    expires expiring fails failed failure false field fine for forgot forgotten found from gone good has have help
    her hers here hidden his how i if impossible in incorrect invalid is isn't issue it its just known later least
    leaked like limited link locked login long lost mandatory me mine missing mismatch must my need needed needs
    never new next no none not nothing now null of off ok okay old on once only open optional or our out over own
    please policy possible problem protected public ready recent refused rejected required reset right safe same
    secret secure see sent set short should shown simple so some soon still strong stuck such sure taken temporary
    thanks that the their then there these they this to today tomorrow too true twice two type typed unknown
    unavailable undefined unique unlocked unsafe until update up used username valid very visible was weak what when
    where which who why will with wrong yes yesterday yet you your yours active enabled disabled encrypted stored
    saved shared stolen reused personal private administrator user name account windows outlook office teams zoom
    vpn wifi sap excel word chrome confirm submit cancel enter code otp mfa case-sensitive read-only auto-filled
    copied pasted asking greyed grayed n/a tbd string str text varchar char bool boolean hash md5 sha256 plain
    password passwords passwd pwd pass""".split()
) | frozenset(
    """не нет забыл забыла забыли забыт утерян истек истёк сброс сбросить сбросьте неверный неверен неправильный верный
    правильный тот этот такой же старый новый другой мой ваш наш свой и а но или что как где когда почему помогите
    пожалуйста просьба нужен нужно надо подходит работает принимает меняется от для к на в у по с за слишком короткий
    длинный сложный простой просрочен заблокирован изменен изменён менял сменить поменять пустой тоже уже еще ещё
    опять снова просит требует пишет ввожу учетка логин почта обязательно вопрос проблема смена восстановление доступ
    временный постоянный одинаковый разный кто-то его её ее их мне меня тебе есть был было будет вот это""".split()
)
_PARTICIPLE = re.compile(r".{2,}(?:ed|ing|ly|able|ible|less|ful|ous|n't|ние|ться|ется|ный|ный)")
_WELL_KNOWN: Final = frozenset(
    """qwerty qwertyuiop qwertz asdf asdfgh asdfghjkl zxcvbn zxcvbnm letmein iloveyou йцукен йцукенг фыва фывапр
    ячсмить""".split()
)
_PLACEHOLDER = re.compile(
    r"[*x•.…_?#-]+|[<{\[(].*[>})\]]|[$%#]?[{(<].*|\$[a-z_:]+|%\w+%|%[sdr]|.*[<>].*"
)
_PLAIN = re.compile(r"(?:[a-z]+(?:[-'’][a-z]+)*|[а-яё]+(?:-[а-яё]+)*)[!.?]*")
_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_SIGN_INSIDE = re.compile(r"\w[!@#$%^&*+=~|?]+\w|[#$%^&*]|\w!+\w")
_SOMETHING_ELSE = re.compile(  # what has digits or signs and is no password
    r"https?:.*|www\..*|[\w.+-]+@[\w-]+\.[\w.-]+|[a-z]:\\.*|\\\\.*|/.*|0x[0-9a-f]+|v?\d+(?:\.\d+)+|\d{1,2}[:/]\d\d.*"
    r"|\d{4}-\d\d-\d\d.*|\+?\d[\d()]*-\d\d-\d\d|\+\d.*|\d{1,3}(?:st|nd|rd|th|x|h|%|gb|mb|kb|ms|min|days?|-?й|-?го|-?я)"
    r"|\d*/\d+|(?:iso|kb|err|error|ora|win|windows|office|outlook|sap|cve|inc|req|exchange|ms|wps|sha|md|aes|wpa|ldap"
    r"|sso|mfa|web|ntlm|utf|m|o|page|step|http)[-_ ]?\d[\w.-]*|(?:err|error|dns|stop)_\w+|1[cс][:.]?.*|[2-3]fa|u2f"
)
_HOST = re.compile(r"[a-z]{2,8}[-_]\d{2,6}|[a-z]{2,5}\d?-[a-z]{1,8}\d{0,4}|[\w-]+(?:\.[\w-]+){2,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WHOSE = re.compile(  # what comes after these is an account or a thing, not its password
    r"(?:user|users|account|login|mr|ms|mrs|name|pc|laptop|computer|host|machine|server|asset|ticket|room|desk|device"
    r"|printer|version|colleague|employee|number|no|пользовател\w*|учетк\w*|учётк\w*|логин\w*|аккаунт\w*|компьютера?у?"
    r"|ноутбука?у?|пк|сервер\w*|принтер\w*|кабинет\w*|комнат\w*|сотрудник\w*|заявк\w*|верси\w*|запис\w*|телефон\w*)"
)
_COUNT = re.compile(_COUNTED[3:-1])
_PAUSE = re.compile(
    r"[ \t]*(?:$|[\n\r.,;!?)»”\"'<，。；！？、）}|]|(?:and|but|и|а|но)\b|[-–—] |\u2028)"
)
_NEXT_FIELD = re.compile(r"[;&,|](?=[\w ]{1,30}[:=])|;$")


def _looks_made(low: str, value: str) -> bool:
    """Digits among letters, signs within, capitals inside: nobody's ordinary word."""
    if _DIGIT.search(low):
        return _LETTER.search(low) is not None or _SIGN_INSIDE.search(low) is not None
    inner = any(a.islower() and b.isupper() for a, b in pairwise(value))
    return inner or _SIGN_INSIDE.search(low) is not None


def _is_password(value: str, after: str, how: str, whole_line: bool) -> bool:
    """`how` it was introduced: sign (": ="), verb ("is", "это", "是", a dash), loose (nothing)."""
    low = value.lower()
    if len(value) < 3 or _PLACEHOLDER.fullmatch(low) or low.rstrip("!.?") in _NO_PASSWORD:
        return False
    if low.isdigit():
        counted = _COUNT.match(after) is not None
        if how == "loose":
            return 4 <= len(low) <= 12 and not counted and not _YEAR.fullmatch(low)
        return 4 <= len(low) <= 20 and not counted
    if _SOMETHING_ELSE.fullmatch(low):
        return False
    if low in _WELL_KNOWN:
        return True
    if _looks_made(low, value):
        if how == "sign":
            return True
        if how == "verb":
            return len(value) >= 4
        if len(value) < 5 or (value in (low, value.upper()) and _HOST.fullmatch(low)):
            return False
        return _DIGIT.search(low) is not None or (_SIGN_INSIDE.search(low) is not None)
    if how == "loose" or not _PLAIN.fullmatch(low) or not _PAUSE.match(after):
        return how == "sign" and not _PLAIN.fullmatch(low)
    if not low.isascii():
        return whole_line and how == "sign"
    return how == "sign" or not _PARTICIPLE.fullmatch(low)


def _taken(match: re.Match[str], flat: str) -> tuple[int, int, bool]:
    """Where the value stands, without what follows it in the sentence; whether it was in quotes."""
    for group in ("q1", "q2", "q3", "q4", "q5", "q6"):
        if match[group] is not None:
            return *match.span(group), True
    start, end = match.span("bare")
    if cut := _NEXT_FIELD.search(flat, start, end):
        end = cut.start()
    value = flat[start:end]
    kept = value.rstrip(".,;:?)]}\"'")
    if value[len(kept) :].startswith("?") and "?" in kept:  # "ab?c?": it may be part of it
        kept = value
    return start, start + len(kept), False


def _passwords(flat: str, low: str, pairs: list[tuple[int, int]]) -> Iterator[Span]:
    if not any(sign in low for sign in _NAME_SIGNS):
        return
    seen = 0
    for count, name in enumerate(_NAME.finditer(low)):
        if count == NAMED:
            for match in _PLAINLY.finditer(low, name.start()):
                yield "password", *match.span(1)
            return
        if name.group()[0] in "pп" and _INSIDE.match(low, name.start() - 1, name.start()):
            continue
        if name.start() < seen or any(start <= name.start() < end for start, end in pairs):
            continue
        for introduced in (_sure, _loose, _before):
            span = introduced(flat, low, name)
            while span:
                seen = max(seen, span[1])
                yield "password", *span
                span = _one_more(flat, low, span[1])
            if seen > name.start():
                break


def _sure(flat: str, low: str, name: re.Match[str]) -> tuple[int, int] | None:
    match = _SURE.match(low, name.end())
    if match is None:
        return None
    start, end, quoted = _taken(match, flat)
    how = "sign" if match["sign"] else "verb"
    if "\n" in flat[name.end() : start]:
        how = "verb"  # the next line may be anything
    if quoted:
        good = low[start:end].strip() not in _NO_PASSWORD and not _PLACEHOLDER.fullmatch(
            low[start:end]
        )
        return (start, end) if good and _a_phrase(low[start:end]) else None
    line = low.rfind("\n", 0, name.start()) + 1
    rest = flat[end : end + 40]
    whole_line = not low[line : name.start()].strip() and not rest.split("\n", 1)[0].strip()
    if name.group() in _SHORT and how == "verb" and not _DIGIT.search(low[start:end]):
        return None
    return (start, end) if _is_password(flat[start:end], rest, how, whole_line) else None


_SHORT: Final = frozenset(("pass", "pw", "пасс"))
_MESSAGE = re.compile(
    r"(?:^|\s)(?:is|not|no|your|wrong|invalid|incorrect|expired|required|must|field|не|неверн\w*|ваш|поле|введите|истек)"
    r"(?:\s|$)|错误|失败|请|无效|过期"
)


def _a_phrase(low: str) -> bool:
    """Not the words of a program about a password."""
    return _MESSAGE.search(low) is None


def _loose(flat: str, low: str, name: re.Match[str]) -> tuple[int, int] | None:
    for match in _loose_values(low, name.end()):
        start, end, quoted = _taken(match, flat)
        about = match["about"]
        if about is not None:
            words = about.split()
            if any(word in _NO_PASSWORD and word not in _KEPT for word in words):
                return None
            if not words and not _SET_TO.search(low[max(0, name.start() - 60) : name.start()]):
                continue
            if words and _WHOSE.fullmatch(words[-1]):
                continue
        if quoted:
            word = low[start:end]
            if (
                name.group() not in _SHORT
                and not about
                and _NO_PASSWORD.isdisjoint(word.split())
                and _a_phrase(word)
            ):
                return start, end
            continue
        value = flat[start:end]
        if name.group() in _SHORT and value.isdigit():
            continue
        if _is_password(value, flat[end : end + 20], "loose", False):
            return start, end
    return None


_MORE = re.compile(
    r"[\"'»”)]?,?[ ]?(?:or|to|but|and|then|nor|или|на|а|и|но|потом|затем|而是|或者?|还是|然后)[ ]{0,2}(?:also |even |it's |just )?"
    + _VALUE
)


def _one_more(flat: str, low: str, place: int) -> tuple[int, int] | None:
    """from X to Y; X or Y."""
    match = _MORE.match(low, place)
    if match is None:
        return None
    start, end, _ = _taken(match, flat)
    return (
        (start, end)
        if _is_password(flat[start:end], flat[end : end + 20], "loose", False)
        else None
    )


_WHOSE_IT_IS: Final = frozenset(
    "my our the his her your a old new current wifi vpn мой наш твой его её ее новый старый".split()
)
_LINKS: Final = frozenset("is was - – — = это был".split())
_HAN_BEFORE = re.compile(r"([!-~]{4,64})是(?:我|他|她|你|原来)?的?[新旧]?$")


def _before(flat: str, low: str, name: re.Match[str]) -> tuple[int, int] | None:
    """X is my password."""
    since = max(0, name.start() - 90)
    if han := _HAN_BEFORE.search(low, max(since, name.start() - 70), name.start()):
        value = flat[han.start(1) : han.end(1)]
    else:
        words = flat[since : name.start()].split()
        own = 0
        while own < min(3, len(words)) and words[-1 - own].lower() in _WHOSE_IT_IS:
            own += 1
        if not own or len(words) < own + 2 or words[-1 - own].lower() not in _LINKS:
            return None
        value = words[-2 - own].strip("\"'«»“”`")
    if "•" in value or not _is_password(value, "", "loose", False):
        return None
    start = flat.rindex(value, since, name.start())
    return start, start + len(value)


_KEPT: Final = frozenset(
    "the my our your his her user account windows outlook office teams zoom vpn wifi sap email login new old public"
    " shared почта учетка доступ мой наш свой новый старый".split()
)


def _loose_values(low: str, place: int) -> Iterator[re.Match[str]]:
    """What may be the password after its bare name: the next word, or one after "for the …"."""
    for pattern in _LOOSE_BY_WORDS:
        if match := pattern.match(low, place):
            yield match


_LOOSE_BY_WORDS: Final = tuple(
    re.compile(
        (
            rf"[ \t]+{_OF}(?P<about>(?:[ \t]+[^\s:=•\"'«“,.;!?]{{1,24}}){{{count}}})[ \t]+"
            if count >= 0
            else r"(?P<about>(?!))?(?:[ \t]*,?[ \t]+(?:(?:and[ ]|which[ ]|that[ ])?i[ ](?:use|type|have|enter|typed|entered|tried)[ ](?:in[ ])?|as[ ]|which[ ]is[ ]|который[ ]"
            r"|у[ ]меня[ ]|и[ ]ввожу[ ]|как[ ]|(?:(?:was[ ])?(?:chang|reset|set|switch)\w{0,3}[ ])?from[ ]|с[ ])?\(?|(?<=[码碼令]))"
        )
        + _VALUE
    )
    for count in (-1, 0, 1, 2, 3)
)


# --- name and password together -----------------------------------------------------------------

_HEADING = re.compile(
    r"log-?in|user(?:name)?|cred(?:ential)?s|account|логин|уч[её]тк\w|уч[её]тн\w{2,3} данн\w{2,3}|доступы?|креды"
    r"|[账帐]号|帳號|用户名?"
)
_PAIR = re.compile(
    r"(?P<both>[ ]?(?:[/+&,|]|and|и|和|或)?[ ]?(?:pass(?:word|wd)?|pwd|pw|парол[ья]|密码|密碼)(?![a-zа-яё]))?"
    r"(?:[ ](?:for|to|от|для|к|в)(?:[ ][^\s:/•]{1,20}){1,4}?)?"
    r"(?:[ \t]*(?:[:=–—-]|is|are|是|为)[ \t]*|[ \t]+)(?:\r?\n)?"
    rf"(?P<who>[\w.@\\+-]{{2,60}}?)(?P<bar>[ ]?[/|][ ]?|:[ ]?|(?(both)[ ,][ ]?|(?!)))(?P<bare>{_PIECE}{{3,64}}+)"
)
_PAIR_SIGNS: Final = (
    "log",
    "user",
    "cred",
    "acc",
    "логин",
    "чет",
    "чёт",
    "дост",
    "кред",
    "号",
    "號",
    "用户",
    "уз",
)
_LONE_PAIR = re.compile(
    r"^[ \t]*[A-Za-z][\w.@\\-]{2,40}[ ]?[/|][ ]?(?P<bare>(?=\S{0,60}\d)(?=\S{0,60}[A-Z])(?=\S{0,60}[a-z])"
    r"[^\s/•\\]{8,64})[ \t]*$",
    re.MULTILINE,
)


def _pairs(flat: str, low: str) -> Iterator[tuple[int, int, int]]:
    """Where the whole pair begins, and where its password stands."""
    if any(sign in low for sign in _PAIR_SIGNS):
        for heading in islice(_HEADING.finditer(low), NAMED):
            match = _PAIR.match(low, heading.end())
            if match is None:
                continue
            start, end = match.span("bare")
            value = flat[start:end].rstrip(".,;:?)")
            small = value.lower()
            if _NAME.match(small) or _SOMETHING_ELSE.fullmatch(small) or _HOST.fullmatch(small):
                continue
            if _PLACEHOLDER.fullmatch(small) or small in _NO_PASSWORD:
                continue
            made = _looks_made(small, value) and len(value) >= 5
            spaced = match["bar"].strip() not in ("/", "|", ":")
            named = match["both"] is not None
            if (made and (named or not spaced)) or (named and not spaced):
                yield heading.start(), start, start + len(value)
    if "/" in flat or "|" in flat:
        for match in _LONE_PAIR.finditer(flat):
            value = match["bare"].lower()
            if not _SOMETHING_ELSE.fullmatch(value) and not _HOST.fullmatch(value):
                yield match.start(), *match.span("bare")


def _phrases(low: str) -> Iterator[Span]:
    if any(sign in low for sign in _PHRASE_SIGNS):
        for match in _PHRASE.finditer(low):
            said = match.group(1).rstrip(" .!?")
            if said not in _NO_PASSWORD:
                yield "password", match.start(1), match.start(1) + len(said)


def _keys(flat: str, low: str) -> Iterator[Span]:
    if not any(sign in low for sign in _KEY_SIGNS):
        return
    for count, name in enumerate(_KEY_NAME.finditer(low)):
        if count == NAMED:
            return
        match = _KEY_VALUE.match(flat, name.end())
        if match is None:
            continue
        value = match["bare"].rstrip(".")
        said = match["sign"] or match["verb"]
        needed = (8 if name["long"] else 12) if said else 16
        small = value.lower()
        if len(value) < needed or _PLACEHOLDER.fullmatch(small) or _SOMETHING_ELSE.fullmatch(small):
            continue
        if _LETTER.search(value) and _looks_made(small, value) and not _HOST.fullmatch(small):
            yield "key", match.start("bare"), match.start("bare") + len(value)


# --- all of them --------------------------------------------------------------------------------


def _at_most(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Beyond what any person types, the rest of the text is one secret."""
    for count, (kind, start, end) in enumerate(spans):
        if count == MOST:
            yield kind, start, len(text)
            return
        yield kind, start, end


def _again(flat: str, spans: list[Span]) -> Iterator[Span]:
    """The same secret said once more without its name; the eight longest are looked for."""
    said = {flat[start:end]: kind for kind, start, end in spans if 4 <= end - start <= 128}
    for value in sorted(said, key=len)[-8:]:
        place = flat.find(value)
        while place >= 0:
            end = place + len(value)
            whole = not (flat[place - 1 : place].isalnum() or flat[end : end + 1].isalnum())
            if whole or len(value) >= 8:
                yield said[value], place, end
            place = flat.find(value, end)


_EIGHT_DIGITS, _THREE_DIGITS = re.compile(r"\d{4}[ -]?\d{4}"), re.compile(r"\d{3}")
_Finder = Callable[[str, str], Iterator[Span]]
_FINDERS: Final[tuple[_Finder, ...]] = (
    lambda flat, low: _private_keys(flat) if "PRIVATE KEY" in flat else iter(()),
    lambda flat, low: _cards(flat, low) if _EIGHT_DIGITS.search(flat) else iter(()),
    lambda flat, low: _by_form(flat),
    lambda flat, low: _numbers(low) if _THREE_DIGITS.search(flat) else iter(()),
    lambda flat, low: _phrases(low),
    _keys,
)


def secrets_in(text: str) -> tuple[Secret, ...]:
    """Where the text tells a secret, in its order; what overlaps is one."""
    flat = _narrow(text)
    low = flat.lower()
    pairs = list(_pairs(flat, low))
    spans: list[Span] = [("password", start, end) for _, start, end in pairs]
    for find in _FINDERS:
        spans.extend(_at_most(flat, find(flat, low)))
    inside = [(start, end) for start, _, end in pairs[:64]]
    spans.extend(_at_most(flat, _passwords(flat, low, inside)))
    if not spans:
        return ()
    spans.extend(_at_most(flat, list(_again(flat, spans))))
    return tuple(_joined(spans))


def _joined(spans: list[Span]) -> Iterator[Secret]:
    """One for those that overlap, of the kind of the longest."""
    spans.sort(key=lambda span: (span[1], -span[2]))
    kind, start, end = spans[0]
    longest = end - start
    for other, first, last in spans[1:]:
        if first >= end:
            yield Secret(kind, start, end)
            kind, start, end, longest = other, first, last, last - first
        else:
            if last - first > longest:
                kind, longest = other, last - first
            end = max(end, last)
    yield Secret(kind, start, end)


def masked(text: str) -> str:
    """The text with dots for every secret; of a card the last four digits stay."""
    while found := secrets_in(text):
        place = 0
        pieces: list[str] = []
        for secret in found:
            pieces += (text[place : secret.start], _mask(secret, text))
            place = secret.end
        text = "".join((*pieces, text[place:]))
    return text


def _mask(secret: Secret, text: str) -> str:
    if secret.kind != "card":
        return DOTS
    return f"•••• •••• •••• {text[secret.end - 4 : secret.end]}"
