#!/usr/bin/env python3
"""What transformers' generate writes, the likeliest token each time: writing.json beside each golden.json.

    golden_writing.py FOLDER...

The first case of golden.json is gone on with, or is the source of an encoder-decoder's target. The settings of
generation_config.json are left out, as Headlight has none of them but the tokens that end a text. `ended` is the same once
more, where the token that comes last for the first time ends a text. Needs torch and transformers.
"""
import json
import pathlib
import sys

import torch
from golden import MASKED
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, GenerationConfig

MOST = 24

for folder in map(pathlib.Path, sys.argv[1:]):
    config = AutoConfig.from_pretrained(folder)
    if config.model_type in MASKED:
        continue  # it fills blanks
    both = config.is_encoder_decoder
    kind = AutoModelForSeq2SeqLM if both else AutoModelForCausalLM
    model = kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    case = json.loads((folder / "golden.json").read_text(encoding="utf-8"))["cases"][0]
    given = case["ids"]
    if both:
        given = given[: case["tokenTypes"].index(1)]

    def written(end):
        settings = GenerationConfig(do_sample=False, num_beams=1, max_new_tokens=MOST, use_cache=True, eos_token_id=end,
                                    pad_token_id=0, decoder_start_token_id=config.decoder_start_token_id if both else None,
                                    forced_bos_token_id=forced if both else None)
        ids = model.generate(torch.tensor([given]), attention_mask=torch.ones(1, len(given), dtype=torch.long),
                             generation_config=settings)[0].tolist()
        return ids[1:] if both else ids[len(given):]

    forced = getattr(config, "forced_bos_token_id", None) or model.generation_config.forced_bos_token_id
    model.generation_config.forced_eos_token_id = None  # it would only end a text at MOST
    never = config.vocab_size  # no token
    found = {"given": given, "written": written(never)}
    end = max(found["written"], key=found["written"].index)
    found |= {"end": end, "ended": written(end)}
    (folder / "writing.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")
    print(folder.name, found)
