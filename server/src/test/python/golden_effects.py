#!/usr/bin/env python3
"""What transformers computes with something taken out: effects.json beside each golden.json.

    golden_effects.py FOLDER...

Each folder holds a small checkpoint and the golden.json that golden.py made. The first case with a place (a blank; the
last token of a causal model; a blank of a decoder) is run again with words blanked or hidden, heads removed or averaged,
edges cut, and layers' attention or feed-forward parts removed. Of golden.py's SETTINGS all of this is done by taps.py. Recorded are log p(w) and log p(v) of the two likeliest
words, and the logit lens. Heads and edges are changed in an attention function that is registered with transformers, so
that one script serves all families; hidden words are attention_mask 0. Needs torch and transformers.
"""
import json
import pathlib
import sys

import torch
import taps
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSeq2SeqLM
from transformers.masking_utils import AttentionMaskInterface, eager_mask
from transformers.modeling_utils import AttentionInterface

from golden import MASKED, SETTINGS

# The modules whose output a layer adds to its input: of attention, and of the feed-forward part.
ADDS = {
    "albert": ("attention.dense", "ffn_output"),
    "bert": ("attention.output.dense", "output.dense"),
    "bart": ("self_attn.out_proj", "fc2"),
    "distilbert": ("attention.out_lin", "ffn.lin2"),
    "electra": ("attention.output.dense", "output.dense"),
    "gpt2": ("attn.c_proj", "mlp.c_proj"),
    "llama": ("self_attn.o_proj", "mlp.down_proj"),
    "mistral": ("self_attn.o_proj", "mlp.down_proj"),
    "modernbert": ("attn.Wo", "mlp.Wo"),
    "qwen2": ("self_attn.o_proj", "mlp.down_proj"),
    "roberta": ("attention.output.dense", "output.dense"),
    **dict.fromkeys(("m2m_100", "marian", "mbart", "pegasus"), ("self_attn.out_proj", "fc2")),
    **dict.fromkeys(("mt5", "t5"), ("SelfAttention.o", "DenseReluDense.wo")),
    "xlm-roberta": ("attention.output.dense", "output.dense"),
}
change = {}  # what is taken out of the pass that runs
calls = []  # the kinds of attention that ran in it


def kind_of(module, key, query):
    if not model.config.is_encoder_decoder:
        return "self"
    if getattr(module, "is_decoder", False):
        return "cross" if key.shape[2] != query.shape[2] or calls and calls[-1] == "decoder" else "decoder"
    return "encoder"


def attend(module, query, key, value, attention_mask, scaling=None, **other):
    kind = kind_of(module, key, query)
    layer = calls.count(kind)
    calls.append(kind)
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    scores = query @ key.transpose(2, 3) * (scaling if scaling is not None else query.shape[-1] ** -0.5)
    if other.get("position_bias") is not None:
        scores = scores + other["position_bias"]
    if attention_mask is not None:
        scores = scores + attention_mask[:, :, :, : key.shape[2]]
    for at in change.get("edges", []):
        if (at["kind"], at["layer"]) == (kind, layer):
            scores[0, at["head"], at["query"], at["key"]] = -torch.inf
    context = (scores.softmax(-1) @ value).transpose(1, 2).contiguous()  # (1, T, H, d)
    for how in ("heads", "averaged"):
        for at in change.get(how, []):
            if (at["kind"], at["layer"]) == (kind, layer):
                part = context[:, :, at["head"]]
                context[:, :, at["head"]] = 0 if how == "heads" else part.mean(1, keepdim=True)
    return context, scores


AttentionInterface.register("changeable", attend)
AttentionMaskInterface.register("changeable", eager_mask)


def load(folder):
    config = AutoConfig.from_pretrained(folder)
    if config.is_encoder_decoder:
        kind = AutoModelForSeq2SeqLM
    else:
        kind = AutoModelForCausalLM if is_causal(config.model_type) else AutoModelForMaskedLM
    how = "eager" if config.model_type in SETTINGS else "changeable"
    return kind.from_pretrained(folder, attn_implementation=how, dtype=torch.float32).eval()


def is_causal(family):
    return family in ("gpt2", "mistral", "qwen2") or family in SETTINGS and family not in MASKED


def remove_sublayers(names):
    """Hooks that make the outputs of these modules zero in the layers that the change names."""
    seen = {}

    def hook(what, name):
        def after(module, arguments, output):
            kind = "self"
            if model.config.is_encoder_decoder:
                kind = "encoder" if ".encoder." in f".{name}" else "decoder"
            number = seen[what, kind] = seen.get((what, kind), -1) + 1
            if any((at["kind"], at["layer"]) == (kind, number) for at in change.get(what, [])):
                return torch.zeros_like(output)
            return None

        return after

    for name, module in model.named_modules():
        for what, ending in zip(("attention", "feedForward"), names):
            if name.endswith("." + ending) and not (ending == "output.dense" and name.endswith("attention.output.dense")):
                module.register_forward_hook(hook(what, name))
    return seen


@torch.no_grad()
def run(ids, types, row, source, hidden=(), states=False):
    calls.clear()
    seen.clear()
    mask = [0 if i in hidden and not tap else 1 for i in range(len(ids))]
    if tap:
        tap.begin(change, hidden)
    if source:
        given = {
            "input_ids": torch.tensor([ids[:source]]),
            "attention_mask": torch.tensor([mask[:source]]),
            "decoder_input_ids": torch.tensor([ids[source:]]),
            "decoder_attention_mask": torch.tensor([mask[source:]]),
        }
    else:
        given = {"input_ids": torch.tensor([ids]), "attention_mask": torch.tensor([mask])}
        if types is not None:
            given["token_type_ids"] = torch.tensor([types])
    out = model(**given, output_hidden_states=states, return_dict=True)
    return out, out.logits[0, row - source].log_softmax(-1)


def after_last_layer(state):
    """What the model makes of a hidden state after its last layer."""
    last = layer_modules()[-1]
    handle = last.register_forward_hook(lambda module, arguments, output: (state, *output[1:]) if isinstance(output, tuple) else state)
    out, _ = run(ids, types, row, source)
    handle.remove()
    return out.logits


def head_of(hidden):
    """The prediction head on hidden states, with the norm before it where a model has one."""
    family = model.config.model_type
    if family in SETTINGS:
        return after_last_layer(hidden)
    if family in ("bert",):
        return model.cls(hidden)
    if family == "electra":
        return model.generator_lm_head(model.generator_predictions(hidden))
    if family == "albert":
        return model.predictions(hidden)
    if family in ("roberta", "xlm-roberta", "camembert"):
        return model.lm_head(hidden)
    if family == "distilbert":
        return model.vocab_projector(model.vocab_layer_norm(model.activation(model.vocab_transform(hidden))))
    if family == "modernbert":
        return model.decoder(model.head(model.model.final_norm(hidden)))
    if family == "gpt2":
        return model.lm_head(model.transformer.ln_f(hidden))
    if family in ("mt5", "t5"):
        scale = model.model_dim**-0.5 if getattr(model.config, "scale_decoder_outputs", False) else 1
        return model.lm_head(model.decoder.final_layer_norm(hidden) * scale)
    if model.config.is_encoder_decoder:
        normed = getattr(model.model.decoder, "layer_norm", lambda same: same)(hidden)
        return model.lm_head(normed) + getattr(model, "final_logits_bias", 0)
    return model.lm_head(model.model.norm(hidden))


def layers_outputs(run_it):
    """The hidden states before the first layer and after each, as they are, from hooks on the layers."""
    states, handles = [], []

    def before(module, arguments, named):
        if not states:
            states.append((arguments[0] if arguments else named["hidden_states"]).detach())

    def after(module, arguments, output):
        states.append((output[0] if isinstance(output, tuple) else output).detach())

    for layer in layer_modules():
        handles.append(layer.register_forward_pre_hook(before, with_kwargs=True))
        handles.append(layer.register_forward_hook(after))
        if model.config.model_type == "albert":
            break  # one module, called for each layer
    run_it()
    for handle in handles:
        handle.remove()
    return states


def layer_modules():
    family = model.config.model_type
    if family in SETTINGS:
        return taps.layers_of(model, len(tap.outputs))
    if family == "albert":
        return [model.albert.encoder.albert_layer_groups[0].albert_layers[0]]
    if family == "distilbert":
        return model.distilbert.transformer.layer
    if family == "gpt2":
        return model.transformer.h
    if model.config.is_encoder_decoder:
        return model.decoder.block if family in ("mt5", "t5") else model.model.decoder.layers
    if family in ("llama", "mistral", "qwen2", "modernbert"):
        return model.model.layers
    return model.base_model.encoder.layer


for folder in map(pathlib.Path, sys.argv[1:]):
    golden = json.loads((folder / "golden.json").read_text())
    model = load(folder)
    family = model.config.model_type
    seen = remove_sublayers({**ADDS, **taps.ADDS}[family])
    heads = next(n for n in (getattr(model.config, k, None) for k in ("num_attention_heads", "n_head", "n_heads", "encoder_attention_heads")) if n)
    tap = taps.Taps(model, heads) if family in SETTINGS else None
    causal = is_causal(family)
    number, case = next((n, c) for n, c in enumerate(golden["cases"]) if (c["predictions"] or causal) and len(c["ids"]) > 5)
    ids, types = case["ids"], case.get("tokenTypes")
    source = 0
    if model.config.is_encoder_decoder:
        types = case["tokenTypes"]
        source = types.index(1)
    row = case["predictions"][0]["position"] if case["predictions"] else len(ids) - 1
    out, plain = run(ids, types, row, source)
    words = plain.topk(2).indices.tolist()
    kinds = {"self": len(ids)} if not source else {"encoder": source, "decoder": len(ids) - source, "cross": source}
    layer_count = getattr(model.config, "num_hidden_layers", None) or model.config.n_layer
    layer_counts = {"encoder": getattr(model.config, "encoder_layers", layer_count), "decoder": getattr(model.config, "decoder_layers", getattr(model.config, "num_decoder_layers", 0))}
    changes = []
    for kind, keys in kinds.items():
        queries = len(ids) - source if kind in ("decoder", "cross") else keys
        for layer in range(layer_counts.get("decoder" if kind == "cross" else kind) or layer_count):
            for head in range(heads):
                at = {"kind": kind, "layer": layer, "head": head}
                changes += [{"heads": [at]}, {"averaged": [at]}]
            query = min(queries - 1, 3)
            changes.append({"edges": [{"kind": kind, "layer": layer, "head": layer % heads, "query": query, "key": max(0, query - 1)}]})
            if kind != "cross":
                changes += [{"attention": [{"kind": kind, "layer": layer}]}, {"feedForward": [{"kind": kind, "layer": layer}]}]
    mask_id = next((id for id, token in zip(ids, case["tokens"]) if token in ("[MASK]", "<mask>")), None)
    changes.append({"heads": changes[0]["heads"] + [{**changes[0]["heads"][0], "layer": 1}], "averaged": [{**changes[0]["heads"][0], "head": heads - 1}]})
    for token in range(len(ids)):
        if token != row:
            changes.append({"hidden": [token]})
            if mask_id is not None and not causal:
                changes.append({"blanked": token, "ids": ids[:token] + [mask_id] + ids[token + 1 :]})
    results = []
    for change in changes:
        _, p = run(change.get("ids", ids), types, row, source, change.get("hidden", ()))
        results.append({**change, "logp": [float(p[w]) for w in words]})
    change = {}
    states = layers_outputs(lambda: run(ids, types, row, source))
    with torch.no_grad():
        lens = [head_of(s if s.dim() == 3 else s[None])[0, row - source].log_softmax(-1) for s in states]
    (folder / "effects.json").write_text(
        json.dumps(
            {
                "case": number,
                "row": row,
                "words": words,
                "logp": [float(plain[w]) for w in words],
                "changes": results,
                "lens": [[float(p[w]) for w in words] for p in lens],
            },
            separators=(",", ":"),
        )
        + "\n"
    )
    if tap:
        tap.close()
    print(folder.name, family, len(results), "changes,", len(lens), "rows of the lens,", max(abs(r["logp"][0] - float(plain[words[0]])) for r in results))
