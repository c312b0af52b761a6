#!/usr/bin/env python3
"""Times a pass of Headlight against Hugging Face transformers on one checkpoint, alternating in one run.

    versus_transformers.py [--threads 2] [--rounds 15] [--checkpoint server/target/bench/bert-base]

Run it from the repository's root after
    mvn -pl webview,server -Pbench -DskipTests test -Dbench=Forward
which compiles Headlight's side, writes the checkpoint (bert-base's size, random weights) and the class path.
Needs torch and transformers. transformers runs eager, as BertViz runs it: attention of every layer, logits of every token.
Headlight keeps queries and keys and computes one row of logits, as an inspection does. Prints medians and their ratio.
"""
import argparse, os, random, statistics, subprocess, time

import torch
from transformers import BertForMaskedLM


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--checkpoint", default="server/target/bench/bert-base")
    options.add_argument("--classpath", default="server/target/bench/classpath.txt")
    options = options.parse_args()

    torch.set_num_threads(options.threads)
    model = BertForMaskedLM.from_pretrained(options.checkpoint, attn_implementation="eager", torch_dtype=torch.float32).eval()
    with open(options.classpath, encoding="utf-8") as file:
        command = ["java", "-Xmx384m", "-cp", file.read().strip(), "dev.headlight.bench.PassServer", options.checkpoint]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, OMP_NUM_THREADS=str(options.threads)))
    assert server.stdout.readline().strip() == "ready"

    def headlight(ids):
        server.stdin.write(" ".join(map(str, ids)) + "\n")
        server.stdin.flush()
        return float(server.stdout.readline().split()[0])

    def transformers(ids):
        begun = time.perf_counter()
        with torch.no_grad():
            model(input_ids=torch.tensor([ids]), output_attentions=True)
        return 1000 * (time.perf_counter() - begun)

    print("tokens  transformers   headlight   ratio")
    for tokens in (16, 64, 128, 512):
        ids = [random.Random(tokens).randrange(5, 16_000) for _ in range(tokens)]
        theirs, ours = [], []
        for _ in range(options.rounds + 2):
            theirs.append(transformers(ids))
            ours.append(headlight(ids))
        theirs, ours = statistics.median(theirs[2:]), statistics.median(ours[2:])
        print(f"{tokens:6}  {theirs:9.1f} ms {ours:8.1f} ms   {ours / theirs:5.2f}")
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    main()
