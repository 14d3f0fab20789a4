"""What a message states: codes, names, times, how many are affected. Patterns in three languages.

Every pattern is bounded, so that no text takes more than linear time.
"""

import re
from functools import lru_cache
from typing import Final

from nlp.understanding import Fact

LOOKED_AT: Final = 20_000  # characters

_NUMBER_EN: Final = (
    r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
    r"|several|few|a few|couple of|a couple of|every|each|some|many)"
)
_NUMBER_RU: Final = (
    r"(?:\d{1,3}|один|одну|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|пятнадцать|двадцать"
    r"|тридцать|пару|несколько|полчаса|полтора)"
)
_NUMBER_ZH: Final = r"(?:\d{1,3}|[一二两三四五六七八九十半几每]{1,3})"
_UNIT_EN: Final = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)"
_UNIT_RU: Final = r"(?:секунд\w{0,2}|минут\w{0,2}|мин|час\w{0,3}|дн\w{1,3}|день|суток|недел\w{1,3}|месяц\w{0,3}|лет|год\w{0,2})"
_UNIT_ZH: Final = r"(?:秒钟?|分钟?|个?小时|个?钟头|天|日|个?星期|周|个?月|年)"
_DAY_EN: Final = (
    r"(?:today|yesterday|this (?:morning|afternoon|week|month)|last (?:night|week|month|year|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|(?:the )?(?:last |latest |recent )?(?:update|upgrade|reboot|restart|migration|move|password change)"
    r"|(?:about |around )?\d{1,2}(?::\d{2})? ?(?:am|pm|o'clock)?)"
)
_DAY_RU: Final = (
    r"(?:сегодня\w{0,3}|вчера\w{0,6}|позавчера\w{0,6}|утра|вечера|обеда|понедельника|вторника|среды|четверга|пятницы"
    r"|субботы|воскресенья|прошл\w{2,3} недел\w|этой недели|прошлого месяца|обновлени\w|перезагрузки"
    r"|\d{1,2}(?::\d{2})?(?: час\w{0,2}| утра| вечера)?)"
)

# kind -> patterns; the value is group 1 where there is one, else the whole match
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("ticket", r"\b((?:INC|REQ)-\d{1,12})\b"),
        ("url", r"\bhttps?://[^\s<>\"'，。）)]{2,300}"),
        ("path", r"(?<!\w)[a-z]:\\[^\s\"<>|?*]{1,200}|\\\\[\w.-]{1,60}\\[^\s\"<>|?*]{1,200}"),
        (
            "path",
            r"(?<![\w/:.])/(?:home|var|etc|usr|opt|tmp|mnt|srv|Users|Applications)/[^\s\"'<>|]{1,200}",
        ),
        (
            "ip",
            r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d{1,2})\.){3}(?:25[0-5]|2[0-4]\d|1?\d{1,2})(?![\d.])",
        ),
        ("error-code", r"\b0x[0-9a-f]{4,16}\b"),
        (
            "error-code",
            r"\b(?:SQLSTATE\W{0,3})?([0-9A-Z]{2}[0-9]{3})\b(?=.{0,20}sqlstate)|\bSQLSTATE\W{0,3}\[?([0-9A-Z]{5})",
        ),
        (
            "error-code",
            r"\b(?:error|err|code|errno|http|status|ошибк\w{0,2}|код\w{0,2}(?: ошибки)?|event id)"
            r"(?:[ :#№-]{1,3}|\s?code[ :#]{1,3}|\s?номер\s)?(?:код[ :]{1,2}|code[ :]{1,2})?"
            r"((?:[a-z]{1,4}[-_]?)?\d{2,6}(?:-\d{1,6})?)\b",
        ),
        (
            "error-code",
            r"(?:错误|报错|代码|错误码|错误代码|故障码|状态码)(?:代码|码|是|为|显示|提示)?[ :：]{0,2}([a-z]{0,4}[-_]?\d{2,6}(?:-\d{1,6})?)",
        ),
        ("error-code", r"\b((?:ERR|ERROR|EC|E|NET|DNS|STOP|INET|PROBE|CODE)_[A-Z0-9_]{3,60})\b"),
        (
            "error-code",
            r"\b(ORA-\d{5}|KB\d{6,8}|CVE-\d{4}-\d{4,7}|E-?\d{3,5}|[45]\d\d [45]\.\d{1,3}\.\d{1,3})\b",
        ),
        ("error-text", r"[\"“«「『]([^\"“”«»「」『』\n]{6,200})[\"”»」』]"),
        (
            "error-text",
            r"\b(?:says|saying|message|shows|reads|пишет|выдает|выдаёт|сообщение|появляется)\s?[:—-]\s?([^\n.。]{6,160})",
        ),
        (
            "frequency",
            rf"\bevery (?:{_NUMBER_EN} )?{_UNIT_EN}\b|\b(?:several|many|few|two|three|\d{{1,2}}) times (?:a|an|per|every) \w{{3,6}}"
            r"|\b(?:constantly|all the time|intermittent(?:ly)?|randomly|sometimes|occasionally|every time|each time|always|once (?:a|per) \w{3,6})\b",
        ),
        (
            "frequency",
            rf"\bкажд\w{{2,3}} (?:{_NUMBER_RU} )?(?:{_UNIT_RU}|раз)\b|\b(?:постоянно|иногда|периодически|всегда|время от времени|регулярно|то и дело)\b"
            r"|\b(?:несколько|пару|\d{1,2}) раз\w? в \w{3,8}",
        ),
        (
            "frequency",
            rf"每(?:隔)?{_NUMBER_ZH}?{_UNIT_ZH}(?:左右)?|每次|经常|时不时|偶尔|有时候?|一直|总是|老是|不停地?|频繁|动不动",
        ),
        (
            "since",
            rf"\b(?:since|starting|started|began|from|after) (?:{_DAY_EN})\b"
            rf"|\b(?:for|over|past|last) (?:the )?(?:past |last )?(?:{_NUMBER_EN}) {_UNIT_EN}\b"
            rf"|\b(?:{_NUMBER_EN}) {_UNIT_EN} ago\b|\b(?:since|after) (?:the |an |my |last )?[\w' ]{{3,30}}(?:update|upgrade|reboot|restart|migration|change)\b"
            r"|\b(?:this morning|yesterday|last night|just now|all day|all morning|all week|as of today|today)\b",
        ),
        (
            "since",
            rf"\b(?:с|со|после|от) {_DAY_RU}|\b(?:уже |около |примерно )?{_NUMBER_RU} {_UNIT_RU}(?: назад| подряд| как)\b"
            rf"|\bуже (?:{_NUMBER_RU} )?{_UNIT_RU}\b|\b(?:сегодня|вчера|позавчера|только что|утром|недавно|весь день|все утро|с утра)\b",
        ),
        (
            "since",
            rf"(?:从|自从?|打)?(?:昨天|今天|前天|今早|今天早上|今天上午|今天下午|昨晚|昨天下午|昨天晚上|早上|上午|上周[一二三四五六日天末]?|上个?星期|上个?月|周[一二三四五六日天]|星期[一二三四五六日天]|刚才|刚刚)(?:开始|起|以来|到现在|之后|以后)?"
            rf"|(?:更新|升级|重启|搬家|改密码)(?:之后|以后|后)(?:就|开始)?|{_NUMBER_ZH}{_UNIT_ZH}(?:前|以来|了)|(?:最近|近)(?:{_NUMBER_ZH}{_UNIT_ZH})?",
        ),
        (
            "affected",
            r"\b(?:only|just) (?:me|my (?:pc|laptop|computer|machine|desk|account))\b|\b(?:for me only|nobody else|no one else|others? (?:are|is) (?:fine|ok|not affected)|works for (?:others|my colleagues?|everyone else))\b"
            r"|\b(?:whole|entire|all (?:of )?(?:the |our )?|everyone (?:in|on|at)|everybody (?:in|on|at)|our|my) (?:the |our |my )?(?:whole |entire )?(?:team|floor|office|department|dept|branch|site|building|company|colleagues|room|warehouse|shop)\b"
            r"|\b(?:everyone|everybody|all (?:users|of us|colleagues|staff|employees)|no one can|nobody can|none of us|several (?:people|users|colleagues)|other (?:people|users|colleagues)|my colleagues?|(?:me|I) and (?:my |a )?\w{3,15}|\d{1,4} (?:people|users|colleagues|employees|of us))\b",
        ),
        (
            "affected",
            r"\b(?:только|лишь) (?:у )?(?:меня|мой|моя|мне|я)\b|\bу (?:остальных|других|коллег|всех остальных) (?:все |всё )?(?:работает|нормально|хорошо|в порядке|ок)"
            r"|\b(?:у )?(?:все(?:го|й|х|м)|весь|вся|все|целы[йм]|нашего|наш\w{0,3}) (?:наш\w{0,3} )?(?:отдел\w{0,2}|этаж\w{0,2}|офис\w{0,2}|команд\w{0,2}|компани\w{0,2}|филиал\w{0,2}|здани\w{0,2}|бухгалтери\w{0,2}|склад\w{0,2}|кабинет\w{0,2}|нас|коллег\w{0,2}|сотрудник\w{0,2})"
            r"|\bу (?:всех|нас всех|коллег\w?|нескольких|многих|нас)\b|\bни у кого\b|\bу (?:\d{1,4}|двух|трех|трёх|пяти|десяти) (?:человек|сотрудник\w{0,2}|коллег|пользовател\w{0,2})",
        ),
        (
            "affected",
            r"(?:只有|就|仅)(?:我|我一个人|我自己|我的电脑|我这台?)|(?:别人|其他人|同事们?)(?:都|的都)?(?:正常|没问题|可以|能用|没事)"
            r"|(?:整个|全|我们|全部)(?:部门|楼层|层楼|楼|办公室|公司|团队|组|分公司|办公区|科室)(?:的人)?(?:都)?|(?:所有人|大家|全员|所有同事|每个人|很多人|好几个人|好多同事|我和同事|同事们?也)(?:都)?|[\d一二两三四五六七八九十几]{1,4}(?:个|位)(?:人|同事|用户)",
        ),
        (
            "tried",
            r"\b(?:i(?:'ve| have)?|we(?:'ve| have)?|already|tried)(?: already| also| both)? (?:tried|rebooted|restarted|reinstalled|reset|reconnected|updated|unplugged|replugged|cleared|checked|changed|replaced|swapped|turned it off|switched|rebooting|restarting|reinstalling|resetting|reconnecting|updating|clearing|logging out)\b[^.!?。\n,;]{0,60}"
            r"|\b(?:reboot|restart|reinstall)(?:ed|ing)? (?:(?:it|the \w{2,12}|my \w{2,12}|twice|several times) )?(?:did ?n[o']?t help|does ?n[o']?t help|no (?:luck|effect))|\b(?:rebooted|restarted)\b[^.!?\n,;]{0,40}|\bhave you tried\b(?!)",
        ),
        (
            "tried",
            r"\b(?:уже |я |мы )?(?:пробовал\w?|перезагру(?:жал|зил)\w?|перезапус(?:кал|тил)\w?|переустан(?:авливал|овил)\w?|переподключ(?:ал|ил)\w{0,3}|обнов(?:лял|ил)\w?|чистил\w?|очистил\w?|выключал\w?|включал\w?|сбрасывал\w?|сбросил\w?|менял\w?|поменял\w?|проверял\w?|проверил\w?|вытаскивал\w?|перетыкал\w?)\b[^.!?\n,;]{0,60}"
            r"|\bперезагрузка не помог\w{0,3}",
        ),
        (
            "tried",
            r"(?:已经|我|也|都)?(?:试过|尝试过?|试了|重启|重装|重新(?:安装|启动|登录|连接|插拔|开机)|清理|清除|换)(?:过|了)(?:[^。！？\n，,；;]{0,30})",
        ),
        (
            "phone",
            r"(?<![\w.])(\+\d[\d ()-]{7,17}\d)(?!\w)|\b(?:ext\.?|доб\.?|内线|分机) ?:?(\d{3,5})\b",
        ),
        (
            "host",
            r"\b((?:pc|ws|srv|lt|nb|desktop|laptop|server|dc|prn|printer|host|wks)[-_][a-z0-9-]{2,20}|[a-z0-9-]{2,40}\.(?:local|corp|lan|internal|intra))\b",
        ),
        (
            "asset",
            r"\b((?:asset|tag|s/n|serial|инв\.?|инвентарный(?: номер)?|资产(?:编号)?|序列号)[ :#№：]{1,3}[a-z0-9-]{3,20})",
        ),
        (
            "os",
            r"\b(windows (?:xp|7|8(?:\.1)?|10|11|server(?: \d{4})?)|win ?(?:7|10|11)|mac ?os(?: [a-z]{4,10}| \d{1,2}(?:\.\d{1,2})?)?|ubuntu(?: \d\d\.\d\d)?|debian|linux|android(?: \d{1,2})?|ios(?: \d{1,2})?|chrome ?os)\b",
        ),
        (
            "version",
            r"\b(?:version|ver\.?|v|версия|版本)[ :：.]{0,2}(\d{1,4}\.\d{1,5}(?:\.\d{1,6}){0,2})\b",
        ),
    )
)

# Applications and devices by the words people use for them; the value is the common name.
_NAMES: Final = {
    "Outlook": r"outlook|аутлук\w{0,2}",
    "Teams": r"(?:ms |microsoft )?teams|тимс\w{0,2}",
    "Zoom": r"zoom|зум\w{0,2}",
    "Excel": r"excel|эксел\w{1,3}|表格",
    "Word": r"(?:ms |microsoft )word|\bword\b(?! of)|ворд\w{0,2}",
    "PowerPoint": r"power ?point|пауэрпоинт\w{0,2}",
    "OneDrive": r"one ?drive",
    "SharePoint": r"share ?point",
    "Office": r"(?:ms |microsoft )?office ?365|office 20\d\d|m365",
    "VPN": r"vpn|впн|anyconnect|global ?protect|forti ?client|open ?vpn|wire ?guard",
    "Wi-Fi": r"wi-?fi|wlan|вай-?фа\w{1,3}|无线网?",
    "Network": r"network|internet|ethernet|сет[ьи]\b|интернет\w{0,2}|网络|上不了网|断网|网线",
    "Printer": r"printers?|print(?:s|ing)?|принтер\w{0,2}|печата\w{1,3}|мфу|打印机?",
    "Scanner": r"scanner|scanning|сканер\w{0,2}|扫描仪?",
    "Monitor": r"monitors?|screens?|displays?|монитор\w{0,2}|экран\w{0,2}|显示器|屏幕|黑屏|蓝屏",
    "Keyboard": r"keyboards?|клавиатур\w{1,2}|键盘",
    "Mouse": r"\bmouse\b|мыш\w{1,3}|鼠标",
    "Headset": r"headsets?|headphones?|microphones?|наушник\w{0,2}|гарнитур\w{1,2}|микрофон\w{0,2}|耳机|麦克风",
    "Docking station": r"dock(?:ing station)?\b|док-?станци\w{1,2}|扩展坞",
    "Laptop": r"laptops?|notebooks?|ноутбук\w{0,2}|ноут\w{0,2}|笔记本",
    "Computer": r"computers?|\bpcs?\b|workstations?|компьютер\w{0,2}|комп\w{0,2}\b|\bпк\b|системник\w{0,2}|电脑|主机",
    "Phone": r"(?:smart)?phones?|iphone|смартфон\w{0,2}|телефон\w{0,2}|айфон\w{0,2}|手机|电话",
    "Password": r"passwords?|парол\w{1,3}|密码",
    "Account": r"accounts?|log ?in|sign ?in|logon|учетн\w{2,3}|учётн\w{2,3}|аккаунт\w{0,2}|логин\w{0,2}|вход\w{0,2} в|账[号户]|登[录陆]",
    "MFA": r"mfa|2fa|authenticator|двухфактор\w{2,4}|аутентификатор\w{0,2}|验证码|双因素",
    "Mailbox": r"mailbox|e-?mails?|почт\w{1,3}|писем|письм\w{1,3}|邮箱|邮件",
    "Calendar": r"calendars?|meeting invites?|календар\w{1,2}|日历",
    "Browser": r"browsers?|chrome|firefox|edge|safari|браузер\w{0,2}|хром\w{0,2}\b|浏览器",
    "Shared folder": r"shared (?:folder|drive)|network (?:folder|drive)|\bfolders?\b|общ\w{2,3} папк\w{1,2}|папк\w{1,3}|сетев\w{2,3} диск\w{0,2}|共享(?:文件夹|盘)|文件夹",
    "Files": r"\bfiles?\b|documents?|файл\w{0,3}|документ\w{0,3}|文件|文档",
    "Remote desktop": r"remote desktop|\brdp\b|удаленн\w{2,3} рабоч\w{2,3}|远程桌面|citrix",
    "SAP": r"\bsap\b",
    "1C": r"\b1[cс]\b",
    "CRM": r"\bcrm\b|salesforce",
    "ERP": r"\berp\b",
    "Windows": r"windows|виндо?вс|винд[аыуе]\b",
    "Antivirus": r"anti-?virus|defender|антивирус\w{0,2}|杀毒|病毒|virus|вирус\w{0,2}",
    "Camera": r"(?:web)?cam(?:era)?s?|камер\w{1,2}|摄像头",
    "Projector": r"projectors?|beamers?|проектор\w{0,2}|投影仪?",
    "Disk": r"hard (?:disk|drive)|\bdisk\b|\bssd\b|жестк\w{2,3} диск\w{0,2}|диск\w{0,2}|硬盘|磁盘|[cd]盘",
    "USB": r"\busb\b|флешк\w{1,3}|u盘|优盘",
    "Battery": r"battery|charg(?:er|ing|es)|батаре\w{1,2}|аккумулятор\w{0,2}|зарядк\w{1,2}|заряжа\w{2,4}|电池|充电",
    "License": r"licen[sc]e|лицензи\w{1,2}|许可证|授权",
    "Database": r"database|sql server|oracle|postgres\w{0,3}|баз\w{1,2} данных|数据库",
    "Website": r"web ?site|web ?page|intranet|portal|сайт\w{0,2}|портал\w{0,2}|网站|网页",
    "Software": r"software|application|\bapps?\b|program(?:me)?s?\b|install\w{0,6}|программ\w{1,3}|приложени\w{1,2}|установ\w{2,6}|软件|程序|安装",
    "Phishing": r"phishing|suspicious (?:e-?mail|link|message)|фишинг\w{0,3}|подозрительн\w{2,4}|钓鱼|可疑",
    "Backup": r"backups?|restor\w{1,4}|recover\w{0,3}|резервн\w{2,3}|восстанов\w{2,6}|备份|恢复|还原|误删",
    "Access": r"access|permissions?|доступ\w{0,2}|прав\w{0,2}\b|权限|访问",
}
_LATIN, _CYRILLIC, _HAN = re.compile("[a-zA-Z]"), re.compile("[а-яёА-ЯЁ]"), re.compile("[一-鿿]")


def _scripts(text: str) -> frozenset[str]:
    """Which of our three scripts are in it."""
    return frozenset(
        name
        for name, letters in (("latin", _LATIN), ("cyrillic", _CYRILLIC), ("han", _HAN))
        if letters.search(text)
    )


def _literals(pattern: str) -> str:
    """A pattern without its escapes: the letters that it looks for."""
    return re.sub(r"\\.", "", pattern)


def _alternatives(pattern: str) -> list[str]:
    """Its parts between the bars that stand in no group."""
    parts, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _names_in(script: str) -> re.Pattern[str]:
    """All names as they are written in one script."""
    written = [
        (
            number,
            "|".join(
                part for part in _alternatives(pattern) if script in _scripts(_literals(part))
            ),
        )
        for number, pattern in enumerate(_NAMES.values())
    ]
    every = "|".join(f"(?P<n{number}>{pattern})" for number, pattern in written if pattern)
    return re.compile(rf"(?<![a-zа-яё0-9])(?:{every})(?![a-zа-яё])", re.IGNORECASE)


_APPLICATIONS: Final = {script: _names_in(script) for script in ("latin", "cyrillic", "han")}
_NEEDED: Final = tuple(_scripts(_literals(pattern.pattern)) for _, pattern in _PATTERNS)
_CALLED: Final = tuple(_NAMES)


@lru_cache(maxsize=512)  # asked for by the features, the parts and the whole of a message
def facts_in(text: str) -> tuple[Fact, ...]:
    """What the text states, in the order of kinds, then of the text; each value of a kind once."""
    looked = text[:LOOKED_AT]
    scripts = _scripts(looked)
    found: dict[tuple[str, str], Fact] = {}
    for (kind, pattern), needed in zip(_PATTERNS, _NEEDED, strict=True):
        if needed and not needed & scripts:  # what is not written in its letters cannot match
            continue
        for match in pattern.finditer(looked):
            group = next((g for g in range(1, pattern.groups + 1) if match.group(g)), 0)
            value = " ".join(match.group(group).split()).strip(" ,.;:，。；：")
            if value:
                found.setdefault(
                    (kind, value.lower()), Fact(kind, value, match.start(group), match.end(group))
                )
    named = [match for script in scripts for match in _APPLICATIONS[script].finditer(looked)]
    for match in sorted(named, key=lambda one: one.start()):
        name = _CALLED[int((match.lastgroup or "n0")[1:])]
        found.setdefault(
            ("application", name), Fact("application", name, match.start(), match.end())
        )
    facts = list(found.values())
    first = next((fact for kind in _NAMING for fact in facts if fact.kind == kind), None)
    if first is not None:
        facts.append(Fact("what", first.value, first.start, first.end))
    return tuple(facts)


# Whoever names one of these has said what it is about.
_NAMING: Final = ("application", "error-text", "error-code", "host", "url", "path")
