"""Write the word lists of `rag/facts/common`, from the default model. Run: `python benchmarks/make_common_words.py`."""

import json
from pathlib import Path

import regex

from rag.bundled_model import bundled_model_folder
from rag.settings import load_settings
from rag.text.folding import fold_text, strip_marks

LISTS = {
    "arabic": r"▁\p{Arabic}{3,}",
    "devanagari": r"▁\p{Devanagari}{2,}",
    "capitals": r"▁\p{Lu}\p{Ll}{3,}(?<=\p{Latin}{4})",
    "han": r"▁?\p{Han}{2,3}",
}


def main() -> None:
    """Write one list for each script."""
    folder = Path(__file__).resolve().parents[1] / "rag" / "facts" / "common"
    pieces = json.loads((bundled_model_folder(load_settings().cache_dir) / "tokenizer.json").read_text("utf-8"))[
        "model"
    ]["vocab"]
    for name, pattern in LISTS.items():
        found = {
            strip_marks(fold_text(piece[0].removeprefix("▁"))) for piece in pieces if regex.fullmatch(pattern, piece[0])
        }
        (folder / f"{name}.txt").write_text("\n".join(sorted(found)) + "\n", "utf-8")
        print(f"{name}: {len(found)} words")


if __name__ == "__main__":
    main()
