"""What a message wants apart from what it is about, from phrases in three languages.

Only short messages are taken as thanks, yes, stop and the like: "thank you in advance, my printer is
broken" asks. Phrases are matched on the folded text, whole words where the script has them.
"""

import re
import unicodedata
from typing import Final

from nlp.understanding import Intent, Language

SHORT: Final = 60  # characters: a longer text has something of its own to say
LOOKED_AT: Final = 1_000

_TICKET: Final = re.compile(r"\b(?:inc|req)-\d{1,12}\b")
_SPACE: Final = re.compile(r"[\s\u200b-\u200f\u202a-\u202e]+")
_EDGE: Final = re.compile(r"^[\W_]+|[\W_]+$")


def folded(text: str) -> str:
    """Lower case, one kind of quote and space, nothing but words at the edges."""
    plain = unicodedata.normalize("NFKC", text[:LOOKED_AT]).lower().replace("ё", "е")
    plain = plain.replace("’", "'").replace("`", "'")
    return _EDGE.sub("", _SPACE.sub(" ", plain))


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts))


_POLITE: Final = (
    r"(?:[ ,.!]+(?:please|pls|plz|thanks|thank you|пожалуйста|плиз|спасибо|请|谢谢|吧|了))*"
)


def _whole(*phrases: str) -> re.Pattern[str]:
    """The text is one of the phrases, politeness aside."""
    return re.compile(rf"(?:please |пожалуйста,? |请)?(?:{'|'.join(phrases)}){_POLITE}[\W_]*")


_POLITENESS: Final = re.compile(
    r"(?:[\s\W]|\b(?:i|want|would|like|to|please|now|can|could|you|me|just|directly|thanks|with|hello|hi)\b"
    r"|я|хочу|мне|пожалуйста|прошу|меня|с|срочно|сейчас|здравствуйте|我|请|要|想|吧|帮|下|一下|你好|给)*"
)
_HUMAN: Final = _any(
    r"\b(?:talk|speak|chat|connect me|transfer me|put me through|get me|give me|need|want|let me talk)"
    r"(?: to| with| through to)* (?:an? |the |some |any )?(?:real |live |actual )*"
    r"(?:human|person|someone|somebody|agent|operator|representative|people|support agent|technician)"
    r"\b(?! (?:in|on|who|account|for access|from(?! (?:it|support|the (?:it|help|service) ?)\b)|resources?) )",
    r"^(?:please |just |can (?:you|someone|somebody) |could (?:you|someone) )*(?:call|ring|phone) me(?: back)?"
    r"(?: please| pls| now| asap)*$",
    r"^(?:пожалуйста |просто |лучше )*(?:пере|по)звони(?:те)? мне(?:,? пожалуйста| срочно)*$",
    r"^(?:请|麻烦|能不能|可以)*(?:给我(?:打|回)(?:一?个)?电话|打(?:一?个)?电话给我|打我电话|电话联系我)(?:吧|好吗|可以吗)?$"
    r"|让(?:你们)?(?:it|技术)?的?人来?(?:跟我说|和我说|联系我|找我)",
    r"^(?:a |an )?(?:real |live |actual )*(?:human|person|agent|operator)(?: please| pls| now)*$",
    r"\b(?:do not|don'?t) want (?:to (?:talk|speak|chat) (?:to|with) )?(?:a |the |this )?(?:ro)?bot\b",
    r"\b(?:позов(?:ите|и)|соедини(?:те)?|переключи(?:те)?|переведи(?:те)?|дай(?:те)?|хочу|нужен|можно"
    r"|свяжи(?:те)?|подключи(?:те)?)\b[\w ]{0,30}\b(?:(?:человек|оператор|специалист|сотрудник|инженер)"
    r"(?:а|ом)?|живы\w+|живого)\b(?! (?:в|из|к) )",
    r"^(?:(?:а|ну|мне|нам|просто|срочно|нужно|надо|с) )*(?:(?:жив|люб|реальн)(?:ой|ого|ым) )?"
    r"(?:человек|оператор|специалист|инженер|сотрудник)(?:а|у|ом)?(?: (?:мне|нам|сюда|пожалуйста|срочно|уже"
    r"|позов(?:ите|и)|дай(?:те)?|хочу|надо|нужен|можно|соедини(?:те)?|переключи(?:те)?|свяжи(?:те)?"
    r"|подключи(?:те)?))*$",
    r"\bне (?:хочу|буду)(?: \w+)? с (?:ро)?ботом\b|\bс (?:ро)?ботом (?:\w+ )?не (?:хочу|буду)\b",
    r"\bс (?:кем-нибудь|кем-то|человеком|живым человеком|специалистом) (?:бы )?поговорить\b",
    r"\bпоговорить с (?:кем-нибудь|человеком|оператором|живым|кем-то|специалистом)",
    r"转人工|人工客服|人工服务|找人工|真人|要人工|^人工$|和人(?:说|聊|谈)|接人工|叫人工|找个人|想找个?人|叫(?:一?个)?人(?:过?来)|^我?要?找人$|不[要想](?:跟|和)?机器人"
    r"|联系(?:客服|工程师)",
)
_LANGUAGE: Final = (
    (
        Language.EN,
        _any(
            r"\b(?:in|switch to|speak|use) english\b",
            r"^english$",
            r"\b(?:на|по)[ -]английск",
            r"(?:说|用|换成?|切换到?)英[语文]|^英[语文]$",
        ),
    ),
    (
        Language.RU,
        _any(
            r"\b(?:in|switch to|speak|use) russian\b",
            r"^(?:russian|русский)$",
            r"\bпо[ -]?русски\b",
            r"\bна русск",
            r"(?:说|用|换成?|切换到?)俄[语文]|^俄[语文]$",
        ),
    ),
    (
        Language.ZH,
        _any(
            r"\b(?:in|switch to|speak|use) (?:chinese|mandarin)\b",
            r"^(?:chinese|中文|汉语)$",
            r"\b(?:на|по)[ -]китайск",
            r"(?:说|讲|用|换成?|切换到?)(?:中文|汉语|普通话)",
        ),
    ),
)
_STATUS: Final = _any(
    r"\b(?:what(?:'s| is)|check|show|tell me|any|give me) (?:the |my |me )*(?:status|progress|update|news)"
    r"(?: (?:of|on|about) (?:my |the )?(?:ticket|tickets|request|requests|incident|issue|case|inc-\d+|req-\d+))?$",
    r"\bwhere is my (?:ticket|request|case)\b",
    r"\b(?:status|progress) (?:of|on) (?:my |the )?(?:ticket|tickets|request|requests|case|inc-\d+|req-\d+)\b",
    r"^(?:my )?(?:ticket )?(?:status|tickets)$",
    r"\bmy tickets\b$",
    r"^any (?:news|updates?)(?: on .{0,40})?$",
    r"\b(?:что|как|где)(?: там)?(?: (?:с|со|у|насчет|по))? (?:мо\w+ )?(?:заявк\w+|тикет\w*|обращени\w+|запрос\w*)\b",
    r"\b(?:статус|состояние)\b.{0,20}\b(?:заявк\w+|тикет\w*|обращени\w+|запрос\w*)\b",
    r"^(?:мой )?(?:статус|мои заявки|мои обращения)$",
    r"\bкогда (?:будет )?(?:решат|рассмотрят|сделают|готова)\b.{0,20}(?:заявк|тикет|обращени)?",
    r"(?:我的)?(?:工单|申请|报修|请求|单子)(?:现在|目前)?(?:的|是)?(?:什么|啥)?(?:进度|状态|怎么样|到哪|处理得|处理到)",
    r"(?:查|看)(?:一下|询)?.{0,4}(?:工单|进度|我的申请)|^进度$|^我的工单$",
)
_BROKEN_WORDS: Final = (
    r"still (?:not|no|broken|doesn'?t|dont|don't|isn'?t|can'?t|cannot|the same|having|down|failing|happening)",
    r"(?:did|does|do)(?:n'?t| not) (?:help|work|fix|solve)",
    r"(?:didnt|doesnt) (?:help|work|fix)",
    r"\bnot (?:helped|fixed|solved|resolved)\b",
    r"\bno (?:luck|use|change|effect|difference)\b",
    r"^(?:not|wasn'?t) helpful$",
    r"\b(?:it'?s|is|came) back again\b|\bbroken again\b|\bhappening again\b|\bsame (?:problem|issue|error)\b",
    # "it still drops"
    r"^(?:sorry,? |hi,? |and |but |no,? )*(?:it|this|that)? ?(?:'s|is|just)? ?still (?!works|working|fine|fixed|okay|ok|good|solved|resolved|running|up|there|here|wait|need|want|open)[a-z]{3,14}(?: down| off| out)?(?: again)?$",
    # "it drops again": of what was spoken of, so whatever it does
    r"^(?:sorry,? |hi,? |and |but |no,? )*(?:it|this|that)(?:'?s| is| has| just| keeps?){0,2} (?!work|fine|fixed|okay|good|solved|resolved|running|up )[a-z]{3,14}(?: working| down| off| out)? again\b",
    r"^(?:sorry,? |and |but |no,? )*(?:it|the (?:problem|issue|error))(?:'?s| is| came| has come) back\b",
    r"не (?:помогло|помог|помогает|помогла|решило|сработало|исправилось)",
    r"^(?:извините,? |и |но |нет,? )*(?:он[аои]? |оно |все |это |проблема )?(?:опять|снова) (?!все |заработал|работа|решен|помог|налад|исправ)[а-я]{4,18}(?:ет|ит|ют|ят|ется|ится|ло|ла|лось|лась|лся)$",
    r"(?:все|всё)? ?(?:еще|по-прежнему|равно|так же|также) не (?:работает|открывается|печатает|могу|включается|подключается)",
    r"^(?:извините,? |и |но |нет,? )*(?:он[аои]? |оно |это |проблема )?(?:(?:все )?еще|по-прежнему|все равно|все так же) (?!работа|жду|ждем|нуж|реша|помог)[а-я]{4,18}(?:ет|ит|ют|ят|ется|ится)$",
    r"(?:опять|снова) (?:не работает|то же|сломал|отвал|не )",
    r"(?:но|а) (?:все |всё )?(?:равно |еще |по-прежнему )?(?:не работает|то же самое|проблема осталась|ничего не изменилось)",
    r"^(?:все |всё )?(?:то же самое|без изменений|по-прежнему)$|не решен[оаы]|проблема (?:осталась|не решена)",
    r"(?:还是|还在)(?:掉|闪退|卡顿|死机|重启|断)",
    r"(?:还是|仍然|依然|还|又)(?:不行|不能|没用|没好|有问题|一样|没解决|没有解决|坏了|老样子|不可以|没有用|出现|断|卡|死机|掉线|崩|闪退|黑屏|报错|来了)",
    r"没(?:有)?(?:用|帮助|效果|解决|作用)|不管用|不起作用|没什么用|问题依旧",
)
_STILL_BROKEN: Final = _any(*_BROKEN_WORDS)
_SOLVED: Final = _any(
    r"\b(?:it|that|this|everything|all|now it|vpn|printer|wifi)(?:'s| is| has been| was)? ?(?:now )?(?:works?|working|fixed|solved|resolved|sorted|fine)\b(?: (?:now|again|fine|great|perfectly))*",
    r"\b(?:works|working|fixed|solved|resolved) now\b",
    r"^(?:solved|fixed|resolved|works|working|it worked|that worked|that helped|this helped|it helped|problem solved)(?: it)?$",
    r"\b(?:that|this|it|you) (?:solved|fixed|did|worked|helped)(?: (?:it|the (?:problem|trick)))?\b",
    r"\bnever ?mind\b.{0,25}(?:works|fixed|solved|figured|found|ok)",
    r"\bfigured it out\b|\bi (?:fixed|solved|found) it\b",
    r"(?<!не )\b(?:все |уже |теперь |это |оно )?(?:заработал[оа]?|решено|решилось|помогло|исправилось|починил[аио]?|наладилось|разобрал(?:ся|ась))\b",
    r"^(?:все|уже|теперь) (?:работает|хорошо|в порядке|ок|отлично)(?: .{0,15})?$",
    r"\b(?:все|теперь|уже|теперь все) работает\b",
    r"(?:问题)?(?:已经?|都)?(?:解决了|好了|修好了|搞定了|可以了|恢复了|正常了|弄好了)(?!吗)|能用了(?!吗)|有用，?谢谢",
)
_THANKS: Final = _whole(
    r"(?:ok(?:ay)?|great|perfect|cool|super|awesome|nice|good|got it|wonderful)?[ ,.!]*(?:many |big )?"
    r"(?:thanks?|thank ?you|thx|ty|tnx|cheers|thank u|much appreciated|appreciate it)"
    r"(?: (?:so|very) much| a lot| a bunch| again| you| for (?:your |the )?help(?:ing)?(?: me)?| guys| anyway)*",
    r"(?:ок|хорошо|понятно|отлично|супер|ясно|принято)?[ ,.!]*(?:большое |огромное |всем )?"
    r"(?:спасибо|спс|благодарю|спасибки|пасиб|пасибо|мерси)"
    r"(?: (?:большое|огромное|за помощь|вам|вам большое|тебе|еще раз|за ответ|всем))*",
    r"(?:好的?|嗯|行|收到|明白了?)?[ ,，。！]*(?:非常|十分|太|很)?(?:谢谢|多谢|感谢|谢了|谢啦|thanks|辛苦了)"
    r"(?:您|你|你们|大家|啦|了|帮助|您的帮助|你的帮助|帮忙|支持)*",
    r"great|perfect|awesome|super|отлично|супер|太好了|很好",
)
_GREETING: Final = _whole(
    r"(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings|yo|morning)"
    r"(?: there| again| all| team| everyone| guys| bot| support| it)*",
    r"(?:привет|приветствую|здравствуйте|здравствуй|здрасте|здрасьте|добрый (?:день|вечер)|доброе утро"
    r"|доброго дня|доброго времени суток|хай|салют)(?: (?:всем|коллеги|бот|друзья|снова|еще раз))*",
    r"(?:你好|您好|大家好|早上好|下午好|晚上好|早安|早|嗨|哈喽|在吗|在么|有人吗|有人在吗)(?:啊|呀|哦|，|,| |在吗|你好)*",
    r"\W*(?:👋)+\W*",
)
_STOP: Final = _whole(
    r"stop(?: it)?|(?:cancel|withdraw)(?: (?:it|that|this|please|(?:my |the )?(?:request|ticket)))?|quit|exit|abort|forget (?:it|about it|that)"
    r"|never ?mind|leave it|no longer needed|not needed(?: anymore| any more)?|close (?:it|the ticket|my ticket)",
    r"стоп|(?:отмен(?:а|и|ите|ить|яю)|отзов(?:и|ите|у))(?: (?:мою )?(?:заявку|запрос|обращение))?|хватит|забудь(?:те)?|не ?важно|уже не (?:надо|нужно|актуально)"
    r"|не (?:надо|нужно|актуально)|закройте(?: заявку| тикет| обращение)?|неактуально|прекрати(?:те)?|выход",
    r"取消(?:(?:我的)?(?:工单|申请))?|停止?|算了(?:吧)?|不用了|不需要了|没事了|退出|关闭(?:工单)?|别弄了|撤销",
)
_SKIP: Final = _whole(
    r"skip(?: (?:it|this|that|this question|question))?|(?:i )?(?:do ?n'?t|dont|do not) know|idk|no idea|not sure|dunno"
    r"|(?:i )?(?:have )?no clue|next|n/?a|pass|unknown|can'?t say|hard to say",
    r"пропуст(?:ить|и|ите|им)|не ?знаю|без понятия|понятия не имею|дальше|не уверен[аы]?|затрудняюсь ответить|хз|не помню|не могу сказать",
    r"跳过|不(?:太)?(?:知道|清楚|确定)|不晓得|下一个|下一题|略过|没注意|不记得了?|不好说",
)
_YES: Final = _whole(
    r"y|yes|yep|yeah|yup|sure|correct|right|exactly|of course|absolutely|ok|okay|indeed|true|fine",
    r"да|ага|угу|конечно|верно|правильно|точно|именно|так точно|ок|окей|хорошо|ладно|да[ ,]да",
    r"是|是的|对|对的|好|好的|嗯|嗯嗯|行|可以|没错|当然|ok|yes|是啊|对啊",
    r"(?:👍|✅|👌)+",
)
_NO: Final = _whole(
    r"n|no|nope|nah|not really|not at all|no way|negative|none|nothing",
    r"нет|не|неа|никак нет|вовсе нет|ничего|нету|не-а",
    r"不|不是|没有|没|否|不对|不行|no",
    r"(?:👎|❌)+",
)
_SMALLTALK: Final = _whole(
    r"how are you(?: (?:doing|today))*|what'?s up|how'?s it going|who are you|what are you"
    r"|are you (?:a |an )?(?:real )?(?:robot|bot|human|ai|person|real|machine)(?: or (?:a )?(?:human|person|robot|bot))?"
    r"|what can you do|what(?:'s| is) your name|tell me a joke|good (?:bye|night)|bye(?: bye)?|see you(?: later)?|have a (?:nice|good|great) (?:day|evening|weekend|one)|test|lol|haha+|nice to meet you|i love you|you(?:'re| are) (?:great|awesome|stupid|useless|funny)",
    r"как (?:дела|ты|вы|жизнь|поживаешь|поживаете)|кто (?:ты|вы)(?: такой| такие)?|ты (?:кто|бот|робот|человек)|вы (?:кто|бот|робот|человек)|это бот"
    r"|что (?:ты |вы )?(?:умеешь|умеете|можешь|можете)|как тебя зовут|расскажи (?:анекдот|шутку)|пока|до свидания|всего (?:доброго|хорошего)|хорошего (?:дня|вечера)|тест|ха(?:-?ха)+|ты (?:классный|глупый|тупой|молодец)",
    r"你(?:好吗|是谁|是机器人吗|是人吗|是真人吗|叫什么(?:名字)?|能做什么|会什么|能干什么|真棒|真笨)|吃了吗|讲个笑话|再见|拜拜|晚安|测试|哈哈+|天气怎么样",
)
_HELP: Final = _whole(
    r"help(?: me)?(?: please)?|(?:i )?need (?:some )?help|(?:can|could) you help(?: me)?|i have (?:a|an) (?:problem|issue|question)|problem|sos|question|issue|menu|start",
    r"помогите|помоги|помощь|нужна помощь|(?:у меня )?(?:есть )?(?:проблема|вопрос)|можете помочь|меню|старт",
    r"帮(?:帮)?(?:我|忙)(?:一下)?|救命|(?:我)?(?:有个?|有一个)?问题|求助|需要帮助|请帮(?:我|忙)|菜单",
)
_ANGER: Final = _any(
    r"\b(?:ridiculous|unacceptable|terrible|awful|horrible|useless|pathetic|outrageous|disgrace|wtf|damn|fed up"
    r"|sick (?:and tired|of)|worst|furious|angry|incompetent|joke of a|bullshit|shit|fuck\w*|crap|idiots?|hate this)\b",
    r"\b(?:third|3rd|fourth|fifth|tenth|hundredth) time\b|\bhow many (?:more )?times\b|\bhow (?:much )?long(?:er)? (?:must|do i have to)\b",
    r"безобрази\w+|издевает\w+|сколько можно|надоел\w+|достал[иао]\b|ужасн\w+|отвратительн\w+|бесит|кошмар"
    r"|позор|возмутительн\w+|дурацк\w+|идиот\w*|черт\b|блин\b|какого (?:черта|хрена)|хрен\w*|бля\w*|в (?:третий|четвертый|пятый|десятый|сотый) раз|невозможно (?:так )?работать",
    r"太(?:差|烂|过分|离谱|慢)了|垃圾|气死|受不了|什么(?:破|烂|鬼)|忍无可忍|投诉|无语|烦死|要疯了|废物|第[三四五六七八九十]次|到底(?:什么时候|还要|能不能)|他妈|混蛋",
    r"[!?！？]{3,}",
)


def intent_of(text: str) -> tuple[Intent, Language | None]:
    """The intent; with LANGUAGE the language asked for. Never raises; linear in the text."""
    words = folded(text)
    short = len(words) <= SHORT
    if _HUMAN.search(words) and len(words) <= 2 * SHORT:
        return Intent.HUMAN, None
    if short:
        for language, pattern in _LANGUAGE:
            if pattern.search(words):
                return Intent.LANGUAGE, language
        for intent, pattern in (
            (Intent.GREETING, _GREETING),
            (Intent.THANKS, _THANKS),
            (Intent.SMALLTALK, _SMALLTALK),
            (Intent.STOP, _STOP),
            (Intent.SKIP, _SKIP),
            (Intent.YES, _YES),
            (Intent.NO, _NO),
        ):
            if pattern.fullmatch(words or text[:LOOKED_AT].strip()):
                return intent, None
        if named := _TICKET.search(words):
            said = _EDGE.sub("", f"{words[: named.start()].strip()} {words[named.end() :].strip()}")
            if not said or _STOP.fullmatch(said):
                return (Intent.STOP if said else Intent.STATUS), None
        if _STILL_BROKEN.search(words):
            return Intent.STILL_BROKEN, None
        if _SOLVED.search(words):
            return Intent.SOLVED, None
    if len(words) <= 2 * SHORT and _STATUS.search(words):
        return Intent.STATUS, None
    return Intent.ASK, None


def besides_the_wish(text: str) -> str:
    """What a message tells apart from the wish for a person."""
    words = _HUMAN.sub(" ", folded(text)).strip(" ,.;:!?，。！？")
    return "" if _POLITENESS.fullmatch(words) else words


def is_bare(text: str) -> bool:
    """Whether the text asks for help without saying with what."""
    words = folded(text)
    return not words or _HELP.fullmatch(words) is not None


def is_angry(text: str) -> bool:
    words = unicodedata.normalize("NFKC", text[:LOOKED_AT]).lower().replace("ё", "е")
    if _ANGER.search(words):
        return True
    letters = [
        letter
        for letter in text[:LOOKED_AT]
        if letter.isalpha() and letter.upper() != letter.lower()
    ]
    return len(letters) >= 20 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)
