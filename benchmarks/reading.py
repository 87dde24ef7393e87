"""What it costs that files are read in a process of their own: `python benchmarks/reading.py`.

Each small file is read here and there, in turns; the first reading, which starts the process, is apart.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from malformed_samples import samples

from rag.documents import read_document
from rag.documents.limits import Limits
from rag.documents.parsing import parse

_ROUNDS = 30


def milliseconds(read: Callable[[], object]) -> float:
    """Return how long one reading takes."""
    started = time.perf_counter()
    read()
    return 1_000 * (time.perf_counter() - started)


def main() -> None:
    """Print medians of both ways, and their ratio, by format."""
    limits = Limits(ocr_languages="")
    with tempfile.TemporaryDirectory() as folder:
        paths = {suffix: Path(folder, f"sample{suffix}") for suffix in samples()}
        for suffix, data in samples().items():
            paths[suffix].write_bytes(data)
        parse(paths[".html"], "warm", limits)
        started = milliseconds(lambda: read_document(paths[".html"], limits=limits))
        print(f"first file, with the start of the process: {started:,.0f} ms")
        print(f"{'format':<8}{'here, ms':>10}{'apart, ms':>11}{'ratio':>7}")
        for suffix, path in paths.items():
            pairs = [
                (milliseconds(lambda: parse(path, "here", limits)), milliseconds(lambda: read_document(path)))  # noqa: B023
                for _ in range(_ROUNDS)
            ]
            here, apart = (statistics.median(times) for times in zip(*pairs, strict=True))
            print(f"{suffix:<8}{here:>10.2f}{apart:>11.2f}{apart / here:>7.2f}")


if __name__ == "__main__":
    main()
