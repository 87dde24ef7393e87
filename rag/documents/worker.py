"""The process that reads files whose parsers may hang, crash or take all memory: `python -m rag.documents.worker`.

Requests come in on stdin and answers go out on stdout, one line of JSON each: what a parser was tricked into could not
run in the process that asked. `readers.py` is the other side.
"""

import faulthandler
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from rag.documents.limits import Limits
from rag.documents.memory import MB, limit_memory, memory_in_use
from rag.documents.parsing import parse
from rag.errors import DocumentError
from rag.text.languages import detect_language

_GRACE = 5  # seconds: the one who asked should be the first to lose patience


def main() -> None:
    """Answer requests until there are no more."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not be taken for an answer
        detect_language("warm")  # loads its model before memory is counted
        before = memory_in_use()
        for line in sys.stdin.buffer:
            request = json.loads(line)
            limits = Limits(**request["limits"])
            limit_memory(before + limits.memory_mb * MB)
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


if __name__ == "__main__":
    main()
