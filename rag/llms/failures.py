"""What went wrong with a language model → one line for the reader: what was found, what to do."""

import httpx
import regex

from rag.errors import ModelError, RagError

_TOO_LONG = regex.compile(
    r"(?i)context.{0,12}(?:length|size|window)|too many tokens|maximum context|prompt is too long"
)
_SECRET = regex.compile(r"\b(?:sk|key|Bearer)[-_ ][\w*-]{6,}")
_MOST = 200  # characters of what the server says


def explain(error: BaseException, name: str) -> ModelError:
    """Return the error to tell of, whatever library it came from; `name` is the model's."""
    if isinstance(error, ModelError) and not hasattr(error, "status_code"):
        return error
    if isinstance(error, RagError) and not isinstance(error, ModelError):
        return ModelError(str(error))
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return ModelError(f"{name} {_refusal(status, error)}")
    if _is_timeout(error):
        return ModelError(f"{name} did not answer in time: try again, or set RAG_MODEL_SECONDS higher")
    if _is_unreachable(error):
        return ModelError(f"{name} cannot be reached ({_cause(error)}): is its server running?")
    if isinstance(error, httpx.TransportError) or "peer closed" in str(error):
        return ModelError(f"{name} broke off half-way ({_cause(error)}): try again")
    return ModelError(f"{name} failed ({type(error).__name__}: {_cause(error)})")


def is_too_long(error: BaseException) -> bool:
    """Tell whether the model refused because the prompt is longer than it can read."""
    return getattr(error, "status_code", None) in (400, 413) and _TOO_LONG.search(str(error)) is not None


def _refusal(status: int, error: BaseException) -> str:
    said = _cause(error)
    if status in (401, 403):
        return f"refuses the key ({status}: {said}): set OPENAI_API_KEY, or RAG_MODEL_KEY for a server of your own"
    if status == 404:
        return f"is not there ({status}: {said}): see RAG_MODEL for its name and address"
    if status == 429:
        return f"is over its limit ({status}: {said}): try again later"
    return f"refuses ({status}: {said})"


def _is_timeout(error: BaseException) -> bool:
    return isinstance(error, TimeoutError | httpx.TimeoutException) or "Timeout" in type(error).__name__


def _is_unreachable(error: BaseException) -> bool:
    return isinstance(error, ConnectionError | httpx.ConnectError) or type(error).__name__ == "APIConnectionError"


def _cause(error: BaseException) -> str:
    """Return what is at the bottom of an error, on one line, without keys."""
    deepest = error
    while (deeper := deepest.__cause__ or deepest.__context__) is not None and not hasattr(deepest, "status_code"):
        deepest = deeper
    body = getattr(deepest, "body", None)
    said = body.get("message") if isinstance(body, dict) and body.get("message") else str(deepest)
    return _SECRET.sub("…", " ".join(str(said).split()))[:_MOST] or type(deepest).__name__
