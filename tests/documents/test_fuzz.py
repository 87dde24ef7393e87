"""Spoiled files of every format through `read_document`: a document, or a `DocumentError` of one line; and its chunks.

`benchmarks/malformed.py` tries thousands; what it found is kept below.
"""

import random
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from malformed_samples import samples, spoil

from rag.chunks import chunk_document
from rag.documents import read_document
from rag.documents.limits import Limits
from rag.errors import DocumentError

LIMITS = Limits(seconds=30, ocr_languages="")
UNHURT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def valid() -> dict[str, bytes]:
    return samples()


def check(path, data):
    path.write_bytes(data)
    try:
        document = read_document(path, source=path.name, limits=LIMITS)
    except DocumentError as error:
        assert len(str(error).splitlines()) == 1
        assert str(path) not in str(error)
        return None
    document.text.encode()
    document.title.encode()
    assert document.title.strip()
    assert all(0 <= page.start <= page.end <= len(document.text) for page in document.pages)
    chunks = chunk_document(document, lambda texts: [len(text.split()) for text in texts], max_tokens=20)
    assert chunks
    assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    return document


@pytest.mark.parametrize("suffix", samples())
@UNHURT
@given(seed=st.integers(0, 2**32))
def test_spoiled_files(tmp_path, suffix, seed):
    check(tmp_path / f"spoiled{suffix}", spoil(valid()[suffix], suffix, random.Random(seed)))


@pytest.mark.parametrize("suffix", samples())
@UNHURT
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes(tmp_path, suffix, data):
    check(tmp_path / f"bytes{suffix}", data)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv", ".json", ".jsonl", ".eml"])
@UNHURT
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_arbitrary_text(tmp_path, suffix, text):
    check(tmp_path / f"text{suffix}", (("From: a@b\n\n" if suffix == ".eml" else "") + text).encode())


@pytest.mark.parametrize("suffix", samples())
def test_the_unspoiled_samples_are_read(tmp_path, suffix):
    document = check(tmp_path / f"sample{suffix}", valid()[suffix])
    assert document is not None
    assert "1080500" in document.text or "water" in document.text or "المياه" in document.text
