#!/usr/bin/env python3
"""Texts a second: headlight corpus, and a transformers loop that computes the same statistics, alternating in one run.

    versus_corpus.py [--checkpoint server/target/headlight/lib/model] [--tokens 16] [--texts 2000] [--rounds 3]
                     [--sorted] [--precision bfloat16]

Run it from the repository's root after a build. The loop runs batches of 32 texts, padded, eager, with output_attentions:
in the order given, or with --sorted those of like length; and numpy takes all 144 heads of a text at once; sums and squares are kept, and no lists of texts.
Headlight is the packaged program: its time is that of a long run less that of a short one, so that starting, reading the
model and writing the files are in neither. Each is given in texts a second, and in seconds of processors a text, which other
work on the machine changes less. Beside both stands how much arithmetic a text is, and what two large matrices reach here,
in the same minute and on as many threads: the share of it that a program reaches can't grow beyond 1. Needs torch, transformers and numpy.
"""
import argparse, os, pathlib, random, resource, statistics, subprocess, tempfile, time

import torch
from corpus_numbers import measure, relations
from transformers import AutoModel, AutoTokenizer

WORDS = """the a of and in to was is that it with as for on he by at from his her they which have one all not but were had
there their house water river mountain people city year day time work school music light morning night road child woman
friend letter garden window winter summer train market doctor teacher kitchen story question answer village forest""".split()


def texts(tokenizer, tokens, count, random):
    """Sentences of exactly so many tokens, or of 6 to 40 if that is 0."""
    found = []
    while len(found) < count:
        wanted = tokens or random.randrange(6, 41)
        words = [random.choice(WORDS) for _ in range(wanted - 3)]
        text = " ".join(words).capitalize() + "."
        if len(tokenizer(text)["input_ids"]) == wanted:
            found.append(text)
    return found


def transformers_loop(model, tokenizer, texts, like):
    sums = {}
    order = sorted(range(len(texts)), key=lambda i: len(texts[i])) if like else range(len(texts))
    for start in range(0, len(texts), 32):
        batch = [texts[i] for i in order[start:start + 32]]
        encoded = tokenizer(batch, return_tensors="pt", padding=True, return_offsets_mapping=True, return_special_tokens_mask=True)
        offsets, specials = encoded.pop("offset_mapping").tolist(), encoded.pop("special_tokens_mask").tolist()
        with torch.no_grad():
            attentions = torch.stack(model(**encoded, output_attentions=True).attentions, 1).numpy()  # (B, L, H, T, T)
        for i, text in enumerate(batch):
            n = int(encoded["attention_mask"][i].sum())
            separators = [j for j in range(n) if encoded["input_ids"][i, j] == tokenizer.sep_token_id]
            values, _ = measure(attentions[i, :, :, :n, :n], offsets[i][:n], specials[i][:n], separators, (), text, False, relations(text))
            for key, value in values.items():
                for part, numbers in enumerate(value if isinstance(value, tuple) else (value,)):
                    count, total, squares = sums.get((key, part), (0, 0, 0))
                    sums[key, part] = count + 1, total + numbers, squares + numbers * numbers
    return sums


def headlight(program, checkpoint, lines, folder, options):
    file = folder / "texts.txt"
    file.write_text("\n".join(lines) + "\n")
    out = tempfile.mkdtemp(dir=folder)
    begun, cpu = time.perf_counter(), children()
    subprocess.run([program, "corpus", file, "--lines", "--model", checkpoint, "--precision", options.precision, "--out", out], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env=dict(os.environ, OMP_NUM_THREADS=str(options.threads)))
    return time.perf_counter() - begun, children() - cpu


def arithmetic(config, lengths):
    """FLOP a text: of linear layers and attention, of the last layer only queries, keys and scores."""
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    of = lambda n: ((layers - 1) * (2 * n * (4 * hidden * hidden + 2 * hidden * inner) + 4 * n * n * hidden)
                    + 2 * n * 2 * hidden * hidden + 2 * n * n * hidden)
    return statistics.mean(map(of, lengths))


def peak(precision, seconds=2):
    """FLOP a second of a product of large matrices."""
    a, b = (torch.randn(2048, 2048).to(getattr(torch, precision)) for _ in range(2))
    a @ b
    best, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        a @ b
        best = max(best, 2 * 2048 ** 3 / (time.perf_counter() - begun))
    return best


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--checkpoint", default="server/target/headlight/lib/model")
    options.add_argument("--program", default="server/target/headlight/bin/headlight")
    options.add_argument("--tokens", type=int, default=16)
    options.add_argument("--texts", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--sorted", action="store_true")
    options.add_argument("--precision", default="float32")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = AutoTokenizer.from_pretrained(options.checkpoint)
    model = AutoModel.from_pretrained(options.checkpoint, attn_implementation="eager", dtype=torch.float32).eval()
    lines = texts(tokenizer, options.tokens, options.texts, random.Random(1))
    few = max(32, options.texts // 10)
    flop = arithmetic(model.config, [len(ids) for ids in tokenizer(lines)["input_ids"]])
    transformers_loop(model, tokenizer, lines[:64], options.sorted)
    theirs, ours, peaks = [], [], []  # (texts a second, seconds of processors a text); FLOP a second
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            peaks.append([peak(precision) for precision in ("float32", options.precision)])
            begun, cpu = time.perf_counter(), time.process_time()
            transformers_loop(model, tokenizer, lines[:few], options.sorted)
            theirs.append((few / (time.perf_counter() - begun), (time.process_time() - cpu) / few))
            short = headlight(options.program, options.checkpoint, lines[:few], pathlib.Path(folder), options)
            whole = headlight(options.program, options.checkpoint, lines, pathlib.Path(folder), options)
            more = options.texts - few
            ours.append((more / (whole[0] - short[0]), (whole[1] - short[1]) / more))
            for name, (rate, cost) in (("transformers", theirs[-1]), ("headlight", ours[-1])):
                print(f"{name:12} {rate:7.1f} texts/s {1000 * cost:7.2f} ms of processors", flush=True)
    rates = [statistics.median(rate for rate, _ in of) for of in (theirs, ours)]
    costs = [statistics.median(cost for _, cost in of) for of in (theirs, ours)]
    print(f"{options.tokens or '6 to 40'} tokens: {rates[1] / rates[0]:.1f} times as many texts a second, {costs[0] / costs[1]:.1f} times less work")
    float32, used = [statistics.median(of) for of in zip(*peaks)]
    print(f"{flop / 1e9:.2f} GFLOP a text; large matrices: float32 {float32 / 1e9:.0f} GFLOP/s, {options.precision} {used / 1e9:.0f}. "
          f"Of it, transformers {rates[0] * flop / float32:.0%}, headlight {rates[1] * flop / used:.0%}")


if __name__ == "__main__":
    main()
