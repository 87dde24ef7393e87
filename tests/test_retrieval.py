"""Retrieval over a real index: what each search contributes, filters, repeated reports, and nothing found."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.chain import Assistant
from rag.embeddings import Embedder
from rag.evidence import Evidence
from rag.index import Filter, Store, index_paths
from rag.index.build import Recipe
from rag.late_interaction import SIZE, LateInteraction, late_scores
from rag.questions import make_question
from rag.ranking import LATE, Method
from rag.retrieval import PassageRetriever, Retrieval, as_langchain
from rag.settings import Settings

pytestmark = pytest.mark.model

PERMITS = {f"p{n:02}": random.Random(n).sample(range(10_000, 99_999), 8) for n in range(30)}
AIRPORT = {
    "ar": ("أُغلق المطار بسبب العاصفة حتى صباح الثلاثاء.", "وقّع الوزيران اتفاقًا لتبادل الطلاب."),
    "en": (
        "The airport was closed until Tuesday morning because of the storm.",
        "The two ministers signed an agreement on exchanging students.",
    ),
    "fr": (
        "L'aéroport est resté fermé jusqu'à mardi matin à cause de la tempête.",
        "Les deux ministres ont signé un accord d'échange d'étudiants.",
    ),
    "zh": ("由于风暴，机场关闭至星期二上午。", "两位部长签署了学生交流协议。"),
}
REPORT = (
    "The ferry Amal sank off the coast on Sunday night with 240 people aboard. Rescue boats reached it within an hour and "
    "brought most of them to the harbour, where they were given blankets and tea. The cause is not known."
)
ARABIC = {
    "library": "افتُتحت مكتبة المدينة عام ٢٠١٩ في حيّ الزيتون. وتضم المكتبة آلاف المخطوطات النادرة.",
    "bridge": "بُني الجسر الكبير على النهر قبل نصف قرن. ويعبره آلاف السائقين كل صباح.",
    "hospital": "استقبل المستشفى مئات المرضى هذا الشهر. وقال مديره إن الأسرّة لا تكفي.",
    "market": "ارتفعت أسعار الخضار في السوق. ويشكو التجار من قلة الأمطار.",
}


@pytest.fixture
def make(tmp_path: Path, recipe: Recipe, embedder: Embedder):
    def make_retriever(texts: dict[str, str], *, k: int = 10, method: Method = "hybrid") -> PassageRetriever:
        folder = tmp_path / "docs"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, "utf-8")
        index_paths([folder], tmp_path / "store", recipe)
        return PassageRetriever(
            store=Store(tmp_path / "store", recipe.model_name), embedder=embedder, k=k, method=method
        )

    return make_retriever


def sources(found: Retrieval) -> list[str]:
    return [Path(passage.source).stem for passage in found.passages]


def test_a_rare_code_is_found_by_its_letters(make) -> None:
    opening = "It was late when the port opened."
    texts = {
        name: f"{opening} {' '.join(f'Permit {code} was granted to a company of the town.' for code in codes)}"
        for name, codes in PERMITS.items()
    }
    hybrid = make(texts, k=3)
    dense = hybrid.model_copy(update={"method": "dense"})
    firsts, missed = 0, 0
    for name, codes in list(PERMITS.items())[::3]:
        question = make_question(f"When was permit {codes[4]} granted?")
        found = hybrid.retrieve(question)
        firsts += sources(found)[0] == name
        missed += name not in sources(dense.retrieve(question))
        assert found.passages[0].coverage == max(passage.coverage for passage in found.passages)
    assert missed >= 1, "else the vectors alone would do, and this tests nothing"
    assert firsts == 10, (firsts, missed)


@pytest.mark.parametrize(
    "asked",
    ["ماذا تضمّ وبالمكتبةِ؟", "كم المَخطُوطاتُ النّادِرة", "ما الذي افتتح سنة ۲۰۱۹؟", "للمكتبات", "2019", "مخـــطوطات"],
)
def test_arabic_is_found_with_clitics_marks_and_any_digits(make, asked: str) -> None:
    for method in ("lexical", "hybrid"):
        retriever = make(ARABIC, method=method)
        found = retriever.retrieve(replace(make_question(asked), language="ar"))
        assert sources(found)[0] == "library", method
        assert found.passages[0].coverage > 0


def test_a_question_finds_every_translation_before_anything_else(make) -> None:
    retriever = make(
        {f"{language}-{number}": text for language, texts in AIRPORT.items() for number, text in enumerate(texts)}
    )
    for asked in ("Why was the airport closed?", "لماذا أُغلق المطار؟", "Pourquoi l'aéroport était-il fermé ?"):
        found = sources(retriever.retrieve(make_question(asked)))
        assert len(found) == 8 and set(found[:4]) == {"ar-0", "en-0", "fr-0", "zh-0"}, asked


def test_filters_by_source_language_and_date(make) -> None:
    dated = {
        f"{language}-{number}": f"{'2025-03' if number else '2024-11'}-0{at + 1}\n\n{text}"
        for at, (language, texts) in enumerate(AIRPORT.items())
        for number, text in enumerate(texts)
    }
    retriever = make(dated)
    question = make_question("Why was the airport closed?")
    everything = retriever.retrieve(question).passages
    assert len(everything) == 8
    for where in (
        Filter(sources=frozenset({"docs/ar-0.txt", "docs/fr-1.txt"})),
        Filter(languages=frozenset({"ar", "zh"})),
        Filter(languages=frozenset({"en"})),
        Filter(since="2025"),
        Filter(until="2024-11-02"),
        Filter(languages=frozenset({"fr"}), since="2024-11", until="2024"),
    ):
        admitted = {p.source for p in everything if where.admits(p.source, p.language, p.date)}
        for method in ("hybrid", "dense", "rrf"):
            narrowed = retriever.model_copy(update={"method": method})
            assert {p.source for p in narrowed.retrieve(question, where).passages} == admitted != set()
        always = retriever.model_copy(update={"where": where})
        assert {document.metadata["source"] for document in always.invoke(question.text)} == admitted
        assert len(always.retrieve(question, Filter()).passages) == 8, "what is asked for goes before what is set"


@pytest.mark.parametrize("method", ["hybrid", "dense", "lexical", "rrf"])
def test_a_filter_that_leaves_nothing(assistant: Assistant, method: Method) -> None:
    retriever = assistant.retriever.model_copy(update={"method": method})
    for where in (Filter(since="2099"), Filter(languages=frozenset({"xx"})), Filter(sources=frozenset({"none"}))):
        found = retriever.retrieve(make_question("Who opened the desalination plant?"), where)
        assert found.passages == () and found.evidence == 0.0


def test_an_empty_search_is_a_polite_refusal(assistant: Assistant) -> None:
    for asked, says in (("من افتتح محطة رأس الزمرد؟", "لا تتضمن الوثائق"), ("Who opened the plant?", "do not answer")):
        answer = assistant.ask(asked, Filter(since="2099"))
        assert answer.refused and answer.passages == answer.citations == () and says in answer.text


def test_an_empty_store_finds_nothing(tmp_path: Path, recipe: Recipe, embedder: Embedder, settings: Settings) -> None:
    store = Store.create(tmp_path / "empty", recipe.model_name, embedder.dimension)
    assistant = Assistant(PassageRetriever(store=store, embedder=embedder), settings)
    assert assistant.ask("Why was the airport closed?").refused


def test_evidence_knows_how_much_of_the_index_is_in_the_language_asked(make) -> None:
    def asked(text: str, texts: dict[str, str]) -> float:
        retriever = make(texts).model_copy(update={"evidence": Evidence(alone=Evidence(intercept=-50.0))})
        return float(retriever.retrieve(make_question(text)).evidence)

    assert asked("متى افتتحت مكتبة المدينة؟", ARABIC) < 1e-9
    assert asked("When did the city library open?", {}) == 0.5, "asked in another language than the index's"
    mostly = asked("متى افتتحت مكتبة المدينة؟", {"airport": AIRPORT["en"][0]})
    assert 1e-9 < mostly < 0.25, "one stray document must not change what is refused"


def test_answers_keep_to_the_filter(assistant: Assistant) -> None:
    question = "Who opened the desalination plant?"
    french = assistant.ask(question, Filter(languages=frozenset({"fr"})))
    assert {passage.language for passage in french.passages} == {"fr"}
    assert {passage.language for passage in assistant.ask(question).passages} > {"fr"}
    assert assistant.invoke(question).passages == assistant.ask(question, Filter()).passages


def test_one_report_in_several_papers_is_one_passage(make) -> None:
    retriever = make(
        {
            "herald": REPORT,
            "post": REPORT.upper(),
            "times": REPORT.replace("240", "260"),
            "other": "The harbour will be dredged next year. The works cost 12 million euros.",
        }
    )
    found = retriever.retrieve(make_question("How many people were aboard the ferry Amal?"))
    assert len(found.passages) == 3 and sources(found)[2] == "other"
    assert [passage.rank for passage in found.passages] == [1, 2, 3]
    named = {Path(p.source).stem: [Path(source).stem for source in p.repeated_in] for p in found.passages}
    assert named["times"] == named["other"] == [], "240 and 260 are both to be read"
    assert named in ({"herald": ["post"], "times": [], "other": []}, {"post": ["herald"], "times": [], "other": []})
    few = retriever.model_copy(update={"k": 1}).retrieve(found.question)
    assert len(few.passages) == 1


@pytest.fixture
def tokenless(embedder: Embedder) -> Embedder:
    """The same model, of whose tokens nothing was fitted."""
    return Embedder(embedder._model, embedder.name, "query: ", "passage: ")


@pytest.fixture
def with_tokens(embedder: Embedder, tokenless: Embedder, tmp_path: Path) -> tuple[PassageRetriever, Embedder]:
    """A retriever over reports in four languages with their tokens and one without, and its embedder."""
    chance = np.random.default_rng(0)
    shapes = (embedder.dimension, (embedder.dimension, SIZE), embedder.dimension)
    mean, projection, importance = (chance.normal(size=shape).astype(np.float32) for shape in shapes)
    late = LateInteraction(0 * mean, projection, 0.1 * importance, 0.0)
    able = Embedder(embedder._model, embedder.name, "query: ", "passage: ", late)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.txt").write_text("The harbour will be dredged next year.", "utf-8")
    # As an index that was made before there were tokens.
    index_paths([tmp_path / "docs"], tmp_path / "store", Recipe(embedder.name, lambda: tokenless, 200, 1))
    for language, texts in AIRPORT.items():
        for number, text in enumerate(texts):
            (tmp_path / "docs" / f"{language}-{number}.txt").write_text(text, "utf-8")
    recipe = Recipe(embedder.name, lambda: able, 200, 1)
    index_paths([tmp_path / "docs"], tmp_path / "store", recipe)
    return PassageRetriever(store=Store(tmp_path / "store", embedder.name), embedder=able), able


def test_tokens_are_kept_and_compared(with_tokens: tuple[PassageRetriever, Embedder], tokenless: Embedder) -> None:
    retriever, able = with_tokens
    question = make_question("Why was the airport closed?")
    (encoded,) = able.encode_questions([question.text])
    found = retriever.retrieve(question).passages
    assert len(found) == 9 and retriever.retrieve(question, encoded=encoded).passages == found
    for passage in found:
        if Path(passage.source).stem == "other":
            assert passage.late == 0
        else:
            tokens = able.encode_chunks([passage.text])[0].tokens
            assert passage.late == pytest.approx(float(late_scores(encoded.tokens, [tokens])[0]), abs=2e-3)
    assert len({passage.late for passage in found}) == 9
    plain = retriever.model_copy(update={"embedder": tokenless, "balanced": False})
    scores = {passage.source: passage.score for passage in plain.retrieve(question).passages}
    for passage in retriever.model_copy(update={"balanced": False}).retrieve(question).passages:
        assert passage.score == pytest.approx(scores[passage.source] + LATE * passage.late, abs=1e-5)
    for method in ("dense", "lexical", "rrf"):
        other = retriever.model_copy(update={"method": method}).retrieve(question).passages
        assert other and {passage.late for passage in other} == {0.0}


def test_a_question_without_tokens_is_answered_as_ever(
    with_tokens: tuple[PassageRetriever, Embedder], tokenless: Embedder
) -> None:
    retriever, _ = with_tokens
    plain = retriever.model_copy(update={"embedder": tokenless})
    found = plain.retrieve(make_question("Why was the airport closed?")).passages
    assert len(found) == 9 and {passage.late for passage in found} == {0.0}
    assert as_langchain(found[0]).metadata["late"] == 0.0
