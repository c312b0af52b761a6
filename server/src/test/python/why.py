#!/usr/bin/env python3
"""Effects of words and heads on a blank, in transformers, for BERT: as JSON for WhyTest to compare with.

    why.py FOLDER "The keys to the cabinet [MASK] on the table." were [was]

With one word w the quantity is log p(w); with two it is log p(w) - log p(v), why w rather than v.
An effect is the quantity as it is minus the quantity with the change. Needs torch and transformers.
"""
import json, sys

import torch
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

folder, text, *words = sys.argv[1:]
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json", mask_token="[MASK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]")
model = BertForMaskedLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
ids = tokenizer(text, return_tensors="pt").input_ids
tokens = tokenizer.convert_ids_to_tokens(ids[0])
place = tokens.index("[MASK]")
wanted = tokenizer.convert_tokens_to_ids(words)
head_width = model.config.hidden_size // model.config.num_attention_heads
removed = {}  # (layer, head) -> "zero" or "mean"


def hook(layer):
    def before(module, arguments):
        context = arguments[0].clone()  # [1, n, heads * head_width]
        for (l, h), how in removed.items():
            if l == layer:
                part = slice(h * head_width, (h + 1) * head_width)
                context[..., part] = 0 if how == "zero" else context[..., part].mean(1, keepdim=True)
        return (context, *arguments[1:])
    return before


for l, block in enumerate(model.bert.encoder.layer):
    block.attention.output.dense.register_forward_pre_hook(hook(l))


@torch.no_grad()
def quantity(input_ids=ids, seen=None):
    out = model(input_ids=input_ids, attention_mask=torch.ones_like(ids) if seen is None else seen)
    p = out.logits[0, place].log_softmax(-1)
    return float(p[wanted[0]] - (p[wanted[1]] if len(wanted) > 1 else 0)), p


def effect(**change):
    return round(plain - quantity(**change)[0], 5)


plain, p = quantity()
result = {"tokens": tokens, "quantity": plain, "top": tokenizer.convert_ids_to_tokens(p.topk(3).indices), "words": [], "heads": []}
for i in range(len(tokens)):
    if i != place:
        blanked, seen = ids.clone(), torch.ones_like(ids)
        blanked[0, i], seen[0, i] = tokenizer.mask_token_id, 0
        result["words"].append({"token": tokens[i], "blanked": effect(input_ids=blanked), "hidden": effect(seen=seen)})
for l in range(model.config.num_hidden_layers):
    for h in range(model.config.num_attention_heads):
        found = {"layer": l + 1, "head": h + 1}
        for how in ("zero", "mean"):
            removed[l, h] = how
            found[how] = effect()
            removed.clear()
        result["heads"].append(found)
with torch.no_grad():
    out = model(ids, output_hidden_states=True, output_attentions=True)
    result["lens"] = [{"top": tokenizer.convert_ids_to_tokens(x.topk(3).indices), "p": round(float(x[wanted[0]].exp()), 5)} for x in (model.cls(s)[0, place].log_softmax(-1) for s in out.hidden_states)]
for found in result["heads"]:
    weights = out.attentions[found["layer"] - 1][0, found["head"] - 1, place]
    found["looksAt"] = [[tokens[int(i)], round(float(w), 2)] for w, i in zip(*weights.topk(2))]
print(json.dumps(result))
