"""What the chat shows: any text as text, each in its own direction. The page itself is driven in `tests/browser/`."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Answer, AnswerSentence, Citation, Label, Notice, Passage, Proof
from rag.text.controls import without_controls
from rag.ui.answers import answer_html, question_html
from rag.ui.escaping import text
from rag.ui.exchange import Exchange, stopped
from rag.ui.reasons import reason_in
from rag.ui.sources import sources_html

QUOTE = "افتتحت الوزيرة المحطة في ٩ مارس."
CITATION = Citation(1, "d", "/home/x/ar/news.pdf", "محطة", "ar", "2025-03-09", 2, 6, 38, QUOTE, "قبل. ", " بعد.")
ANSWER = Answer("من؟", "ar", f"{QUOTE} [1]", False, 0.9, (AnswerSentence(QUOTE, (1,)),), (CITATION,))
PASSAGES = tuple(
    Passage(rank, 0.5, "d", "a.txt", f"Title {rank}", "en", None, None, 0, 9, f"Passage {rank}.", 0.5, 0.5)
    for rank in range(1, 6)
)
REFUSAL = Answer("Why?", "en", "The documents do not say.", True, 0.1, passages=PASSAGES)


@given(st.text() | st.text("<>&\"'`*_[]()!#$\\{}\n\r\t a-1."))
def test_text_is_shown_as_it_is_whatever_reads_it(value: str) -> None:
    escaped = text(value)
    lines = re.sub(r"\r\n?", "\n", value)
    assert html.unescape(escaped) == "".join(
        c for c in lines if c in "\t\n" or not (c < " " or "\x7f" <= c < "\xa0" or c in "\u202d\u202e")
    )
    assert set(re.sub(r"&#\d+;", "", escaped)).isdisjoint("<>&\"'`*_[]()!#$\\{}\n\r\t~|-+=:/.@")


def test_a_question_keeps_its_lines_and_has_its_own_direction() -> None:
    assert question_html("متى\nولماذا") == '<div class="question" dir="rtl">متى&#10;ولماذا</div>'
    assert 'dir="ltr"' in question_html("When did كتاب appear?")


def test_each_sentence_has_its_own_direction_and_its_markers() -> None:
    sentences = (*ANSWER.sentences, AnswerSentence("The plant opened", (1, 2)))
    shown = answer_html(Exchange("من؟", replace(ANSWER, sentences=sentences)), 3)
    assert re.findall(r'<p class="said unchecked" dir="(...)">', shown) == ["rtl", "ltr"]
    assert re.findall(r'href="#([^"]+)">(\[\d\])', shown) == [
        ("source-3-1", "[1]"),
        ("source-3-1", "[1]"),
    ]
    assert re.findall(r'<span class="marker lost" title="[^"]+">(\[\d\])</span>', shown) == ["[2]"]
    assert "\n" not in shown


def test_a_source_shows_its_quote_marked_within_its_surroundings() -> None:
    shown = html.unescape(sources_html((Exchange("من؟", ANSWER),)))
    assert f"قبل. <mark>{QUOTE}</mark> بعد." in shown
    assert '<article class="source" dir="rtl" lang="ar" id="source-1-1"' in shown
    for fact in ("محطة", "2025-03-09", "ص 2", "ar/news.pdf"):
        assert fact in shown


def test_long_surroundings_are_cut_between_words() -> None:
    around = "word " * 200
    citation = replace(CITATION, before=around, after=" " + around)
    shown = html.unescape(sources_html((Exchange("من؟", replace(ANSWER, citations=(citation,))),)))
    before, after = re.search(r"<blockquote>(.*)<mark>.*</mark>(.*)</blockquote>", shown, re.S).groups()  # type: ignore[union-attr]
    assert before.startswith("… word") and before.endswith("word ") and len(before) < 240
    assert after.endswith("word …") and len(after) < 240


def test_only_the_last_answers_sources_are_in_sight() -> None:
    shown = sources_html((Exchange("a", ANSWER), Exchange("b", ANSWER), Exchange("c", error="no"), Exchange("d")))
    assert re.findall(r'<section class="sources"( hidden)?>', shown) == [" hidden", ""]


def test_a_refusal_offers_the_three_nearest_passages_unmarked() -> None:
    shown = sources_html((Exchange("Why?", REFUSAL),))
    assert "Nearest passages" in shown and shown.count("<article") == 3 and "<mark>" not in shown
    assert "The documents do not say&#46;" in answer_html(Exchange("Why?", REFUSAL), 1)


def sentence(text_: str, label: Label, reason: str, *proof: Proof, cites: tuple[int, ...] = (1,)) -> AnswerSentence:
    return AnswerSentence(text_, cites, label, 0.5, 0.1, reason, proof)


def proof_of(quote: str, citation: Citation = CITATION) -> Proof:
    whole = citation.before + citation.quote + citation.after
    start = citation.start - len(citation.before) + whole.index(quote)
    return Proof(citation.document, citation.source, start, start + len(quote), quote)


@pytest.mark.parametrize(
    ("label", "language", "says"),
    [
        ("supported", "en", "✓ in the source"),
        ("contradicted", "en", "✗ the source says otherwise"),
        ("unsupported", "fr", "? not in the source"),
        ("supported", "ar", "✓ في المصدر"),
        ("contradicted", "ar", "✗ المصدر يقول خلاف ذلك"),
        ("unsupported", "ar", "? ليس في المصدر"),
    ],
)
def test_a_verdict_is_a_class_for_colour_a_sign_and_words(label: Label, language: str, says: str) -> None:
    one = sentence("It opened.", label, "why <b>")
    shown = answer_html(Exchange("?", replace(ANSWER, language=language, sentences=(one,))), 1)
    assert f'<p class="said {label}"' in shown and "<b>" not in shown
    verdict = re.search(
        r'<span class="verdict" tabindex="0" dir="...">(.*?)<span class="reason" dir="ltr">(.*?)</span>', shown
    )
    assert verdict and html.unescape(verdict[1]) == says and html.unescape(verdict[2]) == "why <b>"


def test_what_is_not_checked_has_no_verdict() -> None:
    assert "verdict" not in answer_html(Exchange("?", ANSWER), 1)


@pytest.mark.parametrize(
    ("labels", "warned"), [(("contradicted", "supported"), True), (("supported", "contradicted"), False)]
)
def test_an_answer_that_begins_with_a_contradiction_says_so_at_its_head(
    labels: tuple[Label, ...], warned: bool
) -> None:
    sentences = tuple(sentence("It opened.", label, "") for label in labels)
    shown = answer_html(Exchange("?", replace(ANSWER, sentences=sentences)), 1)
    assert shown.split(">", 1)[1].startswith('<div class="warning"') is warned


def test_what_speaks_against_a_sentence_is_marked_in_its_source() -> None:
    one = sentence("x", "contradicted", "r", proof_of("٩ مارس"), proof_of(QUOTE))
    shown = html.unescape(sources_html((Exchange("?", replace(ANSWER, sentences=(one,))),)))
    assert '<mark class="against">٩ مارس</mark>' in shown and "<mark>افتتحت الوزيرة المحطة في </mark>" in shown


def test_a_proof_beside_the_quote_is_marked_too() -> None:
    one = sentence("x", "supported", "r", proof_of("قبل."))
    shown = html.unescape(sources_html((Exchange("?", replace(ANSWER, sentences=(one,))),)))
    assert f'<mark class="proof">قبل.</mark> <mark>{QUOTE}</mark> بعد.' in shown


def test_what_is_found_without_a_citation_gets_a_card_and_a_marker() -> None:
    proof = Proof("d", "a.txt", 0, 7, "Passage")
    answer = replace(ANSWER, sentences=(sentence("x", "supported", "r", proof, cites=()),), passages=PASSAGES)
    assert 'href="#source-2-found-1">[+1]' in answer_html(Exchange("?", answer), 2)
    shown = sources_html((Exchange("?", REFUSAL), Exchange("?", answer)))
    assert 'id="source-2-found-1"' in shown and '<mark class="proof">Passage</mark>' in shown


def test_reasons_are_told_in_arabic_where_there_are_words_for_them() -> None:
    told = reason_in(
        "ar", "[7] points at no source (there are 5); found in a b.txt: source says 8, answer says 80; so be it"
    )
    assert (
        re.sub("[\u2066-\u2069]", "", told)
        == "لا مصدر للإحالة [7] (عدد المصادر 5)؛ وُجد في a b.txt: في المصدر 8، وفي الجواب 80؛ so be it"
    )


def test_what_a_question_was_taken_to_mean_is_shown_and_can_be_edited() -> None:
    asked = replace(ANSWER, question="كم <b> في 2022؟", asked="وفي 2022؟")
    shown = answer_html(Exchange("وفي 2022؟", asked, whole=True), 1)
    assert '<bdi class="meaning">كم &#60;b&#62; في 2022؟</bdi>' in shown and "فُهم السؤال هكذا" in html.unescape(shown)
    assert re.search('<button type="button" class="edit">.+</button>', shown)
    assert "meant" not in answer_html(Exchange("من؟", ANSWER, whole=True), 1)


def test_who_wrote_an_answer_and_what_went_wrong_is_told_once_it_is_whole() -> None:
    notices = (Notice("model_failed", "timeout <i>"), Notice("passages_left_out", ""), Notice("replaced", ""))
    answer = replace(ANSWER, language="en", model="m:7b", notices=notices)
    shown = html.unescape(answer_html(Exchange("?", answer, whole=True), 1))
    assert shown.count('<div class="notice"') == 3 and "Written by m:7b" in shown and "<bdi>timeout <i></bdi>" in shown
    assert "notice" not in answer_html(Exchange("?", answer), 1)


def test_what_a_quotation_took_the_place_of_can_be_seen() -> None:
    one = replace(ANSWER.sentences[0], instead_of="Made <b>up</b>.")
    shown = answer_html(Exchange("?", replace(ANSWER, sentences=(one,)), whole=True), 1)
    assert '<details class="instead"' in shown and "Made &#60;b&#62;up&#60;&#47;b&#62;&#46;" in shown


def test_a_stopped_answer_says_so_and_no_longer_grows() -> None:
    checked = replace(ANSWER, sentences=(replace(ANSWER.sentences[0], verdict="supported"),))
    shown = answer_html(Exchange("b", stopped(Exchange("b", checked)), whole=True), 2)
    assert "growing" not in shown and "أوقفتَ الجواب هنا" in shown and "افتتحت" in shown
    assert "reader" not in shown, "the words on the page say it all"
    assert "You stopped the answer here" in answer_html(Exchange("c", stopped(Exchange("c")), whole=True), 1, "en")


def test_where_nothing_is_near_that_is_said() -> None:
    shown = sources_html((Exchange("Why?", replace(REFUSAL, passages=())),))
    assert "Nothing similar" in shown and "<article" not in shown


@pytest.mark.parametrize(
    ("source", "asked", "reader", "says"),
    [
        ("ar", "en", "en", "The source is in Arabic"),
        ("fr", "ar", "en", "المصدر بلغة أخرى: الفرنسية"),
        ("ar", "ru", "ar", "العربية"),
    ],
)
def test_a_source_in_another_language_than_the_question_says_so(
    source: str, asked: str, reader: str, says: str
) -> None:
    answer = replace(ANSWER, language=asked, citations=(replace(CITATION, language=source),))
    assert says in html.unescape(sources_html((Exchange("?", answer),), reader))


@pytest.mark.parametrize("source", ["en", "und"])
def test_a_source_in_the_questions_language_or_in_none_that_is_known_says_nothing(source: str) -> None:
    answer = replace(ANSWER, language="en", citations=(replace(CITATION, language=source),))
    assert 'class="foreign"' not in sources_html((Exchange("?", answer),))


def test_what_surrounds_an_answer_is_in_its_language_or_else_in_the_readers() -> None:
    french = replace(ANSWER, language="fr")
    assert "المصادر" in sources_html((Exchange("?", french),), "ar") and "Sources" in sources_html(
        (Exchange("?", french),), "en"
    )
    assert "المصادر" in sources_html((Exchange("?", ANSWER),), "en")


def test_an_error_is_led_in_by_the_readers_language() -> None:
    assert html.unescape(answer_html(Exchange("?", error="too long"), 1, "ar")).startswith(
        '<div class="error" dir="rtl">تعذّرت'
    )


def test_letters_are_not_made_to_run_backwards() -> None:
    shown = sources_html((Exchange("?", replace(ANSWER, citations=(replace(CITATION, title="annual\u202efdp.exe"),))),))
    assert "annualfdp&#46;exe" in shown and "\u202e" not in shown
    assert without_controls("a\u202db\u202e\x00c\td\u2067e") == "abc\td\u2067e"
