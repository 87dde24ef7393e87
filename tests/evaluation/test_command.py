"""`rag evaluate` from end to end: its JSON, its table, its report, its errors."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from rag.evaluation import evaluate, read_dataset
from rag.evaluation.gold import document_id
from rag.index.build import Recipe
from rag.settings import Settings

pytestmark = pytest.mark.model

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
SCRIPT = "<script>alert('x')</script>"
MEASURES = {"nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "AP"}
TEXTS = {
    "bridge": "The bridge over the Tal was opened in 1963. It is 412 metres long and carries two lanes of traffic.",
    "museum": "The Book Museum shows 23 Arabic manuscripts. Admission is free on the first Sunday of the month.",
    "جسر": "بُني السد الكبير على نهر تل عام ١٩٧١. ويخزن السد أربعة مليارات متر مكعب من الماء.",
}


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """Three documents and three queries; the third is judged wrongly on purpose, so that there is a worst question."""
    folder = tmp_path / "beir"
    write(folder / "corpus.jsonl", *({"_id": key, "title": SCRIPT, "text": text} for key, text in TEXTS.items()))
    queries = {"q1": "When was the bridge opened?", "q2": "متى بني السد؟", "q3": f"Is admission free? {SCRIPT}"}
    write(folder / "queries.jsonl", *({"_id": key, "text": text} for key, text in queries.items()))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\tbridge\t1\nq2\tجسر\t1\nq3\tجسر\t1\n", "utf-8"
    )
    return folder


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    def paragraph(key: str, *asked: tuple[str, str]) -> dict[str, Any]:
        rows = [
            {
                "id": f"{key}{i}",
                "question": q,
                "answers": [{"text": a, "answer_start": TEXTS[key].index(a)}] if a else [],
            }
            | ({} if a else {"is_impossible": True})
            for i, (q, a) in enumerate(asked)
        ]
        return {"context": TEXTS[key], "qas": rows}

    paragraphs = (
        paragraph(
            "bridge", ("When was the bridge over the Tal opened?", "1963"), ("How long is the bridge?", "412 metres")
        ),
        paragraph("museum", ("How many Arabic manuscripts does the museum show?", "23")),
        paragraph("جسر", ("متى بني السد الكبير؟", "١٩٧١"), ("ما طول المسلة في روما القديمة؟", "")),
    )
    return write(tmp_path / "squad.json", {"data": [{"title": SCRIPT, "paragraphs": [one]} for one in paragraphs]})


def read_lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_beir_json(run: Run, beir: Path) -> None:
    code, out, err = run("evaluate", beir, "--systems", "default,dense", "--json")
    assert (code, err) == (0, "")
    (found,) = read_lines(out)
    assert list(found) == [
        "dataset",
        "questions",
        "documents",
        "unverified",
        "unplaced",
        "failed",
        "systems",
        "answers",
        "refusal",
        "writing",
    ]
    assert (found["dataset"], found["questions"], found["documents"]) == (beir.as_posix(), 3, 3)
    default, dense = found["systems"]["default"], found["systems"]["dense"]
    assert set(default["overall"]) == MEASURES
    assert default["overall"]["R@1"] == pytest.approx(2 / 3, abs=1e-4) and default["overall"]["R@100"] == 1
    assert default["by_pair"]["en→en"]["nDCG@10"] == default["by_pair"]["ar→ar"]["nDCG@10"] == 1
    assert default["by_pair"]["en→ar"]["RR@10"] < 1
    assert set(default["by_language"]) == {"en", "ar"}
    assert len(default["intervals"]["overall"]["AP"]) == 2
    assert 0 < default["latency_ms"]["p50"] <= default["latency_ms"]["p95"]
    assert default["passages"] is None and found["answers"] is None, "BEIR tells neither spans nor answers"
    assert default["versus_first"] is None
    assert (
        dense["versus_first"]["system"] == "default" and dense["versus_first"]["p_holm"] >= dense["versus_first"]["p"]
    )
    assert found["refusal"]["AUROC"] is None and found["refusal"]["risk_coverage"] == []


def test_squad_json_and_holding_out(run: Run, squad: Path, tmp_path: Path) -> None:
    store = tmp_path / "kept"
    code, out, err = run("evaluate", squad, squad, "--json", "--store", store)
    assert (code, err) == (0, "")
    found, again = read_lines(out)
    assert (found["questions"], found["documents"]) == (5, 3)
    system = found["systems"]["default"]
    assert system["overall"]["nDCG@10"] == system["passages"]["overall"]["nDCG@10"] == 1
    assert system["passages"]["overall"]["Success@1"] == 1
    assert found["answers"]["questions"] == 4 and found["answers"]["gold_in_sentence"]["@3"] == 1
    assert found["refusal"]["unanswerable"] == 1 and 0 <= found["refusal"]["AUROC"] <= 1
    assert again["systems"]["default"]["overall"] == system["overall"]
    (kept,) = store.iterdir()
    before = (kept / "passages.json").stat().st_mtime_ns
    code, out, _ = run("evaluate", squad, "--json", "--store", store, "--hold-out", "0.34", "--limit", "4")
    assert code == 0
    (held,) = read_lines(out)
    assert (held["questions"], held["documents"]) == (4, 2)
    assert held["refusal"]["unanswerable"] >= 1
    assert len(list(store.iterdir())) == 2, "another corpus is another index"
    assert (kept / "passages.json").stat().st_mtime_ns == before, "the same corpus is not indexed again"


def test_seeds_table_and_report(run: Run, evaluated_seeds: Path, tmp_path: Path) -> None:
    kept = ("--store", evaluated_seeds)
    code, out, err = run("evaluate", SEEDS, *kept, "--limit", "12", "--report", tmp_path / "report")
    assert (code, err) == (0, ""), "no bar where stderr is no terminal"
    assert "12 questions" in out and "nDCG@10 by language" in out and "gold answer in sentence" in out
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert page.count("<svg") == 4


class Page(HTMLParser):
    """Notes what a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_report_needs_nothing_and_runs_nothing(run: Run, beir: Path, squad: Path, tmp_path: Path) -> None:
    beir = beir.rename(beir.with_name("<b onload=x>"))
    code, out, _ = run("evaluate", beir, squad, "--report", tmp_path / "new" / "report")
    assert code == 0 and "report: " in out
    text = (tmp_path / "new" / "report" / "index.html").read_text("utf-8")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "b", "object", "a"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {"src", "href", "xlink:href", "onload", "style", "action"} & names
    assert "http://" not in text and "https://" not in text and "url(" not in text and "@import" not in text
    assert page.text.count(SCRIPT) >= 2, "title and question are shown as they are"
    assert "<b onload=x>" in page.text
    assert "worst question of default" in page.text and "Is admission free?" in page.text
    assert "prefers-color-scheme: dark" in text and ("dir", "auto") in page.attributes
    assert page.tags.count("section") == 2


def test_library(recipe: Recipe, settings: Settings, squad: Path) -> None:
    evaluation = evaluate(read_dataset(squad), ["default"], settings, recipe=recipe)
    assert list(evaluation.systems) == ["default"] and len(evaluation.outcomes) == 5
    figures = evaluation.systems["default"].documents
    assert figures is not None and len(figures.scores) == 4, "what has no answer is not in the retrieval figures"
    json.dumps(evaluation.as_json(), allow_nan=False)


def test_unverified_suggestions_are_told_of(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bridge.txt").write_text(TEXTS["bridge"], "utf-8")
    code, out, err = run("evaluate", "--suggest", folder, "--count", "2")
    assert (code, err) == (0, "") and "none of them verified" in out
    code, out, _ = run("evaluate", folder / "questions.suggested.jsonl")
    assert code == 0 and "suggestions that nobody has verified" in out
    code, out, _ = run("evaluate", folder / "questions.suggested.jsonl", "--json")
    (found,) = read_lines(out)
    assert found["unverified"] == found["questions"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("{beir}", "--systems", "magic"), "there is no system 'magic': choose from default"),
        (("{beir}", "--systems", "dense,dense"), "named twice"),
        (("{beir}/qrels",), "is a folder of test.tsv"),
        (("{beir}", "none.json"), "there is no none.json"),
        (("{beir}", "--hold-out", "2"), "cannot be held out"),
        (("{beir}", "--hold-out", "nan"), "cannot be held out"),
        (("{beir}", "--hold-out", "inf"), "cannot be held out"),
        (("{beir}", "--seed", "-1"), "-1 is no seed"),
        (("{beir}", "--limit", "0"), "at least 1"),
        (("{beir}", "--report", "{beir}/corpus.jsonl"), "report cannot be written"),
        (("{beir}", "--store", "{beir}/corpus.jsonl"), "cannot keep an index"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_errors_are_one_line(run: Run, beir: Path, arguments: tuple[str, ...], told: str, as_json: bool) -> None:
    given = [argument.format(beir=beir) for argument in arguments] + ["--json"] * as_json
    code, out, err = run("evaluate", *given)
    assert (code, out) == (1, "") and err.startswith("rag: ") and err.count("\n") == 1 and told in err, err


def test_a_question_that_cannot_be_asked_is_named_before_anything_is_indexed(
    run: Run, beir: Path, tmp_path: Path
) -> None:
    write(beir / "queries.jsonl", *({"_id": f"q{number}", "text": "؟"} for number in (1, 2, 3)))
    code, out, err = run("evaluate", beir, "--store", tmp_path / "kept")
    assert (code, out) == (1, "") and "question 'q1' cannot be asked" in err and err.count("\n") == 1
    assert not (tmp_path / "kept").exists()


def test_wrong_usage(run: Run) -> None:
    assert run("evaluate")[0] == 2
    assert run("evaluate", "a.json", "--suggest", ".")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--suggest", ".", "--report", "r"), "--report does nothing beside --suggest"),
        (("--suggest", ".", "--systems", "default"), "--systems does nothing beside --suggest"),
        (("--suggest", ".", "--hold-out", "0"), "--hold-out does nothing beside --suggest"),
        (("--checking", "c.jsonl", "--limit", "3"), "--limit does nothing beside --checking"),
        (("--checking", "c.jsonl", "--model", "m"), "--model does nothing beside --checking"),
        (("a.json", "--count", "3"), "--count does nothing beside data sets"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(run: Run, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run("evaluate", *arguments)
    assert (code, out) == (2, "") and told in err


def test_what_is_left_out_is_told_beside_json(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bridge.txt").write_text(TEXTS["bridge"], "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    code, out, err = run("evaluate", "--suggest", folder, "--output", folder / "questions.jsonl", "--json")
    assert code == 0 and err.startswith("rag: empty.txt: ") and err.count("\n") == 1
    assert json.loads(out)["file"] == str(folder / "questions.jsonl")
    code, out, err = run("evaluate", folder, "--json", "--systems", "default,lexical", "--limit", "1")
    (found,) = read_lines(out)
    assert code == 0 and [one["source"] for one in found["failed"]] == ["empty.txt"]
    assert err == f"rag: empty.txt: {found['failed'][0]['error']}\n"
    assert found["systems"]["lexical"]["versus_first"]["p"] == 1, "one question tells nothing"


def test_a_document_that_repeats_another_is_found_behind_it(recipe: Recipe, settings: Settings, tmp_path: Path) -> None:
    asked = {"q1": "How do I lose weight?", "q2": "How do I lose weight", "q3": "Where do I buy bread?"}
    write(tmp_path / "corpus.jsonl", *({"_id": key, "text": text} for key, text in asked.items()))
    write(tmp_path / "queries.jsonl", {"_id": "a", "text": "How can I lose some weight?"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("a\tq2\t1\n", "utf-8")
    result = evaluate(read_dataset(tmp_path), ["default"], settings, recipe=recipe).systems["default"]
    assert {*result.run.documents["a"][:2]} == {document_id("q1"), document_id("q2")}
    assert result.run.documents["a"][2:] == [document_id("q3")]
    assert len(result.run.passages["a"]) == 3 and result.documents is not None and result.documents.overall["R@5"] == 1


def test_a_place_in_a_copy_counts_among_passages(recipe: Recipe, settings: Settings, tmp_path: Path) -> None:
    for name in ("herald", "post"):
        (tmp_path / f"{name}.txt").write_text(TEXTS["museum"], "utf-8")
    rows = [
        {
            "id": source,
            "q": "How many manuscripts?",
            "documents": [{"source": source, "quote": "23 Arabic manuscripts"}],
        }
        for source in ("herald.txt", "post.txt")
    ]
    result = evaluate(read_dataset(write(tmp_path / "q.jsonl", *rows)), ["default"], settings, recipe=recipe).systems[
        "default"
    ]
    assert result.passages is not None and result.passages.overall["R@10"] == 1
