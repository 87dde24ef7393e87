"""What a question asks for (a time, a number), and whether an answer is one."""

from functools import cache

from rag.facts.base import Text
from rag.facts.dates import find_dates
from rag.facts.quantities import find_quantities
from rag.facts.words import read

_TIME = (
    "when متى когда quand cuándo wann ne_zaman कब milloin kapan lini 언제 কবে কখন ఎప్పుడు 何时 什么时候 いつ bao_giờ کی"
)
_YEAR = (
    "year date century عام سنة تاريخ год году année año jahr yıl साल वर्ष vuonna tahun mwaka 년도 연도 몇년 সালে সাল সনে "
    "సంవత్సరం తేదీ 年"
)
_COUNT = (
    "how_many how_much كم сколько combien cuántos cuántas cuánto wie_viele wieviele kaç कितने कितनी कितना montako kuinka_monta "
    "kuinka_paljon berapa ngapi 몇 얼마나 얼마 কত কতগুলি কতজন ఎన్ని ఎంత ఎంతమంది 多少 几"
)


def fits(question: str, answer: str, language: str) -> float:
    """Return 1 if the answer is the time or number that is asked for, −1 if it is none, 0 where neither is asked for.

    >>> fits("When was it built?", "1954", "en"), fits("When was it built?", "by Odeh", "en"), fits("Who?", "Odeh", "en")
    (1.0, -1.0, 0.0)
    """
    asked, said = _words(question, language), Text(answer, language)
    dated, counted = bool(find_dates(said)), bool(find_quantities(said))
    if _has(asked, _TIME) or (_has(asked, _YEAR) and not _has(asked, _COUNT)):
        return 1.0 if dated else -1.0
    if _has(asked, _COUNT):
        return 1.0 if counted or (dated and _has(asked, _YEAR)) else -1.0
    return 0.0


def _words(text: str, language: str) -> str:
    return f" {' '.join(word.key for word in read(Text(text, language)).words)} "


@cache
def _keys(listed: str) -> tuple[str, ...]:
    return tuple(_words(word.replace("_", " "), "und").strip() for word in listed.split())


def _has(asked: str, listed: str) -> bool:
    return any(f" {key} " in asked for key in _keys(listed))
