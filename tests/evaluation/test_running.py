"""What is measured is what a question gets."""

from pathlib import Path

import pytest

from rag.evaluation.corpus import indexed
from rag.evaluation.gold import Dataset, GoldQuestion, Place
from rag.evaluation.running import run_system
from rag.evaluation.systems import make_retriever
from rag.index.build import Recipe
from rag.models import Document
from rag.questions import make_question
from rag.settings import Settings

pytestmark = pytest.mark.model


def test_what_is_measured_is_what_a_question_gets(
    recipe: Recipe, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = ("the ferry to the island", "the old bridge", "the new school", "the night train", "the water plant")
    texts = [f"The council spoke of {one}, and then of {other}." for one in topics for other in topics]
    documents = tuple(Document(str(n), f"{n}.txt", "", "en", None, text) for n, text in enumerate(texts))
    questions = tuple(
        GoldQuestion(str(n), f"When did {topic} open?", "en", True, (), (Place("0"),)) for n, topic in enumerate(topics)
    )
    monkeypatch.setattr("rag.retrieval._CANDIDATES", 1)
    with indexed(Dataset("d", documents, questions), recipe, tmp_path) as corpus:
        retriever = make_retriever(
            "default", corpus.folder, settings.model_copy(update={"passages": 1}), recipe.load_embedder()
        )
        run = run_system(retriever, questions, 25)
    for question in questions:
        (best,) = retriever.retrieve(make_question(question.text)).passages
        assert run.documents[question.id][0] == best.document
        assert len(run.documents[question.id]) == 25, "and deeper measures see the rest"
