"""How long is the first sentence of an answer in coming, after the model's first token? `python benchmarks/first_sentence.py`.

The real assistant over an index of `seeds/`, its real client, and a server on loopback that reads the prompt for a while
(`--reading`) and then says a sentence at once: what is measured from there is ours alone. Strict answers show a sentence
only when it has been checked. To embed the passages while the model reads was tried: the first sentence was then checked
in 157 and 170 ms (English, Arabic) instead of 226 and 230 where the model took .8 s to begin, but in 449 and 269 instead of
217 and 254 where it took .3 s, on a machine with much else to do.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from model_server import ModelServer, model_server

from rag.chain import Assistant, index_recipe
from rag.checking.loading import load_checker
from rag.index import index_paths
from rag.settings import load_settings

SEEDS = Path(__file__).parent.parent / "seeds"
SAID = {
    "en": "The ministry says the plant can produce 150,000 cubic metres a day. [1]\nIt was opened in March. [1]\n",
    "ar": "تنتج المحطة ١٥٠ ألف متر مكعب من المياه في اليوم. [1]\nافتُتحت في آذار. [1]\n",
}
ASKED = {
    "en": "How much water a day does the Ras Zumurrud plant produce?",
    "ar": "كم تنتج محطة رأس الزمرد من المياه يوميًّا؟",
}


def main() -> None:
    """Print medians and the worst tenth, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30, help="answers of each kind")
    parser.add_argument("--reading", type=float, default=0.3, help="seconds until the model's first token")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, model_server() as server:
        settings = load_settings(store=Path(folder) / "store", model=f"openai:m@{server.url}/v1")
        index_paths([SEEDS], settings.store, index_recipe(settings))
        loose = Assistant.load(settings)
        assistants = {
            "loose": loose,
            "strict": Assistant(loose.retriever, settings.model_copy(update={"strict": True})),
        }
        waits: dict[tuple[str, str], list[float]] = {}
        for _ in range(options.times + 1):
            for language, question in ASKED.items():
                server.text, server.reading = SAID[language], options.reading
                for mode, assistant in assistants.items():
                    waits.setdefault((mode, language), []).append(_wait(assistant, server, question))
    for (mode, language), found in waits.items():
        taken = np.array(found[1:])  # the first loads what is loaded once
        p50, p90 = np.quantile(taken, (0.5, 0.9)).round(1).tolist()
        print(json.dumps({"mode": mode, "language": language, "answers": len(taken), "p50_ms": p50, "p90_ms": p90}))


def _wait(assistant: Assistant, server: ModelServer, question: str) -> float:
    """Return the milliseconds from when the first token was sent to when the first sentence is in sight."""
    assistant.checker = load_checker(assistant.retriever.embedder)  # that has kept nothing of the times before
    first = next(answer for answer in assistant.stream(question) if answer.sentences)
    seen = time.perf_counter()
    assert first.model, first.notices
    return (seen - server.began) * 1000


if __name__ == "__main__":
    main()
