"""Postings: BM25 as published, exact after any adding and forgetting, and read back only whole."""

import math
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index import postings, segments
from rag.index.bags import decode, encode_terms
from rag.index.cachefile import stamp_of
from rag.index.postings import POSTINGS_FILE, Postings
from rag.text.terms import Terms, terms

Texts = dict[int, Terms]


def build(texts: Texts) -> Postings:
    return Postings.build(np.array(list(texts), np.int64), [encode_terms([text]) for text in texts.values()])


def bag(text: Terms) -> Counter[str]:
    return Counter([f"s:{stem}" for stem in text.stems] + [f"g:{gram}" for gram in text.grams])


def reference(texts: Texts, query: Terms) -> dict[int, float]:
    """BM25 read off the formula."""
    bags = {key: bag(text) for key, text in texts.items()}
    mean = sum(found.total() for found in bags.values()) / max(len(bags), 1)
    scores = dict.fromkeys(bags, 0.0)
    for term in bag(query):
        holding = sum(term in found for found in bags.values())
        idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
        for key, found in bags.items():
            if tf := found[term]:
                scores[key] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * found.total() / mean))
    return scores


def scores(index: Postings, query: Terms) -> dict[int, float]:
    ids = np.sort(index.ids[index._alive])
    return dict(zip(ids.tolist(), index.scores(query)[index.rows(ids)].tolist(), strict=True))


def some_text(chance: random.Random, words: int = 40) -> Terms:
    def draw() -> list[str]:
        return [f"w{int(chance.paretovariate(0.6)) % words}" for _ in range(chance.randrange(30))]

    return Terms(draw(), draw())


def test_three_texts_by_hand() -> None:
    index = build(
        {1: Terms(["ship", "sank"], []), 2: Terms(["ship", "ship", "ship", "sails"], []), 3: Terms(["tea"] * 3, [])}
    )
    found = index.scores(Terms(["ship", "ship", "unknown"], []))
    idf = math.log(1 + 1.5 / 2.5)  # two of three texts hold it; asked twice, it counts once
    assert found.tolist() == pytest.approx(
        [idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)), idf * 3 * 2.2 / (3 + 1.2 * (0.25 + 0.75 * 4 / 3)), 0]
    )


def test_a_stem_and_a_gram_of_one_spelling_are_two_terms() -> None:
    index = build({1: Terms(["ship"], []), 2: Terms([], ["ship"])})
    assert (index.scores(Terms(["ship"], [])) > 0).tolist() == [True, False]
    assert (index.scores(Terms([], ["ship"])) > 0).tolist() == [False, True]


def test_coverage_by_hand() -> None:
    index = build({1: Terms(["ship", "sank"], []), 2: Terms(["ship"] * 9, []), 3: Terms(["tea"], [])})
    two, one, none = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5), math.log(1 + 3.5 / 0.5)
    found = index.coverage(Terms(["ship", "ship", "sank"], []), np.arange(3))
    assert found.tolist() == pytest.approx([1, two / (two + one), 0]), "how often a term occurs or is asked is nothing"
    found = index.coverage(Terms(["ship", "iceberg"], []), np.arange(3))
    assert found.tolist() == pytest.approx([two / (two + none)] * 2 + [0]), "what no text holds is missing in all"
    assert index.coverage(Terms(["sank"], []), np.array([2, 0, 0])).tolist() == [0, 1, 1], (
        "the rows asked for, in that order"
    )
    for nothing in (Terms(["iceberg"], []), Terms([], [])):
        assert not index.coverage(nothing, np.arange(3)).any()
    assert build({}).coverage(Terms(["ship"], []), np.arange(0)).shape == (0,)


def test_known_by_hand() -> None:
    index = build({1: Terms(["ship", "sank"], []), 2: Terms(["ship"], [])})
    assert index.known(Terms(["ship", "sank"], [])) == pytest.approx(1)
    assert index.known(Terms(["iceberg"], [])) == 0 == index.known(Terms([], []))
    idf = [float(np.log1p((2 - holding + 0.5) / (holding + 0.5))) for holding in (2, 0)]
    assert index.known(Terms(["ship", "iceberg"], [])) == pytest.approx(idf[0] / sum(idf))


def test_coverage_forgets() -> None:
    texts = {key: Terms([f"w{key}", "ship"], []) for key in range(1, 20)}
    later = build(texts).updated(np.array([1]), np.empty(0, np.int64), [])
    fresh = build({key: text for key, text in texts.items() if key != 1})
    asked = Terms(["ship", "w1", "w2"], [])
    theirs = fresh.coverage(asked, fresh.rows(fresh.ids))
    assert later.coverage(asked, later.rows(fresh.ids)) == pytest.approx(theirs) and theirs.any()
    assert later.coverage(asked, np.array([0])) == 0 and len(later.ids) == len(fresh.ids) + 1


def test_what_only_forgotten_texts_hold_is_not_known() -> None:
    texts = {key: Terms([f"w{key}", "ship"], []) for key in range(1, 20)}
    later = build(texts).updated(np.array([1]), np.empty(0, np.int64), [])
    fresh = build({key: text for key, text in texts.items() if key != 1})
    for asked in (Terms(["w1"], []), Terms(["ship", "w1", "w2", "iceberg"], []), Terms(["ship"], [])):
        assert later.known(asked) == pytest.approx(fresh.known(asked))
    assert later.known(Terms(["w1"], [])) == 0


def test_nothing_known_and_nothing_indexed() -> None:
    assert not build({1: Terms(["a"], []), 2: Terms([], [])}).scores(Terms(["b"], ["b"])).any()
    empty = build({})
    assert len(empty) == 0 and empty.scores(Terms(["a"], [])).shape == (0,)
    assert scores(
        empty.updated(np.empty(0, np.int64), np.array([7]), [encode_terms([Terms(["a"], [])])]), Terms(["a"], [])
    )
    with pytest.raises(KeyError):
        empty.rows(np.array([1]))
    with pytest.raises(ValueError, match="2 chunks"):
        Postings.build(np.array([1, 2]), [encode_terms([Terms([], [])])])


def test_bags_hold_terms_of_every_chunk() -> None:
    texts = [terms("The bridge, the بريد, 大きな橋 bridge.", "en"), Terms([], []), Terms(["a"] * 300, ["\ud800"])]
    bags = decode(encode_terms(texts))
    assert [len(hashes) for hashes, _ in bags] == [len(bag(text)) for text in texts]
    assert all((np.diff(hashes.astype(np.int64)) > 0).all() for hashes, _ in bags)
    assert sorted(bags[2][1].tolist()) == [1, 255], "more than 255 are 255"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(0, 14))
def test_any_adding_and_forgetting_is_as_a_fresh_build(seed: int, size: int, steps: int) -> None:
    chance = random.Random(seed)
    texts = {key: some_text(chance) for key in range(1, size + 1)}
    index, last = build(texts), size
    for _ in range(steps):
        gone = chance.sample(sorted(texts), chance.randint(0, min(len(texts), 1 + size // 6)))
        new = {last + number: some_text(chance) for number in range(1, chance.randint(0, 3) + 1)}
        last += len(new)
        for key in gone:
            del texts[key]
        before, query = index, some_text(chance)
        told = before.scores(query)
        index = index.updated(
            np.array(gone, np.int64), np.array(list(new), np.int64), map(encode_terms, [[t] for t in new.values()])
        )
        assert np.array_equal(before.scores(query), told), "a reader of the old generation keeps its own"
        texts |= new
        assert len(index.segments) <= postings.MOST_SEGMENTS
        fresh = build(texts)
        for variant in (index, index.merged()):
            assert scores(variant, query) == pytest.approx(scores(fresh, query), rel=1e-6, abs=1e-6)
            assert variant.known(query) == pytest.approx(fresh.known(query))
        assert scores(fresh, query) == pytest.approx(reference(texts, query), rel=1e-5, abs=1e-6)
        known = set(index.merged().segments[0].terms.tolist()) if texts else set()
        assert known == {term for text in texts.values() for term in decode(encode_terms([text]))[0][0].tolist()}


def test_many_small_segments_are_merged_and_the_large_one_shared() -> None:
    chance = random.Random(5)
    texts = {key: some_text(chance) for key in range(1000)}
    index = build(texts)
    base = index.segments[0]
    for key in range(1000, 1040):
        texts[key] = some_text(chance)
        del texts[key - 1000]
        index = index.updated(np.array([key - 1000]), np.array([key]), [encode_terms([texts[key]])])
        assert index.segments[0] is base and len(index.segments) <= postings.MOST_SEGMENTS
    query = some_text(chance)
    assert scores(index, query) == pytest.approx(scores(build(texts), query), rel=1e-6)


def test_slices_and_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    documents = [[some_text(chance) for _ in range(chance.randint(1, 5))] for _ in range(60)]
    ids, blobs = np.arange(sum(map(len, documents))) * 3, [encode_terms(document) for document in documents]
    whole = segments.build(ids, blobs)
    monkeypatch.setattr(segments, "SLICE", 7)
    monkeypatch.setattr(segments, "_BLOCK", 11)
    sliced = segments.build(ids, blobs)
    for name in ("ids", "starts", "lengths", "terms", "rows", "counts"):
        assert np.array_equal(getattr(sliced, name), getattr(whole, name)), name
        assert getattr(sliced, name).dtype == getattr(whole, name).dtype, name


def test_file_is_read_back_only_if_it_is_whole_and_of_the_generation(tmp_path: Path) -> None:
    chance = random.Random(1)
    index, query = build({key: some_text(chance) for key in range(50)}), some_text(chance)
    postings.write(index, tmp_path, "one")
    found = postings.read(tmp_path, "one")
    assert found is not None and np.array_equal(found.scores(query), index.scores(query))
    assert postings.read(tmp_path, "two") is None
    path = tmp_path / POSTINGS_FILE
    whole = path.read_bytes()
    for damage in (b"", whole[:-1], whole[:200] + b"X" + whole[201:]):
        path.write_bytes(damage)
        assert postings.read(tmp_path, "one") is None
    path.write_bytes(whole)
    for stamp in (b"", b"[]", b"{}"):
        stamp_of(path).write_bytes(stamp)
        assert postings.read(tmp_path, "one") is None
    for damaged in (path, stamp_of(path)):
        damaged.unlink()
        assert postings.read(tmp_path, "one") is None
    postings.write(build({}), tmp_path, "three")
    assert postings.read(tmp_path, "three") is not None


def test_nothing_forgotten_is_written(tmp_path: Path) -> None:
    index = build({1: Terms(["secret"], []), **{key: Terms(["open"], []) for key in range(2, 20)}})
    later = index.updated(np.array([1]), np.empty(0, np.int64), [])
    with pytest.raises(ValueError, match="forgotten"):
        postings.write(later, tmp_path, "one")
    postings.write(later.merged(), tmp_path, "one")
    secret = decode(encode_terms([Terms(["secret"], [])]))[0][0].tobytes()
    assert secret not in (tmp_path / POSTINGS_FILE).read_bytes()
