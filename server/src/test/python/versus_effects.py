#!/usr/bin/env python3
"""Times effects of all words and of all heads in Headlight against the same loop in Hugging Face transformers.

    versus_effects.py [--threads 2] [--rounds 5] [--tokens 16,64] [--checkpoint server/target/bench/bert-base]
    versus_effects.py --checkpoint server/target/headlight/lib/model

Run it from the repository's root after
    mvn -pl webview,server -Pbench -DskipTests test -Dbench=Forward
which compiles Headlight's side, writes the checkpoint (bert-base's size, random weights) and the class path.
Needs torch and transformers. transformers runs a pass for each word blanked out and for each head whose columns are zeroed
before the output projection. The two alternate in blocks, with a pause between; medians and their ratio are printed.
"""
import argparse, os, random, statistics, subprocess, time

import torch
from transformers import BertForMaskedLM


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--tokens", default="16,64")
    options.add_argument("--checkpoint", default="server/target/bench/bert-base")
    options.add_argument("--classpath", default="server/target/bench/classpath.txt")
    options = options.parse_args()

    torch.set_num_threads(options.threads)
    model = BertForMaskedLM.from_pretrained(options.checkpoint, attn_implementation="eager", dtype=torch.float32).eval()
    layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
    width = model.config.hidden_size // heads
    removed = []

    def hook(layer):
        def before(module, arguments):
            if not removed or removed[0] != layer:
                return None
            context = arguments[0].clone()
            context[..., removed[1] * width : (removed[1] + 1) * width] = 0
            return (context, *arguments[1:])

        return before

    for number, layer in enumerate(model.bert.encoder.layer):
        layer.attention.output.dense.register_forward_pre_hook(hook(number))

    with open(options.classpath, encoding="utf-8") as file:
        command = ["java", "-Xmx384m", "-cp", file.read().strip(), "dev.headlight.bench.EffectsServer", "ids", options.checkpoint]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, OMP_NUM_THREADS=str(options.threads)))
    assert server.stdout.readline().strip() == "ready"
    mask = 4

    def headlight(ids):
        server.stdin.write(" ".join(map(str, [mask, *ids])) + "\n")
        server.stdin.flush()
        return tuple(map(float, server.stdout.readline().split()))

    @torch.no_grad()
    def forward(ids, row):
        return model(input_ids=torch.tensor([ids])).logits[0, row].log_softmax(-1).max()

    def transformers(ids):
        row = ids.index(mask)
        begun = time.perf_counter()
        forward(ids, row)
        for token in range(1, len(ids) - 1):
            if token != row:
                forward(ids[:token] + [mask] + ids[token + 1 :], row)
        words = time.perf_counter()
        for layer in range(layers):
            for head in range(heads):
                removed[:] = [layer, head]
                forward(ids, row)
        removed.clear()
        return 1000 * (words - begun), 1000 * (time.perf_counter() - words)

    print("tokens  what    transformers    headlight   times as fast")
    for tokens in map(int, options.tokens.split(",")):
        ids = [random.Random(tokens).randrange(5, 16_000) for _ in range(tokens)]
        ids[tokens // 2] = mask
        headlight(ids)
        theirs, ours = [], []
        for _ in range(options.rounds):
            theirs.append(transformers(ids))
            time.sleep(1)
            ours += [headlight(ids) for _ in range(3)]
            time.sleep(1)
        for number, what in enumerate(("words", "heads")):
            a, b = (statistics.median(each[number] for each in side) for side in (theirs, ours))
            print(f"{tokens:6}  {what}  {a:11.0f} ms {b:9.1f} ms  {a / b:5.1f}", flush=True)
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    main()
