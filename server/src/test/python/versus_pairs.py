#!/usr/bin/env python3
"""Times measuring sentences (as headlight why --pairs does) against the same loop in Hugging Face transformers.

    versus_pairs.py [--threads 2] [--rounds 3] [--sentences 10] [--pairs FILE] [--checkpoint FOLDER]

Run it from the repository's root after
    mvn -pl webview,server -Pbench -DskipTests test -Dbench=Forward
which compiles Headlight's side and writes the class path. The checkpoint is the embedded model, or another of BERT's kind.
Needs torch and transformers. For each sentence, transformers runs a pass as it is, one for each word blanked out, one for
each head whose columns are zeroed before the output projection, and one for each layer's attention and feed-forward part.
The two alternate in blocks of the same sentences, with a pause between; the mean quantity of both is printed, too.
"""
import argparse, os, statistics, subprocess, time

import torch
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

EMBEDDED = "server/target/classes/dev/headlight/hub/embedded"
AGREEMENT = "server/src/main/resources/dev/headlight/pairs/agreement.tsv"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--sentences", type=int, default=10, help="in a block")
    options.add_argument("--pairs", default=AGREEMENT)
    options.add_argument("--checkpoint", default=EMBEDDED)
    options.add_argument("--classpath", default="server/target/bench/classpath.txt")
    options = options.parse_args()

    torch.set_num_threads(options.threads)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{options.checkpoint}/tokenizer.json", mask_token="[MASK]",
                                        cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]")
    model = BertForMaskedLM.from_pretrained(options.checkpoint, attn_implementation="eager", dtype=torch.float32).eval()
    layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
    width = model.config.hidden_size // heads
    removed = {}

    def remove_head(layer):
        def before(module, arguments):
            if removed.get("head", (None,))[0] != layer:
                return None
            context = arguments[0].clone()
            context[..., removed["head"][1] * width : (removed["head"][1] + 1) * width] = 0
            return (context, *arguments[1:])

        return before

    def remove_part(part, layer):
        return lambda module, arguments, output: torch.zeros_like(output) if removed.get(part) == layer else None

    for number, layer in enumerate(model.bert.encoder.layer):
        layer.attention.output.dense.register_forward_pre_hook(remove_head(number))
        layer.attention.output.dense.register_forward_hook(remove_part("attention", number))
        layer.output.dense.register_forward_hook(remove_part("feedForward", number))

    changes = [{"head": (layer, head)} for layer in range(layers) for head in range(heads)]
    changes += [{part: layer} for layer in range(layers) for part in ("attention", "feedForward")]

    @torch.no_grad()
    def quantity(ids, place, right, wrong):
        p = model(input_ids=ids).logits[0, place].log_softmax(-1)
        return float(p[right] - p[wrong])

    def transformers(block):
        begun, plain = time.perf_counter(), []
        for text, right, wrong in block:
            ids = tokenizer(text.replace("____", "[MASK]"), return_tensors="pt").input_ids
            place = ids[0].tolist().index(tokenizer.mask_token_id)
            right, wrong = tokenizer.convert_tokens_to_ids([right, wrong])
            plain.append(quantity(ids, place, right, wrong))
            for token in range(1, ids.shape[1] - 1):
                if token != place:
                    blanked = ids.clone()
                    blanked[0, token] = tokenizer.mask_token_id
                    quantity(blanked, place, right, wrong)
            for change in changes:
                removed.update(change)
                quantity(ids, place, right, wrong)
                removed.clear()
        return 1000 * (time.perf_counter() - begun), statistics.mean(plain)

    with open(options.classpath, encoding="utf-8") as file:
        command = ["java", "-Xmx384m", "-cp", file.read().strip(), "dev.headlight.bench.EffectsServer", "pairs", options.checkpoint]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, OMP_NUM_THREADS=str(options.threads)))
    assert server.stdout.readline().strip() == "ready"

    def headlight(block):
        server.stdin.write(f"{len(block)}\n" + "".join("\t".join(pair) + "\n" for pair in block))
        server.stdin.flush()
        return tuple(map(float, server.stdout.readline().split()))

    with open(options.pairs, encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]
    headlight(pairs[: options.sentences])
    theirs, ours = [], []
    for number in range(options.rounds):
        block = [pairs[(number * options.sentences + i) % len(pairs)] for i in range(options.sentences)]
        theirs.append(transformers(block))
        time.sleep(1)
        ours.append(headlight(block))
        time.sleep(1)
        print(f"block {number + 1}: transformers {theirs[-1][0] / len(block):.0f} ms a sentence ({theirs[-1][1]:.4f}),"
              f" Headlight {ours[-1][0] / len(block):.0f} ms ({ours[-1][1]:.4f}),"
              f" {theirs[-1][0] / ours[-1][0]:.1f} times as fast", flush=True)
    a, b = (statistics.median(each[0] for each in side) / options.sentences for side in (theirs, ours))
    print(f"median: {a:.0f} ms, {b:.0f} ms, {a / b:.1f} times as fast")
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    main()
