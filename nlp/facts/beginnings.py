"""Whether a time in the past tells since when there is trouble, or when something else was.

"I ordered it on Monday" and "the printer died on Monday" differ in nothing but what is told of Monday. The
clause around the time is looked at: a trouble, or what brings one, makes it a beginning; an order, a call, a
visit or a meeting does not, nor that all is well since then.
"""

import re
from typing import Final

from nlp.facts.reading import B, Reading, is_question, sentence

# --- a trouble ----------------------------------------------------------------------------------

_TROUBLE: Final = re.compile(
    # English
    rf"{B}(?:not|cannot|cant|cannae|dont|wont|doesnt|didnt|isnt|[a-z]{{2,6}}n't|never|nothing|nobody|no one|none|without|unable|no"
    r"(?! (?:problem|issue|longer a|rush|worries))"
    r"|(?:fail|error|crash|broke|break|die|dead|stuck|stall|hang|froz|freez|slow|lag|los[ets]|miss(?:ing)|vanish|disappear|stop|refus|reject|den(?:y|ied|ies)"
    r"|lock|drop|disconnect|kick|expir|delet|overwr|corrupt|damag|crack|spill|fell|stol|black|blank|empty|flicker|jam|prompt|happen|problem|issue|troubl"
    r"|wrong|odd|weird|strang|nois|beep|complain|offline|outage|reboot(?:s|ed itself)|unus|useless|rubbish|terribl|awful|spin|warn|hack|phish|glitch|fault|bounc"
    r"|garbl|wip|shut|act(?:s|ing|ed) up|play(?:s|ing|ed) up|time[sd]? ?out|quarantin|throw|unavailab|unreachab|unrespons|smash|swollen|leak|smok|smell|buzz|crackl|chok|duplicat|encrypt|bust|snapp|trip|blew|block|virus|malware|log(?:s|ged) (?:me|us|in to my|into my)|leav(?:e|ing) us|down|gone|went|hung|(?:go|goes|went|cut|cuts|turns|turned|switch\w*|logs|logged|power\w*|drops|dropped) off"
    r"|again|keeps?|kept|start(?:ed|s)?|began|begun|by (?:accident|mistake)|accidentally|somebody|someone|reboots|ask(?:s|ing) (?:for|me|us)|got (?:locked|kicked|wet|stuck)|return(?:s|ed) [a-z]{3,5}-?\d|like (?:this|that)|suddenly|out of)[a-z]*)(?![a-z])"
    # Russian
    r"|(?<!\w)(?:не(?!т? (?:проблем|вопрос))(?!делю|дели|которы)|нет|ни|ничего|никт?о?|нельзя|без)(?!\w)"
    r"|ошибк|пропал|пропада|исчез|упал|падает|сломал|слом|слет|вис(?:ит|н|л)|тормоз|глюч|лага|умер|сдох|отвал|отруб|выруб|вылет|выкид|выбива|выброс|лежал|обрыв|оборв|рвет|мига|моргн|мерца|черн|пуст[аоы]|истек|просроч"
    r"|блок|залоч|(?<!\w)удал|перезапис|поврежд|испор|разби|трес|залил|пролил|утоп|уронил|лежит|(?<!\w)легл?[аио]?(?!\w)|встал|(?<!\w)стал[аио]?(?!\w)|нача(?:л|лась|лось)|перест|потер|погас|сгор|шум|гуд|хрип|жу[её]т|жева|застр|двоит|медленн|долго|плохо|странн"
    r"|проблем|сбо[йяи]|авари|скач|кончил|греет|разряж|сади[тл]|проси[тл] (?:парол|код|логин|вход)|требует|пишет|ругает|выда[её]т|возвращает|жалу|опять|снова|поломк|лопн|взлом|случил|сдвин|задво|крив|мимо|вернул(?:ась|ось)|так(?!\w)|случайно|по ошибке|кто-то|сам[аио]? (?:перез|выкл|вкл)|гаснет|сбил|зависа|закрыл|выключил[аио]?с|отключил|остановил|недоступ|мучаюсь|мучаемся|отказыва|укра[лд]|похити|фишинг|вирус|спам|бит(?:ый|ая|ые)|рвать|молчит|заел|затык|сидим|вышл[аи]? из строя|вышел из строя"
    # Chinese
    r"|要(?:我)?(?:输)?(?:密码|验证)|不(?!用|好意思|知道|客气|错)|没(?!问题|事)|无法|断(?!电脑)|卡(?!片|号|机|槽|座|了?密码)|慢|坏|死|崩|闪|黑|蓝屏|报(?!修|告|销|到|了?名)|错|丢|(?<![去删关])掉|过期|失败|失效|异常|故障|出现|突然|停|锁|拒|弹|响|红灯|碎|裂|摔|进水|误|删|覆盖|隔离|登录了我|乱|糊|偏|挂|宕|漏|空(?:了|的|白)|起不|跳|犯|[弄搞]的|又|钓鱼|偷|盗|病毒|诈骗|开始|这样|这毛病|出问题|有问题|短路|烧|冒烟|重影|打雷|被|脱机|离线|瘫|抽风|罢工|黑屏|转圈|起"
)

# --- what brings one, if one is told --------------------------------------------------------------

_CHANGE: Final = re.compile(
    rf"{B}(?:changed?|swapped?|replaced|installed|updated|upgraded|moved|migrated|switched|reset|renewed|got|get|bought|received|given|unpacked|plugged|docked|set|put|rolled|released|deployed|patched|reinstalled|reimaged|repaired|serviced|connected|opened|closed|renamed|cleaned|turned|joined|returned|touched|fiddled|worked on|did)(?![a-z])"
    r"|(?:замени|сменил|меня[лн]|поменял|постав|установ|обнов|перее[хз]|перен[её]с|перевел|перешл|переш[её]л|получ|купил|выда[лн]|распаков|подключ|прошил|настро|переустан|перезагру|сброс|включ|открыва|открыл|мыл|чист|ремонт|чинил|зашел|заш[её]л|вош[её]л|работал|пришл|пришел|вышл|вышел|приход|приезж|завел|сделал|переименов|трога|ковыр)"
    r"|换|改|更新|升级|装|搬|迁|切|重置|领|发|收到|拆|接|修|连|设|调|清|开|回来|来|动过|弄|能|打|还|用"
)

# --- what is no trouble, whatever stands beside it --------------------------------------------------

_ONLY_TOLD: Final = re.compile(
    # asked for, reported, promised: the time is of that
    rf"{B}(?:was due|were due|due|overdue|should have|plan(?:ned|ning)?|going to|intend(?:ed|ing)?|order(?:ed|ing)|mailed|renewed|extended|called|rang|phoned|wrote|e-?mailed|messaged|texted|sent|asked|reported|raised|logged (?:a|this|it|the)|opened (?:a|the|my|this) (?:ticket|case|call|incident|request)|submitted|filed|appl(?:ied|y)|request(?:ed)?|promised|told|said|spoke|talked|discussed|agreed|approved|paid|signed (?:it|the|off)|booked|scheduled|invited|informed|notified|chased|complained|waiting for|chatted|mentioned|announced|hired|joined|started (?:work|working|here|my|at|with|in)|born|graduated|presented|celebrated|met|attended|visited|popped|dropped by|came(?! (?:back|up|with))|come (?:by|round|over|out|in)|had (?:the same|this|it|that)(?: thing| fault| problem| issue)?(?= |$)(?! (?:since|for))|the same (?:thing|fault|problem|issue|error) (?:went|happened|occurred)|happened before|(?:i'm|i am|we're|we are) (?:in|at|on)|was (?:here|in|on|at|with|out|away|off (?:sick|work))|were (?:here|in|at)|been (?:with|here|off|away|on (?:leave|holiday|vacation|parental|maternity|sick)|sick|ill|working (?:here|from))|(?:on|from) (?:holiday|vacation|leave|parental leave|maternity leave|sick leave)|off sick|meeting|lunch|party|training|workshop|webinar|course|town ?hall|all-hands|interview|newsletter|announcement|invoice|delivery|delivered|shipped|arrived|as discussed|had a (?:chat|call|talk|word)|great|went (?:well|fine|great|smoothly|ok)|thanks? (?:for|to)|enjoyed|lovely)(?![a-z])"
    r"|(?<!\w)(?:надо было|нужно было|должн\w{1,2} был|собирал|планир|заказ|(?:по|до|пере)?звонил|(?:уже )?было (?:такое|то же|похож)|такое (?:уже )?было|похожее было|писал|написал|отправил[аи]?(?!с)|просил|попросил|сообщ|обращал|обратил|подавал|подал|оформ|согласов|утверд|обещал|говорил|сказал|обсужд|догов[оа]р|оплат|заплат|подпис|записал|брон|приглас|устроил|принят|вышл[аи]? на работ|вышел на работ|приезжал|приходил|заходил|был[аи]? (?:на|в|у) |болел|больничн|в отпуск|отпуск|командировк|совещани|встреч|собрани|обучени|тренинг|вебинар|курс|планерк|корпоратив|рассылк|объявл|счет|доставк|привез|прошл[аои]? (?:хорошо|отлично|успешно|нормально)|прошел (?:хорошо|отлично|успешно)|спасибо за|работаю (?:тут|здесь|в|у)|работает (?:тут|здесь|в отделе|у нас)|заявк|подал)"
    r"|就?该[交做发]|打算|准备|续[了签约费]|(?:也|就|都)?(?:出|发生|遇到|碰到|有)过(?:一次|一回|这|同样|类似|一样)|我(?:人)?在|人在|顺利|圆满|说(?:好|给|要|会|让|是)|让我|叫我|申请|报修|报过|报的|提交|提的|提了|下单|下的单|订|打电话|打过电话|联系|写信|发(?:过|了)?邮件|发邮件|开会|的会|会议|例会|培训|讲座|面试|年会|出差|请假|休假|病假|产假|年假|在家办公|来看过|(?<!起)来过|看过|聊|说好|答应|批准|批了|签(?:了|字|收|合同)|付款|付了|采购|买(?!的)|入职的|认识|约好|约的|通知[了我]|发票|到货|送到|送来|寄|上班(?:的|以来|了)|就在(?:这|公司)|庆祝|吃饭|反映过|反馈过"
)
_WELL: Final = re.compile(  # it is well since then
    rf"{B}(?:works?(?: again| fine| ok| well| now| perfectly| great)|(?:been|is|it's|its|was|were|be|all|are|running|runs|works|working) (?:\w+ ){{0,2}}(?:fine|ok|okay|good|great|perfect|stable|normal|back to normal|smooth|better|faster|quick|well|sorted|solved|fixed)|working (?:again|fine|now|ok)|works since|fixed|resolved|solved|sorted|love it|happy with|very happy|no (?:more )?(?:problems?|issues?|complaints?|errors?|crashes|drops))(?![a-z])"
    r"|(?<!не )(?<!\w)(?:заработал|все работает|работает (?:снова|нормально|отлично|хорошо|стабильно|как часы|без)|(?:все )?(?:хорошо|нормально|отлично|в порядке|стабильно)|починил|наладил|восстановил|решил(?:ось|ась)|все ок|жалоб нет|проблем нет|больше не (?:висн|зависа|пада|вылета|глюч|тормоз|руга|пропада|отвалива|обрыва|появля|мига|шум)|доволен|довольна|нравится|держится)"
    r"|好了|修好|正常了|就好|恢复了|一直(?:很|都)?(?:好|正常|稳)|没再|不再|解决了|就正常|能用了|稳定|没有?问题|很好用|挺好|喜欢"
)
_BEFORE_THAT: Final = re.compile(  # it was well until then
    r"(?:until|till|up to|up until|до (?!сих)|直到)|(?<!\w)(?:was|were|worked|работал\w?|было|был[аи]?)(?!\w)|还[在能好行]"
)
_FROM: Final = re.compile(
    r"(?:ever |right |just )?(?:since|from|after|following|starting|as of)(?!\w)|с(?:о)? |после |начиная|как |уже с|从|自|打从|打自|.{1,16}(?:起|以来|以后|之后|后|开始|回来)$"
)
_UNTIL: Final = re.compile(r"(?:until|till|up to|up until|до (?!сих)|直到)")
_SO_LONG: Final = re.compile(  # three days now
    r"(?:for|уже|over|already) |.*(?:straight|in a row|running|now|already|подряд|кряду|уже)$|.*(?:小时|天|周|月|年|钟|期|拜|久)了$"
)
_ELSEWHERE: Final = re.compile(  # somebody, not something: since when at work, or away from it
    rf"{B}(?:(?:i|we|he|she|they|i've|we've|i'm)(?: \w+){{0,2}} (?:worked|working|lived|employed|here|with (?:the|this) (?:company|firm|bank|team)|a (?:customer|member|user)|sick|ill|away|off|abroad|on (?:\w+ )?(?:leave|holiday|vacation)|in (?:the|this) (?:office|company|role|job|post|team))|off sick|on (?:order|back-?order|the waiting list)|on (?:maternity|parental|sick|annual) leave)(?![a-z])"
    r"|(?<!\w)(?:заказан\w?|в заказе|болел|болею|болеет|на больничном|в отпуске|в декрете|в командировке|работаю (?:тут|здесь|в|у|на)|работает (?:у нас|тут|здесь|в (?:компании|отделе|банке))|в компании|на удал[её]нке)"
    r"|病假|休假|产假|年假|出差|上班|入职|就在(?:这|公司)|在(?:这|公司)(?:里|儿)?(?:工作|上班|干)|在家办公"
)
_THING: Final = r"(?:phone|laptop|pc|computer|machine|printer|copier|monitor|screen|keyboard|mouse|headset|tablet|car|desk|chair|handset|dock|kit|one|model|mobile|camera|projector|licen[cs]e|account|job|role)"
_OWNED: Final = re.compile(  # for how long somebody has had a thing
    rf"{B}(?:i've|we've|have|ve) (?:had|used|owned|been using) (?:the|this|that|my|a|an|our|these) (?:[a-z-]{{2,12}} )?{_THING}s?(?![a-z])|[用买]了?\|"
)
_COPY: Final = re.compile(
    r"(?:'s)? (?:backup(?!s? (?:job )?(?:fail|die|stop|did|hung))|copy|snapshot|version)(?![a-z])|的(?:备份|版本|快照)"
)
_OF_COPY: Final = re.compile(
    r"(?:копи[ияй]|бэкап\w?|верси[ияй]|снимк\w) (?:за|от|с) $|(?<!\w)по [а-я]{5,13}[ая]м $"
)
_CONJUNCTION: Final = re.compile(
    r"[,;:()。，；、]| [-–—]+ | (?:and|but|so|because|which|that|who|и|а|но|поэтому|потому|что|котор\w{2,3}) "
)


_MINE: Final = re.compile(  # what somebody did then
    r"(?<![a-z])(?:i|we)(?:'ve|'d| have| had)? (?!think|guess|believe|suppose|reckon|notic)[a-z]{2,12}|我们?(?!的|这)|^\s*(?:я |мы )?(?:[а-я]{2,12} ){0,2}[а-я]{2,14}[аяиыуе]л[аи]?(?!\w)[^|]{0,30}\|"
)
_WHO: Final = re.compile(
    r"(?<![a-z])(?:i|we|he|she|they|who|intern|starter|joiner|colleague|trainee|apprentice|temp|employee|nurse|teacher|manager|[a-z]{3,12} and [a-z]{3,12})s? $"
)
_GOES_ON: Final = re.compile(r"\s*(?:(?:and|then|again|also|а|и|потом|затем|еще) ?)*")


def begins(reading: Reading, start: int, end: int) -> bool:
    """Whether the time at that place tells since when there is trouble."""
    head, tail = sentence(reading, start, end, 100)
    said = reading.low[start:end]
    clauses = _CONJUNCTION.split(head)
    before = clauses[-1]
    if before.strip() and _GOES_ON.fullmatch(before) and len(clauses) > 1:
        before = clauses[-2]  # I wrote on the 12th, then again on the 19th
    after = _CONJUNCTION.split(tail, maxsplit=1)[0]
    clause = f"{before}|{after}"
    well = _WELL.search(clause)
    elsewhere = _ELSEWHERE.search(clause)
    troubled = bool(_TROUBLE.search(_ELSEWHERE.sub(" ", _WELL.sub(" ", clause))))
    asked = is_question(reading, end, tail)
    if asked and well:
        return False  # is it fixed?
    if _SO_LONG.match(said):
        return not (elsewhere or _OWNED.search(clause))
    rest = tail[len(after) :] + reading.low[end + len(tail) : end + len(tail) + 60]
    if _COPY.match(tail) or _OF_COPY.search(head):
        return False
    if said.startswith("due"):
        return False
    if said.startswith(("started", "begins", "began")) and _WHO.search(before):
        return False  # the intern started on Monday
    if _UNTIL.match(said):
        return True
    if _FROM.match(said):
        if not troubled and _OWNED.search(clause):
            return False
        contented = _WELL.search(rest) and not _TROUBLE.search(head + _WELL.sub(" ", rest))
        return troubled or not (well or elsewhere or contented or _WELL.search(said))
    if _ONLY_TOLD.search(clause):
        return False
    if troubled and not (well and _BEFORE_THAT.search(clause)):
        return True
    if well or _WELL.search(rest):
        return bool(_BEFORE_THAT.search(clause)) and bool(_TROUBLE.search(head + rest))
    if _BEFORE_THAT.search(clause) and _TROUBLE.search(head + rest):
        return True
    if asked and not troubled:
        return False
    if _CHANGE.search(clause) or _MINE.search(clause):
        return bool(_TROUBLE.search(rest))
    return True
