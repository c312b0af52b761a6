#!/usr/bin/env python3
"""Writes what Hugging Face transformers computes with a checkpoint for a few everyday sentences.

    golden_embedded.py CHECKPOINT OUT

CHECKPOINT  a masked language model in the hub's layout: src/main/resources/dev/headlight/hub/embedded
OUT         a folder, src/test/resources/oracle/embedded:
            golden.json         for each case: text, pair, ids, token types, tokens, the five likeliest tokens at each blank
            golden.safetensors  for each case N: N.logits [blanks, vocab], N.attention [layers, heads, len, len]

Needs torch, transformers, safetensors; reads nothing from the network. The tests agree with these to 1e-4.
"""
import json, sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForMaskedLM, AutoTokenizer

CASES = [
    ("A person who never made a [MASK] never tried anything new.", None),
    ("The capital of France is [MASK].", None),
    ("When [MASK] was young, we lived in a small [MASK].", None),
    ("It rained all day.", "The children stayed [MASK]."),
]

checkpoint, out = sys.argv[1], Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
model = AutoModelForMaskedLM.from_pretrained(checkpoint, attn_implementation="eager").float().eval()
cases, tensors = [], {}
for number, (text, pair) in enumerate(CASES):
    encoded = tokenizer(text, pair, return_tensors="pt")
    ids = encoded["input_ids"][0].tolist()
    with torch.no_grad():
        result = model(**encoded, output_attentions=True)
    blanks = [i for i, token in enumerate(ids) if token == tokenizer.mask_token_id]
    tensors[f"{number}.logits"] = result.logits[0, blanks].contiguous()
    tensors[f"{number}.attention"] = torch.stack([a[0] for a in result.attentions]).contiguous()
    best = [torch.softmax(result.logits[0, i], dim=-1).topk(5) for i in blanks]
    cases.append({"text": text, "pair": pair, "ids": ids, "tokenTypes": encoded["token_type_ids"][0].tolist(),
                  "tokens": tokenizer.convert_ids_to_tokens(ids),
                  "predictions": [{"position": i, "tokens": tokenizer.convert_ids_to_tokens(b.indices.tolist()),
                                   "ids": b.indices.tolist(), "probabilities": [round(v, 7) for v in b.values.tolist()]}
                                  for i, b in zip(blanks, best)]})
    print(text, pair or "", [c["tokens"] for c in cases[-1]["predictions"]])
save_file(tensors, out / "golden.safetensors")
(out / "golden.json").write_text(json.dumps({"family": "bert", "cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
