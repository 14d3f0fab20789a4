"""By which event something is needed: before the board meeting, до приезда аудиторов, 出差前.

An event is one that is planned and comes once; "before the update it worked" and "it hangs before the login
screen opens" tell no deadline.
"""

import re
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, is_question, pattern, sentence

# --- English ------------------------------------------------------------------------------------

_DAY_EN: Final = (
    r"(?:(?:on |at |this |next |the )*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight|noon|midday"
    r"|\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m|st|nd|rd|th)?|morning|afternoon|evening|week|month)(?![a-z\d]))"
)
EVENT_EN: Final = (
    r"(?:meetings?|boards?|committee|council|exams?|tests?|class(?:es)?|lessons?|lectures?|seminar|tutorial|shift|audits?|auditors?|inspections?|inspectors?"
    r"|visits?|visitors?|guests|(?:store |shop |office )?opening|closing|deadline|presentation|demo|pitch|tour|calls?|stand-?up|huddle|surgery|clinic|ward round|rounds?|handover|hand-over"
    r"|term|semester|school|launch|go-live|kick-?off|interviews?|hearing|trial|court|training|workshop|webinar|session|course|induction|onboarding|events?|conference|congress|summit|fair|expo"
    r"|trip|flight|train|journey|holidays?|vacation|leave|break|delivery|shipment|collection|pick-?up|dispatch|payroll(?: run)?|pay ?day|pay run|month[- ]end|year[- ]end|quarter[- ]end|close|cut-?off"
    r"|market opens|tender|bid|submission|filing|tax return|signing|wedding|funeral|ceremony|gala|festival|match|game|show|performance|concert|rehearsal|service|mass|sale|campaign|election|enrolment"
    r"|registration|graduation|open day|appointment|consultation|viewings?|keynote|talk|slot|exhibition|show-?round|auction|all-hands|town ?hall|agm|review|appraisal|christmas|easter|new year|half[- ]term|weekend|bank holiday|lunch|dinner|breakfast"
    r"|rush|busy (?:period|season|time)|season|stocktake|stock-?take|inventory|count|broadcast|recording|shoot|departure|arrival|renewal|expiry)"
)
_THE_EN: Final = r"(?:the|my|our|his|her|their|this|next|tomorrow's|tonight's|today's|(?:mon|tues|wednes|thurs|fri|satur|sun)day's|a|an)"
_COMES_EN: Final = (
    r"(?:go(?:es)?(?: (?:live|off|on|into|to|out|home))?|leaves?|arrives?|comes?|gets? (?:here|in|back|there)|fl(?:y|ies)|travels?|heads? (?:off|out|to|for)|presents?|meets?|boards?|signs?|departs?|lands?|visits?|joins?"
    r"|returns?|retires?|submits?|sits?|(?:am|are|is|'m|'re) (?:off|away|due|gone|out|back|on)|has to|have to|need to|set off|clocks? off|finish(?:es)?|starts?|begins?|opens?|closes?|kicks? off|ends?|expires?|runs? out|ships?|launch(?:es)?)"
)
_WHO_EN: Final = (
    r"(?:i|we|he|she|they|(?:the|my|our|his|her|their|\w{2,10}'s) (?:[a-z-]{2,14} ){0,2}?"
    rf"(?:{EVENT_EN}|customers?|clients?|students?|pupils|kids|patients?|doctors?|nurses?|drivers?|lorry|lorries|trucks?|van|courier|ship|boat|bus|doors?|shop|store|office|market|markets|gates?|boss|ceo|cfo|director|manager"
    r"|minister|mayor|contractors?|candidates?|speakers?|team|crew|new (?:starter|joiner|colleague|hire)s?|contract|licen[cs]e|certificate|temps?|consultants?|vendor|inspector|delegation|tenants?|buyers?|parents)"
    r"|auditors|customers|clients|students|visitors|guests|inspectors|patients|doors|people|everyone)"
)
_BEFORE_EN: Final = (
    rf"{B}(?:(?:well |just |right |sometime |ideally )?before|ahead of|in time for|in good time for|prior to|by the time|until|by) "
    rf"(?:{_WHO_EN}(?: (?:from|of|in|at) (?:the |our )?[a-z]{{2,14}}(?: [a-z]{{2,14}})??)? (?:all |then |actually |next )?{_COMES_EN}{E}(?:(?! (?:and|but|so|or|please|because|otherwise|thanks|it|i|we|can|could|as)(?![a-z])) [a-z0-9:'-]{{1,14}}){{0,7}}"
    rf"|(?:{_THE_EN} (?:[a-z0-9&'-]{{1,14}} ){{0,3}}?)?{EVENT_EN}{E}(?: {EVENT_EN}{E})?(?: (?:starts?|begins?|opens?|is|are|kicks off|ends?|finish(?:es)?|goes live|comes?|arrives?|meets?)(?![a-z]))?(?: (?:with|of|for|in|at) (?:the |our |my )?[a-z]{{3,14}}(?! ?\d))?(?:,? {_DAY_EN}){{0,3}})"
)
_NO_WISH_EN: Final = re.compile(  # it happens, or was so, before that; or is asked whether
    rf"{B}(?:was|were|worked|used to|happen(?:s|ed)?|crash(?:es|ed)|fail(?:s|ed)|freezes|froze|hangs|hung|died|dies|stopped|stops|broke|always|never|every|each|last|do (?:i|we)|does|should (?:i|we)|must (?:i|we)|did|had|shuts|as)(?![a-z])(?:[^,;]{{0,40}}$)"
)

# --- Russian ------------------------------------------------------------------------------------

EVENT_RU: Final = (
    r"(?:(?:планерк|летучк|пятиминутк|встреч|презентац|лекци|сесси|конференци|комисси|проверк|ревизи|инспекци|командировк|сдач|подач|отправк|отгрузк|доставк|поставк|инкассаци|операци|трансляци|экскурси|инвентаризаци|аттестаци|смен|пересменк|планиров|поездк|свадьб|защит|демонстраци)[аыиеу]{1,2}й?"
    r"|(?:совещани|заседани|собрани|выступлени|заняти|обучени|открыти|закрыти|мероприяти|собеседовани|подписани|начал|рождеств|голосовани|интервью)[яеюай]?"
    r"|(?:совет|показ|доклад|экзамен|зач[её]т|урок|семинар|вебинар|тренинг|аудит|приезд|приход|выход|отъезд|вылет|рейс|поезд|отпуск|праздник|старт|релиз|отч[её]т|дедлайн|тендер|торг|аукцион|суд|обход|обед|аванс|визит|концерт|спектакл|матч|юбиле|корпоратив|созвон|звонк|эфир|при[её]м|конкурс|запуск|педсовет|выезд|срок|фестивал|саммит|форум)(?:а|у|е|ов|ам|ом|я|ю|й)?"
    r"|(?:пары|каникул|каникулам|выходных|выходным|праздников|праздникам|нового года|новому году|зарплаты|зарплате|демо|отчетности|гостей|клиентов|аудиторов|ревизоров))"
)
_OF_RU: Final = r"(?:[а-я]{2,14}(?:ого|его|ей|ой|ых|их|ому|ему|ым|им|шней)|их|его|ее) "
_BEFORE_RU: Final = (
    rf"{B}(?:до|к|ко|перед|передо) (?:(?:самого|самым|самой) )?(?:{_OF_RU}){{0,2}}{EVENT_RU}(?!\w)"
    r"(?: (?:директоров|акционеров|клиент\w{1,2}|заказчик\w{1,2}|аудитор\w{1,2}|комиссии|гост\w{1,2}|руководств\w|смены|магазина|офиса|филиала|торгов|рабочего дня|приема|занятий|(?:(?:нов\w{2,3}|наш\w{2,3}|всех|сво\w{2,3}) )?(?:врача|сотрудни\w{1,4}|коллег\w?|директора|начальника|руководител\w{1,2}|инспектор\w{1,2}|дежурного|смены|покупател\w{1,2}))| с [а-я]{3,14}(?:ами|ями|ом|ем|ой))?"
    r"(?: (?:во? )?(?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье|завтра|сегодня|\d{1,2} (?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)[яа]|\d{1,2}(?:[:.]\d\d)?(?:-?го)?)(?!\w)(?: в \d{1,2}(?:[:.]\d\d)?)?)?"
    rf"|{B}(?:до того,? как|прежде чем|пока не) [а-я]{{2,14}}(?: [а-я0-9]{{1,14}}){{0,5}}"
)
_NO_WISH_RU: Final = re.compile(
    r"(?<!\w)(?:был[аои]?|работал\w?|открывал\w*|заходил\w?|видел\w?|всегда|никогда|падает|пада[ею]т|виснет|зависает|не работа\w+|не открыва\w+|останов\w+|слом\w+|упал\w?|нужно ли|надо ли|дошел|дошла|добра\w+)(?: [^\s,;]{1,14}){0,2} $"
)

_LINKED_RU: Final = re.compile(  # доступ к совещанию
    r"(?<!\w)(?:подключ\w{2,8}|доступ\w{0,2}|присоедин\w+|вход\w{0,2}|войти|зайти|заходит|пригла\w+|ссылк\w|отнош\w+|относит\w+)(?: [^\s,;]{1,14}){0,2} $"
)

# --- Chinese ------------------------------------------------------------------------------------

EVENT_ZH: Final = r"(?:电话会|视频会|见面会|董事会|股东会|例会|晨会|早会|周会|会议|开会|评审|答辩|路演|演讲|演示|汇报|培训|面试|招标|投标|开标|竞标|签约|交付|发货|出货|提货|送货|出差|休假|请假|休产假|离职|退休|入职|报到|起飞|登机|发车|开船|出发|出门|上飞机|赶飞机|离开|开工|开业|开店|打烊|关店|关门|开门|查房|门诊|手术|检查|验收|审计|盘点|结账|关账|月结|年结|报税|申报|截止|春节|国庆|元旦|过年|过节|放假|假期|开学|期末|考试|上课|下课|直播|彩排|演出|比赛|活动|发布会|年会|上线|开庭|交接班?|换班|下班|午休|周末|月底|年底|季末|发工资|到期|续约|交稿|交标书?|交货|旺季|大促|双十一|开幕|接待|参观)"
_BEFORE_ZH: Final = (
    r"(?:在|赶在|最好|务必)?(?:(?:周|星期|礼拜|下周|本周|这周)[一二三四五六日天]?|今天|明天|后天|今晚|明早|今早|下午|上午|晚上|明晚|月底|\d{1,2}[日号]|(?:上午|下午)?[\d一二两三四五六七八九十]{1,3}点半?)?(?:的)?"
    rf"(?:(?:我们?|他们?|她们?|咱们?|领导|老板|客户|学生|学员|病人|大家|新人|老师|客人|来宾|对方|甲方)?(?:去|要|的)?[\u4e00-\u9fff]{{0,4}}?{EVENT_ZH}(?:开始)?|(?:我们?|他们?|她们?|领导|老板|客户|学生|学员|病人|大家|新人|老师|新?(?:医生|护士|员工|同事|经理)|[\u4e00-\u9fff]{{0,2}}客人|来宾|代表团|货车|车|审计组?|检查组|专家|嘉宾|甲方|老外|快递|面试官)(?:[\u4e00-\u9fff\d]{{0,3}}?点?)(?:来|到|走|过来|回来|上班|进场|到场|到达|到岗))(?:之|以)?前(?!台|面|端|任|景|后|天|年|几)"
)
_NO_WISH_ZH: Final = re.compile(
    r"(?:还|都|也|我)?(?:是)?(?:不太?想|好[的好]|正常|没问题|能(?!.{0,12}[吗?])|可以(?!.{0,12}[吗?])|不会|没有|一直|就|总|老|又)"
)
_ASKS_ZH: Final = re.compile(r"(?:提|目|当|眼|面)前$")


def _english(reading: Reading, match: re.Match[str]) -> Found | None:
    head, tail = sentence(reading, match.start(), match.end(), 80)
    if _NO_WISH_EN.search(head) or head.endswith("since "):
        return None
    said = match.group()
    if said.startswith(("until", "by ")) and re.match(
        r"(?:until|by) (?!the time|then)[a-z]+ *$", said
    ):
        return None  # by train
    if re.match(rf"(?:until|by) (?!{_THE_EN} |the time)", said):
        return None
    if not head.strip() and re.search(rf"{B}(?:worked|was|were|had|did)(?![a-z])", tail):
        return None  # before the meeting it worked
    if re.match(r"before (?:a|an) ", said):
        return None
    return Found(*match.span())


def _russian(reading: Reading, match: re.Match[str]) -> Found | None:
    head, tail = sentence(reading, match.start(), match.end(), 80)
    if match.group().startswith("прежде") and is_question(reading, match.end(), tail):
        return None
    if match.group().startswith("к") and _LINKED_RU.search(head):
        return None
    if _NO_WISH_RU.search(head) or re.match(r" (?:все |всё |у нас )?(?:работал|было|был)", tail):
        return None
    if re.search(
        r"(?<!\w)(?:с|от|рядом|ближе|готов[аы]?|вопрос\w?|относ\w+|план\w?)(?: \S{1,14})? $",
        head[-24:],
    ):
        return None
    return Found(*match.span())


def _chinese(reading: Reading, match: re.Match[str]) -> Found | None:
    _, tail = sentence(reading, match.start(), match.end(), 30)
    if _ASKS_ZH.search(match.group()) or _NO_WISH_ZH.match(tail):
        return None
    return Found(*match.span())


PATTERNS: Final[tuple[Pattern, ...]] = (
    pattern("deadline", _BEFORE_EN, "befo ahea in prio by unti well just righ some idea", _english),
    pattern("deadline", _BEFORE_RU, "до к ко пере пока преж", _russian),
    pattern("deadline", _BEFORE_ZH, "前", _chinese),
)
