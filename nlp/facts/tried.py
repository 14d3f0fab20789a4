"""What was already tried, and what came of it."""

import re
from typing import Final

from nlp.facts.reading import B, E, Found, Pattern, Reading, before, pattern

HELPED, BRIEFLY, NOT = "yes", "brief", "no"

_BRIEF: Final = re.compile(
    r"(?:work(?:ed|s)|helped|helps|fine|ok|okay|good|fixed|up|held|lasted|behaved)(?: \w{1,8}){0,3} (?:for (?:an?"
    r"|\d+"
    r"|some|a few|a while|about|half|(?:one|two|three|four|five|ten|twenty|thirty)) ?\w{0,8}"
    r"|until|til|till|briefly|temporarily|then \w|but)|(?:helped|helps"
    r"|worked) (?:briefly|temporarily)|lasted |(?:buys|bought|gives|gave) (?:me|us|it) (?:about "
    r"|maybe )?(?:an?|\d|half|some|ten|five|twenty|a few)|came back|comes back|back again"
    r"|only (?:helps|worked|helped"
    r"|works|lasts) (?:for|until)|good for (?:a|an|five|ten|\d)"
    r"|(?:помога\w{1,3}|(?:по|про)?работал\w?|заработал\w?|помогло|помогла|хватает|хватило"
    r"|держит\w{0,2})(?: [\w-]{1,12}){0,4} (?:и (?:опять|снова|все|по новой)|час|ненадолго"
    r"|минут\w?|день|полчаса"
    r"|на (?:час|день|пару|полчаса|время|минут\w?|пять|десять))|на (?:пару минут|пару часов"
    r"|час|полчаса|минут\w?|пять минут|время) (?:хватает|помогает|работает)|(?:напечата"
    r"|отработа|прожи|продержа|показа|протяну)\w+(?: [\w-]{1,12}){1,4} и (?:вста|опять"
    r"|снова|погас|выруб|сдох|завис|умер|все)\w*|ненадолго|час поработал\w?|на время"
    r"|(?:потом|затем|через \w{1,10}(?: \w{4,7})?) (?:опять|снова|все по новой)"
    r"|(?:好了?|管用|行|撑|正常|能用)了?(?:一个?|几|\d|没|半|两|不到|大概)[^，。]{0,8}[，,]?(?:然后|就|接着)?又|能(?:用"
    r"|好|撑|管)[^，。]{1,8}[，,]?(?:然后|就|接着)?又|(?:管用|好|撑|行)了?(?:一会|半天|几分钟|一阵|一两天|不到)|过[^，。]{1,5}又"
    r"|能(?:用|好|撑|管|上|连|打|刷|[^，。]{1,2})了?(?:一会|几分|几天|一阵|半天|不到|十)|暂时|只能(?:管|撑|顶)"
)
_NO: Final = re.compile(
    r"(?<!\w)(?:(?:did|does|do|has|have|had|is|was)(?: ?n[o']t| not"
    r"| ?nt)(?:(?: \w{2,9}){0,2}) (?:help|work|fix|change|solve|resolve|effect|make|do|cure|cut)"
    r"|no (?:luck|effect|help|change|success|difference|improvement|result|joy|avail|use|dice"
    r"|good|better)|(?:did|does|jammed|happened|happens|crashed|failed|dropped|froze"
    r"|broke) (?:it )?again|the same (?!time|way|day|computer|pc|room|page|permissions"
    r"|rights|desk|model|one)\w{3,12}|no (?:\w{3,8} )?(?:better|wiser|reaction|response)"
    r"|(?:any |much )?worse|(?<=[,.;:-] )same(?!\w| (?:permissions?|rights|access|model"
    r"|one|as|for|place|desk|way)(?!\w))|without (?:success|luck|effect|result|any)|nothing(?=\s*(?:[.,;!]"
    r"|$))|nothing (?:changed|changes|helps?|helped"
    r"|happen\w{0,3}|works?|worked|doing)|still|(?:but it'?s?|all) (?:the )?(?:same|not|no|broken|there"
    r"|down|does|slow|get|fail|won)|(?:the )?same(?: (?:error|problem|result|issue|thing"
    r"|again|story|as before))?(?=\s*(?:[.,;!]|$)| (?:error|problem|result|issue|thing"
    r"|again|story|as))|to no avail"
    r"|in vain|useless|pointless|nope|nada|zilch|(?:stays?|remains?|is) (?:dead|broken"
    r"|blank|black|frozen|stuck)|dead as|but (?:\w{1,12} ){0,4}(?:still|not?|won't|fails?"
    r"|same)|did nothing|(?:it|that|this|they) (?:just|only) \w{3,12}|(?:both|all|each"
    r"|it|and) (?:just )?(?:shows?|showed|gives?|gave|says?|said|fails?|failed|crash(?:es"
    r"|ed)|freez(?:es|e)|dropp?(?:s|ed))|ma(?:kes?|de) (?:no|any|little) (?:difference"
    r"|odds)"
    r"|problem (?:remains|persists|stays)|didnt|doesnt|neither|keeps (?:\w{3,12}ing|on)"
    r"|not a thing|won't budge|(?:just )?(?:fails|crashes|freezes) (?:again|anyway|the same))"
    r"|(?:не помог\w{0,4}|не помогает|не помогают|(?:результат|эффект|толк|смысл|изменени"
    r"|улучшени)\w{0,3} (?:нет|никак\w{2,3}|не дал\w?|ноль|нулевой)"
    r"|нет (?:результат|эффект|толк|изменени)\w{0,2}|без(?: \w{4,10})? (?:результат|эффект"
    r"|толк|успех|улучшени|изменени|разниц)\w{0,3}"
    r"|безрезультатно|бестолку|бесполезн\w|без перемен|ничего не (?:изменил\w{1,3}|дало|дал[аи]?"
    r"|меняется|поменял\w{1,3}|помог\w{0,4}|происходит)|(?<!\w)то же(?!\w)|(?<!\w)та же(?!\w)"
    r"|(?<!\w)те же(?!\w)|все равно|все-равно"
    r"|нет эффекта|эффект нулевой|не сработал\w?|толку (?:ноль|нет|0|никакого|мало)"
    r"|ноль эффекта|не спас\w{0,3}|не решил\w?|тоже нет|так же|также (?:пада|вылета|висн"
    r"|не )|все так же|по-прежнему|по прежнему|(?<!потом )(?<!и )(?:опять|снова)(?! (?:все )?(?:ок"
    r"|норм|работа|заработ))"
    r"|проблема (?:осталась|остается|не ушла|на месте|та)|ноль|не дал[ои](?!\w)|никак\w{2} разниц\w"
    r"|без разницы|не вышло|не получилось|не лечит|не выходит|не берет"
    r"|разницы (?:нет|никакой|не)|пишет то же|один (?:фиг|хрен|черт|хер)|хоть бы (?:что"
    r"|хны)|тоже (?:пусто|нет|не |чисто)|там пусто|(?<!\w)ничего(?=\s*(?:[.,;!]|$))|(?<!\w)одинаково"
    r"|(?<!\w)тишина|(?<!\w)молчит|без реакции|реакции (?:нет|ноль|никакой)|лучше не (?:стал"
    r"|ста)\w*|не лучше|(?:стало )?хуже|хоть бы хны|так и (?:не|вис|пад)|мимо|фиг(?:у"
    r"|а)?(?!\w)|продолжает)"
    r"|(?:没用|没有用|没(?:什么|啥|有什么)用|没效果|没有效果|没啥效果|没反应|没有反应|无效|无果|不行|没(?:有)?变化|没(?:有)?改善|没(?:有)?好转"
    r"|没(?:有)?解决|没搞定|还是|还在|也(?:一样|不行|没用|没|进不去|打不开|连不上|不管用)"
    r"|仍然|仍|依旧|依然|照样|问题依|没好|不管用|不起作用|不好使|不灵|白搭|都没|没区别|没差别|问题依旧|也没|还没|同样|老样子|也(?:还是)?[不断崩卡报死掉闪黑慢错连打登]"
    r"|又(?:卡|断|掉|死|蓝|不行|报错|来了))"
)
_YES: Final = re.compile(
    r"(?:fixed it|that fixed|fixed the|solved it|solved the|(?:(?:that|which) did it(?! again)"
    r"|(?:that|which|and|it) (?:has )?(?:solved|cured|sorted) (?:it|the|that))|(?:it'?s"
    r"|its|is|are|all) \w{2,10}ing (?:now|again|fine|ok|properly|normally)|it helped"
    r"|helped(?! for)"
    r"|sorted(?: it| now)?(?!\w)|works (?:now|again)|working (?:now|again|fine)|did the trick"
    r"|now (?:it|they|everything|all|that) (?!still|just|only|does ?n|doesn|won|says"
    r"|shows|keeps|crash|fail|freez|is (?:worse|slow|dead|black)|will not|cannot|can't"
    r"|asks)\w{2,12}|(?:can|could) (?:log|connect|print|open|see|get|work|send|hear)(?: \w{1,8}){0,3} (?:now"
    r"|again)|(?:gets?|lets?|got) (?:me|us) (?:in|on|through|connect|log|print)|now it works"
    r"|it works again|and works|resolved it|and it works"
    r"|(?:all |it'?s |its |is |was |and )(?:good|fine|ok|okay|back to normal|back up"
    r"|up again)(?! for| until| then)(?: now| again)?(?!\w)|problem (?:gone|solved|went away)"
    r"|went away|back (?:online|to life|up and running|working)|back to normal|cleared it up"
    r"|(?<!\w)worked(?! for| until| before)(?=\s*(?:[.,;!]|$)))"
    r"|(?:все (?:заработал|ок(?!\w)|норм|хорошо|работает|наладил|прошло|восстановил)"
    r"|теперь (?:работает|все|норм|ок)|помогло(?! нен)|помогла(?! нен)|заработал\w?(?! \w+ и)"
    r"|решило|решил(?:ось|ась)"
    r"|наш[её]лс\w|нашл(?:ась|ось)|определил(?:ся|ась|ось)|подхватил\w*|починил(?:ось"
    r"|ся|ась)|наладил(?:ось|ся|ась)|исправил(?:ось|ся|ась)|ожил[аои]?(?!\w)|проблема (?:ушла"
    r"|решена|исчезла|пропала)|взлетел\w?|(?:сеть|звук|связь|интернет|картинка|изображение"
    r"|доступ|значок|папка|диск|принтер|сигнал|все|он|она|оно) (?:снова |опять )?(?:появил"
    r"|вернул|восстановил)(?:ось|ась|ся|ись)|(?:появил|вернул|восстановил)(?:ось|ась"
    r"|ся|ись) (?:сеть|звук|связь|интернет|картинка|изображение|доступ|значок|сигнал)"
    r"|стало (?:норм\w*|лучше|хорошо))|(?:就不(?!行)[^，。]{1,3}了|可以[^，。没不]{1,5}了|(?<!不)能[^，。没不够]{1,4}了(?!吗)"
    r"|就好了|就没(?:问题|事)|没问题了|没事了|好了|解决了|可以了|恢复了|恢复正常|正常了|搞定了?|行了|(?<!不)能用了|(?<!不)管用)"
)


def _outcome(reading: Reading, end: int) -> str:
    tail = re.split(r"\n|[?？]", reading.low[end : end + 90])[0]
    sentences = re.split(r"(?<=[.!。！；;])\s?", tail)
    near = " ".join(sentences[:2])
    if re.match(r" ?[,.—–-] ?(?:но |а )?не [а-я]{2,14}(?:л[аои]?|[еиюя]т|[еи]тся)(?!\w)", near):
        return NOT  # кабель менял — не ушли
    places = [
        (found.start(), means)
        for regex, means in ((_BRIEF, BRIEFLY), (_NO, NOT), (_YES, HELPED))
        if (found := regex.search(near))
    ]
    return min(places, key=lambda one: one[0])[1] if places else ""


_EN_ANY_PAST: Final = (  # but what only happens, or is only said
    r"(?:(?!call|e?mail|ask|want|need|notic|receiv|start|stopp|happen|fail|crash|work"
    r"|look|seem|show|order|request|report|submit"
    r"|complain|expir|los|lock|block|di|froz|arriv|suppos|schedul|promis|plann|expect"
    r"|requir|mention|miss|caus|affect|appear|turn|land"
    r"|disappear|finish|break|attach|sign|hir|fir|mov|retir|bas|relat|limit|advanc|nam"
    r"|assign|us|approv|grant|remain|remov|refund|receiv|register|dropp|freez|explain"
    r"|describ|rais|logg|phon)[a-z]{2,11}ed"
    r"|rebuilt|held|left it|left the|stuck|bent|cut|hit|got it|took(?! over)|put|ran"
    r"|went through|set up|shut down|blew|shook|redid|undid|rewrote|bought|gave it|used"
    r"|moved|opened)"
)
_EN_SURE: Final = (
    r"(?:tried|rebooted|restarted|re-?installed|reset|reconnected|updated|upgraded|unplugged"
    r"|replugged|cleared|cleaned|checked|changed|replaced|swapped|turned (?:it "
    r"|the \w{2,12} |them )?off(?: and (?:back )?on)?|switched|power[- ]?cycled|uninstalled|deleted"
    r"|removed|re-?paired|ran|disabled|enabled|logged (?:out|off)|signed out|disconnected"
    r"|rolled back|recreated|reseated|emptied|forgot|re-?added|flushed"
    r"|(?:did|done) (?:the |an? )?(?:(?:quick |full |factory |hard |online |clean )?(?:repair"
    r"|reset|restart|reboot|reinstall|power cycle|update|scan|cleanup|install)"
    r"|turn (?:it |them )?off(?: and (?:back )?on)?(?: again)?))"
)
_EN_WEAK: Final = (  # says so little that only what came of it tells
    rf"(?:(?:did|done) (?:that|so|it|this|all (?:of )?that|everything)|{_EN_ANY_PAST})"
)
_EN_DONE: Final = rf"(?:{_EN_SURE}|{_EN_WEAK})"
_SURELY_EN: Final = re.compile(
    rf"(?:i |we |i'?ve |we'?ve |already |also |even |have |both |then |tried )*{_EN_SURE}(?!\w)"
)
_EN_DOING: Final = (
    r"(?:rebooting|restarting|re-?installing|resetting|reconnecting|updating|clearing|cleaning"
    r"|changing|replacing|swapping|switching|unplugging|power[- ]cycling|uninstalling|deleting"
    r"|removing|running|disabling|logging (?:out|off)|signing out|turning (?:it )?off(?: and on)?"
    r"|rolling back|replugging|re-?[a-z]{3,10}ing"
    r"|updating|closing|moving|entering|adding|creating|plugging|using|formatting|holding"
    r"|pressing|toggling)"
)
_EN_TAIL: Final = (
    r"(?: (?!and (?:now|then|it|its|i |we |that|the (?:problem|error|issue|same)|still"
    r"|sorted|works|nothing)"
    r"|(?:but|still|did|does|didn't|doesn't|didnt|doesnt|without|no|since|yesterday|because"
    r"|which|so|nothing|same|nope|useless"
    r"|like you|as you|is|its|it's|makes|made|helps|helped|fixed|solved|worked|works)(?![a-z'])"
    r"|with no|with the same|to no)[a-z0-9'/-]{1,20}){0,8}"
)


def _tried(reading: Reading, match: re.Match[str]) -> Found | None:
    head = before(reading, match.start(), 16)
    said = match.group()
    if re.search(
        (
            r"(?:have you|i get|i got|i keep|we get|gets|getting|keeps|kept|should i|must i"
            r"|can i|could you|please|to|you|he|she|they|it|was|were|been|be|being|is|are|has"
            r"|who|someone|somebody|admin|windows|automatically|it has)\s$"
        ),
        head,
    ) and not said.startswith(("i", "we")):
        return None
    if (
        re.match(r" ?(?:itself|themselves|by itself)\b", reading.low[match.end() :])
        or "itself" in said
    ):
        return None
    if re.search(r"(?:i|we)(?:'ve| have)? (?:never |not )$", head):
        return None
    if said.startswith(
        (
            "changed",
            "checked",
            "updated",
            "removed",
            "deleted",
            "switched",
            "cleared",
            "cleaned",
            "ran ",
            "forgot",
            "disabled",
            "enabled",
            "upgraded",
            "replaced",
            "reset ",
        )
    ) and not re.search(r"(?:and|already|also|then|,|;|\.|:|^)\s?$", head):
        return None
    if (
        re.match(
            (
                r"(?:i|we)?(?:'ve| have)? ?(?:already |also )?(?:deleted|changed|forgot|removed"
                r"|updated|upgraded|switched|replaced|ran|checked)\b"
            ),
            said,
        )
        and not _outcome(reading, match.end())
        and re.match(
            r"(?:since|after|when|because|by mistake|accidentally)\b",
            (head.strip().split(" ") or [""])[-1],
        )
    ):
        return None
    if re.search(r"(?:since|after|when)\s$", head) or re.search(
        (
            r"by (?:mistake|accident)|accidental|forgot (?:my|the) (?:password|pin)|changed to"
            r"|reset my pass(?!\w{0,5} (?:again|twice|already|two|three))"
        ),
        said + reading.low[match.end() : match.end() + 14],
    ):
        return None
    if re.match(r"(?:i )?(?:'ve |have )?(?:deleted|removed|forgot)\b", said) and not _outcome(
        reading, match.end()
    ):
        return None
    if re.match(
        r"\w{3,12} (?:worked|works|was|is|did|failed|fails|went|button|request)\b",
        said + reading.low[match.end() : match.end() + 10],
    ):
        return None
    end = match.start() + len(said.rstrip())
    outcome = _outcome(reading, end)
    if not _SURELY_EN.match(said) and (
        not outcome
        or not (
            re.match(r"(?:i|we)(?!\w)", said)
            or re.search(r"(?:^|and|also|then|[,;.:!?\n])\s*$", head)
        )
    ):
        return None
    return Found(match.start(), end, outcome)


_RU_PAST: Final = r"(?:л[аи]?|лся|лась|лись)"
_RU_ANY_PAST: Final = (  # but what only happens, or is only said
    r"(?:(?!слома|зави|переста|пропа|упа|прави|застря|замер|подвис|залип|погас|мига|морга"
    r"|пища|шуме|свисте|гуде|пахн|тек|капа|треска|искри|гре|нагре|перегре|останови|молча"
    r"|умер|ослеп|высве|показа|вылет|отвали|слет|случи|бы|ста(?:л|в?ал)|работа|нача|исчез"
    r"|сгоре|выби|выкину|звони|писа|проси|сказа"
    r"|говори|обеща|жда|хоте|забы|потеря|виде|получи|приш|уеха|купи|заказ|замети|подав?а"
    r"|отправ|обрати|сообщ|жалова|реши|помо|заработ|поработ|проработ"
    r"|появи|произош|закрыл|мог|смог|име|принес|привез|уволи|прише|прислал|зажева|порва"
    r"|ушл|нашл|наш|сбои|глюч|тормози|лага|отключи|выключи|включи|остал"
    r"|зал|файл|портал|канал|терминал|персонал|журнал|материал|сигнал|филиал|вокзал|подвал"
    r"|капитал|интервал|оригинал|детал|шкал|профил|стил|автомобил"
    r"|школ|сил|стол|отдел|цел|дел|недел|модел|пол|угол|узел|кабел|парол|контрол|модул"
    r"|протокол|пул|стул|цикл)[а-я]{2,11}?[аяиыуе]л[аи]?)"
)
_RU_SURE: Final = (  # nobody but who tries does these
    r"(?:(?:по)?пробова|перезагр[уж]{1,2}[аи]|перезапус[кт][аи]|переустан(?:авлива|ови)"
    r"|переподключ[аи]|(?:по|про|о)?чисти"
    r"|сбрасыва|сброси|перетыка|переткну|перевоткну|передергива|передерну|отка(?:тыва"
    r"|ти)|перезаходи|перелогини"
    r"|ребута|ребутну|рестартова|рестартану|релогини|переинсталли[а-я]{2,6}|протира)"
)
_RU_LISTED: Final = (
    rf"(?:(?:{_RU_SURE}|пыта|обнов(?:ля|и)|вы?ключа|включи|выключи|выдергива|выдерну"
    r"|(?:по|с|за)?меня|замени|провер[яи]"
    r"|вытаскива|вытащи|вынима|вставля|встави|втыка|воткну|вбива|вби|вводи|настраива|настрои|удал[яи]"
    r"|отключ[аи]|подключ[аи]|отсоедин[яи]|запус(?:ка|ти)|(?:по)?стави|устан(?:авлива"
    r"|ови)|сноси|скач(?:ива|а)|созда(?:ва)?"
    r"|заходи|подожда|тыка|дерга|закрыва|сканирова|прогоня|прогна|форматирова|снима|добавля"
    r"|добави|разбира"
    r"|пере(?!еха|ста(?!в)|да|ве|ше|пута|сла|нес|жива|дума|смотре|чита|вод|кры|клин|се"
    r"|рос|гор|пол|мен|име|ход|рабо|зво|нач|груж)[а-я]{2,11}?)"
    rf"{_RU_PAST}|(?:пере)?(?:вы|за|пере|во)ш(?:ел|ла|ли)|протерл?[аи]?|сне(?:с|сла|сли)"
    r"|вве(?:л|ла|ли)|вынул[аи]?|делал[аи]? (?:сброс|откат|переустановку|восстановление"
    r"|перезагрузку)"
    r"|сделал[аи]? (?:сброс|откат|переустановку|восстановление|перезагрузку))"
)
_RU_DONE: Final = rf"(?:{_RU_LISTED}|{_RU_ANY_PAST}|(?:перезахожу|перезагружаю|перезапускаю|переподключаю|передергиваю|переключаю|выключаю|отключаю|перелогиниваюсь|жму|нажимаю|тыкаю|дергаю|пробую|втыкаю|вставляю|меняю|захожу|обновляю|чищу)(?:сь)?)"
_RU_ANEW: Final = r"(?:заново|по новой|вручную|принудительно|еще раз|полностью)"
_RU_NOUN: Final = (
    r"(?:пере[а-я]{4,12}к[аиу]|сброс\w?|откат\w?|обновлени[ея]|(?:о|про)?чистк[аи]|замен[аы]"
    r"|отключени[ея]|удалени[ея]"
    r"|смена|диагностика)"
)
_RU_TAIL: Final = (
    r"(?: (?!не помог|без |ничего|но |все равно|все заработало|то же|та же|и (?:все|опять|снова"
    r"|час|теперь|ничего|он|она|ожил\w?|зара\w+|пошл\w|помог\w*|прошл\w|решил\w+|стал\w"
    r"|сразу|не|на пару|на час|там|звук|сеть)|(?:и )?заработал|помогло|эффект|толку|безрез"
    r"|бесполез|ноль|после|вчера|сегодня"
    r"|поработал|проработал|проблема|по-прежнему|тоже|это|один (?:фиг|хрен|черт)|так же"
    r"|все|висит|пишет|нет|результат|те же|хоть бы)[а-яa-z0-9/-]{1,20}){0,5}"
)


def _tried_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    said, head = match.group().rstrip(), before(reading, match.start(), 14)
    if re.search(
        r"(?:^|\s)(?:не|кто-то|нам|админ\w?|он|она|они|вы|система|виндовс|если|когда"
        r"|как|она сама|само|сама)\s$",
        head,
    ):
        return None
    outcome = _outcome(reading, match.start() + len(said))
    weak = not _SURELY_RU.search(said)
    if re.search(r"л(?:ся|ась|ись)(?!\w)", said.split(" ")[0]) and not re.match(r"пере|пыта", said):
        return None  # подключился: the thing did
    bare = re.sub(r"^(?:уже |сам |сама |сами |тоже |и )+", "", said)
    if (
        not _LISTED_RU.match(bare)
        and not re.match(r"(?:я|мы) ", said)
        and not re.search(
            r"(?:^|[,.;:!?—–\n-]|(?<![а-я])и|но|потом)\s*$", before(reading, match.start(), 14)
        )
    ):
        return None
    if (
        weak
        and not outcome
        and not re.search(r"уже|пробовал|кл\w+л[аи]?[- ](?:и )?вык", said + head)
        and "меня" not in said.split(" ")[0]
    ):
        return None
    if re.search(
        r"случайно|нечаянно|по ошибке|ненароком", said + reading.low[match.end() : match.end() + 24]
    ) or (re.search(r"удал[яи]л|создал|скачал", said) and not outcome):
        return None
    if said.startswith("меняла") or re.search(
        r"пыта\w+ (?:войти|зайти|открыть|отправить|подключиться|запустить)", said
    ):
        return None
    return Found(match.start(), match.start() + len(said), outcome)


_LISTED_RU: Final = re.compile(
    r"(?:(?:я|мы) )?(?:(?:раз \w{3,6}|несколько раз|дважды|трижды|два раза|заново|по новой"
    r"|вручную|принудительно|еще раз|полностью) )*"
    rf"(?:{_RU_LISTED}|пере[а-я]{3, 14}ю(?:сь)?|выключаю|отключаю|жму|нажимаю|тыкаю|дергаю"
    r"|пробую|втыкаю|вставляю|меняю|захожу|обновляю|чищу)(?!\w)"
)
_SURELY_RU: Final = re.compile(
    rf"(?<![а-я]){_RU_SURE}{_RU_PAST}(?!\w)|протер(?:ла|ли)?(?!\w)|диагностику"
)


def _noun_first(reading: Reading, match: re.Match[str]) -> Found | None:
    """кэш чистил: told as done only with what came of it, or as done already."""
    outcome = _outcome(reading, match.end())
    if re.match(r"(?:не|я|мы|он|она|они|вы|нам|когда|как|ее|его) ", match.group()):
        return None
    if re.search(r"л(?:ся|ась|ись)(?!\w)", match.group()) and "перел" not in match.group():
        return None  # подключился: the thing did
    done = outcome or ("уже" in match.group() and _SURELY_RU.search(match.group()))
    return Found(*match.span(), outcome) if done else None


def _helped_ru(reading: Reading, match: re.Match[str]) -> Found | None:
    """Помогла переустановка драйвера: what came of it stands first."""
    if before(reading, match.start(), 3).endswith("не "):
        return Found(*match.span(), NOT)
    return Found(*match.span(), HELPED)


def _worked_once(reading: Reading, match: re.Match[str]) -> Found | None:
    head = before(reading, match.start(), 16)
    return (
        None
        if re.search(r"(?:not|n't|nt|only|stopped|never|nothing) $", head)
        else Found(*match.span(1), HELPED)
    )


def _tried_before(reading: Reading, match: re.Match[str]) -> Found | None:
    """другой кабель пробовал: what was tried stands first."""
    said = match.group().rstrip()
    return Found(
        match.start(), match.start() + len(said), _outcome(reading, match.start() + len(said))
    )


_ZH_DONE: Final = (
    r"(?:重启|重装|重[登进开拨]|退出重[登进]|重新[\u4e00-\u9fff]{1,3}|清(?:理|除|空)?(?=了|过|缓|完|一)|更换|(?<![替兑])换(?![句言个]"
    r"|班|届|季)|更新|擦|检查|拔掉重插|重插|拔掉|拔插|插拔|拔|卸载|关机"
    r"|关[掉闭](?=[\u4e00-\u9fff]{2})|(?:先)?关(?:了|掉|闭)?(?:再|又|后)(?:重新)?[开打]|开关(?!坏|失|不|没)"
    r"|还原|恢复(?:出厂|默认|备份)|刷新|断电|修改|修复|升级|降级|回退|退回|删除|退出|重置|重设|重建|重连|重刷|(?<!误)删|回滚|重配|杀毒"
    r"|查杀|同步|格式化|进(?:入)?(?:了)?安全模式|抽出来|拆|按[^，。,\n]{1,8}?(?:进|重置|复位)|放电|切换|解绑|绑定|授权|校准"
    r"|复位|调整|禁用|启用|改(?:成|了|过)|注销|装(?:了|过))"
)
_ZH_CAN_NOT: Final = re.compile(
    r"[请帮要能想未别先得]$|没有?$|需要$|可以$|怎么$|自动$|是不是$|会$|它$|每次$|后$|刚$|[自从]从?$|自打$|因为$|有人$|阿姨$"
    r"|孩子$|谁$|别人$|师傅$|同事$|保洁$|[他她]$|他们$|公司$|昨天$|上周$|系统$"
)


_ZH_OUTCOME_NEAR: Final = re.compile(
    r".{0,4}?[，,。 ]?(?:但|可|结果|然后)?(?:还|也|没|都|依|仍|又|好|问题|照|不|无|白|能|就|可|行)"
)


def _tried_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    said, end = match.group(), match.end()
    head = before(reading, match.start(), 3)
    if _ZH_CAN_NOT.search(head) or (re.match("都?试", said) and re.search("[人们]$", head)):
        return None
    after = re.search(r"(?:[之以]?后|完)$", said)
    outcome = _outcome(reading, end)
    if after is None and (later := re.match("[之以]?后", reading.low[end : end + 2])):
        after = later
    if after:  # 升级以后一直不行: since then; 重置之后好了: it helped
        return Found(match.start(), end, outcome) if outcome == HELPED else None
    near = _ZH_OUTCOME_NEAR.match(reading.low[end : end + 12])
    if not re.search(r"(?<!超)过(?!期)|了|试|遍", said) and not (outcome and near):
        return None
    if (
        re.match(
            r".{0,9}(?:删|清了|格式化|绑定|授权|重装了)|装|改|换|恢复|更换|修改|启用|禁用|调整|升级|更新",
            said,
        )
        and not re.search("(?<!超)过(?!期|了头)", said)
        and not outcome
    ):
        return None
    return Found(match.start(), end, outcome)


def _each_zh(reading: Reading, match: re.Match[str]) -> Found | None:
    """网线也换了: what it was done to stands first."""
    outcome = _outcome(reading, match.end())
    if not outcome and re.search("删|清|已经重装|已经恢复|格式|绑|授权", match.group()):
        return None  # what was lost
    return Found(*match.span(1), outcome)


# --- the tables ------------------------------------------------------------

PATTERNS: Final[tuple[Pattern, ...]] = (
    pattern(  # it works once I have done that
        "tried",
        rf"{B}(?:works|worked|working|came back(?: up)?|is fine|was fine|ok|okay|fixed"
        rf"|sorted|solved|alive)(?: again| now| fine| itself| it){{0,2}},? (?:once|after"
        r"|when|as soon as) "
        rf"((?:i |we )(?:{_EN_DONE}){E}{_EN_TAIL}|(?:an? |the )?(?:restart|reboot|reset"
        r"|reinstall|power cycle|re-?login))(?! (?:every|each))",
        "once afte when as",
        _worked_once,
    ),
    pattern(
        "tried",
        (
            rf"{B}(?:(?:i|we)(?:'?ve| have| did)?(?: already| also| both| have| even)? "
            r"|already |also |even "
            rf"|tried |have |done ){{0,2}}(?:{_EN_DONE}|tried {_EN_DOING}){E}{_EN_TAIL}"
        ),
        "a e i o u",  # of verbs made with re- there is no list
        _tried,
    ),
    pattern(
        "tried",
        (
            rf"{B}(?:a )?(?:reboot|restart|reinstall|reset|{_EN_DOING})(?: (?:it|the|my|and|of"
            rf"|twice|everything|\w{{2,12}})){{0,4}}(?= (?:did|does|didn't|doesn't|didnt|doesnt"
            r"|changed nothing|helped|helps|made no|makes no|had no|has no|brought|fixed"
            r"|fixes|solved|sorted|cured|buys|gives|keeps|gets|lets|got|worked(?! last"
            r"| before| yesterday)|cured|only|won't))"
            rf"|{B}(?:with|using) (?:an?other|a different|a new|a spare|a borrowed|the spare"
            rf"|my own|a \w{{3,12}}'s|\w{{4,12}}'s)(?: \w{{3,14}}){{1,2}}(?=,? (?:it"
            r"|it's|its|works|is|no|same|still|all))"
        ),
        "a e i o u",
        _tried_before,
    ),
    pattern(
        "tried",
        (
            r"(?:^|(?<=[,.;:!?—-] )|(?<=\n)|(?<=хотя )|(?<= и ))(?!уже |тоже |если "
            r"|когда |после |админ"
            rf"|кто|было |который |просто |сначала |потом |ничего |также |вчера |сегодня "
            rf"|пока |заново )[а-яa-z0-9-]{{3,20}}(?: (?!и |а |но |уже |тоже )[а-яa-z]{{3,14}})? (?:уже "
            r"|тоже |сам |сама |и так |весь "
            rf"|полностью |заново )?{_RU_DONE}{E}(?: (?:дважды|трижды|два раза|три раза"
            r"|\d раза|заново|полностью|тоже|на другой|на новый))?"
        ),
        "л ю у",
        _noun_first,
    ),
    pattern(
        "tried",
        (
            rf"{B}(?:(?:другой|другую|другие|новый|новую|разные|через|под"
            rf"|с другого) ){{1,2}}[а-яa-z0-9-]{{3,20}}(?: [а-яa-z0-9-]{{3,15}})? (?:тоже "
            rf"|уже )?(?:пробовал[аи]?|проверял[аи]?|ставил[аи]?|подключал[аи]?){E}"
            rf"|{B}(?:{_RU_NOUN}|перезапуск)(?: [а-яa-z0-9-]{{3,20}}){{0,3}}(?= не помог"
            r"| не дал| ничего не| не спас"
            rf"| помогает| помог| решил| не решил| спасает| исправил)|{B}[а-яa-z-]{{3,20}} (?:протирал[аи]?"
            r"|обновлял[аи]?"
            rf"|переустанавливал[аи]?|перезагружал[аи]?|чистил[аи]?|менял[аи]?|перетыкал[аи]?"
            rf"|переподключал[аи]?){E}"
        ),
        "друг новы нову разн чере под пере сбро обно чист очис проч заме прот меня откл удал восс смен диаг откат откa отка с",
        _tried_before,
    ),
    pattern(
        "tried",
        rf"{B}помог(?:ла|ло|ли|ает)? (?:только |лишь )?{_RU_NOUN}(?: (?!и |а |но )[а-яa-z0-9-]{{3,20}}){{0,2}}",
        "помо",
        _helped_ru,
    ),
    pattern(
        "tried",
        (
            rf"{B}(?:(?:я|мы) )?(?:уже |сам |сама |сами |тоже |несколько раз |дважды |трижды "
            rf"|два раза |и |раз \w{{3,6}} |{_RU_ANEW} ){{0,2}}{_RU_DONE}(?:[- ](?:и )?{_RU_DONE})?{_RU_TAIL}{E}"
        ),
        "л ю у",
        _tried_ru,
    ),
    pattern(
        "tried",
        r"(?<=[，,。 ！!；;])([\u4e00-\u9fff]{2,4}(?:也|都|已经|全)(?:都|全)?"
        + _ZH_DONE
        + r"(?:了|过)(?:[\u4e00-\u9fff]{1,2}[遍次])?)",
        "了 过",
        _each_zh,
    ),
    pattern(
        "tried",
        r"(?<=[，,。；！!\n ])((?![^，。\n]{0,12}(?:卡|断|坏|慢|掉线|死|等|报修|说|催|打电话|联系|来过|问|投诉|反馈"
        r"|提交|申请|找)了?)[\u4e00-\u9fffa-z]{2,12}?(?:了|过|遍|回去|上去|下来|出来)(?:[\u4e00-\u9fff]{1,2}[遍次])?)"
        r"[，,]?(?=(?:也|都|还是|依然|仍然|照样)?(?:没效果|没用|不行|没反应|不管用|无效|没变化|没好)|还是|依旧|照样|仍)",
        "了 过 遍 去 来",
        lambda reading, match: Found(*match.span(1), _outcome(reading, match.end(1))),
    ),
    pattern(
        "tried",
        r"(?:(?:我们?|咱们)?自己|已(?:经)?按[^，。,\n]{1,6}?|(?:把|将)[^，。,\n]{1,8}?|手动|强制|已经|已|也"
        r"|全部|都|驱动也?)?(?:(?:(?<![再重请稍测考面笔复初口应调])试(?!用|图|卷|题)过?了?|尝试过?了?)[^，。！？\n；;、,都也还]{0,14}"
        r"|"
        + _ZH_DONE
        + r"(?:也)?(?:过|了|完|也更新过了)?(?:(?!就|能|也[断崩卡报死掉闪黑慢错连打登]|也一样|也没|也进|也不|没|还|都不|不行|有?效|又|，|[之以]?后|但|好了|依|仍|照|问题|可)[^，。！？\n；;、,]){0,10})",
        "试 启 装 新 清 拔 换 更 擦 检 插 卸 关 还 刷 断 修 升 删 退 恢 降 回 重 杀 查 同 格 进 抽 拆 按 放 切 绑 授 校 复 调 禁 改 注 开 解",
        _tried_zh,
    ),
)
