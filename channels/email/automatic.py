"""Whether a person wrote a mail, and if not, whether it says that something did not arrive.

What a program says of itself in the header goes first; words count only where no person is likely to have
written them. Somebody who writes about an out-of-office reply or forwards a bounce is a person.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from email.message import Message
from typing import Final

from msgspec import Struct

from channels.email import transfer
from channels.email.mail import Attached, Mail

LOOKED_AT: Final = 6_000  # characters of the body that words are looked for in
LONGEST_REPORT: Final = 200_000  # bytes of an attached report or returned mail
MOST: Final = 100  # recipients


class Judgement(Struct, frozen=True, kw_only=True):
    is_auto: bool
    is_bounce: bool
    rule: str
    recipients: tuple[str, ...] = ()  # whom the mail did not reach
    temporary: bool = False  # it is still tried
    original: str = ""  # the id of the mail that was returned, if that is said


def judge(mail: Mail) -> Judgement:
    told = not _SEEN_FIRST.isdisjoint(name for name, _ in mail.headers)
    for find in (_by_report, _by_class, _by_returned):
        if found := find(mail):
            return found
    for rule, holds in (*_HEADER_RULES, *_RULES) if told else _RULES:
        if holds(mail):
            return Judgement(is_auto=True, is_bounce=False, rule=rule)
    return Judgement(is_auto=False, is_bounce=False, rule="person")


# What did not arrive

_STATUS: Final = ("message/delivery-status", "message/global-delivery-status")
_RECEIPT: Final = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED: Final = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
    "message/partial",
)
_FIELD: Final = re.compile(
    r"^[ \t>]{0,4}(final-recipient|original-recipient|action"
    r"|status)[ \t]{0,9}:[ \t]*([^\r\n]{1,500})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"[^\s<>;:,\"()\[\]]{1,64}@[^\s<>;:,\"()\[\]]{1,253}")
_ID: Final = re.compile(
    r"^[ \t>]{0,9}(?:original-)?message-id[ \t]{0,9}:\s{0,9}<([^<>\s]{1,900})>",
    re.IGNORECASE | re.MULTILINE,
)

_DAEMON: Final = re.compile(
    r"(?:mailer|mail|smtp)[-_.]?(?:daemon|delivery|system)|m?daemon|post-?master"
    r"|bounces?(?:[-+_].*)?$"
    r"|microsoftexchange[0-9a-f]{8,}|mail-?admin|maildelivery|e?mailsystem|undeliverable"
    r"|internet-?mail",
    re.IGNORECASE,
)
_DAEMON_NAME: Final = re.compile(
    r"mail(?:er)?[- ]?daemon|mail delivery|delivery (?:sub)?system|post-?master|mail (?:system"
    r"|administrator)"
    r"|system ?administrator|mail ?router|returned mail|почтов(?:ая система|ый сервер)|系统退信|系統退信"
    r"|邮件系统"
    r"|internet mail (?:service|connector)",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"\s*(?:(?:re|aw|sv|antw?|odp|回复|答复|回覆|fwd?|wg|tr|rv|vs|vb|enc|i|пересл?|转发|轉寄"
    r"|отв?)\s{0,3}(?:\[\d+\])?[:：])",
    re.IGNORECASE,
)
_FAILED_SUBJECT: Final = re.compile(
    r"\b(?:undeliver(?:able|ed)|non-?delivera|mail delivery (?:failed|failure|error)"
    r"|delivery status notification"
    r"|delivery (?:notification|failure|failed|error|problem|report|has failed|not possible"
    r"|unsuccessful)"
    r"|(?:mail|message|e-?mail) (?:system )?(?:error|failure|returned|bounced|rejected|blocked"
    r"|not sent)"
    r"|returned (?:e-?mail|to sender)|failure notice|returned mail|bounced? (?:mail|message)"
    r"|mail failure"
    r"|non[- ]?delivery|(?:not|\w{2,5}n't) (?:be )?(?:delivered|deliverable)|rejected:|address not found"
    r"|mail could not|(?:automatically|returned|refused) (?:rejected|due to|by)|rejected (?:e-?mail|mail|message)"
    r"|permanent (?:error|failure)|failed mail|nondelivery|message not delivered"
    r"|unzustellbar|\w{0,20}zustell\w*[^:]{0,30}(?:fehl|nicht|unm)|nicht (?:zugestellt|zustellbar)"
    r"|mailzustellung"
    r"|non[- ](?:remis|distribu|livr|d.livr)|(?:échec|echec) (?:de |d')|remise[^:]{0,20}impossible"
    r"|no (?:se )?(?:ha |pudo |puede )?(?:pod\w+ )?(?:ser )?entreg|error de entrega|correo devuelto"
    r"|no se puede entregar|notificaci.n de (?:entrega|estado)|devuelto|fallo (?:de|en la) entrega"
    r"|n.o (?:foi |p.de )?(?:ser )?entreg|falha (?:na|de) entrega|devolvid|não é possível entregar"
    r"|manca\w+ (?:recapito|consegna)|non recapit|non consegnat|impossibile (?:recapit|consegn)"
    r"|onbestelbaar|niet (?:bezorgd|afgeleverd)|kan niet worden (?:bezorgd|afgeleverd)|mislukt"
    r"|niedostarcz|nie (?:została |można |udało się )?dostarcz|niedoręcz|zwrot (?:poczty"
    r"|wiadomości)"
    r"|nedoruč|nelze doručit|nemožno doručiť|kézbesít\w*|nelivr|nu a (?:putut )?fost livrat"
    r"|nedostav"
    r"|недоставл|не (?:был[оа] )?доставлен|не удалось доставить|невозмож\w+ достав|возвра(?:т"
    r"|щ)\w* (?:почт|письм|сообщ)"
    r"|ошибка (?:доставки|при доставке)|не ?доставка|не вдалося доставити|недоставк"
    r"|teslim edile|gönderilemedi|iletilemedi|kan ikke leveres|ikke levert|ikke leveret|uleveret"
    r"|inte (?:levereras|levererat)|obest.llbar|olevererbar|kunde inte|ei voi(?:tu|da) toimit|toimittam|ei onnistu|epäonnistu"
    r"|μη παραδ|(?:αδύνατη|δυνατή) η παράδοση|αποτυχία παράδοσης|δεν παραδόθηκε"
    r"|neisporuč|nije isporuč|ni mogoče dostav|nepristaty|neįteik|nepiegād|ei saa kohale toimet|ekki hægt að afhenda"
    r"|не може да бъде достав|достав\w+ [^\n]{0,20}невозмож|не доставлен|неможливо достав|no es pot lliurar"
    r"|لم يتم (?:ال)?تسليم|غير قابل للتسليم|לא ניתן למס|không thể gửi|发送失败|发信失败"
    r"|تعذر|לא נמסר|לא ניתן למסור|không gửi được|tidak (?:dapat )?terkirim)",
    re.IGNORECASE,
)
# Where no spaces part the words.
_FAILED_SUBJECT_EAST: Final = re.compile(
    r"退信|退件|无法(?:送达|投递|传递|发送)|未(?:能)?(?:送达|投递|传递|传送)|(?:投递|发送|传送)失败|無法(?:傳遞|傳送|送達)|未傳遞|傳送失敗"
    r"|配信(?:不能|できません|エラー|に失敗)|未(?:配信|達)|送信(?:エラー|できません)|届けられません|戻されました"
    r"|반송|배달(?:되지|할 수| ?실패| ?불가)|(?:전송|발송) ?실패|(?:전송|발송)되지"
    r"|ไม่สามารถ"
)
_FAILED_WORDS: Final = re.compile(
    r"wasn.t able to deliver|qmail-send|(?:could ?n.t|was ?n.t|can ?not|could not|cannot|not"
    r"|unable to) (?:be )?deliver"
    r"|delivery (?:to the following|has failed|failed|failure|attempt)"
    r"|permanent(?:ly)? (?:fatal )?(?:error|fail)"
    r"|(?:user|recipient|mailbox|account|address)(?: name| address)? (?:is )?(?:unknown|not found"
    r"|unavailable|disabled|full|rejected|invalid"
    r"|does ?n.t exist|does not exist|couldn.t be found|inactive|not listed|suspended|over quota)"
    r"|unknown (?:user|recipient|address|local)|no such (?:local )?(?:user|recipient|mailbox|address|person)"
    r"|invalid recipient|undeliverable"
    r"|returned to (?:you|sender)|(?:remote|other) (?:host|server|mail server) (?:said|returned"
    r"|replied)|did not reach"
    r"|not (?:been )?delivered|undelivered|\b5\d\d[ -]#?5\.\d{1,3}\.\d{1,3}\b"
    r"|#5\.\d{1,3}\.\d{1,3}|\b55[0-4] |relay(?:ing)? (?:access )?denied"
    r"|over (?:its |the )?quota|quota exceeded|exceeded (?:its |the )?(?:storage|quota)"
    r"|(?:message|mail)[^\n]{0,80}? (?:was|is|been) (?:automatically )?(?:rejected|refused|bounced|blocked|returned)"
    r"|message (?:rejected|refused|bounced|blocked)"
    r"|host (?:or domain )?(?:name )?(?:unknown|not found)|address(?:es)? (?:failed|had)"
    r"|returning message|mail.{0,9}loop"
    r"|(?:nicht|konnte nicht) (?:zugestellt|zustellen|ausgeliefert)|zustellung[^.]{0,40}nicht"
    r"|unzustellbar"
    r"|n.a (?:pas )?pu (?:être )?(?:remis|délivré|livré|distribué)|pas (?:pu )?être (?:remis"
    r"|délivré|livré|distribué)|n.existe pas"
    r"|casella (?:inesistente|piena|non)|utente (?:sconosciuto|inesistente)|non raggiungibil|rifiutat[oa] dal"
    r"|no (?:se )?(?:ha )?(?:pudo|podido|puede)[^.]{0,30}entreg|não (?:pôde|foi"
    r"|pode)[^.]{0,30}entreg|non (?:è stato|può)[^.]{0,40}(?:recapit|consegn)"
    r"|(?:не (?:может|могло|удалось|был\w*)[^.]{0,40}достав)|недоставлен|не доставлен"
    r"|(?:пользователь|адресат|ящик|почтовый ящик)[^\n]{0,60}"
    r"(?:не найден|не существует|переполнен|заблокирован|отсутствует)|退信|退回|无法(?:送达|投递|发送)"
    r"|未(?:能)?送达|投递失败|不存在|被拒(?:绝|收)"
    r"|無法(?:傳遞|傳送|送達)|配信(?:できません|不能)|届けられません|届きません|반송|배달되지|전송하지 못|(?:전송|발송)되지|niet (?:worden )?(?:bezorgd"
    r"|afgeleverd)"
    r"|ei onnistu|epäonnistu|δεν ήταν δυνατή|не вдалося достав|nem sikerült kézb|nu a putut fi livrat|mislyktes|mislykkedes"
    r"|nie (?:została|można|mogła)[^.]{0,40}(?:dostarcz|doręcz)|nelze doručit"
    r"|nepodařilo[^.]{0,30}doručit|teslim edilemedi|kunde inte levereras",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(
    r"\bdelay(?:ed)?\b|\bwarning: (?:could not send|message)|still being retried|will (?:continue"
    r"|keep) (?:to (?:be )?)?(?:try|retr|attempt)"
    r"|(?:do|need) not (?:need to )?resend|not (?:yet )?been delivered yet|not yet been delivered"
    r"|still (?:trying|in the queue)|temporar(?:y|ily) (?:problem|delay)"
    r"|verzögert|retard[ée]|retrasad[oa]|atrasad[oa]|ritard(?:o|ata)|задерж|отложен|будет повтор"
    r"|попытки (?:доставки )?будут|延迟|延誤|遅延|지연"
    r"|will be retried|opóźnion|vertraagd|försen",
    re.IGNORECASE,
)
_GIVEN_UP: Final = re.compile(
    r"giv(?:en|ing) up|permanent|has failed|returned to sender|expired|too long"
    r"|no longer be (?:tried|retried)|\(failure\)"
    r"|final(?:ly)? fail|undeliverable|not be retried|stop(?:ped)? trying",
    re.IGNORECASE,
)
_OF_PERSONS: Final = ("in-reply-to", "references", "x-mailer", "user-agent", "x-originating-ip")
_GREETS: Final = re.compile(
    r"\s*(?:hi|hello|hey|dear (?!user|customer|sender|sir|member|client)|good (?:morning|day)|hallo|liebe|guten (?:tag"
    r"|morgen)|bonjour|hola|ciao|коллеги|добрый день)\b[^\n.!@]{0,40},",
    re.IGNORECASE,
)
_REFUSAL: Final = re.compile(
    r"^[ \t<>*-]{0,8}(?:[^\s@]{1,64}@[^\n]{1,120}?)?\b5\d\d[ -]#?5\.\d{1,3}\.\d{1,3}\b",
    re.MULTILINE,
)
_MAILER: Final = re.compile(r"mailer[-_.]?daemon|microsoftexchange[0-9a-f]{8,}", re.IGNORECASE)
_ARRIVED: Final = re.compile(
    r"success|(?:has been|was) (?:delivered|relayed|read)|erfolgreich|remis avec|entregado con|успешно|доставлено|成功"
    r"|statisti|digest|subscri",
    re.IGNORECASE,
)
_DAEMON_SPEAKS: Final = re.compile(
    r"\s*(?:(?:hi|hello|dear [^\n]{1,60})[.,!]?\s+)?(?:this is (?:the|a) [^\n]{0,60}(?:program|server|system"
    r"|agent|daemon)|i'm (?:afraid|sorry)|this (?:message|mail|e-mail) (?:was|is) [^\n]{0,20}automatic"
    r"|(?:your|the) (?:message|mail|e-mail)[^\n]{0,100} (?:not|failed|undeliver\w+|rejected)\b)",
    re.IGNORECASE,
)
_COPY: Final = re.compile(
    r"^[ \t]*(?:-{2,}[^\n]{0,30}\b(?:copy of|original|returned|message (?:header|follow)|unsent"
    r"|below)|(?:your|the|original|returned) (?:original )?(?:message|mail) (?:text )?follows|below this line is|original message|reporting-mta:"
    r"|received: from|return-path:|(?:received|message-id|mime-version|x-mailer):)",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED_LINE: Final = re.compile(
    r"^[ \t>*•-]{0,12}(?:(?:final |original |failed )?(?:recipient|address|to|user|адресат"
    r"|получатель|收件人|收信人|宛先|empfänger|destinataire|destinatario)s?"
    r"[^\n:：@]{0,40}[:：])?[ \t]{0,9}(?:rfc822;[ \t]?)?(?:<?\"?|smtp:"
    r"|mailto:)?([^\s<>;:,\"'()\[\]]{1,64}@[^\s<>;:,\"'()\[\]]{3,253})[>\"'.:;,]{0,3}[ \t]*(?:$"
    r"|[:(\[.-]|\.\.\.)",
    re.IGNORECASE | re.MULTILINE,
)


def _by_report(mail: Mail) -> Judgement | None:
    """A report as RFC 3464 and its kin have it: told apart by the kind of the whole mail."""
    kind = mail.first("content-type").casefold()
    report = "multipart/report" in kind
    if not report and (
        not (_is_daemon(mail) or _is_from_nobody(mail)) or _FORWARDED.match(mail.subject)
    ):
        return None
    if not report and kind.startswith("message/delivery-status"):
        return _of_fields(mail, mail.text)
    status = [one for one in mail.attachments if one.content_type in _STATUS]
    if status or "delivery-status" in kind:
        fields = "\n".join(_text_of(one) for one in status[:5]) or mail.text[:LONGEST_REPORT]
        return _of_fields(mail, fields)
    if not report:
        written = {match[1].lower() for match in _FIELD.finditer(mail.text[:LOOKED_AT])}
        return (
            _of_fields(mail, mail.text[:LOOKED_AT])
            if {"final-recipient", "action"} <= written
            else None
        )
    receipt = next((one for one in mail.attachments if one.content_type in _RECEIPT), None)
    if receipt or "disposition-notification" in kind:
        original = _original(mail, _text_of(receipt) if receipt else "")
        if _is_refused(mail):
            # Sieve says so that a mail was rejected, or that there was no room for it.
            return Judgement(
                is_auto=True,
                is_bounce=True,
                rule="refused",
                recipients=_recipients(mail),
                original=original,
            )
        return Judgement(is_auto=True, is_bounce=False, rule="read-receipt", original=original)
    return (
        Judgement(is_auto=True, is_bounce=False, rule="report") if "report-type" in kind else None
    )


def _is_refused(mail: Mail) -> bool:
    said = any("reject" in value.casefold() for value in mail.all("auto-submitted"))
    failed = _fails(mail.subject[:500]) and _FAILED_WORDS.search(_said(mail))
    return said or bool(_is_daemon(mail) and failed)


_CLASSES: Final = (
    # the field, what it says, the rule; only what did not arrive is a bounce
    ("x-mapi-message-class", re.compile(r"report\..*\.ndr", re.IGNORECASE), "dsn"),
    ("x-mapi-message-class", re.compile(r"report\..*\.ipnn?rn", re.IGNORECASE), "read-receipt"),
    ("x-mapi-message-class", re.compile(r"report\..*\.dr", re.IGNORECASE), "delivery-report"),
    ("x-ms-exchange-message-is-ndr", re.compile(""), "dsn"),
    ("message-type", re.compile(r"delivery report", re.IGNORECASE), "dsn"),
    (
        "x-ricevuta",
        re.compile("errore-consegna|non-accettazione|rilevazione-virus", re.IGNORECASE),
        "dsn",
    ),
    ("x-ricevuta", re.compile("preavviso", re.IGNORECASE), "delay"),
    ("x-ricevuta", re.compile(r"\w"), "delivery-report"),
)


_CLASS_FIELDS: Final = frozenset(field for field, _, _ in _CLASSES)


def _by_class(mail: Mail) -> Judgement | None:
    """A report that is marked as one by a field of its kind: Exchange, X.400, the Italian certified mail."""
    if _CLASS_FIELDS.isdisjoint(name for name, _ in mail.headers):
        return None
    for field, says, rule in _CLASSES:
        for value in mail.all(field):
            if not says.match(value.strip()):
                continue
            bounced = rule == "dsn" and not _is_delay(mail)
            if field == "message-type" and not _FAILED_WORDS.search(mail.text[:LOOKED_AT]):
                bounced, rule = False, "delivery-report"
            return Judgement(
                is_auto=True,
                is_bounce=bounced,
                rule=rule,
                recipients=_recipients(mail) if bounced else (),
                temporary=rule == "delay" or (rule == "dsn" and not bounced),
                original=_original(mail, ""),
            )
    return None


def _of_fields(mail: Mail, fields: str) -> Judgement:
    failed: list[str] = []
    delayed: list[str] = []
    actions: set[str] = set()
    recipient = action = status = ""

    def close() -> None:
        if action or status:
            done = action or ("delayed" if status.startswith("4") else "failed")
            if done == "delivered" and status.startswith("5"):
                done = "failed"
            actions.add(done)
            if recipient and done in ("failed", "delayed"):
                (failed if done == "failed" else delayed).append(recipient)

    for match in _FIELD.finditer(fields):
        name, value = match[1].lower(), match[2].strip()
        if name.endswith("recipient"):
            if action or status:
                close()
                recipient = action = status = ""
            address = _ADDRESS.search(value.partition(";")[2] or value)
            if address and (name == "final-recipient" or not recipient):
                recipient = address[0].strip("'.")
        elif name == "action":
            if action:
                close()
                status = ""
            action = re.split(r"[\s;(]", value.lower(), maxsplit=1)[0]
        elif not status:
            status = value
    close()
    if not actions:
        actions.add("delayed" if _is_delay(mail) else "failed")
    bounced = "failed" in actions
    temporary = not bounced and "delayed" in actions
    rule = "dsn" if bounced else "delay" if temporary else "delivery-report"
    found: Sequence[str] = failed if bounced else delayed
    if bounced and not found:
        found = _recipients(mail)
    return Judgement(
        is_auto=True,
        is_bounce=bounced,
        rule=rule,
        recipients=tuple(dict.fromkeys(found))[:MOST],
        temporary=temporary,
        original=_original(mail, fields),
    )


def _by_returned(mail: Mail) -> Judgement | None:
    """A bounce in the words of the program that sent it, as many were before there was a form for them."""
    told = mail.first("x-failed-recipients")
    late = not told and _is_daemon(mail) and _is_late(mail)
    if not told and not late and not _says_it_failed(mail):
        return None
    delay = late or _is_delay(mail)
    return Judgement(
        is_auto=True,
        is_bounce=not delay,
        rule="delay" if delay else "failed-recipients" if told else "bounce",
        recipients=tuple(one[0] for one in _ADDRESS.finditer(told)) or _recipients(mail),
        temporary=delay,
        original=_original(mail, ""),
    )


def _says_it_failed(mail: Mail) -> bool:
    daemon = _is_daemon(mail)
    if _FORWARDED.match(mail.subject):
        # Few programs answer with the subject of the mail that they return.
        return daemon and bool(_DAEMON_SPEAKS.match(mail.text[:300]))
    if _is_vacation(mail):
        return False
    subject = _fails(mail.subject[:500])
    if daemon:
        # Some daemons also send what is no bounce, such as a test or a letter of the postmaster.
        if subject:
            return True
        said = _said(mail)
        if _FAILED_WORDS.search(said) or _second_opinion(mail):
            # A postmaster, other than a program, may ask something, and greets whom he writes to.
            return bool(_MAILER.match(mail.from_.address)) or not (
                _ASKS_FOR.search(said[:600]) or _GREETS.match(said)
            )
        # In a language that we do not know: whom it names is whom it did not reach, unless it says otherwise.
        return bool(
            _MAILER.match(mail.from_.address)
            and _recipients(mail)
            and not _ARRIVED.search(mail.text[:1500])
        )
    if _is_from_nobody(mail):
        return (subject or bool(_FAILED_WORDS.search(_said(mail)))) and not _AWAY_SAID.search(
            mail.text[:1500]
        )
    return subject and _is_impersonal(mail) and bool(_FAILED_WORDS.search(_said(mail)))


def _fails(subject: str) -> bool:
    return bool(_FAILED_SUBJECT.search(subject)) or (
        not subject.isascii() and bool(_FAILED_SUBJECT_EAST.search(subject))
    )


def _is_daemon(mail: Mail) -> bool:
    local = mail.from_.address.rpartition("@")[0] or mail.from_.address
    if _DAEMON.match(local) or _DAEMON_NAME.search(mail.from_.name[:200]):
        return True
    return not mail.from_.address and _is_from_nobody(mail)


def _is_impersonal(mail: Mail) -> bool:
    """Nobody's program for mails sent it, nobody's mail is answered by it, and it asks for nothing."""
    if _is_auto_submitted(mail):
        return True
    said = f"{mail.subject}\n{_said(mail)[:1000]}"
    if _ASKS_FOR.search(said) or _OWN.search(said) or _GREETS.match(_said(mail)):
        return False
    if any(map(mail.first, _OF_PERSONS)):
        return False
    returned = any(one.content_type in _RETURNED for one in mail.attachments[:20])
    if returned or _COPY.search(mail.text[:LOOKED_AT], 1) or _REFUSAL.search(said):
        return True
    return not mail.from_.name and bool(_FAILED_WORDS.search(_said(mail)[:300]))


def _is_late(mail: Mail) -> bool:
    subject = mail.subject[:500]
    return bool(_DELAYED.search(subject)) and not _FORWARDED.match(subject)


def _is_delay(mail: Mail) -> bool:
    said = f"{mail.subject[:500]}\n{_said(mail)[:1500]}"
    if re.search(r"\(delay\)|\bdelayed\b|^\W*warning:", mail.subject, re.IGNORECASE):
        return True
    return bool(_DELAYED.search(said)) and not _GIVEN_UP.search(said)


def _said(mail: Mail) -> str:
    """What the program says itself, before a copy of what it returns."""
    text = mail.text[:LOOKED_AT]
    copy = _COPY.search(text, 1)
    return text[: copy.start()] if copy else text


def _recipients(mail: Mail) -> tuple[str, ...]:
    said = _said(mail)
    own = {mail.from_.address.casefold()}
    found = [match[1].rstrip(".") for match in _FAILED_LINE.finditer(said)]
    found = found or list(_second_opinion(mail))
    if not found:
        own |= {one.address.casefold() for one in mail.to}
        found = [match[0].rstrip(".'") for match in _ADDRESS.finditer(said)]
    return tuple(dict.fromkeys(one for one in found if one.casefold() not in own))[:MOST]


def _second_opinion(mail: Mail) -> tuple[str, ...]:
    """The addresses that flufl.bounce finds, which knows the forms of many old programs."""
    from flufl.bounce import all_failures

    message = Message()
    message["From"] = mail.from_.address or "MAILER-DAEMON"
    message["Subject"] = " ".join(mail.subject.split())[:500]
    message.set_payload(mail.text[:LOOKED_AT].encode("ascii", "replace").decode())
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        # It was written for what those programs send, not for what might be made to look so.
        return ()
    return tuple(sorted(one.decode("ascii", "replace") for one in {*temporary, *permanent}))


def _original(mail: Mail, fields: str) -> str:
    texts: Iterator[str] = (
        _text_of(one) for one in mail.attachments[:20] if one.content_type in _RETURNED
    )
    for text in (*texts, fields, mail.text[:LONGEST_REPORT]):
        if found := _ID.search(text):
            return found[1]
    return mail.in_reply_to or (mail.references[-1] if mail.references else "")


def _text_of(file: Attached) -> str:
    held = file.held[:LONGEST_REPORT]
    content = transfer.decoded(held, file.encoding) if file.encoding else bytes(held)
    return content.decode("utf-8", "replace")


# What no person wrote


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO: Final = re.compile(r"\s*\"?no\b", re.IGNORECASE)
_BULK: Final = re.compile(r"\s*\"?(?:bulk|junk|list|auto[-_ ]?reply|auto)", re.IGNORECASE)
_TELLING: Final = _names(
    """
    x-autoreply x-autorespond x-auto-reply x-auto-respond x-autoresponder x-autoreply-from
    x-mail-autoreply x-autogenerated x-auto-generated x-vacation x-away x-cron-env
    x-fc-machinegenerated auto-generated auto-replied autoreply vacation
    x-ms-exchange-inbox-rules-loop x-amazon-auto-reply x-autoreply-by x-mdautoresponder
    x-yahoo-autoresponse x-kmail-autoreply x-autoreply-version
    """
)
_LISTS: Final = _names(
    """
    list-id list-post list-help list-subscribe list-unsubscribe list-archive list-owner mailing-list
    x-mailing-list x-mailman-version x-list-id x-listname x-ml-name
    """
)  # fmt: skip
_RESPONDER: Final = re.compile(
    r"auto[-_ ]?(?:respon|reply|antwort)|vacation|responder|mailing ?list manager|out.?of.?office",
    re.IGNORECASE,
)
_NO_REPLY: Final = re.compile(
    r"(?:.*[-_.+])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|auto[-_.]?(?:reply|respon\w+"
    r"|mailer))(?:[-_.+].*)?$",
    re.IGNORECASE,
)

_AWAY_WORDS: Final = (
    r"out[- ]of[- ](?:the[- ])?office(?: auto-?(?:matic )?(?:reply|response))?(?: (?:reply"
    r"|message|notice|notification|response))?"
    r"|(?:auto|automatic|automated|auto-generated)[- ]?(?:e-?mail )?(?:reply|response|responder"
    r"|answer|acknowledge?ment)"
    r"|auto:|away (?:from (?:the |my )?(?:office|e?-?mail|desk)|message)|(?:on"
    r"|annual) (?:vacation|holiday|leave)|vacation (?:reply|response|message|notice)"
    r"|abwesenheit\w*|automatische (?:antwort|rückantwort|abwesenheit\w*)"
    r"|auto(?:matische)?[- ]?antwort|abwesend|nicht im (?:büro|haus)"
    r"|réponse automatique|absen(?:ce|t)(?: du bureau)?|message (?:d.absence|automatique)"
    r"|(?:notification|avis) d.absence"
    r"|respuesta automática|fuera de (?:la )?oficina|ausente|ausencia|contestación automática"
    r"|resposta automàtica"
    r"|resposta automática|fora d[oe] escritório|ausência (?:temporária|do escritório)"
    r"|mensagem automática"
    r"|risposta automatica|fuori (?:sede|ufficio)|assente|assenza|messaggio automatico"
    r"|automatisch(?:e)? (?:antwoord|bericht|beantwoord\w*)|afwezig(?:heid\w*)?|niet aanwezig"
    r"|autom(?:atyczna|\.) odpowied[źz]|odpowied[źz] automatyczna|automatyczna odp|(?:poza"
    r"|nieobecno\w+ w) biur\w+|nieobecno\w+"
    r"|automatická odpověď|mimo kancelář|nepřítomn\w+|automatická odpoveď|mimo kancelárie"
    r"|automatikus válasz|házon kívül"
    r"|răspuns automat|automatski odgovor|samodejni odgovor|avtomatski odgovor|samodejen odgovor"
    r"|автоматичен отговор|аутоматски одговор"
    r"|авто(?:матический )?[- ]?ответ(?:чик)?|автоматична відповідь|автовідповідь"
    r"|(?:меня )?нет на месте|вне офиса|нахожусь в отпуске|в отпуске|отсутствую"
    r"|自动(?:回复|答复|回覆|应答)|自動(?:回覆|回復|答覆|応答|返信)|不在(?:通知|办公室)|外出|休假(?:中)?|不在のお知らせ|外出中|자동 ?(?:회신|응답"
    r"|답장)|부재 ?중"
    r"|otomatik (?:yanıt|cevap)|ofis dışında|autosvar|automatisk(?:t)? (?:svar|besvar\w*)"
    r"|fravær\w*|ikke til stede|frånvaro\w*"
    r"|automaattinen vastaus|poissa(?: toimistolta)?|poissaolo\w*|αυτόματη απάντηση"
    r"|εκτός γραφείου|απουσία|automaatvastus|automātiskā atbilde|automatinis atsakymas"
    r"|(?:תגובה|תשובה) אוטומטית|מענה אוטומטי|מחוץ למשרד|خارج المكتب|رد آلي|الرد التلقائي|رد تلقائي|پاسخ خودکار|trả lời tự động"
    r"|thư trả lời tự động|balasan otomatis|jawapan automatik|(?:การ)?ตอบกลับอัตโนมัติ|sjálfvirkt svar|автоматски одговор|аўтаматычны адказ|автоматты жауап"
    r"|ავტომატური პასუხი|स्वचालित उत्तर"
)  # fmt: skip
_AWAY: Final = re.compile(
    r"\s*(?P<answer>(?:re|aw|sv|antw?|odp|отв?|回复|答复)\s{0,3}[:：]\s{0,3}){0,2}[\[\(【<*]{0,3}\s{0,3}"
    r"(?:(?:i am|i.m|i will be|we are|ich bin|je suis|estoy|estou|sono|ik ben|jag är|jeg er|olen|jestem|я) (?:currently )?)?(?:"
    + _AWAY_WORDS
    + r")\s{0,3}[>*!.]{0,3}\s{0,3}(?P<more>[:：\])】]|[-–—(|,/]|$|(?:from|von|de|da|от|until|bis|till|re)\b)",
    re.IGNORECASE,
)
_AWAY_BODY: Final = re.compile(
    r"(?:am|be|is|i.m|currently|be) (?:currently |presently )?(?:out of|away|not in"
    r"|on (?:vacation|holiday|leave|annual))|out of (?:the )?office|(?:return"
    r"|back) (?:to the office )?(?:on|in|by)"
    r"|(?:limited|no|have|without) access (?:to )?(?:my )?(?:e-?mail|mail|$)|(?:in|for) urgent|not be reading"
    r"|received your (?:e-?mail|message)|thank you for your (?:e-?mail|message)"
    r"|automat|nicht im (?:büro|haus)|abwesend|wieder (?:im büro|erreichbar|da)|urlaub"
    r"|absent|de retour|congés|fuera de|ausente|vacaciones|volver|fora do|férias|retorno|assente"
    r"|fuori|ferie|rientro|afwezig|vakantie|terug|nieobecn|poza biur|urlop|wrac"
    r"|dovolen|nepřítom|отсутств|отпуск|вернусь|верн|на месте|офис|відпуст|休假|外出|不在|出差|收到|回复|休暇"
    r"|おりません|부재|휴가|semester|ferie|tilbage|loma|poissa|izin|ofis|szabadság|concediu",
    re.IGNORECASE,
)
_AUTO_SAID: Final = re.compile(
    r"\W{0,20}(?:[^\n]{0,80}\n{1,3})?[^\n]{0,60}(?:this is an auto(?:-|mated|matic"
    r"|matically)[ -]?(?:generated )?(?:e-?mail|mail|message|reply|response|answer|notification)"
    r"|this (?:e-?mail|message|mail) (?:was|is|has been) (?:sent |generated |created )?automatic"
    r"|(?:diese|dies ist eine) (?:e-?mail|nachricht|mail)? ?(?:wurde |ist )?automatisch"
    r"|dies ist eine automati|ceci est (?:un|une) (?:message|réponse|e-?mail) automatique|(?:este"
    r"|esta) (?:es|é) (?:un|uma?|una) (?:mensaje|mensagem|respuesta|resposta) autom"
    r"|questo è un messaggio automatico|это (?:письмо |сообщение )?(?:сформировано |отправлено "
    r"|создано )?автоматическ|dit is een automatisch|to jest automatyczn"
    r"|(?:此|这|本)(?:是|邮件|郵件|信)?(?:一封|为|為|由)?(?:系统|系統)?自[动動](?:回复|回覆|发送|發送|发出|生成|邮件)|您的(?:邮件|来信"
    r"|信件)(?:我)?已(?:经)?收到|このメールは(?:、)?自動)",
    re.IGNORECASE,
)
# Somebody away says so of himself, whoever cannot be reached for another reason does not.
_AWAY_SAID: Final = re.compile(
    r"\b(?:i am|i.m|i will be|we are|will be) (?:currently |now )?(?:out of|away|on (?:vacation|holiday|leave)|closed"
    r"|travel)|out of (?:the )?office|\bich bin\b|urlaub|nicht im (?:büro|haus)|je suis (?:absent|en)|en congés"
    r"|vacaciones|estoy fuera|férias|sono (?:in|fuori)|\bferie|vakantie|semester|urlop|dovolen|я в отпуске|в отпуске"
    r"|відпуст|休假|外出|不在|休暇|휴가|i have a new (?:e-?mail )?address",
    re.IGNORECASE,
)
# "Ann Lee is out of the office", as Notes has it.
_NAMED_AWAY: Final = re.compile(
    r"[\w'’.,/ -]{2,80} (?:is|will be|ist|est|is|está|è|är|er|jest) (?:currently |derzeit )?(?:out of (?:the )?office|away from"
    r"|on (?:vacation|leave|holiday)|außer haus|nicht im (?:büro|haus)|abwesend|absente?|fuera de la oficina|fuori ufficio"
    r"|ausente|afwezig|poza biurem)\b.{0,80}$",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_AUTO_STEMS: Final = ("auto", "автомат", "自动", "自動", "已")
_READ: Final = re.compile(
    r"\s*(?:read(?: receipt)?|not read|gelesen|ungelesen|lu|non lu|leído|no leído|lida|letto"
    r"|gelezen|przeczytan[eoy]|přečteno|прочтено|прочитано|не прочтено|已读|已讀|未读|开封済み|開封済み|읽음"
    r"|okundu|läst|læst|lest|luettu|olvasott"
    r"|return receipt(?: \(displayed\))?|lesebestätigung|accusé de (?:lecture|réception)"
    r"|confirmación de lectura|confirmação de leitura|conferma di lettura|уведомление о прочтении"
    r"|отчет о прочтении|已读回执|已读回复)\s{0,3}(?:[-–(][^:：]{0,40})?(?:[:：]|$)",
    re.IGNORECASE,
)
_READ_SAID: Final = re.compile(
    r"was (?:read|displayed|opened|deleted)|(?:has|have) been (?:read|displayed|opened|deleted)"
    r"|wurde [^.]{0,80}(?:gelesen|gelöscht|angezeigt)|a été (?:lu|affiché|supprimé)|ha sido leído"
    r"|fue leído|foi lid|è stato letto|"
    r"is gelezen|прочит|прочтен|просмотрен|отображ|已(?:于|被)?[^。\n]{0,40}(?:阅读|閱讀|读|讀)|開封"
    r"|przeczytan|return receipt",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(
    r"\[?spam ?arrest|boxbe|sender (?:address )?verification|(?:please )?(?:confirm"
    r"|verify) (?:that )?(?:your? (?:e-?mail|message|sent)|delivery)|tmda|challenge[- ]response"
    r"|message (?:is )?(?:being held|awaiting (?:your )?confirmation)"
    r"|your message awaits moderator",
    re.IGNORECASE,
)
# A subject that asks, and may be returned with "Automatic reply:" before it.
_ASKS: Final = re.compile(
    r"[?？]\s*$|not work|n.t work|does ?n.t|problem|error|how (?:do|to|can)|не работает|не включ"
    r"|как\b|настро|ошибк|funktioniert|wie |comment |ne fonctionne|cómo|不能|无法|怎么|如何|问题",
    re.IGNORECASE,
)
# A text that asks, which somebody away or a mail server does not.
_ASKS_FOR: Final = re.compile(
    r"[?？]\s*$|n.t work\b|not work(?:ing)?\b|how (?:do|can|to|should)\b|help me"
    r"|(?:can|could|would) (?:you|someone|anybody|somebody)(?: please)? (?:help|set|check|look|tell|switch|turn|fix)"
    r"|please (?:help|set|switch|turn|fix|look)|не работает|как (?:мне|настро|включ|отключ|сделать)|помогите|подскажите"
    r"|funktioniert (?:nicht|kein)|wie (?:kann|richte|stelle)|comment (?:puis|faire|activer)|ne fonctionne|aidez"
    r"|cómo (?:puedo|se|configur)|怎么|如何|帮我|请帮忙|教えて",
    re.IGNORECASE | re.MULTILINE,
)
_OWN: Final = re.compile(
    r"\b(?:my|our|mein\w*|unser\w*|mes|mis|meus|miei) (?:e?-?mails?|messages?|mailbox|account|outlook|customer|client)"
    r"|(?:мои|наши|мой|моё|мое) (?:письм|сообщ|почт)|我(?:们)?(?:发|的邮)",
    re.IGNORECASE,
)


def _is_auto_submitted(mail: Mail) -> bool:
    values = (*mail.all("auto-submitted"), *mail.all("x-auto-submitted"))
    return any(value.strip() and not _NO.match(value) for value in values)


def _is_precedence(mail: Mail) -> bool:
    values = (*mail.all("precedence"), *mail.all("x-precedence"))
    return any(_BULK.match(value) for value in values)


def _is_marked(mail: Mail) -> bool:
    return any(
        name in _TELLING and not _NO.match(value) and value.strip() not in ("", "0", "false")
        for name, value in mail.headers
    ) or any(
        "autoresponder" in value.casefold()
        for name in ("x-post-messageclass", "delivered-to")
        for value in mail.all(name)
    )  # fmt: skip


def _is_of_a_list(mail: Mail) -> bool:
    return any(name in _LISTS for name, _ in mail.headers)


def _is_looped(mail: Mail) -> bool:
    return any(name in ("x-loop", "x-loop-detect") for name, _ in mail.headers)


def _is_from_nobody(mail: Mail) -> bool:
    return any(value.strip() in ("<>", "< >") for value in mail.all("return-path"))


def _suppresses(mail: Mail) -> bool:
    """Notifications ask for no answers. Some servers ask so for everybody's mails, so not if it answers."""
    value = mail.first("x-auto-response-suppress").casefold()
    return not (mail.in_reply_to or mail.references) and any(
        word in value for word in ("all", "oof", "autoreply")
    )


def _is_of_a_responder(mail: Mail) -> bool:
    programs = (*mail.all("x-mailer"), *mail.all("user-agent"))
    return any(_RESPONDER.search(value[:200]) for value in programs)


def _is_from_a_program(mail: Mail) -> bool:
    local = mail.from_.address.rpartition("@")[0]
    if re.match(r"mailer-?daemon", local, re.IGNORECASE):
        return True
    # What somebody wrote into a form comes from such an address, too, and is answered at another.
    answered = [one.address.rpartition("@")[0][:100] for one in mail.reply_to]
    return bool(_NO_REPLY.match(local[:100])) and all(map(_NO_REPLY.match, answered))


def _is_vacation(mail: Mail) -> bool:
    match = _AWAY.match(mail.subject[:300])
    if not match:
        return bool(_NAMED_AWAY.match(mail.subject[:300])) and _is_told_away(mail)
    if match["answer"]:
        # Most who answer an automatic reply are persons, and what they quote is not theirs.
        return _is_told_away(mail)
    answers = bool(mail.in_reply_to or mail.references)
    if match["more"] in (":", "：", "]", ")", "】"):
        return answers or not _ASKS.search(mail.subject) or _is_told_away(mail)
    # "Out of office" alone may as well be what somebody asks about.
    return (answers or not _ASKS.search(mail.subject)) and _is_told_away(mail)


def _is_told_away(mail: Mail) -> bool:
    own = _QUOTED.sub("", mail.text[:1500])
    return bool(_AWAY_BODY.search(own)) and not _ASKS_FOR.search(own[:600])


def _is_receipt(mail: Mail) -> bool:
    return bool(_READ.match(mail.subject[:300])) and bool(_READ_SAID.search(mail.text[:1500]))


def _is_challenge(mail: Mail) -> bool:
    if _FORWARDED.match(mail.subject) or not _CHALLENGE.search(mail.subject[:300]):
        return False
    if _ASKS_FOR.search(mail.text[:600]):
        return False
    return bool(re.search(r"confirm|verif|click|approv|reply", mail.text[:2000], re.IGNORECASE))


def _says_so(mail: Mail) -> bool:
    said = mail.text[:400]
    lower = said.lower()
    return any(stem in lower for stem in _AUTO_STEMS) and bool(_AUTO_SAID.match(said))


_HEADER_RULES: Final[tuple[tuple[str, Callable[[Mail], bool]], ...]] = (
    ("auto-submitted", _is_auto_submitted),
    ("autoreply-header", _is_marked),
    ("precedence", _is_precedence),
    ("list", _is_of_a_list),
    ("loop", _is_looped),
    ("return-path", _is_from_nobody),
    ("response-suppressed", _suppresses),
)
_RULES: Final[tuple[tuple[str, Callable[[Mail], bool]], ...]] = (
    ("responder", _is_of_a_responder),
    ("no-reply", _is_from_a_program),
    ("vacation", _is_vacation),
    ("read-receipt", _is_receipt),
    ("challenge", _is_challenge),
    ("says-so", _says_so),
)
# Most mails of persons have none of the fields that those rules look at.
_SEEN_FIRST: Final = (
    _TELLING
    | _LISTS
    | _names(
        """
        auto-submitted x-auto-submitted precedence x-precedence x-loop x-loop-detect return-path
        x-auto-response-suppress x-post-messageclass delivered-to
        """
    )
)
