"""What was already tried: somebody's deed that mends, in a clause of its own, and what came of it.

A clause is looked at alone: whether it has a verb or a noun of mending, who did it, and whether it was done at
all rather than planned, asked for or feared. Deeds that are also done for other reasons, such as "changed",
count only with an outcome that speaks of the trying.
"""

import re
from typing import Final, NamedTuple

from nlp.facts.outcomes import BRIEFLY, HELPED, NOT, how_long, outcome_of
from nlp.facts.reading import B, E, Found, Pattern, Reading, before, pattern

__all__ = ["BRIEFLY", "HELPED", "NOT", "PATTERNS"]


class _Deed(NamedTuple):
    start: int  # of the clause's text
    verb: int  # the end of its verb
    sure: bool  # nobody does it but to mend
    known: bool = True  # it is one of the deeds that mend, though also done for other reasons


# --- English ------------------------------------------------------------------------------------


def _forms(bases: str) -> tuple[str, str]:
    """Past and -ing forms of regular verbs; a star doubles the last letter."""
    past, doing = [], []
    for base in bases.split():
        stem = base.rstrip("*")
        if base.endswith("*"):
            stem += stem[-1]
        if stem.endswith("e"):
            past.append(stem + "d")
            doing.append(stem[:-1] + "ing")
        elif re.search("[^aeo]y$", stem):
            past.append(stem[:-1] + "ied")
            doing.append(stem + "ing")
        else:
            past.append(stem + "ed")
            doing.append(stem + "ing")
    return "|".join(past), "|".join(doing)


_EN_BASES: Final = (
    "reboot restart reinstall uninstall reconnect unplug* replug* reload refresh recreate reseat repair"
    " re-?pair re-?add re-?image re-?install re-?enter deinstall re-?register re-?map* re-?sync re-?import re-?connect re-?attach re-?insert"
    " re-?join re-?enable re-?plug* re-?start re-?boot re-?seat re-?configure re-?activate re-?enrol* re-?request re-?align"
    " swap* clean clear flush purge bounce toggle jiggle wiggle downgrade troubleshoot calibrate reformat"
    " cycle power.?cycle hard.?reset* factory.?reset* reprogram* re-?index"
)
_EN_BASES_TOO: Final = (  # done for other reasons as well
    "disconnect update upgrade replace switch change disable enable move remove delete add check use open close"
    " plug* connect borrow test follow scan* configure adjust install enter type grant allow tick untick select click map* import"
    " create wait charge attach verify copy extend rename tap* wipe dust dry warm cool tighten press pull push empty sync pair"
    " unpair blow hoover turn flip* rotate tilt shift shake force kill stop* launch hit lift pop* patch roll log* sign"
    " unlock unblock whitelist mute unmute trust format* boot terminate cancel detach eject insert rinse polish load upload save"
    " limit pause resume archive compact compress free relocate transfer relink export activate deactivate register enrol* raise lower increase decrease extend shorten straighten bend untangle try repeat apply"
)
_EN_PAST, _EN_DOING = _forms(_EN_BASES)
_EN_PAST_TOO, _EN_DOING_TOO = _forms(_EN_BASES_TOO)
_EN_ONCE: Final = (
    r"(?:re-?(?!ceiv|port|quest|quir|ject|main|member|lat|commend|pli|turn|tir|ach|alis|aliz|cord|ferr|fus|new|peat|serv|solv|spond|strict|sult|veal|view|gister|direct|duc|gard|mov|mind|fund|sign|search|scu|volv|vers|leas|gain|cov|cogn|peal|gret|hears|ckon|lax|ward|strain|lied|ly|nd|ad)[a-z]{3,12}ed"
    r"|reset|(?:had|have|having|took) a (?:go|try|stab|crack|bash) at|rebuilt|redid|redone|undid|rewrote|rerun|re-?ran|re-?set|re-?did|re-?made|blew (?:out|the|it|on)|tried"
    r"|(?:turned|switched|powered|shut|logged|signed) (?:(?:it|the [\w-]{2,14}|everything|my [\w-]{2,14}|them|that|all|both) )?(?:all )?(?:off|down|out|back|on and off)"
    r"|(?:did|done|performed|given|gave|had|tried) (?:it |the \w{2,14} |them )?(?:(?:the|an?|my|all the|two|three|another) )?(?:(?:quick|full|factory|hard|soft|online|clean|usual|cold|proper|complete|system|whole|good|network) ){0,2}"
    r"(?:repair|reset|restart|reboot|reinstall|power cycle|scan|clean ?up|turn|off and on|on and off|off/on|reseat|wipe|re-?image|re-?login|restore|shut ?down|refresh|hard reset|switch off)"
    r"|rolled (?:it |the \w{2,14} |that |everything )?back|forgot the (?:network|wifi|device|connection|printer))"
)
_EN_ONCE_TOO: Final = (
    r"(?:held|left|took|put|ran|(?:went|been|gone) (?:through|into|over|back)|set|gave|let|stuck (?:it|the|a)|cut|bent|sat|made (?:a new|another)|started (?:it|the|in)|used|bought|brought|(?:got|received|been given) (?:an?|another|the) (?:replacement|spare|different|fresh|loan)|asked for (?:another|a new|a fresh)|(?:done|did) (?:it|that|this|so|the|an?|all|some|every\w{0,8})|typed|shut"
    r"|(?<=ve )(?:run|taken|put|gone|given|driven|written|set|shut|held))"
)
_EN_ANY: Final = (  # any other, but what only happens, or is only said
    r"(?!(?:pass|econnrefus|sort|solv|fix|resolv|chew|call|e?mail|ask|want|need|notic|receiv|happen|fail|crash|work|look|seem|show|order|report|submit|complain|expir|los|arriv"
    r"|suppos|schedul|promis|plann|expect|requir|mention|miss|caus|affect|appear|land|disappear|finish|attempt|hir|fir|retir|bas|relat"
    r"|limit|advanc|nam|assign|us|approv|remain|refund|dropp|freez|explain|describ|rais|phon|believ|thank|appreciat|attach|reach|contact|wonder|concern|annoy|frustrat|stopp|start|di|chang|decid|hop|last|lock|block|sign|assum|think|tir|realis|realiz|wait|jamm|beep|flash|flicker)(?:ed|d)(?!\w))[a-z]{3,11}ed"
)
_EN_SURE: Final = re.compile(
    rf"{B}(?:{_EN_PAST}|{_EN_ONCE}|(?:hard |soft |power |double |re)?(?:reset)){E}"
)
_EN_TOO: Final = re.compile(rf"(?:{_EN_PAST_TOO}|{_EN_ONCE_TOO}){E}")
_EN_VERB: Final = re.compile(
    rf"{B}(?:{_EN_PAST}|{_EN_ONCE}|{_EN_PAST_TOO}|{_EN_ONCE_TOO}|{_EN_ANY}){E}"
)
_EN_I: Final = r"(?:i|we|i've|we've|ive|weve|i'd|myself|both of us|(?:me|my \w{3,10}|[a-z]{3,10}) and (?:i|me)|i and [a-z]{3,10})"
_EN_AUX: Final = (
    r"(?:(?:have|had|has|ve|'ve|already|also|even|just|both|now|then|literally|actually|obviously|did|myself|ourselves|carefully|properly"
    r"|tried|first|again|quickly|manually|repeatedly|of course|personally|simply|too|all|so far|at least|once|twice|three times|only|been|went and|gone and|ended up) )"
)
_EN_AGAIN: Final = re.compile(
    rf"{B}(?:already|also|even|again|twice|(?:two|three|four|five|six|ten|several|many|multiple|few|\d{{1,2}}) times|as well|too|(?:both|two|three|four|several|all)(?: the| my| our)? (?!hours|days|weeks|minutes|mins|months|years|hrs)[a-z]{{3,12}}s|(?:an?other|different|spare) [a-z]{{3,12}}|all the steps){E}"
)
_EN_LEAD: Final = (
    r"(?:(?:and|so|well|ok|okay|right|then|also|but|yes|yeah|yep|hi|hello|hey|team|all|guys|next|um|uh|er|like|even though|although|though|because|anyway|anyways"
    r"|today|yesterday|this morning|last night|earlier|earlier today|before that|before this|since then|meanwhile|after that|afterwards|in the meantime|in between|so far|to be fair|for info|fyi|for the record"
    r"|btw|ps|finally|firstly|secondly|thirdly|lastly|first|second|third|plus|things tried|tried|steps tried|steps taken|tried so far|what i tried|attempted|no|please note|note|just now|on (?:my|our) (?:end|side)"
    r"|on advice|on (?:your|his|her|their) \w{4,14}|as (?:advised|suggested|instructed|requested|usual|told)|per your \w{4,14}|following your \w{4,14}) )"
)
_EN_MADE: Final = r"(?:(?:had|got|have|having|getting) (?:it|them|(?:the|my|our|his|her) [\w-]{2,14}(?: [\w-]{2,14})?) )"  # had the reader unplugged
_EN_MINE: Final = re.compile(rf"(?:{_EN_LEAD}{{0,3}}(?:{_EN_I} )?{_EN_AUX}{{0,4}}{_EN_MADE}?)?")
_EN_MINE_LATE: Final = re.compile(rf"(?:^| ){_EN_I} {_EN_AUX}{{0,4}}$")
_EN_LATE_TOO: Final = re.compile(rf"(?:^| )(?:already|also|even) {_EN_AUX}{{0,3}}$")
_EN_HAD: Final = re.compile(
    rf"{B}(?:had|made|got|asked) (?:everyone|everybody|people|colleagues|users|the team|hr|it|support|me|us|them|him|her|(?:the|my) [a-z]{{3,12}}) (?:to )?(?:sign|re-?[a-z]{{3,10}}|{'|'.join(one.rstrip('*') for one in (_EN_BASES + _EN_BASES_TOO).split())}|do|run|go|put|take|turn){E}"
)
_EN_HAD_DONE: Final = re.compile(  # had the branch's electrician swap the supply
    rf"\s*(?:i |we )?(?:had|got) (?!to )(?:[a-z']+ ){{1,5}}?(?:to )?(?:swap|replace|reset|restart|reboot|reinstall|change|check|clean|update|flip|look at){E}"
)
_EN_UNDONE: Final = re.compile(
    rf"{B}(?:not|never|n't|nt|didnt|havent|hasnt|dont|cannot|cant|wont|\w{{2,6}}n't|to|will|i'll|we'll|'ll|would|(?:i|we|he|she|they|you|it)'d|should|shall|can|could|must|may|might|please|pls|if|when|whenever|once|after|before|since|until|unless|while|as soon as|who|how|why|whether|what"
    r"|get|gets|getting|keep|keeps|be|being|is|are|says|say|need|needs|want|wants|going|gonna|haven't yet|ever|nobody|noone|no one|nothing|every time|each time|yet to|where|which|that|page|message|cause|planning|about to)"
    rf"{E}"
)
_EN_THING: Final = re.compile(
    rf"{B}(?:it|itself|this|that|which|there|windows|computer|laptop|pc|machine|server|system|screen|monitor|app|application|programme?|software|outlook|teams|excel|zoom|vpn|phone|update|upgrade|session|page|website|site|password|everything|something|line|call|file|connection|power|network|internet|tablet|device|service|router|account|profile|licen[cs]e|certificate|job|process|database|client|installer|tool)(?:'s)?(?: \w{{2,10}})?\s*$"
)
_EN_PASSIVE: Final = re.compile(
    rf"{B}(?:was|were|been|got|'s been|is)(?: (?:already|also|even|just|only|all|both))? $"
)
_EN_SELF: Final = re.compile(
    rf"{B}(?:itself|themselves|on its own|on their own|automatically|by mistake|by accident|accidentally|for no reason|out of the blue|overnight by){E}"
)
_EN_HELPERS: Final = re.compile(
    rf"{B}(?:colleagues?|help ?desk|service desk|support|it (?:guy|support|dept|department|team|desk|people)|i\.t|guys?|bloke|chap|fella|lady|woman|man|person|facilities|lad|technician|engineer|tech|admin|agent|your|team|second line|first line|vendor|contractor|manager|boss|they|he|she|(?:someone|somebody) (?:from|at|in)|electrician|neighbour|coworker|husband|wife|son|[a-z]{{3,10}} from [a-z]{{2,10}}|(?:the|a|your|our) [a-z]{{3,12}} (?:from|at) [a-z]{{2,12}}){E}"
)
_EN_BASE_ONLY: Final = "|".join(
    one.rstrip("*") for one in (_EN_BASES + _EN_BASES_TOO).split() if "?" not in one
)
_EN_IF: Final = re.compile(
    rf"{B}(?:if|when|whenever|once|every time|each time|as soon as|only (?:if|when|after)|only by) (?:i |we |you |someone |we've |i've )?(?:just |then |first |manually )?(?:{_EN_BASE_ONLY}|{_EN_DOING}|{_EN_DOING_TOO}|{_EN_PAST}|reset|turn|shut|take|put|log|sign|hold){E}"
)
_EN_NOUN: Final = re.compile(
    rf"^(?:(?:and|even|just|simply|only|also|but|so|then|a|an|the|another|one|quick|full|simple|hard|factory|usual|complete|old|clean|tried|proper|cold) ){{0,4}}"
    rf"(?:shut ?down|power off|(?:full|complete|proper|cold) (?:restart|boot|shutdown)|reboot|restart|reinstall|reset|power cycle|re-?login|re-?image|reinstallation|refresh|off and on|rollback|(?:{_EN_DOING}|{_EN_DOING_TOO}|taking|putting|running|leaving|holding|setting|going|getting|shutting|resetting|rebuilding|unplugging|letting|giving)){E}"
)
_EN_PARTS: Final = re.compile(
    r"^[a-z]{2,10}(?: mode)? (?:in|out|on|off|on and off|off and on)$"
)  # paper out, paper in
_EN_OTHER: Final = re.compile(
    r"^(?:(?:in|via|with|even|also|on|from|using|a|an|the|full|quick|office|online) ){0,3}(?:safe mode|incognito(?: mode| window)?|private (?:mode|window|browsing)|clean boot|(?:system |office |online |full |quick )?(?:repair|restore|rollback|recovery|update|downgrade|calibration|defrag|disk check|scan)(?: install| of [a-z]{3,12})?|mobile data|(?:phone |mobile )?hotspot|tethering|webmail|web version|chrome|edge|firefox|safari|ethernet|cable instead of wi-?fi)$|^(?:(?:and|even|also|with|using|on|via|from|through|over|in|under) ){0,2}(?:(?:an?|my|the|two|three|several|some|his|her|our) )?(?:new|another|different|spare|other|borrowed|fresh|replacement|colleague's|incognito|private|wired|mobile|known good|known-good|brand new|safe|[a-z]{3,9}'s) [a-z][\w-]{2,14}(?: [\w-]{2,14}){0,3}$"
)
_EN_CURED: Final = re.compile(
    rf"{B}(?:fixed|sorted|solved|resolved|cured|working|worked|works|ok|okay|fine|good|back|going|up|started (?:working|up|printing|again)|helped|went away|did it|alive)(?: (?:again|now|it|this|that|out|up|fine|before|last \w{{4,5}})){{0,3}} (?:by|after|with|once|when|as soon as|if|through|since|following|only after|only by) "
    rf"(?=(?:i |we |you |someone |it |they |your colleague |a |an |the |my |just |only |simply )*(?:{_EN_BASE_ONLY}|{_EN_DOING}|{_EN_DOING_TOO}|{_EN_PAST}|{_EN_PAST_TOO}|resetting|taking|putting|took|put|turned|turning|reset|reboot|restart|reinstall|power cycle|hard reset|shut|ran|running){E})"
)
_EN_AFTER: Final = re.compile(
    rf"^\s*(?:only )?(?:after|following|with) (?:an?|the|each|every|another) (?:\w{{3,8}} )?(?:boot|reboot|restart|reset|power cycle|relog|reinstall){E}"
)
_EN_HELPS: Final = re.compile(
    rf"{B}(?:helps|helped|what works is|only thing that (?:helps|works) is) (?:if (?:i|you|we) |when (?:i|you|we) |to |only to )?(?=(?:{_EN_BASE_ONLY}|{_EN_DOING}|turn|put|take|hold|shut|reset){E})"
)
_EN_NOT_CURED: Final = re.compile(
    rf"{B}(?:if|should|would|will|might){E}|{B}(?:not|n't|nt|never|stopped|isn't|cannot|can't|won't|only)(?: \w{{2,8}})? $"
)
_EN_BEFORE_OUTCOME: Final = re.compile(
    r"(?:[\s,]|(?<![a-z])(?:and|but|with|to|which|that|it|is|was|made|it's|then|so|has|the|though|yet|only|just|i|we|my|still|now|all|both|screens?|after that|gave|did|shows?|had|seems?)(?![a-z]))+$"
)


def _english(reading: Reading, match: re.Match[str]) -> Found | None:
    low, start, end = reading.low, match.start(), match.end()
    clause = match.group()
    if (cured := _EN_CURED.search(clause)) and not _EN_NOT_CURED.search(clause[: cured.start()]):
        return _found(reading, start + cured.end(), end, HELPED)
    if (helps := _EN_HELPS.search(clause)) and not _EN_UNDONE.search(clause[: helps.start()]):
        deed_at = start + helps.end()
        return _found(reading, deed_at, end, how_long(low, deed_at))
    if (had := _EN_HAD.search(clause)) and not _EN_UNDONE.search(clause[: had.start()]):
        begin = 0 if had.start() <= _SHORT else had.start()
        return _told(reading, match, _Deed(begin, had.end(), sure=True))
    if had := _EN_HAD_DONE.match(clause):
        return _told(reading, match, _Deed(0, had.end(), sure=False))
    for verb in _EN_VERB.finditer(clause):
        deed = _english_deed(clause, reading.text[start : start + verb.start()], verb)
        if deed is not None and not _EN_SELF.search(clause, verb.end()):
            return _told(reading, match, deed)
        if verb.start() > 60:
            break
    if noun := _EN_NOUN.match(clause.lstrip()):
        return _noun(reading, match, len(clause) - len(clause.lstrip()), noun.end())
    if _EN_OTHER.match(clause.strip()) and _echoes(reading, end):
        return Found(start, end, NOT)
    if _EN_OTHER.match(clause.strip()) or _EN_PARTS.match(clause.strip()):
        outcome = outcome_of(low, end)
        if outcome.means and outcome.plain:
            return Found(start, end, outcome.means)
    if (after := _EN_AFTER.search(clause)) and (
        outcome := outcome_of(low, start + after.end())
    ).means in (HELPED, BRIEFLY):
        return _found(reading, start + after.start(), min(end, outcome.start), outcome.means)
    if when := _EN_IF.search(clause):
        outcome = outcome_of(low, start + when.end())
        if outcome.means == BRIEFLY or (outcome.means == HELPED and "only" in when.group()):
            return _found(reading, start + when.start(), min(end, outcome.start), outcome.means)
    return None


def _english_deed(clause: str, original: str, verb: re.Match[str]) -> _Deed | None:
    head = clause[: verb.start()]
    sure = bool(_EN_SURE.match(verb.group())) and verb.group() != "tried"
    if re.match(
        r" (?:worked|works|was|is|did|failed|fails|went|button|request|link|e?mail|code|page|option|screen|ticket)(?!\w)",
        clause[verb.end() :],
    ):
        return None
    if re.search(
        rf"{B}(?:ticket|request|case|incident|screen ?shots?|photos?|pictures?|video){E}", clause
    ):
        return None
    if verb.group() in ("opened", "clicked") and re.search(rf"{B}(?:only|just){E}", head):
        return None  # what somebody owns up to
    if verb.group() == "tried":
        if re.match(
            r" (?:everything|anything|it all|all|to (?!re|clear|clean|unplug|swap|turn|power|switch)|calling|ringing|phoning|emailing|contacting|reaching|asking)",
            clause[verb.end() :],
        ):
            return None
        sure = True
    bare = head.lstrip()
    mine = _EN_MINE.fullmatch(bare)
    if mine:
        lead = re.match(rf"{_EN_LEAD}*", bare)
        begin = len(head) - len(bare) + (lead.end() if lead else 0)
        certain = sure or bool(_EN_AGAIN.search(clause) or _EN_SURE.search(clause, verb.end()))
        elided = not re.search(rf"{B}{_EN_I}{E}", head)
        return _Deed(begin, verb.end(), certain, elided or bool(_EN_TOO.match(verb.group())))
    if re.search(rf"{B}(?:whether|remember|not sure|unsure|wonder\w*){E}", head):
        return None
    if re.search(
        r"(?<![a-z])(?:the|a|an|my|this|that|which|file|what) [a-z-]{2,16} (?:i|we)(?: had| have|'ve)? $",
        head,
    ):
        return None  # the spreadsheet I saved
    if late := (_EN_MINE_LATE.search(head) or _EN_LATE_TOO.search(head)):
        if _EN_UNDONE.search(head, late.end()) or re.search(
            rf"{B}(?:if|when|whenever|after|since|before|because|until|where|why|how|once|every time|each time|that|which|thing){E}[^,]{{0,6}}$",
            head[: late.start() + 1],
        ):
            return None
        return _Deed(late.start(), verb.end(), sure, bool(_EN_TOO.match(verb.group())))
    if _EN_UNDONE.search(head) or len(bare) > 60:
        return None
    if _EN_PASSIVE.search(head):
        if re.search(
            rf"{B}(?:i|we|who|everyone|someone|people){E}",
            head,
        ):
            return None
        return _Deed(len(head) - len(bare), verb.end(), sure=False, known=sure)
    if not (sure or _EN_TOO.match(verb.group()) or _EN_HELPERS.search(head)):
        return None
    if re.search(r"(?<![A-Z])IT (?:has )?$", original):
        return _Deed(len(head) - len(bare), verb.end(), sure=False)
    if _EN_THING.search(head) and not _EN_HELPERS.search(head):
        return None
    named = (
        len(bare.split()) <= 2
        and bool(
            re.match(r"(?:chang|replac|swap|reset|adjust|mov|updat|configur|clean)", verb.group())
        )
        and not re.match(r"(?:my|its?|this|that)(?![a-z])", bare)
    )
    if not _EN_HELPERS.search(head) and not named and (not sure or len(bare.split()) > 3):
        return None
    return _Deed(len(head) - len(bare), verb.end(), sure=False, known=False)


# --- Russian ------------------------------------------------------------------------------------

_RU_SURE: Final = (
    r"(?:(?:по|ис|ис)?пробова|перезагр(?:ужа|узи)|перегру(?:жа|зи)|перезапус(?:ка|ти)|переустан(?:авлива|ови)|пере(?:под|от|в)?ключ[аи]"
    r"|(?:по|про|о|вы|под)?чисти|очища|сбрасыва|сброси|сбива|переты[кч]а|переткну|перев?оты?кну|перевтыка|передергива|передерну|дерга|подерга|дерну"
    r"|отка(?:тыва|ти)|перезаходи|ребута|ребутну|рестарт(?:ова|ану)|переинсталлирова|протира|переставля|перестави|перенастра?(?:ива|ои)"
    r"|перепрошива|перепроверя|переобжа|перевыпус(?:ка|ти)|перерегистрирова|переимпортирова|перетряхива|выдергива|выдерну"
    r"|втыка|воткну|тыка|потыка|стуча|постуча|хлопа|продува|проду|снос[и]|отсоедин[яи]|пересоедин[яи]|пересозда(?:ва)?|перетащи|перекоммутирова|переобу[чв]а)"
)
_RU_TOO: Final = (
    r"(?:заряжа|заряди|переб(?:ира|ра)|переключа|ввел|обесточи|жа(?=ла? )|смени|зажима|доста(?:ва)?|держа|подержа|выходи(?=л[аи]? (?:из|со))|свери|сверя|отвяз|привяз|перепривяз|разреши|импортирова|экспортирова|выда(?=л\w? (?:друг|нов|запас))|печата(?=л\w? (?:и )?(?:с|из|через))|внес|отвяза|привяза|шевели|пошевели|запрашива|запроси|дожда|вытаскива|вытащи|вынима|выну|пыта|попыта|чини|почини|подтверди|положи|перекла?дыва|перелож|перенес|пересе|лази|полази|вход|войд|архивирова|заархивирова|сжа|щелкну|клацну|верну|вернул|запускa|выбира|выбра|пересажива|перевзя|поднесл|обнов(?:ля|и)|вы?ключа|выключи|включа|включи|(?:по|с|за)?меня|замени|провер[яи]|вставля|встави|вбива|вби|вводи|настраива|настрои|удал[яи]"
    r"|отключ[аи]|подключ[аи]|запус(?:ка|ти)|(?:по)?стави|устан(?:авлива|ови)|скач(?:ива|а)|созда(?:ва)?|заходи|подожда|закрыва|закры|открыва|откры|сканирова"
    r"|прогоня|прогна|форматирова|отформатирова|снима|сня|добавля|добави|разбира|разобра|собира|собра|подкида|подкину|прописа|прописыва|нажима|нажа|зажима|зажа"
    r"|двига|подвига|крути|покрути|тряс|потряс|встряхну|меня|убира|убра|увеличи|уменьши|прикладыва|приложи|подпаи|залива|зали|переноси|стира|дела|сдела|копирова|скопирова|брa|бра|взя|да|дава|щелка|пощелка|кликa|клика|жда|корректирова|вычища)"
)
_RU_IRREGULAR: Final = (
    r"(?:вернул(?:ся|ась|ись)(?= на| к)|перезагрузил(?:ся|ась|ись)|обновил(?:ась|ись)|внес(?:ла|ли)?|дождал(?:ся|ась|ись)|(?:пере)?(?:вы|за|пере|во)ш(?:ел|ла|ли)(?:[- ](?:за|вы)ш(?:ел|ла|ли))?|протерл?[аи]?|сне(?:с|сла|сли)|вве(?:л|ла|ли)|отнес(?:ла|ли)?|вынул[аи]?"
    r"|перелогинив?а?л(?:ся|ась|ись)|переподключа?и?л(?:ся|ась|ись)|пытал(?:ся|ась|ись)|перезашел|перезашли?|перезашла|попытал(?:ся|ась|ись)|перенесл?[аи]?|пересел[аи]?|ковырял(?:ся|ась|ись)|бил(?:ся|ась|ись)|возил(?:ся|ась|ись)|сидел[аи]?)"
)
_RU_PARTICIPLE: Final = r"(?:перезагруж|переустановл|перезапущ|сброш|замен|обновл|очищ|почищ|проверк?|переподключ|перепрош|удал|протер|прочищ|перенастро)ен[аоы]?"
_RU_ANY: Final = (
    r"(?!засты|слома|прави|зави|переста(?:л|в?ал)|пропа|упа|застря|замер|подвис|залип|погас|мига|морга|пища|шуме|свисте|гуде|пахн|тек|капа|треска|искри|гре|нагре|перегре|останови|молча"
    r"|умер|ослеп|высве|показа|вылет|отвали|слет|случи|бы|ста(?:л|в?ал)|работа|нача|исчез|сгоре|выби|выкину|писа|написа|проси|попроси|сказа|говори|веле|провис|просид|обеща|хоте|забы|потеря|виде|увиде|получи|приш|уеха|приеха|купи|приня"
    r"|заказ|замети|подав?а|пода|отправ|обрати|сообщ|жалова|реши|помо|заработ|поработ|проработ|появи|произош|мог|смог|име|принес|привез|уволи|прише|присла|прошла|зажева|порва|ушл|нашл|наш|сбои|глюч|тормози|лага|остал"
    r"|пробел|зал|файл|портал|канал|терминал|персонал|журнал|материал|сигнал|филиал|вокзал|подвал|капитал|интервал|оригинал|детал|шкал|профил|стил|автомобил|школ|сил|стол|отдел|цел|дел|недел|модел|пол|угол|узел|кабел|парол"
    r"|контрол|модул|протокол|пул|стул|цикл|разли|проли|урони|разби|поня|дума|зна|счита|надея|реши|ответи|оформи|оставля|остави|создава|требова|понадоби|оказа|каза|назва|звал|жил|был|понрави|устрои|закончи|кончи|спроси|позвони|звони|объясни|назнач|отклони|одобри|согласова|подписа|выда|уточн|предлож|посовет|рекоменд|вроде|сожра|остыл|остыва|нагрел|печата|напечата|болел|заболе|вышел|вышл|ушел|ушл|пришел|приехал|поехал|устро|перевел|перешл|ожида)"
    r"[а-я]{2,13}?[аяиыуе]л[аи]?"
)
_RU_PAST: Final = r"л[аи]?"
_RU_SURE_VERB: Final = re.compile(
    rf"{B}(?:{_RU_SURE}{_RU_PAST}|протер(?:ла|ли)?|перезаш(?:ел|ла|ли)|перелогинив?а?л(?:ся|ась|ись)|переподключал(?:ся|ась|ись)|(?:вы|пере)ключал[аи]?-включал[аи]?|вышл?[еа]?л?а?-заш\w{{1,3}}){E}"
)
_RU_VERB: Final = re.compile(
    rf"{B}(?:(?:{_RU_SURE}|{_RU_TOO}){_RU_PAST}|{_RU_IRREGULAR}|{_RU_PARTICIPLE}|{_RU_ANY}){E}"
)
_RU_KNOWN: Final = re.compile(
    rf"(?:(?:{_RU_SURE}|{_RU_TOO}){_RU_PAST}|{_RU_IRREGULAR}|{_RU_PARTICIPLE}){E}"
)
_RU_LISTED: Final = re.compile(rf"{B}(?:{_RU_SURE}|{_RU_TOO}){_RU_PAST}{E}")
_RU_UNDONE: Final = re.compile(
    rf"{B}(?:если|когда|чтобы|чтоб|кто(?!-то)|кто-то(?! из (?:ваш|наш|техпод|айти|it))|бы|нужно|надо|можно|нельзя|прошу|хочу|хотел[аи]?|завтра|буду|будем|может|могу|давайте|что|где|почему|зачем|пока|прежде|перед|котор\w{{2,3}}|просит|просят|нечаянно|случайно|ошибке|ненароком"
    rf"|антивирус\w?|система|винда|виндовс|windows|программа|обновлени[ея]|само|он сам|она сама|оно|сам собой|сама собой|кот|ребенок|уборщица|как только|с тех пор|после того|после того как){E}"
)
_RU_HOW: Final = re.compile(r"(?<!\w)как(?! (?:обычно|всегда|вы|советовал))(?!\w)")
_RU_ALREADY: Final = re.compile(
    rf"{B}(?:уже|тоже|даже|дважды|трижды|заново|несколько раз|пару раз|заново|раз|раза|и (?:с|из|через|на|под)(?= [а-я]+)|еще раз|опять|повторно|пробовал[аи]?|самостоятельно|принудительно){E}|л[аи]?[- ](?:и )?(?:вы|вк|за|пере|в)"
)
_RU_LEAD: Final = re.compile(
    r"\s*(?:(?:и|а|но|да|ну|короче|в общем|хотя|потом|затем|сначала|также|еще|здравствуйте|добрый день|при этом|из того что|естественно|конечно|кстати|вроде|значит|так|сегодня|вчера) )*"
)
_RU_NOUN: Final = re.compile(
    rf"{B}(?P<after>после |с )?(?:(?:холодного|моей|полной|обычной|простой|повторной|очередной|простая|полная|обычная|повторная) )?"
    r"(?P<noun>(?:перезагруз|переустанов|перепрошив|перенастрой|(?:о|про|по)?чист|перестанов)к(?:а|и|у|ой)|перезапуск\w?|сброс\w{0,2}|откат\w{0,2}|ребут\w?|рестарт\w?|старта?|запуска|(?:пере)?подключени[еяю]|переподключени[еяю]|обновлени[ея]|отключени[ея]|выключени[ея]|удалени[ея]|замен[аы]|смен[аы]|диагностик[аи]|(?:пере)?калибровк[аи]|перелогин\w?|перетыкани[ея]|передергивани[ея]|танц\w с бубном)"
    rf"(?: (?!не |помо|ничего|без |все |то |та |тоже |опять |снова |работает|и |а |но |лечит|спас|дает|дал)[а-яa-z0-9-]{{2,20}}){{0,4}}{E}"
)
_RU_RESTART: Final = re.compile(
    r"^старта|перезагруз|перезапуск|ребут|рестарт|сброс|откат|перелогин|выключ|перепод|перет"
)
_RU_SUBJECT: Final = re.compile(
    r"^\s*(?!(?:это|что|ничего|ничто|никто|тоже|но|и|пока|все|вы|мы|я|мне|он|она|они|вам|опять|так|их|его|ее|увы|к сожалению|чем|никак|не|в|техподдержка|поддержка|специалист\w?|ваш\w?)(?!\w))"
    r"((?:[а-яa-z0-9-]{2,20} ){0,4}[а-яa-z0-9-]{2,20}) (?:(?:тоже |также |никак |вообще |совсем |ничего )?не (?:помог(?:ает|ло|ла|ли|ают)?|спас(?:ает|ло|ла)|дал[аио]?(?= (?:результат|эффект|ничего|толку)))|ничего не (?:дал[аио]?|дает|изменил[аио]?|решил[аио]?))(?!\w)"
)
_RU_CURE: Final = re.compile(
    r"^\s*((?:[а-я]{2,14}ни[ея]|[а-я]{2,14}к[аи]|[а-я]{1,10}(?:ход|ос|ск|ат|хода)|[а-я]{2,12}тие|смен[аы]|замен[аы])(?: [а-яa-z0-9-]{1,20}){0,5}?) (?:помог(?:ло|ла|ли)?|решил[аои]?|исправил[аои]?|вылечил[аои]?|спас(?:ло|ла)?)(?!\w)"
)
_RU_AFTER: Final = re.compile(
    rf"{B}(?:ушл[аио]|ушел|прошл[аио]|прошел|пропал[аио]?|исчез\w{{0,3}}|заработал[аио]?|помогло) после ((?:перезагруз|переустанов|перепрошив|чист|сброс|откат|замен|обновлен|перезапуск|отключен|удален)\w{{1,4}}(?: [а-я]{{3,14}}){{0,2}})"
)
_RU_HELPED: Final = re.compile(
    rf"{B}(?P<not>не )?(?:помога?(?:ло|ла|ли|ет|ют)|спас(?:ло|ла|ает)|выручает|лечится|решается|решилось|исправилось|решили|вылечили|починили) (?:только |лишь |тогда |в прошлый раз |временно )*"
    rf"(?P<deed>(?:[а-я]{{3,16}}(?:ние|нием|ка|кой|ск|ском|сом|том|ос|ат|на|ной|я|ей)|когда [а-я]+)(?: (?!и |а |но )[а-яa-z0-9-]{{1,20}}){{0,4}})"
)
_RU_MADE: Final = re.compile(
    rf"{B}(?:попроси|проси|застави|веле|уговори)л[аи]? (?:[а-я]{{2,14}} ){{1,2}}(?:пере|вы|от|под|об|с|за)[а-я]{{2,14}}(?:ть|ти|ться){E}"
)
_RU_MY: Final = re.compile(
    r"^\s*(?!ночью|осенью|хочу|могу|прошу|пишу|буду|работаю|использую|пользуюсь|вижу|получаю|думаю|знаю|жду|нахожусь|помню|понимаю|подключаюсь|смотрю|говорю|сижу|спрашиваю|не )[а-я]{2,13}[аяеолнь]ю(?:сь)?(?!\w)"
)
_RU_IF: Final = re.compile(
    rf"{B}(?:если|когда|стоит|достаточно) (?:[а-я]{{2,12}} ){{0,2}}?(?:[а-я]{{3,15}}(?:ть|ти|ться|чь)|(?:пере|вы|от|за|под)[а-я]{{3,14}}(?:ю|у|ешь|ишь)(?:сь)?){E}"
)
_RU_DOING: Final = re.compile(
    rf"{B}(?:перезахожу|перезагружаю(?:сь)?|перезапускаю|переподключаю(?:сь)?|передергиваю|переключаю(?:сь)?|выключаю|отключаю|перелогиниваюсь|жму|нажимаю|тыкаю|дергаю|пробую|втыкаю|вставляю|меняю|захожу|обновляю|чищу|сбрасываю|удаляю|ввожу|ребутаю|открываю|закрываю|(?:пере)?заходим|перезагружаем(?:ся)?|перезапускаем|переподключаем(?:ся)?|передергиваем|выключаем|отключаем|втыкаем|меняем|чистим|сбрасываем){E}"
)
_RU_OTHER: Final = re.compile(
    r"^\s*(?:(?:и|даже|через|в|с|по|на) ){0,2}(?:(?:безопасн\w{2,3} )?режим\w? (?:инкогнито|совместимости)?|безопасн\w{2,3} режим\w?|инкогнито|(?:восстановление|проверка|сканирование|исправление|дефрагментация|очистка|установка|откат) (?!завтра|послезавтра|сегодня|будет|в |на )[а-яa-z0-9]{2,14}(?: [а-я]{3,14})?|мобильн\w{2,3} интернет\w?|раздач\w с телефона|веб-верси\w|хром|edge|chrome|firefox|файрфокс|эдж|по кабелю|по проводу)\s*$|^\s*(?:(?:и|а|тоже|также|даже|с|со|через|на|под) ){0,2}(?:(?![а-я]{3,14}л[аи]? )[а-яa-z0-9-]{3,16} )?(?:нов(?:ый|ая|ое|ые|ую|ым|ой)|друг(?:ой|ая|ое|ие|ую|им)|чуж(?:ой|ая|ую|им)|запасн\w{2}|соседск\w{2,3}|исправн\w{2})(?: [а-яa-z0-9-]{3,16}){0,2}(?: тоже| также)?\s*$"
)


_RU_ONCE: Final = re.compile(  # стукнешь по нему - на минуту перестаёт
    r"\s*(?:чуть |пару раз |раз |разок |если |вот )?([а-я]{3,14}(?:[еи]шь)(?:ся)?(?: [а-я]{1,14}){0,4})\s*$"
)
_RU_ALSO: Final = re.compile(r"\s*(?:и |а )?[а-я]{3,12}(?: [а-я]{3,12})? (?:тоже|также)\s*$")
_RU_DEED_BEFORE: Final = re.compile(rf"{B}(?:{_RU_SURE}|{_RU_TOO}){_RU_PAST}{E}[^!?\n]{{0,24}}$")


def _russian(reading: Reading, match: re.Match[str]) -> Found | None:
    low, start, end, clause = reading.low, match.start(), match.end(), match.group()
    if subject := _RU_SUBJECT.match(clause):
        return _found(reading, start + subject.start(1), start + subject.end(1), NOT)
    if after := _RU_AFTER.search(clause):
        return _found(reading, start + after.start(1), start + after.end(1), HELPED)
    cure = _RU_CURE.match(clause)
    if cure and not re.search(r"(?<!\w)не(?!\w)", clause):
        means = outcome_of(low, start + cure.end(1)).means
        return _found(reading, start + cure.start(1), start + cure.end(1), means)
    if (
        (helped := _RU_HELPED.search(clause))
        and not helped["not"]
        and not re.search(r"говор|пишут|совет|слыша|вроде|если|может", clause[: helped.start()])
    ):
        means = how_long(low, start + helped.end("deed"))
        if re.search(r"временно|ненадолго", clause):
            means = BRIEFLY
        return _found(reading, start + helped.start("deed"), start + helped.end("deed"), means)
    lead = _RU_LEAD.match(clause)
    if (noun := _RU_NOUN.match(clause, lead.end() if lead else 0)) and (
        found := _russian_noun(reading, match, noun)
    ):
        return found
    for verb in _RU_VERB.finditer(clause):
        deed = _russian_deed(clause, verb)
        if deed is not None:
            return _told(reading, match, deed)
        if verb.start() > 60:
            break
    if (
        (once := _RU_ONCE.match(clause))
        and not _RU_UNDONE.search(clause)
        and re.match(r"\s*[-–—,]", low[end : end + 3])
    ):
        told = low[end : end + 60]
        if not re.match(
            r"\s*[-–—,]+\s*(?:а |но |и )?(?:не|нет|все равно|то же|так же|ничего|без|ноль|опять|снова)(?!\w)",
            told,
        ):
            return _found(reading, start + once.start(1), end, BRIEFLY)
    if when := _RU_IF.search(clause):
        outcome = outcome_of(low, start + when.end())
        if outcome.means in (BRIEFLY, HELPED):
            return _found(reading, start + when.start(), min(end, outcome.start), BRIEFLY)
        return None
    if (doing := _RU_DOING.search(clause)) and not _RU_UNDONE.search(clause[: doing.start()]):
        outcome = outcome_of(low, start + doing.end())
        if outcome.plain and not re.search(
            r"(?:при|когда|каждый раз|всегда)", clause[: doing.start()]
        ):
            return _told(reading, match, _Deed(doing.start(), doing.end(), sure=True))
    if made := _RU_MADE.search(clause):
        outcome = outcome_of(low, start + made.end())
        return _found(reading, start + made.start(), end, outcome.means) if outcome.plain else None
    if (mine := _RU_MY.match(clause)) and (
        outcome := outcome_of(low, start + mine.end())
    ).means in (HELPED, BRIEFLY):
        return _found(reading, start, min(end, outcome.start), BRIEFLY)
    noun = _RU_NOUN.search(clause)
    if (
        noun
        and len(clause[: noun.start()].split()) < 5
        and (found := _russian_noun(reading, match, noun))
    ):
        return found
    if _RU_OTHER.match(clause) and _echoes(reading, end):
        return Found(start, end, NOT)
    if _RU_OTHER.match(clause):
        outcome = outcome_of(low, end - 5 if clause.endswith(" тоже") else end)
        if outcome.means and outcome.plain and outcome.start < end + 40:
            return Found(start, end, outcome.means)
    if (also := _RU_ALSO.match(clause)) and _RU_DEED_BEFORE.search(low[max(0, start - 40) : start]):
        return _found(reading, start + also.start(), end, outcome_of(low, end).means)
    return None


def _russian_noun(reading: Reading, match: re.Match[str], noun: re.Match[str]) -> Found | None:
    """Перезагрузка не помогла; "после" it only what helped counts, as else it is since then."""
    start = match.start()
    outcome = outcome_of(reading.low, start + noun.end("noun"), troubles=False)
    if (
        not outcome.plain
        or outcome.start > match.end() + 4
        or _RU_UNDONE.search(match.group()[: noun.start()])
    ):
        return None
    if noun["after"] and not (
        _RU_RESTART.search(noun["noun"]) and outcome.means in (HELPED, BRIEFLY)
    ):
        return None
    end = min(start + noun.end(), max(outcome.start, start + noun.end("noun")))
    return _found(reading, start + noun.start(), end, outcome.means)


def _russian_deed(clause: str, verb: re.Match[str]) -> _Deed | None:
    if re.match(r"вы(?:шел|шла|шли)$", verb.group()) and not re.match(
        r" (?:из|со?|и (?:за|во)ш)|\s*$", clause[verb.end() :]
    ):
        return None
    if re.match(r"\s*(?:кто|котор\w{2,3}|что)(?![\w-])", clause):
        return None
    head = " ".join(clause[: verb.start()].split()[-3:]) + " "  # further off is something else
    if re.search(
        rf"{B}(?:заявк\w|тикет\w?|обращени\w|инцидент\w?|скрин\w{{0,4}}|скриншот\w{{0,2}}|фото\w{{0,5}}|видео|приложил\w?|прикрепил\w?){E}",
        clause,
    ):
        return None
    if re.search(
        r"(?<!\w)(?:не|ни)(?: (?:еще|сам|сама|сами|стал[аи]?|успел[аи]?|смог|смогла|смогли|только|разу))? $",
        head,
    ):
        return None
    if re.match(r"(?:перезагруз|обнов)ил(?:ся|ась|ись)", verb.group()) and clause[
        : verb.start()
    ].strip() not in ("", "я", "мы", "уже", "и"):
        return None  # the computer did
    if re.search(r"(?<!\w)только $", clause[: verb.start()]) and re.match(
        "откр|нажа|кли", verb.group()
    ):
        return None  # what somebody owns up to
    if re.search(r" или(?: нет)?\s*$", clause):
        return None  # whether it was done
    if (
        _RU_UNDONE.search(head)
        or _RU_HOW.search(head)
        or re.match(r" бы(?!\w)", clause[verb.end() :])
    ):
        return None
    if re.search(
        r"вы(?:шел|шла|шли) (?:во?|на|с) (?:понед|втор|сред|четв|пятн|рабо|смен|\d)", clause
    ):
        return None
    if re.search(r"(?<!\w)из (?:отпуска|декрета|командировки|больничного)", clause):
        return None
    if re.search(r"[a-z]{2,5}-?\d{3,}[,: ]{0,3}$", clause[: verb.start()]):
        return None
    if verb.group().startswith("держа") and re.match(r" (?:\d|пол|целы)", clause[verb.end() :]):
        return None  # a battery
    if re.search(rf"{B}(?:случайно|нечаянно|по ошибке|ненароком){E}", clause):
        return None
    if verb.group().startswith("пыта") and not re.match(
        r" (?:[а-я]{4,16} )?(?:через|с|со|из|под|по|на) [а-я]| (?:пере|с|об|у|от|вы)\w{2,12}ть(?!\w)",
        clause[verb.end() :],
    ):
        return None
    sure = bool(_RU_SURE_VERB.match(verb.group())) or bool(
        _RU_ALREADY.search(clause) and re.match(_RU_TOO, verb.group())
    )
    sure = sure or len(_RU_LISTED.findall(clause)) > 1
    lead = _RU_LEAD.match(clause)
    begin = lead.end() if lead and lead.end() <= verb.start() else 0
    words = list(re.finditer(r"\S+", clause[begin : verb.start()]))
    if len(words) > 5:
        begin += words[-2].start()
    known = bool(_RU_KNOWN.match(verb.group()))
    return _Deed(begin, verb.end(), sure, known)


# --- Chinese ------------------------------------------------------------------------------------

_ZH_SURE: Final = (
    r"(?:重(?!新|要|点|复|量|大|视|叠|庆|影|来|名|现|读|病|症|型|工|组会|点)[\u4e00-\u9fff]|重新[\u4e00-\u9fff]{1,2}|冷启动|结束(?:进程|任务)|杀(?:了|掉)|退出(?:再|重|后|来)|清(?=[a-z])|清(?:理|除|空|洁|了|过|缓|完|一)|拔(?:掉|下|插|了|过|出|电|线)?|插拔|卸载|卸了|还原|刷新|断电|修复|回滚|回退|退回|杀毒|查杀|格式化|进(?:入)?(?:了)?安全模式|放电"
    r"|复位|注销|关(?:了|掉|机|闭)?(?:再|又|后|重)(?:重新)?[开打]?|关机|开关(?!坏|失|不|没)|擦|(?<![面考笔复测口初])试(?!用|图|卷|题|剂)|尝试|测试过|排查|强制(?:重启|关机|刷新|退出)|恢复(?:出厂|默认|备份|了出厂)|踢)"
)
_ZH_TOO: Final = (
    r"(?:更换|(?<![替兑交])换(?![句言个]?[班届季])|更新|升级|降级|检查|查(?:了|过)|删(?:除|掉|了|过)?|装(?!修|载|备)|安装|改|修改|切换|切(?:到|成|了)|禁用|启用|停用|解绑|绑定|授权|校准|调整|调(?:了|过|成|大|小|高|低)|同步|设置|设(?:了|成|过)|打开|关闭|关掉|关了|关过|退出|登出|断开|断(?:了|过)电|拿(?:出|掉|下|开)|放(?:回|进|出)|拆|抽|晃|敲|拍|吹|移|搬|挪"
    r"|借(?:了|过|来)|用(?:了|过)|用(?=[^不,，。]{1,8}(?:试|登|连|打开|扫)(?:了|过|也|都|还))|连(?:了|过|上|到)|接(?:了|过|到)|充(?:了|过)|输(?:了|过|入)|按|(?<![一二两三四五六七八九十\d])点(?:了|过|击)|勾|取消|去掉|(?<=[也都已])给了|加(?:了|过|到|进|入)|添加|配(?:了|过|置)|踢|解锁|给(?:了|过)|给(?=电脑|机器|它|手机|设备)|核对|确认(?:了|过)|导(?!致)|拷|复制|另存|跑(?!批)|等(?:了|过)|弄(?!丢|坏|脏)|折腾|处理|修(?:了|过)|看(?:了|过)|走(?:了|过)|下(?:了|载)|做(?:了|过)|暂停|限(?:制|了|过)|打(?:过|了)|翻(?:了|过|遍)|开盖|建(?:了|过)|新建|扫(?!描|码)|拉(?:出|开|掉|了)|推(?:回|进|上)|抠|塞(?:回|进|了)|拧|合上|掀|取(?:出|下|了)|插(?!件|图|座|头)|开(?:了|过|启|通)|存|挂(?!了)|刷(?:了|过)|操作|照着|按照|执行)"
)
_ZH_ANY: Final = (  # any other that is done with, but what only happens, or is only said
    r"(?:(?![续掉通经超坏断死线卡黑没不网时出常电找丢锁停挂闪崩报满慢忘摔洒水来去到收现看听说话系等好行除期效败错空光爆慌急烦晕懵疯变兴灰白暗亮件封够撑包反乱歪松裂弯花糊红绿灭锈成多少久天年月周次点半会完有是给让叫问催提交诉馈款费钱用][了过])[\u4e00-\u9fff](?:了(?!解)|过(?!期|来|去|会|分|滤|程|于))|把[^,，。]{1,8}?(?:上去|进去|回去|出来|下来|起来|掉|开|上|(?<!就)好))"
)
_ZH_VERB: Final = re.compile(rf"(?P<sure>{_ZH_SURE})|(?P<too>{_ZH_TOO})|{_ZH_ANY}")
_ZH_UNDONE: Final = re.compile(
    r"要不要|能不能|可不可以|可以(?:给|帮|把)|是不是|是否|想|打算|准备|等下|等会|待会|回头|明天|后天|应该|如果|要是|万一|假如|请|麻烦|(?<!有人)帮(?!(?:我|我们|忙)$)|需要|得(?=换|重|去)|怎么|如何|(?:让|叫|要求|建议|提示|催)(?:我|先|用户|大家|重|更)|有人(?![帮给]我)|还没|没在|从没|从来没|没有?(?=重|换|试|清|动|更|删|改|升|装|关|拔)|未|不敢|不能|无法|不会|别(?!人|的)|不要|不用|自动|它|每次|刚要|每(?:天|周)|自己就|突然|被|正要|刚要|差点|会(?!话|议)|觉得|认为|以为|听说|据说|(?<!也)想|要(?=重|换|装|改|用|更)|不小心|误|怕|忘了|忘记|谁|因为|自从|从[^,，]{1,8}(?:起|开始)|说(?:帮|要|会|可以|让|是)|怕"
)
_ZH_ASPECT: Final = re.compile(
    r"[\u4e00-\u9fffa-z0-9 ]{0,10}?(?:了|过|完|遍|[两三四五几好\d]次|\d{1,3}(?:秒|分钟)|出来|回去|进去|上去|下来|回来|起来|[插拧按接装塞](?:紧|好|牢|稳)|换上|插[\u4e00-\u9fff]{0,3}上|[换改切接移搬挪插连调加](?:[\u4e00-\u9fff]{0,2})(?:到|成|回|进))|.{1,2}掉"
)
_ZH_MARKED: Final = re.compile(r"已经?|都|也|全|又|自己|反复|多次|再次|甚至|连")
_ZH_AFTER: Final = re.compile(
    r"[\u4e00-\u9fffa-z0-9 ]{0,8}?(?:(?:之|以)后|后(?!台|面|来|退|边)|完(?!全|成|整|毕))"
)
_ZH_LEAD: Final = re.compile(
    r"\s*(?:(?:我们?|咱们?|但是?|可是|然后|而且|另外|今天|昨天|刚才|刚刚|早上|后来|之前|上午|下午|现在|于是|结果|当时|虽然|其实|先|接着|还|就|因此|所以) ?)*"
)
_ZH_CURED: Final = re.compile(
    r"(?:(?:是|靠|通过|用|后来|最后)?(?P<deed>(?:(?!是)[\u4e00-\u9fffa-z0-9]){2,14}?)(?:的|才|之后|以后|后|来)?(?:解决|搞定|修好|恢复)的)|(?:只有|除非|必须)(?P<only>[\u4e00-\u9fffa-z0-9]{2,10}?)(?:后|之后|一下)?才(?:能|行|好|可以|恢复)"
)


_ZH_ECHO: Final = re.compile(
    r"[,，。;；](?:还|照样|又)?([闪黑卡断响慢死崩掉糊抖]{1,2})(?=[,，。;；!！]|$)"
)
_ZH_ALONE: Final = re.compile(
    r"((?:安全模式|无痕(?:模式|窗口)?|(?:在线|快速)?修复(?:安装)?|系统还原|手机热点|网页版|网线直连|有线|清缓存|重装|重启|[换用]个?(?:浏览器|账号|电脑|网线|接口|手机|键盘|鼠标|耳机|纸|端口)|[a-z]{4,8})(?:下|里)?)(?:也|都|还是|照样|同样)?(?:一样|不行|没用|没效果|也是|这样|无效|没区别)(?![\u4e00-\u9fff])"
)


def _chinese(reading: Reading, match: re.Match[str]) -> Found | None:
    low, start, clause = reading.low, match.start(), match.group()
    if (
        (echo := _ZH_ECHO.match(low, match.end()))
        and _ZH_VERB.match(clause)
        and echo[1] in low[max(0, start - 60) : start]
    ):
        return _found(reading, start, match.end(), NOT)
    if alone := _ZH_ALONE.match(clause):
        return _found(reading, start, start + alone.end(1), NOT)
    if re.search(r"[吗么呢]$", clause.rstrip()) or low[match.end() : match.end() + 1] == "?":
        return None
    if (cured := _ZH_CURED.search(clause)) and _ZH_VERB.search(cured["deed"] or cured["only"]):
        told = "deed" if cured["deed"] else "only"
        return _found(reading, start + cured.start(told), start + cured.end(told), HELPED)
    for verb in _ZH_VERB.finditer(clause):
        head = clause[: verb.start()]
        made = re.search(r"让(?:我们?|大家)(?=[^,，]{0,3}$)", head) and re.match(
            r".{1,3}[了过]|.*[了过]$", clause[verb.start() :]
        )
        if _ZH_UNDONE.search(head[-16:].replace("让", "") if made else head[-16:]):
            return None
        if head.endswith("自己") and not re.search("我|咱|他|她", head):
            return None  # the thing itself
        deed = _chinese_deed(reading, match, verb)
        if deed is not None:
            return deed
        if verb.start() > 40:
            break
    return None


_ZH_NO_DEED: Final = re.compile(
    r"[^了过,，。]{0,2}(?:(?:还)?[没未](?=动|改|碰|换|变|测|试|做|装|重)|不(?:了|动|上|开|掉|进|出|成|来|到|通|起)|失败|的)|[^,，。]{0,40}时(?:提示|报|弹|显示|出)|[过了][^,，。]{0,4}电话|之前|以前|前(?!面)|时|的时候"
)


_ZH_OTHERWISE: Final = re.compile("安全模式|无痕|隐身|别的|另一|其他|手机|备用|f\\d")
_ZH_BEFORE_OUTCOME: Final = re.compile(
    r"(?:[也都还就又,，、 ]|但是?|可是?|结果|然后|之后|以后|后|了又)+$"
)
_ZH_LISTED: Final = re.compile(
    r"[,、]\s?[^,，。;!]{0,10}(?:试|重启|重装|也|连|都换)[^,，。]{0,6}[了过]"
)
_ZH_MEANT: Final = re.compile(r"在.{1,10}里|把|按|试着|改成")
_ZH_IN_TURN: Final = re.compile(
    rf"[\u4e00-\u9fffa-z0-9]{{1,8}}?(?:再|又|然后|后|之后|,)(?:{_ZH_SURE}|{_ZH_TOO}|打|开|进|加|装|插|连|登|建)"
)


def _chinese_deed(reading: Reading, match: re.Match[str], verb: re.Match[str]) -> Found | None:
    low, clause = reading.low, match.group()
    at = match.start() + verb.end()
    if _ZH_NO_DEED.match(low, at) or re.search(
        r"[不没别能会]$|有没有|不记得|不确定|谁[^,，]{0,4}$|报修$|共$|工单|单子|邮件|还是|总是|每|[a-z]{2,5}-?\d{3,}(?:已经?)?$|[人个]都?$|才(?:刚)?$|(?:一|每|\d|几)个?(?:小时|天|分钟|周|晚上|上午)(?:就|都|要|得|会)?(?:自动)?$",
        clause[: verb.start()],
    ):
        return None
    if re.match(
        r"[^,，。]{0,4}(?:邮件|消息|短信|信息|截图|工单)", low[at:]
    ) and verb.group().startswith("发"):
        return None
    if verb.group().startswith("看") and clause[: verb.start()].endswith("来"):
        return None  # somebody came to have a look
    if re.search(r"(?:日志|截图|资料|文件|表格|邮件)发(?:给|到|过去|了)", clause):
        return None
    if low.startswith("班", at):
        return None  # 上班
    outcome = outcome_of(low, at)
    if outcome.means and re.search(
        r"[,，](?:他们?|对方|那边|说|回复|答复|告诉|客服)*说", low[at : outcome.start]
    ):
        outcome = outcome._replace(means="", plain=True)  # what somebody says of it
    if _LONG_AGO.search(clause) and (outcome.means != NOT or verb["sure"] is None):
        return None
    near = (
        outcome.plain
        and outcome.start - at < 30
        and not re.search(r"[,，。;；!]", low[match.end() + 1 : outcome.start])
    )
    head, rest = clause[: verb.start()], clause[verb.start() :]
    if not (verb["sure"] or verb["too"]) and (
        not outcome.plain or re.search("[不没断坏卡死黑报]", head)
    ):
        return None
    if (
        verb["sure"] is None
        and outcome.means == NOT
        and (
            _EVER_SINCE.search(low, at, outcome.start + 3)
            or (not outcome.plain and _NOW.search(low, at, outcome.start + 1))
        )
    ):
        return None
    sure = verb["sure"] is not None or bool(_ZH_IN_TURN.match(rest))
    if _ZH_AFTER.match(rest) and not (outcome.plain and (sure or outcome.means != NOT)):
        return None  # 升级以后一直不行: since then
    listed = bool(_ZH_LISTED.match(low, match.end()))
    marked = (
        listed
        or bool(_ZH_MARKED.search(head[-6:]))
        or bool(re.match(r".{0,8}过(?!期|来|去)", rest))
    )
    aspect = bool(_ZH_ASPECT.match(rest))
    bare = near and (
        not head.strip()
        or bool(_ZH_OTHERWISE.search(clause) and re.search("[也都]", low[at : outcome.start + 1]))
    )
    if not (
        bare
        or (sure and near)
        or (aspect and (sure or outcome.plain or (outcome.means and _ZH_MEANT.search(clause))))
        or (marked and aspect)
        or (sure and marked)
    ):
        return None
    lead = _ZH_LEAD.match(clause)
    begin = lead.end() if lead and lead.end() <= verb.start() else 0
    if verb.start() - begin > 14:
        begin = verb.start() - 6
    end = match.end()
    if not outcome.means and sure and _goes_on(reading, end):
        outcome = outcome._replace(means=NOT)
    if outcome.means and outcome.start < end:
        end = at + len(_ZH_BEFORE_OUTCOME.sub("", low[at : outcome.start]))
    return _found(reading, match.start() + begin, max(end, at), outcome.means)


# --- what is common to the languages -------------------------------------------------------------


def _found(reading: Reading, start: int, end: int, means: str) -> Found | None:
    return Found(start, end, means) if reading.low[start:end].strip(" ,.;:，。；：、") else None


_SURELY_BEFORE: Final = re.compile(
    rf"{B}(?:{_EN_PAST}|{_EN_ONCE}|{_RU_SURE}{_RU_PAST}){E}[^.;!?\n]{{0,40}},\s?(?:and |и )?$"
)


_LISTED: Final = re.compile(
    rf",\s?(?:and |then |even |also |и |даже )*(?:i |we )?(?:(?:{_EN_PAST}|{_EN_ONCE}|{_EN_PAST_TOO}|{_EN_ONCE_TOO}){E}|(?:[а-я]{{3,14}} ){{0,4}}(?:{_RU_SURE}|{_RU_TOO}){_RU_PAST}{E})"
)
_EVER_SINCE: Final = re.compile(
    r"ever since|since then|since that|с тех пор|после этого|после чего|从那|打那|之后就|以后就|后来就"
)
_NOW: Final = re.compile(
    r"(?<!\w)(?:and now|now|suddenly|теперь|сразу)(?!\w)|больше не|и (?:все )?пропал|现在|突然"
)
_AND_NOW: Final = re.compile(
    r",? ?(?:and now|now|и теперь|теперь|и сразу|после чего)(?!\w)(?!.{0,24}(?:worse|still|хуже|все равно|по-прежнему))"
)
_LONG_AGO: Final = re.compile(
    r"until (?:19|20)\d\d|(?<!\w)до 20\d\d|20\d\d年|(?<!\w)in (?:january|february|march|april|may|june|july|august|september|october|november|december|20\d\d)(?!\w)|(?<!\w)в (?:январ|феврал|март|апрел|ма[ей]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w|[一二三四五六七八九十\d]月|上个?月|去年|last (?:month|year|summer|winter|spring|autumn)|в прошлом (?:месяце|году)"
)
_SO_THAT: Final = re.compile(
    r"[^,.;!?\n]{0,24} (?:so (?:that )?(?:it|they|nothing|nobody) |чтобы (?:не|ничего) |to avoid |to prevent )|[^,。]{0,10}(?:以免|免得|怕)"
)
_ASIDE: Final = re.compile(
    r" (?:yesterday|today|this morning|last (?:night|week)|thinking|hoping|in case|just in case|in the hope|because|as (?:you|per|advised|suggested|usual)|like (?:you|your)|вчера|сегодня|как вы|на всякий)(?!\w)"
)


_TROUBLE_TOLD: Final = re.compile(
    r"(?<![a-z])(?:can(?:no|')?t|won'?t|doesn'?t|isn'?t|not|no|fails?|crash\w*|error|stuck|broken|dead|slow|blank|lost|down|late|wrong|bad|jam\w{0,3}|noise|expired|drains?|flat)(?![a-z])|(?<!\w)(?:не|нет|без|ошибк\w|завис\w*|виснет|пропал\w?|сломал\w*|опоздани\w{1,2}|садит\w{2,3}|погас|замяти\w|лопнул\w?|перестал\w?)(?!\w)"
)
_SHORT: Final = 42  # characters


def _is_after_trouble(reading: Reading, match: re.Match[str]) -> bool:
    """Бумага не идёт. Лоток поменяли: said for nothing else than that it was tried."""
    clause = match.group()
    return (
        len(clause.strip()) <= _SHORT
        and not _ASIDE.search(clause)
        and bool(_TROUBLE_TOLD.search(before(reading, match.start(), 80)))
    )


_NEXT: Final = re.compile(r"[.,;!。、—–-]+\s*(?P<clause>[^.,;:!?\n。、—–]{3,80})(?P<end>[?]?)")
_NO_STATE: Final = re.compile(  # a wish, an address, another matter
    r"(?<![a-z])(?:please|pls|can|could|will|help|need|want|thanks?|ticket|call|my|our|your|log-?in|user|id|contact|ext|asap|urgent|deadline|meeting"
    r"|starts?|begins?|hi|hello|best|regards|kind|let|what|how|who|any|should|would|version|asset|tag|s/n|serial|i'm|we're|today|tomorrow|by|before|until|\w+day|he|she|they|also|same user|model|\w+ed)(?![a-z])|\d"
    r"|(?<!\w)(?:пожал|помоги|прошу|нуж|надо|спасибо|логин|тел|срочн|жду|звон|мой|моя|наш|ваш|подска|что|как|кто|есть|завтра|сегодня|версия|инв|с уваж|здрав|прием|совещ|встреч|урок|отгруз|показ|защит|суд(?!\w)|рейс|поезд|сдать|будет|начина|можно|увоз|я |мы |заявк|[а-я]{3,14}л[аи]?(?!\w))"
    r"|请|麻烦|帮|谢|急|账号|电话|要|我|版本|编号|怎么|什么|能|会|今天|明天|点|了|过|说|前"
)


_ECHO: Final = re.compile(
    r"(?:[^.!?\n]{0,60}[.!;,—–]| ?-)\s*(?:все |так и |все равно |опять |still |and |и )?(?P<word>[a-zа-я]{4,14})(?: (?:again|опять|still))?\s*(?:[.!,;]|$)"
)


def _echoes(reading: Reading, place: int) -> bool:
    """Мышь двоит. Батарейку сменил. Двоит: the word for the trouble once more."""
    echo = _ECHO.match(reading.low, place, place + 90)
    return bool(echo) and echo["word"][:5] in reading.low[max(0, place - 160) : place]  # type: ignore[index]


def _goes_on(reading: Reading, place: int) -> bool:
    """Whether a state is told right after what was tried: then that did not change it."""
    after = _NEXT.match(reading.low, place, place + 90)
    return bool(after) and not after["end"] and not _NO_STATE.search(after["clause"])  # type: ignore[index]


def _told(reading: Reading, match: re.Match[str], deed: _Deed) -> Found | None:
    """A deed and its outcome; the words of the outcome are no part of it."""
    start, end = match.start() + deed.start, match.end()
    outcome = outcome_of(reading.low, match.start() + deed.verb)
    listed = bool(_SURELY_BEFORE.search(before(reading, match.start(), 60))) or (
        deed.known
        and (
            bool(_LISTED.match(reading.low, match.end()))
            or (not outcome.means and _is_after_trouble(reading, match))
        )
    )
    if (not deed.sure or outcome.means != NOT) and _LONG_AGO.search(match.group()):
        return None
    if _SO_THAT.match(reading.low, match.start() + deed.verb):
        return None  # to keep it from breaking
    if outcome.means == NOT and _EVER_SINCE.search(
        reading.low, match.start() + deed.verb, outcome.start + 20
    ):
        return None  # it is what broke it
    if not deed.sure and not listed:
        if not outcome.plain and not (deed.known and outcome.means):
            return None
        between = reading.low[match.start() + deed.verb : outcome.start + 3]
        if (outcome.means == NOT and _EVER_SINCE.search(between)) or (
            outcome.means == NOT and not outcome.plain and _NOW.search(between)
        ):
            return None  # it is what broke it
    if _asks(reading, end) and not outcome.plain:
        return None
    if outcome.means == NOT and not deed.sure and _AND_NOW.match(reading.low, match.end()):
        return None  # it is what broke it
    if not outcome.means and ((deed.sure and _goes_on(reading, end)) or _echoes(reading, end)):
        outcome = outcome._replace(means=NOT)
    if outcome.means and outcome.start < end:
        end = (
            match.start()
            + deed.verb
            + len(
                _EN_BEFORE_OUTCOME.sub("", reading.low[match.start() + deed.verb : outcome.start])
            )
        )
    if aside := _ASIDE.search(reading.low, match.start() + deed.verb, end):
        end = aside.start()
    return _found(reading, start, end, outcome.means)


_EN_HOLDS: Final = re.compile(
    r" (?:\w{3,12}(?:s|ed)|got|gave|brought|kept|made) (?:\w{1,10} ){0,5}(?:for (?:an?|some|about|\d)|until|till?)(?!\w)"
)


def _noun(reading: Reading, match: re.Match[str], start: int, verb: int) -> Found | None:
    """A deed as a noun: its outcome is told in the same breath."""
    if holds := _EN_HOLDS.search(reading.low, match.start() + verb, match.end()):
        return _found(reading, match.start() + start, holds.start(), BRIEFLY)
    outcome = outcome_of(reading.low, match.start() + verb, troubles=False)
    if not outcome.plain or outcome.start > match.end() + 24:
        return None
    return _told(reading, match, _Deed(start, verb, sure=True))


def _asks(reading: Reading, place: int) -> bool:
    """Whether the sentence that goes on there is a question."""
    ends = re.search(r"[.!?\n。！？]", reading.low[place : place + 120])
    return bool(ends) and ends.group() in "?？"  # type: ignore[union-attr]


# --- clauses ------------------------------------------------------------------------------------

_CONJUNCTION: Final = (
    r" (?:but|since|then|so|which|because|still|and (?:now|then|it|it's|its|i|we|i've|that|this|they|still|nothing|no|the(?= \w+(?: \w+)? (?:is|are|was|were|still|does|do|won|can|keeps?|shows?|says?|has|have|remain|stay|comes?|came|look|work|problem|error|issue|same)(?![a-z]))|everything|all|works|sorted|same|again|back (?:to|online|up))|did ?n[o']?t|does ?n[o']?t|didnt|doesnt|no (?:luck|joy|change|difference|effect)"
    r"|но|потом|затем|однако|зато|хотя|потому|поэтому|все равно|по-прежнему|и (?:все|опять|снова|теперь|ничего|не|то|я|мы|он|она|оно|тоже))(?![a-zа-я'])"
)
_CLAUSE: Final = rf"(?:(?!{_CONJUNCTION})[ \t]|[^\s,.;:!?…。、()—–\"«»“”-]|(?<=[a-z0-9])[.:](?=[a-z0-9\\])|(?<=\d),(?=\d)|(?<=\w)-(?=\w)){{1,400}}"
READ: Final = 6_000  # characters; what follows are logs and the mails answered
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_CYRILLIC: Final = re.compile(r"[а-я]")


def _tried(reading: Reading, match: re.Match[str]) -> Found | None:
    clause = match.group()
    if len(clause) < 2 or match.start() > READ:
        return None
    if _HAN.search(clause):
        return _chinese(reading, match)
    return _russian(reading, match) if _CYRILLIC.search(clause) else _english(reading, match)


PATTERNS: Final[tuple[Pattern, ...]] = (pattern("tried", _CLAUSE, "", _tried),)
