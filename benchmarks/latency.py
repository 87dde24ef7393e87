"""How long does an answer take? Run: `python benchmarks/latency.py [--json] [--rounds N]`.

Asks every question of `seeds/` of an index of `seeds/`, warm, one after another, and tells the median and the 95th percentile of
each step. The peer in the same run is the least any dense retriever with this model must do: encode the question. The ratio
to it is what can be compared between machines. The cold start is that of a fresh `python -m rag ask`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

import numpy as np
from answers import SEEDS, load_questions

from rag.chain import Assistant, index_recipe
from rag.index import index_paths
from rag.settings import load_settings


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(store=folder)
        index_paths([SEEDS], settings.store, index_recipe(settings), show_progress=not arguments.json)
        assistant = Assistant.load(settings)
        questions = [question["q"] for question in load_questions()]
        assistant.ask(questions[0])
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(arguments.rounds):
            for question in questions:
                started = time.perf_counter()
                assistant.retriever.embedder.encode_queries([question])
                taken["peer: encode the question"].append((time.perf_counter() - started) * 1000)
                started = time.perf_counter()
                answer = assistant.ask(question)
                taken["whole answer"].append((time.perf_counter() - started) * 1000)
                for step, elapsed in answer.timings_ms.items():
                    if step != "total":
                        taken[f"step: {step}"].append(elapsed)
        command = [sys.executable, "-m", "rag", "ask", questions[0], "--store", folder, "--json"]
        cold = []
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            cold.append((time.perf_counter() - started) * 1000)
    figures = {name: {"p50": float(np.median(ms)), "p95": float(np.percentile(ms, 95))} for name, ms in taken.items()}
    figures["cold start: python -m rag ask"] = {"p50": float(np.median(cold)), "p95": max(cold)}
    ratio = figures["whole answer"]["p50"] / figures["peer: encode the question"]["p50"]
    if arguments.json:
        print(json.dumps({"ms": figures, "answer_to_peer": ratio}))
        return
    for name, row in figures.items():
        print(f"{name:<32} p50 {row['p50']:8.1f} ms   p95 {row['p95']:8.1f} ms")
    print(f"whole answer / peer (medians): {ratio:.2f}")


if __name__ == "__main__":
    main()
