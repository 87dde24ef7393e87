"""How many malformed files of each format crash or hang the program: `python benchmarks/malformed.py [--files 300]`.

Valid files are spoiled (bytes flipped, cut out, repeated, moved; in packages mostly within one part), read as `rag index`
would read them, and what can be read is cut into chunks. `refused` are told in one line, `contained` too: there the parser
crashed, hung or ran out of memory in its own process, which was replaced. What is left must be none.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from malformed_samples import samples, spoil
from tqdm import tqdm

from rag.chunks import chunk_document
from rag.documents import read_document
from rag.documents.limits import Limits
from rag.errors import DocumentError

_CONTAINED = ("made its reader fail", "takes longer than", "MB of memory")
_OUTCOMES = ("read", "refused", "contained", "crashed or hung")
_HANG = 5  # seconds beyond what is allowed


def outcome(path: Path, limits: Limits) -> str:
    """Read a file as `rag index` does, and cut it; return one of `_OUTCOMES`."""
    started = time.perf_counter()
    try:
        document = read_document(path, source=path.name, limits=limits)
        document.text.encode()
        chunks = chunk_document(document, lambda texts: [len(text.split()) for text in texts], max_tokens=50)
        exact = all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
        result = "read" if exact and chunks else "crashed or hung"
    except DocumentError as error:
        one_line = len(str(error).splitlines()) == 1
        contained = any(sign in str(error) for sign in _CONTAINED)
        result = ("contained" if contained else "refused") if one_line else "crashed or hung"
    except Exception as error:  # what must not be
        print(f"{path.name}: {type(error).__name__}: {error}")
        result = "crashed or hung"
    return result if time.perf_counter() - started < limits.seconds + _HANG else "crashed or hung"


def trials(files: int, seed: int = 0, keep: Path | None = None) -> Iterator[tuple[str, Counter[str]]]:
    """Yield each format with how many of so many malformed files of it had which outcome; `keep` is where bad ones go."""
    limits = Limits(seconds=30, ocr_languages="")
    with tempfile.TemporaryDirectory() as folder:
        for suffix, data in samples().items():
            counts: Counter[str] = Counter()
            for number in tqdm(range(files), suffix, leave=False, disable=None):
                path = Path(folder, f"{number}{suffix}")
                path.write_bytes(spoil(data, suffix, random.Random(f"{seed}{suffix}{number}")))
                result = outcome(path, limits)
                counts[result] += 1
                if keep and result in {"contained", "crashed or hung"}:
                    keep.mkdir(parents=True, exist_ok=True)
                    path.rename(keep / f"{seed}-{path.name}")
                path.unlink(missing_ok=True)
            yield suffix, counts


def main() -> None:
    """Print a table of outcomes by format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300, help="malformed files of each format")
    parser.add_argument("--seed", type=int, default=0, help="another one makes other files")
    parser.add_argument("--keep", type=Path, help="where files that crashed or hung, or were contained, are kept")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    print(f"{'format':<8}{'tried':>7}" + "".join(f"{name:>17}" for name in _OUTCOMES))
    for suffix, counts in trials(options.files, options.seed, options.keep):
        total += counts
        print(f"{suffix:<8}{options.files:>7}" + "".join(f"{counts[name]:>17}" for name in _OUTCOMES), flush=True)
    print(f"{'all':<8}{total.total():>7}" + "".join(f"{total[name]:>17}" for name in _OUTCOMES))


if __name__ == "__main__":
    main()
