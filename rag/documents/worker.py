"""The process that reads files whose parsers may hang, crash or take all memory: `python -m rag.documents.worker`.

Requests come in on stdin and answers go out on stdout, one line of JSON each: what a parser was tricked into could not
run in the process that asked. `readers.py` is the other side.
"""

import contextlib
import faulthandler
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from rag.documents.limits import Limits
from rag.documents.parsing import parse
from rag.errors import DocumentError
from rag.text.languages import detect_language

_MB = 1 << 20
_GRACE = 5  # seconds: the one who asked should be the first to lose patience


def main() -> None:
    """Answer requests until there are no more."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not be taken for an answer
        detect_language("warm")  # loads its model before memory is counted
        before = _memory_in_use()
        for line in sys.stdin.buffer:
            request = json.loads(line)
            limits = Limits(**request["limits"])
            _limit_memory(before + limits.memory_mb * _MB)
            _send(answers, _answer(request, limits, answers))


def _answer(request: dict[str, Any], limits: Limits, answers: BinaryIO) -> dict[str, Any]:
    def watch() -> None:
        # Should the one who asked be gone, nobody else would end a parser that hangs.
        faulthandler.dump_traceback_later(limits.seconds + _GRACE, exit=True)

    def progress() -> None:
        watch()
        _send(answers, {})

    watch()
    try:
        document = parse(Path(request["path"]), request["source"], replace(limits, progress=progress))
        return {"document": asdict(document)}
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"out_of_memory": True}
    finally:
        faulthandler.cancel_dump_traceback_later()


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    answers.flush()


def _memory_in_use() -> int:
    """Return the bytes of address space in use; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _memory_limiter() -> Callable[[int], None]:
    try:
        import resource
    except ImportError:  # Windows has none: there the time alone is limited
        return lambda size: None

    def limit(size: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = size if hard == resource.RLIM_INFINITY else min(size, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses a limit below what is in use
            resource.setrlimit(resource.RLIMIT_AS, (size, hard))

    return limit


_limit_memory = _memory_limiter()

if __name__ == "__main__":
    main()
