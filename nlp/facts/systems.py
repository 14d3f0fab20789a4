"""Operating systems and version numbers."""

import re
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, before, pattern, spoken

_MAC: Final = (
    r"(?:high sierra|sierra|mojave|catalina|big sur|monterey|ventura|sonoma|sequoia|tahoe)"
)


def _os(reading: Reading, match: re.Match[str]) -> Found | None:
    if match.group() == "ios" and reading.text[match.start() : match.end()] == "IOS":
        return None  # Cisco's
    return Found(*match.span())


def _version(reading: Reading, match: re.Match[str]) -> Found | None:
    start, end = match.span(1)
    if re.match(
        r" ?(?:of (?:the|this|that) (?:form|document|policy|template|contract)|版?的(?:表格|文档|模板|制度))",
        reading.low[end : end + 24],
    ):
        return None
    if re.search(
        r"(?:form|формы?|бланк\w?|template|表格|文档|document|policy|правил)\s?$",
        before(reading, match.start(), 12),
    ):
        return None
    return Found(start, end)


def _updated(reading: Reading, match: re.Match[str]) -> Found | None:
    return spoken(match)


# --- the tables ------------------------------------------------------------

PATTERNS: Final[tuple[Pattern, ...]] = (
    pattern(
        "os",
        rf"{B}(?:(?:ms |microsoft )?windows (?:xp|vista|7|8(?:\.1)?|1[01](?: (?:pro|home"
        rf"|enterprise|ltsc|\d\dh[12]))?|server(?: (?:20\d\d(?: r2)?))?)"
        rf"|win(?:dows)? ?(?:xp|7|8|10|11)|(?:винд[аыуео]|виндовс|винда) ?(?:xp|7|8|10|11)"
        rf"|mac ?os(?: x)?(?: {_MAC}| \d{{1,2}}(?:\.\d{{1,2}}){{0,2}})?"
        rf"|ubuntu(?: \d\d\.\d\d)?(?: lts)?|debian(?: \d{{1,2}})?|(?:rhel|centos|red hat"
        rf"|fedora|rocky|almalinux|opensuse|suse)(?: (?:linux )?\d{{1,2}}(?:\.\d)?)?"
        rf"|linux(?: mint)?|astra ?linux(?: se)?(?: \d\.\d)?|астра ?линукс|астр[аеу] linux"
        rf"|ред ?ос(?: \d\.\d)?|альт ?линукс|alt linux|линукс\w?|android(?: \d{{1,2}})?"
        rf"|андроид\w{{0,2}}(?: \d{{1,2}})?|ios(?: \d{{1,2}}(?:\.\d{{1,2}})?)?"
        rf"|ipados(?: \d{{1,2}})?|chrome ?os|kylin|uos|harmony ?os(?: \d)?){E}|银河麒麟|麒麟系统"
        rf"|统信uos|鸿蒙(?:系统)?|安卓(?:系统)?(?: ?\d{{1,2}})?",
        (
            "wind win винд mac maco ubun debi rhel cent red fedo rock alma open suse linu astr "
            "астр ред редо альт alt лину andr андр ios ipad chro kyli uos harm 麒 统 鸿 安"
        ),
        _os,
    ),
    pattern(
        "version",
        (
            rf"(?:{B}(?:browser|браузер\w{{0,2}}|app|application|client|app version|приложени\w(?: [а-я]{{3,12}})?|программ\w|version|ver\.?|v\.?|build|release|firmware|rev|верси\w{{1,2}}|релиз\w?"
            rf"|сборк\w|прошивк\w|платформ\w)|浏览器|应用|软件|程序|版本号?|固件版?本?)(?: ?[:№.]| is| number|是"
            rf"|为)? ?((?:\d{{1,5}}\.){{1,4}}\d{{1,6}}){E}(?!\.\d)"
        ),
        "брау brow 浏 app appl clie прил прог 应 软 程 vers ver v buil rele firm rev верс рели сбор прош плат 版 固",
        _version,
    ),
    pattern(
        "version",
        r"(?<![a-zа-я0-9_.])((?:\d{1,5}\.){1,4}\d{1,6})(?:版本?(?!面)|系统)",
        "版 系",
        _version,
    ),
    pattern(
        "version",
        rf"{B}(?:updated|upgraded|downgraded|rolled back|обновил\w{{0,4}}|откатил\w{{0,4}}) (?:it )?(?:to|до) ((?:\d{{1,5}}\.){{2,4}}\d{{1,6}}){E}|(?:更新|升级|回滚|降级)到((?:\d{{1,5}}\.){{2,4}}\d{{1,6}})(?![\d.])",
        "upda upgr down roll обно отка 更 升 回 降",
        _updated,
    ),
    pattern("version", rf"{B}v((?:\d{{1,4}}\.){{1,4}}\d{{1,6}}){E}(?!\.\d)", "v", _version),
)
