"""Reads and changes what any model with one stack of attention does, by torch's softmax and the heads' output projections."""

import torch

# The modules whose output a layer adds to its input: of attention, and of the feed-forward part.
ADDS = {
    **dict.fromkeys(
        "eurobert gemma gemma2 gemma3_text granite llama mistral olmo2 phi3 qwen2 qwen3 smollm3 stablelm".split(),
        ("self_attn.o_proj", "mlp.down_proj"),
    ),
    **dict.fromkeys(("bloom", "falcon"), ("self_attention.dense", "mlp.dense_4h_to_h")),
    **dict.fromkeys(("deberta", "deberta-v2", "esm", "xlm-roberta-xl"), ("attention.output.dense", "output.dense")),
    "gpt_neo": ("attention.out_proj", "mlp.c_proj"),
    "gpt_neox": ("attention.dense", "mlp.dense_4h_to_h"),
    "mpnet": ("attn.o", "output.dense"),
    "nomic_bert": ("self_attn.o_proj", "mlp.down_proj"),
    "opt": ("self_attn.out_proj", "fc2"),
    "phi": ("self_attn.dense", "mlp.fc2"),
    "starcoder2": ("self_attn.o_proj", "mlp.c_proj"),
}


class Taps:
    """What is taken out of each pass, until it is closed: hidden keys, edges, heads, averaged heads; also what attention is."""

    def __init__(self, model, heads):
        self.heads, self.change, self.hidden, self.one_key = heads, {}, (), {}
        self.weights, self.contexts = [], []  # of each layer: (H, T, T), (T, H·d)
        self.outputs = [m for n, m in model.named_modules() if n.endswith("." + ADDS[model.config.model_type][0])]
        self.softmax = torch.nn.functional.softmax
        torch.nn.functional.softmax = self.attend
        for module in self.outputs:
            module.register_forward_pre_hook(self.before_output)

    def begin(self, change=None, hidden=(), one_key=None):
        """one_key: a layer's number and the key that all its queries attend to alone"""
        self.change, self.hidden, self.one_key = change or {}, hidden, one_key or {}
        self.weights.clear()
        self.contexts.clear()

    def attend(self, scores, *arguments, **named):
        layer = len(self.weights)
        scores = scores.clone()
        scores[..., list(self.hidden)] = torch.finfo(scores.dtype).min
        for at in self.change.get("edges", []):
            if at["layer"] == layer:
                scores[0, at["head"], at["query"], at["key"]] = -torch.inf
        weights = self.softmax(scores, *arguments, **named)
        if layer in self.one_key:
            weights = torch.zeros_like(weights)
            weights[..., self.one_key[layer]] = 1
        self.weights.append(weights[0])
        return weights

    def before_output(self, module, arguments):
        layer = len(self.contexts)
        context = arguments[0].clone()
        size = context.shape[-1] // self.heads
        for how in ("heads", "averaged"):
            for at in self.change.get(how, []):
                if at["layer"] == layer:
                    part = context[..., at["head"] * size : (at["head"] + 1) * size]
                    part[:] = 0 if how == "heads" else part.mean(-2, keepdim=True)
        self.contexts.append(context.reshape(-1, context.shape[-1]))
        return (context, *arguments[1:])

    def close(self):
        torch.nn.functional.softmax = self.softmax


def layers_of(model, count):
    """A model's layers."""
    return next(m for m in model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == count)
