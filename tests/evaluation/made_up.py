"""An evaluation made up by hand, so that its report can be looked at without a model."""

from rag.evaluation.answers import Outcome, answer_figures
from rag.evaluation.evaluate import Evaluation, SystemResult
from rag.evaluation.gold import Dataset, GoldQuestion, Place, document_id
from rag.evaluation.measures import MEASURES, PASSAGE_MEASURES
from rag.evaluation.refusal import refusal_figures
from rag.evaluation.retrieving import judged_documents, judged_passages, retrieval_figures
from rag.evaluation.running import SystemRun, passage_key
from rag.models import Document, Passage, Sentence, Span

HOSTILE = "<script>alert(1)</script><img src=http://evil.example/a.png onerror=alert(2)>"
TEXTS = {
    "ar/dam.txt": (
        "ar",
        "سد تل ياسمين\n\nبُني السد (الأكبر في المنطقة) عام ١٩٧١، ويخزن 4.5 مليارات متر مكعب. ATACMS ليس هنا.",
    ),
    "en/bridge.txt": ("en", "The bridge over the Tal was opened in 1963. It is 412 metres long."),
    "fr/musée.txt": ("fr", f"Le musée du livre {HOSTILE} montre 23 manuscrits arabes."),
}
ASKED = {
    "q1": ("ar", "متى بُني السد (الأكبر)؟", "ar/dam.txt", "عام ١٩٧١"),
    "q2": ("ar", "ATACMS: كم يخزن السد من الماء؟", "ar/dam.txt", "4.5 مليارات متر مكعب"),
    "q3": ("en", "When was the bridge opened?", "en/bridge.txt", "1963"),
    "q4": ("en", f"How many manuscripts? {HOSTILE}", "fr/musée.txt", "23 manuscrits"),
}
NOT_ANSWERED = GoldQuestion("q5", "Wie hoch ist der Berg?", "de", answerable=False)
RANKED = {  # the better system finds q2 at rank 3 and q4 never
    "default": {"q1": "ar en fr", "q2": "fr en ar", "q3": "en ar fr", "q4": "en"},
    "dense": {"q1": "fr en ar", "q2": "fr ar en", "q3": "fr en ar", "q4": "ar en"},
}


def made_up_evaluation(systems: tuple[str, ...] = ("default", "dense"), name: str = "made up") -> Evaluation:
    """Return an evaluation of four questions that can be answered and one that cannot."""
    documents = {
        source: Document(document_id(source), source, text.split("\n")[0][:40], language, None, text)
        for source, (language, text) in TEXTS.items()
    }
    questions = tuple(_question(key, *asked, documents) for key, asked in ASKED.items())
    dataset = Dataset(name, tuple(documents.values()), (*questions, NOT_ANSWERED))
    results = {system: _result(system, dataset, documents) for system in systems}
    outcomes = tuple(
        Outcome(question, 0.9 - 0.2 * number, number > 3, 1 if number < 2 else None, 0.5, False)
        for number, question in enumerate(dataset.questions)
    )
    return Evaluation(dataset, results, answer_figures(outcomes), refusal_figures(outcomes, 0.12), outcomes)


def _question(
    key: str, language: str, text: str, source: str, answer: str, documents: dict[str, Document]
) -> GoldQuestion:
    start = documents[source].text.index(answer)
    place = Place(documents[source].id, Span(start, start + len(answer)))
    return GoldQuestion(key, text, language, answerable=True, answers=(answer,), places=(place,))


def _result(system: str, dataset: Dataset, documents: dict[str, Document]) -> SystemResult:
    by_language = {document.language: document for document in documents.values()}
    ranked = {key: [by_language[code] for code in codes.split()] for key, codes in RANKED[system].items()}
    run = SystemRun(
        {key: [document.id for document in found] for key, found in ranked.items()},
        {key: [passage_key(document.id, 0, len(document.text)) for document in found] for key, found in ranked.items()},
        {key: _passage(found[0]) for key, found in ranked.items()},
    )
    asked = dataset.questions[:-1]
    passages = judged_passages(dataset, {one.id: [Span(0, len(one.text))] for one in documents.values()})
    figures = retrieval_figures(judged_documents(dataset), run.documents, asked, MEASURES)
    of_passages = retrieval_figures(passages, run.passages, asked, PASSAGE_MEASURES)
    versus = {"system": "default", "difference": -0.25, "p": 0.25, "p_holm": 0.25, "test": "a paired test"}
    return SystemResult(figures, of_passages, {"p50": 12.5, "p95": 381.0}, run, versus if system != "default" else None)


def _passage(document: Document) -> Passage:
    sentences = tuple(
        Sentence(start, start + len(part), part, None, score, None)  # type: ignore[arg-type]
        for score, part in enumerate(document.text.split("\n\n"))
        for start in [document.text.index(part)]
    )
    return Passage(
        rank=1,
        score=1.25,
        document=document.id,
        source=document.source,
        title=document.title,
        language=document.language,
        date=None,
        page=None,
        start=0,
        end=len(document.text),
        text=document.text,
        dense=0.61,
        coverage=0.5,
        sentences=sentences,
        repeated_in=("en/copy.txt",),
    )
