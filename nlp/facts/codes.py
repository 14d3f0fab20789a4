"""Error codes, what a message on the screen says, and tickets by their number."""

import re
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, before, pattern, sentence, spoken

_NO_UNIT: Final = (  # "error 3 times" tells no code
    r"(?! ?(?:%|st|nd|rd|th|am|pm|of|or|and \d|days?|hours?|hrs?|minutes?|mins?|seconds?"
    r"|secs?|weeks?|months?|years?|times"
    r"|people|users|pages?|files?|mails?|дн|час|мин|сек|нед|мес|год|раз|чел|стр|шт|руб"
    r"|[个次天分小月日年点号条台张封页元人])|[.:/]\d)"
)
_CODE: Final = (
    r"((?:[a-z]{1,4}[-_]?|-)?\d{1,10}(?:[-.][a-z0-9]{1,6}){0,2}|[a-z]{1,3}\d? \d{3}|c[0-9a-f]{7})"
)
_CUE_EN: Final = (
    r"(?:(?:error|exit|return|status|stop|fault|fehler|result|reason|failure"
    r"|response)(?: code)?|err|errno|code|event ?id|event|exception|rc)"
    r"(?: ?(?:[:=#№(\[]|-(?!\d)|is|no\.?|number|nr\.?|of|id|code|was|with)){0,3} ?"
)
_CUE_RU: Final = (
    r"(?:ошибк\w{0,3}(?: времени выполнения)?|код\w{0,3}(?: (?:ошибки|события|сбоя|возврата"
    r"|ответа|завершения"
    r"|состояния))?|сбо[йя]|событи[еяю]|исключени\w)"
    r"(?: ?(?:[:=#№(\[]|-(?!\d)|под номером|номер|с кодом|код\w?|n|id)){0,3} ?"
)
_CUE_ZH: Final = (
    r"(?:错误代?码?|报错|出错|代码|退出码|退出代码|故障码|状态码|错误号|事件|返回码?|异常|报)(?:代?码|信息|提示|显示|号|是|为|id"
    r"| ?[::#(]){0,3} ?"
)
_OTHER_CODES: Final = re.compile(  # before the number, or before "code"
    r"(?:zip|post(?:al)?|access|door|country|area|dial(?:ling)?|promo|source|verification"
    r"|confirmation|security|pin|qr|cost|bar|dress|colou?r|entry|invite"
    r"|подтверждения|доступа|домофона|налогоплательщика|товара|смс|почтовый|qr-?|штрих-?"
    r"|пин-?|二维|验证|邮政?编|条形?|激活|邀请)[ -]?$"
)
_AFTER_CODE: Final = re.compile(r"^(?:подтверждения|доступа|домофона|from sms|for the door)")
_PRESENT: Final = re.compile(
    r"^(?:from|to|for|the|a|an|is|in|on|at|of|no|it|me|we|i|v\d|kb|mb|gb|ms|ip|id|p|windows"
    r"|win\d*|version|since|with|when|if|so|and|or|but)\b"
)


def _cued(reading: Reading, match: re.Match[str]) -> Found | None:
    start, end = match.span(1)
    cue = reading.low[match.start() : start]
    if _OTHER_CODES.search(before(reading, match.start())) or _OTHER_CODES.search(cue.rstrip(" :")):
        return None
    if "код подтв" in cue or _AFTER_CODE.match(reading.low[start : start + 16]):
        return None
    code = reading.low[start:end]
    if _PRESENT.match(code) and not any(sign.isdigit() for sign in code[:3]):
        return None
    if "event" in cue and "id" not in cue and len(code) < 3:
        return None
    if re.fullmatch(r"\d{1,2}\.\d{1,2}|(?:19|20)\d\d", code) and "stop" not in cue:
        return None  # a date
    if (
        code.count(".") == 2
        and code.split(".")[0].isdigit()
        and int(code.split(".")[0]) not in (4, 5)
    ):
        return None
    return Found(start, end)


_HEX_FREE: Final = rf"{B}(?:stop[_ :])?0x[0-9a-f]{{1,16}}{E}"
_NAMED: Final = rf"{B}[a-z][a-z0-9]{{0,20}}(?:_[a-z0-9]{{1,30}}){{1,7}}{E}"
_KNOWN: Final = re.compile(
    r"(?:err|error|dns|ssl|sec|inet|stop|status|nt|mozilla|pr|http|e|rpc|sso|cert|com|dbif"
    r"|tsv|net|probe|code)_"
)
_FAILING: Final = re.compile(
    r"fail|error|err_|_err|died|denied|timed?_?out|invalid|violation|not_|no_|unhandled"
    r"|corrupt|refused|reset|fault|exception|expired|mismatch|lost|_x$|unavailable|blocked"
    r"|overflow"
)


def _shouted(reading: Reading, match: re.Match[str]) -> Found | None:
    """Only programs write in capitals with lines below; a host or a variable looks like that, too."""
    said, low = reading.text[match.start() : match.end()], match.group()
    shown = before(reading, match.start(), 28)
    if not said.replace("x", "X").isupper():
        # After "error" a program may write it in letters of both kinds.
        trouble = _FAILING.search(low) or "exception" in low
        return Found(*match.span()) if trouble and _NAMES_IT.search(shown) else None
    if not (_KNOWN.match(low) or _FAILING.search(low) or _NAMES_IT.search(shown)):
        return None
    return Found(*match.span())


_NAMES_IT: Final = re.compile(
    r"(?:throws|dumps?|падает с|errors?|error code|exception|stop code|blue ?screen|bsod|stop|ошибк\w{1,2}|код\w?"
    r"|синий экран|бсод|错误|报错?|代码|蓝屏|异常|код ошибки)"
    r"(?: (?:of|with|is|saying|says|message|code|с кодом|код|сообщение))?[ :«\"“'(（是为-]{0,3}$"
)


def _capital(reading: Reading, match: re.Match[str]) -> Found | None:
    found = spoken(match)
    return found if reading.text[found.start : found.end][:2].isupper() else None


_STATUS_WORDS: Final = (
    r"(?: ?-)? (?:bad request|unauthori[sz]ed|forbidden|not found|internal server"
    r"|bad gateway|service (?:temporarily )?unavailable"
    r"|gateway time-?out|too many requests|request time-?out)"
)
_SHOWS: Final = (
    r"(?:gives?|gave|giving|returns?|returned|returning|shows?|showing|showed|throws?|says?"
    r"|gets?|getting|got|reports?|displays?|display|with|fails? with"
    r"|выда[еv]т|выдавал\w?|показывает|возвращает|отдает|пишет|кидает|вид(?:ит|ят|им"
    r"|но)|лов(?:им|лю|ит)|дисплее|экране"
    r"|вылетает с|报|返回|提示|显示|屏幕上显示|报出)"
    r"(?: (?:me|us|an?|the|мне|нам|код|http|https|error))?[ :]{0,2}"
)


def _http(reading: Reading, match: re.Match[str]) -> Found | None:
    if re.search(
        r"(?:page|стр\w{0,6}|страниц\w|room|кабинет\w?|第|手册)\s?$",
        before(reading, match.start(1), 12),
    ):
        return None
    return Found(*match.span(1))


_NO_CODES: Final = re.compile(
    r"(?:a[0-9]|h\d{3}|v\d|m[12]|p\d|g\d|kb|mb|gb|usb|cat|hdmi|mp|win|ipv|f\d{1,2}$|room"
    r"|x\d|no|nr|n)"
)


def _shown(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group(1)
    if said[0].isdigit():
        return _http(reading, match)
    cue = reading.low[match.start() : match.start(1)]
    if _NO_CODES.match(said) or cue.startswith(("with", "get", "got")):
        return None
    return _capital(reading, match)


# --- what the screen says -----------------------------------------------------------------------

_SAYING: Final = re.compile(
    r"(?:says?|said|saying|stuck (?:on|at)|hangs (?:on|at)|завис\w* на|висит на|застрял\w? на|卡在|停在|error|message|messages|window|pop(?:s|ped)? ?up|popup|shows?"
    r"|showing|reads|gets?|getting|got|see|seeing|with|warning|prompt|dialog|alert|notice"
    r"|client"
    r"|пишет|пишут|выда[её]т|ошибк\w{0,2}|сообщени\w{1,2}|окно|окошко|выскакивает|вылезает"
    r"|появляется|появилось|говорит|надпись|выходит|показывает|высвечивается|ругается"
    r"|вылетает|предупреждение"
    r"|提示|报错?|弹出|弹窗|框|显示|窗口|错误|出现|警告|说|写着|消息)"
)
_TROUBLE: Final = re.compile(
    r"(?:cannot|can't|permission|could ?n[o']t|fail|error|denied|invalid|unable|not |expired|refused"
    r"|timed? ?out|missing|locked|full\b|corrupt|unavailable|no such|lost|wrong|blocked"
    r"|problem|interrupted|too (?:many|large)|required|unexpected|disabled|incorrect"
    r"|не удалось|не удается|разрешени|не заполнен|ошибк|нет |недостаточно|отказано|невозможно"
    r"|не найден"
    r"|не обнаруж|не найд|не установ|не опознан|не идентиф|не соответств|не задан|завершен"
    r"|прерван|истек|превышен|заблокирован|неверн|не может|не работает|недоступ|запрещен"
    r"|поврежден|переполнен|отсутствует|занят"
    r"|失败|错误|无法|不能|不可|超时|已满|拒绝|过期|无效|异常|未找到|不存在|锁定|找不到|不足|中断|已损坏|禁用|没有权限)"
)
_QUOTED: Final = r"[\"“«„「『]([^\"“”«»„「」『』\n]{3,200})[\"”“»」』]"


def _quoted(reading: Reading, match: re.Match[str]) -> Found | None:
    """What is in quotes may be the name of a folder or button, too."""
    words = match.group(1)
    if re.fullmatch(r"[\w.-]{1,80}\.[a-z]{2,4}|[a-z]:\\.*|https?:.*|\s*", words):
        return None
    head, _ = sentence(reading, match.start(), match.end())
    nearby = head[-40:]
    dash = re.search(r"[-—–]\s?$", nearby) and re.search(r"\S\s\S|[\u4e00-\u9fff]{4}", words)
    colon = re.search(r"[:：]\s?$", nearby) or (dash and not _FIRST_PERSON.search(words))
    if colon and _FIRST_PERSON.search(words) and not _SAYING.search(nearby[-30:]):
        return None  # somebody's words, passed on
    if not _TROUBLE.search(words) and not colon:
        if _COMES_UP.match(reading.low, match.end()):
            return Found(*match.span(1))
        said = max((cue.end() for cue in _SAYING.finditer(nearby)), default=-99)
        if len(nearby) - said > 16 or _NAMES.search(nearby[-24:]):
            return None
    return Found(*match.span(1))


_COMES_UP: Final = re.compile(
    r" ?(?:(?:keeps |still )?(?:pops? up|popping up|appears|comes up)|(?:опять |снова |все |постоянно )?(?:вылез|выскак|появля|выпада)|(?:还在|一直|又)?(?:弹|出现|报))"
)
_NAMES: Final = re.compile(
    r"(?:button|folder|file|group|menu|tab|field|option|project|called|named|column|list"
    r"|channel|site|page|report|template"
    r"|кнопк\w{1,2}|папк\w{1,2}|файл\w{0,2}|групп\w{1,2}|меню|вкладк\w{1,2}|поле|пункт\w?"
    r"|проект\w?|раздел\w?|отчет\w?|компани\w|ооо|ао|каф\w{1,3}"
    r"|按钮|文件夹?|菜单|选项|分组|项目|群|栏|字段|页面|报表)\s?$"
)
_SAYS: Final = (
    r"(?<![a-zа-я])(?:says|saying|said|message|shows|showing|reads|error|warning|prompt|gives|client"
    r"|пишет|выда[её]т|сообщение|появляется|говорит|ошибка|ошибку|ошибкой|выскакивает"
    r"|высвечивается|показывает|надпись|ругается"
    r"|提示|显示|报错?|错误信息|弹出|说|写着|错误)(?: (?:that|что|me|мне))?\s?[::—-]\s?(?![\"“«„「『\s])([^\n]{5,200})"
)
_CLOSING: Final = re.compile(
    r"[.!?](?=\s)|[。！？；;]|\s[-—–]\s|,\s(?:and|but|can|please|what|what's|i|how|а|но|что"
    r"|подскажите|помогите|как)\s|，(?:请|怎么|麻烦|但|是不是|可是)"
)


def _after_colon(reading: Reading, match: re.Match[str]) -> Found | None:
    start, words = match.start(1), match.group(1)
    said = _CLOSING.split(words, maxsplit=1)[0].rstrip(" ,.，)")
    if "-" in reading.low[match.start() : start] and not reading.low[start - 1].isspace():
        return None  # error-prone
    if (
        re.fullmatch(r"[\w:./#-]*\d[\w:./#-]*(?:\s?[\w.]{1,4}){0,2}|\s*|https?:.*", said)
        or len(said) < 4
    ):
        return None  # a code, an address
    if re.match(r"e(?:conn|noent|acces|perm|timed|host|addr)[a-z]*\b|0x[0-9a-f]", said):
        return None
    return Found(start, start + len(said))


_CODE_TELLS: Final = B + (
    r"(?:(?:ora|tns|pls)-\d{4,5}|0x[0-9a-f]{4,16}|\[?errno \d{1,4}\]?"
    r"|sqlstate\W{0,3}[0-9a-z]{5}\]?|"
    r"(?:error|ошибка|错误)(?: code)? ?\d{2,6})\s?[:-]?\s?[:\] ]\s?(?![\"“«„\s:])([^\n:'\"]{8,160})"
)


def _told_by_code(reading: Reading, match: re.Match[str]) -> Found | None:
    start = match.start(1)
    glue = reading.low[start - 2 : start]
    said = _CLOSING.split(match.group(1), maxsplit=1)[0].rstrip(" ,.，)")
    if ":" not in glue and "]" not in glue:
        return None
    return Found(start, start + len(said)) if len(said) >= 8 else None


_TELLS: Final = re.compile(
    r"(?<!\w)(?:says|said|shows|gives|reports|пишет|говорит|выдает|показывает)(?!\w)|提示|显示|报"
)


def _is_sentence(said: str) -> bool:
    """More than a code or the name of an exception."""
    if len(said) < 6 or (" " not in said and said < "\u3400"):
        return False
    first = said.split(" ", 1)[0]
    return (
        not re.fullmatch(r"e[a-z]{5,15}|[a-z0-9]+_[a-z0-9_]+|0x[0-9a-f]+", first) or len(said) > 40
    )


_WISH: Final = re.compile(
    r"(?<!\w)(?:needs?|please|urgent\w*|нуж\w+|прошу|пожалуйста|срочно)(?!\w)|请|需要|麻烦|急"
)
_FIRST_PERSON: Final = re.compile(
    r"(?<!\w)(?:i|my|me|we|our|us|i'm|я|мы|мой|моя|мне|меня|нас|нам|наш\w{0,2})(?!\w)|[我咱]"
)


def _after_name(reading: Reading, match: re.Match[str]) -> Found | None:
    """ "1C: the field was not found": no word of saying, but a program speaks."""
    start = match.start(1)
    said = _CLOSING.split(match.group(1), maxsplit=1)[0].rstrip(" ,.，)")
    written = reading.text[start : start + 1]
    if not (written.isupper() or written >= "\u3400") or not _is_sentence(said):
        return None
    if _TELLS.search(said[:24]):
        return None
    if not _TROUBLE.search(said) or _FIRST_PERSON.search(said) or _WISH.search(said):
        return None
    return Found(start, start + len(said))


_ON: Final = re.compile(
    r"\s(?:since|when|every|each|twice|once|and|but|on|in|at|after|with|for|при|когда"
    r"|с|после|каждый|и|в|на)\s"
)


def _large(reading: Reading, match: re.Match[str]) -> Found | None:
    """ "It says Connection attempt has failed": what begins large, and tells of trouble."""
    start, said = match.start(1), _CLOSING.split(match.group(1), maxsplit=1)[0].rstrip(" .")
    trouble = _TROUBLE.search(said)
    if trouble is None or not reading.text[start : start + 1].isupper() or " " not in said:
        return None
    on = _ON.search(said, trouble.end())
    said = said[: on.start()] if on else said
    return None if _FIRST_PERSON.search(said) else Found(start, start + len(said))


# --- the tables ------------------------------------------------------------

CODES: Final = (
    pattern(
        "ticket",
        rf"{B}((?:inc|req)-\d{{1,12}}|(?:inc|req|ritm|chg|prb|sctask|tkt)-?\d{{4,12}}){E}",
        "inc req ritm chg prb sctask tkt",
    ),
    pattern("error-code", _HEX_FREE, "x"),
    pattern("error-code", _NAMED, "_", _shouted),
    pattern(
        "error-code",
        rf"sqlstate\W{{0,3}}([0-9a-z]{{5}}){E}|{B}([0-9][0-9a-z]{{4}})(?= sqlstate)",
        "sqls",
    ),
    pattern(
        "error-code",
        rf"{B}(40[0134]|50[0234])(?= (?:на (?:портал|сайт|страниц|вход)|on the (?:portal|site|page|login)|при (?:вход|откр)))",
        "4 5",
    ),
    pattern(
        "error-code",
        r"(?:(?<![a-zа-я])(?:code|error|status|exit|with|с|со|ошибк\w|кодом?)|报|代码|错误码?) ?(-\d{1,6})(?![\d.:/-])",
        "-",
    ),
    pattern("error-code", r"(?<![\d.])([45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3})(?![\d.]\d)", "."),
    pattern(
        "error-code",
        r"(?:smtp|dsn|bounce|отбой|退信)[^\d\n]{0,20}(?<![\d.])([45]\.\d\.\d{1,3})(?![\d.]\d)",
        "smtp dsn boun отбо 退",
    ),
    pattern(
        "error-code",
        rf"{B}((?:ora|tns|pls|sp2|rman|frm|lpx|mgmt)-\d{{4,5}}|kb ?[1-9]\d{{5,7}}"
        rf"|cve-\d{{4}}-\d{{4,7}}|aadsts\d{{4,8}}|sc ?\d{{3}}(?:-\d{{1,2}})?"
        rf"|e-?0\d{{1,4}}|e-\d{{2,5}}|c-\d{{4}}|msb\d{{4}}|npm err!? [a-z]{{5,15}}|err:\d{{3}}){E}",
        "ora tns pls sp rman frm lpx mgmt kb cve aads sc e c msb npm err",
        _capital,
    ),
    pattern(
        "error-code",
        (
            r"(?<![a-zа-я0-9_.])(\d{2}\.(?=[0-9.]{0,3}[a-f])[0-9a-f]{2,4}"
            r"(?:\.[0-9a-f]{2,4})?)(?![\w.]\w)"
        ),
        ".",
    ),
    pattern(
        "error-code",
        (
            r"(%[a-z][a-z0-9_]{1,20}-\d-[a-z0-9_]{3,30})|(#(?:ref!|name\?|value!|div/0!"
            r"|n/a|null!|num!|spill!|знач!|ссылка!|имя\?|дел/0!|н/д))"
        ),
        "% #",
    ),
    pattern(
        "error-code",
        (
            rf"{B}(e(?:connrefused|connreset|connaborted|noent|acces|perm|timedout|hostunreach"
            rf"|netunreach|addrinuse|notfound|pipe|nospc|exist|busy|ai_again|intr)){E}"
        ),
        "econ enoe eacc eper etim ehos enet eadd enot epip enos eexi ebus eai eint",
        _capital,
    ),
    pattern(
        "error-code",
        rf"{B}(nxdomain|servfail|sigsegv|sigkill|bsod){E}",
        "nxdo serv sigs sigk bsod",
        _capital,
    ),
    pattern(
        "error-code",
        (
            rf"https?(?:/\d(?:\.\d)?)?(?:[ :-]{{1,2}}(?:status|error|code|response"
            rf"|ошибк[аиуой]{{1,2}}|код|错误|状态码)){{0,2}}[ :-]{{0,2}}([1-5]\d\d){E}{_NO_UNIT}"
        ),
        "http",
        _http,
    ),
    pattern("error-code", rf"{B}([45]\d\d){_STATUS_WORDS}", "4 5", _http),
    pattern(  # a bare status after the address that gives it
        "error-code",
        r"(?:/[a-z0-9_/.?=&-]{0,80}|\.(?:com|ru|cn|org|net|local|lan|corp))[,:;]? {0,2}(?:-"
        r"|—)? ?((?:40[0134589]|429|50[0234]))(?=[\s.,;!?，。)]|$)",
        "/ .",
        _http,
    ),
    pattern(
        "error-code",
        r"(?:网站|网页|页面|系统|官网|网址|https?:|сайт|страниц|портал|(?<![a-z])(?:site|page|portal"
        r"|website))[^\n]{0,60}?[,，:：.—-] ?((?:40[0134589]|429|50[0234]))(?=\s*(?:[.,;!?，。)]"
        r"|$))",
        "网 页 系 http сайт стра порт site page webs",
        _http,
    ),
    pattern(
        "error-code",
        r"(?:一直|总是|老是|还是|变成|直接|就是|全是|都是|сразу|постоянно|все время)(?:报)? ?((?:40[0134589]"
        r"|429|50[0234]))(?=\s*(?:[.,;!?)，。；]|$))|(?:gives?|gave|giving|throws?|threw"
        r"|returns?|returned|fails? with|failed with|failing with|dies with|выда[её]т"
        r"|кидает|возвращает|вылетает с|падает с|валится с|отваливается с|报|返回|抛)"
        r"(?: (?:me|us|an?|the|мне|нам|код\w?|error|ошибк\w))?[ :]{0,2}(?!(?:19|20)\d\d(?!\d))(\d{4,6})(?=\s*(?:[.,;!?)，。；]"
        r"|$)"
        r"| (?:since|when|whenever|after|on|every|each|again|and|as soon|с|при|после"
        r"|когда|и|в|на|сразу|как|каждый)(?!\w))",
        "还 变 一 总 老 直 就 全 都 сраз пост все give gave givi thro thre retu fail dies выда кида возв выле пада вали отва 报 返 抛",
    ),
    pattern(
        "error-code",
        (
            rf"{_SHOWS}((?:4(?:0[0-9]|1[0-9]|2[0-9])|50[0-8]){E}{_NO_UNIT}"
            rf"|[a-z]{{1,3}}-?\d{{2,5}}(?:[-.]\d{{1,4}})?{E})"
        ),
        (
            "give gave givi retu show thro says say gets get got gett repo disp with fail выда види вид видя видн лови лов ловл ловю "
            "пока возв отда пише кида дисп экра выле 报 返 提 显"
        ),
        _shown,
    ),
    pattern(  # the range of Windows' remote access, as rasdial gives them
        "error-code",
        rf"(?:vpn|впн|rasdial|dial-up|拨号)[^\n\d.;。；]{{0,40}}(?<![\d.:-])(?<!room )(?<!port )(?<!порт )((?:[67]\d"
        rf"|8[0-8])\d|138\d\d){E}{_NO_UNIT}",
        "vpn впн rasd dial 拨",
    ),
    pattern(
        "error-code",
        rf"{B}{_CUE_EN}{_CODE}{E}{_NO_UNIT}",
        "erro err errn exit retu stat stop faul fehl resu reas fail resp code even exce rc",
        _cued,
    ),
    pattern(
        "error-code",
        rf"{B}{_CUE_RU}{_CODE}{E}{_NO_UNIT}",
        "ошиб код кода коду кодо сбой сбоя собы искл",
        _cued,
    ),
    pattern(
        "error-code", rf"{_CUE_ZH}{_CODE}{E}{_NO_UNIT}", "错 报 出 代 退 故 状 事 返 异", _cued
    ),
)
TEXTS: Final = (
    pattern("error-text", _QUOTED, '" “ « „ 「 『', _quoted),
    pattern("error-text", _CODE_TELLS, "ora tns pls x errn sqls erro ошиб 错", _told_by_code),
    pattern(
        "error-text",
        _SAYS,
        (
            "says sayi said mess show read erro warn prom give clie пише выда сооб появ гово "
            "ошиб выск высв пока надп руга 提 显 报 错 弹 说 写"
        ),
        _after_colon,
    ),
    pattern(
        "error-text",
        rf"{B}(?:says|said|reads|gives|shows|get|got|error|пишет|выдает|говорит|ошибк[ау]) ([^\n:\"“«,;]{{8,120}})",
        "says said read give show get got erro пише выда гово ошиб",
        _large,
    ),
    pattern(
        "error-text",
        r"(?:(?<=[a-z0-9а-я)])|(?<=失败)|(?<=出错))(?: ?[:—]| -) ?([^\n:\"“«]{8,160})",
        ": — -",
        _after_name,
    ),
)
PATTERNS: Final[tuple[Pattern, ...]] = (*CODES, *TEXTS)
