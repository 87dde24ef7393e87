"""What went wrong with a language model → one line for the reader: what was found, what to do."""

import os
from collections.abc import Iterator, Sequence

import httpx
import regex

from rag.errors import ModelError, RagError

_TOO_LONG = regex.compile(
    r"(?i)context.{0,12}(?:length|size|window)|too many tokens|maximum context|prompt is too long"
)
_SECRET = regex.compile(
    r"""(?i)(?<![a-z])(?:g?sk|xai|hf)[-_][\w.*~+/-]{6,}|\bAIza[\w-]{10,}|\beyJ[\w.-]{10,}|(?<=://)[^\s/@]+@
    |(?:key|bearer|basic|token|password|secret)(?:\s+provided)?(?:["']?\s*[:=_-]["'\s:=_-]*|\s+(?=[\w.*~+/-]*\d))
     \K[\w.*~+/-]{6,}""",
    regex.VERBOSE,
)
_NAMED_SECRET = regex.compile(r"(?i)(?:key|token|secret|password)$")
_SHORTEST_SECRET = 6
_LEAST_STATUS = 100  # below that it is no status of HTTP, but a library's way to say that there was none
_MOST = 200  # characters of what the server says


def explain(error: BaseException, name: str) -> ModelError:
    """Return the error to tell of, whatever library it came from; `name` is the model's."""
    if isinstance(error, ModelError) and not hasattr(error, "status_code"):
        return error
    if isinstance(error, RagError) and not isinstance(error, ModelError):
        return ModelError(str(error))
    chain = list(_chain(error))
    status = next((code for one in chain if isinstance(code := getattr(one, "status_code", None), int)), None)
    if status is not None and status >= _LEAST_STATUS:
        return ModelError(f"{name} {_refusal(status, _said(chain))}")
    if any(isinstance(one, TimeoutError | httpx.TimeoutException) or "Timeout" in type(one).__name__ for one in chain):
        return ModelError(f"{name} did not answer in time: try again, or set RAG_MODEL_SECONDS higher")
    if any(isinstance(one, ConnectionRefusedError | httpx.ConnectError) for one in chain):
        return ModelError(f"{name} cannot be reached ({_said(chain)}): is its server running?")
    if any(isinstance(one, ConnectionError | httpx.TransportError) or "peer closed" in str(one) for one in chain):
        return ModelError(f"{name} broke off half-way ({_said(chain)}): try again")
    return ModelError(f"{name} failed ({type(error).__name__}: {_said(chain)})")


def is_too_long(error: BaseException) -> bool:
    """Tell whether the model refused because the prompt is longer than it can read."""
    return getattr(error, "status_code", None) in (400, 413) and _TOO_LONG.search(str(error)) is not None


def _refusal(status: int, said: str) -> str:
    if status in (401, 403):
        return (
            f"refuses the key ({status}: {said}): set that of its provider, or RAG_MODEL_KEY for a server of your own"
        )
    if status == 404:
        return f"is not there ({status}: {said}): see RAG_MODEL for its name and address"
    if status == 429:
        return f"is over its limit ({status}: {said}): try again later"
    return f"refuses ({status}: {said})"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and what caused it, down to the bottom."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(chain: Sequence[BaseException]) -> BaseException:
    """Return the error at the bottom that a library would let a reader see."""
    hides = (one for one in chain if one.__suppress_context__ and one.__cause__ is None)
    return next(hides, chain[-1])


def _said(chain: Sequence[BaseException]) -> str:
    """Return what the server says, or else the error at the bottom, on one line, without keys."""
    bodies = [body for one in chain if isinstance(body := getattr(one, "body", None), dict)]
    said = next((body["message"] for body in bodies if body.get("message")), None)
    said = said or next((one for error in chain if isinstance(one := getattr(error, "error", None), str)), None)
    said = said or str(_told(chain))
    return without_secrets(" ".join(str(said).split()))[:_MOST] or type(chain[-1]).__name__


def without_secrets(text: str) -> str:
    """Return a text without keys and passwords: those of the environment, and what looks like any.

    >>> without_secrets("Incorrect API key provided: abcdef123456. See http://ann:pw1234@host/?api_key=abcdef")
    'Incorrect API key provided: … See http://…host/?api_key=…'
    """
    ours = (
        value for name, value in os.environ.items() if _NAMED_SECRET.search(name) and len(value) >= _SHORTEST_SECRET
    )
    for value in ours:
        text = text.replace(value, "…")
    return _SECRET.sub("…", text)
