"""An `Answer` as JSON and back. Vectors are left out: nothing that is shown or exported needs them."""

import json
from dataclasses import asdict, is_dataclass, replace
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from rag.models import Answer


def to_json(answer: Answer) -> str:
    """Return an answer as JSON.

    >>> answer = Answer("Who?", "en", "The documents do not say.", True, 0.1)
    >>> from_json(to_json(answer)) == answer
    True
    """
    bare = replace(answer, passages=tuple(replace(passage, sentences=()) for passage in answer.passages))
    return json.dumps(asdict(bare), ensure_ascii=False)


def from_json(text: str) -> Answer:
    """Return the answer that was written by `to_json`, of this version or another.

    Raises:
        ValueError: if it is none.
    """
    try:
        answer: Answer = _built(Answer, json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no saved answer ({error})") from error
    return answer


def _built(kind: Any, value: Any) -> Any:
    """Return `value`, made of dicts and lists, as what the annotation `kind` says."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        # A version that knows more fields than ours wrote those that we pass over.
        return kind(**{name: _built(hints[name], one) for name, one in value.items() if name in hints})
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_built(get_args(kind)[0], one) for one in value)
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
