import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import read_document
from rag.documents.jsonfiles import read_json
from rag.errors import DocumentError


def read(tmp_path, content, name="cities.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_document(path)


def test_records_become_lines(tmp_path):
    document = read(
        tmp_path,
        {
            "title": "مدن اليمن",
            "lang": "ar-YE",
            "published": "2024-03-05T10:00:00Z",
            "about": {"country": "Yemen", "area km²": 555000, "coast": True, "king": None},
            "tags": ["water", "towns"],
            "cities": [{"name": "Aden", "people": 1080500}, {"name": "Taiz", "people": 940600}],
        },
    )
    assert document.text.split("\n\n") == [
        "title: مدن اليمن; lang: ar-YE; published: 2024-03-05T10:00:00Z; about country: Yemen; "
        "about area km²: 555000; about coast: true; tags: water, towns",
        "cities",
        "name: Aden; people: 1080500",
        "name: Taiz; people: 940600",
    ]
    assert (document.title, document.date) == ("مدن اليمن", "2024-03-05")


def test_long_texts_are_paragraphs(tmp_path):
    article = "The water came back. " * 20
    document = read(tmp_path, [{"id": 1, "text": article}, {"id": 2, "text": "One\nTwo"}])
    assert document.text == f"id: 1\n\n{article.strip()}\n\nid: 2\n\nOne\nTwo"
    assert document.title == "cities"


def test_numbers_stay_as_they_are_written(tmp_path):
    digits = "1" * 5_000
    document = read(tmp_path, f'{{"a": 0.10, "b": 1e400, "c": NaN, "a": 12345678901234567890, "d": {digits}}}')
    assert document.text == f"a: 0.10; b: 1e400; c: NaN; a: 12345678901234567890\n\n{digits}"


def test_lines(tmp_path):
    document = read(tmp_path, '{"name": "عدن"}\n\n{"name": "تعز"}\n"word"\n', "cities.jsonl")
    assert document.text == "name: عدن\n\nname: تعز\n\nword"
    assert (document.title, document.date) == ("cities", None)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", r"line 1 is not JSON \(Expecting property name"),
        ("a.jsonl", '{"a": 1}\n{"b"\n', r"line 2 is not JSON"),
        ("a.json", "[" * 100_000, "is nested too deeply"),
        ("a.jsonl", '[]\n{"a": []}\n', "holds no text"),
    ],
)
def test_what_cannot_be_read(tmp_path, name, content, message):
    with pytest.raises(DocumentError, match=message):
        read(tmp_path, content, name)


def test_half_characters_are_joined_or_replaced(tmp_path):
    text = read(tmp_path, r'{"a": "\ud83d\ude00 joined", "b": "\ud83d alone"}').text
    assert text == "a: 😀 joined; b: \ufffd alone"
    assert text.encode()


WORDS = st.text(alphabet="ab عد1", min_size=1, max_size=8) | st.sampled_from(["word " * 60, "one\ntwo"])
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def values_of(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values_of(inner)
    elif value is not None:
        yield str(value).lower() if isinstance(value, bool) else str(value)


@given(value=VALUES)
def test_no_value_is_lost(value):
    text = read_json(json.dumps(value).encode()).text
    assert all(word in text for value in values_of(value) for word in value.split())
