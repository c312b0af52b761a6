#!/usr/bin/env python3
"""Writes a small random-weight BART checkpoint and what PyTorch's own Transformer layers compute with it.

    golden_bart.py TOKENIZER OUT [--seed 0] [--dtype float32]

TOKENIZER  a folder that golden.py wrote for roberta: its tokenizer is BART's kind, and its golden.json says the ids
OUT        a folder: config.json, tokenizer.json, tokenizer_config.json, model.safetensors as the hub lays them out, and
           golden.json         for each case: text, pair, ids (source, then what the decoder is given), token types (0, 1),
                               tokens, top predictions at each mask of the target, and what is written greedily
           golden.safetensors  for each case N: N.logits [target, vocab], N.encoder [layers, heads, source, source],
                               N.decoder [layers, heads, target, target], N.cross [layers, heads, target, source]

A BART layer is torch.nn.TransformerEncoderLayer or TransformerDecoderLayer with norms after the residual sums and gelu;
this loads one set of tensors into both that and the names that transformers' BartForConditionalGeneration gives them.
The decoder is given the labels, shifted right after </s>, as BartForConditionalGeneration does: the second text of a
pair, or the text itself.

Needs torch 1.13 or later, neither transformers nor safetensors; reads nothing from the network.
"""
import argparse, json, shutil, struct
from pathlib import Path

import torch
from torch import nn

HIDDEN, HEADS, ENCODER_LAYERS, DECODER_LAYERS, ENCODER_INNER, DECODER_INNER, POSITIONS = 32, 4, 3, 2, 96, 64, 160
BEGIN, PAD, END, MASK = 0, 1, 2, 4
CASES = [0, 1, 2, 4, 5, 7]  # of the roberta folder
LONGEST = 12


def save(path, tensors, dtype=torch.float32):
    """safetensors: a header's length, the header, the numbers."""
    names = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
    header, parts, at = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in tensors.items():
        tensor = tensor.detach().to(dtype).contiguous()
        raw = (tensor.view(torch.int16) if dtype != torch.float32 else tensor).numpy().tobytes()
        header[name] = {"dtype": names[dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(raw)]}
        parts.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def attention_tensors(prefix, attention):
    weights, biases = attention.in_proj_weight.chunk(3), attention.in_proj_bias.chunk(3)
    for name, weight, bias in zip("qkv", weights, biases):
        yield f"{prefix}.{name}_proj.weight", weight
        yield f"{prefix}.{name}_proj.bias", bias
    yield f"{prefix}.out_proj.weight", attention.out_proj.weight
    yield f"{prefix}.out_proj.bias", attention.out_proj.bias


def module_tensors(prefix, module):
    yield f"{prefix}.weight", module.weight
    yield f"{prefix}.bias", module.bias


class Bart(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        options = dict(activation="gelu", batch_first=True, dropout=0.0, layer_norm_eps=1e-5)
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.ModuleList([nn.Embedding(POSITIONS + 2, HIDDEN) for _ in range(2)])
        self.norms = nn.ModuleList([nn.LayerNorm(HIDDEN) for _ in range(2)])
        self.encoder = nn.ModuleList([nn.TransformerEncoderLayer(HIDDEN, HEADS, ENCODER_INNER, **options)
                                      for _ in range(ENCODER_LAYERS)])
        self.decoder = nn.ModuleList([nn.TransformerDecoderLayer(HIDDEN, HEADS, DECODER_INNER, **options)
                                      for _ in range(DECODER_LAYERS)])
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def tensors(self):
        """By the names of BartForConditionalGeneration."""
        yield "final_logits_bias", self.bias[None]
        yield "model.shared.weight", self.words.weight
        for i, stack in enumerate(("encoder", "decoder")):
            yield f"model.{stack}.embed_positions.weight", self.positions[i].weight
            yield from module_tensors(f"model.{stack}.layernorm_embedding", self.norms[i])
        for i, layer in enumerate(self.encoder):
            prefix = f"model.encoder.layers.{i}"
            yield from attention_tensors(f"{prefix}.self_attn", layer.self_attn)
            yield from module_tensors(f"{prefix}.self_attn_layer_norm", layer.norm1)
            yield from module_tensors(f"{prefix}.fc1", layer.linear1)
            yield from module_tensors(f"{prefix}.fc2", layer.linear2)
            yield from module_tensors(f"{prefix}.final_layer_norm", layer.norm2)
        for i, layer in enumerate(self.decoder):
            prefix = f"model.decoder.layers.{i}"
            yield from attention_tensors(f"{prefix}.self_attn", layer.self_attn)
            yield from module_tensors(f"{prefix}.self_attn_layer_norm", layer.norm1)
            yield from attention_tensors(f"{prefix}.encoder_attn", layer.multihead_attn)
            yield from module_tensors(f"{prefix}.encoder_attn_layer_norm", layer.norm2)
            yield from module_tensors(f"{prefix}.fc1", layer.linear1)
            yield from module_tensors(f"{prefix}.fc2", layer.linear2)
            yield from module_tensors(f"{prefix}.final_layer_norm", layer.norm3)

    def embed(self, ids, stack):
        places = torch.arange(len(ids)) + 2
        return self.norms[stack](self.words(torch.tensor([ids])) + self.positions[stack](places)[None])

    def forward(self, source, target):
        """Returns logits [target, vocab] and the three attentions, [layers, heads, queries, keys] each."""
        later = torch.triu(torch.full((len(target), len(target)), float("-inf")), diagonal=1)
        looks = dict(need_weights=True, average_attn_weights=False)
        encoder, decoder, cross = [], [], []
        x = self.embed(source, 0)
        for layer in self.encoder:
            encoder.append(layer.self_attn(x, x, x, **looks)[1][0])
            x = layer(x)
        y = self.embed(target, 1)
        for layer in self.decoder:
            own, weights = layer.self_attn(y, y, y, attn_mask=later, **looks)
            decoder.append(weights[0])
            query = layer.norm1(y + own)
            cross.append(layer.multihead_attn(query, x, x, **looks)[1][0])
            y = layer(y, x, tgt_mask=later)
        logits = y[0] @ self.words.weight.T + self.bias
        return logits, torch.stack(encoder), torch.stack(decoder), torch.stack(cross)

    def write(self, source):
        """The likeliest token, one by one."""
        target = [END, BEGIN]
        while len(target) <= LONGEST:
            token = int(self(source, target)[0][-1].argmax())
            if token == END:
                break
            target.append(token)
        return target[1:]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("tokenizer")
    options.add_argument("out")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--dtype", default="float32", choices=["float32", "float16", "bfloat16"])
    options = options.parse_args()
    torch.manual_seed(options.seed)
    given, out, dtype = Path(options.tokenizer), Path(options.out), getattr(torch, options.dtype)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(given / name, out / name)
    vocabulary = json.loads((given / "config.json").read_text())["vocab_size"]
    words = {id: token for token, id in json.loads((given / "tokenizer.json").read_text())["model"]["vocab"].items()}

    model = Bart(vocabulary).eval()
    with torch.no_grad():  # biases at 0 and norms at 1 would hide a missed one
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * (0.2 if parameter.dim() > 1 else 0.1))
            parameter.copy_(parameter.to(dtype).float())
    save(out / "model.safetensors", dict(model.tensors()), dtype)
    (out / "config.json").write_text(json.dumps({
        "architectures": ["BartForConditionalGeneration"], "model_type": "bart", "is_encoder_decoder": True,
        "d_model": HIDDEN, "encoder_layers": ENCODER_LAYERS, "decoder_layers": DECODER_LAYERS,
        "encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS, "encoder_ffn_dim": ENCODER_INNER,
        "decoder_ffn_dim": DECODER_INNER, "max_position_embeddings": POSITIONS, "vocab_size": vocabulary,
        "activation_function": "gelu", "scale_embedding": False, "bos_token_id": BEGIN, "pad_token_id": PAD,
        "eos_token_id": END, "decoder_start_token_id": END, "forced_bos_token_id": BEGIN}, indent=2) + "\n")

    cases, tensors = [], {}
    recorded = json.loads((given / "golden.json").read_text(encoding="utf-8"))["cases"]
    for number, case in enumerate(recorded[i] for i in CASES):
        ids = case["ids"]
        source = ids[:ids.index(END) + 1]
        labels = source if case["pair"] is None else [BEGIN] + ids[len(source) + 1:]
        target = [END] + labels[:-1]
        with torch.no_grad():
            logits, encoder, decoder, cross = model(source, target)
            written = model.write(source)
        for name, tensor in dict(logits=logits, encoder=encoder, decoder=decoder, cross=cross).items():
            tensors[f"{number}.{name}"] = tensor
        predicted = []
        for place in [i for i, label in enumerate(labels) if label == MASK]:
            scores = torch.softmax(logits[place], dim=-1).topk(5)
            predicted.append({"position": len(source) + place, "ids": scores.indices.tolist(),
                              "tokens": [words[i] for i in scores.indices.tolist()],
                              "probabilities": [round(v, 7) for v in scores.values.tolist()]})
        cases.append({"text": case["text"], "pair": case["pair"], "ids": source + target,
                      "tokenTypes": [0] * len(source) + [1] * len(target),
                      "tokens": [words[i] for i in source + target], "predictions": predicted, "written": written})
    save(out / "golden.safetensors", tensors)
    (out / "golden.json").write_text(json.dumps({"family": "bart", "dtype": options.dtype, "cases": cases},
                                                ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"bart: {len(cases)} cases, {sum(p.numel() for p in model.parameters()):,} parameters in {out}")


if __name__ == "__main__":
    main()
