#!/usr/bin/env python3
"""Writes a checkpoint of a published shape with random weights, bfloat16 and in shards, to measure loading and memory.

    big_checkpoint.py SHAPE OUT

SHAPE  llama-3.2-1b (2.5 GB), llama-3.2-3b (6.4 GB) or qwen2.5-1.5b (3.1 GB)
OUT    a folder: config.json, model.safetensors.index.json, shards of at most 2 GB, and the tokenizer of a small checkpoint
       among the test resources, whose words are few: what such a model says is noise

Needs NumPy.
"""
import argparse
import json
import pathlib
import shutil
import struct

import numpy

SMALL = pathlib.Path(__file__).parent.parent / "resources" / "oracle"
SHARD = 2 * 10**9
LLAMA3 = {"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                                                   "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
SHAPES = {
    "llama-3.2-1b": {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32,
                     "num_key_value_heads": 8, "head_dim": 64, "intermediate_size": 8192, "vocab_size": 128256,
                     "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, **LLAMA3},
    "llama-3.2-3b": {"model_type": "llama", "hidden_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 24,
                     "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 8192, "vocab_size": 128256,
                     "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, **LLAMA3},
    "qwen2.5-1.5b": {"model_type": "qwen2", "hidden_size": 1536, "num_hidden_layers": 28, "num_attention_heads": 12,
                     "num_key_value_heads": 2, "intermediate_size": 8960, "vocab_size": 151936,
                     "max_position_embeddings": 131072, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0},
}


def tensors(config):
    hidden, inner, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    size = config.get("head_dim", hidden // heads)
    queries, keys = heads * size, config["num_key_value_heads"] * size
    yield "model.embed_tokens.weight", (config["vocab_size"], hidden)
    for i in range(config["num_hidden_layers"]):
        layer = f"model.layers.{i}"
        for name, out in (("q", queries), ("k", keys), ("v", keys)):
            yield f"{layer}.self_attn.{name}_proj.weight", (out, hidden)
            if config["model_type"] == "qwen2":
                yield f"{layer}.self_attn.{name}_proj.bias", (out,)
        yield f"{layer}.self_attn.o_proj.weight", (hidden, queries)
        yield f"{layer}.mlp.gate_proj.weight", (inner, hidden)
        yield f"{layer}.mlp.up_proj.weight", (inner, hidden)
        yield f"{layer}.mlp.down_proj.weight", (hidden, inner)
        yield f"{layer}.input_layernorm.weight", (hidden,)
        yield f"{layer}.post_attention_layernorm.weight", (hidden,)
    yield "model.norm.weight", (hidden,)


def bfloat16(numbers):
    """The upper halves of float32, rounded."""
    bits = numbers.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(numpy.uint16).tobytes()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("shape", choices=sorted(SHAPES))
    options.add_argument("out", type=pathlib.Path)
    options = options.parse_args()
    config, out = SHAPES[options.shape], options.out
    out.mkdir(parents=True, exist_ok=True)
    kind = config["model_type"]
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(SMALL / kind / name, out / name)
    shards, room = [], 0
    for name, shape in tensors(config):
        count = int(numpy.prod(shape))
        if room < 2 * count:
            shards.append([])
            room = SHARD
        shards[-1].append((name, shape, count))
        room -= 2 * count
    random = numpy.random.default_rng(7)
    block, ones = bfloat16(0.02 * random.standard_normal(1 << 24)), bfloat16(1 + 0.02 * random.standard_normal(1 << 16))
    places, total = {}, 0
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        header, at = {"__metadata__": {"format": "pt"}}, 0
        for name, shape, count in shard:
            header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + 2 * count]}
            at += 2 * count
            places[name] = file
        total += at
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with (out / file).open("wb") as written:
            written.write(struct.pack("<Q", len(text)) + text)
            for name, shape, count in shard:
                source, left = ones if "norm" in name else block, 2 * count
                while left:
                    written.write(source[: min(left, len(source))])
                    left -= min(left, len(source))
    (out / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": places}))
    settings = {"tie_word_embeddings": True, "hidden_act": "silu", "torch_dtype": "bfloat16", "eos_token_id": 128001}
    (out / "config.json").write_text(json.dumps({**settings, **config}, indent=2))
    print(f"{options.shape}: {total / 1e9:.1f} GB in {len(shards)} shards in {out}")


if __name__ == "__main__":
    main()
