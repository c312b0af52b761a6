#!/usr/bin/env python3
"""Times a pass of Headlight against Hugging Face transformers on one checkpoint, in one run, and the memory of both.

    versus_transformers.py [--tokens 16,64,128,512] [--blocks 5] [--threads 2] [--checkpoint server/target/bench/bert-base]

Run it from the repository's root after
    mvn -pl webview,server -Pbench -DskipTests test -Dbench=Forward
which compiles Headlight's side, writes the checkpoint (bert-base's size, random weights) and the class path.
Needs torch and transformers. transformers runs eager, as BertViz runs it: attention of every layer, logits of every token.
Headlight keeps queries and keys and computes one row of logits, as an inspection does.

The programs, each a process of its own in float32 and in bfloat16, take turns: eight passes, then a pause, in which
threads that wait by spinning fall asleep; else they would take a core from the next. Prints medians of all passes but the
first, in which Java compiles, ratios, and what each program holds in memory afterwards.
"""
import argparse, os, random, statistics, subprocess, sys, time

PASSES = 8
PAUSE = 0.4
WARM = 100


def passes_of_transformers(checkpoint, precision):
    """Reads lines of ids, and answers each with a pass's milliseconds."""
    import torch
    from transformers import BertForMaskedLM

    model = BertForMaskedLM.from_pretrained(checkpoint, attn_implementation="eager", dtype=getattr(torch, precision)).eval()
    print("ready", flush=True)
    for line in sys.stdin:
        ids = torch.tensor([[int(token) for token in line.split()]])
        begun = time.perf_counter()
        with torch.inference_mode():
            model(input_ids=ids, output_attentions=True)
        print(1000 * (time.perf_counter() - begun), flush=True)


class Program:
    """A process that computes a pass for each line of ids."""

    def __init__(self, command, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        while (line := self.process.stdout.readline()).strip() != "ready":
            if not line:
                raise SystemExit(f"This program ended before it was ready: {' '.join(command)[:300]}")

    def milliseconds(self, ids):
        self.process.stdin.write(" ".join(map(str, ids)) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline().split()[0])

    def megabytes(self):
        """All that is resident, and without pages of files; Linux only."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            sizes = dict(line.split(":", 1) for line in file)
        return [int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tokens", default="16,64,128,512")
    options.add_argument("--blocks", type=int, default=5)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--checkpoint", default="server/target/bench/bert-base")
    options.add_argument("--classpath", default="server/target/bench/classpath.txt")
    options.add_argument("--transformers", help=argparse.SUPPRESS)  # a process of this script's own
    options = options.parse_args()
    if options.transformers:
        passes_of_transformers(options.checkpoint, options.transformers)
        return

    with open(options.classpath, encoding="utf-8") as file:
        java = ["java", "-Xmx384m", "-Xms32m", "-XX:+UseSerialGC", "-cp", file.read().strip()]
    programs = {}
    for precision in ("float32", "bfloat16"):
        python = [sys.executable, __file__, "--checkpoint", options.checkpoint, "--transformers", precision]
        programs["transformers", precision] = Program(python, options.threads)
        server = [*java, "dev.headlight.bench.PassServer", options.checkpoint, precision]
        programs["headlight", precision] = Program(server, options.threads)

    print("| tokens | precision | transformers, eager | Headlight | Headlight / transformers |")
    print("| ---: | --- | ---: | ---: | ---: |")
    for tokens in map(int, options.tokens.split(",")):
        ids = [random.Random(tokens).randrange(5, 16_000) for _ in range(tokens)]
        times = {key: [] for key in programs}
        for program in programs.values():
            for _ in range(max(PASSES, WARM * 16 // tokens)):
                program.milliseconds(ids)
        for _ in range(options.blocks):
            for key, program in programs.items():
                times[key] += [program.milliseconds(ids) for _ in range(PASSES)]
                time.sleep(PAUSE)
        for precision in ("float32", "bfloat16"):
            theirs, ours = (statistics.median(times[name, precision]) for name in ("transformers", "headlight"))
            print(f"| {tokens} | {precision} | {theirs:.1f} ms | {ours:.1f} ms | {ours / theirs:.2f} |", flush=True)
    print("\n| | precision | resident | without pages of files |\n| --- | --- | ---: | ---: |")
    for (name, precision), program in programs.items():
        resident, own = program.megabytes()
        print(f"| {name} | {precision} | {resident:.0f} MB | {own:.0f} MB |")
        program.end()


if __name__ == "__main__":
    main()
