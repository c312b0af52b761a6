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
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (AutoConfig, AutoModelForSeq2SeqLM, MBartTokenizer, NllbTokenizer, PegasusTokenizer,
                          PreTrainedTokenizerFast, T5Tokenizer)

from golden import TEXTS, byte_level

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


def wide(tokenizer, **more):
    sizes = dict(d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4,
                 encoder_ffn_dim=24, decoder_ffn_dim=20, max_position_embeddings=160)
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "eos")}
    return tokenizer, sizes | ids | dict(scale_embedding=True) | more


def marian():
    backend = byte_level(300, roberta=True).backend_tokenizer
    backend.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A $B </s>", special_tokens=[("</s>", 2)])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="</s>", pad_token="<pad>", unk_token="<unk>")
    return wide(tokenizer, decoder_start_token_id=tokenizer.pad_token_id, activation_function="swish")


def mbart():
    tokenizer = MBartTokenizer(vocab=pieces(["<s>", "<pad>", "</s>", "<unk>"]) + [("<mask>", 0.0)])
    return wide(tokenizer, decoder_start_token_id=tokenizer.convert_tokens_to_ids("ro_RO"))


def nllb():
    backend = Tokenizer(models.BPE(unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    backend.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=220, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False))
    model = json.loads(backend.to_str())["model"]
    languages = ["deu_Latn", "eng_Latn", "fra_Latn"]
    tokenizer = NllbTokenizer(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]], extra_special_tokens=languages)
    return wide(tokenizer, decoder_start_token_id=2, forced_bos_token_id=tokenizer.convert_tokens_to_ids("fra_Latn"))


def pegasus():
    vocabulary = pieces(["<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk_2>", "<unk_3>", "<unk>"])
    return wide(PegasusTokenizer(vocab=vocabulary, offset=4), decoder_start_token_id=0, activation_function="relu")


# Of each a tokenizer and settings; what is special in them is on.
FAMILIES = {
    "t5": lambda: t5(),
    "m2m_100": nllb,
    "marian": marian,
    "mbart": mbart,
    "mt5": lambda: t5(feed_forward_proj="gated-gelu", initializer_factor=0.3),
    "pegasus": pegasus,
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
CASES["marian"] = CASES["pegasus"] = [
    ("leaves fall in autumn", "autumn is marked by colorful ____"),
    ("The quick brown fox jumps over the lazy dog.", "A ____ who never made a mistake"),
    ("This is a test", None),
]
CASES["m2m_100"] = [
    ("leaves fall in autumn", "autumn is marked by colorful ____"),
    ("deu_Latn The quick brown fox jumps over the lazy dog.", "eng_Latn A ____ who never made a mistake"),
    ("deu_Latn This is a test", "deu_Latn"),
    ("This is a test", None),
]
CASES["mbart"] = [
    ("leaves fall in autumn", "autumn is marked by colorful ____"),
    ("de_DE The quick brown fox jumps over the lazy dog.", "fr_XX A ____ who never made a mistake"),
    ("The quick ____ fox jumps over the ____ dog.", None),
    ("de_DE This is a test", "fr_XX"),
    ("This is a test", None),
]


FILLING = {"mbart", "mt5", "t5"}  # those that fill the blanks of their source


class Sequences:
    """What a model of a family reads and writes: ids of a source, and of what its decoder is given."""

    def __init__(self, family, tokenizer, config):
        self.family, self.tokenizer, self.config = family, tokenizer, config
        self.language = getattr(tokenizer, "src_lang", None)

    def begins(self, text):
        """The language that a text begins with, and the text."""
        first, _, rest = text.partition(" ")
        return (first, rest) if self.language and first in self.tokenizer.get_added_vocab() else (None, text)

    def source(self, text):
        language, text = self.begins(text)
        if self.language:
            self.tokenizer.src_lang = language or self.language
        for number in range(text.count(BLANK) if self.family in FILLING else 0):
            text = text.replace(BLANK, self.tokenizer.mask_token or f"<extra_id_{number}>", 1)
        return self.tokenizer(text).input_ids

    def shifted(self, labels):
        start = labels[-1] if self.family == "mbart" else self.config.decoder_start_token_id
        return [start] + labels[:-1]

    def usual(self):
        """The language of targets that name none."""
        if self.family == "mbart":
            return self.tokenizer.convert_ids_to_tokens(self.config.decoder_start_token_id)
        return "fra_Latn" if self.language else None

    def labels(self, pair, language=None):
        named, text = self.begins(pair)
        self.tokenizer.tgt_lang = named or language or self.usual()
        ids = self.tokenizer(text_target=text).input_ids
        spaces = self.tokenizer.convert_tokens_to_ids(["▁", "Ġ"])  # before a blank; a word has it as its own
        after = ids[1:] + [None]
        return [i for i, then in zip(ids, after) if not (i in spaces and i != self.tokenizer.unk_token_id and then == self.tokenizer.unk_token_id)]

    def target(self, text, pair):
        """Ids for the decoder, and the rows that predict a blank; None where the model writes."""
        if pair is not None and self.begins(pair + " ")[1]:
            standing = self.tokenizer.mask_token if self.family in FILLING and self.family == "mbart" else "<unk>"
            labels = self.labels(pair.replace(BLANK, standing))
            wanted = self.tokenizer.convert_tokens_to_ids(standing)
            return self.shifted(labels), [i for i, label in enumerate(labels) if label == wanted]
        if BLANK not in text:
            return None, []
        if self.family == "mbart":
            labels = self.source(text)
            return self.shifted(labels), [i for i, label in enumerate(labels) if label == self.tokenizer.mask_token_id]
        names = [self.tokenizer.convert_tokens_to_ids(f"<extra_id_{i}>") for i in range(text.count(BLANK))]
        return [self.config.decoder_start_token_id] + names, [i + 1 for i in range(len(names))]

    def first(self):
        """What a decoder is given before it writes."""
        language = self.usual()
        forced = [self.tokenizer.convert_tokens_to_ids(language)] if language and self.family != "mbart" else []
        return [self.config.decoder_start_token_id] + forced


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
    model.generation_config.forced_bos_token_id = settings.get("forced_bos_token_id")
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
        said = written(model, source, sequences.first())
        if target is None:
            target = sequences.first()[:1] + said
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
