#!/usr/bin/env python3
"""Norm-weighted attention and attention rollout, from transformers: measures.safetensors beside each golden.json.

    golden_measures.py FOLDER...

Each folder holds a small checkpoint and the golden.json that golden.py made; measured is the first case of at least six
tokens, the same as in effects.json. For each kind of attention: KIND.norm [L, H, Q, K], the norms of the transformed and
weighted vectors (Kobayashi et al. 2020), computed by transforming each vector, and KIND.rollout [L, T, T], the products of
½ mean of heads + ½ identity (Abnar and Zuidema 2020), not of cross-attention. Needs torch, transformers and safetensors.
"""
import json
import pathlib
import sys

import taps
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSeq2SeqLM
from transformers.masking_utils import AttentionMaskInterface, eager_mask
from transformers.modeling_utils import AttentionInterface

from golden import MASKED, SETTINGS

OUTPUTS = {  # the output projection of each kind of attention
    "albert": {"self": "attention.dense"},
    "bart": {"encoder": "self_attn.out_proj", "decoder": "self_attn.out_proj", "cross": "encoder_attn.out_proj"},
    "bert": {"self": "attention.output.dense"},
    "distilbert": {"self": "attention.out_lin"},
    "electra": {"self": "attention.output.dense"},
    "gpt2": {"self": "attn.c_proj"},
    "modernbert": {"self": "attn.Wo"},
    "qwen2": {"self": "self_attn.o_proj"},
    "roberta": {"self": "attention.output.dense"},
    **dict.fromkeys(
        ("mt5", "t5"), {"encoder": "SelfAttention.o", "decoder": "SelfAttention.o", "cross": "EncDecAttention.o"}
    ),
    "xlm-roberta": {"self": "attention.output.dense"},
}
calls = []  # (kind, weights (H, Q, K), values (H, K, d))


def kind_of(module, key, query):
    if not model.config.is_encoder_decoder:
        return "self"
    if getattr(module, "is_decoder", False):
        return "cross" if calls and calls[-1][0] == "decoder" else "decoder"
    return "encoder"


def attend(module, query, key, value, attention_mask, scaling=None, **other):
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    scores = query @ key.transpose(2, 3) * (scaling if scaling is not None else query.shape[-1] ** -0.5)
    if other.get("position_bias") is not None:
        scores = scores + other["position_bias"]
    if attention_mask is not None:
        scores = scores + attention_mask[:, :, :, : key.shape[2]]
    weights = scores.softmax(-1)
    calls.append((kind_of(module, key, query), weights[0], value[0]))
    return (weights @ value).transpose(1, 2).contiguous(), weights


AttentionInterface.register("recording", attend)
AttentionMaskInterface.register("recording", eager_mask)


def tapped():
    """The same of a model of golden.py's SETTINGS: a value is what heads put out that attend to its token alone."""
    heads = model.config.num_attention_heads
    tap = taps.Taps(model, heads)
    found = []
    for layer in range(len(tap.outputs)):
        values = []
        for key in range(len(ids)):
            tap.begin(one_key={layer: key})
            model(**given)
            values.append(tap.contexts[layer][0].reshape(heads, -1))
        tap.begin()
        model(**given)
        found.append(("self", tap.weights[layer], torch.stack(values, 1)))
    tap.close()
    return found


def projections(kind):
    """W of each layer, so that the output is context @ W: (H·d, D)."""
    family, found = model.config.model_type, []
    for name, module in model.named_modules():
        side = "decoder" if ".decoder." in f".{name}" else "encoder"
        fits = kind == "self" or side == ("encoder" if kind == "encoder" else "decoder")
        if fits and name.endswith("." + outputs_of(family)[kind]):
            found.append(module.weight if family == "gpt2" else module.weight.T)
    return found


def outputs_of(family):
    if family in ("m2m_100", "marian", "mbart", "pegasus"):
        return OUTPUTS["bart"]
    return OUTPUTS.get(family) or {"self": taps.ADDS[family][0]}


for folder in map(pathlib.Path, sys.argv[1:]):
    golden = json.loads((folder / "golden.json").read_text())
    config = AutoConfig.from_pretrained(folder)
    family = config.model_type
    causal = family in ("gpt2", "qwen2") or family in SETTINGS and family not in MASKED
    auto = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM if causal else AutoModelForMaskedLM
    model = auto.from_pretrained(folder, attn_implementation="eager" if family in SETTINGS else "recording", dtype=torch.float32).eval()
    case = next(c for c in golden["cases"] if (c["predictions"] or causal) and len(c["ids"]) > 5)
    ids, types = case["ids"], case.get("tokenTypes")
    given = {"input_ids": torch.tensor([ids])}
    if config.is_encoder_decoder:
        source = types.index(1)
        given = {"input_ids": torch.tensor([ids[:source]]), "decoder_input_ids": torch.tensor([ids[source:]])}
    elif types is not None:
        given["token_type_ids"] = torch.tensor([types])
    calls.clear()
    arrays = {}
    with torch.no_grad():
        if family in SETTINGS:
            calls.extend(tapped())
        else:
            model(**given)
        for kind in outputs_of(family):
            layers = [(weights, value) for each, weights, value in calls if each == kind]
            outputs = projections(kind)
            norms, rollouts = [], []
            for number, (weights, value) in enumerate(layers):
                heads, keys, size = value.shape
                output = outputs[number % len(outputs)].reshape(heads, size, -1)  # (H, d, D)
                transformed = value @ output  # f(x), (H, K, D)
                weighted = weights.unsqueeze(-1) * transformed.unsqueeze(1)  # (H, Q, K, D)
                norms.append(weighted.norm(dim=-1))
                mixed = 0.5 * weights.mean(0) + 0.5 * torch.eye(weights.shape[1]) if kind != "cross" else None
                if mixed is not None:
                    mixed = mixed / mixed.sum(-1, keepdim=True)
                    rollouts.append(mixed @ rollouts[-1] if rollouts else mixed)
            arrays[f"{kind}.norm"] = torch.stack(norms).contiguous()
            if rollouts:
                arrays[f"{kind}.rollout"] = torch.stack(rollouts).contiguous()
    save_file(arrays, folder / "measures.safetensors")
    print(folder.name, {name: tuple(array.shape) for name, array in arrays.items()}, float(arrays[next(iter(arrays))].max()))
