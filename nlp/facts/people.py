"""Who: the account it is about, and how many suffer from it."""

import re
from collections.abc import Iterable
from typing import Final

from nlp.facts.reading import (
    B,
    E,
    Found,
    Judge,
    Pattern,
    Reading,
    before,
    pattern,
    sentence,
    spoken,
)  # fmt: skip
from nlp.understanding import Level

# --- accounts -----------------------------------------------------------------------------------

_NAME: Final = r"([a-z][a-z0-9]{0,24}(?:[._-][a-z0-9]{1,24}){0,3})"
_NO_NAMES: Final = frozenset(
    "is was are can cannot can't could does doesn't did has have had name names account accounts page screen interface guide manual experience group groups profile rights permissions in on at from with who that this the a an and or for to of not my your their no id ids list data error errors problem problems issue failed fails attempt attempts attempted failure form window prompt details credentials password passwords info information portal button button's still just keeps again again please locked disabled expired blocked works working admin administrator login user users it window windows because when since after before via using script team outlook teams vpn sap excel word wifi email mail server service services system app apps session sessions set used empty servers server deletion created deleted made moved renamed got gets getting goes went being should would will must may might seems looks appears suddenly somehow randomly recently needs wants says said shows asks became stays yet already never always also only now today yesterday here there be been support currently cookies cookie loop flow method session process step token box field credentials satisfaction story stories manager".split()
)
_SURE: Final = re.compile(r"[._\d]")


def _user(reading: Reading, match: re.Match[str]) -> Found | None:
    name, start = match.group(1), match.start(1)
    cue = reading.low[match.start() : start].strip(" :=")
    if name in _NO_NAMES or len(name) < 3 or name.split("-")[0] in _NO_NAMES:
        return None
    if re.search(r"\.(?:com|ru|cn|org|net|local|exe|txt|docx?|xlsx?|pdf|zip|csv|png|jpe?g)$", name):
        return None
    if (
        cue == "user"
        and len(name) > 4
        and re.search(r"[,;(]\s?$", reading.low[max(0, match.start() - 2) : match.start()])
        and re.match(r"\s*(?:[,.;)]|$)", reading.low[match.end(1) : match.end(1) + 3])
    ):
        return Found(start, match.end(1))  # "…, user bmorales."
    shouted = reading.text[start : match.end(1)].isupper() and len(name) > 3
    goes_on = reading.low[match.end(1) : match.end(1) + 24]
    acts = re.match(
        r",? (?:is|was|got|gets|has been|keeps|says|shows|won'?t|doesn'?t|isn'?t|does not"
        r"|will not|can'?t|cannot|needs|locked|disabled|blocked|заблок\w+|не (?:может"
        r"|работает|пускает))(?!\w)",
        goes_on,
    )
    if cue in ("user", "account", "for user") and not (
        _SURE.search(name)
        or shouted
        or (acts and len(name) > 4 and not name.endswith(("ly", "ing", "ed")))
    ):
        return None
    end = match.end(1)
    if reading.low[end : end + 1] in ("@", "\\", "/") or reading.low[start - 1] in "@\\/":
        return None
    return Found(start, end)


def _logged_in(reading: Reading, match: re.Match[str]) -> Found | None:
    found = spoken(match)
    name = reading.low[found.start : found.end]
    return None if name in _NO_NAMES or len(name) < 3 else found


def _domain_user(reading: Reading, match: re.Match[str]) -> Found | None:
    return Found(*match.span(1))


# --- how many -----------------------------------------------------------------------------------

ME, SOME, TEAM, SITE, ALL = "me", "some", "team", "site", "all"  # or a number

_EN_TEAM: Final = (
    r"accounts|production|dispatch|housekeeping|kitchen|maintenance|engineering|team|teams|department|dept|group|class|shift|unit|lab|crew|section|squad|accounting|sales"
    r"|finance|hr|marketing|warehouse team|helpdesk|purchasing|procurement|legal|logistics"
    r"|reception|radiology|payroll|admissions"
    r"|call cent(?:er|re)|contact cent(?:er|re)|back office|front desk|ward|faculty|registry|division"
)
_EN_SITE: Final = (
    r"block|terminal|depot|yard|theatre|theater|floor|office|building|branch|site|warehouse|shop|store|plant|factory|school|campus"
    r"|open space|wing|hall|clinic|hospital|room|classroom"
)
_EN_ALL: Final = r"company|organi[sz]ation|firm|business|country"
_EN_PEOPLE: Final = (
    r"people|users|colleagues|employees|coworkers|co-workers|persons|staff members|members"
    r"|receptionists|pharmacists|physicians|technicians|clerks|librarians|tellers|pupils"
    r"|kids|residents|patients|visitors|lecturers|consultants|analysts|designers|officers"
    r"|students|clients|agents|customers|workers|operators|teachers|nurses|engineers"
    r"|ladies|gentlemen|girls|lads|guys|children|men|women|mothers|parents|assistants|(?!print|comput|brows|degr|foll|conn|contain|plott|disp(?!atch)|webc|stick|bann|rout|scann|serv|monit|fold|numb|err|ord|lett|charg|track|regist|sens|project|adapt|head|speak|pow|count|corn|lay|filt|read|connect|process|mark|fing|play|oth|pap|paramet|charact|hand|show|work|doll|met|lit)[a-z]{3,12}(?:ers|ors|ists|ants|ees|ians)|developers|devs|managers|doctors|drivers|cashiers|guests|participants|accountants"
)
_EN_NUMBER: Final = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|thirteen|fourteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:twenty|thirty|forty|fifty)[- ](?:one|two|three|four|five|six|seven|eight|nine)"
)
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ONES: Final = "one two three four five six seven eight nine".split()
_NUMBERS: Final = {
    f"{ten}{sign}{one}": number + count
    for ten, number in _TENS.items()
    for count, one in enumerate(_ONES, 1)
    for sign in " -"
} | {
    word: number
    for number, words in (
        (2, "two двое двух двоих двум 两 二 俩"),
        (3, "three трое трех троих трем 三"),
        (4, "four четверо четырех четверых 四"),
        (5, "five пятеро пяти пятерых пять 五"),
        (6, "six шестеро шестерых шести шесть 六"),
        (7, "seven семеро семерых семи семь 七"),
        (8, "eight восьми восемь 八"),
        (9, "nine девяти девять 九"),
        (10, "ten десяти десять десятка 十"),
        (11, "eleven одиннадцати одиннадцать"),
        (12, "twelve двенадцати двенадцать"),
        (15, "fifteen пятнадцати пятнадцать"),
        (20, "twenty двадцати двадцать"),
        (30, "thirty тридцати тридцать"),
        (13, "thirteen тринадцать тринадцати"),
        (14, "fourteen четырнадцать четырнадцати"),
        (16, "sixteen шестнадцать шестнадцати"),
        (17, "seventeen семнадцать семнадцати"),
        (18, "eighteen восемнадцать восемнадцати"),
        (19, "nineteen девятнадцать девятнадцати"),
        (40, "forty сорока сорок"),
        (50, "fifty пятидесяти пятьдесят полсотни"),
        (60, "sixty шестидесяти шестьдесят"),
        (70, "seventy семидесяти семьдесят"),
        (80, "eighty восьмидесяти восемьдесят"),
        (90, "ninety девяноста девяносто"),
        (100, "hundred ста сто сотни сотня"),
    )
    for word in words.split()
}


_NEWCOMERS: Final = re.compile(
    r"(?<![a-z])new(?![a-z])|new ?(?:comers|starters)|starters|joiners|interns|trainees|hires|temps|新|实习"
)
_EQUIPPED: Final = re.compile(
    r"(?<![a-z])(?:accounts?|log-?ins?|access|laptops?|licen[cs]es?|mailbox(?:es)?|phones?|badges?|start(?:s|ing)?|joins?|joining|beginn?(?:ing)?|arrive|set ?up)(?![a-z])|账号|入职|报到|开通|权限|到岗|工牌|[一二三四五六日天]来|开户|邮箱|电脑"
)


def _counted(reading: Reading, match: re.Match[str]) -> Found | None:
    head, tail = sentence(reading, match.start(), match.end())
    if re.match(r"(?:问|想问|申请|要请|建号|开号|开通)", tail) or re.match(r" asked? about", tail):
        return None
    if re.match(
        r" ?(?:in|at|on|to|joined|attended) (?:the |a |our |my )?(?:webinar|meeting|call|session|training|course|event|party|lunch|workshop|conference)|的(?:会|课|培训|活动|团队|群)",
        tail,
    ):
        return None
    if head.endswith("for ") and re.search(
        r"(?:book|reserve|order|catering|room|lunch)(?!\w)", head
    ):
        return None
    if _NEWCOMERS.search(match.group()) and _EQUIPPED.search(head[-60:] + " " + tail[:60]):
        return None  # who need accounts
    said = match.group("n")
    number = int(said) if said.isdecimal() else _NUMBERS.get(said) or _of_han(said)
    if not number:
        return Found(*match.span(), SOME)
    return None if number > 100_000 else Found(*match.span(), ME if number == 1 else str(number))


def _of_han(said: str) -> int:
    tens, ten, ones = said.partition("十")
    if not ten:
        return 0
    return _NUMBERS.get(tens, 1) * 10 + _NUMBERS.get(ones, 1 if ones == "一" else 0)


def _level(means: str) -> Judge:
    def judge(reading: Reading, match: re.Match[str]) -> Found | None:
        head, _ = sentence(reading, match.start(), match.end(), 20)
        if means == ME and re.search(r"(?:is (?:it|this|that)|это|是)\s?$", head):
            following = reading.low[match.end() : match.end() + 60]
            if (asked := re.search(r"[.!?\n。！？]", following)) and asked.group() in "?？":
                return None  # is it just me?
        return spoken(match, means)

    return judge


_RU_TEAM: Final = (
    r"отделени\w|отдел\w{0,3}|регистратур\w|ординаторск\w{2}|приемн\w{2}|учительск\w{2}"
    r"|канцеляри\w|деканат\w?|команд\w{1,2}|бухгалтери\w{1,2}|группы?|смен\w|департамент\w{0,2}"
    r"|подразделени\w{1,2}|кафедр\w|бригад\w|класс\w?|колл-?центр\w?|лаборатори\w|склад\w?"
)
_RU_SITE: Final = (
    r"этаж\w{0,2}|офис\w{0,2}|филиал\w{0,2}|здани\w{1,2}|корпус\w{0,2}|магазин\w{0,2}"
    r"|площадк\w{1,2}|цех\w{0,2}|кабинет\w{0,2}|опенспейс\w{0,2}|школ\w|завод\w{0,2}|комнат\w"
)
_RU_ALL: Final = r"компани\w{1,2}|организаци\w{1,2}|предприяти\w{1,2}|фирм\w|холдинг\w?"
_RU_PEOPLE: Final = (
    r"человек\w?|людей|сотрудник\w{0,2}|коллег\w?|пользовател\w{1,2}|юзер\w{1,2}"
    r"|работник\w{1,2}|клиент\w{1,2}|оператор\w{0,2}|менеджер\w{0,2}|бухгалтер\w{1,2}|из нас"
    r"|преподавател\w{1,2}|студент\w{1,2}|разработчик\w{1,2}|врач\w{1,2}|водител\w{1,2}"
    r"|кассир\w{1,2}|детей|ребят|девочек|девушек|мужчин|женщин|(?!принт|комп|серв|роут|скан|монит|проект|тонер|ном|разм|приб|процесс|телевиз|докум|элем|инстр|сегм|проц|мом|вари|парам|датч|счет|ящик|источ|наушн|бланк|карт|список|днев|участ|стран|табл|един|гран|лест)[а-я]{3,14}(?:телей|щиков|чиков|ников|истов|ентов|антов|оров|еров|арей|ниц|щиц|(?<!веч)ера|ора|иста|ента|анта|теля|щика|чика|ника(?!м)|ицы|щицы)|жильцов|бойцов|продавцов|сотрудниц\w{0,2}|инженер\w{1,2}|гост\w{1,2}"
)
_RU_NUMBER: Final = (
    r"два|две|три|четыре|двое|двух|двоих|двум|трое|трех|троих|четверо|четырех|пятеро"
    r"|пяти|пятерых|пять|шестеро"
    r"|шести|шесть|семеро|семи|семь|восьми|восемь|девяти|девять|десяти|десять|двенадцати"
    r"|двенадцать|пятнадцати|пятнадцать|двадцати|двадцать|тридцати|тридцать|сорока|сорок|пятидесяти|пятьдесят|полсотни|шестидесяти|шестьдесят|семьдесят|восемьдесят|девяносто|сотня|сто|одиннадцать|одиннадцати|(?:три|четыр|шест|сем|восем|девят)надцат[ьи]"
)
_ZH_TEAM: Final = r"夜班|白班|早班|中班|晚班|部门|团队|小组|科室|组|班组|财务部|市场部|销售部|研发部|人事部|行政部|[\u4e00-\u9fff]{2}部"
_ZH_SITE: Final = r"楼层|层楼|层|楼|办公室|办公区|分公司|办事处|校区|车间|网点|支行|分行|营业厅|病区|住院部|门诊|食堂|门店|仓库|园区|厂区?|大楼|机房|教室"
_ZH_NUMBER: Final = (
    r"\d{1,5}|[二两三四五六七八九]?十[一二三四五六七八九]?|[二两俩三四五六七八九]|几|好几|十几|几十"
)


def _counted_ru(match: re.Match[str]) -> Found | None:
    said = next(one for one in match.groups() if one)
    number = int(said) if said.isdecimal() else _NUMBERS.get(said, 0)
    return Found(*match.span(), str(number) if number > 1 else ME if number == 1 else SOME)


def _counted_ru_simple(match: re.Match[str]) -> Found:
    said = match["n"]
    return Found(*match.span(), said if said.isdecimal() else str(_NUMBERS[said]))


def _only_me(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    if said in ("就我",) and reading.low[match.end() : match.end() + 1] in ("要", "想", "说"):
        return None
    end = match.end() - len(re.search(r"(?:会|有|这样|出现)?$", said).group())  # type: ignore[union-attr]
    return Found(
        match.start(), end if said.startswith(("只", "就", "仅", "单")) else match.end(), ME
    )


_TOGETHER: Final = {"втроем": 3, "вчетвером": 4, "впятером": 5, "вшестером": 6, "всемером": 7}

MANY: Final = 25  # people
_IMPACT: Final = {
    ME: Level.LOW,
    SOME: Level.MEDIUM,
    TEAM: Level.MEDIUM,
    SITE: Level.HIGH,
    ALL: Level.HIGH,
}


def impact_of(meanings: Iterable[str]) -> Level:
    """Of the widest that is said, of what `affected` facts mean."""
    return max(map(_impact, meanings), key=tuple(Level)[::-1].index, default=Level.LOW)


def _impact(means: str) -> Level:
    if not means.isdecimal():
        return _IMPACT.get(means, Level.LOW)
    return Level.HIGH if int(means) >= MANY else Level.MEDIUM if int(means) > 1 else Level.LOW


# --- the tables ------------------------------------------------------------

# A first and a last name with a point between, in a sentence that speaks of accounts.
_DOTTED: Final = r"([a-z]{1,15}[._][a-z]{2,20}\d{0,3})"
_OF_ACCOUNTS: Final = re.compile(
    r"(?<![a-z])(?:accounts?|log-?ins?|logged|users?|usernames?|passwords?|2fa|mfa|unlock\w*"
    r"|locked|reset|access|mailbox|profile|permissions?|rights|enable|disabled?|licen[sc]e"
    r"|onboard\w*|sign(?:ed)? in|starter|leaver|joiner|colleague|employee|newcomer)(?![a-z])"
    r"|учетк|учетн|логин|парол|доступ|ящик|почт[уыае]|разблок|заблок|прав[а-я]?(?![а-я])"
    r"|пользовател|профил|двухфактор|уволен|уволил|коллег|сотрудни|отключите|новичок"
    r"|новеньк"
    r"|账[号户]|帐[号户]|密码|解锁|锁定|邮箱|权限|登[录陆]|重置|用户|停用|启用|激活|开通|建号|开号|加[到入进]|入职|离职|新同事|新员工"
)
_NO_DOTTED: Final = re.compile(
    r"(?:asp|ado|node|vue|next|socket|readme|setup|config|index|report|www|etc|vs|no|inc|ltd|mr|dr)\."
    r"|.*\.(?:com|ru|cn|org|net|local|lan|corp|internal|exe|txt|docx?|xlsx?m?|pptx?|pdf"
    r"|zip|rar|csv|png|jpe?g|js|py|io|bat|cmd|ps|msi|dll|log|ini|xml|json|html?|php|asp"
    r"|aspx|mdb|dwg|psd|mp|avi|mov|рф|de|uk|eu|info|dev|app|gov|edu|kz|by|hk|tw)\d?$"
)


def _dotted(reading: Reading, match: re.Match[str]) -> Found | None:
    name = match.group(1)
    if _NO_DOTTED.match(name) or ("_" in name and reading.text[slice(*match.span(1))].isupper()):
        return None
    head, tail = sentence(reading, *match.span(1), 60)
    if reading.low[match.end(1) : match.end(1) + 1] in ("@", "\\", "/", "(", "_"):
        return None
    return (
        Found(*match.span(1))
        if _OF_ACCOUNTS.search(head) or _OF_ACCOUNTS.search(tail[:30])
        else None
    )


def _spelt_small(reading: Reading, match: re.Match[str]) -> Found | None:
    """Not a person's name: that is written large."""
    place = match.span(1)
    return (
        Found(*place)
        if reading.text[slice(*place)].islower() and match.group(1) not in _NO_NAMES
        else None
    )


def _initialled(reading: Reading, match: re.Match[str]) -> Found | None:
    return None if _NO_DOTTED.match(match.group(1)) else Found(*match.span(1))


USERS: Final = (
    pattern(
        "user",
        r"(?<![a-z0-9а-я_@.\\/-])((?:svc|adm|sa)[-_.](?!(?:pc|ws|srv|nb|lt|dc|vm)[-_\d])[a-z][a-z0-9_-]{1,20})(?![a-z0-9_@.])",
        "svc adm sa",
    ),
    pattern(
        "user",
        r"(?:account|user|mailbox|access|учетк\w|пользовател\w|доступ|ящик|账号|用户|邮箱)[^\n.(（]{0,40}\(([a-z][a-z0-9]{0,15}[._][a-z]{2,20}\d{0,3})\)",
        "acco user mail acce учет поль дост ящик 账 用 邮",
    ),
    pattern(
        "user",
        r"(?<![a-zа-я0-9_\\/:.-])([a-z][a-z0-9-]{1,15}\\[a-z][a-z0-9._-]{1,40})(?![\\a-z0-9_])",
        "\\",
        _domain_user,
    ),
    pattern(
        "user",
        (
            rf"{B}(?:login|log-?in name|log-?on|user ?name|user ?id|id(?=[:=])|(?:my|employee|staff|network|windows|student) id|user|account|samaccountname"
            r"|sso)(?: name| id)?(?:(?<=login)'s| is| (?:should|will|would|must|has to) be"
            rf"| to be)?(?: ?[:=(]| [-–—])? ?['\"«]?{_NAME}{E}"
        ),
        "logi logo log user acco sama sso id",
        _user,
    ),
    pattern(
        "user",
        rf"{B}(?:логин\w{{0,2}}|учетк\w{{1,2}}|учетн\w{{2,3}} запис\w{{1,2}}"
        rf"|пользовател\w{{1,3}}|уз|у/з|ник|аккаунт\w{{0,2}}|юзер\w?|имя пользователя"
        rf"|сотрудник\w{{0,2}})"
        rf"(?: (?:должен быть|будет|мой|у меня|такой))?(?: ?[:=—(-])? ?{_NAME}{E}",
        "логи учет поль акка юзер имя сотр уз у ник",
        _user,
    ),
    pattern(
        "user",
        rf"{B}(?:log(?:ged|ging)?|sign(?:ed|ing)?|locked) (?:in|on|out) (?:as|with)(?: user"
        rf"| account)? {_NAME}{E}|(?:登录为|用)({_NAME[1:-1]})(?=登[录陆不])"
        rf"|(?:柜台|柜员|操作员|收银员|员工|医生|老师)([a-z]{{2,10}}\d{{1,5}})(?=号|登|的)|{B}(?:захожу"
        rf"|вхожу|зашла?|логинюсь) (?:под|как) {_NAME}{E}",
        "logg log sign sig lock 登 用 柜 操 收 员 医 老 захо вхож заше зашл логи",
        _logged_in,
    ),
    pattern(
        "user",
        rf"(?:账号|账户|帐号|帐户|用户名?|用户id|登[录陆]名|登[录陆]账号|域账号|域用户|工号|账密)(?:是|为|叫|名|应该是| ?[:(])? ?{_NAME}(?![a-z0-9_])",
        "账 帐 用 登 域 工",
        _user,
    ),
    pattern(
        "user",
        rf"{B}(?:password|account|mailbox|profile|access|rights|парол\w{{1,2}}|ящик\w?"
        rf"|профил\w|доступ\w?|прав\w)(?: of| for| user| для| пользователя| сотрудника| у"
        rf"| to)? "
        rf"([a-z]{{1,15}}[._][a-z]{{2,20}}\d{{0,3}})(?![a-z0-9_@.]\w|[a-z0-9_@])",
        "pass acco mail prof acce righ паро ящик проф дост прав",
        _user,
    ),
    pattern(
        "user",
        (
            r"(?<![a-z0-9а-я_@.])([a-z]{1,15}[._][a-z]{2,20}\d{0,3})(?='s (?:account|password"
            r"|mailbox|login|access|profile|user))"
        ),
        "'",
    ),
    pattern(
        "user",
        (
            rf"{B}(?:extend|reactivate|unblock|activate|restore|продлите|продлить|unlock|reset|block|disable|enable|add|remove|разблокируйте|заблокируйте"
            r"|разблокировать|заблокировать|сбросить|создать|завести|заведите|создайте"
            r"|отключить|удалить|добавить|восстановить|восстановите|сбросьте|добавьте"
            r"|удалите|перенесите|подключите"
            rf"|отключите) ([a-z]{{1,15}}[._][a-z]{{1,20}}\d{{0,3}})(?![a-z0-9_@.]\w"
            rf"|[a-z0-9_@])"
        ),
        "exte reac unbl acti rest прод созд заве восс unlo rese bloc disa enab add remo разб забл сбро доба удал пере подк откл",
    ),
    pattern(
        "user",
        (
            rf"{B}(?:unlock|unblock|reactivate) (?:user |account )?(?!account|the|my|our|user|her|his|their|this|that|it)([a-z]{{5,16}})(?=,? (?:he|she|hes|shes|they|pls|please|asap|who|cant|can't)(?!\w))"
            r"|(?:重置|解锁|启用|停用|续一下|延期)(?:账号)?([a-z]{3,16}\d{1,4})(?![a-z0-9_@.])|(?<![a-z0-9@._])((?:ext|temp|tmp|adm|guest|intern|vendor|contractor)[_.][a-z]{3,20}\d{0,3})(?![a-z0-9_@.])|(?:重置|解锁|给|为|帮)([a-z]{1,15}[._][a-z]{2,20}\d{0,3})(?![a-z0-9_@.])"
            r"|(?<![a-z0-9@._])([a-z][a-z0-9]{2,15}\d|[a-z]{1,15}[._][a-z]{2,20})(?:这个"
            r"|那个)?的?(?:账号|帐号|账户|帐户)|(?:给|为|帮)([a-z][a-z0-9]{3,20})(?=开通|开个?|建|加|重置|解锁"
            r"|授权|分配|恢复)|(?<![a-z0-9@._])([a-z]{1,15}[._][a-z]{2,20}\d{0,3})的(?:密码|账号"
            r"|邮箱|权限|账户)"
        ),
        "unlo unbl reac 重 解 给 为 帮 的 账 帐 启 停 ext temp tmp adm gues inte vend cont",
    ),
    pattern(  # that, with a digit or an underscore, stands by what it belongs to
        "user",
        rf"{B}(?:pw|pwd|password|login|log-?in|account|acct|access|mailbox|mfa|2fa|licen[sc]e|профил\w|парол\w{{1,2}}|доступ\w?|ящик\w?|учетк\w{{1,2}}|логин\w{{0,2}}) (?:(?:for|of|to|для|от|у|пользователя|сотрудника) )?([a-z]{{3,16}}\d{{1,4}}|[a-z]{{1,12}}_[a-z]{{2,16}}\d{{0,3}}){E}",
        "pw pwd pass logi log acco acct acce mail mfa 2fa lice проф паро дост ящик учет логи",
        _user,
    ),
    pattern(
        "user",
        rf"{B}(?:password|account|login|log-?in|mailbox|pw|pwd|access) (?:for|of) (?:user )?([a-z]{{5,20}})(?=,? (?:she|he|they|who)(?!\w))",
        "pass acco logi log mail pw pwd acce",
        _spelt_small,
    ),
    pattern(  # an initial and a last name: nothing else looks so
        "user",
        r"(?<![a-z0-9а-я_@.\\/:-])(?!main|test|file|util|code)([a-z]{1,2}[._][a-z]{4,20}\d{0,3}|[a-z]{5,20}[._][a-z])(?![a-z0-9_@\\/(-]|\.[a-z0-9])",
        ". _",
        _initialled,
    ),
    pattern(
        "user",
        rf"(?<![a-z0-9а-я_@.\\/-])(?<![a-z0-9]:){_DOTTED}(?![a-z0-9_-]|\.[a-z0-9])",
        ". _",
        _dotted,
    ),
)
AFFECTED: Final = (
    pattern(
        "affected",
        rf"{B}(?P<n>\d{{1,4}}|{_EN_NUMBER}|several|a few|many|some) of (?:the|our|my) (?!time|file|document|page|printer|computer|laptop|screen|pc|machine|folder|mail|email|room|drive|server|day|hour|minute|app|licen|ticket|report|record|item|order|field|column|row|line|key|button|port|monitor|setting|tab)[a-z]{{4,14}}s{E}",
        "of",
        _counted,
    ),
    pattern(
        "affected",
        rf"{B}(?:people|colleagues|everyone|users) (?:in|at|on|from) (?:the |our )?[a-z]{{3,14}}(?: floor| office)? can(?= ?(?:[,.;!]|$))|{B}у всех (?:все )?(?:открывается|работает|печатает|нормально|норм|заходит)(?!\w)|[\u4e00-\u9fff]{{2,4}}的(?:人|同事)都?能(?!不)[\u4e00-\u9fff]{{1,2}}(?![了过])",
        "peop coll ever user всех 的",
        _level(ME),
    ),
    pattern(
        "affected",
        rf"{B}all of us (?:in|on|at|from) (?:the |our )?[a-z]{{2,14}}{E}|{B}(?:вс(?:ех|е|ем) (?:нас )?(?:во? |на )(?:наш\w{{2}} )?(?:{_RU_TEAM})(?: [а-я]{{4,14}}(?:ий|ей|ов|ии|ок|аж|ии|ки|ия|и))?){E}|(?:[\u4e00-\u9fff]{{2}}部|[\u4e00-\u9fff]{{1,2}}[科组])(?:没有?人能|的(?:人|同事)|所有人|全体|全员)(?:都|全)?",
        "all всех все всем 部 科 组",
        _level(TEAM),
    ),
    pattern(
        "affected",
        rf"{B}(?:the )?rest of (?:the |our |my |us )?(?:[a-z]{{2,14}} )?(?:(?:is|are|can|works?|has|have) (?:all )?(?:fine|ok|okay|working|work|good|no \w{{5,8}}|unaffected|open|see|log){E}|can(?= ?(?:[,.;!]|$)))|{B}остальн(?:ая|ые|ой|ое|ых) [а-я]{{3,14}} (?:работа[ею]т|нормально|в порядке|без проблем|ок|не жалу[ею]тся){E}|(?:其他|别的|别)(?:人|同事)(?:都)?(?:没有?(?:这个?)?(?:问题|情况)?(?=[,，。]|$)|没事|正常|没问题|能用|好好的)",
        "rest оста 其 别",
        _level(ME),
    ),
    pattern(
        "affected",
        rf"{B}у (?P<n>двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|\d{{1,3}}) (?!принтер|комп|ноут|монитор|машин|касс|экран|пк|телефон|файл|папк|стол|кабинет|минут|час|дн|устройств|точек|порт|сканер|сервер|систем|рабочих)[а-я]{{4,14}}(?:ов|ев|ей|ек|иц|ок|ц|ых|их|ек|чат)(?: из [а-я]{{4,14}})?{E}",
        "у",
        lambda reading, match: _counted_ru_simple(match),
    ),
    pattern(
        "affected",
        rf"{B}(?:for|affects?|hits?|both) (me and (?!my|the|it|i|now|then|we|our|a|an|not|that|this|is|so)[a-z]{{2,12}}|(?!my|the|not|only|now|just|it)[a-z]{{2,12}} and me){E}"
        rf"|{B}(both [a-z]{{2,12}} and (?:i|me)){E}"
        rf"|{B}((?:me|i) and (?:the|a|my|our) (?:[a-z]{{2,10}} )?(?:guy|girl|lady|chap|lad|colleague|intern|temp|manager|boss|wife|husband|deskmate|neighbour|receptionist|assistant|student|apprentice)){E}",
        "me both i",
        _level(SOME),
    ),
    pattern(
        "affected",
        r"[\u4e00-\u9fff]{2,4}(?<!整个)(?:分公司|办事处|支行|分行|营业厅|网点|门店|店|仓库|校区|园区|厂区?|车间|机房)(?:的人)?(?:现在)?(?:全体|全都?(?=[不没断停瘫])|没有?人能?[\u4e00-\u9fff]{0,2}|谁都|所有人|都(?=[不没断停瘫]))",
        "分 办 支 营 网 门 店 仓 校 园 厂 车 机",
        _level(SITE),
    ),
    # English
    pattern(
        "affected",
        rf"{B}(?:(?:only|just)(?: on| for| with)? (?:me|mine|my (?:own )?(?:outlook|teams|excel|browser|mailbox|pc|laptop"
        rf"|computer|machine|desk|account|workstation|phone|user|mailbox))"
        r"|(?:it )?only happens to me|(?:it )?only affects me|mine is the only one|i am the only one|i'm the only one|(?:for |on )?me only|it'?s just me|(?:nobody|no one) else(?: (?:on|in|at) (?:my"
        rf"|our|the) \w{{3,12}})?|(?:(?:my|all"
        rf"|the) )?(?:others|everyone else|everybody else|colleagues?|coworkers?|the rest"
        rf"|other (?:people|users|colleagues|computers))"
        rf"(?: \w{{3,12}}| (?:in|on|at|from|around) (?:my |our |the |his |her |this )?\w{{2,12}}(?: \w{{3,12}})?)? (?:are|is|have|has|can|do|seems?)(?: all| doing| to be)? (?:fine|ok|okay"
        rf"|not affected|not have|working|no (?:problems?|issues?|trouble)|work|it works"
        rf"|unaffected)"
        r"|(?:my |the |all )?(?:colleagues?|others|coworkers?|everyone else|everybody else|team ?mates?) can (?:[a-z]{3,10}(?: (?:it|theirs|in|them|the [a-z]{3,10}))? )?(?:fine|ok|okay|without (?:any )?(?:problems?|issues?)|no problem)|(?:my |the |all )?(?:colleagues?|others|coworkers?|everyone else) still (?:have"
        r"|has|can|see|get|work)(?: theirs| it)?|other (?:new |of my )?[a-z]{4,12}s can(?= ?(?:[,.;!]|$| see| open| use| log))|(?:everyone|everybody) else (?:can"
        r"|is able|opens?|works?|gets|sees)"
        rf"|(?:it'?s |is )(?:all )?(?:fine|ok|okay|good) (?:for|with) (?:everyone else|everybody else|all the others|the others|others|my colleagues?|the rest)|(?:it )?works(?: \w{{2,6}})? (?:for|on) (?:others|everyone else|my colleagues?"
        rf"|all others|(?:the )?other (?:people|users|computers|colleagues)"
        rf"|everybody else)){E}",
        "it is only just me nobo no othe ever coll cowo rest work mine i",
        _level(ME),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?<!\d\.)(?P<n>\d{{1,5}}|{_EN_NUMBER}|(?:a )?dozens?(?: of)?|several|some|many|a few"
            rf"|multiple|(?:a )?couple of|(?:a )?(?:lot|number) of|other)(?: or so| more"
            rf"| of our| of my| of)? (?:\w{{2,12}} )?(?:{_EN_PEOPLE}|of us|us){E}(?! ago)"
        ),
        (
            "0 1 2 3 4 5 6 7 8 9 two thre four five six seve eigh nine ten elev twel fift twen thir fort hund doze some many a few mult coup lot numb othe"
        ),
        _counted,
    ),
    pattern(
        "affected",
        rf"{B}(?:(?:my|our|a|the|another) )?(?:colleagues?|manager|boss|coworkers?"
        rf"|co-workers?|team ?mate|desk ?mate|deskmates?)(?: \w{{3,10}})? and (?:i|me"
        rf"|myself){E}(?! (?:share|need|would|want|sit|plan|are going))|{B}(?:me|i"
        rf"|myself) and (?:my |a |the |another |\d )?(?:colleagues?|manager|boss|coworkers?"
        rf"|team ?mate|deskmate|two others){E}"
        rf"|{B}my (?:colleagues?|coworkers?|boss|manager|deskmate"
        rf"|neighbou?r)(?: \w{{2,12}})? (?:too|also|as well|(?:has|have|had|gets?|got"
        rf"|sees?) (?:the same|it too|this too)|can't either){E}",
        "coll mana boss cowo co team desk me i my",
        _level(SOME),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:the )?(?:whole|entire|all of (?:the|our)) (?:{_EN_ALL}){E}"
            rf"|{B}company-?wide{E}|{B}all (?:our |the )(?:sites|locations){E}|{B}all (?:our "
            rf"|the )?(?:offices|branches|stores|shops|departments){E}"
        ),
        "whol enti all comp",
        _level(ALL),
    ),
    pattern(
        "affected",
        rf"{B}(?:everyone|everybody|all(?: of)?(?: the| our)?(?: people| users| staff"
        rf"| colleagues)?|nobody|no one|people|users|none)(?: in| on| at| from| of) (?:the "
        rf"|our |my )?(?:\w{{2,12}} ){{0,2}}(?:(?P<team>{_EN_TEAM})"
        rf"|(?P<site>{_EN_SITE})){E}"
        rf"|{B}(?:the |our |my |an )?(?:whole|entire) (?:of )?(?:the |our "
        rf"|my )?(?:\w{{2,12}} ){{0,2}}?(?:(?P<team2>{_EN_TEAM})|(?P<site2>{_EN_SITE})){E}"
        rf"|{B}(?:my|our) (?:whole |entire )?(?:\w{{2,12}} )?(?P<team3>team|department|dept"
        rf"|group|crew){E}(?! lead| leader| manager| chat| folder| calendar| site| mailbox"
        rf"| channel| meeting| meetings| head)",
        "ever all nobo no peop user none whol enti my our",
        lambda reading, match: Found(
            *match.span(), SITE if match["site"] or match["site2"] else TEAM
        ),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:(?<!asked )(?<!told )(?<!tell )(?<!ask )(?<!hi )(?<!hello )(?<!morning )(?:everyone|everybody)(?! else)|every (?:single )?(?:user|employee|customer|client|student|nurse|teacher|doctor|patient|cashier|driver|agent|member|person"
            rf"|colleague)|(?:all|all the|all our) (?:users|of us|colleagues|staff|employees"
            rf"|customers|clients|people|students|workers|computers|pcs|machines|workstations)"
            r"|no (?:single )?(?:customer|user|student|teacher|nurse|doctor|employee"
            rf"|cashier|agent|client|patient|operator|one in the \w{{4,10}})(?: in the \w{{3,10}})? (?:can"
            r"|could|gets|is able)"
            rf"|none of (?:the|our|my) (?:\w{{3,12}} )?(?:{_EN_PEOPLE}|staff)|(?:all"
            rf"|every one) of (?:the|our|my) (?:\w{{3,12}} )?(?:{_EN_PEOPLE}|staff)"
            rf"|(?:nobody|no one|no-one|none of us|none of the users) (?:can|is able|gets?"
            rf"|could|has(?! it | this | the | any| looked| replied| answered| called| contacted| got back| come| been in touch)|receives?)(?: to)?(?: work)?|none of us){E}"
        ),
        "ever all nobo no none",
        _level(ALL),
    ),
    pattern(
        "affected",
        rf"{B}(?:the |our )?(?:whole|entire) (?:of )?(?:the |our )?(?!(?:of|the|our|day"
        r"|days|morning|week|weekend|evening|afternoon|night|month|year|hour|time|thing"
        r"|system|screen|page|file"
        r"|folder|drive|disk|network|computer|pc|laptop|machine|document|process|list"
        r"|table|email|mail|message|report|internet|lot|world|point|set|story|account"
        r"|mailbox"
        r"|calendar|text|log|database|backup|app|application|program|job|order|batch"
        r"|line|row|column|sheet|archive|inbox|history|collection|library|catalogue"
        rf"|server|queue|keyboard|profile|setup|phone|tablet|suite|package|cable|stack|installation|catalog|database|cache|tray|unit|{_EN_SITE}|{_EN_ALL}){E})[a-z][a-z&]{{1,20}}{E}",
        "whol enti",
        _level(TEAM),
    ),
    pattern(
        "affected",
        rf"{B}(?:half|most) of (?:accounts|accounting|finance|sales|hr|marketing|logistics|legal|production|purchasing|support|payroll){E}|{B}(?:half|most) (?:of )?(?:the |our |my )(?:\w{{3,12}} )?(?:{_EN_TEAM}|{_EN_SITE}"
        rf"|{_EN_PEOPLE}|staff|shop floor|kids|pupils){E}"
        rf"|{B}(?:у )?(?:половин[аыу]|больш\w{{3,5}} част[ьи]|большинств[оау]) (?:\w{{4,12}} )?(?:{_RU_TEAM}"
        rf"|{_RU_SITE}|{_RU_PEOPLE}){E}"
        rf"|(?:一半(?:以上)?(?:的)?|半个)(?:{_ZH_TEAM}|{_ZH_SITE}|人|同事|员工)",
        "half most поло боль 半",
        _level(TEAM),
    ),
    pattern(
        "affected",
        rf"{B}(?:both of (?:us|them|my colleagues)|both (?:of the )?(?:\w{{3,12}} )?(?:{_EN_PEOPLE}))(?: in \w{{4,12}}){{0,1}}{E}|{B}(?:мы |нас )?(?:вдвоем|оба коллеги|обе коллеги){E}",
        "both вдво мы нас оба обе",
        _level("2"),
    ),
    # Russian
    pattern(
        "affected",
        rf"{B}(?:мы )?(?P<n>втроем|вчетвером|впятером|вшестером|всемером)(?: (?:сидим|не можем|работаем|стоим|ждем))?{E}",
        "втро вчет впят вшес всем мы",
        lambda reading, match: Found(*match.span(), str(_TOGETHER[match["n"]])),
    ),
    pattern(
        "affected",
        rf"{B}у (?:девоч\w{{1,3}}|ребят|соседей|соседк\w|сосед\w|остальных|других|коллег\w{{0,2}}|напарни\w{{1,3}}|начальни\w{{1,3}})(?: (?!не |тоже |такая|то же|так же)[а-я]{{1,14}}){{0,4}} (?:все )?(?:работает|печатает|нормально|норм|открывается|заходит|в порядке|ок|летает|грузится|пускает|есть|видно|хорошо){E}",
        "у",
        _level(ME),
    ),
    pattern(
        "affected",
        rf"{B}(?:у нас|мы|нам|нас) (?:здесь |тут )?(?:во? |на )(?:наш\w{{2}} )?(?:{_RU_TEAM}){E}",
        "нас мы нам",
        _level(TEAM),
    ),
    pattern(
        "affected",
        rf"{B}(?:у |во )?(?:всей|вся|весь|всего) (?!{_RU_SITE}|{_RU_ALL}|день|дня|ноч|недел|врем|утр|вечер|год|месяц|экран|текст|файл|сет|интернет|диск|папк|почт|баз|систем|программ|информац|жизн|смысл|остальн|стран|монитор|комп|ноут|этот|этой|прав|процесс|список|документ)[а-я]{{5,14}}(?<!ый)(?<!ая)(?<!ой)(?<!ий){E}",
        "всей вся весь всег",
        _level(TEAM),
    ),
    pattern(
        "affected",
        rf"{B}не (?:видит|пуска\w{{2,3}}|слыш\w{{2,3}}|пропуска\w{{2,3}}|принима\w{{2,3}}) (никого){E}",
        "нико",
        _level(ALL),
    ),
    pattern(
        "affected",
        rf"{B}и у меня,? и у [а-я]{{3,14}}{E}",
        "меня",
        _level(SOME),
    ),
    pattern(
        "affected",
        rf"{B}у меня и (?:у )?(?!все|теперь|вчера|сегодня|не|на|до|так|дома|опять)[а-я]{{3,14}}(?: [а-я]{{4,14}})?(?=[,.!?]| (?:не|тоже|одна|одно|нет|проп)|$)",
        "меня",
        _level(SOME),
    ),
    pattern(
        "affected",
        rf"{B}(?:(?:только|лишь) (?:у |на |для )?(?:меня|мой|моя|мне|мое\w{{1,2}}"
        rf"|я)(?: (?:компьютер\w?|ноутбук\w?|компе?|пк|машин\w|учетк\w|одного|одной|один))?"
        rf"|у меня одно(?:го|й)|(?:у |для )?(?:остальных|других|всех остальных|коллег"
        rf"|соседей|всех,? кроме меня)(?: коллег\w?| (?!программ|файл|сайт|принтер|комп|устройств|пап[ко]|приложен|ящик|систем)\w{{3,12}})? (?:все |всё |при этом "
        rf"|она? |оно )?(?:работает|нормально|хорошо|в порядке|ок|норм|открывается|печатает"
        rf"|есть|заходит)"
        rf"|больше ни у кого(?: нет)?|(?:остальные|другие"
        rf"|коллеги)(?: \w{{3,10}})? (?:работают|не жалуются|заходят|нормально)){E}",
        "толь лишь мен меня оста друг колл сосе всех боль у",
        _level(ME),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:у |для |человек |около )?(?P<n>\d{{1,5}}|{_RU_NUMBER}|нескольк\w{{1,3}}"
            rf"|мног\w{{1,3}}|некотор\w{{2,3}}|часть|части|ряда|пары|паре|десятка"
            rf"|сотни)(?:-\w{{1,2}})? (?:наших |других )?(?:{_RU_PEOPLE}){E}(?! назад)"
            rf"|{B}(?P<n4>двое|трое|четверо|пятеро|шестеро|семеро) (?:из )?нас{E}|{B}нас (?P<n5>двое|трое|четверо|пятеро|шестеро|семеро){E}|{B}у (?P<n3>двоих|троих|четверых|пятерых|шестерых|семерых)(?! из)|{B}человек (?P<n2>\d{{1,4}}"
            rf"|{_RU_NUMBER}){E}"
        ),
        (
            "0 1 2 3 4 5 6 7 8 9 два две три двое двух двои двум трое трех трои четы четв пяте пяти пять шест семе семи семь восе вось девя деся двен пятн двад трид соро неск мног неко част ряда пары паре сотн"
        ),
        lambda reading, match: (
            None if before(reading, match.start(), 4).endswith(" на ") else _counted_ru(match)
        ),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:у )?(?:нас|меня|мы|я) (?:и |с )(?:у )?(?:\w{{3,10}} )?(?:коллег\w{{1,3}}"
            rf"|начальник\w{{1,2}}|шеф\w{{1,2}}|сосед\w{{1,3}}|руководител\w{{1,3}}"
            rf"|директор\w{{1,2}}){E}|{B}у (?:многих|некоторых|нескольких|двоих|коллег\w? тоже"
            rf"|соседей тоже|соседки? тоже|части коллег){E}"
        ),
        "нас меня мы я мног неко неск двои колл сосе част",
        _level(SOME),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:(?:во? |на |по )?(?:вс(?:ей|ю|я|ем|е)"
            rf"|цел\w{{2,3}}) (?:наш\w{{1,2}} )?(?:{_RU_ALL})|во всех (?:филиалах|офисах"
            rf"|отделах)|по всей сети магазинов){E}"
        ),
        "ком комп орга пред фирм холд фили офис отде всей",
        _level(ALL),
    ),
    pattern(
        "affected",
        rf"{B}(?:(?:у |на |во? |для |по )?(?:вс(?:его|ей|ему|ем|я|ю|е|ех)|весь|целы[йм]|целого"
        rf"|целая|целую|нашего|нашей) (?:наш\w{{0,3}} |сотрудник\w{{1,2}} "
        rf"|коллег )?(?:\w{{4,14}} )?(?:(?P<team>{_RU_TEAM})|(?P<site>{_RU_SITE}))"
        rf"|(?:никто|ни у кого|у всех|всем|всех|все)(?: на| в| из"
        rf"| во) (?:наш\w{{1,3}} )?(?:\w{{1,14}} )?(?:(?P<team2>{_RU_TEAM})"
        rf"|(?P<site2>{_RU_SITE}))){E}",
        "всег всей всем вся всю все весь всех целы цело цела целу наше никт кого все",
        lambda reading, match: Found(
            *match.span(), SITE if match["site"] or match["site2"] else TEAM
        ),
    ),
    pattern(
        "affected",
        (
            rf"{B}(?:у всех(?! ?\?)(?: [а-я]{{4,14}}(?:ов|ев|ей)(?!\w)| пользователей| сотрудников| коллег| нас| клиентов| разом"
            rf"| сразу)?|у нас у всех|все (?:пользователи|сотрудники|коллеги|клиенты|компьютеры"
            rf"|рабочие места|стоят|сидят|жалу\w{{3,5}}|ругаются|возмущаются|простаивают|ждут|мучаются|без (?:связи|интернета|сети|почты|телефон\w{{1,2}}))|вс(?:ем|ех|еми) (?:пользовател\w{{2,3}}"
            rf"|сотрудник\w{{2,3}})|ни у кого(?! не открыт)|никто(?: из нас)? не (?:может|могут|работает"
            rf"|видит|получает|заходит)(?: работать| войти| зайти)?|никто из (?!вас|них|нас)[а-я]{{4,14}} не (?:может|могут|видит|получает|заходит)|никто из нас|ни один (?:\w{{4,14}} )?не (?:может"
            r"|могут|работает|заходит|печатает|видит)"
            rf"|никому не \w{{4,15}}){E}"
        ),
        "всех всем все кого никт никому ни",
        _level(ALL),
    ),
    # Chinese
    pattern(
        "affected",
        r"(?:我们|咱们|本)(?![这那都也就]|.{0,3}所有)[\u4e00-\u9fff]{1,4}?(?:部(?!门|长|分|署)|科(?!长|室|目)|组(?!长|织|件)|处(?!理|长)|室|车间|班(?!长|车))(?:的?(?:人|同事|所有人|全体))?",
        "部 科 组 处 室 车 班",
        _level(TEAM),
    ),
    pattern(
        "affected",
        r"我们(?P<n>[两三四五六七八九十]|\d{1,2})个(?!月|小时|星期|礼拜|人|部|科|分|项|系|服|问|工)",
        "个",
        _counted,
    ),
    pattern(
        "affected",
        r"我(?:和|跟|与)(?!你|您|他说|领导说)[\u4e00-\u9fff]{1,4}?(?=都(?!是|在)|也|两个?|俩|一样)",
        "我",
        _level(SOME),
    ),
    pattern(
        "affected",
        (
            r"(?:只有|就|仅|只是|单单)(?:我一个人?|我自己(?:的电脑)?|我(?:的电脑|这台(?:电脑)?|这边|的账号)?)(?!们)(?:会|有|这样"
            r"|出现)?|(?:别人|其他人|其他同事|其他电脑|旁边同事|同事们?|别的(?:同事|电脑))(?:的|都|那边|电脑|也|用|登|上|打开?)*(?:能[登上用打看连进开]"
            r"|正常|没问题|没事|能用"
            r"|好的|能上|可以)"
        ),
        "只 就 仅 单 别 其 旁 同",
        _only_me,
    ),
    pattern(
        "affected",
        (
            rf"(?<!\d)(?<!周)(?<!星期)(?<!礼拜)(?:我们)?(?P<n>{_ZH_NUMBER}|很多|许多|好多|好些|不少|多|部分|一些|有些)(?![点月号日天年周分小时])(?:多)?(?:个|位|名"
            rf"|来个)?(?!号)(?:[^\W\da-z_楼层没无]{{0,2}})(?:人(?!民|事|员|工)|同事|用户|员工|学生|老师|客户"
            r"|坐席|住户|居民|租户|经理|主管|家长|旅客|住客|窗口|柜员|护士|医生|病人|司机|[\u4e00-\u9fff]{1,3}(?:[^人]员|师(?!傅来)|生(?![产成])|士|工(?![单作具程])|商))"
        ),
        "户 居 租 经 主 家 旅 住 代 人 同 用 员 学 老 客 坐 窗 柜 护 医 病 司 师 生 士 工 商",
        _counted,
    ),
    pattern(
        "affected",
        (
            r"(?:我和(?:我的?)?(?:旁边的?|一个|几个|隔壁)?(?:同事|领导|老板|经理|邻座)(?!共用|想|需要|要|打算|坐)|(?:同事|旁边的人"
            r"|邻座)们?也(?:一样|这样|都这样|不行|有)|几个同事)"
        ),
        "我 同 旁 邻 几",
        _level(SOME),
    ),
    pattern(
        "affected",
        (
            r"(?:全公司|整个(?:公司|集团|单位)|全集团|公司所有人|所有(?:的)?(?:[\u4e00-\u9fff]{1,2}?(?=老师|同事"
            r"|员工|医生|护士|用户))?(?:人|用户|同事|员工|老师|学生|医生|护士|窗口|柜员|门店|分公司|电脑|部门|终端|收银台|网点)"
            r"|所有(?:的)?(?:班级|教室|柜台|科室|诊室|车间|产线|机台|楼层|校区|分店|司机|坐席|客户|家长|病人|患者|收银员|销售|店员)"
            r"|(?<![让跟请对给和])(?<!通知)大家(?!好)|全员(?!大会|会议|培训)|全体(?:员工"
            r"|同事)|每个人|没有?人能|谁都|全校|全院|全行|全厂)"
        ),
        "全 整 公 所 大 每 没 谁",
        _level(ALL),
    ),
    pattern(
        "affected",
        (
            rf"(?:(?<!调)整个?|全|我们(?:整个|全)|这个?整"
            rf"|所有)(?:的)?(?:[\u4e00-\u9fff]{{0,2}})(?:(?P<team>{_ZH_TEAM})"
            rf"|(?P<site>{_ZH_SITE}))(?:的?所有人|全体)?|(?:[\u4e00-\u9fff]{{2}}[部科]|部门|团队|我们组|我们部门|我们部"
            rf"|我们科室|我们科)(?:全体|全部|所有人|的人|大家|(?=都))|(?:我们|本)(?:部门|团队|组|科室)"
            rf"|(?P<site2>(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})(?:楼|层)(?:全部|所有人|整层|(?=都|所有)))"
        ),
        "部 团 组 科 整 全 所 我 本 楼 层",
        lambda reading, match: Found(
            *match.span(), SITE if match["site"] or match["site2"] else TEAM
        ),
    ),
)
PATTERNS: Final[tuple[Pattern, ...]] = (*USERS, *AFFECTED)
