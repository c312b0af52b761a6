#!/usr/bin/env python3
"""Writes a small random-weight checkpoint of an encoder-decoder and what Hugging Face transformers computes with it.

    golden_pair.py FAMILY OUT [--seed 0] [--dtype float32]

FAMILY  one of FAMILIES
OUT     a folder: config.json, tokenizer.json, model.safetensors as the hub lays them out, and
        golden.json         for each case: text and pair as a user writes them, ids (source, then what the decoder is given), token
                            types (0, 1), tokens, the five likeliest at each blank, and what is written greedily
        golden.safetensors  for each case N: N.logits [target, vocab], N.encoder [layers, heads, source, source],
                            N.decoder [layers, heads, target, target], N.cross [layers, heads, target, source]

Needs torch, transformers, tokenizers, safetensors; reads nothing from the network.
"""
import argparse, json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForSeq2SeqLM, T5Tokenizer

from golden import TEXTS

LONGEST = 12
BLANK = "____"


def pieces(special, size=220):
    """A Unigram vocabulary: (piece, score) of each, special tokens first."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    return [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]


def t5(**more):
    vocabulary = pieces(["<pad>", "</s>", "<unk>"]) + [(f"<extra_id_{i}>", 0.0) for i in range(9, -1, -1)]
    sizes = dict(d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=1, num_heads=4)
    buckets = dict(relative_attention_num_buckets=8, relative_attention_max_distance=12)
    return T5Tokenizer(vocab=vocabulary, extra_ids=10), dict(**sizes, **buckets, decoder_start_token_id=0, **more)


# Of each a tokenizer and settings; what is special in them is on.
FAMILIES = {
    "t5": lambda: t5(),
    "mt5": lambda: t5(feed_forward_proj="gated-gelu", initializer_factor=0.3),
}

CASES = {
    "t5": [
        ("A person who never made a ____ never tried anything new.", None),
        ("The quick ____ fox jumps over the ____ dog.", None),
        ("leaves fall in autumn", "autumn is marked by colorful ____"),
        ("This is a test", None),
    ],
}
CASES["mt5"] = CASES["t5"]


FILLING = {"mt5", "t5"}  # those that fill the blanks of their source


class Sequences:
    """What a model of a family reads and writes: ids of a source, and of what its decoder is given."""

    def __init__(self, family, tokenizer, config):
        self.family, self.tokenizer, self.config = family, tokenizer, config

    def source(self, text):
        if self.family in FILLING:
            for number in range(text.count(BLANK)):
                text = text.replace(BLANK, f"<extra_id_{number}>", 1)
        return self.tokenizer(text).input_ids

    def shifted(self, labels):
        return [self.config.decoder_start_token_id] + labels[:-1]

    def target(self, text, pair):
        """Ids for the decoder, and the rows that predict a blank; None where the model writes."""
        if pair is not None:
            labels = self.tokenizer(text_target=pair.replace(BLANK, "<unk>")).input_ids
            return self.shifted(labels), [i for i, label in enumerate(labels) if label == self.tokenizer.unk_token_id]
        if BLANK not in text:
            return None, []
        names = [self.tokenizer.convert_tokens_to_ids(f"<extra_id_{i}>") for i in range(text.count(BLANK))]
        return [self.config.decoder_start_token_id] + names, [i + 1 for i in range(len(names))]


@torch.no_grad()
def written(model, source, start):
    """The likeliest token, one by one."""
    ids = list(start)
    while len(ids) <= LONGEST:
        token = int(model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([ids])).logits[0, -1].argmax())
        if token == model.config.eos_token_id:
            break
        ids.append(token)
    return ids[1:]


def stirred(family, settings, size, dtype=torch.float32):
    """A model whose biases are not 0 and whose norms are not 1: so a missed one shows."""
    model = AutoModelForSeq2SeqLM.from_config(AutoConfig.for_model(family, **{"vocab_size": size} | settings), attn_implementation="eager")
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * (0.2 if parameter.dim() > 1 else 0.1))
                parameter.copy_(parameter.to(dtype).float())
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.add_(torch.randn_like(model.final_logits_bias) * 0.2)
    return model.eval()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("family", choices=sorted(FAMILIES))
    options.add_argument("out")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--dtype", default="float32", choices=["float32", "float16", "bfloat16"])
    options = options.parse_args()
    torch.manual_seed(options.seed)
    out, dtype = Path(options.out), getattr(torch, options.dtype)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer, settings = FAMILIES[options.family]()
    model = stirred(options.family, settings, len(tokenizer), dtype)
    tokenizer.save_pretrained(out)
    model.to(dtype).save_pretrained(out)
    model.float()
    sequences = Sequences(options.family, tokenizer, model.config)
    cases, tensors = [], {}
    for number, (text, pair) in enumerate(CASES[options.family]):
        source = sequences.source(text)
        target, rows = sequences.target(text, pair)
        said = written(model, source, sequences.shifted([0]))
        if target is None:
            target = sequences.shifted(said + [model.config.eos_token_id])
        with torch.no_grad():
            result = model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([target]), output_attentions=True)
        tensors[f"{number}.logits"] = result.logits[0].contiguous()
        for name, layers in dict(encoder=result.encoder_attentions, decoder=result.decoder_attentions, cross=result.cross_attentions).items():
            tensors[f"{number}.{name}"] = torch.stack([layer[0] for layer in layers]).contiguous()
        predicted = []
        for row in rows:
            scores = torch.softmax(result.logits[0, row], dim=-1).topk(5)
            predicted.append({"position": len(source) + row, "tokens": tokenizer.convert_ids_to_tokens(scores.indices.tolist()),
                              "ids": scores.indices.tolist(), "probabilities": [round(v, 7) for v in scores.values.tolist()]})
        cases.append({"text": text, "pair": pair, "ids": source + target, "tokenTypes": [0] * len(source) + [1] * len(target),
                      "tokens": tokenizer.convert_ids_to_tokens(source + target), "predictions": predicted, "written": said})
    save_file(tensors, out / "golden.safetensors")
    (out / "golden.json").write_text(json.dumps({"family": options.family, "dtype": options.dtype, "cases": cases},
                                                ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{options.family}: {len(cases)} cases, {sum(p.numel() for p in model.parameters()):,} parameters in {out}")


if __name__ == "__main__":
    main()
