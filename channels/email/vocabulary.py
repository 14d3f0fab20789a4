"""The words mail programs put around what they quote, in the languages they speak.

Gathered by what a word does, not by program: a program's line is recognised by the words in it, in
whatever order it puts them.
"""

import re
from typing import Final

# "… wrote": what stands in the line above a quote. Whole words, in lower case.
WROTE: Final = (
    # Germanic
    "wrote|writes|said|schrieb|schreibt|geschrieben|schreef|geschreven|skrev|skreiv|skrifaði|"
    # Romance
    "a écrit|écrit|écrivait|a ecrit|escribió|escribio|escreveu|ha scritto|scrisse|scrive|a scris|"
    "va escriure|ha escrit|ha escrito|escribiu|"
    # Slavic
    "napisał|napisała|pisze|napsal|napsala|píše|napísal|napísala|napisao|"
    "napisala|je napisao|je napisala|je napisal|napisal|piše|"
    "писал|писала|писали|пишет|написал|написала|написали|написав|"
    "пише|пишете|написа|написао|пісаў|напісаў|жазды|"
    # others in Latin and Greek letters
    "kirjoitti|kirjutas|rakstīja|rašė|írta|ezt írta|yazdı|şunu yazdı|şunları yazdı|έγραψε|"
    "đã viết|menulis|shkroi|idatzi du|scríobh"
)
# The same where words have no spaces between them.
WROTE_UNSPACED: Final = (
    "写道|寫道|写到|寫到|写信|のメール|書きました|が書いた|書いています|작성|썼습니다|님이 쓴|보낸 메시지|"
    "כתב|כתבה|‫כתב|מאת|كتب|كتبت|نوشت|เขียน|ने लिखा"
)
# What a line above a quote begins with where it says "Quoting Ann <ann@x>:".
QUOTING: Final = (
    r"(?:quoting|quote from|zitat von|zitiere|citando|citando a|cito|citation de|citat från|citat fra|citaat van|"
    r"citát od|cytat|cytuję|idézet|цитата|цитирую|引用)\s"
)
# A word of each.
WROTE_TOKENS: Final = frozenset(
    max(re.findall(r"\w+", one.replace("\\", " ")), key=len) for one in WROTE.split("|")
)
PRONOUNS: Final = frozenset(
    [
        "i",
        "we",
        "he",
        "she",
        "they",
        "you",
        "ich",
        "wir",
        "er",
        "sie",
        "je",
        "j'",
        "nous",
        "il",
        "elle",
        "yo",
        "nosotros",
        "ella",
        "eu",
        "nós",
        "io",
        "noi",
        "ik",
        "wij",
        "jag",
        "vi",
        "я",
        "мы",
        "он",
        "она",
        "они",
        "ja",
        "my",
        "вы",
        "ты",
    ]
)

# What may come after it.
AFTER_WROTE: Final = frozenset(
    (
        "je|ten|jest|lo siguiente|the following|as follows|below|folgendes|ce qui suit|quanto segue|o seguinte"
    ).split("|")
)
# Said of somebody in one's own words, more often than by a program.
SPOKEN: Final = frozenset({"said"})
TELLERS: Final = frozenset("i we you he she they ich wir я мы вы он она они".split())

# What a line above a quote begins with, before the date.
ON: Final = (
    "on|am|le|el|il|em|op|den|dne|dňa|dnia|w dniu|på|pe|la|în data|in data|em|no dia|a|ai|il giorno|"
    "den|kl\\.|dana|на|στις|vào|pada|tanggal|den|em|tarihinde|u|у|в|v"
)

MONTHS: Final = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    "januar|februar|märz|mär|mai|juni|juli|okt|oktober|dez|dezember|"
    "janv|févr|fév|mars|avr|avril|juin|juil|août|sept|déc|"
    "ene|enero|abr|abril|mayo|ago|agosto|dic|diciembre|fev|set|out|dez|gen|gennaio|mag|giu|lug|ott|"
    "mrt|maart|mei|augustus|maj|"
    "sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|dub|kvě|čvn|čvc|srp|zář|říj|pro|"
    "янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру|"
    "ян|тамм|hel|maa|huh|tou|kes|hei|elo|syy|lok|mar|jou|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|"
    "ιαν|φεβ|μαρ|απρ|μαΐ|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ|"
    "thg|tháng|jan|peb|mei|agu|okt|nop|des|szept|márc|ápr|jún|júl|"
    "ינו|פבר|מרץ|אפר|מאי|יונ|יול|אוג|ספט|אוק|נוב|דצמ|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|"
    "سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
WEEKDAYS: Final = (
    "mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    "lun|mar|mer|jeu|ven|sam|dim|lunes|martes|miércoles|jueves|viernes|sábado|domingo|segunda|terça|"
    "quarta|quinta|sexta|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|"
    "poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|"
    "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|星期|周|週|曜日|요일"
)

# Fields of a header block, by what they mean. Whole, in lower case, before a colon.
FIELDS: Final = {
    "from": "from|จาก|از|von|de|da|van|från|fra|lähettäjä|od|od kogo|feladó|de la|от|от кого|отправитель|від|від кого|"
    "кому від|от:|从|發件人|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|발신|gönderen|kimden|từ|dari|expéditeur|"
    "remitente|remetente|mittente|afzender|absender|avsändare|avsender|afsender|odesílatel|odosielateľ|nadawca|"
    "pošiljatelj|šalje|από|מאת|من|saatja|no|nuo|reply-to|antwort an|reply to",
    "sent": "sent|nosūtīts|išsiųsta|ส่งเมื่อ|ارسال شده|ارسال|gesendet|envoyé|enviado|enviada em|enviada|inviato|verzonden|skickat|sendt|lähetetty|wysłano|"
    "wysłane|odesláno|odoslané|elküldve|küldve|trimis|отправлено|изпратено|надіслано|послато|poslano|poslato|στάλθηκε|"
    "gönderildi|gönderme tarihi|发送时间|發送時間|寄件日期|传送日期|傳送日期|送信日時|보낸 날짜|보낸날짜|đã gửi|dikirim|נשלח|"
    "تاريخ الإرسال|enviat|sendeti|saadetud|sendt den|date d'envoi|fecha de envío|gesendet am|sent at|sent on",
    "date": "date|วันที่|تاریخ|datum|fecha|data|dato|päivä|päiväys|päivämäärä|datum|dátum|дата|dátum|tarih|日期|时间|時間|日時|날짜|ngày|tanggal|"
    "ημερομηνία|תאריך|التاريخ|kuupäev|datums|data wysłania|dátum",
    "to": "to|ถึง|به|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|catre|кому|до|получатель|до кого|收件人|收件者|宛先|"
    "받는 사람|받는사람|수신|kime|alıcı|đến|tới|kepada|destinataire|destinatario|destinatário|prima|za|προς|אל|إلى|kellele|kam|"
    "adresat|empfänger|ontvanger|mottagare",
    "cc": "cc|สำเนา|رونوشت|抄送至|kopie|copie|cópia|copia|kopia|kopi|kopio|kópia|másolatot kap|копия|копія|抄送|副本|참조|bilgi|cc/|dw|"
    "κοιν\\.|עותק|نسخة|bcc|cci|скрытая копия",
    "subject": "subject|tēma|temats|zadeva|เรื่อง|موضوع|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|"
    "subiect|тема|относно|主题|主題|主旨|件名|标题|標題|제목|konu|chủ đề|tiêu đề|perihal|subjek|naslov|tema|θέμα|נושא|"
    "الموضوع|teema|assumpte|re",
}

ORIGINAL: Final = (
    "original(?=\\s*[-—]{4})|mail original|mail originale|courriel original|correo original|e-?mail original|"
    "original message|original mail|original e-?mail|originalnachricht|ursprüngliche nachricht|ursprüngliche mail|"
    "message d'origine|message d’origine|message original|message initial|mensaje original|mensagem original|"
    "messaggio originale|messaggio originario|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|"
    "ursprungligt meddelande|originalmeddelande|opprinnelig melding|oprindelig meddelelse|original meddelelse|"
    "alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|původní e-?mail|pôvodná správa|"
    "eredeti üzenet|mesajul original|mesaj original|исходное сообщение|исходное письмо|оригинальное сообщение|"
    "пересылаемое сообщение|исходен текст|оригинално съобщение|первинне повідомлення|оригінальне повідомлення|"
    "izvorna poruka|originalna poruka|izvorno sporočilo|αρχικό μήνυμα|orijinal mesaj|özgün ileti|asıl mesaj|"
    "原始邮件|原始郵件|原始信件|原邮件|原郵件|邮件原件|回复的原邮件|元のメッセージ|オリジナルメッセージ|元のメール|원본 메시지|원본 메일|원래 메시지|"
    "thư gốc|tin nhắn gốc|pesan asli|pesan awal|הודעה מקורית|الرسالة الأصلية|missatge original|algne kiri|"
    "originalus laiškas|sākotnējais ziņojums|reply message|antwort|quoted message|回复邮件|回复"
)
FORWARDED: Final = (
    "forwarded message|forwarded by|forwarded mail|begin forwarded message|weitergeleitete nachricht|"
    "anfang der weitergeleiteten nachricht|weitergeleitet von|message transféré|message transmis|début du message transféré|"
    "début du message réexpédié|mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|"
    "início da mensagem reencaminhada|mensagem reencaminhada|messaggio inoltrato|inizio messaggio inoltrato|"
    "doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|vidarebefordrat brev|videresendt melding|"
    "videresendt meddelelse|start på videresendt besked|välitetty viesti|wiadomość przekazana|przekazana wiadomość|"
    "początek przekazywanej wiadomości|přeposlaná zpráva|preposlaná správa|továbbított üzenet|mesaj redirecționat|"
    "пересылаемое сообщение|пересланное сообщение|переслане повідомлення|начало переадресованного сообщения|"
    "препратено съобщение|proslijeđena poruka|prosleđena poruka|posredovano sporočilo|προωθημένο μήνυμα|iletilen mesaj|"
    "yönlendirilmiş mesaj|转发的邮件|轉寄的郵件|转发邮件|轉寄郵件|被转发邮件信息|转发信息|转发的信息|転送されたメッセージ|転送メッセージ|"
    "전달된 메시지|전달된 메일|tin nhắn được chuyển tiếp|thư đã chuyển tiếp|pesan terusan|pesan diteruskan|הודעה שהועברה|"
    "رسالة معاد توجيهها|missatge reenviat|edasisaadetud kiri"
)
ABOVE: Final = (
    "reply above this line|reply above the line|type your reply above|write above this line|reply to this email above|"
    "please reply above|please type your reply above this line|reply above|antworten sie über dieser|antwort oberhalb|"
    "bitte oberhalb dieser zeile antworten|bitte antworten sie oberhalb|répondre au-dessus|répondez au-dessus|"
    "répondre en haut|responda por encima|responder por encima|escriba su respuesta por encima|"
    "responda acima|responder acima|rispondi sopra|scrivi sopra|antwoord boven|reageer boven|svara ovanför|"
    "svar over|skriv over|odpowiedz powyżej|pište nad|ответьте выше|отвечайте выше|пишите выше этой|ответ выше этой|"
    "请在此行上方|请在这一行以上|请在此线以上|在此行以上回复|請在此行上方|この線より上|この行より上"
)
# One of these words is in each, or the character 上.
ABOVE_TOKENS: Final = frozenset(
    [
        "above",
        "über",
        "oberhalb",
        "dessus",
        "haut",
        "encima",
        "acima",
        "sopra",
        "boven",
        "ovanför",
        "over",
        "powyżej",
        "nad",
        "выше",
    ]
)
# Before or after what the footer names: a device, a program.
DEVICE: Final = (
    r"(?:this (?:e-?mail|message) was )?sent (?:from|via|with|using|by|on) (?:my |(?:an? |the )?(?="
    r"(?-i:[A-Z0-9])|mobile|phone|cell|tablet|handheld|smartphone|wireless|webmail|e-?mail|mail|outlook|ip(?:hone|ad)))",
    r"(?:diese (?:e-?mail|nachricht) wurde )?(?:von|mit|über|via) (?:meinem?|meiner|der|dem) .{2,50} (?:gesendet|geschickt|verschickt)",
    r"gesendet (?:von|mit|über|via|aus) ",
    r"von (?:unterwegs|.{2,30}) gesendet",
    r"envoyé (?:de|depuis|à partir de|avec|par) ",
    r"enviad[oa] (?:desde|do|da|de|por|pelo|a partir d|con|com|via) ?",
    r"enviat des d",
    r"inviat[oa] (?:da|dal|dall'|con|tramite) ?",
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|van|door) ",
    r"(?:skickat|skickades) (?:från|med|via) ",
    r"(?:sendt|skickat|sent) (?:fra|med|via|på) ",
    r"lähetetty ",
    r"(?:wysłan[eoay]|wysłano) (?:z|ze|za pomocą|przez) ",
    r"(?:odesláno|odoslané|odoslané) (?:z|ze|zo|pomocí) ",
    r"trimis (?:de pe|din|de la) ",
    r"(?:elküldve|küldve) ",
    r"(?:отправлено|послано|написано|отправлен[ао]?) (?:с|со|из|от|через) ",
    r"(?:надіслано|відправлено) (?:з|із|зі|через) ",
    r"изпратено от ",
    r"(?:poslano|poslato) (?:s|sa|z|iz|preko) ",
    r"(?:στάλθηκε|εστάλη) από ",
    r"đ(?:ã|ược) gửi từ ",
    r"dikirim (?:dari|dengan) ",
    r"נשלח מ",
    r"(?:أرسلت|تم الإرسال|أُرسلت|مرسل) من ",
    r"(?:get|téléchargez|télécharger|holen sie sich|laden sie|obtener|obtenga|obter|obtenha|scarica|ottieni|download|"
    r"hämta|hent|pobierz|stáhnout|скачать|получите|获取|取得) outlook ",
    r"(?:发自|發自|来自|寄自|通过|从|從|由|用|使用)(?:我的|手机|手機|\s*(?:iphone|ipad|android|windows|outlook|qq|foxmail|网易|网易邮箱|华为|小米|三星|新浪|126|163|139|yahoo|samsung|huawei|mail|my)).{0,30}",
)
DEVICE_END: Final = (
    r".{2,40}(?:から送信|より送信)(?:しました|されました)?。?",
    r".{2,40}에서 (?:보냄|보낸 메일|발송|작성함)\.?",
    r".{2,40}(?:'?(?:den|dan|ten|tan)|ndan|nden) gönderildi\.?",
    r".{2,40}(?:发送|发出|發送|寄出)",
    r".{2,40}gesendet",
    r".{2,40} -lla lähetetty|lähetetty .{2,40}",
)
ADS: Final = re.compile(
    r"(?:avast|avg|avira|norton|eset|kaspersky|bitdefender|mcafee|dr\.?web)\b.{0,80}(?:virus|вирус|病毒|malware|free|www\.)"
    r"|virus[- ]?free|virenfrei|sans virus|libre de virus|senza virus|livre de vírus|без вирусов|проверено на вирусы|"
    r"checked (?:by|for virus)|no virus found in this|virus database:",
    re.IGNORECASE,
)
# One of these words is in each, or the character 病.
ADS_TOKENS: Final = frozenset(
    [
        "avast",
        "avg",
        "avira",
        "norton",
        "eset",
        "kaspersky",
        "bitdefender",
        "mcafee",
        "drweb",
        "dr",
        "web",
        "virus",
        "viruses",
        "vírus",
        "virenfrei",
        "вирусов",
        "вирусы",
        "virusfree",
    ]
)
LIST_FOOTER: Final = re.compile(
    r"^(?:you received this message because you are subscribed|to unsubscribe (?:from this|send|visit)|"
    r"to (?:post to this group|view this discussion|unsubscribe)|for more options, visit this group|"
    r"you are receiving this (?:because|mail|e-?mail)|reply to this e-?mail directly(?:,| or)? |"
    r"unsubscribe:? |sie (?:haben|erhalten) diese (?:nachricht|e-?mail)|вы получили это (?:письмо|сообщение)|"
    r"чтобы отписаться|您收到此(?:邮件|消息)|.{2,60} mailing list$|list (?:info|archives?|unsubscribe):)",
    re.IGNORECASE,
)
