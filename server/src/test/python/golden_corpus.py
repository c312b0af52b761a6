#!/usr/bin/env python3
"""What the heads of small checkpoints do over some texts, by transformers and numpy: src/test/resources/corpus/NAME.json.

    golden_corpus.py OUT FOLDER...

Nothing is shared with Headlight but the definitions of docs/corpus.md: tokens, attention and relations are found here
again, each text alone. Needs torch, transformers and numpy.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from corpus_numbers import THRESHOLDS, measure, relations
from transformers import AutoConfig, AutoModel, AutoTokenizer

TEXTS = [
    "The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog.",
    "leaves fall in autumn autumn is marked by colorful foliage",
    "int max = Math.planet(left, right);",
    "Maia is a cute little baby who likes to explore her world! Maia is a cute little baby who loves to explore her house.",
    "astronomers discovered a new planet",
    "This is a test",
    "a person who never made 12 planets tried 7 or 3.14 (or never [more] than 12) of anything new",
    "In Paris, Maia and Jane met Tom of Oslo, and this is new.",
]


def mean(values):
    values = np.asarray(values, float)
    error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else None
    return round(float(values.mean()), 9), None if error is None else round(float(error), 9)


out = pathlib.Path(sys.argv[1])
for folder in map(pathlib.Path, sys.argv[2:]):
    causal = AutoConfig.from_pretrained(folder).model_type == "gpt2"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    all_values, counts, tokens = {}, {}, 0
    for text in TEXTS:
        encoded = tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True)
        ids, special = encoded["input_ids"], encoded["special_tokens_mask"]
        # without the spaces that some tokenizers have in a token
        spans = [(b - len(text[a:b].lstrip()), b) for a, b in encoded["offset_mapping"]]
        with torch.no_grad():
            attentions = model(torch.tensor([ids]), output_attentions=True).attentions
        weights = torch.cat(attentions).double().numpy()  # (L, H, T, T)
        separators = [i for i, token in enumerate(ids) if token == tokenizer.sep_token_id]
        unknown = [i for i, token in enumerate(ids) if token == tokenizer.unk_token_id]
        tokens += len(ids)
        values, found = measure(weights, spans, special, separators, unknown, text, causal, relations(text))
        for relation, number in found.items():
            counts[relation] = counts.get(relation, 0) + number
        for layer, head in np.ndindex(weights.shape[:2]):
            for key, value in values.items():
                one = tuple(part[layer, head] for part in value) if key[0] == "relations" else value[layer, head]
                all_values.setdefault((layer, head), {}).setdefault(key, []).append(one)
    heads = []
    for (layer, head), values in sorted(all_values.items()):
        one = {"layer": layer, "head": head, "patterns": {}, "offsets": {}, "masses": {}, "relations": {}}
        for (group, name), of in values.items():
            if group == "relations":
                entry = {"texts": len(of), "share": sum(d > 0 for _, _, d in of) / len(of)}
                for part, numbers in zip(("", "baseline", "difference"), zip(*of)):
                    value, error = mean(numbers)
                    entry[part or "mean"] = value
                    entry[part + "Error" if part else "error"] = error
            else:
                value, error = mean(of)
                entry = {"mean": value, "error": error, "texts": len(of)}
                if group == "patterns":
                    entry["share"] = sum(v > THRESHOLDS.get(name, 0.5) for v in of) / len(of)
            one[group][str(name)] = entry
        heads.append(one)
    golden = {"checkpoint": folder.name, "texts": TEXTS, "tokens": tokens, "links": counts, "heads": heads}
    (out / f"{folder.name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(folder.name, tokens, counts)
