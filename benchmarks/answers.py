"""How good are the answers on `seeds/questions.jsonl`? Run: `python benchmarks/answers.py [--json] [--misses]`.

An answer is right if one of the question's gold strings stands in it, after folding white space, case and digits. Nothing in
Sanad is fitted on these questions or documents, but four constants were chosen with them in view: `benchmarks/README.md` tells.
"""

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from rag.chain import Assistant, index_recipe
from rag.evaluation.folding import holds
from rag.index import index_paths
from rag.models import Answer
from rag.settings import load_settings

CHOSEN_ON = {
    "desalination",
    "flood",
    "ukraine",
}  # the stories that ways of ranking were compared on; see README.md here
SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def is_right(question: dict[str, Any], text: str) -> bool:
    """Tell whether one of the gold strings stands in `text`."""
    return any(holds(text, gold) for gold in question["answers"])


def load_questions(path: Path = SEEDS / "questions.jsonl") -> list[dict[str, Any]]:
    """Return the gold questions."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def measure(
    assistant: Assistant, questions: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[tuple[dict[str, Any], Answer]]]:
    """Return the figures, and all questions with their answers."""
    answered = [(question, assistant.ask(question["q"])) for question in questions]
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for question, answer in answered:
        right = is_right(question, answer.text)
        first = is_right(question, answer.sentences[0].text) if answer.sentences else False
        groups = [question["kind"]]
        if question["answerable"]:
            half = "chosen on" if question["story"] in CHOSEN_ON else "others"
            groups += ["answerable", f"{question['kind']}: {half}", f"{question['kind']} {question['language']}"]
        for group in groups:
            tally[group].update(n=1, right=right, first=first, refused=answer.refused, sentences=len(answer.sentences))
    return {group: _shares(counts) for group, counts in sorted(tally.items())}, answered


def _shares(counts: Counter[str]) -> dict[str, float]:
    shares = {key: round(counts[key] / counts["n"], 3) for key in ("right", "first", "refused", "sentences")}
    return {"n": counts["n"], **shares}


def main() -> None:
    """Index `seeds/` into a temporary store, ask all questions, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print the questions that went wrong")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(store=folder)
        index_paths([SEEDS], settings.store, index_recipe(settings), show_progress=not arguments.json)
        figures, answered = measure(Assistant.load(settings), load_questions())
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    print(f"{'group':<18}{'n':>5}{'right':>8}{'first':>8}{'refused':>9}{'sentences':>11}")
    for group, row in figures.items():
        print(f"{group:<18}{row['n']:>5}{row['right']:>8}{row['first']:>8}{row['refused']:>9}{row['sentences']:>11}")
    if arguments.misses:
        for question, answer in answered:
            if is_right(question, answer.text) != question["answerable"] or answer.refused == question["answerable"]:
                print(f"\n{question['id']} {question['kind']} {question['q']}\n  gold {question['answers']}")
                print(f"  evidence {answer.evidence:.2f}: {answer.text}")


if __name__ == "__main__":
    main()
