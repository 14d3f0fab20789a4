"""When: since when it is so, by when something is needed, how often it happens.

What a phrase means on the calendar is for `nlp.times`; here it is found, and told which way it looks.
"""

import re
from typing import Final

from nlp.facts.events import EVENT_EN, EVENT_RU, EVENT_ZH
from nlp.facts.reading import B, E, Found, Judge, Pattern, Reading, before, pattern, sentence

SINCE, DEADLINE = "since", "deadline"

# --- English ------------------------------------------------------------------------------------

_N_EN: Final = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen"
    r"|(?:twenty|thirty|forty|fifty|sixty|ninety)(?:[ -](?:one|two|five))?|several|(?:a )?good few"
    r"|a few|few|(?:a )?couple(?: of)?|half(?: an?)?|some|a good|(?:the )?(?:best|better) part of an?)"
)
_UNIT_EN: Final = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|working days?|business days?|weeks?"
    r"|months?|years?|fortnight)"
)
_DAY_NAME: Final = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|thurs|fri|sat|sun)(?=[ ,.]|$)"
)
_MONTH_EN: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PART_EN: Final = r"(?:morning|afternoon|evening|night|nite|noon|lunch(?:time)?)"
_HOUR_EN: Final = (
    r"(?:1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?![a-z0-9]|[.:,/-]\d| ?%)"
)
_NO_COUNT_EN: Final = (  # "before 4 users" tells no hour
    r"(?! ?(?:[a-z]{3,12}s|people|of|x|min|percent|month|day|week|to)\b| ?[-–] ?\d)"
)
_CLOCK_EN: Final = (
    r"(?:(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d|\.\d)(?: ?[ap]\.?m\.?)?"
    r"|\d{1,2} ?(?:[ap]\.?m\.?(?![a-z])|o'?clock)|noon|midnight|midday|lunch(?:time)?"
    rf"|(?:half|(?:a )?quarter|five|ten|twenty|\d{{1,2}}) (?:past|after) {_HOUR_EN}"
    rf"|(?:(?:a )?quarter|five|ten|twenty) to {_HOUR_EN}{_NO_COUNT_EN}"
    rf"|half {_HOUR_EN}{_NO_COUNT_EN}|{_HOUR_EN} in the (?:morning|afternoon|evening)"
    r"|(?:the )?(?:shift )?handover|(?:opening|closing)(?: time| hours?)|(?:the )?(?:start"
    r"|beginning) of (?:the |my |our |this )?"
    r"(?:night |day |late |early |morning )?(?:shift|day|business|week|month|year|term"
    r"|school|semester|quarter))"
)
_DATE_EN: Final = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH_EN}(?: \d{{4}})?"
    rf"|{_MONTH_EN} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?!\d)|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:/\d{{1,2}}/|\.(?:0?[1-9]|1[0-2])\.)(?:20)?[2-3]\d(?!\d)|\d{{1,2}}/\d{{1,2}}(?![\d/])"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd"
    rf"|th)(?! (?:floor|line|time|monitor|screen|attempt|one|level|row|page|user|laptop|gen"
    rf"|of these|street|avenue)))"
)
_PAST_DAY_EN: Final = (
    r"(?:the day before yesterday|yesterday|the night before last|last (?:night|week"
    r"|weekend|month|year|quarter"
    rf"|{_PART_EN}|{_DAY_NAME})|this morning|earlier (?:today|this week|this month)|the weekend"
    r"|the early hours|overnight|today)"
)
_NEXT_DAY_EN: Final = (
    rf"(?:the day after tomorrow|the (?:week|month) after next|tomorrow|tmrw|tonight|next (?:week|month|year|quarter"
    rf"|{_DAY_NAME})|the end of (?:the |this |next )?(?:day|week|month|quarter|year)"
    rf"|end of (?:the |this )?(?:day|week|month|business|quarter|today)|(?:eod|eow|cob"
    rf"|close of (?:business|play))(?: (?:on )?(?:{_DAY_NAME}))?|end of (?:the |my |our "
    rf"|this )?(?:\w{{3,8}} )?(?:play|shift|term|lesson|semester)"
    rf"|(?:the )?(?:end|middle|beginning|start) of {_MONTH_EN}|(?:mid|early|late)[ -]{_MONTH_EN}|the (?:first|second|third) of {_MONTH_EN}"
    r"|the last (?:working )?day of (?:the|this|next) (?:week|month|year|quarter|term))"
)
_ANY_DAY_EN: Final = (
    rf"(?:(?:this |the |on )?(?:{_DAY_NAME})(?:,? (?:the )?{_DATE_EN})?|this (?:week|month|afternoon|evening|weekend|year)"
    rf"|{_DATE_EN}|{_MONTH_EN}(?= |$|[,.]))"
)
_AT_EN: Final = (
    rf"(?:,? (?:at |around |about |by |before )?(?:about )?{_CLOCK_EN}| {_PART_EN}(?: at {_HOUR_EN})?"
    rf"|,? (?:at|before|by|around|after) {_HOUR_EN}{_NO_COUNT_EN})?"
)
_T_EN: Final = (
    rf"(?:(?:{_PAST_DAY_EN}|{_NEXT_DAY_EN}|{_ANY_DAY_EN}){_AT_EN}"
    rf"|{_CLOCK_EN}(?: (?:on )?(?:{_PAST_DAY_EN}|{_NEXT_DAY_EN}|{_ANY_DAY_EN}))?"
    rf"|{_HOUR_EN} (?:on )?(?:{_PAST_DAY_EN}|{_NEXT_DAY_EN}|(?:{_DAY_NAME})))"
)
_EVENT_EN: Final = (
    r"(?:updates?|upgrade|reboot|restart|migration|move|password change|patch(?:es|ing)?|outage"
    r"|(?:power|network|electricity) (?:cut|outage|failure|blip|dip|surge|loss|problem)s?|blackout"
    r"|maintenance|reinstall(?:ation)?|install(?:ation)?|holidays?|vacation|leave|christmas|easter"
    r"|new year|half[- ]term|weekend|replacement|rollout|switch|change(?:over)?|reset|crash"
    r"|(?:thunder)?storm|flood|relocation|release|go-live|deployment|re-?organi[sz]ation"
    r"|merger|refurb\w{0,8}"
    r"|renovation|repair|swap|cutover|audit|fire drill|clean-?up|service|visit)"
)
_ABOUT_EN: Final = r"(?: about| around| at| on| approximately| roughly| early| late){0,2}"

# --- Russian ------------------------------------------------------------------------------------

_N_RU: Final = (
    r"(?:\d{1,3}|один|одну|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|пятнадцать"
    r"|двадцать|тридцать|сорок|пятьдесят|пару|пара|пар[уы]-тройк[уи]|несколько|полтора"
    r"|полторы|полутора|пол|двух|трех"
    r"|четырех|пяти|шести|семи|восьми|десяти|двадцати|два-три|две-три|три-четыре|пять-шесть"
    r"|\d{1,2}-\d{1,2})"
)
_HOUR_RU: Final = (
    r"(?:час[ау]?|два|двух|двум|три|трех|трем|четыре|четырех|четырем|пять|пяти|шесть"
    r"|шести|семь|семи|восемь|восьми"
    r"|девять|девяти|десять|десяти|одиннадцать|одиннадцати|двенадцать|двенадцати)(?![а-я-])"
    r"(?! (?:минут|недел|дн|месяц|раз|человек|компьютер|пользовател|сотрудник|лет|сут"
    r"|штук|принтер|рабоч|касс|мест|кабинет|отдел|(?!час)[а-я]{2,12}(?:ов|ев|ей|он|ек"
    r"|ок|ам|ах|ям|их|ых)(?!\w)))"
)
_HALF_RU: Final = (
    r"(?:пол(?:овин[уеы] )?(?:первого|второго|третьего|четвертого|пятого|шестого|седьмого"
    r"|восьмого|девятого|десятого"
    r"|одиннадцатого|двенадцатого)|без (?:пяти|десяти|пятнадцати|двадцати|четверти)(?: (?!минут)\w{3,12})?)"
)
_UNIT_RU: Final = (
    r"(?:секунд\w{0,2}|минут\w{0,3}|мин|часик\w{0,2}|час(?:а|ов|у)?|дн(?:я|ей|и)|день|сут(?:ки"
    r"|ок)|недел(?:и|ю|ь|я|ек\w?|ьк\w)|месяц(?:а|ев)?|лет|год(?:а|у)?|полгода|полчаса|четверть часа|четверти часа)"
)
_DAYS_RU: Final = (
    r"(?:понедельник\w{0,2}|вторник\w{0,2}|сред[аыеу]|четверг\w{0,2}|пятниц[аыеуй]{1,2}"
    r"|суббот[аыеу]|воскресень[ея]|пн|вт|ср|чт|пт|сб|вс)(?!\w)"
)
_MONTHS_RU: Final = (
    r"(?:январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?"
    r"|сентябр[ьяе]|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе])"
)
_PART_RU: Final = (
    r"(?:(?:после|до) обеда|утром|утра|днем|дня|вечером|вечера|ночью|ночи|обеда|в обед|с утра)"
)
_CLOCK_RU: Final = (
    r"(?:(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d)(?!\.\d)(?: ?(?:мск|утра|дня|вечера|часов))?"
    r"|\d{1,2}(?:-?ти|-?х|-?и)? ?(?:час(?:ов|а|ам)?|утра|вечера|дня|ночи|ч)(?!\w)|полуд\w{1,2}"
    r"|полноч\w{1,2}|полуноч\w|полдень|полночь|обед[ау]?(?!\w)"
    rf"|{_HALF_RU}|{_HOUR_RU}(?: час(?:ов|а|ам)(?!\w))?(?: (?:утра|дня|вечера|ночи)(?!\w))?)"
)
_DATE_RU: Final = (
    rf"(?:\d{{1,2}}(?:-?го)? {_MONTHS_RU}(?: \d{{4}}(?: года)?)?|\d{{1,2}}\.(?:0[1-9]"
    r"|1[0-2])\.(?:20)?\d\d(?!\d)"
    rf"|\d{{1,2}}\.(?:0[1-9]|1[0-2])(?!\d|\.\d)|\d{{1,2}}(?:-?го|-?му|-?е)(?: числа?)?(?!\w| год)"
    rf"|\d{{1,2}} числ\w)"
)
_THIS_RU: Final = (
    r"(?:прошл\w{2,3}|минувш\w{2,3}|эт(?:ой|ого|от|у|ом|и)|следующ\w{2,3}|будущ\w{2,3}"
    r"|текущ\w{2,3}|той)"
)
_PAST_DAY_RU: Final = (
    rf"(?:позавчера|вчера(?:шн\w{{2,3}} (?:дня|вечера|утра|обеда))?|со вчера"
    rf"|прошл\w{{2,3}} (?:недел\w|месяц\w?|год\w|ноч\w{{1,2}}|{_DAYS_RU}))"
)
_NEXT_DAY_RU: Final = (
    rf"(?:(?:утр|вечер|обед)[уа] {_DAYS_RU}|послезавтра|завтра(?:шн\w{{2,3}} (?:дня|утра|дню|утру|вечера|вечеру))?|(?:следующ"
    rf"|будущ)\w{{2,3}} (?:недел\w|месяц\w?|год\w|{_DAYS_RU})|конц[ауе] (?:\w{{3,12}} )?(?:дня"
    rf"|{_DAYS_RU}|недели|месяца|года|квартала|смены|четверти|семестра|полугодия|сессии"
    rf"|урока|лета|зимы|весны|осени|{_MONTHS_RU})|начал[ауе] (?:\w{{3,12}} )?(?:дня|недели"
    r"|месяца|года|смены|урока|приема"
    r"|занятий|совещания|торгов|четверти|семестра)|пересменки|пересмены|смены(?!\w)"
    r"|открыти[яю]|закрыти[яю]|планерк[ие]"
    rf"|совещани[яю]|праздников|экзамен[ау]|урок[ау](?!\w)|отъезда|ноч[ьи])"
)
_ANY_DAY_RU: Final = (
    rf"(?:сегодня(?:шн\w{{2,3}} (?:дня|утра|вечера|обеда)|(?!шн))|{_THIS_RU} (?:недел\w|месяц\w?|год\w?"
    rf"|{_DAYS_RU}|выходн\w{{2,3}}|утра|утро)|{_DAYS_RU}(?:,? {_DATE_RU})?|{_DATE_RU}|выходн\w{{2,3}}"
    rf"|{_MONTHS_RU}(?!\w)|утра|вечера|обеда)"
)
_AT_RU: Final = (
    rf"(?:,? (?:примерно |где-то |около |в |с |к |до |после )?(?:{_CLOCK_RU}|{_PART_RU}))?"
)
_T_RU: Final = (
    rf"(?:(?:{_PAST_DAY_RU}|{_NEXT_DAY_RU}|{_ANY_DAY_RU}){_AT_RU}"
    rf"|{_CLOCK_RU}(?: (?:{_PAST_DAY_RU}|{_NEXT_DAY_RU}|сегодня|(?:в |во )?{_DAYS_RU}))?)"
)
_EVENT_RU: Final = (
    r"(?:обновлени\w{1,2}|перезагрузк\w|перезапуск\w|переезд\w|переустановк\w|установк\w"
    r"|миграци\w|смен[ыае] [а-я]{3,12}|отключени\w{1,2} (?:света|электричества)|замен\w|сбо[яй]"
    r"|отпуск\w?|настройк\w|апдейт\w|ремонт\w|больничн\w{2,3}|праздник\w{2}|выходн\w{2}"
    r"|подключени\w|апгрейд\w|релиз\w|внедрени\w|запуск\w|перезапис\w|грозы|аварии|скачк\w (?:напряжения"
    r"|света)|каникул"
    r"|отключки|проверки|ревизии|реорганизации|перехода|переноса|прошивки|перестановки"
    r"|уборки|пожарных учений|инвентаризации|тревоги|учений|потопа|протечки|пожара)"
)

# --- Chinese ------------------------------------------------------------------------------------

_N_ZH: Final = r"(?:\d{1,3}|十几|几十|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半几好]{1,2})"
_UNIT_ZH: Final = r"(?:刻钟|秒钟?|分钟|个?半?小时|个?半?钟头|天|周|个?星期|个?礼拜|个?半?月|年)"
_DAY_ZH: Final = (
    r"(?:今天|昨天|前天|大前天|明天|后天|大后天|今早|今晚|今晨|昨晚|昨夜|明早|明晚|(?:[上这下]|(?<!记)本)个?(?:周|星期|礼拜)[一二三四五六日天末]?"
    r"|[上这本下]个?月(?:\d{1,2}[日号]|底|初)?|(?:周|星期|礼拜)[一二三四五六日天末]|(?:\d{4}年)?(?:\d{1,2}|十[一二]?|(?<!几)(?<!个)[一二三四五六七八九])月(?:\d{1,2}[日号](?:周[一二三四五六日])?|\d{1,2}"
    r"|底|初|份)?|\d{1,2}[日号](?!楼|线|机|会议|门|厂|院|馆|窗|柜|店|车)|月底|月初|年底|周末|当天)"
)
_PART_ZH: Final = (
    r"(?:一?早上|一大早|上午|中午|下午|晚上|凌晨|清晨|半夜|深夜|午夜|傍晚|早晨|午饭|一早|夜里)"
)
_CLOCK_ZH: Final = (
    r"(?:(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])|(?:\d{1,2}|零|[一二两三四五六七八九]?十[一二]?|[二两三四五六七八九]"
    r"|(?<=[午晚晨早天夜])一|一(?=点(?:钟|半|多|左右|前|开|到|一刻|三刻|\d|整|十|[二三四五]十)))点(?:钟"
    r"|半|一刻|三刻|\d{1,2}分?|多|来钟|[一二三四五]?十[一二三四五]?分?)?(?!击|了|开(?=链接|文件|邮件|附件|网|图|它|这)|不|名|出|餐|播|进))"
)
_T_ZH: Final = (
    rf"(?:{_DAY_ZH}(?:{_PART_ZH})?(?: ?{_CLOCK_ZH})?|{_PART_ZH}(?:{_CLOCK_ZH})?"
    rf"|{_CLOCK_ZH})(?:左右|前后|来钟|多)?"
)
_EVENT_ZH: Final = (
    r"(?:(?:消防|应急)?演[习练]|台风|暴雨|停水|漏水|地震|交接?班|换班|接班|跳闸|断电|来电|打雷|雷击|装修|扩容|改造|(?:国庆|春节|五一|元旦|中秋|端午|清明|过年|长假|假期|寒假|暑假|周末)(?:放假"
    r"|假期|长假)?(?:回来|结束)?"
    r"|(?:更新|升级|迁移|切换|更换|改造)(?:了)?(?:到)?(?:新)?(?:的)?(?:系统|软件|版本|补丁|程序|固件|驱动|服务器|网络|win\d{1,2}"
    r"|windows ?\d{0,2})|搬到?(?:新)?(?:办公室|办公楼|楼|地方|工位|家|校区|厂房|[\u4e00-\u9fff]{1,3}楼)"
    r"|更新|升级|重启|搬家|搬办公室|搬工位|改(?:了)?密码|重装(?:系统)?|停电|(?:换|装|搬|迁|调|修|加|买)(?:了|完)?(?!句|班"
    r"|言)[^，。,\n 后完]{0,5}(?=(?:之后|以后)(?!好|行|可以|正常|恢复|就好))|换(?:了)?(?:电脑|手机|网线|电池|新电脑)"
    r"|打补丁|打完补丁"
    r"|安装[a-z0-9 ]{0,12}|迁移|割接|维护|发布|发版|(?:休产假|休假|产假|出差|放假|度假|请假)?回来|放假|休假|出差)"
)

# --- which way it looks --------------------------------------------------------------------------

_WANTED: Final = re.compile(
    r"(?:need(?:s|ed)?|must|have to|has to|should|want|require[sd]?|start(?:s|ing) (?:on)?"
    r"|begins?|presents?|presentation|deadline|due|meeting|demo|travel|leav(?:e|ing)|flight"
    r"|joins?|joining|will|ready|please|could|can you|can i (?:have|get)|can we (?:have"
    r"|get)|go-?live|audit|starts work"
    r"|arriv(?:es?|ing)|schedule|before|(?:have|has|got|is|there's|there is|with) an? (?:\w{3,12} ){0,2}"
    r"(?:clinic|class|lesson|exam|call|interview|appointment|surgery|session|hearing|inspection|visit"
    r"|delivery|customer|client|patient|webinar|training|viewing|lecture)|(?:exams?|lessons?"
    r"|class|clinic|surgery|shift"
    r"|trial|hearing|inspection|lecture|auction|board|auditors?|inspectors?|customers?)(?: \w{2,8})? (?:is"
    r"|are|starts?|begins?|opens?|comes?)"
    r"|(?:have|has|ve got|s got) an? (?:\w{3,12} )?(?!problem|issue|error|crash|outage|failure|fault|freeze|glitch)\w{3,14} ?$|first day|goes live|opens? (?:at|on)|runs out|expires|on call|to be in|boarding|ends|finish(?:es)?|closes|departs?|fly(?:ing)?|kicks? off|takes place|signing|launch|submission|filing|renewal|(?<!was )due|visitors?|coming|inspectors?|meets|gathers|(?<![a-z])(?:is|are) (?=this|on|at|$)|file (?:this"
    r"|it)|close the books|payroll|pay day)"
    r"|нужн?[оаыe]?|нужен|надо|необходим|требуется|срок|выступа|совещани|встреч|презентаци"
    r"|(?:сотрудник\w?|коллега|новичок|бухгалтер|менеджер\w?"
    r"|учетку \w{1,12} \w{1,12},?) выходит|приступа|начина(?:ет|ем)|сдать|сдаем|успеть"
    r"|прош[уи]|(?<!\w)можно(?! ли)|хотелось бы|[а-я]{3,12}(?:ите|йте)(?!\w)|пожалуйста|поставьте|сделайте|приезжа|улета"
    r"|уезжа|будет|демо|дедлайн|аудит|запуск|прием|урок|экзамен|операци|педсовет|заседани"
    r"|проверк|смен[ауе](?!\w)"
    r"|рейс|выезд|вылета(?:ю|ем|ет|ют)|созвон|суд(?!\w)|торги|закрыва(?:ем|ть)|отправить|отчита|выставить"
    r"|(?<!\w)(?!всем|чем|тем|нем|чем|совсем|затем|между тем|причем|зачем|таким|другим|один|своим|одним)[а-я]{4,14}[аеи]ем(?:ся)?(?!\w)|заканчива|кончает|истекает|начнет|стартует|состоит|назначен|запланир|отгруз|подписани|сдача|приедут|придут|увоз|забира|посадка|закрытие|открытие|начало|отправка|(?:машин[аы]|фур[аы]|грузовики?|поезд|автобус|самолет|рейс|курьер|груз\w{0,2}) [а-я]{4,12}|в самолет|на поезд|на рейс|выход(?:ят|им) |сотрудник\w{0,2}[^.]{0,30}выходит|продл"
    r"|должен|должн[аоы]|обязан|комисси|доклад|родител|планерк"
    r"|要(?![求么是不命点])|需要|要开|开会|会议|演示|入职|截止|出差|上线|飞机|航班|火车|登机|出发|要交|必须|要求|请|汇报|提交|面试|到岗"
    r"|审计|手术(?!室)|考试|上课|开课|检查|验收|签约|开庭|直播|发工资|结账|盘点|值班|开门(?!就)|开业|办完|到期|月结|关账|货车|发车|续费|续期|报到|到货|发货|来访|到访|交班|开盘|开馆|上班(?!就|时|后)|新人|来(?:检查|参观|人)|有(?:重要|个|几)?(?:客户|领导|会(?!员)"
    r"|课|检查|面试|人来|手术|活动|演出|直播|考试|培训)|录完|要给|前"
)
_BEGAN: Final = re.compile(
    r"(?:start|began|begun|happen|since|expired|stopped|broke|crash|died|went|was|were"
    r"|failed|fail|lost|fell|fallen|dropp|deleted|got|noticed|worked|appeared|disappear"
    r"|not work|down|hung|updated|installed|bought|came|arrived|slow|didn't|called|wrote"
    r"|said|ran|took|gave|brought|shows?|won't|doesn't|can't|isn't|froze"
    r"|(?<!\w)(?<!is )(?<!are )(?<!be )(?!need|want|plann|schedul|suppos|expect|requir"
    r"|promis|ask)[a-z]{2,12}ed(?!\w))"
    r"|(?<!\w)(?!проси|обеща|планирова|назначи|зал|файл|портал|канал|терминал|персонал"
    r"|журнал|материал|сигнал|филиал"
    r"|вокзал|подвал|капитал|интервал|оригинал|детал|шкал|профил|стил|автомобил)[а-я]{2,12}(?:[аяиы]"
    r"|ну)л(?:[аои]|ся|ась|ось|ись)?(?!\w)"
    r"|начал|появил|сломал|пропал|исчез|перестал|упал|завис|отвалил|отключил|случил|истек"
    r"|не работа|был[аои]?(?!\w)|произош|стал[аои]?(?!\w)|удалил|выключил|обновил|лежит"
    r"|не открыва|не груз|нет |завел|получил|пришл|пришел|вылет(?!а(?:ю|ем|ет|ют) (?:в|завтра|сегодня))|висит|тормозит|сбой|лег"
    r"|не захо|не печат|не виде|звонил|писал|так"
    r"|поврежд|испорт|слетел|开始|起|就|坏|断|过期|出现|丢|删|不见|发现|突然|弄|搞|摔|撞|洒|挂|闪|掉|崩溃|死机|黑屏|蓝屏|报错|不能|从那|迁到|搬到|现在|打不|连不|上不"
    r"|登不|没|看不|收不|收到|还能|还好|卡|慢"
)


_TROUBLE_EN: Final = (
    r"crash|fail|freez|drop|hang|reboot|restart|stop|die|dies|break|disconnect|go down|slow|show|say|ask|get|keep|happen|lock|throw|refus"
    r"|reject|flicker|jam|beep|work|run|log|los|give|report|print|load|need|want|help|mean|look|seem|shut|turn|switch|error|miss|time|expect|make|has|was|doe|wa|hi|it|thi|alway"
)
_PLANNED: Final = re.compile(  # it is to be then: "we're opening the shop", "the lorry leaves", "приедут гости"
    rf"(?:(?<![a-z])(?:am|are|is|i'm|we're|he's|she's|they're|[a-z]{{3,12}} (?:is|are)) (?:all |also |back |only )?(?!{_TROUBLE_EN})[a-z]{{3,12}}ing(?: [a-z'-]{{1,14}}){{0,5}} ?"
    rf"|(?<![a-z])(?:[a-z]{{3,14}}|i|we|they|he|she) (?:arrives?|leaves?|starts?|opens?|closes?|begins?|departs?|lands?|flies|fly|visits?|comes?|meets?|sits?|goes? (?:in|out|live|on|off|to [a-z]{{3,9}})|go (?:in|out|live|on|to [a-z]{{3,9}}))(?: (?:at the|in the|at|in|from|the|our|to|with)(?: [a-z]{{3,12}}){{1,3}})? ?(?:here |back |again )?"
    r"|(?<!\w)(?:выхожу|ухожу|прихожу|приезжаю|выходим|уходим)(?: [а-я]{2,14}){0,3} ?|(?<!\w)(?:при(?:ед|езж|ход|йд|д|лет|быв|буд)|у(?:ед|езж|ход|йд|лет)|вы(?:ед|езж|ход|йд|лет)|за(?:ед|езж|йд)|подъед|подъезж|отъезж|прое[дз])(?:ут|ет|ем|у|ют|ит|им|ят|ает|аю|аем|ают|ует)(?! из строя)(?!\w)(?: [а-я]{1,14}){0,3} ?)$"
)
_EVENT_BEFORE: Final = re.compile(  # the keynote is at 11:30
    rf"(?:(?<![a-z]){EVENT_EN}(?: (?:is|are|starts?|begins?|set for|scheduled for|due|on|straight|right))?(?: (?:with|for|of|to|in) (?:the |our |my )?[a-z]{{3,12}}(?: [a-z]{{3,12}})?)?(?: is| starts| begins)?,? ?"
    rf"|(?<![a-z])last (?:working )?day(?: here)?(?: is|:)? ?|(?<!\w){EVENT_RU}(?: (?!не )[а-я]{{3,14}}){{0,2}},? ?|последний (?:рабочий )?день ?|(?:{EVENT_ZH}|最后一天)(?:定?在|是|:)? ?)$"
)
_EVENT_AFTER: Final = re.compile(  # сразу после обеда показ заказчику
    rf",? ?(?:у нас |у меня |будет |наш\w? |мой |моя )?{EVENT_RU}(?!\w)(?! (?:не|был|прош))|,? ?(?:последний (?:рабочий )?день)|(?:要|有|就|给客户|我|我们|是|在)?(?:[\u4e00-\u9fff]{{1,4}}大会|{EVENT_ZH}|最后一天)(?!的|中|时|后|以后|之后|了|过|完|断|没|不|卡|黑|开得)"
)
_PAST_THERE: Final = re.compile(
    r"(?<!\w)(?:was|were|went|had|did|been|lost|broke|fell|got|came|[a-z]{2,12}ed|[а-я]{2,12}(?:[аяиыу]л[аио]?(?:сь|ся)?|[её]к(?:ла)?)|был[аио]?|прош\w+|пропа\w+|слом\w+|не)(?!\w)|得很|顺利|了$"
)
_FIRST_ZH: Final = re.compile(
    r"(?:第一|下一|下个|首|头)(?:台|场|节|个|班|单|批|趟|位)?(?:看房|手术|会|课|客户|客人|病人)?(?:是|在)?$"
)
_WILL_ZH: Final = re.compile(
    r"(?:就|就要|要|会)?(?:到|来|走|出发|发车|交班|登机)(?=[,，。!！?？]|$|检查|参观|取|拿|验收)"
)


def _planned(head: str, tail: str, said: str) -> bool:
    """Whether what stands right before a time tells that something is to be then."""
    if _PAST.search(said) or _TOLD_SO.search(head[-40:]):
        return False
    clause = re.split(r"[,;:.—–]| - | (?:and|but|so|а|но) ", head)[-1]
    after = re.split(r"[,;:.，。]", tail)[0]
    if not _PAST_THERE.search(clause + " | " + after) and (
        _EVENT_BEFORE.search(clause) or _EVENT_AFTER.match(tail)
    ):
        return True
    return bool(
        _PLANNED.search(clause)
        or _FIRST_ZH.search(head)
        or (_HAN_TIME.search(tail[:3]) and _WILL_ZH.match(tail))
    )


_TOLD_SO: Final = re.compile(
    r"(?<!\w)(?:would|promised|said|supposed to|обещал\w?|говорил\w?|сказал\w?|сборк\w|верси\w)(?!\w)|说"
)
_DONE_THEN: Final = re.compile(  # HR renewed my contract on Wednesday
    r"^\s*(?:and |but |so )?(?!please|pls|can|could|will|need)(?:[a-z'-]{1,14} ){1,4}(?<!be )(?<!is )(?<!are )(?!need|schedul|plann|suppos|expect|requir|want|due|book)[a-z]{2,12}ed(?: [a-z'-]{1,14}){0,4} $"
)
_MONTH_ALONE: Final = re.compile(rf"in {_MONTH_EN}|в {_MONTHS_RU}")
_ENDS_THEN: Final = re.compile(
    r"(?:ends?|expires?|due|finish\w*|runs? out|goes? live|launch\w*|opens?|starts?|заканчива\w+|истека\w+|кончается|начн\w+|будет|запуска\w+|переезжа\w+)(?: [a-zа-я]{2,12})? $"
)
_HAN_TIME: Final = re.compile(r"[\u4e00-\u9fff]")


def _either(kind_of_neutral: str = "") -> Judge:
    """By what stands around it; where nothing tells, `kind_of_neutral`."""

    def judge(reading: Reading, match: re.Match[str]) -> Found | None:
        head, tail = sentence(reading, match.start(), match.end(), 60)
        if _MONTH_ALONE.fullmatch(match.group()) and not _ENDS_THEN.search(head):
            return None
        if re.fullmatch(r"\d{1,2}[.,]\d{1,2}", match.group()) and _NUMBERED.search(head[-16:]):
            return None
        if (
            reading.low[max(0, match.start() - 1) : match.start()] in (".", ":", "/")
            and match.start()
        ):
            return None
        if re.search(r"(?<!\w)после [а-я]{4,14}(?: [а-я]{4,14})? $", head):
            return Found(*match.span(), kind=SINCE)
        if re.search(r"(?<!\w)(?:it is|it's|its) $", head) and tail.startswith(" now"):
            return None  # what the clock says
        if re.match(
            r" (?:я |мы |у меня )?(?:случайно |вдруг )?(?!нужн|должн|могл)[а-я]{3,14}л(?:[аио]|ась|ся|ось)?(?!\w)|被",
            tail,
        ):
            return Found(*match.span(), kind=SINCE)
        if _planned(head, tail, match.group()):
            return Found(*match.span(), kind=DEADLINE)
        if re.match(r" (?:будут|будет|планиру\w+)[^.!?]{0,40}\?", tail):
            return None
        if not _PAST.search(match.group()) and re.match(
            r",? ?(?:we have|i have|there (?:is|are)|we are having|у нас|у меня (?:встреча|созвон|прием)|будет|будут|有)(?![a-zа-я])",
            tail,
        ):
            return Found(*match.span(), kind=DEADLINE)
        if (
            _STRETCH.search(head[-24:])
            or _STAMPED.search(head[-16:])
            or _ORDERLY.match(tail)
            or _EACH.search(head[-20:])
        ):
            return None
        if not _PAST.search(match.group()) and _DONE_THEN.search(re.split(r"[,;:]", head)[-1]):
            return Found(*match.span(), kind=SINCE)
        wanted = [one.end() for one in _WANTED.finditer(head)]
        began = [one.end() for one in _BEGAN.finditer(head)]
        if wanted or began:
            late, early = max(wanted, default=-1), max(began, default=-1)
            kind = DEADLINE if late > early else SINCE
            if kind == SINCE and (after := _WANTED.match(tail.lstrip(" "))):
                kind = DEADLINE if after else kind
            if kind == DEADLINE and match.group().startswith("после"):
                return None  # not before then
            return Found(*match.span(), kind=kind)
        if (late_one := _WANTED.search(tail[:40])) and not (
            (early_one := _BEGAN.search(tail[:40])) and early_one.start() < late_one.start()
        ):
            return Found(*match.span(), kind=DEADLINE)
        if _BEGAN.search(tail[:40]):
            return Found(*match.span(), kind=SINCE)
        return Found(*match.span(), kind=kind_of_neutral) if kind_of_neutral else None

    return judge


_EACH: Final = re.compile(
    r"(?:always|usually) (?:\w+ )?(?:at )?$|(?:every|each|кажд\w{2,3}) [a-zа-я]{3,9},? (?:at "
    r"|в |around )?$|[每][天周日晚]$"
)
_STRETCH: Final = re.compile(
    r"(?:from|с|со) \S{1,12} (?:to|till|until|по|до) $|从.{1,8}到$|[点分\d]到$"
)
_STAMPED: Final = re.compile(  # the date of a paper, the time of a mail
    r"(?:(?<!\w)(?:(?:e-?mail|mail|letter|message|note|instructions) of|dated|version|of the form|invoice|order|sent|from|form|between|с|от|по|за|форма"
    r"|договор\w?|счет\w?|верси\w)|-|–|\()\s{0,1}$"
)
_NUMBERED: Final = re.compile(
    r"(?:room|rm|floor|section|chapter|version|ver|v|figure|step|port|комн\w*|каб\w*"
    r"|пункт\w?|п|раздел\w?|верси\w|глав\w|стр\w*)\.? ?$"
)
_ORDERLY: Final = re.compile(
    r"\s?(?:-|–|to|по|до|到|至) ?\d|\s?(?:invoice|release|发布(?![,，。]|$)|版本|下的|的(?:邮件|三封|表格|订单|发票)|[和及](?=[\d周上下昨今明]))"
)


def _since(reading: Reading, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), kind=SINCE)


_WILL_SEE: Final = re.compile(
    r"(?<!\w)(?:i'?ll|i will|we'?ll|gonna|let me|i can) (?:then )?(?:try|test|retry|check|see|have another|give it|have a go|look)|(?:will|to) (?:try|check|test|report back)|(?:will|to) do|i'?ll (?:reboot|restart|do)|let you know|попробу|отпиш|проверю|посмотрю|посмотрим|перезагружу|потестирую|试试|试着|重启看看|再回复|再试|再说|再看|反馈"
)


def will_see(head: str, tail: str) -> bool:
    """Whether what stands around a time tells when somebody will try again."""
    return bool(_WILL_SEE.search(re.split("[,;]", head)[-1] + " " + re.split("[,;]", tail)[0]))


def _deadline(reading: Reading, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), kind=DEADLINE)


_PAST: Final = re.compile(r"yesterday|last |this morning|вчера|прошл|昨|前天|上周|上个?月|今早")


def _by(reading: Reading, match: re.Match[str]) -> Found | None:
    """It worked until Friday: not a deadline."""
    said = match.group()
    if _PAST.search(said) and not re.search("[以之]?前$", said):
        return Found(*match.span(), kind=SINCE)
    if re.match(r"(?:until|till|до)(?!\w)", said):
        head, tail = sentence(reading, match.start(), match.end(), 40)
        if re.match(r",? (?:все |it |everything )?(?:работал|было |открывал|worked|was )", tail):
            return Found(*match.span(), kind=SINCE)
        if re.search(r"(?<!\w)lasts? $|(?:авари\w|продлится|длит\w*|работы) $|停机$", head):
            return None
        if (not head.strip() and said.startswith("till")) or re.search(
            r"(?:from|at|on|the|our|a|my|behind)\s$", head
        ):
            return None  # a till in a shop
        if re.search(r"(?:i'm|i am|we are|we're|сижу|буду|нахожусь)(?!\w)", head):
            return None  # as long as somebody is there
        if re.search(
            r"(?:work(?:ed|ing)?|fine|ok|работал\w?|нормально|было|все было)\W*(?:\w+\W+){0,2}$",
            head,
        ):
            return Found(*match.span(), kind=SINCE)
        if re.search(r"(?:с|from)\s(?:\S+\s?){1,3}$", head[-24:]):
            return None  # working hours, a holiday
    return Found(*match.span(), kind=DEADLINE)


def _ago(reading: Reading, match: re.Match[str]) -> Found | None:
    """每十分钟, 还有三天: how often, or how long still."""
    head = before(reading, match.start(), 6)
    if re.search(r"[每隔第再等]$|还有$|every $|each $|каждые $|кажд\w\w $", head):
        return None
    return Found(*match.span(), kind=SINCE)


def _for_so_long(reading: Reading, match: re.Match[str]) -> Found | None:
    """ "It worked for an hour" tells of a stretch, not of a beginning."""
    head, tail = sentence(reading, match.start(), match.end(), 40)
    if re.search(r"been waiting [^,.]*$", head):
        return Found(*match.span(), kind=SINCE)
    if re.search(
        r"(?:n't|not|never|nothing) (?:been )?(?:work(?:ed|ing)|print(?:ed|ing)|charg(?:ed|ing)|sync(?:ed|ing)|open(?:ed)?) $",
        head,
    ):
        return Found(*match.span(), kind=SINCE)
    if re.search(
        (
            r"(?:work(?:ed|s)?|fine|ok|wait(?:ed)?|held|unplugged|off|lasts?|freezes?|hangs?"
            r"|hung|need(?:ed)?|away|valid|every|it|borrow|loan|access|laptop|licen[sc]e|rent"
            r"|helps?|helped|out)(?: (?:it|fine|out|up|me|again))? ?$|(?:unplugg|held"
            r"|hold|left (?:it|the)|waited|switched|press|work(?:ed|s)|charged|turned)\w*(?: \S+){0,6} ?$"
        ),
        head,
    ) or re.match(r" (?:in|per|a|each|every|until|and then|then)\b", tail):
        return None
    return Found(*match.span(), kind=SINCE)


def _begun(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    if said.startswith("from"):
        head, tail = sentence(reading, match.start(), match.end(), 40)
        if _planned(head, tail, said):
            return Found(*match.span(), kind=DEADLINE)
        if re.search(
            r"(?:request|ticket|e?mail|message|order|note|copy|file|version|outage|meeting|minutes|notes|call) $",
            head,
        ):
            return None
        if re.search(r"(?:leave|away|off|out|holiday|vacation|travelling|abroad) $", head):
            return Found(*match.span(), kind=DEADLINE)
        if not _PAST.search(said) and re.search(
            r"(?<!\w)(?:need(?:ed|s)?|access|grant|please|require[ds]?)(?!\w)", head
        ):
            return Found(*match.span(), kind=DEADLINE)
        if not (_BEGAN.search(head) or _PAST.search(said)) or re.match(
            r" (?:to|until|till|-)\b", tail
        ):
            return None
    if said.startswith("starting") and re.search(r"tomorrow|next", said):
        return Found(*match.span(), kind=DEADLINE)
    if said.startswith(("starting", "beginning", "as of")):
        head, _ = sentence(reading, match.start(), match.end(), 60)
        if re.search(
            r"(?:account|new|joins?|hire|create|need|employee|please|colleague|contract)", head
        ) and not _PAST.search(said):
            return Found(*match.span(), kind=DEADLINE)
    return Found(*match.span(), kind=SINCE)


_PRESENT_EN: Final = re.compile(  # "since you are the admin": a reason
    r"(?:am|are|is|be|have|need|want|can|cannot|can't|don't|doesn't|will|would|won't"
    r"|use|uses|works?|know|share|must|only)$|.*'(?:re|m|ll|ve)$"
)
_ADVERB_EN: Final = frozenset("all both also still currently usually only never always".split())
_GOES_ON_EN: Final = frozenset(
    "and but so which who because when while can't cannot doesn't don't won't isn't keeps keep please".split()
)
_ANEW_EN: Final = frozenset(
    "the my our i we it nothing everything nobody everyone all there they you".split()
)
_TIES_EN: Final = frozenset(
    "of to from in on off at with by into over for the a since after and around about that when replaced changed moved updated upgraded swapped installed got".split()
)


def _since_then(reading: Reading, match: re.Match[str]) -> Found | None:
    """Whatever it was that it began with, as far as that goes; "since you are here" is a reason."""
    start, end = match.span()
    words = reading.low[start:end].split(" ")
    if words[0] == "ever" and before(reading, start, 5).endswith("and "):
        return None  # it tells no event
    first = 2 if words[0] in ("ever", "right", "just", "straight", "shortly", "soon") else 1
    who, does = words[first], next((w for w in words[first + 1 :] if w not in _ADVERB_EN), "")
    if who in ("then", "this", "that", "there", "when") and (
        len(words) == first + 1 or who in ("then", "there")
    ):
        return None
    if who in ("lunch", "breakfast", "dinner", "noon", "work", "school"):
        return None
    if who in ("nobody", "someone", "somebody", "people"):
        return None
    if who in ("i", "we", "you", "he", "she", "they", "it", "this", "that", "everyone"):
        if _PRESENT_EN.match(does) or not does:
            return None
    elif re.match(r"(?:i|we|you|they|it|he|she)'", who) or _PRESENT_EN.match(does):
        return None
    told = who in ("i", "we", "you", "he", "she", "they", "it", "someone", "somebody")
    anew = _ANEW_EN - {"the"} if told else _ANEW_EN  # they did the electrics
    for n in range(first + 1, len(words)):
        word = words[n]
        if word in _GOES_ON_EN or (
            n > first + 1
            and word in anew
            and words[n - 1] not in _TIES_EN
            and not words[n - 1].endswith("ed")
        ):
            words = words[:n]
            break
    while (
        len(words) > first + 1 and words[-1] in _TIES_EN and not words[-1].endswith(("ed", "got"))
    ):
        words.pop()
    said = " ".join(words).rstrip(".:'")
    return Found(start, start + len(said), kind=SINCE)


def _ago_en(reading: Reading, match: re.Match[str]) -> Found | None:
    """ "It worked for an hour now and then" is none; of "been down over a week" the time alone."""
    head = before(reading, match.start(), 8)
    if re.search(r"(?:every|each) $", head):
        return None
    group = 1 if match.start(1) >= 0 else 0
    return Found(*match.span(group), kind=SINCE)


def _when_changed(reading: Reading, match: re.Match[str]) -> Found | None:
    """It stopped ringing when I switched to the new SIM: once, not each time."""
    head, _ = sentence(reading, match.start(), match.end(), 60)
    once = re.search(
        rf"{B}(?:stopped|started|began|broke|died|disappeared|vanished|lost|went|happened|failed|crashed)(?![a-z])",
        head,
    )
    if once is None or re.search(rf"{B}(?:every|each|always|only|usually|often)(?![a-z])", head):
        return None
    return _clause_of(reading, match)


def _clause_of(reading: Reading, match: re.Match[str]) -> Found:
    words = re.split(r" (?:and|but|so|then|it|now)(?![a-z])", match.group())[0]
    return Found(match.start(), match.start() + len(words), kind=SINCE)


_EACH_TIME: Final = frozenset(
    "log login type enter click press open start turn try send get sign connect".split()
)
_NOT_CLAUSE: Final = re.compile(
    r"(?:and|but|so|the|it|when|which|all|i|my|there|now|outlook|nothing)$"
)


def _clause(reading: Reading, match: re.Match[str]) -> Found | None:
    """As far as the clause goes: what follows a comma is not in the match anyway."""
    start, end = match.span()
    words = reading.low[start:end].split(" ")
    for n, word in enumerate(words[2:], 2):
        if n > 2 and words[1].endswith("ing") and word in ("the", "my", "our", "pc", "i", "we"):
            words = words[:n]
            break
        if word in ("it", "all") and words[n - 1] in ("on", "in", "over", "with", "to", "of", "at"):
            continue  # I spilled tea on it
        if word in (
            "and",
            "but",
            "so",
            "it",
            "all",
            "there",
            "nothing",
            "everything",
            "can't",
            "cannot",
            "doesn't",
        ):
            words = words[:n]
            break
    while len(words) > 2 and _NOT_CLAUSE.match(words[-1]):
        words.pop()
    if len(words) < 3 and not words[1].endswith("ing"):
        return None
    if words[0] == "after" and (words[1] == "my" or (words[2:3] and words[2] in _EACH_TIME)):
        return None  # each time, not since
    return Found(start, start + len(" ".join(words)), kind=SINCE)


def _ahead(reading: Reading, match: re.Match[str]) -> Found | None:
    """ "It crashes in 5 minutes", "через 10 минут отключается": how it goes, not by when."""
    head, tail = sentence(reading, match.start(), match.end(), 40)
    if re.search(
        (
            r"(?:crash\w*|drains?|dies|empt(?:y|ies)|садится|разряжается|disconnect\w*"
            r"|drops?|logs? (?:me )?out|times? out|freez\w*|again"
            r"|times?|once|twice|restarts?|reboots?|shuts? down|stops?|happen\w*|once|loads?"
            r"|opens?|second time|third time|раз\w?|отключается|отваливается|вылетает|виснет"
            r"|гаснет|断|死|卡|又)\s?$"
        ),
        head,
    ):
        return None
    if not re.search(
        r"(?<![a-z])(?:wants?|needs?|expects?|due)(?![a-z])|нуж|надо|ждет", head
    ) and re.match(
        (
            r"[ ,]{0,2}(?:отключ|отвал|вылет|висн|завис|гасн|выбрасыва|рвет|пада|снова|опять"
            r"|после|работы|(?:it|everything|the \w{3,12}|i|we) (?:just |then )?(?:\w{2,12}s|get|lose)(?!\w)|(?:он|она|оно|все|опять) [а-я]{3,14}[еи]т(?:ся)?(?!\w)|又|就(?![来到开要走])|自动|掉)"
        ),
        tail,
    ):
        return None
    return Found(*match.span(), kind=DEADLINE)


def _today(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    if said == "today" and re.search(r"times $|раз\w? $", before(reading, match.start(), 6)):
        return None
    if not re.search(r"today|the weekend", said):
        return Found(*match.span(), kind=SINCE)
    return _either(SINCE)(reading, match)


def _with(reading: Reading, match: re.Match[str]) -> Found | None:
    _, tail = sentence(reading, match.start(), match.end(), 30)
    if re.match(r" (?:по|до)(?!\w)", tail):
        return None  # a stretch: office hours, a holiday
    head, _ = sentence(reading, match.start(), match.end(), 60)
    if re.search(r"(?<!\w)по [а-я]{5,13}[ая]м $", head):
        return None  # по понедельникам с утра
    said = match.group()
    if (
        re.search(r"завтра|следующ", said)
        or re.search(r"(?<!\w)(?:не )?буд(?:ет|у|ем)(?: [а-я]{2,12})? $", head)
        or (
            not _PAST.search(said)
            and re.match(
                r" (?:я |мы |у нас )?(?:ухо[жд]|уезжа|буд[ует]|выхо[жд]|улета|перехо[жд]|переезжа|начина|вступа|отпуск|командировк|заработает)",
                tail,
            )
        )
        or (
            re.search(
                r"(?<!\w)нуж(?:ен|н[аоы])|прошу|(?<!\w)[а-я]{3,14}(?:[ий]те)(?!\w)|продл", head
            )
            and not _PAST.search(said)
        )
        or (
            re.search(
                r"(?:выход(?:ит|у)|нов\w{2,3} сотрудник|прим(?:ем|ут)|отпуск)\W*(?:\w+\W+){0,2}$",
                head,
            )
            and not _PAST.search(said)
        )
    ):
        return Found(*match.span(), kind=DEADLINE)
    return Found(*match.span(), kind=SINCE)


def _tonight_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    """Tonight or last night: as the verb of the clause tells."""
    head, tail = sentence(reading, match.start(), match.end(), 60)
    clause = re.split(r"[,;:—–]| - ", head)[-1] + " " + re.split(r"[,;:—–]| - ", tail)[0]
    past = re.search(
        r"(?<!\w)[а-я]{2,12}(?:[аяиыоеу]|ну|е[зс])л(?:[аои]|ся|ась|ось|ись)?(?!\w)|(?<!\w)(?:лег|не (?!будет)|нет(?!\w))",
        clause,
    )
    return Found(*match.span(), kind=SINCE if past else DEADLINE)


def _not_each(reading: Reading, match: re.Match[str]) -> Found | None:
    if match.group().startswith("сегодня ночью"):
        return _tonight_ru(reading, match)
    return (
        None
        if re.search(
            r"(?:по|кажд\w{2,3}|раз в|по вечерам|недельник|вторник|сред[уы]|четверг|пятниц[уы]"
            r"|суббот[уы]|воскресенье|завтра|числа|\dго|-го)\s$",
            before(reading, match.start(), 12),
        )
        else Found(*match.span(), kind=SINCE)
    )


def _moment_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    """С момента переезда на пятый этаж: as far as the event is told; что было с начала года — a stretch."""
    words = match.group().split(" ")
    for n, word in enumerate(words[2:], 2):
        if re.match(
            r"(?:не|нет|и|а|но|у|мы|я|он|она|они|все|ничего|никто|пропал\w*|перестал\w*"
            r"|работа\w*|висит|тормоз\w*|по|до)$",
            word,
        ):
            words = words[:n]
            break
    if len(words) < 2 or (words[-1] in ("момента", "времени", "времен")):
        return None
    said = " ".join(words)
    tail = reading.low[match.start() + len(said) :][:24]
    if goes_on := re.match(
        r" (?:на|в|из|к) [а-я0-9-]{1,15}(?: (?:этаж|корпус|офис|здание|версию|систему))?(?!\w)",
        tail,
    ):
        said += goes_on.group()
    return Found(match.start(), match.start() + len(said), kind=SINCE)


def _lasting_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    """Не больше часа, занимает около минуты: how long it takes."""
    head, _ = sentence(reading, match.start(), match.end(), 30)
    if not match.group().startswith("уже") and re.search(
        r"(?:не|занима\w+|длит\w+|загружа\w+|открыва\w+ся|хранит\w*|ждать|ждет\w*|осталось"
        r"|через|на|за|в|раз в|кажд\w{2,3}|лет|старше|поработал\w?|работал\w?|хватает)\s$",
        head,
    ):
        return None
    if re.search(r"кажд\w{2,3} $", head):
        return None
    return Found(*match.span(), kind=SINCE)


def _from_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    if re.search(
        r"(?:手术|考试|会议|例会|开会|演示|培训|上课|课|面试|直播|活动|营业|开盘)(?:在|是|定在)?$",
        before(reading, match.start(), 8),
    ):
        return Found(*match.span(), kind=DEADLINE)
    if said.endswith("开始") and re.match(EVENT_ZH, reading.low[match.end() :]):
        return Found(*match.span(), kind=DEADLINE)
    if re.match(r"休[产假病年]|出差|调岗|离职|不在|执行|搬", reading.low[match.end() :]):
        return Found(*match.span(), kind=DEADLINE)
    if re.search(r"明|后天|下[周个月星礼]", said):
        return Found(*match.span(), kind=DEADLINE) if not said.startswith("从") else None
    if (
        not _PAST.search(said)
        and re.search(r"\d日|\d号|周|星期", said)
        and re.search(r"(?:请|麻烦|帮忙|需要|入职)[^。!?]*$", before(reading, match.start(), 40))
    ):
        return Found(*match.span(), kind=DEADLINE)
    if not _PAST.search(said) and re.match(
        r"[^,，。]{0,12}(?:要(?!么|求)|需)[^,，。]{0,20}(?:权限|账号|开通|访问)",
        reading.low[match.end() : match.end() + 50],
    ):
        return Found(*match.span(), kind=DEADLINE)
    return (
        None if before(reading, match.start(), 2)[-1:] == "每" else Found(*match.span(), kind=SINCE)
    )


def _bare_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    said = match.group()
    head = before(reading, match.start(), 4)
    if re.search(r"[每第隔]$|每天$|每周$", head) or (
        re.fullmatch(r"\d{1,2}[日号]", said)
        and not re.match("入职|到岗|报到|上线|开业|开学|到期|截止", reading.low[match.end() :])
    ):
        return None
    tail = reading.low[match.end() : match.end() + 8]
    if said in ("这周", "本周", "这个月", "本月", "这几天") and re.match(
        r"[^,，。]{0,6}(?:时好时坏|一直|老是|总是|断|卡|慢|崩|不[稳行])", tail
    ):
        return Found(*match.span(), kind=SINCE)
    if re.match(r"[^,，。]{0,2}(?:已经?|就已)[^,，。]{0,14}了", tail):
        return Found(*match.span(), kind=SINCE)
    if re.match(r"让我|叫我", tail):
        return Found(*match.span(), kind=SINCE)
    if head.endswith("一到"):
        return None
    if re.match(r"有[^,，。]{1,8}吗", tail):
        return None
    if re.match(r"[^,，。]{0,6}(?:申请|报修|提交|订|买|领|寄|下单|预约|反馈|提)的", tail):
        return None  # what was asked for then
    if re.match(r"[^,，。]{0,4}(?:中途|途中|到一半|开到|期间)", tail):
        return Found(*match.span(), kind=SINCE)
    if re.match(
        r"好[,!。，]?|发布(?![,，。]|$)|下单|下的|的(?:邮件|三封|表格|订单|发票|报表|文件)|份|到\d|至|、|和\d|版",
        tail,
    ):
        return None
    if re.match(r"一(?:上班|开机|开门|来|早|登录|打开)", tail):
        return Found(*match.span(), kind=SINCE)
    if re.match(r"(?!明|后天)[^,，。]{0,6}的(?:[,，。!]|$)", tail) and re.search(
        r"[日号]$|周.$", said
    ):
        return None
    if re.match(r"明|后天|大后|下[周个月星礼]", said) or (
        said.startswith("今晚") and not re.match(r".{0,8}了", tail)
    ):
        return _deadline(reading, match)
    if re.match(r"昨|前天|上[周个月星礼]|今早|今晨|大前|今天(?:一?早上|上午|早晨|凌晨)", said):
        return Found(*match.span(), kind=SINCE)
    if re.fullmatch(r"早上|上午|中午|下午|晚上|半夜|夜里|凌晨", said) and re.match(
        r"就(?!要|得)|开始|起(?!来|床)|突然", tail
    ):
        return Found(*match.span(), kind=SINCE)
    if said in ("中午", "晚上", "下午", "上午") and re.match(
        r"被|突然|[变停断坏黑死卡掉闪响跳熄灭]|没[信网声电反]", tail
    ):
        return Found(*match.span(), kind=SINCE)
    if said in ("中午", "晚上") and re.match(r"要(?![么是不求])", tail):
        return Found(*match.span(), kind=DEADLINE)
    if said in ("中午", "晚上", "下午", "上午") and re.match(
        r"到[!,。]|有客户|要用|要交|要开", tail
    ):
        return Found(*match.span(), kind=DEADLINE)
    if re.search(r"[月周]$", said) and re.match(
        r"(?:能|可以)[^,，。]{0,10}[吗?]|到期|截止|结束|上线|交付", tail
    ):
        return Found(*match.span(), kind=DEADLINE)
    if re.fullmatch(
        r"上午|下午|晚上|早上|中午|当天|本月|这周|本周|这个?月|年底|月初|(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月份?|一早|夜里",
        said,
    ):
        return None
    if re.match(r"到(?:[!,。.]|$)", tail):
        return Found(*match.span(), kind=DEADLINE)
    return _either()(reading, match)


# --- how often ----------------------------------------------------------------------------------


def _often_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    """最近一直, 不停: how it goes on."""
    start, end = match.span()
    said = match.group()
    trimmed = re.sub(r"(?:都|就|开机|登录)$", "", said)
    if trimmed == "一直" and re.match(
        r"(?:没|不)(?:搞|弄)?(?:懂|明白|知道|清楚|会|想|用过|搞)", reading.low[start + 2 : end + 6]
    ):
        return None
    if trimmed == "一直" and re.match(
        r"(?:都)?(?:很|挺)?(?:没(?:什么)?问题|好(?!像)|正常|准|稳|没再|没事|不错)",
        reading.low[start + 2 : end + 8],
    ):
        return None
    if trimmed in ("每次", "每天") and reading.low[end : end + 2] == "会议":
        return None
    return Found(start, start + len(trimmed))


# --- the tables ------------------------------------------------------------

_TIMES: Final = (
    # English
    pattern(
        SINCE,
        rf"{B}(?:(?:ever )?since|starting|started|began|beginning|as of|from){_ABOUT_EN} {_T_EN}",
        "sinc ever star bega begi as from",
        _begun,
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:(?:right |just |straight |shortly )?after|(?:ever )?since(?! then)|following)(?: the"
            r"| my| our| a| an| this| that"
            rf"| yesterday's| last| today's"
            rf"| friday's)? (?:[a-z0-9-]{{2,20}} ){{0,3}}{_EVENT_EN}"
            rf"(?: (?:to|of|from|in|at) (?:the |our |my |a |new )*[a-z0-9-]{{2,15}}(?: building"
            r"| office| server| floor)?)?"
            rf"(?:(?: (?:on|at|around|about|from|that came(?: through| in| out)? on))? {_T_EN})?{E}"
        ),
        "sinc afte ever foll righ just stra shor",
        _since,
    ),
    pattern(
        SINCE,
        rf"{B}(?:ever since|since|(?:right|just|straight|shortly|soon) after)(?: [a-z0-9'/:-]{{1,20}}(?:\.[a-z0-9]{{1,9}})?){{1,9}}",
        "sinc ever righ just stra shor soon",
        _since_then,
    ),
    pattern(
        SINCE,
        (
            rf"{B}after (?:(?:two|three|four|five|six|several|too many|a few|many|\d) )(?:wrong|failed|incorrect|bad|invalid|unsuccessful) [a-z]{{3,10}}(?: [a-z]{{3,10}}s)?{E}|{B}(?:since|after) (?:i|we|you|they|it|he|she|my|installing|updating|upgrading"
            rf"|changing|moving|switching|rebooting|restarting|replacing|resetting|someone"
            rf"|somebody)(?: [a-z0-9'-]{{1,20}}){{1,5}}"
        ),
        "sinc afte",
        _clause,
    ),
    pattern(
        SINCE,
        rf"{B}when (?:i|we|they|you|someone|somebody) (?:switched|changed|moved|updated|upgraded|installed|plugged|replaced|swapped|migrated|got|dropped|spilled|spilt|docked|reset|joined)(?: [a-z0-9'-]{{1,16}}){{1,5}}",
        "when",
        _when_changed,
    ),
    pattern(
        SINCE,
        r"(?<=started )(?:just |right )?(?:when|while|as soon as|once|after)(?: [a-z0-9'-]{1,16}){2,7}|(?<=began )(?:just |right )?(?:when|while|as soon as|once)(?: [a-z0-9'-]{1,16}){2,7}"
        r"|(?<=началось)(?:,| с того,?)? (?:как|когда)(?: [а-яa-z0-9-]{1,16}){1,6}|[\u4e00-\u9fff]{2,10}的时候(?=就?开始的)|(?:交接?班|换班|开机|上课|开会|下班|上班|午休|搬家|停电|跳闸|打雷|装修|断电|开店|开门|早会|查房|午饭)(?:的时候|时|那会儿?)(?=[^,，。]{0,8}[黑坏断死卡停没不掉闪崩灭])",
        "star bega нача 始 时 那",
        _since,
    ),
    pattern(
        SINCE,
        (
            rf"{B}{_N_EN} {_UNIT_EN}(?= without(?![a-z]))|{B}(?:about |around |roughly |some |over |nearly |almost |well over |more than )*{_N_EN}(?: or (?:two"
            r"|three"
            rf"|so))? {_UNIT_EN} (?:ago|back|now|already|straight|running|in a row){E}"
            rf"|{B}(?:been|gone|broken|down|dead|offline|waiting)(?: like (?:this|that)"
            r"| out| on)?(?: for)? ((?:about |around |over |nearly |almost |well over "
            rf"|more than |at least )?{_N_EN} {_UNIT_EN}){E}(?! (?:warranty|old|contract"
            r"|licen))"
        ),
        "with ago back now alre stra runn row been gone brok down dead offl wait",
        _ago_en,
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:for|over|in|during|already)(?: about| around| almost| over| more than"
            rf"| nearly)?(?: the| at least)?(?: past"
            rf"| last)(?: {_N_EN})? {_UNIT_EN}{E}|{B}for (?:ages|days|weeks|months|hours"
            rf"|a while|some time|quite a while|a long time){E}|{B}(?:for)(?: about| around"
            rf"| almost| over| more than| nearly| already| at least)? {_N_EN} (?:hours|hrs?"
            rf"|hour|days?|weeks?|months?|years?|minutes|mins){E}"
        ),
        "for over in duri alre",
        _for_so_long,
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:these|the) (?:past|last) (?:few|couple of|{_N_EN}) {_UNIT_EN}{E}(?! of)"
            rf"|{B}(?:just now|a (?:moment|minute|while) ago|all (?:day|morning|week"
            rf"|afternoon)(?: long)?|the (?:whole|entire) (?:day|morning|week)|recently"
            rf"|since recently|lately|(?:way )?back in {_MONTH_EN}|first thing(?: this morning"
            rf"| today)){E}"
        ),
        "thes the just mome minu whil all whol enti rece late back firs",
        _since,
    ),
    pattern(
        DEADLINE,
        (
            rf"{B}(?:today |tomorrow )?(?:(?:no|not) later than|at the latest(?: by)?"
            r"|by|before|until|till|due(?: on"
            rf"| by)?|(?:deadline|cut-?off|closing date|due date)(?: is| on|:)?|latest|got until){_ABOUT_EN} (?:(?:the |my |our )?{_T_EN}"
            rf"|{_HOUR_EN}{_NO_COUNT_EN})"
            rf"|{B}(?:before|in time for|ahead of|by) (?:the |my |our |his |her |their "
            rf"|this |next |tomorrow's |tonight's |today's |monday's |friday's )(?:[a-z]{{3,12}} )?"
            r"(?:meeting|exams?|class|lesson|shift(?: change| starts)?|audit|visit|inspection"
            r"|opening|closing|weekend"
            r"|holidays?|deadline|presentation|demo|board|call|surgery|clinic|handover"
            r"|term|launch|interview|hearing|shop opens|doors open|course|training|event"
            r"|conference|trip|flight|workshop|webinar|lecture|session|round|rounds"
            rf"|delivery|payroll run){E}(?:(?: starts?| begins?| opens?| is| kicks off| ends?)?(?: (?:on|at))? {_T_EN})?"
        ),
        "no not at by befo unti till due dead late got in ahea cut cuto clos",
        _by,
    ),
    pattern(
        DEADLINE,
        (
            rf"{B}for (?:the |my |our )?(?:{_CLOCK_EN})(?: (?:meeting|call|class|lesson"
            rf"|demo|shift|train|flight))?{E}|{B}first thing (?:on )?(?:{_DAY_NAME}|tomorrow){E}"
            rf"|{B}(?:in|within)(?: about| less than"
            rf"| the next)? {_N_EN} {_UNIT_EN}{E}(?! (?:steps|we|i)\b)"
        ),
        "in with for firs",
        _ahead,
    ),
    pattern(
        DEADLINE,
        rf"{B}(?:(?:at |around |about |by )?{_CLOCK_EN}(?: on)? )?{_NEXT_DAY_EN}{_AT_EN}",
        "day tomo tmrw toni next end eod eow cob clos last mid earl late begi star midd firs seco thir",
        _deadline,
    ),
    pattern(
        SINCE,
        rf"{B}(?:(?:at |around |about )?{_CLOCK_EN} )?{_PAST_DAY_EN}{_AT_EN}{E}(?!'s)",
        "day yest last this earl week toda over",
        _today,
    ),
    pattern(
        "",
        (
            rf"{B}(?:(?:at|on|around|about) {_T_EN}|at (?:about |around )?(?:half|(?:a )?quarter|five|ten|twenty) (?:past|to)(?=\s*(?:[,.!?\n]|$))|in {_MONTH_EN}(?=\s*(?:[,.!?\n]|$))|{_DATE_EN}|(?:this "
            rf"|on )?(?:{_DAY_NAME})(?:,? (?:the )?{_DATE_EN})?{_AT_EN}|this (?:afternoon|evening|week|month){E}|\d{{1,2}} ?[ap]m"
            rf"|(?:at (?:about |around |roughly )?|around (?=[^ ]{{1,6}}(?:[.,!?\n]|$))){_HOUR_EN}{_NO_COUNT_EN}|(?:just|straight|right"
            rf"|shortly|soon) (?:after|before) (?!opening|closing)(?:{_CLOCK_EN}|lunch"
            rf"|{_HOUR_EN}{_NO_COUNT_EN})"
            rf"|over (?:lunch|night|the weekend|(?:the )?(?:holidays?|christmas|easter|new year|summer|bank holiday|break|half[- ]term)))(?!\d)"
        ),
        "in stra at on arou abou just righ shor soon over 1 2 3 4 5 6 7 8 9 mond tues wedn thur frid satu sund this",
        _either(),
    ),
    # Russian
    pattern(
        SINCE,
        (
            rf"{B}(?:уже )?(?:со?|начиная с|начиная со)(?: самого)?(?: примерно| где-то"
            rf"| около)? {_T_RU}"
        ),
        "с со нача",
        _with,
    ),
    pattern(
        SINCE,
        rf"{B}(?:ровно )?с того (?:самого )?(?:момента|дня|времени|вечера|утра|раза),? (?:как|когда)(?: [а-яa-z0-9-]{{1,20}}){{1,5}}",
        "с ровн",
        _since,
    ),
    pattern(
        SINCE,
        rf"(?:{_T_ZH})?(?:把|被)[\u4e00-\u9fffa-z]{{1,10}}了?[之以]后",
        "后",
        _from_zh,
    ),
    pattern(
        SINCE,
        r"(?:(?<![\u4e00-\u9fffa-z.@])|(?<=是)|(?<=[a-z])(?![a-z]))(?!重启|重装|清|拔|试|刷新|登出|退出)[\u4e00-\u9fffa-z0-9]{2,10}?(?<!钟)(?<!小时)(?<![天周月年])(?:[之以]后|后)(?=就(?!好|行|正常|可以|能|恢复|没事|不再|没再|再也|顺)|被|开始|谁|大家|所有)",
        "后",
        _from_zh,
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:уже )?со? (?:самого )?(?:момента|начала|середины|конца|времен|времени"
            rf"|дня|даты)(?: [а-яa-z0-9-]{{2,20}}){{1,3}}{E}"
            rf"|{B}с (?:\w{{3,12}} )?(?:смены|дежурства|планерки|открытия|закрытия|полуночи"
            r"|полудня|обеда|каникул|праздников|отпуска"
            rf"|майских|новогодних|нового года){E}"
        ),
        "с со уже",
        _moment_ru,
    ),
    pattern(
        SINCE,
        r"(?:^|(?<=[.!?,;\n] )|(?<=\n))(?:ровно )?как (?!сказал|говорил|советовал|просил|велел|написан|указан)(?:только )?(?:мы |нам |вы |я "
        r"|мне |у нас )?(?:по|об|пере|за|у|в|при|с|про)[а-я]{3,12}л(?:[аои]?|ся|[аои]сь)(?: [а-яa-z0-9-]{1,20}){0,4}(?=[,.\n]"
        r"|$)",
        "как ровн",
        _since,
    ),
    pattern(
        SINCE,
        (
            rf"{B}со? (?:[а-я]{{3,12}}(?:него|ного|ского|шней|ной|ской|ого) )?(?:перевода|прихода|ухода|приезда|отъезда|переезда|установки|замены|обновления|переустановки|перезагрузки|переноса|переключения|отключения|запуска|ремонта|аварии|пересменки|перехода|пересадки)(?: (?!не |и |а |но |у |все |я |мы )[а-я]{{3,14}}){{0,2}}{E}|{B}после (?:двух|трех|четырех|пяти|нескольких|очередного|одного) (?:неверн\w{{2}}|неправильн\w{{2}}|неудачн\w{{2}}|ошибочн\w{{2}}) [а-я]{{3,12}}{E}|{B}после (?:(?:[а-я]{{3,10}}(?:ного|него|шнего|ского|овой|ней|ной)|ваш\w{{2,3}}|наш\w{{2,3}}|последн\w{{2,3}}|вчерашн\w{{2,3}}|этого|того|недавн\w{{2,3}}"
            rf"|сегодняшн\w{{2,3}}|планов\w{{2,3}}|моего"
            rf"|нашего) ){{0,2}}{_EVENT_RU}(?: (?:kb\d{{6,8}}|windows(?: 1[01])?"
            rf"|драйвер\w{{0,2}}|систем\w|1с|роутера|компьютера|винды|программ\w|офиса|пароля"
            rf"|света|сервера|картриджа|офиса|отдела|кабинета|базы|сайта|почты|домена|сети|антивируса|браузера|принтера|ноутбука|телефона|по))?(?: на (?:нов\w{{2,3}}|друг\w{{2,3}}|\d{{1,2}}(?:-?й)?|перв\w{{2}}|втор\w{{2}}|трет\w{{2}}|[а-я]{{3,8}}ск\w{{2}}) [а-яa-z0-9]{{2,14}})?(?: во? {_DAYS_RU}| на (?:прошлых |этих )?выходных| на прошлой неделе| на этой неделе)?(?!\w)|{B}(?:после того"
            rf"|с тех пор),? как(?: [а-яa-z0-9-]{{1,20}}){{1,5}}"
        ),
        "посл с со",
        _since,
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:уже |около |примерно |где-то |почти |больше |более |минимум "
            rf"|буквально ){{0,2}}(?:{_N_RU} )?{_UNIT_RU}(?: \w{{2,8}})? (?:назад|уже(?=[ ,.!?]"
            r"|$)|подряд|кряду"
            rf"|как){E}|{B}(?:{_UNIT_RU}) (?:{_N_RU}) (?:назад|уже(?!\w))"
        ),
        "наза подр кряд как уже",
        _since,
    ),
    pattern(
        SINCE,
        rf"{B}не [а-я]{{4,16}} ((?:{_N_RU} )?(?:неделю|недели|недель|месяц|месяца|сутки|дня|дней|день))(?=\s*(?:[,.!?\n]|$))",
        "не",
    ),
    pattern(
        SINCE,
        (
            rf"{B}уже (?:больше |около |почти |целых |целую |целый |как "
            rf"|примерно ){{0,2}}(?:{_N_RU} )?(?:-\w )?{_UNIT_RU}{E}(?! по| дня| ночи)|{B}(?:недел[иь]|дня"
            rf"|дней|месяца|часа|часов) (?:две|три|два|четыре|пять|полтора){E}"
            rf"|{B}(?:последни[ех]|последнюю|последний(?! день)|эти) (?:{_N_RU} )?{_UNIT_RU}{E}|{B}(?:втор|трет"
            rf"|четверт|пят|шест|седьм)\w{{1,3}} (?:неделю|день|месяц|час|сутки|год|смену|ночь|утро|вечер){E}"
            rf"|{B}(?:где-то|минимум|добрых|наверное) (?:{_N_RU} )?{_UNIT_RU}{E}(?=[,.!?\n]"
            rf"|$| (?:как|назад|нет|не))|{B}(?:больше|более|свыше|около|почти|порядка) (?:{_N_RU} )?(?:час(?:а"
            rf"|ов)|минут|недели|месяца|дня|дней|суток|года){E}"
        ),
        "уже неде дня дней меся часа часо посл эти втор в трет четв пят шест седь где мини добр наве боль боле свыш окол почт поря",
        _lasting_ru,
    ),
    pattern(
        SINCE,
        (
            rf"{B}за (?:праздники|выходные|каникулы|ночь|новогодние|майские|{_DAYS_RU}|вчера|позавчера|прошл\w{{2,3}} (?:недел\w|месяц)){E}"
            rf"|{B}на (?:прошл\w{{2,3}} |эт\w{{1,2}} )?(?:выходных|праздниках"
            rf"|прошлой неделе){E}"
        ),
        "за на",
        _since,
    ),
    pattern(SINCE, rf"{B}from (?:last )?(?:{_DAY_NAME})'s", "from", _since),
    pattern(
        SINCE,
        (
            rf"{B}(?:только что|недавно|с недавних пор|весь день|вес[ьг]о? утро|все утро"
            rf"|всю неделю|второй день|третий день|с самого утра|с утра(?: пораньше)?){E}"
        ),
        "толь неда с весь все всю втор трет",
        _since,
    ),
    pattern(
        DEADLINE,
        (
            rf"{B}(?:не позднее|не позже|максимум до|срок\w?(?: [а-я]{{3,14}}){{0,2}}(?: до| —| -| –|:)?|дедлайн(?: -|:)?|до|к|ко"
            rf"|крайний срок)(?: самого)? (?:{_NEXT_DAY_RU}|{_T_RU})"
        ),
        "не макс срок дедл до к ко край",
        _by,
    ),
    pattern(
        DEADLINE,
        (
            rf"{B}(?:через|в течение|в ближайш\w{{2,3}}"
            rf"|не более чем через)(?: ближайш\w{{2,3}})? (?:{_N_RU} )?(?:пол)?{_UNIT_RU}{E}"
        ),
        "чере в не",
        _ahead,
    ),
    pattern(
        DEADLINE,
        (
            rf"{B}(?:на |в )?(?:послезавтра|завтра|(?:следующ|будущ)\w{{2,3}} (?:недел\w"
            rf"|месяц\w?|{_DAYS_RU})){_AT_RU}{E}|{B}(?:сегодня|завтра) (?:до|к) (?:{_CLOCK_RU}"
            rf"|\d{{1,2}}(?![\d:.]|-\d| (?:чел|шт|раз|комп))|вечера"
            rf"|конца (?:рабочего )?(?:дня|смены)|обеда|вечеру|закрытия)"
        ),
        "посл завт след буду сего",
        _deadline,
    ),
    pattern(
        "",
        rf"{B}(?:рано |поздно )?(?:утром|вечером|днем|ночью) во? {_DAYS_RU}{E}",
        "рано позд утро вече днем ночь",
        _either(),
    ),
    pattern(
        SINCE,
        (
            rf"{B}(?:еще |на |в )?(?:позавчера|вчера|прошл\w{{2,3}} (?:недел\w|месяц\w?|год\w?"
            rf"|ноч\w{{1,2}}|{_DAYS_RU})|(?:сегодня )?(?:утром|ночью|под утро|среди ночи)"
            rf"|еще (?:{_DATE_RU}|во? (?:{_DAYS_RU}|{_MONTHS_RU}|эт\w{{1,2}} \w{{4,8}})"
            rf"|на (?:той|прошлой|этой|позапрошлой) неделе|летом|зимой|весной|осенью)){_AT_RU}{E}"
        ),
        "поза вчер прош сего утро ночь под сред еще",
        _not_each,
    ),
    pattern(
        "",
        (
            rf"{B}(?:сегодня{_AT_RU}|во? (?:{_CLOCK_RU}|{_MONTHS_RU}|эт\w{{1,2}} (?:{_DAYS_RU})|{_DAYS_RU}(?:,? {_DATE_RU})?"
            rf"|конце (?:дня|недели|месяца|смены)|обед|выходные){_AT_RU}|{_DATE_RU}{_AT_RU}"
            r"|без (?:пяти|десяти|двадцати|четверти|пятнадцати)(?=\s*(?:[,.!?\n]|$))|на этой неделе|около \d{1,2}(?=\s*(?:[,.!?\n]|$))|днем|вечером|(?:(?:примерно |где-то )?в районе|около|после|примерно в"
            rf"|где-то в) {_CLOCK_RU}){E}"
        ),
        "сего без на в во 1 2 3 4 5 6 7 8 9 днем вече окол посл прим где",
        _either(),
    ),
    pattern(
        DEADLINE,
        rf"{B}(?:прид|приед|прибуд|прилет|уед|улет|открыва|закрыва|начина|выезжа|вылета|отправля|заканчива|уезжа|собира|старту|приезжа|сда|выход)[а-я]{{2,5}}(?:ся)? (в \d{{1,2}})(?=\s*(?:[,.!?\n]|$))",
        "прид прие приб прил уед улет уеду откр закр начи выез выле отпр зака уезж соби стар прие сда сдае выхо",
    ),
    pattern(
        DEADLINE,
        rf"{B}(в \d{{1,2}})(?= (?:пара|урок|совещание|встреча|собрание|планерка|экзамен|показ|операция|прием|суд|созвон|занятие|лекция|тренинг|эфир)(?!\w))",
        "в",
    ),
    pattern(
        DEADLINE,
        rf"{B}(?:защита|совещание|встреча|собрание|планерка|презентация|экзамен|зачет|показ|доклад|операция|урок|лекция|пара|прием|суд|эфир|созвон|тренинг|вебинар|рейс|поезд|самолет|выступление|открытие|проверка|заседание|демо|интервью|собеседование)(?: [а-я]{{3,14}}){{0,2}} (в \d{{1,2}})(?=\s*(?:[,.!?\n]|$))",
        "защи сове встр собр план през экза заче пока докл опер урок лекц пара прие суд эфир созв трен веби рейс поез само выст откр пров засе демо инте собе",
    ),
    # Chinese
    pattern(
        SINCE,
        (
            r"(?:自从|打从|自打)[^，。！？；,;\n]{2,16}(?:那天|之后|以后|以来|后|起|开始)?(?=[，。,;\n ]|就|一直|都|$)"
            r"|从(?!第|头|哪|这里|那里|来|容|事|\d)[^，。！？；,;\n从]{2,14}?(?:那(?:天|会儿?|时候?|阵子?)起?|以后"
            r"|之后|以来|开始|(?<![一发])起(?![床来飞]))"
            r"|[\u4e00-\u9fff]{2,6}?那(?:天|会儿|时)(?:起|开始)|(?:国庆|春节|五一|元旦|中秋|端午|清明|过年|长假"
            r"|寒假|暑假|周末|产假|休假|休完假|请假|放假|出差)(?:放假|假期|长假)?(?:回来|过后|结束|完(?!成))(?:之后|以后|后)?"
        ),
        "自 打 从 那 国 春 五 元 中 端 清 过 长 寒 暑 周 产 休 请 放 出",
        _since,
    ),
    pattern(
        SINCE,
        (
            rf"(?:大概|大约|差不多)?(?:从|自从?|打)(?:大概|大约)?{_T_ZH}(?:开始|以来|到现在|起(?!床)|就)?"
            rf"|(?<!\d(?=\d)){_DAY_ZH}(?:以后|之后|过后)(?=就|一直|都|开)|(?<!\d(?=\d)){_T_ZH}(?:就?开始(?!开"
            r"|的?会)|以来|到现在"
            rf"|起(?!床|飞))|(?<!\d(?=\d))(?:自从|自|从)?(?:{_T_ZH})?(?:上次|这次|系统|windows|公司)?{_EVENT_ZH}(?:完"
            rf"|了)?(?:之后|以后|后|以来)"
        ),
        "从 自 打 始 来 在 起 后",
        _from_zh,
    ),
    pattern(
        SINCE,
        (
            rf"(?<!\d(?=\d))(?:大概|大约|差不多)?{_N_ZH}(?:多|来)?(?:个)?(?:半)?{_UNIT_ZH}(?:多)?(?:[之以]?前|以来|了(?!解)|(?=没(?!问题|事)|[上用打连充登开收发]不|不能))|(?:最近|近|过去)(?:这)?{_N_ZH}{_UNIT_ZH}|最近(?:几天|这几天|一直)?|这(?:几|两)天|前[两几]天|(?:放假|假期|国庆|春节|五一|元旦|周末|暑假|寒假)期间|刚才|刚刚|一整天"
            r"|一上午|整个上午|(?:有|好)(?:一阵子?|一段时间|些日子|些天|几天|久|一会儿?)了|好(?:几天|久|一阵子?)(?=没|都"
            r"|一直)|大半天了?|(?:老|很)久了"
        ),
        "前 来 了 近 去 天 刚 上 期 没 不",
        _ago,
    ),
    pattern(
        DEADLINE,
        (
            rf"(?:截止(?:到|日期)?|最晚|最迟|赶在|务必在|在)?{_T_ZH}(?:[之以]?前|下班(?:之|以)?前|[之以]?内|为止)|(?:今天|明天|今晚|明早"
            r"|周[一二三四五六日])?(?:下班|午休|开会|中午|月底|年底|周末|会议|交接?班|上课|开课|开学|手术|考试|开门|关门|开业|放假"
            r"|节|开庭|发车|月结|盘点|出发|上线|开盘|收盘)(?:之|以)?前"
        ),
        "前 内 止",
        _by,
    ),
    pattern(
        DEADLINE,
        rf"(?<!\d(?=\d))(?:再过|过)?{_N_ZH}{_UNIT_ZH}(?:[之以]?后|[之以]?内)(?!就(?![来到开要走])|又|再次|自动|才|会断|断|死)",
        "后 内",
        _ahead,
    ),
    pattern(
        "",
        rf"(?<!\d(?=\d)){_T_ZH}",
        "今 昨 前 明 后 周 星 礼 月 日 号 点 早 上 下 中 晚 凌 : 年 夜 清 傍",
        _bare_zh,
    ),
)
FREQUENCY: Final = (
    pattern(
        "frequency",
        rf"{B}(?:after|with|on|at|for) (?:every|each) (?!(?:time|day|other){E})[a-z]{{3,12}}{E}|{B}every (?:few"
        rf"|couple of|second|third|other(?! (?:door|room|pc|computer|laptop|user|machine|printer|device|one|person|site|app|program|browser))|\d{{1,3}}|{_N_EN}) (?!(?:one|of|day|time){E})[a-z]{{3,12}}s?{E}"
        rf"|{B}every (?:(?:{_N_EN}|other|single|couple of|second|third|\d{{1,3}}(?:-"
        rf"| to )\d{{1,3}})(?: or so)? )?(?:{_UNIT_EN}|{_PART_EN}|{_DAY_NAME}|time"
        rf"|now and then|so often|once in a while|login|boot|start|reboot)(?: or so| or two| on the hour)?{E}"
        rf"|{B}each (?:and every )?(?:time|day|morning|evening|afternoon|night|week|month"
        rf"|hour|shift|login|boot){E}"
        rf"|{B}(?:for the )?(?:second|third|fourth|fifth|sixth|seventh|tenth|umpteenth"
        rf"|\d{{1,2}}(?:nd|rd|th)) time (?:today|already|now|in a row|running|this (?:\w{{4,10}})"
        rf"|since \w{{4,10}}|in (?:a|two|three) \w{{4,6}})"
        rf"|{B}(?<!tried )(?<!tried it )(?<!tried that )(?<!asked )(?<!you )(?<!called )(?<!written )(?<!reported )(?<!told )(?<!rung )(?<!emailed )(?<!explained )(?:several|many|a few|two|three"
        rf"|four|five|six|seven|eight|ten|twelve|\d{{1,3}}) times(?: already| now| in a row)?(?= (?:today"
        r"|yesterday|this|last|since|overnight|so far)|[,.;!?\n]|$)"
        rf"|{B}(?:twice|once) (?=(?:today|yesterday|this (?:week|morning|month)|last night))"
        rf"|{B}(?:about |around |up to |at least )?(?:several|many|a few|few|a couple of|couple of|dozens of"
        rf"|hundreds of|two|three|four|five|ten|\d{{1,3}}(?:-\d{{1,3}})?)(?: or (?:two"
        rf"|three|four|five))? times(?: already)? (?:a|an|per|each|every|in an?) (?:minute"
        rf"|hour|day|week|month|year|night|morning|session|call|shift)(?: now)?{E}"
        rf"|{B}(?:once|twice)(?: or twice)? (?:a|an|per|every|each|in an?) (?:minute|hour"
        rf"|day|week|month|year|while|shift|night|few \w{{3,6}}){E}"
        rf"|{B}(?:in the (?:mornings|afternoons|evenings)|constantly|continuously|all the time|intermittently|intermittent|randomly"
        rf"|at random(?: times)?|sometimes|occasionally|from time to time|now and (?:then"
        r"|again)|once in a while|(?<!it )(?<!them )(?<!turn )(?<!switch )(?<!logged )(?<!log )(?<!turned )(?:on and off"
        r"|off and on)|repeatedly|frequently|regularly"
        rf"|daily|hourly|weekly|permanently|often|rarely|sporadically|periodically"
        rf"|over and over(?: again)?|on (?:mondays|fridays|weekends)|most of the time"
        r"|(?:mostly|mainly|usually) (?:in the|at|on) (?:evenings?|mornings?|afternoons?|nights?|weekends?)|most (?:mornings|days|evenings|afternoons|nights|weeks)|half (?:of )?the time|(?:whenever(?! (?:i|you|it|we)'?(?:ve|s|re)? (?:have|can|get|like|want|suits?|got|free|able))|every time|each time) (?:i|we|you|someone"
        r"|somebody|anyone|anybody|it|he|she"
        rf"|they) [a-z]{{2,12}}|always){E}(?! on (?:vpn|top))",
        (
            "usua main ever each time seco thir four fift sixt seve tent umpt nd rd th once twic cons cont all inte rand at some occa from now on off "
            "repe freq regu dail hour week perm ofte rare spor peri over alwa most half when"
        ),
    ),
    pattern(
        "frequency",
        rf"{B}раз-(?:два|другой) (?:в|за|на) [а-я]{{3,8}}{E}|{B}(?:в основном|чаще всего|чаще|обычно) (?:по )?(?:утром|вечером|ночью|дн[её]м|утрам|вечерам|ночам|после обеда){E}|{B}(?:на|для) кажд\w{{2,3}} (?!раз|день|недел|час|минут|месяц|утро|вечер|ночь)[а-я]{{4,12}}{E}|{B}раза? по (?:{_N_RU}) (?:за|в|на) [а-я]{{3,8}}{E}|{B}(?:примерно )?кажд\w{{2,3}} (?:втор|трет|четверт|пят|десят)\w{{2,3}} [а-я]{{3,12}}{E}"
        rf"|{B}(?:{_N_RU}) раза? (?:за|в) (?:сегодня|день|утро|ночь|смену|неделю|час){E}|{B}раза? (?:{_N_RU}) (?:в|за) (?:{_UNIT_RU}|смену|ночь|утро|сутки|день){E}"
        rf"|{B}(?:через )?кажд\w{{2,3}} {_N_RU} (?!мин|час|дн|нед|сек)[а-я]{{4,12}}{E}"
        rf"|{B}(?:кажд\w{{2,3}} (?:{_N_RU} )?(?:{_UNIT_RU}|раз|утро|вечер|ночь|день"
        rf"|{_DAYS_RU}|понедельник|вход\w?|запуск\w?|загрузк\w"
        rf"|перезагрузк\w)(?:-\w{{1,4}})?|раза? в (?:{_N_RU} )?{_UNIT_RU}"
        rf"|(?:по )?(?:нескольку|несколько|пару|пару-тройку|два|три|четыре|пять|десять"
        rf"|десятк\w|сотни|\d{{1,3}}(?:-\d{{1,3}})?)(?: |-три |-пять )раза? (?:в"
        rf"|за) (?:{_N_RU} )?(?:{_UNIT_RU}|смену|ночь|утро|сутки)|(?:дважды|трижды) (?:в|за) (?:{_UNIT_RU}|смену|ночь|утро|сутки|день)"
        rf"|(?:при|после) кажд\w{{2,3}} [а-я]{{4,15}}|ежедневно|ежечасно|еженедельно)"
        rf"|{B}(?:раз|пару раз) в (?:{_N_RU}-)?{_N_RU} {_UNIT_RU}|{B}(?:уже )?(?:второй"
        rf"|третий|четвертый|пятый|шестой|седьмой|десятый|сотый|\d{{1,2}}-?[йи]) раз (?:за"
        r"|подряд|сегодня|на этой|с)(?: (?:день|неделю|утро|смену|месяц|час|сегодня"
        r"|неделе|утра|ночь))?"
        rf"|{B}(?:постоянно|иногда|периодически|всегда|время от времени|то (?:есть|работает"
        r"|появляется|видит|грузит|идет|печатает|открывается|включается|пускает),? то (?:нет"
        rf"|не \w{{3,14}}|пропадает|исчезает|виснет)|регулярно|то и дело"
        rf"|часто|изредка|редко|порой|временами|непрерывно|раз за разом|(?:по )?\w{{3,9}} раз на (?:дню"
        r"|день|неделе)|через раз"
        r"|(?:только )?по (?:понедельникам|вторникам|средам|четвергам|пятницам|субботам"
        rf"|воскресеньям)|по утрам|по ночам|по вечерам|по понедельникам|хаотично|бесконечно|рандомно){E}",
        (
            "в чаще обыч то кажд раз раза втор трет четв пяты шест седь деся соты дваж ежед ежеч ежен пост при иног пери толь всег врем регу то част изре "
            "редк быва поро посл непр чере по хаот беск ранд разо несколько неск пару"
        ),
    ),
    pattern(
        "frequency",
        (
            rf"(?:多半|主要|一般|通常|大多)是?(?:在)?(?:早上|上午|中午|下午|晚上|半夜|周末)|每[封张份条页台][\u4e00-\u9fff]{{1,3}}(?=都)|每(?:周|个?星期|个?礼拜)[一二三四五六日天末](?:早上|上午|下午|晚上|中午|凌晨)?|每(?:隔|过)?{_N_ZH}?(?:个)?{_UNIT_ZH}(?:左右|多)?(?:就)?(?:{_N_ZH}百?次|几百次|好几次)?"
            rf"|连续(?:好?几|{_N_ZH})(?:个)?(?:天|次|周|晚上|早上|晚|星期|月)(?:了)?|[隔过]一会儿?(?=就|又|都)"
            rf"|隔(?:一次|次)(?=才|就)|隔{_N_ZH}{_UNIT_ZH}|每(?:天|周|次|日|晚|到)(?:早上|上午|下午|晚上|中午)?(?:都|开机|登录)?|(?:(?:今天"
            rf"|今早|这周|本周|这个?月|今年)(?:已经|都)?(?:是)?)?第(?!一次)(?:{_N_ZH}|n)(?:次|回)(?![写问报打申联来找催])(?:了|掉线"
            r"|死机|断线)?|(?:一|每)(?:天"
            rf"|周|小时|个小时|个班次?|个月|上午|晚上|分钟|星期)[\u4e00-\u9fff]{{0,5}}?(?:好?几|{_N_ZH}|两三|三四|几十|几百)[次回遍]"
            rf"|(?:今天|昨天|这周|本周|上午|下午|昨晚)[\u4e00-\u9fff]{{1,4}}?了?(?:好?几|{_N_ZH})[次回]|经常性?|时不时|偶尔|有时候?|一直|总是|老是|老(?=断|掉|卡|死|说|报|弹|提示|要|闪|黑|连不|打不)|大(?:多数|部分)(?:时间|时候|早上|日子|情况下?)|不停地?|频繁|动不动|反复|断断续续|间歇性?|不定时|随机|天天|隔三差五"
            rf"|时[\u4e00-\u9fff]时不?[\u4e00-\u9fff]|一会儿?[\u4e00-\u9fff]{{1,2}}一会儿?[\u4e00-\u9fff]{{1,2}}"
            r"|常常|定期"
        ),
        "多 主 般 通 大 时 会 第 连 每 隔 次 经 时 偶 有 一 总 老 不 频 动 反 断 间 随 天 常 定",
        _often_zh,
    ),
)
PATTERNS: Final[tuple[Pattern, ...]] = (*FREQUENCY, *_TIMES)
