"""What came of what was tried, told by the words that follow it.

A word of success tells "yes", unless a limit follows: "for an hour", "and then again". A word of failure tells
"no": either one that speaks of the trying itself ("no luck", "still"), or one that only tells a trouble.
The earliest word counts.
"""

import re
from typing import Final, NamedTuple

HELPED, BRIEFLY, NOT = "yes", "brief", "no"
LOOKED_AHEAD: Final = 150  # characters
SENTENCES: Final = 3  # of which an outcome may stand in the last
LIMITED_WITHIN: Final = 60  # characters after a word of success


class Outcome(NamedTuple):
    means: str
    start: int  # where it is told; the end of what is looked at if it is not
    plain: bool  # it speaks of the trying, not only of a trouble


# --- English ------------------------------------------------------------------------------------

_EN_FAILED: Final = (
    r"(?:(?:right |straight |it's |its )?back to (?:being|how it|where it|its old|the same)|(?:did|do|does|has|have|had|is|was|would|are|were)(?:n[' ]?t| not|nt)(?: (?!work(?:ing)?\b)\w{2,9}){0,2}"
    r" (?:help(?:ed|ing)?|work(?:ed)?|fix(?:ed)?|change[ds]?|solved?|resolved?|effect|make|made|do|done|cut|cure[ds]?"
    r"|matter|take|taken|took|stick|budge|any|improved?|trick|better|different)"
    r"|(?:it|that|this|they|which|neither|either) (?:did|does|do|has|have|is|was)(?:n[' ]?t| not)(?=\s*(?:[.,;!]|$))"
    r"|no (?:\w{3,9} )?(?:luck|effect|help|change|success|difference|improvement|result|results|joy|avail|use|dice|good"
    r"|better|wiser|reaction|response|cigar|go|progress|benefit|impact)"
    r"|nothing(?! (?:else|was|wrong|on|in|left|has been|under|to)\b)|nope|nada|zilch|neither|nor|none of"
    r"|to no avail|in vain|useless|pointless|waste of time|not a (?:thing|sausage|chance)"
    r"|(?:any |much |even )?worse|unchanged|persists?|remains?|as before|as (?:bad|slow|dead|broken|blank) as"
    r"|without (?:any )?(?:success|luck|effect|result|improvement|change|help|joy|avail)"
    r"|(?:little|zero|nil|makes? no|made no|made little|no real) (?:\w{3,10})?|square one|everywhere|(?:closes|opens|stops|crashes|fails) (?:at once|straight away|immediately)|(?:came|comes|went) straight back|(?:got|gets?|getting|went|going) (?:me |us )?nowhere|no further|just as (?:\w{3,8})|as \w{3,8} as (?:before|ever|it was|always)|(?:has|have)(?:n'?t| not) (?:shifted|moved|gone|improved|helped|stopped|cleared|budged|come)|dead as|(?:won|refuses|wouldn)'?t? (?:to )?budge"
    r"|(?:did|does|do|happen\w{0,3}|fail\w{0,3}|dropp?\w{0,3}|crash\w{0,3}|froze|freezes|broke|breaks|down|off|at it|locks?|locked|stuck|dead|gone|out|there|black|blank|slow|jamm?\w{0,3}|hung|hangs|stopped|lost|died|dies|starts?|doing|(?:it's|its|is|are|was) (?:\w+ )?(?!fine|ok|okay|good|back|up|online|normal|running|happy|working|alive|clear|well|stable|smooth|quiet|right|perfect)[a-z]{3,12}|(?:it'?s|is|are|was) (?!work|charg|print|sync|ring|runn|load|connect|boot|respond|go)[a-z-]{3,16}ing) (?:it |the same )?again|(?:the )?next (?:one|page|time|day) (?:too|as well|also)|too(?=\s*[.!])|(?:exactly )?where it was|as it was|no faster"
    r"|(?:exactly |just |all |still |much |it'?s |that'?s |is |are |was |gives? |get |got |shows? |stays? |at )the same"
    r"|(?:and |but |with |it'?s )?(?:the )?same (?!time|day|way|room|desk|one|permission|right|access|model|computer|pc|page|person|place|for|cable|port|network|socket|account|password|laptop|version)[a-z]{2,}"
    r"|(?<![a-z] )same(?=\s*(?:[.,;!]|$))|identical|(?:and |all )same(?=\s*(?:[.,;!]|$))|still|keeps? (?:on )?\w{3,12}ing|kept (?:on )?\w{3,12}ing"
    r"|(?:stays?|stayed) \w{3,8})"
)
_EN_TROUBLE: Final = (
    r"(?:can(?:no|'|)t|could ?n[o']?t|wo n[o']t|won'?t|wouldn'?t|isn'?t|aren'?t|wasn'?t|doesn'?t|didn'?t|don'?t|hasn'?t|haven'?t|not"
    r"|fail(?:s|ed|ing|ure)?|crash(?:es|ed|ing)?|drop(?:s|ped)|fr(?:eezes|oze|ozen)|hangs?|hung|(?<!the )(?<!a )(?<!an )(?<!my )(?<!that )(?:stuck|blank|black|dead|broken|empty|offline|locked|slow)|error|spins|spinning"
    r"|locks|flickers?|unable|dies|reject\w{0,3}|declined|denied|ignored|bounces|refuses?d?|beeps?|loops?|no(?! need| rush| hurry| worries| problem| idea| longer needed)|only|(?<!\w)\d+ errors|disconnects?|jams?"
    r"|(?:it|they) (?:(?:just|only) )?(?!(?:works|prints|loads|opens|connects|helps|fixes|boots|starts|runs|goes|lasts|holds|behaves|does|is|was|has|comes|scans|syncs|charges|rings|gets|lets|buys|gives|frees|seems|looks|responds|plays|keeps)(?!\w))\w{3,12}s(?!\w)|(?:it|this|that|they) (?:just|only) \w{2,12}|falls? (?:over|down)"
    r"|(?:it|both|all|each|they|and|then) (?:just )?(?:shows?|showed|gives?|gave|says?|said|asks?|prompts?|goes|comes (?:out|up)))"
)
_EN_WORKED: Final = (
    r"(?:all(?:'s| is) (?:well|good|fine)|(?:that |which |it |this |has |and )*(?:fixe[ds]|sorte?d|sorts|solve[ds]|resolve[ds]|cure[ds]|helped|helps|did the trick|did it(?! again)|does the trick|cleared it)"
    r"|work(?:s|ed)(?! (?:before|last|yesterday|perfectly before|from home|as (?:a|an|the))\b)"
    r"|(?:is|are|it's|its|all|now|started|been|back|everything|things?) (?:back )?(?:now )?working|working (?:now|again|fine|ok|properly)"
    r"|(?:all |it'?s |its |is |are |was |were |and |now |came |back |looks? |goes? |seems? |bit )(?:good|fine|ok|okay|normal|perfect|happy|alive|great|happy days|quiet|better)"
    r"|(?:fine|ok|okay|good) (?:now|again|after|since|for|until|til|till)|back (?:up|online|to life|to normal|in business|again|and running)|crystal clear|(?:it'?s|is|are|now) (?:clear|loud|sharp|smooth|stable|fast|flawless|solid)|up and running|good as new|right as rain|came up|comes? up fine|behav(?:es|ing|ed)(?! (?:the same|exactly|as before|just|like))"
    r"|(?:get|got|gets|let|lets)(?:ting)? (?:me|us|it|them|her|him) (?:in|on|through|going|running|working|back|by|online|connected|out)"
    r"|(?:can|could|able to) (?:now )?(?:log|connect|print|open|see|get|work|send|hear|sign|scan|access|use|type|join|save)(?: \w{1,8}){0,3} (?:now|again|fine|in)"
    r"|(?:can|able to) now \w{3,8}"
    r"|now (?:it |they |everything |all |that |i can |we can |i'm |the \w{3,10} )?(?:prints?|loads?|opens?|connects?|syncs?|scans?|boots?|starts?|charges?|rings?|runs?|comes up|logs? (?:me )?in|in|sees? it|shows? up|lets? me|lets? us|plays?|responds?|fine|ok|good)"
    r"|(?:is|are|was|were|it's|they're) back(?! to square)|got (?:in|through|on|connected)(?= once|[ ,.])|brought (?:it|them|him|us) back|(?:has|have) been (?:fine|right|ok|okay|good|stable|quiet|working)(?! until| for| till)|everything (?:activates|works|syncs)|(?:hum|noise|buzz|echo|error|problem|issue|fault|flicker\w{0,3}|freezing|message|lag|delay|crackl\w{1,3}|lines?|streaks?|pop-?ups?|warning|jam) (?:is|are|has|have) gone|(?:apply|appear|respond|arrive|sync|connect|open|print|load|start|show up)s? again|hey presto|bingo|voila|magic|(?:and|then|it|everything|now) (?:it |they |everything |all |that |the \w{3,10} )?(?:frees|prints|loads|opens|connects|connected|syncs|synced|scans|boots|booted|starts|started|charges|rings|runs|came up|printed|opened|loaded|runs fine)"
    r"|(?:goes|went|gone) away|(?:problem|issue|error|fault) (?:gone|solved|fixed|disappeared|went away)|lasted|lasts|held|holds|(?:buys|bought|gives|gave|got) (?:me|us|it) (?:about |maybe |another |through |an? |\d|half|some|ten|five|twenty)"
    r"|brought it back|revived|no (?:more |further )?(?:problems?|issues?|errors?|drop\w*|crashes) (?:since|now|after|so far)|hasn'?t (?:happened|come back|dropped|crashed) since|success|thank(?:s| you)|cheers|wakes it|clears it|settles)"
)
_EN_LIMIT: Final = (
    r"(?:\bfor (?:about |around |maybe |roughly |only |just |like |the first |the rest |up to )?(?:an? (?:few|bit|little|while|day|hour|minute|week|month|couple|short|good|half|moment|time|second|sec|round|page|call|login|roll)|\d+|some|half|one|two|three|four|five|six|ten|fifteen|twenty|thirty|forty|couple)\b"
    r"|\b(?:until|till?|'til|briefly|temporar\w{2,4}|momentarily|short-?lived|short while)\b|\bthen\b(?!\s*(?:[.,;!]|$))|\bbut (?!that|i'?m|please|thank|thanks|wanted|just|you|not sure|can)|\bbefore (?:it|the|going|dropping|dying|crashing|freezing|locking)|\bagain\b(?=.{0,4}$)|(?:\bit'?s|\bis|\bdoing it|\bwent|\bnow|\bdown|\bat it|\boff|\bsame|\bdrops?|\bdies) again\b|came back\b|comes back\b|\b(?:was|it'?s) back(?! (?:up|online|to|on|in|now|working))\b|\breturns\b|\bnext (?:morning|day|time|reboot|deploy)|\buntil\b|(?:lasted|lasts|held|holds|buys|bought|gives|gave)\b|(?:an?|one|half an|two|ten|five|twenty|few|\d+) (?:hours?|minutes?|mins?|days?|secs?|seconds?)\b)"
)
# --- Russian ------------------------------------------------------------------------------------

_RU_FAILED: Final = (
    r"(?:(?<!\w)(?:столько|такой|такая|такие|туда|там|тем|того) же(?!\w)|(?<!\w)та же (?:вечность|история|песня|картина)|не (?:по|с)?(?:сыгра\w{1,3}|повлия\w{1,3}|имеет знач|принес\w{1,3}|продвину\w{2,4}|помог\w{0,4}|сработа\w{1,3}|спас\w{0,4}|дал[аио]?|дает|дало|решил\w{1,3}|решает|изменил\w{1,3}|меняет\w{0,2}|лечит|берет|выходит|вышло|получилось|получается|удалось|отпустил\w?|реагир\w{2,4})"
    r"|(?<!\w)не (?:ушл[аио]|ушел|лучше|уходит|уходят|исправил\w{1,3}|исчез\w{0,3}|прошл[аио]|пропал[аио]?)(?!\w)"
    r"|без(?: \w{4,10})? (?:результат|эффект|толк|успех|улучшени|изменени|разниц|перемен|реакци|польз|прогресс)\w{0,3}|безрезультат\w{1,3}|безуспешн\w{1,2}|бестолк\w{1,4}|без толку|бесполезн\w{1,2}|тщетно|впустую|напрасно|(?<!\w)зря(?!\w)"
    r"|тол(?:ку|ка|к) (?:ноль|нет|0|никак\w{2,4}|мало|чуть|не|ни)|(?:результат|эффект|смысл|изменени|улучшени|разниц|реакци|сдвиг|польз|перемен)\w{0,3} (?:нет|никак\w{2,4}|не|ноль|нулев\w{2}|тот|та|все)"
    r"|(?:никак\w{2,4}|нет|ноль|нулев\w{2}) (?:\w{4,10} )?(?:результат|эффект|толк|изменени|улучшени|разниц|реакци|сдвиг|польз|смысл|перемен|эмоци)\w{0,3}"
    r"|(?<!\w)ничего(?! не (?:трогал|менял|дела|ставил|понима|знаю|устанавл)| (?:страшн|так(?!\w)|себе))|(?<!\w)ноль(?!\w)|(?<!\w)нуль(?!\w)|(?<!\w)ничем(?!\w)"
    r"|все[ -]равно|по[ -]прежнему|до сих пор|(?:все )?(?<!\w)так(?:ое|ой|ая|ие)? же(?!\w)|(?<!\w)(?:то|та|те|тот|ту|тем|той) же(?:,? самое)?(?!\w)|то самое"
    r"|(?<!\w)как (?:и )?(?:\w{2,14}),? так и(?!\w)|так и не(?!\w)|так и (?:вис|пада|мига|вылет|глюч|остал|лежит|тормоз|пиш|проси)\w{0,4}|как (?:и )?(?:был[аио]?|раньше|прежде)(?!\w)"
    r"|(?<!потом )(?<!\w)(?:опять|снова)(?! (?:применя|отобража|приход|доступ|внутри|в системе|онлайн|на связи|могу|синхрон|запуска|открыва|включа|вид|груз|загруж|слыш|чита|пуска|захо|заряжа|разби|слома|урон|(?:все )?(?:в порядк|ок|норм|работа|заработ|в строю|появи|включил|подключил|добав|завел|поставил|зашел|зашла)))"
    r"|(?:стало |только |лишь |даже )?(?<!\w)хуже|лучше не(?!\w)|один(?:аково|\w? (?:фиг|хрен|черт|хер|результат|эффект))|без разницы|аналогично|идентично|тишина|молчит|глухо(?!\w)|никакого|сломан\w? так и|(?:вход|загрузк\w|все) (?:такой|такая|такое|так) же|песня|хоть бы (?:что|хны|хрен)|(?<!\w)мимо(?!\w)|(?<!\w)(?:фиг|хрен|черта|шиш|пшик|облом|глухо|дохлый номер|мертво)(?!\w)|(?:фиг|хрен) там"
    r"|продолжа\w{2,4}|ни в какую|ни фига|нифига|нихрена|никак(?!\w)|остал(?:ось|ась|ся|ись)(?!\w)|остается|на месте(?!\w)|безнадежно|не судьба|(?<!\w)тоже (?!чист|менял|проб|перез|поме|обнов|став|провер|вынима|сброс|отключ)(?:не|нет|ничего|самое|пусто|чисто|мимо|молчит|глухо|так|\w{3,12}(?:ет|ит|ает))|там пусто|следующ\w{2,3} [^,.]{0,16}тоже|один в один|намертво|колом(?!\w)|как (?:и )?раньше|как[ау][яюей]\w? был[аио]?|отклон\w{2,5}|отверг\w{2,5}|(?<!\w)тоже(?=\s*(?:[.,;!]|$))|разниц\w никак\w{2}|(?:картина|история|ерунда|фигня|проблема|ошибка|песня|беда) (?:та|прежняя|осталась|остается|никуда|все)|везде (?:одно|так|то|одинаков)\w*|тут же верну\w+|(?<!\w)([а-я]{2,7})[а-я]{1,3},? как (?:и )?\1|ни туда)"
)
_RU_TROUBLE: Final = r"(?:(?<!\w)(?:он|она|оно|они) (?!работает|печатает|открыва|заходит|пускает|видит|грузит|опять работает)[а-я]{4,14}(?:ет|ит|ют|ят)(?:ся)?(?!\w)|(?<!\w)не (?!хуже|только|знаю|понимаю)[а-я]{2,16}|(?<!\w)нет(?!\w)|(?<!\w)ни (?:один|одн|у кого|на)|(?<!\w)(?:за|под|по)?вис(?:ит|нет|ают?|ла|ло)?(?!\w)|виснет|ошибк\w|(?<!\w)(?:крут|мига|моргa|морга|пада|вылета|гасн|глюч|тормоз|лага|отвалива|обрыва|пищ|шум|греет)\w{1,4}|(?<!\w)пуст\w{1,3}|выбива\w{2}|выкидыва\w{2}|вырубает\w{0,2}|возвраща[ею]тся|выдает|закрывает\w{0,2}|заходит под|требует|просит|пишет|ругает\w{2}|белый|черный|мертв\w{0,3}|встала(?!\w))"
_RU_WORKED: Final = (
    r"(?:(?<!не )(?<!\w)(?:по)?помог(?:ло|ла|ли|ает|ают)?(?! (?:ненадолго))(?!ите)(?!\w*те)|(?<!не )(?<!\w)(?:за|по|про)?работа(?:л|ла|ло|ли|ет|ют)?(?!\w)(?! (?:в|с|на) (?:отдел|компани))"
    r"|(?<!не )(?<!\w)(?:сработало|спасает|спасло|выручает|хватает|хватило|хватит|решило|решила|решает|лечит\w{0,2}|вылечил\w{1,3}|отпустил[оа]|получилось|удалось)"
    r"|(?<!не )(?<!\w)(?:пошл[аио]|пошел|ожил[аио]?|появил(?:ось|ась|ся|ись)|вернул(?:ось|ась|ся|ись|[аи]? (?:его|ее|их|все))|восстановил(?:ось|ась|ся|ись)|наш[её]лс\w|нашл(?:ась|ось|ись)|определил(?:ся|ась|ось|ись)|подхватил\w*|увидел(?:ся|ась|ось|и|а|о)?|починил(?:ось|ся|ась)|наладил(?:ось|ся|ась)|исправил(?:ось|ся|ась)|решил(?:ось|ась)|взлетел[аио]?|завел(?:ся|ась|ось)|поднял(?:ся|ась|ось|ись)|загрузил(?:ся|ась|ось|ись)|включил(?:ся|ась|ось)|подключил(?:ся|ась|ось)|зашл[аио]|зашел|напечатал[аио]?|отработал[аио]?|продержал\w{1,4}|протянул[аио]?|прожил[аио]?|отпечатал[аио]?|запустил(?:ся|ась|ось)|открыл(?:ся|ась|ось|ись)|синхронизировал\w{3,4}|прошл[аио](?: \w{3,8})?)(?!\w)"
    r"|теперь (?:все |она? |оно |сайт |почта |снова |уже )?(?!не )(?:работа|норм|ок|открыва|печата|захо|пуска|груз|видит|виден|видна|видно|чита|хорошо|порядок|запуска|включа|показыва|быстр|слыш|приход|подключа|заряжа|скан)\w{0,6}"
    r"|(?<!не )(?<!\w)(?:и|все|сразу|тогда) (?:все |она? |оно )?(?!не )(?:работает|норм\w{0,5}|ок|открывается|печатает|заходит|пускает|грузит\w{0,2}|видит|видно|читается|читает|хорошо|в порядке|порядок|запускается|включается|супер|отлично|заряжает\w{0,2}|сканирует|прошло)(?!\w)"
    r"|(?<!не )(?<!\w)(?:пускает|печатает|открывается|видит|держит(?:ся)?|оживает|отпускает|грузится|запускается|включается|проходит|цепляется|подключается)(?!\w)"
    r"|проблема (?:ушла|решена|исчезла|пропала|решилась)|ошибка (?:ушла|исчезла|пропала|больше не)|стало (?:норм\w*|лучше|хорошо)|все (?:ок|норм\w{0,4}|хорошо|отлично|супер|наладил\w{3}|прошло)(?!\w)|жив[еу]т(?!\w)|(?:звук|картинка|изображение|сеть|связь|печать|сигнал) (?:снова )?(?:чист\w{1,2}|есть|идет|пош\w{1,3}|норм\w{0,4}|хорош\w{1,2}|вернул\w{2,4})|было (?:норм|хорош|тихо|ок)\w{0,6}|с тех пор (?:все |она? )?(?:точн|норм|хорош|работа|ок|не )\w{0,6}|теперь все (?!не|равно|хуже|так|еще)[а-я]{3,14}(?:но|ено|ано|ет|ит|ется|ны|ены)(?!\w)|(?:гул|шум|писк|свист|мерцание|рябь|полос[аы]|эхо|треск|хрип|звон|ошибка) (?:пропал[аио]?|исчез\w{0,3}|ушл[аио]|прош\w{2,3})|снова (?:применя|отобража|приход|доступ|синхрон)\w{2,7}|спасибо|больше не (?:виснет|вылетает|мигает|пропадает|падает|тормозит|появляется)|порядок(?!\w)|(?:зависания|вылеты|обрывы|ошибки|лаги|тормоза) (?:прошли|ушли|пропали|исчезли|прекратились)|в норме|как часы|(?:минут|час|пол)\w{0,4} (?:поработал|хватает|хватило|держит|живет)\w?)"
)
_RU_LIMIT: Final = r"(?:(?<!\w)(?:ненадолго|временно|на время|на пару|на (?:час|день|минут|полчас|сутки|пол дня|полдня|один|пять|десять|два|\d)\w{0,4}|(?:минут|час|полчас|сут|дн|день|недел)\w{0,3}|до (?:утра|обеда|вечера|завтра|следующ\w{2,4}|конца|перезагрузки|первого|понедельника|ночи|отключения)|потом|затем|через|чуть-чуть|немного|пару \w{3,8}|раз(?:ок)?|и все(?=\s*(?:[.,;!]|$))|и (?:опять|снова|по новой|встал[ао]?|погас|сдох\w*|завис\w*|умер\w*|упал\w?|отвалил\w{1,3}|вырубил\w{1,3})|опять|снова|но(?! спасибо| можно| на всякий| все же хот)|пока|до поры|по новой)(?!\w))"
# --- Chinese ------------------------------------------------------------------------------------

_ZH_FAILED: Final = r"(?:没(?:有)?(?:什么|啥|任何|多大|起|见)?(?:用(?!过)|效|反应|变化|改善|好转|区别|差别|作用|起色|动静|解决|搞定|好(?!的)|通(?!知)|戏|成功|辙|结果|改变|影响|变|救|成|收获)|不(?:行|管用|起作用|好使|灵|顶用|奏效|顶事|见好|见效|成)|无(?:效|果|用|济于事|反应|变化|改善)|(?:还|仍|依)(?:是|在|旧|然|老)|仍|依旧|依然|照样|照旧|照(?=[卡断死黑闪报崩掉慢蓝跳响])|白(?:搭|费|弄|忙|折腾|做|换|装)|老样子|老问题|一样|同样|(?:更|反而)(?:糟|差|严重|慢|卡|坏|频繁|不)|毫无|丝毫|一点(?:用|反应|变化|效果|儿?都?没|都不|也没|也不)|(?:也|都)(?:没|不|无|白|失败|打不|一个样|救不)|还(?:没|不|显|响|亮|提示|说|要|在|剩|有|老|会|卡|报|断|弹|黑|闪|掉|死|崩)|问题(?:还|依|仍|没|照)|该(?:[\u4e00-\u9fff]{1,2})(?:还是|还|照)|愣是|始终|没见|未(?:能|见|果|解决|恢复)|失败|徒劳|无济|没能|也(?:是|还)?(?:同|报|黑|断|卡|崩|掉|弹|闪|慢|死|错)|不见(?:好|效)|效果不|收效|没辙|没(?:用|救)|没(?:查|找|发现|检)出?|没(?:什么)?(?:两样|差)|老毛病|一模一样|死循环|都这样|也是空|(?:马上|立刻|随即)又|纹丝不动|(?:全都?|都)不|没动|又(?=[断卡死黑掉蓝闪崩报慢坏不没停错红挂锁弹提犯变狂退重开关跳冒响要满]|是|开始|出现|回到)(?!重新|重装|重启|开了|关了|不[^,，。]{1,2}了|没事|没问题)|原样|如初|白忙)"
_ZH_TROUBLE: Final = r"(?:不(?!用|好意思|知道|客气|过|小心|管|同)|没(?!问题|事|关系|有?再)|无法|报(?!修|告|销)|弹(?!性)|卡(?!片|号|机|槽|座)|断(?!电|开)|闪|黑|蓝屏|死机|崩|错|又(?=[断卡死黑掉蓝闪崩报慢坏停错红挂锁弹]))"
_ZH_WORKED: Final = (
    r"(?:完美|不(?:再)?[闪卡断黑报崩掉慢响跳抖弹吵]了|(?<![没不])(?:就|现在|终于|立刻|马上|一下)?(?:好(?:了|使|用了?|一|半|过|两|几(?!次|遍|个|回|种)|上|个)|正常(?!关|的)|没问题|没事(?!先)|没再|不再|解决|恢复(?!过|出厂|默认|备份|设置|系统)|搞定|管用|行了|通了|成功|有效|有用|起作用|见效|撑(?:了|过|到|不到|得)?|顶(?:了|用)|灵了|(?<![a-z])ok(?![a-z]))"
    r"|(?<![不没])能(?!不|想|试|否|够不|做|力|源)[\u4e00-\u9fff]{1,4}(?:了|(?=[,，。.;！!、 ]|$|十|几|一|两|半|个|\d))|(?<![不])可以(?!吗|帮|派|给|的话|不|再|先|请|安排|尽快)|(?:声音|画面|图像|打印?|印|页面|数据|结果|字)出来了|就(?:[\u4e00-\u9fff]{0,3}(?:好|行|可以|正常|恢复|没问题|没事|通)|能|不(?!行|能|了|动)[\u4e00-\u9fff]{1,3}了|没[\u4e00-\u9fff]{1,3}了|有(?:了|声|网|信号|画面))|(?<![不没])能(?:用|上|连|打|登|进|开|亮|刷|收|发|读|印|看|撑)|谢谢|(?:之后|后来)?一直(?:很|都)?(?:准|好|正常|稳|没再)|又(?:能)?(?:进去|登上|连上|打开)了|现在(?:都|全)?(?!不|没|又|还|连|打|卡|只|一|老)[\u4e00-\u9fff]{2,4}了(?!吗)|连上了|都?回来了|就(?:好|行|正常|可以)(?=[,，。;]|$)|读到了|有(?:声音|画面|信号|网)了|变快了|快多了|就(?![不没又断卡坏死黑报崩掉闪慢退关变完停弹会在要])(?:(?![不没])[\u4e00-\u9fff]){2,4}了|又(?:生效|好了|能用|正常|可以)|亮了|开机了|(?<!不)通了)"
)
_ZH_LIMIT: Final = r"(?:[一]会|分钟|小时|钟头|半天|一阵|一两|两[天张次]|几[天张次页下]|[一二两三四五六七几半\d]{1,2}(?:天|张|个?小时|周)|又|然后|但|可(?!以|能是)|不过|暂时|没(?:多久|一会|几|过)|不到|直到|后来|第二天|次日|临时|接着|过了?(?:一?会|几|半|[一两\d])|只能(?:管|撑|顶))"


# What alone tells that it helped for a while.
_EN_BRIEF: Final = r"(?:lasted|(?:came|comes) back(?! (?:clean|fine|ok|negative|empty|with|on|up|online))|it(?:'s| was|'ll be) back|only (?:helps?|works?|worked|helped|lasts?) (?:for|until|a)|buys|bought (?:me|us|it)|temporarily|briefly|momentarily)"
_RU_BRIEF: Final = r"(?:(?:потом|затем|через \w{1,10}(?: \w{3,7})?) (?:опять|снова|все по новой|то же|та же)|ненадолго|на время|(?:минут|час|пол)\w{0,4} (?:хватает|держит)|хватает на|хватило на)"
_ZH_BRIEF: Final = r"(?:(?:过了?(?:一?会儿?|几\w{1,3}|半\w{1,3}|(?!期)[^,，。]{1,4})|[一两几半三四五\d][^,，。]{0,3}(?:之?后)|没多久|没过多久|不一会儿?|第二天|没几[分天次]钟?|用不了多久|然后|接着)就?又|暂时|能?(?:撑|顶)到|(?:管|撑|顶)(?:了|个|得)?(?:一|几|半|不))"


class _Words(NamedTuple):
    failed: re.Pattern[str]
    worked: re.Pattern[str]
    trouble: re.Pattern[str]
    limit: re.Pattern[str]
    brief: re.Pattern[str]


def _words(*regexes: str) -> _Words:
    return _Words(*map(re.compile, regexes))


_ENGLISH: Final = _words(
    *(rf"(?<![a-z])(?:{one})(?![a-z])" for one in (_EN_FAILED, _EN_WORKED, _EN_TROUBLE)),
    _EN_LIMIT,
    rf"(?<![a-z]){_EN_BRIEF}(?![a-z])",
)
_RUSSIAN: Final = _words(_RU_FAILED, _RU_WORKED, _RU_TROUBLE, _RU_LIMIT, _RU_BRIEF)
_CHINESE: Final = _words(_ZH_FAILED, _ZH_WORKED, _ZH_TROUBLE, _ZH_LIMIT, _ZH_BRIEF)
_ENDS: Final = re.compile(r"[.!。！](?=\s|[\u4e00-\u9fff]|$)|;|\n")
_STOPS: Final = re.compile(r"\n\s*\n|[?？]")
_QUOTED: Final = re.compile(r"(?:[-—–:,.]|says|get|got|пишет|说|提示) ?[\"«“「]")
_ELSEWHERE: Final = re.compile(  # it is fine on my phone: not here
    r"(?:it'?s |is |are )?(?:works?|fine|ok|okay|good|working|working fine)(?: fine| ok)? (?:on|from|at|in|over) (?:my|the|an?other|other|his|her|mobile|home|4g|our)(?! (?:first|own|end|same))|(?:手机|家里|网页|别的|其他)[^,，。]{0,5}(?:好的|正常|没问题|能用|可以)"
    r"|(?:все )?(?:работает|нормально|норм|открывается|заходит|видно) (?:на|с|через|по) (?:телефон|мобильн|домашн|друг|соседн|планшет)"
)
_AGAIN: Final = re.compile(r"(?:снова|опять|又|(?:\w+ ){0,2}\w+ again)")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_CYRILLIC: Final = re.compile(r"[а-я]")
_BUT: Final = re.compile(
    r"(?:^\s*|[,.;—–-]\s?)(?:but|yet|however|но|а|однако)(?= )|但|可是|不过|可还"
)


def _words_for(text: str) -> _Words:
    if _HAN.search(text):
        return _CHINESE
    return _RUSSIAN if _CYRILLIC.search(text) else _ENGLISH


def how_long(low: str, place: int) -> str:
    """How long it helped, where it is known that it did."""
    limited = _words_for(low[max(0, place - 10) : place + LOOKED_AHEAD]).limit
    return BRIEFLY if limited.search(low, place, place + LIMITED_WITHIN) else HELPED


def outcome_of(low: str, place: int, *, troubles: bool = True) -> Outcome:
    """Of what was done before that place of a text in small letters; a trouble alone may not count."""
    ahead = low[place : place + LOOKED_AHEAD]
    if stop := _STOPS.search(ahead):
        ahead = ahead[: stop.start()]
        if stop.group() in "?？":
            ahead = ahead[
                : max(map(ahead.rfind, ",.;!。，"), default=0) + 1
            ]  # what is asked is no outcome
    ends = [one.end() for one in _ENDS.finditer(ahead)]
    near = ahead[: ends[SENTENCES - 1]] if len(ends) >= SENTENCES else ahead
    close = near[: ends[1]] if len(ends) > 1 else near  # a trouble told later may be another
    words = _words_for(low[max(0, place - 10) : place + LOOKED_AHEAD])
    nowhere = len(near)
    failed, worked, trouble, brief = (
        found.start() if (found := regex.search(text)) else nowhere
        for regex, text in (
            (words.failed, near),
            (words.worked, near),
            (words.trouble, close),
            (words.brief, close),
        )
    )
    if worked < nowhere and (there := _ELSEWHERE.match(near, worked)) and there.end() < nowhere + 1:
        worked, failed = nowhere, min(failed, worked)
    if not troubles:
        trouble = nowhere
    elif quoted := _QUOTED.search(close):
        failed = min(failed, quoted.start())  # what it says then
    first = min(failed, worked, trouble, brief)
    if first == nowhere:
        return Outcome(NOT if _BUT.search(close) else "", place + nowhere, plain=False)
    if brief == first:
        return Outcome(BRIEFLY, place + first, plain=True)
    if worked == first:
        again = _AGAIN.match(near, first)  # "снова работает" is no limit
        limited = words.limit.search(near, again.end() if again else first, first + LIMITED_WITHIN)
        return Outcome(BRIEFLY if limited else HELPED, place + first, plain=True)
    return Outcome(NOT, place + first, plain=failed < worked)
