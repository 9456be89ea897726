"""What a reporter's answer says of the trouble: still there, or over; in a few languages, by plain phrases.

It only proposes: a person reads the answer before anything is opened again. Where both are said ("it was
fixed, now it is broken again"), the trouble counts; a question alone ("is it fixed?") says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import category, normalize

Verdict = Literal["still", "over", ""]
"""`still`: they say that it is not fixed. `over`: they say that it is. Empty: neither."""
MAX_READ = 2000
"""Characters of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer says, and the words that say it."""

    verdict: Verdict = ""
    words: str = ""


_BAD = (
    r"(?:broken|out|off|down|dark|dead|blocked|flooded|flooding|leaking|dripping|overflowing|flickering|stuck|full"
    r"|closed|dirty|wet|unsafe|dangerous|bad|a\s+(?:problem|mess|danger|hazard)|happening|missing|unfixed|unresolved)"
)
_MENDED = r"(?:fixed|mended|repaired|solved|resolved|sorted|done|clear(?:ed)?|clean(?:ed)?|restored|removed)"
_MENDED_BY_LANGUAGE = {
    "es": r"(?:arreglad|reparad|solucionad|resuelt)[oa]s?",
    "fr": r"(?:repare|regle|resolu|corrige)e?s?",
    "de": r"(?:repariert|behoben|gelost|erledigt|beseitigt|gemacht|geraumt)",
    "pt": r"(?:consertad|arrumad|resolvid|reparad)[oa]s?",
    "it": r"(?:riparat|risolt|sistemat|aggiustat)[oaie]",
    "nl": r"(?:gemaakt|opgelost|gerepareerd|hersteld|opgeruimd)",
}

_NO_TROUBLE = (
    rf"(?:no\s+longer|not|n't)\s+(?:{_BAD}(?:\s+any\s?more)|there\s+any\s?more|leaking\s+now)",
    rf"no\s+longer\s+(?:{_BAD}|there|an?\s+\w+)",
    rf"(?:no\s+it\s+)?(?:is|are|was)(?:n't|\s+not)\s+{_BAD}\b(?!\s+again)",
    r"still\s+(?:no|not\s+an?)\s+(?:problem|issue|trouble|leak)s?|still\s+(?:fine|fixed|ok|good|working)",
    r"no\s+more\s+(?:problem|issue|trouble|leak|water|flood)\w*",
    r"ya\s+no\s+(?:esta|hay|sigue|gotea|sale)",
    r"n'est\s+plus\s+(?:casse|en\s+panne|bloque|inonde)\w*",
    r"nicht\s+mehr\s+(?:kaputt|defekt|da|dunkel|verstopft|uberflutet|gesperrt)",
    r"(?:immer\s+noch|noch\s+immer)\s+(?:gut|in\s+ordnung|ganz|heil|ok)",
    r"nao\s+(?:esta|ha)\s+mais",
    r"non\s+(?:e|c'e)\s+piu\s+\w+",
    r"niet\s+meer\s+(?:kapot|stuk|donker|verstopt)",
)
"""What sounds like trouble and is its denial."""
_THANKS = re.compile(
    r"thank(?:s|\s+you)[\w\s]{0,12}\s+again|gracias\s+(?:otra\s+vez|de\s+nuevo)|merci\s+encore|encore\s+merci"
    r"|danke\s+noch\s?mals?|obrigad[oa]\s+(?:de\s+novo|outra\s+vez)|grazie\s+(?:ancora|di\s+nuovo)|ancora\s+grazie"
)
"""Thanks that are given again."""
_STILL = (
    # English
    rf"\bstill\s+(?:\w+\s+){{0,2}}?(?:not|\w+n't|no|nothing|nobody|without|waiting|there|here|have|has|coming"
    rf"|(?:the\s+)?same|smell\w*|{_BAD})\b",
    rf"(?:\bnot|\bnever|n't)\s+(?:(?:yet|been|being|be|got|properly|really|actually|even|all|at\s+all)\s+){{0,3}}{_MENDED}\b",
    r"(?:\bnot|\bnever|n't)\s+(?:(?:yet|really|even|been)\s+){0,2}(?:work(?:s|ing|ed)?|gone|better|back\s+on|help(?:ed)?|ok|okay|safe|touched)\b",
    rf"(?:\bnothing|n't\s+(?:look|seem|feel))\s+(?:(?:was|is|has|got|been)\s+){{0,2}}{_MENDED}\b",
    r"\bnot\s+(?:completely|entirely|fully|quite)\b|\b(?:breaking|falling|coming|flooding)\s+(?:\w+\s+)?again\b",
    rf"\b{_BAD}\s+(?:\w+\s+)?again\b|\b(?:happen(?:s|ed|ing)|started|broke|failed|floods|leaks)\s+(?:\w+\s+)?again\b",
    rf"\bagain[\s,:!]+(?:no|not|{_BAD}|the\s+same)\b|^\W*(?:(?:and|yet|once)\s+)?again\W*$|^\W*(?:still|not\s+yet)\W*$",
    r"\bno[\s,]+(?:it|that|this|they)\s*(?:'s|'re|\s+is|\s+are|\s+has|\s+have|\s+does|\s+did)?\s*(?:not|n't)\b",
    rf"\b{_MENDED}\s*\?+\s*(?:no\b|nope|not\b|hardly|really)|\bun(?:fixed|resolved)\b",
    r"\bnothing\s+(?:has\s+|was\s+|is\s+)?(?:been\s+)?(?:changed?|happened|happens|done)\b|\bno\s+(?:change|better)\b",
    r"\b(?:nobody|no\s+one)\s+(?:has\s+|ever\s+)?(?:came|come|been|showed|turned)\b",
    r"\b(?:getting|even|much|now|it's|is|got)\s+worse\b|\bsame\s+(?:problem|hole|issue|thing|mess)\b",
    r"\b(?:pot)?holes?\s+(?:is|are)\s+back\b|\b(?:leak|flood|smell|problem|noise|mess|rubbish)\s+is\s+back\b",
    # Spanish, French, German, Portuguese, Italian, Dutch; accents are folded away before.
    r"\b(?:todavia|aun)\s+(?:no|esta|hay|sin)\b|\bsiguen?\s+(?:sin|igual|rot[oa]s?|mal|ahi|inundad[oa]|apagad[oa]|roto)\b",
    rf"\bno\s+(?:esta|estan|fue|ha\s+sido|lo\s+han|han|se\s+ha)\s+(?:\w+\s+)?{_MENDED_BY_LANGUAGE['es']}\b",
    r"\bno\s+(?:funciona|han\s+hecho\s+nada)\b|\botra\s+vez\s+(?:\w+\s+)?(?:sin|rot[oa]|mal|inundad[oa]|lo\s+mismo|igual)\b",
    r"\b(?:rot[oa]|mal|inundad[oa]|sin\s+\w+)\s+(?:otra\s+vez|de\s+nuevo)\b",
    r"\btoujours\s+(?:pas|rien|aucun\w*|en\s+panne|la\b|casse\w*|bloque\w*|inonde\w*|sans|le\s+meme|pareil)",
    rf"\bpas\s+(?:encore\s+|ete\s+|du\s+tout\s+){{0,2}}{_MENDED_BY_LANGUAGE['fr']}\b",
    r"\b(?:marche|fonctionne)(?:nt)?\s+(?:toujours\s+|encore\s+)?(?:pas|plus)\b|\bencore\s+(?:casse|en\s+panne|inonde)\w*",
    r"\b(?:casse|en\s+panne|inonde|bloque)\w*\s+(?:a|de)\s+nouveau\b|\brien\s+(?:n'a\s+)?(?:change|ete\s+fait)\b",
    r"\b(?:immer\s+noch|noch\s+immer|noch\s+nicht|schon\s+wieder)\b|\bnichts\s+(?:passiert|getan|geandert)\b",
    rf"\bnicht\s+(?:richtig\s+|wirklich\s+)?{_MENDED_BY_LANGUAGE['de']}\b",
    r"\b(?:geht|funktioniert|lauft)\s+(?:wieder\s+|noch\s+)?nicht\b|\bwieder\s+(?:kaputt|defekt|dunkel|gesperrt|uberflutet)\b",
    r"\bainda\s+(?:nao|esta|ha|sem)\b|\bcontinua\s+(?:igual|quebrad[oa]|sem|com|assim|alagad[oa])\b|\bnao\s+funciona\b",
    rf"\bnao\s+(?:foi|esta|ficou|foram)\s+(?:\w+\s+)?{_MENDED_BY_LANGUAGE['pt']}\b|\bquebrad[oa]\s+(?:de\s+novo|outra\s+vez)\b",
    r"\bancora\s+(?:rott[oaie]|guast[oaie]|li\b|cosi|non|senza|allagat[oaie]|bloccat[oaie])|\bnon\s+funziona(?:no)?\b",
    rf"\bnon\s+(?:e|sono|l'hanno|ancora)\s+(?:stat[oaie]\s+|ancora\s+){{0,2}}{_MENDED_BY_LANGUAGE['it']}\b",
    r"\bdi\s+nuovo\s+(?:rott[oaie]|guast[oaie]|allagat[oaie]|senza)\b|\b(?:rott[oaie]|guast[oaie])\s+di\s+nuovo\b",
    r"\bnog\s+(?:steeds|altijd|niet)\b|\balweer\b|\bweer\s+(?:kapot|stuk|donker|verstopt|overstroomd)\b",
    rf"\bniet\s+(?:goed\s+|echt\s+)?{_MENDED_BY_LANGUAGE['nl']}\b|\bwerkt\s+(?:nog\s+|weer\s+)?niet\b|\bdoet\s+het\s+(?:\w+\s+)?niet\b",
)
_OVER = (
    rf"(?:^\W*|\b(?:is|are|was|were|been|got|now|all|it's|that's|looks|already)\s+){_MENDED}\b",
    r"\b(?:works?|working|open|fine|ok|okay|normal|clean|clear|dry|on)\s+(?:\w+\s+)?again\b|\bworks?\s+(?:now|fine)\b",
    r"\b(?:power|lights?|electricity|heating|water|internet|signal)\s+(?:is|are|came)\s+back\b|\ball\s+good\s+now\b",
    rf"\b(?:esta|estan|quedo|fue|ya)\s+{_MENDED_BY_LANGUAGE['es']}\b|\bya\s+(?:funciona|hay\s+luz)\b",
    rf"\b(?:est|ete|c'est|sont)\s+{_MENDED_BY_LANGUAGE['fr']}\b|\b(?:marche|fonctionne)\s+(?:a\s+nouveau|de\s+nouveau)\b",
    rf"\b(?:ist|wurde|sind|jetzt|wieder)\s+(?:{_MENDED_BY_LANGUAGE['de']}|heil|in\s+ordnung)\b|\b(?:geht|funktioniert)\s+wieder\b",
    rf"\b(?:foi|esta|ficou|ja)\s+{_MENDED_BY_LANGUAGE['pt']}\b|\bja\s+funciona\b|\bvoltou\s+a\s+funcionar\b",
    rf"\b(?:e|stat[oaie])\s+{_MENDED_BY_LANGUAGE['it']}\b|\bfunziona\s+di\s+nuovo\b",
    rf"\b(?:is|zijn|weer)\s+{_MENDED_BY_LANGUAGE['nl']}\b|\bwerkt\s+weer\b",
    rf"^\W*(?:{'|'.join(_MENDED_BY_LANGUAGE.values())})\b",
)
_HEDGED = re.compile(
    r"\b(?:if|when|until|unless|hope|hoping|doubt|unsure|not\s+sure|should|must|needs?|want|please|si|quand|wenn|falls"
    r"|quando|als|claims?|they\s+(?:say|said|claim\w*)|you\s+(?:say|said|claim\w*)|says?|said)\b"
)
_NO_TROUBLE_SAID = re.compile("|".join(_NO_TROUBLE))
_STILL_SAID = re.compile("|".join(_STILL))
_OVER_SAID = re.compile("|".join(_OVER))
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!;\n]+|\?+(?:\s*(?:no|nope|not|hardly|really)\b[^.!?;\n]*)?[?!.]*|$)")
_SKIPPED = re.compile(r"^\s*>.*$|(?:https?://|www\.)\S+|@[\w.@-]+", re.MULTILINE)


def hear(text: str) -> Heard:
    """Read what a reporter answers about a trouble that was reported."""
    over = Heard()
    for match in _SENTENCE.finditer(_fold(_SKIPPED.sub(" ", text[:MAX_READ]))):
        sentence = _THANKS.sub(" _ ", match[0])
        rest = _NO_TROUBLE_SAID.sub(" _ ", sentence)
        if still := _STILL_SAID.search(rest):
            return Heard("still", _said(still))
        if over.verdict or "?" in sentence or _HEDGED.search(sentence):
            continue
        if said := _OVER_SAID.search(sentence) or _NO_TROUBLE_SAID.search(sentence):
            over = Heard("over", _said(said))
    return over


def _said(match: re.Match[str]) -> str:
    return " ".join(match[0].split()).strip(" ,.!?")


def _fold(text: str) -> str:
    """Small letters without accents, straight apostrophes, and the short forms typed without one."""
    plain = "".join(sign for sign in normalize("NFD", text.casefold()) if category(sign) != "Mn")
    plain = plain.replace("\u2019", "'").replace("\u02bc", "'").replace("cannot", "can not")
    return re.sub(r"\b(is|has|was|are|have|does|did|do|were|wo|ca|would)nt\b", r"\1n't", plain)
