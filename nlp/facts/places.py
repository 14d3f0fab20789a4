"""Where: building, floor and room; and what hangs on a thing's sticker."""

import re
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, pattern, spoken

_ORDINAL: Final = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth|ground|top|lower|upper)"
)
_NUMBERED: Final = r"[a-zа-я]?-?\d{1,4}(?:[.-]\d{1,4})?[a-zа-в]?"


def _named_room(reading: Reading, match: re.Match[str]) -> Found | None:
    """Rooms have names of their own, written large."""
    found, name = spoken(match), match["name"]
    if name is None:
        return found
    written = reading.text[match.start("name") : match.end("name")]
    large = written[:1].isupper() or written[:1] in "\"«“'"
    return found if large or any(sign.isdigit() for sign in written) else None


def _site(reading: Reading, match: re.Match[str]) -> Found | None:
    name = match["city"]
    if name is None:
        return Found(*match.span())
    start, end = match.span("city")
    if not reading.text[start:end][:1].isupper() or name in _NO_CITIES:
        return None
    return Found(*match.span())


_NO_CITIES: Final = frozenset(
    "the our my this that your their ms microsoft libre open main head home new old whole entire post back front box help service all no every another any his her its left oval wps star tax law libreoffice openoffice since hi hello dear in at and if after from".split()
)


def _room_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    if re.search(r"不了|[订约找]", said):
        return None
    start = match.start()
    cut = re.match(
        r"(?:我[在们]|在|去|到|请来?|的|就|把|用|预[定订]|[今明]天|下午|上午|现在|为什么|是|和|个)+",
        said,
    )
    if cut:
        start += cut.end()
        said = said[cut.end() :]
    if re.fullmatch(
        r"(?:[一二三四两几个大小这那本我们所有每全各]{0,3}|视频|线上|虚拟|腾讯|网络|预[定订]|进入|加入)会议室",
        said,
    ):
        return None
    return Found(start, match.end())


def _site_en(reading: Reading, match: re.Match[str]) -> Found | None:
    if match["city"] is None:
        return Found(*match.span())
    words = match["city"].split(" ")
    start = match.start("city")
    while words and (words[0] in _NO_CITIES or not reading.text[start : start + 1].isupper()):
        start += len(words.pop(0)) + 1
    if (
        not words
        or words[0].endswith("ed")
        or words[0] in ("Microsoft", "office")
        or words[-1] == "the"
    ):
        return None
    head = match.start() if match["city"].split(" ") == words else start
    return Found(head, match.end())


def _capital(reading: Reading, match: re.Match[str]) -> Found | None:
    return spoken(match) if reading.text[match.start("name")].isupper() else None


def _site_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    name = "city" if match["city"] else "street" if match["street"] else None
    if name is None:
        return Found(*match.span())
    first = reading.text[match.start(name)]
    if name == "street" and not first.isupper():
        return None
    end = match.end()
    if name == "street" and " " in match["street"]:
        second = match.start("street") + match["street"].index(" ") + 1
        if not reading.text[second].isupper():
            end = second - 1
    return Found(match.start(), end)


def _site_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    said, start = match.group(), match.start()
    cut = re.match(
        r"(?:[^的]{1,3}的|我们|我在|在|去|到|从|整个|送到?|请来?|来|是|的|和|让|给|往)+", said
    )
    if cut:
        start, said = start + cut.end(), said[cut.end() :]
    if len(said) < 2 or re.fullmatch(
        r"(?:整层|这层|本层|上层|下层|底层|多层|几层|一层|整个|全)?(?:办公室|门店|仓库|工厂|分公司|园区|楼|层)",
        said,
    ):
        return None
    return Found(start, match.end())


# --- the tables ------------------------------------------------------------

PATTERNS: Final[tuple[Pattern, ...]] = (
    pattern(
        "room",
        rf"{B}((?:(?:актов|читальн|спортивн|конференц|операционн|зрительн|обеденн)[а-я]{{0,3}}[ -]?зал\w?"
        r"|операционн(?:ой|ая|ую)|ординаторск(?:ой|ая|ую)"
        rf"|учительск(?:ой|ая|ую)|процедурн(?:ой|ый|ом)(?: кабинет\w?)?|регистратур\w)){E}(?! ?(?:(?:№ ?)?\d"
        r"|систем))",
        "акто чита спор конф опер зрит обед орди учит проц реги",
    ),
    pattern(
        "room",
        r"((?:配电|护士|值班|控制|监控|实验|阅览|治疗|手术|检验|档案|传达|化验|收发|财务|教研|备课|多媒体|机要|调度)室|(?:弱电|强电|设备|配线|茶水|打印|复印|更衣|休息|监控)间|(?:\d{1,4}|[一二三四五六七八九十]{1,3})号(?:机房|会议室|实验室|诊室|教室|车间))(?!\d(?!\d{0,2}[个台位名])|[长主])",
        "室 间 号",
    ),
    pattern(
        "room",
        rf"{B}((?:the )?(?:comms|server|network|control|plant|staff|break|copy|post|mail) (?:room|cupboard|closet)(?: [a-z]?\d{{1,3}})?|the (?:training|meeting|treatment|exam|interview|print|data|wiring|electrical|rack|media|music|waiting|common|board|project) (?:room|cupboard|closet)){E}",
        "room cupb clos",
    ),
    pattern(
        "room",
        rf"{B}(the (?P<name>[a-z]{{3,14}}) (?:suite|room|lounge|theatre|hall|studio|auditorium)){E}",
        "suit room loun thea hall stud audi",
        _capital,
    ),
    pattern(
        "room",
        rf"{B}((?:зал\w?|аудитори\w|комнат\w|холл\w?) [«\"][а-яa-z0-9 -]{{2,20}}[»\"])|(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{{2,3}}(?<![餐大客展业])厅)(?![长里])",
        "зал зала зале залу ауди комн холл 厅",
    ),
    pattern(
        "room",
        rf"{B}(серверн(?:ой|ая|ую|ая комната|ой комнате)){E}(?! ?(?:№ ?)?\d)|((?<!计算)机房\d{{0,3}})(?!\d)|{B}(кабинет\w? (?:информатики|физики|химии|биологии|директора|завуча|бухгалтерии|главврача)){E}",
        "серв каби 机",
    ),
    pattern(
        "asset",
        rf"(?:{B}(?:asset(?: tag| number| no\.?| id)?|inventory(?: number| no\.?)?"
        rf"|inv\.? no\.?|tag|s/n|sn|serial(?: number| no\.?)?|service tag|сервисн\w{{2}} тег"
        rf"|инв(?:ентарный)?\.?(?: номер| №)?|серийн\w{{2,3}}(?: номер)?|с/н|серийник)"
        rf"|资产(?:编号|号|标签)?|固定资产(?:编号|号)?|序列号|sn码|设备编号"
        rf"|(?<!订单)(?<!合同)(?<!发票)(?<!快递)(?<!客户)(?<!申请)编号(?=[ :]?[a-z]{{1,6}}-?\d))"
        rf"(?: ?[:#№-]| is|是|为|号){{0,2}} ?((?=[a-z-]{{0,10}}\d)[a-z0-9]{{2,14}}"
        rf"(?:-[a-z0-9а-я]{{1,12}}){{0,3}})(?![a-z0-9а-я])",
        "asse inve inv tag серв / sn seri serv инв инве сери 资 固 序 设 编",
    ),
    pattern(
        "room",
        (
            rf"{B}((?:meeting |conference |board ?|training |server |class"
            rf"|huddle )?room (?:no\.? ?|number |#)?{_NUMBERED}){E}(?!\.\d| (?:people|persons"
            rf"|degrees))|{B}(?:rm\.?|office|desk|cubicle|lab) ?(?:no\.? ?"
            rf"|#)?\d{{2,4}}[a-z]?{E}(?! ?20\d\d)|{B}lab \d{{1,3}}{E}|{B}(?:лаборатори\w|кабинет\w?|аудитори\w|зал\w?|бокс\w?|палат\w) (?:№ ?)?\d{{1,4}}{E}(?! ?(?:чел|мест|минут))"
        ),
        "room meet conf boar trai serv clas hudd rm offi desk cubi lab лабо каби ауди зал зала зале залу бокс пала",
        lambda reading, match: (
            None if re.search(r"office (?:365|20\d\d|19|16)", match.group()) else spoken(match)
        ),
    ),
    pattern(
        "room",
        (
            rf"{B}((?:meeting|conference|board|training"
            rf"|huddle) ?rooms? (?P<name>[a-z][a-z-]{{2,20}})){E}|{B}((?:the )?(?:server"
            rf"|print) ?room){E}"
        ),
        "meet conf boar trai hudd serv prin",
        _named_room,
    ),
    pattern(
        "room",
        (
            rf"{B}(\d{{2,4}}(?:-?(?:й|м|ом|ый|ая|ой|я))? (?:каб(?:инет\w{{0,2}})?|ауд(?:итори\w{{1,2}})?"
            rf"|комнат\w)){E}|{B}((?:каб(?:инет\w{{0,2}}|\.)?|комн(?:ат\w{{1,2}}|\.)?"
            rf"|ауд(?:итори\w{{1,2}}"
            rf"|\.)?|оф\.|офис\w?|переговорн?\w{{0,3}}|серверн\w{{2}}) ?(?:№ ?|номер "
            rf"|n )?{_NUMBERED}){E}(?!\.\d|,\d| (?:чел|градус|этаж|мест))"
        ),
        "каб каби комн ауд ауди оф офис пере серв",
        lambda reading, match: (
            None if re.search(r"офис\w? (?:365|20\d\d|16|19)", match.group()) else spoken(match)
        ),
    ),
    pattern(
        "room",
        rf"{B}(переговорн?\w{{0,3}}(?: комнат\w)? (?P<name>[\"«]?[а-яa-z][а-яa-z-]{{2,20}}[\"»]?))",
        "пере",
        _named_room,
    ),
    pattern(
        "room",
        (
            r"((?<![a-z])[a-z]会议室|(?<![:\d])[a-z]?\d{2,4}[a-z]?(?:号)?(?:会议室|房间|室|教室|办公室|机房|工位)(?!温)"
            r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})楼(?:[东西南北大小]侧?)?会议室|[\u4e00-\u9fff]{2,5}(?<!个"
            r"|的|在|到|们)会议室|(?:会议室|房间|工位"
            r"|教室)[ :]?(?:[a-z]?-?\d{2,4})(?!\.\d|\d|度|℃|人|个|号机|平|台|岁))"
        ),
        "室 房 工 位",
        _room_zh,
    ),
    pattern(
        "site",
        (
            rf"{B}(?:(?:the |our )?{_ORDINAL} floor|(?<=on )(?:level|lvl) \d{{1,2}}|floor \d{{1,3}}"
            r"|(?:building|bldg\.?|block"
            rf"|tower|wing|plant|branch|store|shop|warehouse|site|campus|hall) (?:no\.? ?"
            rf"|#)?(?:\d{{1,4}}[a-z]?|[a-h])){E}(?:,? (?:the )?{_ORDINAL} floor{E}"
            rf"|,? floor \d{{1,3}}{E})?|{B}(?:the "
            rf"|our )?(?P<city>[a-z][a-z-]{{2,20}}(?: [a-z][a-z]{{2,12}})?) (?:office|branch"
            rf"|site|warehouse|plant|campus|headquarters|hq|store|shop|depot|hotel|clinic|showroom|factory){E}"
        ),
        "floo leve lvl buil bldg bloc towe wing plan bran stor shop ware site camp hall offi head hq fact depo hote clin show",
        _site_en,
    ),
    pattern(
        "site",
        (
            rf"{B}(?:(?:на )?\d{{1,2}}(?:-?м|-?ом|-?й|-?го)? этаж\w?|(?:перв|втор|трет|четверт"
            rf"|пят|шест|седьм|восьм)\w{{2,3}} этаж\w?|(?:корпус\w{{0,2}}|здани\w|строени\w"
            rf"|литер\w?|склад\w?|магазин\w?|цех\w?|филиал\w?|площадк\w) (?:№ ?"
            rf"|номер )?(?:\d{{1,4}}[а-г]?|[а-г]){E}(?! (?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр))(?:,? \d{{1,2}}(?:-?й)? этаж)?"
            rf"|(?P<city>[а-я][а-я-]{{2,20}}ск(?:ом|ий|ого|ая|ой)) (?:филиал\w?|офис\w?"
            rf"|склад\w?|площадк\w)|(?:филиал\w?|офис\w?|склад\w?"
            rf"|магазин\w?)(?: компании)? (?:в|на|по"
            rf"|г\.) (?P<street>[а-я][а-я-]{{2,20}}(?: [а-я]{{3,15}})?)){E}"
        ),
        "этаж корп здан стро лите скла мага цех цеха цехе цеху фили площ офис",
        _site_ru,
    ),
    pattern(
        "site",
        (
            r"((?:[a-z]|\d{1,3}号|[一二三四五六七八九十东西南北]{1,2}号?)(?:楼|座|栋|厂房|厂区|车间|仓库|库)(?:\d{1,2}"
            r"|[一二三四五六七八九十]{1,2})?(?:层|楼)?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:楼|层)(?!的?高)"
            r"|[\u4e00-\u9fff]{1,3}[路街城镇港]店|[\u4e00-\u9fff]{2,3}(?<!整个|这个|那个|各个|一个|每个|全部|其他|所有)(?<![家在去到从们搬里的])(?:分公司|办事处|办公室"
            r"|分部|门店|仓库|工厂|园区|校区|支行|分行|营业厅|网点|分院|门诊部|研发中心))"
        ),
        "店 楼 座 栋 厂 车 库 层 分 办 门 仓 工 园 校 研 支 营 网",
        _site_zh,
    ),
)
