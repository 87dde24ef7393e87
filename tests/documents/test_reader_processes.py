"""The processes that read: ended, replaced, never waited for too long, and gone with whoever started them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.documents.limits import Limits
from rag.documents.readers import Readers, _understood
from rag.errors import DocumentError

GOOD = "The water came back to the town."


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


SLOW = ("<p>" + "word " * 200 + "</p>\n").encode() * 20_000  # many seconds of looking for the article


def test_a_parser_that_takes_too_long_is_ended_and_replaced(tmp_path):
    slow, good = write(tmp_path / "slow.html", SLOW), write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    with Readers(1) as readers:
        readers.read(good, "good", Limits())  # so that the start of the process is not counted
        started = time.monotonic()
        with pytest.raises(DocumentError, match="takes longer than 1 s to read; split it or raise RAG_READ_SECONDS"):
            readers.read(slow, "slow", Limits(seconds=1))
        assert time.monotonic() - started < 20
        assert readers.read(good, "good", Limits()).text == GOOD


def test_a_parser_that_crashes_is_told_of_and_replaced(tmp_path):
    slow, good = write(tmp_path / "slow.html", SLOW), write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    with Readers(1) as readers:
        readers.read(good, "good", Limits())
        process = readers._idle[0]._process
        timer = threading.Timer(0.5, process.send_signal, [signal.SIGSEGV])
        timer.start()
        with pytest.raises(DocumentError, match=r"made its reader fail \(SIGSEGV\); it may be damaged"):
            readers.read(slow, "slow", Limits())
        assert readers.read(good, "good", Limits()).text == GOOD


def test_a_reader_that_died_in_its_sleep_is_replaced(tmp_path):
    good = write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    with Readers(1) as readers:
        readers.read(good, "good", Limits())
        process = readers._idle[0]._process
        process.kill()
        process.wait()
        assert readers.read(good, "good", Limits()).text == GOOD


def test_readers_that_nobody_needs_end(tmp_path):
    good = write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    with Readers(1, idle_seconds=0.2) as readers:
        readers.read(good, "good", Limits())
        process = readers._idle[0]._process
        process.wait(timeout=30)
        assert readers.read(good, "good", Limits()).text == GOOD


def test_a_reader_that_hangs_ends_itself_when_nobody_waits_for_it(tmp_path):
    # A parser that is merely slow would be through in time on a fast machine.
    hanging = "import time; from rag.documents import worker; worker.parse = lambda *_: time.sleep(600); worker.main()"
    request = {"path": str(tmp_path), "source": "slow", "limits": Limits(seconds=1).as_json()}
    command = [sys.executable, "-P", "-c", hanging]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, **pipes, env=environment) as process:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        assert process.wait(timeout=60) == 1
        assert process.stdout.read() == b""


def test_one_slow_file_holds_up_no_other(tmp_path):
    slow, good = write(tmp_path / "slow.html", SLOW), write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    with Readers(2) as readers:
        order = []

        def read(path):
            readers.read(path, path.stem, Limits())
            order.append(path.stem)

        first = threading.Thread(target=read, args=[slow])
        first.start()
        read(good)
        first.join()
        assert order == ["good", "slow"]


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"[]", b'"x"', b'{"document": 1}', b'{"document": {"pages": []}}', b'{"x": 1}']
)
def test_what_a_reader_should_not_answer_is_no_answer(answer):
    assert _understood(answer) is None


def test_readers_end_with_the_process_that_started_them(tmp_path):
    good = write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    program = (
        "from pathlib import Path; from rag.documents import read_document\n"
        f"read_document(Path({str(good)!r}))\n"
        "from rag.documents.readers import readers\n"
        "print(readers()._idle[0]._process.pid)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_no_module_of_the_working_folder_is_run(tmp_path, monkeypatch):
    write(tmp_path / "json.py", "raise SystemExit('run')")
    good = write(tmp_path / "good.html", f"<p>{GOOD}</p>")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Readers(1) as readers:
        assert readers.read(good, "good", Limits()).text == GOOD
