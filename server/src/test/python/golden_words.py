#!/usr/bin/env python3
"""How probable transformers finds words of one token and of several: words.json beside each golden.json.

    golden_words.py FOLDER...

In a masked model the mask is widened to as many as the word has tokens, and filled from the left; a causal model, and the
decoder of an encoder-decoder, read the tokens one after another. A model that fills no blanks of its source has one in its
target. The logs are added. Needs torch and transformers.
"""
import json
import pathlib
import sys

import torch
import golden_pair
from golden import MASKED, SETTINGS
from transformers import (AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSeq2SeqLM, AutoTokenizer,
                          PreTrainedTokenizerFast)

BEFORE, AFTER = "A person who never made a ", " never tried anything new."
WORDS = ["mistake", "planet", "foxes", "cuter baby", "übermut"]


@torch.no_grad()
def logp(model, row, wanted, **given):
    return float(model(**given).logits[0, row].log_softmax(-1)[wanted])


def measure(model, tokenizer, config, word):
    ids = tokenizer(BEFORE + word + AFTER).input_ids
    if tokenizer.mask_token is None:
        before, after = len(tokenizer(BEFORE.strip()).input_ids), 0
    else:
        masked = tokenizer(BEFORE + tokenizer.mask_token + AFTER).input_ids
        before = masked.index(tokenizer.mask_token_id)
        after = len(masked) - before - 1
    at = range(before, len(ids) - after)
    pieces, total = [ids[i] for i in at], 0.0
    for i, piece in enumerate(pieces):
        if config.is_encoder_decoder:
            source = tokenizer(BEFORE + tokenizer.mask_token + AFTER).input_ids
            written = [config.decoder_start_token_id] + ids[: at[0]] + pieces[:i]
            total += logp(model, len(written) - 1, piece, input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([written]))
        elif tokenizer.mask_token is None:
            total += logp(model, at[0] + i - 1, piece, input_ids=torch.tensor([ids[: at[0]] + pieces[:i]]))
        else:
            masked = list(ids)
            for later in at[i:]:
                masked[later] = tokenizer.mask_token_id
            total += logp(model, at[i], piece, input_ids=torch.tensor([masked]))
    return {"word": word, "tokens": tokenizer.convert_ids_to_tokens(pieces), "logp": total}


def measure_pair(model, tokenizer, config, source, pair, word):
    """Of golden_pair.py's families: where the text's blank is filled, or the target's."""
    sequences = golden_pair.Sequences(config.model_type, tokenizer, config)
    target, rows = sequences.target(source, pair)
    blank = golden_pair.BLANK
    if pair is None:  # the blank has a name, and words stand in place of it
        ids, masked = sequences.source(source.replace(blank, word)), sequences.source(source)
        before = masked.index(tokenizer.mask_token_id if config.model_type == "mbart" else target[rows[0]])
    else:
        ids, masked = sequences.labels(pair.replace(blank, word)), sequences.labels(pair.replace(blank, tokenizer.unk_token))
        before = masked.index(tokenizer.unk_token_id)
    pieces = ids[before : len(ids) - (len(masked) - before - 1)]
    total = 0.0
    for i, piece in enumerate(pieces):
        written = target[: rows[0] + 1] + pieces[:i]
        total += logp(model, len(written) - 1, piece, input_ids=torch.tensor([sequences.source(source)]), decoder_input_ids=torch.tensor([written]))
    return {"word": word, "tokens": tokenizer.convert_ids_to_tokens(pieces), "logp": total}


for folder in map(pathlib.Path, sys.argv[1:]):
    config = AutoConfig.from_pretrained(folder)
    pairs = config.model_type in golden_pair.FAMILIES
    tokenizer = AutoTokenizer.from_pretrained(folder) if pairs else PreTrainedTokenizerFast.from_pretrained(folder)
    causal = config.model_type in ("gpt2", "qwen2") or config.model_type in SETTINGS and config.model_type not in MASKED
    if causal:
        AFTER = ""
        tokenizer.mask_token = None
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM if causal else AutoModelForMaskedLM
    model = kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    text, pair = (BEFORE.strip() if causal else BEFORE + (tokenizer.mask_token or golden_pair.BLANK) + AFTER), None
    if pairs:
        text, pair = BEFORE + golden_pair.BLANK + AFTER, None
        if config.model_type not in golden_pair.FILLING:
            text, pair = "This is a test", text
    found = {"text": text, **({"pair": pair} if pair else {}), "words": []}
    for word in WORDS:
        measured = measure_pair(model, tokenizer, config, text, pair, word) if pairs else measure(model, tokenizer, config, word)
        if tokenizer.unk_token is None or tokenizer.unk_token not in measured["tokens"]:
            found["words"].append(measured)
    (folder / "words.json").write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(folder.name, [(w["word"], len(w["tokens"]), round(w["logp"], 3)) for w in found["words"]])
    AFTER = " never tried anything new."
