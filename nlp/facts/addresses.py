"""What machines and people are reached by: addresses, paths, hosts, telephone numbers."""

import re
from ipaddress import IPv6Address
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, before, pattern, spoken

_TLD: Final = (
    r"(?:com|net|org|ru|cn|de|uk|eu|io|info|biz|gov|edu|dev|cloud|online|site|su|kz|by|ua"
    r"|fr|nl|ch|at|it|es|pl|se|jp|hk|tw|sg|us|ca|au|in|me|tv|co|рф"
    r"|example|test|invalid|local|corp|lan|internal|intra|intranet|localdomain|home|ad|domain|int)"
)
_STOPS: Final = r"\s<>\"'`，。；、！？）)】》»”“"
_TRAILING: Final = " .,;:!?…"


def _address(reading: Reading, match: re.Match[str]) -> Found:
    start, end = match.span()
    han = re.search(
        r"[\u3400-\u9fff]", reading.low[start:end]
    )  # the sentence goes on without a space
    if han:
        end = start + han.start()
    return Found(start, start + len(reading.low[start:end].rstrip(_TRAILING)))


def _mac_or_none(reading: Reading, match: re.Match[str]) -> Found | None:
    return Found(*match.span()) if re.search("[a-f]|0", match.group()) else None


def _ip(reading: Reading, match: re.Match[str]) -> Found | None:
    if any(int(part) > 255 for part in match.group(1).split(".")) or match.group(1).startswith("0"):
        return None
    end = match.end(1)
    if _VERSION.search(before(reading, match.start())) or reading.low[end : end + 1] in (
        "版",
        "号",
    ):
        return None
    return Found(*match.span(1))


_VERSION: Final = re.compile(
    r"(?:version|ver|build|release|firmware|rev(?:ision)?|section|chapter|драйвер\w?"
    r"|верси\w|сборк\w|релиз\w?|прошивк\w|пункт\w?|раздел\w?|"
    r"版本|固件|补丁|(?<![a-z])v)[ :.号为]{0,2}$"
)


def _ipv6(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group(1)
    if said.count(":") < 2 or len(said) < 3:
        return None
    try:
        IPv6Address(said)
    except ValueError:
        return None
    return Found(*match.span(1))


_HAN_GOES_ON: Final = re.compile(
    r"[\u3400-\u9fff](?=的|文件夹|目录|打不|不见|丢|没|里面?|下面?|无法|不能|访问|被|还)"
)


def _path(reading: Reading, match: re.Match[str]) -> Found | None:
    """Where Chinese goes on after the name of a file without a space, the name's ending is its end."""
    start, end = match.span()
    said = reading.low[start:end]
    if ended := re.match(r".{1,240}?\.[a-z0-9]{1,5}(?=[\u3400-\u9fff])", said):
        end = start + ended.end()
    elif cut := _HAN_GOES_ON.search(said):
        end = start + cut.start() + 1
    length = len(reading.low[start:end].rstrip(_TRAILING + "\\("))
    return Found(start, start + length) if length > 3 else None


_SEGMENT: Final = rf"[^\\/:*?|{_STOPS}]{{1,60}}(?: [^\\/:*?|,.{_STOPS}]{{1,30}}){{0,3}}"
_LAST: Final = (
    rf"(?:[^\\/:*?|,{_STOPS}]{{1,60}}(?: [^\\/:*?|,.{_STOPS}]{{1,30}}){{1,3}}\.(?:docx?|xlsx?m?"
    rf"|pptx?|pdf|txt|csv|zip|log|exe|msg|pst|ini|bat|ps1|png|jpe?g|mdb|accdb|vsdx|dwg|rtf"
    rf"|psd)(?![a-z0-9])|[a-z0-9_.$%~#+&@!(){{}}\[\]-]{{1,100}}(?![\u3400-\u9fff]{{1,20}}\.[a-z])"
    rf"|[^\\/:*?|,{_STOPS}]{{1,100}})"
)

_HOST_PREFIX: Final = (
    r"(?:pc|ws|wks|wkst|srv|svr|sv|server|dc|fs|lt|nb|ltp|desktop|laptop|notebook|prn|prt"
    r"|printer|host|rds|ts|vm|sql|db|app|web|mail|mx|exch|esx|esxi|hv"
    r"|nas|sw|switch|rtr|fw|ap|bkp|wsus|kiosk|pos|term|thin|node|gw|vpn|proxy|ns|k8s|mfp"
    r"|mac|arm|buh|kassa|terminal)"
)
_SHORT_PREFIX: Final = (
    r"(?:dc|fs|ts|srv|rds|ws|pc|nb|vm|nas|esx|sw|ap|fw|gw|mx|prn|host|node|sql|db|app|web)"
)


def _host(reading: Reading, match: re.Match[str]) -> Found | None:
    name = match.group(1)
    said = reading.text[match.start(1) : match.end(1)]
    numbered = any(sign.isdigit() for sign in name)
    if re.fullmatch(r"(?:prn|srv|svr|esxi?|nas|wks)-[a-z]{3,12}(?:-[a-z0-9]{1,8})?", name):
        return Found(*match.span(1))
    if not numbered and ("_" in name or not (said.isupper() and len(name) > 6)):
        return None
    if re.fullmatch(
        (
            r"(?:sql|db|app|web|server|exch|windows|office)[-_]?(?:19|20)\d\d|db2|web2|ap\d{3,}"
            r"|pc[123]|app-?v?\d|mac-?(?:os)?\d*|vpn-?\d?"
        ),
        name,
    ):
        return None
    return Found(*match.span(1))


_FILES: Final = re.compile(
    r"(?:asp|ado|vb|paint|node|draw|booking|monday|microsoft|socket)\.(?:net|io|js|com)$"
)


_OF_MACHINES: Final = (
    r"(?:pc|ws|wks|wkst|srv|svr|lt|nb|ltp|dc|fs|ts|vm|db|sql|prn|prt|pos|till|hmi|plc"
    r"|esx|esxi|nas|sw|ap|term|kiosk|node|host"
    r"|web|app|lap|desk|cam|mfp|mac|rds|hv|nvr|ups|gw|fw|rtr|mq|cache|proxy|vpn|pda|bak"
    r"|backup|git|gitlab|core|edge|stor|san|nuc|rack|cluster|k8s|ci|prod|stg|tab|ipad"
    r"|scan|ctr|counter|arm|kassa)"
)
_CALLED: Final = re.compile(  # a word for a machine, or for its name, shortly before
    r"(?:host|computer|(?<![a-z])pcs?|machine|work ?station|laptop|notebook|server|hostname"
    r"|(?<![a-z])node|terminal|kiosk|(?<![a-z])till|hmi|desktop"
    r"|(?<![a-z])(?:name|named|called|box|station|its|it's|it is|on|at|from|to|unit|printer"
    r"|scanner|tablet|switch|router|reader|camera|phone|panel|display|gateway|firewall|ups)"
    r"|компьютер|(?<![а-я])(?:комп|пк|ноут|сервер|хост|машин|имя|станци|узел|узл|терминал"
    r"|касс|называется|планшет|принтер|считывател|сканер|камер|панел|роутер|свит|на|за|к)"
    r"|电脑|主机|机器|服务器|终端|设备|工作站|收银机|打印机|标签机|绘图仪|复印机|扫描仪|读卡器|扫码枪|摄像头|交换机|路由器|门禁|笔记本|名|在|号机)"
    r"[^\d.,;!?\n，。；]{0,28}$"
)
_NO_MACHINE: Final = re.compile(  # models, standards, papers, tickets
    r"(?:f\d|iso|utf|rfc|covid|wd|wh|wf|hp|lbp|ml|scx|hl|mfc|dcp|et|va|gb|kb|cve|inc"
    r"|req|chg|prb|inv|po|so|ref|no|usb|hdmi|cat|rj|din|en|ip|id|win|office|sap|ora|sku"
    r"|order|ticket|case|task|q[1-4]|fy|gost|v|ver|dn|lc|ex|it)-?\d*-"
)


_WORKED_ON: Final = re.compile(  # what is restarted, or stands before "is down"
    r"(?:(?:re)?(?:start|boot)(?:ed|s|ing)?|ping(?:ed)?|reach|job on|service on|logs? on|disk on|access to|(?:server|host)[^.,;!?]{0,20}|on)(?: the)? $|(?:перезагру\w+|перезапус\w+|пинг\w{0,3}|задани[ея] на|служб[аы] на|процесс на|диск на|(?:сервер|хост)[^.,;!?]{0,20}|на) $|(?:重启了?|(?<!手)连|登录|ping) ?$"
)


def _segmented(reading: Reading, match: re.Match[str]) -> Found | None:
    """WARD7-PC03, hmi-line4: parts with numbers, one of which tells of a machine, or a word for one before."""
    name = match.group(1)
    said = reading.text[match.start(1) : match.end(1)]
    if not any(sign.isdigit() for sign in name) or _NO_MACHINE.match(name):
        return None
    parts = name.split("-")
    if all(part.isdigit() for part in parts[1:]) and len(parts) > 3:
        return None
    told = any(re.fullmatch(_OF_MACHINES + r"\d{0,4}[a-z]?", part) for part in parts)
    told = told or (
        bool(re.fullmatch(r"[a-z][a-z0-9]{1,7}(?:-[a-z]{1,6})?-\d{2,3}", name))
        and bool(_WORKED_ON.search(before(reading, match.start(1), 24)))
    )
    if not (told or (said.isupper() and _CALLED.search(before(reading, match.start(1), 44)))):
        return None
    return Found(*match.span(1))


def _domain(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group(1)
    first = said.split(".")[0]
    return (
        None
        if _FILES.fullmatch(said) or first.isdigit() or len(said) < 5
        else Found(*match.span(1))
    )


def _cued_host(reading: Reading, match: re.Match[str]) -> Found | None:
    name = match.group(1)
    if re.match(
        r"(?:windows|win|office|version|sql|kb|usb|hp|dell|lenovo|ip|v|error|code)[\d-]*$", name
    ):
        return None
    return Found(*match.span(1))


# --- telephones ---------------------------------------------------------------------------------

_NOT_PHONES: Final = re.compile(
    r"(?:order|invoice|id|no\.?|number of|po|case|serial|s/n|sku|iban|account|card|article"
    r"|item|tracking|ref(?:erence)?|contract|insurance|tax"
    r"|заказ\w?|счет\w?|инн|кпп|огрн|снилс|договор\w?|артикул|паспорт\w?|накладн\w{2}|трек|заявк\w"
    r"|订单号?|单号|税号|发票号?码?|编号|身份证号?|合同号?|快递|序列号|会议号|会议id)[ :#№.-]{0,4}(?:(?:is|номер|№|是|为)[ :]?)?$"
)


def _phone(reading: Reading, match: re.Match[str]) -> Found | None:
    found = spoken(match)
    if _NOT_PHONES.search(before(reading, found.start)):
        return None
    digits = sum(sign.isdigit() for sign in reading.low[found.start : found.end])
    return found if 3 <= digits <= 15 else None


_GLUE: Final = (
    r"(?:[ .:#(-]{1,2}|number|no\.?|nr|is|at|on|back|me|to|has changed to|changed to|под|по|на"
    r"|номер\w?|мой|моб|новый|стал|号码?|是|为|我|联系){0,6}[ :]{0,2}"
)
_NUMBER: Final = r"(\(?\+?\d(?:[ ()/-]{0,2}\d){3,14})"


# --- the tables ------------------------------------------------------------

PATTERNS: Final[tuple[Pattern, ...]] = (
    pattern(
        "url",
        rf"{B}(?:https?|ftps?|sftp|rdp|smb|ldaps?|file)://[^{_STOPS}]{{2,500}}",
        ":",
        _address,
    ),
    pattern(
        "email",
        (
            r"(?<![a-z0-9._%+-])[a-z0-9_%+-][a-z0-9._%+-]{0,63}@"
            r"(?:[a-z0-9а-я-]{1,63}\.){1,5}[a-zа-я]{2,20}(?![a-z0-9])"
        ),
        "@",
    ),
    pattern(
        "url",
        (
            rf"(?<![a-z0-9@.-])(?:www\.(?:[a-z0-9-]{{1,63}}\.){{1,4}}[a-z]{{2,10}}|"
            rf"(?:[a-z0-9-]{{1,63}}\.){{1,4}}{_TLD}(?=/[a-z0-9?#]))(?:/[^{_STOPS}]{{0,300}})?"
        ),
        ".",
        _address,
    ),
    pattern(
        "path", rf"(?<![a-z0-9])[a-z]:[\\/](?:{_SEGMENT}[\\/]){{0,15}}(?:{_LAST})?", "\\ /", _path
    ),
    pattern(
        "path",
        rf"(?<![\\a-z0-9_])\\\\[a-z0-9а-я_.$-]{{1,63}}\\(?:{_SEGMENT}\\){{0,15}}(?:{_LAST})?",
        "\\",
        _path,
    ),
    pattern(
        "path",
        rf"(?<![a-zа-я0-9_/:.\\])(?:~|/(?:home|var|etc|usr|opt|tmp|mnt|srv|users"
        rf"|applications|library|volumes|data|dev|proc|root|media|private|system|nfs|export"
        rf"|run|boot|backup)(?=/))"
        rf"(?:/{_LAST}){{1,15}}/?",
        "/",
        _path,
    ),
    pattern(
        "mac",
        rf"{B}[0-9a-f]{{2}}([:-])[0-9a-f]{{2}}(?:\1[0-9a-f]{{2}}){{4}}(?![:-]?[0-9a-f])",
        ": -",
        _mac_or_none,
    ),
    pattern("mac", rf"{B}[0-9a-f]{{4}}\.[0-9a-f]{{4}}\.[0-9a-f]{{4}}(?![.\w])", ".", _mac_or_none),
    pattern("ip", r"(?<![a-zа-я0-9_.])(\d{1,3}(?:\.\d{1,3}){3})(?![a-zа-я0-9_]|\.\d)", ".", _ip),
    pattern("ip", r"(?<![a-z0-9:.])([0-9a-f:]{3,39})(?![a-z0-9:])", ":", _ipv6),
    pattern(
        "host",
        (
            rf"(?<![a-z0-9а-я@._/\\-])((?:[a-z0-9]"
            rf"(?:[a-z0-9-]{{0,62}})\.){{1,5}}{_TLD})(?![a-z0-9а-я_@-]|\.[a-z0-9])"
        ),
        ".",
        _domain,
    ),
    pattern(
        "host",
        (
            rf"(?<![a-z0-9а-я._\\/-])({_HOST_PREFIX}[-_][a-z0-9]{{1,20}}"
            rf"(?:[-_][a-z0-9]{{1,20}}){{0,3}})(?![a-z0-9а-я@-])"
        ),
        "- _",
        _host,
    ),
    pattern(
        "host",
        r"(?<![a-z0-9а-я@._\\/-])([a-z][a-z0-9]{1,14}(?:-[a-z0-9]{1,15}){1,4})(?![a-z0-9а-я@_-]"
        r"|\.[a-z0-9])",
        "-",
        _segmented,
    ),
    pattern(
        "host",
        rf"(?<![a-z0-9а-я._\\/-])({_SHORT_PREFIX}\d{{2,4}}[a-z]?)(?![a-z0-9а-я@_.-]\w|[a-z0-9])",
        "0 1 2 3 4 5 6 7 8 9",
        _host,
    ),
    pattern(
        "host",
        rf"(?:{B}(?:server|host(?:name)?|computer(?: name)?|machine(?: name)?|node|pc(?: name)?"
        r"|laptop(?: name)?|work ?station|terminal|kiosk|desktop|сервер\w?"
        r"|хост\w?|узел|узл\w|имя (?:компьютера|пк|хоста|сервера|машины|ноутбука|станции)"
        rf"|компьютер\w?|комп|пк|ноут\w{{0,5}}|машин\w|терминал\w?|рабоч\w{{2}} станци\w)"
        rf"|服务器|主机名?|计算机名?|电脑名?|机器名?|终端|工作站|设备名|笔记本)"
        rf"(?: ?[:=(（]|'s name is|是|为|叫| is| named"
        rf"| called)? ?([a-z][a-z0-9-]{{1,30}}\d[a-z0-9-]{{0,8}})(?![a-z0-9а-я@._])",
        "serv host comp mach node pc lapt work term kios desk серв хост узел узла узле имя комп пк ноут маши терм рабо 服 主 计 电 机 终 工 设 笔",
        _cued_host,
    ),
    pattern(
        "phone", r"(?<![a-zа-я0-9_.+])(\+\d(?:[ ()-]{0,2}\d){7,14})(?![a-zа-я0-9_])", "+", _phone
    ),
    pattern(
        "phone",
        r"(?<![\w.+/-])(8[ -]?\(?\d{3,4}\)?[ -]?\d{2,3}[ -]?\d{2}[ -]?\d{2})(?![\w-])",
        "8",
        _phone,
    ),
    pattern(
        "phone",
        (
            r"(?<![a-z0-9а-я.+/-])(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{3,4}[ -]?\d{4}"
            r"|400-\d{3,4}-?\d{3,4}|0[1-9]\d{2,3} \d{3} ?\d{3,4}|0\d{2} \d{4} \d{4}"
            r"|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![a-z0-9а-я-])"
        ),
        "1 2 3 4 5 6 7 8 9 0",
        _phone,
    ),
    pattern(
        "phone",
        (
            rf"(?:{B}(?:ext(?:ension)?|доб(?:авочный)?|вн(?:утр(?:енний)?)?|місц)|分机号?"
            rf"|内线|(?<=\d)[ ,，]{{0,2}}转(?:分机)?"
            rf"|短号)(?:\.| номер)?[ :#]{{0,2}}(\d{{3,5}}){E}"
        ),
        "ext exte доб доба вн внут 分 内 短 转",
        _phone,
    ),
    pattern(
        "phone",
        rf"(?:{B}(?:phone|telephone|tel|mobile|cell|call|reach|ring|contact|тел(?:ефон)?"
        rf"|моб(?:ильн\w{{2}})?|сотов\w{{2}}|звонить|позвонить|звоните|позвоните"
        rf"|перезвоните|наберите|связь)|电话|手机号?|座机|联系方式|致电|打给我|工位电话)"
        rf"{_GLUE}{_NUMBER}(?![a-zа-я0-9_]|[.:]\d| ?(?:мин|час|дн|am|pm|min|hours|days"
        rf"|times|раз|%|руб|年|月|个|台|点|分|小时))",
        (
            "phon tele tel mobi cell call reac ring cont теле тел моби моб сото звон позв пере "
            "набе связ 电 手 座 联 致 打 工"
        ),
        _phone,
    ),
)
