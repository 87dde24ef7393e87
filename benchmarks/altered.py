"""How many changed facts does the checker catch? Run: `python benchmarks/altered.py [--missed] [--json]`.

True sentences of `seeds/` (and of `../shared/seeds`, where it is) against the chunk that holds them, and the same with one
number, date, name or negation changed: `altered_data.py` makes them. And true claims in other words and in other languages
(`data/paraphrases.jsonl`, written from the texts alone). Flagged is what is not called supported. Part A was looked at while the
rules were mended; part B was not.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from altered_data import Altered, altered_sentences, folders, true_claims
from fit_data import ROOT
from tqdm import tqdm

from rag.checking import Checker
from rag.checking.loading import load_checker
from rag.embeddings import load_embedder
from rag.models import Verdict
from rag.settings import load_settings

BATCH = 32


def check_all(checker: Checker, examples: Sequence[Altered]) -> list[Verdict]:
    """Return the verdict on each example."""
    verdicts: list[Verdict] = []
    for start in tqdm(range(0, len(examples), BATCH), "Checking", disable=None):
        verdicts += checker.check([(one.claim, [one.evidence]) for one in examples[start : start + BATCH]])
    return verdicts


def shares(examples: Sequence[Altered], verdicts: Sequence[Verdict]) -> dict[str, dict[str, dict[str, float]]]:
    """Return kind → language or part → how many there are, the share flagged, and the share called contradicted."""
    groups: dict[str, dict[str, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    for one, verdict in zip(examples, verdicts, strict=True):
        for group in ("all", f"part {one.part}", one.claim.language):
            groups[one.kind][group].append(verdict)
    return {
        kind: {
            group: {
                "n": len(found),
                "flagged": round(sum(one.label != "supported" for one in found) / len(found), 4),
                "contradicted": round(sum(one.label == "contradicted" for one in found) / len(found), 4),
            }
            for group, found in sorted(by_group.items())
        }
        for kind, by_group in groups.items()
    }


def main() -> None:
    """Make the sentences, check them, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--missed", action="store_true", help="print what was missed or wrongly flagged in part A")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = load_embedder(settings)
    checker = load_checker(embedder)
    examples = altered_sentences(folders(arguments.shared), embedder.count_tokens, settings)
    examples += true_claims(embedder.count_tokens, settings)
    verdicts = check_all(checker, examples)
    figures = shares(examples, verdicts)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for kind, groups in figures.items():
        for group, values in groups.items():
            print(f"{kind:<12}{group:<8}" + "".join(f"{key} {value:<9}" for key, value in values.items()))
    for one, verdict in zip(examples, verdicts, strict=True) if arguments.missed else ():
        if one.part == "A" and (verdict.label == "supported") != (one.kind in ("true", "paraphrase", "translation")):
            print(
                f"\n{one.kind} {one.claim.language} {verdict.score:.2f} {verdict.reason}\n  {one.claim.text}\n  {one.original}"
            )


if __name__ == "__main__":
    main()
