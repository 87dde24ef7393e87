"""`rag ask`: its JSON and its text, questions in a file, filters, and what cannot be asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run, one_line

pytestmark = pytest.mark.model


def ask_json(run: Run, store: Path, question: str) -> dict[str, Any]:
    code, out, err = run("ask", question, "--store", store, "--json")
    assert (code, err) == (0, "")
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_ask_json_keeps_its_contract(run: Run, seeds_store: Path) -> None:
    answer = ask_json(run, seeds_store, "من افتتح محطة رأس الزمرد لتحلية المياه؟")
    assert list(answer) == [
        *("question", "asked", "language", "answer", "refused", "evidence", "sentences", "citations", "passages"),
        *("model", "notices", "timings_ms"),
    ]
    assert answer["language"] == "ar" and answer["refused"] is False and 0 <= answer["evidence"] <= 1
    assert "سلمى الرفاعي" in answer["sentences"][0]["text"], "the answer leads with what was asked"
    assert 1 <= len(answer["sentences"]) <= 3
    for number, sentence in enumerate(answer["sentences"], start=1):
        assert set(sentence) == {"text", "citations", "verdict", "score", "support", "reason", "proof", "instead_of"}
        assert sentence["verdict"] == "supported" and sentence["support"] > 0.9 and sentence["reason"]
        for proof in sentence["proof"]:
            code, text, _ = run("show", proof["source"], "--store", seeds_store)
            assert code == 0 and text[proof["start"] : proof["end"]] == proof["text"]
        assert sentence["citations"] == [number]
        assert f"{sentence['text']} [{number}]" in answer["answer"]
    for citation in answer["citations"]:
        assert set(citation) == {"marker", "document", "source", "title", "page", "start", "end", "quote"}
        code, text, _ = run("show", citation["source"], "--store", seeds_store)
        assert code == 0 and text[citation["start"] : citation["end"]] == citation["quote"]
    for rank, passage in enumerate(answer["passages"], start=1):
        assert list(passage) == [
            *("rank", "score", "source", "page", "start", "end", "text", "dense", "coverage", "repeated_in")
        ]
        assert passage["rank"] == rank and 0 <= passage["coverage"] <= 1.000001 and passage["repeated_in"] == []
        _, text, _ = run("show", passage["source"], "--store", seeds_store)
        assert text[passage["start"] : passage["end"]] == passage["text"]
    scores = [passage["score"] for passage in answer["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["timings_ms"]["total"] > 0


def test_refusal_is_in_the_questions_language(run: Run, seeds_store: Path) -> None:
    for question, says in (
        ("كيف أطبخ المسخن الفلسطيني في البيت؟", "لا تتضمن الوثائق"),
        ("How do I bake sourdough bread at home?", "do not answer"),
        ("Comment prépare-t-on une ratatouille niçoise ?", "ne répondent pas"),
    ):
        answer = ask_json(run, seeds_store, question)
        assert answer["refused"] and says in answer["answer"]
        assert answer["sentences"] == answer["citations"] == [] and answer["passages"]


def test_a_file_of_questions_is_answered_line_by_line(run: Run, seeds_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [
        {"id": 7, "q": "Who opened the desalination plant?"},
        {"question": "من فاز بكأس سهران؟"},
        {"id": "x", "q": " "},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", "utf-8")
    code, out, err = run("ask", "--questions", file, "--store", seeds_store, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line.get("id") for line in lines] == [7, None, "x"]
    assert lines[0]["citations"] and lines[1]["language"] == "ar" and "empty" in lines[2]["error"]
    assert code == 1 and "1 of 3" in one_line(err)


def test_filters_narrow_the_search_down(run: Run, seeds_store: Path, tmp_path: Path) -> None:
    def found(*arguments: object) -> list[dict[str, Any]]:
        code, out, err = run("ask", "Who opened the desalination plant?", "--store", seeds_store, "--json", *arguments)
        assert (code, err) == (0, "")
        passages: list[dict[str, Any]] = json.loads(out)["passages"]
        return passages

    def sources(*arguments: object) -> set[str]:
        return {"/".join(Path(passage["source"]).parts[-2:]) for passage in found(*arguments)}

    assert sources("--source", "ar/desalination.txt") == {"ar/desalination.txt"}
    assert sources("--source", "ar/desalination.txt", "--source", "./en/flood.txt") == {
        *("ar/desalination.txt", "en/flood.txt")
    }
    assert {name[:2] for name in sources("--language", "fr", "--language", "ZH")} == {"fr", "zh"}
    assert sources("--language", "fr", "--source", "ar/desalination.txt") == set()
    _, out, _ = run("list", "--store", seeds_store, "--json")
    dates = {row["source"]: row["date"] for row in json.loads(out)}
    middle = sorted(date for date in dates.values() if date)[len(dates) // 2]
    assert all(dates[passage["source"]] >= middle for passage in found("--since", middle))
    assert all(dates[passage["source"]] <= middle for passage in found("--until", middle))
    assert found("--since", middle) and found("--until", middle)
    assert {dates[passage["source"]] for passage in found("--since", middle, "--until", middle)} == {middle}
    (tmp_path / "q.jsonl").write_text('{"q": "Who won?"}\n{"q": "من فاز بالكأس؟"}', "utf-8")
    _, out, _ = run(
        "ask", "--questions", tmp_path / "q.jsonl", "--store", seeds_store, "--json", "--source", "es/cup-final.txt"
    )
    for line in out.splitlines():
        assert {Path(passage["source"]).name for passage in json.loads(line)["passages"]} == {"cup-final.txt"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--source", "no-such.txt"), "no document 'no-such.txt' in the index: `rag list`"),
        (("--source", "flood.txt"), "flood.txt: give one in full"),
        (("--language", "arabic"), "choose from ar, de, en"),
        (("--since", "yesterday"), "--since is 'yesterday': give a date as 2025-03-09"),
        (("--until", "2025-02-30"), "--until is '2025-02-30'"),
        (("--since", "2025", "--until", "2024"), "no day is both"),
    ],
)
def test_filters_that_name_nothing_are_one_line(
    run: Run, seeds_store: Path, arguments: tuple[str, ...], says: str
) -> None:
    code, out, err = run("ask", "Who won?", "--store", seeds_store, "--json", *arguments)
    assert (code, out) == (1, "") and says in one_line(err)


def test_a_filter_that_leaves_nothing_is_a_refusal(run: Run, seeds_store: Path) -> None:
    code, out, err = run("ask", "Who won the cup?", "--store", seeds_store, "--since", "2099")
    assert (code, err) == (0, "") and "do not answer" in out and "[1]" not in out


def test_other_papers_with_the_same_report_are_named(run: Run, tmp_path: Path) -> None:
    report = (
        "The ferry Amal sank off the coast on Sunday night with 240 people aboard. Rescue boats reached it within an hour "
        "and brought most of them to the harbour, where they were given blankets and tea."
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "herald.txt").write_text(report, "utf-8")
    (tmp_path / "docs" / "post.txt").write_text(report.upper(), "utf-8")
    run("index", tmp_path / "docs", "--store", tmp_path / "store")
    asked = "How many people were aboard the ferry Amal?"
    answer = ask_json(run, tmp_path / "store", asked)
    (passage,) = answer["passages"]
    assert {passage["source"], *passage["repeated_in"]} == {"docs/herald.txt", "docs/post.txt"}
    _, out, _ = run("ask", asked, "--store", tmp_path / "store")
    assert f"    also in {passage['repeated_in'][0]}\n" in out


@pytest.mark.parametrize("line", ["not json", "[1]", '{"id": 1}', '{"q": 5}'])
def test_a_bad_line_of_questions_is_told_before_anything_is_asked(
    run: Run, seeds_store: Path, tmp_path: Path, line: str
) -> None:
    (tmp_path / "q.jsonl").write_text('{"q": "fine?"}\n' + line, "utf-8")
    code, out, err = run("ask", "--questions", tmp_path / "q.jsonl", "--store", seeds_store, "--json")
    assert (code, out) == (1, "") and "line 2" in one_line(err)


@pytest.mark.parametrize(
    ("question", "says"), [("", "empty"), (" \n؟ ", "empty"), ("س" * 100_000, "100,000 characters")]
)
def test_unaskable_questions(run: Run, seeds_store: Path, question: str, says: str) -> None:
    code, out, err = run("ask", question, "--store", seeds_store, "--json")
    assert (code, out) == (1, "") and says in one_line(err)


def test_people_see_the_answer_and_its_sources(run: Run, seeds_store: Path) -> None:
    code, out, err = run("ask", "Who opened the desalination plant?", "--store", seeds_store)
    answer, _, sources = out.partition("\n\n")
    assert code == 0 and err == "" and "[1]" in answer and sources.startswith("[1] ") and "seeds/" in sources
