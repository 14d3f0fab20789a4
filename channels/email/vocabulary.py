"""The words mail programs put around what they quote, in the languages they speak.

Gathered by what a word does, not by program: a program's line is recognised by the words in it, in
whatever order it puts them.
"""

import re
from typing import Final

# "… wrote": what stands in the line above a quote. Whole words, in lower case.
WROTE: Final = (
    # Germanic
    "wrote|writes|said|sent|verzond|schrieb|schreibt|geschrieben|schreef|geschreven|skrev|skreiv|skrifaði|"
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
    "লিখেছেন|লিখেছে|लिहिले|ने लेख|எழுதி|వ్రాశారు|ಬರೆದಿದ್ದಾರೆ|എഴുതി|ਲਿਖਿਆ|લખ્યું|نے لکھا|ලිව්වේ|បានសរសេរ|ຂຽນ|რაც დაწერა|დაწერა|գրել է|գրեց|бичсэн|"
    "さんは書き|さんが書き|写道|寫道|写到|寫到|写信|のメール|書きました|が書いた|書いています|작성|썼습니다|님이 쓴|보낸 메시지|"
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
    "i we he she they you ich wir er sie je j' nous il elle yo nosotros ella eu nós io noi ik wij jag vi я мы он она они ja my вы ты".split()
)

# What may come after it.
AFTER_WROTE: Final = frozenset(
    "je|ten|jest|lo siguiente|the following|as follows|below|folgendes|ce qui suit|quanto segue|o seguinte".split(
        "|"
    )
)
IN_MESSAGE: Final = (
    r"in (?:message|news|article|bericht)|im newsbeitrag|in der nachricht|dans le message|en el mensaje|"
    r"en mensaje|na mensagem|nel messaggio|w wiadomości|i meddelandet|i meddelelsen|i melding|viestissä|"
    r"в сообщении|следующее|в новостях|ve zprávě|na zprávu|üzenetében"
)
# Said of somebody in one's own words, more often than by a program.
SPOKEN: Final = frozenset({"said", "sent", "verzond"})
TELLERS: Final = frozenset(
    "i we you he she they my our your his her their colleague ich wir mein ihr unser kollege kollegin я мы вы он она "
    "они мой наш ваш коллега".split()
)

# What a line above a quote begins with, before the date.
ON: Final = (
    "on|am|le|el|il|em|op|den|dne|dňa|dnia|w dniu|på|pe|la|în data|in data|em|no dia|a|ai|il giorno|"
    "den|kl\\.|dana|на|στις|vào|pada|tanggal|den|em|tarihinde|u|у|в|v|בתאריך|ביום|في|بتاريخ|يوم|در|เมื่อ|vào lúc"
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
    "from": "from|author|autor|auteur|од|ад|จาก|از|von|de|da|van|från|fra|lähettäjä|od|od kogo|feladó|de la|от|от кого|отправитель|від|від кого|"
    "кому від|от:|从|發件人|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|발신|gönderen|kimden|từ|dari|expéditeur|"
    "remitente|remetente|mittente|afzender|absender|avsändare|avsender|afsender|odesílatel|odosielateľ|nadawca|"
    "pošiljatelj|šalje|από|מאת|من|saatja|no|nuo|reply-to|antwort an|reply to",
    "sent": "sent|испратено|адпраўлена|жіберілген|nosūtīts|išsiųsta|ส่งเมื่อ|ارسال شده|ارسال|gesendet|envoyé|enviado|enviada em|enviada|inviato|verzonden|skickat|sendt|lähetetty|wysłano|"
    "wysłane|odesláno|odoslané|elküldve|küldve|trimis|отправлено|изпратено|надіслано|послато|poslano|poslato|στάλθηκε|"
    "gönderildi|gönderme tarihi|发送时间|發送時間|寄件日期|传送日期|傳送日期|送信日時|보낸 날짜|보낸날짜|đã gửi|dikirim|נשלח|"
    "تاريخ الإرسال|enviat|sendeti|saadetud|sendt den|date d'envoi|fecha de envío|gesendet am|sent at|sent on",
    "date": "date|วันที่|تاریخ|datum|fecha|data|dato|päivä|päiväys|päivämäärä|datum|dátum|дата|dátum|tarih|日期|时间|時間|日時|날짜|ngày|tanggal|"
    "ημερομηνία|תאריך|التاريخ|kuupäev|datums|data wysłania|dátum",
    "to": "to|за|каму|ถึง|به|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|catre|кому|до|получатель|до кого|收件人|收件者|宛先|"
    "받는 사람|받는사람|수신|kime|alıcı|đến|tới|kepada|destinataire|destinatario|destinatário|prima|za|προς|אל|إلى|kellele|kam|"
    "adresat|empfänger|ontvanger|mottagare",
    "cc": "cc|สำเนา|رونوشت|抄送至|kopie|copie|cópia|copia|kopia|kopi|kopio|kópia|másolatot kap|копия|копія|抄送|副本|참조|bilgi|cc/|dw|"
    "κοιν\\.|עותק|نسخة|bcc|cci|скрытая копия",
    "subject": "subject|предмет|тэма|tēma|temats|zadeva|เรื่อง|موضوع|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|"
    "subiect|тема|относно|主题|主題|主旨|件名|标题|標題|제목|konu|chủ đề|tiêu đề|perihal|subjek|naslov|tema|θέμα|נושא|"
    "الموضوع|teema|assumpte|re",
}

ORIGINAL: Final = (
    "original-nachricht|reply separator|original(?=\\s*[-—]{4})|mail original|mail originale|courriel original|correo original|e-?mail original|"
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
    "以下是转发的邮件|以下是被转发的邮件|以下為轉寄的郵件|以下は転送されたメールです|forward header|forwarded message|forwarded by|forwarded mail|begin forwarded message|weitergeleitete nachricht|"
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
    "write below this line|type below this line|reply below this line|edit below this line|unterhalb dieser zeile|"
    "sous cette ligne|au-dessous de cette ligne|en dessous de cette ligne|debajo de esta línea|abaixo desta linha|"
    "sotto questa riga|onder deze regel|poniżej tej linii|ниже этой строки|ниже этой линии|"
    "请在此行上方|请在这一行以上|请在此线以上|在此行以上回复|請在此行上方|この線より上|この行より上"
)
# One of these words is in each, or the character 上.
ABOVE_TOKENS: Final = frozenset(
    "above über oberhalb dessus haut encima acima sopra boven ovanför over powyżej nad выше below unterhalb dessous sous debajo abaixo sotto onder poniżej ниже".split()
)
# A footer is a word for sending (or for getting a program), first or last, and a device or a program.
PRODUCT: Final = (
    r"macbook|imac|surface|xfinity|comcast|email\.cz|aplikac|приложени|fairemail|mailspring|i\s?phon|i\s?pad|ipod|apple watch|mac\b|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oneplus|oppo|vivo|"
    r"pixel|nexus|nokia|lumia|htc|sony|xperia|lg\b|motorola|moto\b|lenovo|asus|zte|meizu|realme|blackberry|treo|palm|"
    r"windows|outlook|hotmail|yahoo|y!|gmail|google|mail\.ru|mymail|яндекс|yandex|proton|tutanota|tuta\b|zoho|gmx|"
    r"web\.de|aol|fastmail|thunderbird|k-9|aquamail|bluemail|typeapp|airmail|spark\b|nine\b|newton|edison|polymail|"
    r"superhuman|hey\b|mailbird|em client|foxmail|qq|网易|163|126|139|新浪|阿里|钉钉|小米|华为|三星|荣耀|魅族|"
    r"verizon|t-mobile|at&t|vodafone|telekom|freemail|mailspring|canary|courrier|posta|poczta|posteo|почт|пошт|e-?post|"
    r"correo|mobiltelefon|smartphone|telefon|téléphone|teléfono|telefone|telefono|móvil|celular|mobile|mobil|"
    r"handy|handheld|phone|tablet|device|appareil|dispositiv|gerät|enhet|laitte|телефон|смартфон|планшет|"
    r"устройств|пристро|手机|手機|平板|スマートフォン|携帯|휴대폰|스마트폰|갤럭시|삼성|điện thoại|هاتف|جوال|آيفون|ponsel|mail for|"
    r"l.application|orange|sfr|bouygues|laposte|libero|virgilio|seznam|rambler|naver|daum|mail für|mail til|mail voor|e-post för|メール"
)
SENT_FIRST: Final = (
    "provenance",
    "sent",
    "this email was sent",
    "this e-mail was sent",
    "this message was sent",
    "typed",
    "written",
    "composed",
    "posted",
    "von meine",
    "vom ",
    "gesendet",
    "geschrieben",
    "getippt",
    "diese nachricht wurde",
    "diese e-mail wurde",
    "diese mail wurde",
    "envoyé",
    "envoyée",
    "message envoyé",
    "enviad",
    "enviat",
    "mandad",
    "inviat",
    "verstuurd",
    "verzonden",
    "gestuurd",
    "skickat",
    "skickades",
    "sendt",
    "lähetetty",
    "wysłan",
    "odeslán",
    "odoslan",
    "elküldve",
    "küldve",
    "trimis",
    "expediat",
    "изпратено",
    "отправлен",
    "послан",
    "написано с",
    "надіслан",
    "відправлен",
    "адпраўлена",
    "poslan",
    "poslat",
    "στάλθηκε",
    "εστάλη",
    "saadetud",
    "sūtīts",
    "nosūtīts",
    "išsiųsta",
    "נשלח",
    "أرسل",
    "أُرسل",
    "تم الإرسال",
    "مرسل",
    "发自",
    "發自",
    "来自",
    "來自",
    "发送自",
    "寄自",
    "通过",
    "透過",
    "從我",
    "从我",
    "由我",
    "gửi từ",
    "được gửi từ",
    "đã gửi từ",
    "dikirim",
    "terkirim",
    "dihantar",
    "ส่งจาก",
    "ارسال شده",
    "فرستاده",
    "dérgu",
    "poslane",
    "sendita",
)
SENT_LAST: Final = (
    "gesendet",
    "gesendet.",
    "gönderildi",
    "gönderilmiştir",
    "yollandı",
    "küldve",
    "küldöm",
    "から送信",
    "より送信",
    "から送信されました",
    "から送信しました",
    "보냄",
    "보낸 메일",
    "보냈습니다",
    "발송",
    "작성함",
    "에서 작성",
    "发送",
    "发出",
    "發送",
    "傳送",
    "发来",
    "發來",
    "다운로드",
    "寄出",
    "भेजा गया",
    "bidalia",
    "bidalita",
    "lähetetty",
    "downloaden",
    "letöltése",
    "edinin",
    "を入手",
    "を入手してください",
    "herunterladen",
)
GET: Final = (
    "descargar ", "descarregar ", "baixar ", "få ",
    "get ", "download ", "holen sie", "laden sie", "hol dir", "téléchargez ", "télécharger ", "obtenir ", "obtenez ",
    "obtener ", "obtenga ", "obter ", "obtenha ", "scarica ", "ottieni ", "hämta ", "hent ", "last ned ", "hanki ",
    "pobierz ", "stáhnout ", "stáhněte ", "získat ", "získajte ", "získejte ", "descărcați ", "descarcă ", "obțineți ",
    "скачать ", "скачайте ", "получить ", "загрузить ", "завантажити ", "отримати ", "вземете ", "preuzmite ", "nabavite ",
    "prenesite ", "λήψη ", "αποκτήστε ", "获取", "取得", "下载", "下載", "tải ", "dapatkan ", "unduh ", "הורד",
)  # fmt: skip
# What may stand after a product, and what the name of a system comes after.
OF_PRODUCTS: Final = frozenset(
    "mail email secure app pro plus max mini ultra edge note mobile phone ios android 手机 手機".split()
)
FOR: Final = frozenset(
    "for für pour para per voor för til to pro pre dla do pentru для за на".split()
)
# Those that name nothing.
WHOLE_FOOTERS: Final = frozenset(
    "sent on the go|sent on the move|sent while mobile|von unterwegs gesendet|von unterwegs|unterwegs gesendet|mobil gesendet|envoyé depuis mon mobile|отправлено с мобильного|发自手机|发自我的手机|從手機發送".split(
        "|"
    )
)
# "please excuse typos", after it.
EXCUSES: Final = re.compile(
    r"excus|pardon|forgiv|sorry|brevity|typo|kürze|tippfehler|entschuldig|verzeih|disculp|descul|scus|brièv|"
    r"brevidad|brevidade|brevità|kort|fouten|lyhy|zwięz|stručn|кратк|опечат|ошибк|见谅|請見諒|简短",
    re.IGNORECASE,
)
# What a scanner says of the mail it is in: all three in one line, or one of SCANNED.
SCANNED_MAIL: Final = re.compile(
    r"(?:this|diese[rs]?|cet?|este|esta|questa|questo|deze|dit|ta|tato|tento|táto|ez az|acest|detta|denna|dette|denne|"
    r"tämä|bu|это|данное|цей|это|此|這封|这封|本|この|이)\s?\W{0,3}(?:e-?mail|mail|message|nachricht|courriel|courrier|correo|mensaje|"
    r"mensagem|messaggio|bericht|wiadomość|wiadomości|zpráva|správa|üzenet|levél|mesaj|meddelande|besked|melding|viesti|"
    r"e-?posta|сообщение|письмо|лист|повідомлення|电子邮件|邮件|郵件|メール|メッセージ|메일|메시지)",
    re.IGNORECASE,
)
SCANNED_HOW: Final = re.compile(
    r"check|scann|geprüft|überprüft|gescannt|vérifi|analys|contrôl|comprob|verific|analiz|escan|examin|controll|"
    r"gecontrol|sprawdz|przeskan|zkontrol|skontrol|ellenőr|scanat|kontrol|skann|tarkist|taran|провер|перевір|検査|"
    r"スキャン|检查|检测|掃描|扫描|查杀|검사|protec|schütz|free|frei|libre|livre|senza|sans|без|bez|absence",
    re.IGNORECASE,
)
SCANNED_FOR: Final = re.compile(
    r"v[ií]rus|viren|wirus|вирус|вірус|病毒|ウイルス|바이러스|malware|avast|avg\b|dr\.?web",
    re.IGNORECASE,
)
SCANNED: Final = re.compile(
    r"^\W*(?:<https?://\S+>\s*)?(?:virus[- ]?free|virenfrei|sans virus|libre de virus|senza virus|livre de vírus|"
    r"без вирусов|ei viruksia|fri for virus|virusvrij|wolny od wirusów|無病毒|无病毒)\b[^?]{0,50}$"
    r"|^\W*(?:checked by|checked for virus|scanned by|geprüft von|проверено (?:на вирусы|антивирус))|"
    r"^\W*no virus found in this|^\W*virus database:|avast\.com/(?:sig-email|antivirus)|^<#[0-9A-F-]{36}>$"
    r"|^_{6,}.{0,200}\beset\b",
    re.IGNORECASE,
)
ASKED: Final = re.compile(
    r"\?(?!\S)|？|please|bitte|(?<!\w)i(?!\w)|(?<!\w)my(?!\w)|por favor|s.il (?:te|vous)|пожалуйста|(?<!\w)я(?!\w)|请|請",
    re.IGNORECASE,
)
# One of these words is in each, or the character 病.
ADS_TOKENS: Final = frozenset(
    "avast avg avira norton eset kaspersky bitdefender mcafee drweb dr web virus viruses vírus virenfrei вирусов вирусы virusfree".split()
)
LIST_FOOTER: Final = re.compile(
    r"^(?:(?:-=){5,}|groups\.io links|you received this message because you are subscribed|to unsubscribe (?:from this|send|visit)|"
    r"to (?:post to this group|view this discussion|unsubscribe)|for more options, visit this group|"
    r"you are receiving this (?:because|mail|e-?mail)|reply to this e-?mail directly(?:,| or)? |"
    r"unsubscribe:? |sie (?:haben|erhalten) diese (?:nachricht|e-?mail)|вы получили это (?:письмо|сообщение)|"
    r"чтобы отписаться|您收到此(?:邮件|消息)|.{2,60} mailing list$|list (?:info|archives?|unsubscribe):)",
    re.IGNORECASE,
)
