"""A server on loopback that speaks OpenAI's and Ollama's chat protocols, and says or does what a test tells it to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ModelServer:
    """What to do with the next request: say `text`, in pieces, and finish for `reason` (None: break off); or refuse.

    `status` other than 200 refuses with `message`. `delay` is the seconds before each piece, `reading` those before the first.
    `longest` refuses prompts of more characters, as a server does whose context is full. `asked` are the bodies of the
    requests so far, `keys` what they were sent with, `began` is when the last answer's first piece was sent
    (`time.perf_counter`).
    """

    text: str = ""
    reason: str | None = "stop"
    status: int = 200
    message: str = ""
    delay: float = 0.0
    longest: int | None = None
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    broken_off: threading.Event = field(default_factory=threading.Event)
    reading: float = 0.0
    began: float = 0.0

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces."""
        for word in self.text.replace("\n", " \n ").split(" "):
            time.sleep(self.delay)
            yield word if word == "\n" else f" {word}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # the end of an answer is the end of the connection
    told: ModelServer

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self._json(200, {"data": [{"id": "the-only-one"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.told.asked.append(body)
        self.told.keys.append(self.headers.get("Authorization", ""))
        length = sum(len(str(message["content"])) for message in body["messages"])
        if self.told.status != 200:
            said = self.told.message
            self._json(self.told.status, {"error": said if self._is_ollama else {"message": said}})
        elif self.told.longest is not None and length > self.told.longest:
            self._json(400, {"error": {"message": "This model's maximum context length is exceeded"}})
        else:
            try:
                self._stream()
            except OSError:
                self.told.broken_off.set()

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if self._is_ollama else "text/event-stream")
        self.end_headers()
        time.sleep(self.told.reading)
        for number, piece in enumerate(self.told.pieces()):
            if not number:
                self.told.began = time.perf_counter()
            self._piece(piece, None)
        if self.told.reason is not None:
            self._piece("", self.told.reason)
            if not self._is_ollama:
                self.wfile.write(b"data: [DONE]\n\n")

    @property
    def _is_ollama(self) -> bool:
        return self.path == "/api/chat"

    def _piece(self, text: str, reason: str | None) -> None:
        if self._is_ollama:
            message = {"role": "assistant", "content": text}
            done = {"done_reason": reason} if reason else {}
            line = {"model": "m", "message": message, "done": reason is not None, **done}
            self.wfile.write(json.dumps(line).encode() + b"\n")
        else:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason}
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, status: int, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Run such a server."""
    told = ModelServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"told": told}))
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
