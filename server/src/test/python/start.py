"""How long Headlight takes to start: several builds of it, taking turns, each run with a pause after it.

python3 src/test/python/start.py [--runs 9] HOME...

HOME  a build, such as server/target/headlight

Prints for each build the median and the least of: `headlight predict` to its end, in seconds of the clock and of all
cores; its peak of resident memory; `initialize` answered; the first hints of a document that is opened at once, both
from the start of the process. The first run of each, which reads files into the system's cache, is not counted.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

TEXT = "A person who never made a ____ never tried anything new."
PAUSE = 0.5


def predict(home):
    """Seconds, seconds of processor time, MiB."""
    start = time.monotonic()
    process = subprocess.Popen([home / "bin/headlight", "predict", TEXT], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - start
    if status != 0:
        raise SystemExit(f"{home}: predict failed.")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def send(process, message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    process.stdin.flush()


def answer(process):
    """Reads messages until any request's response: its number and result. Asks the client's questions away."""
    while True:
        length = 0
        while line := process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(process.stdout.read(length))
        if "method" in message and "id" in message:
            send(process, {"id": message["id"], "result": None})
        elif "method" not in message:
            return message.get("id"), message.get("result")


def receive(process, number):
    """Reads messages until a request's result."""
    while True:
        answered, result = answer(process)
        if answered == number:
            return result


def lsp(home):
    """Seconds until `initialize` is answered, and until the first hints."""
    start = time.monotonic()
    with subprocess.Popen(
        [home / "bin/headlight", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None if os.environ.get("HEADLIGHT_LOG") else subprocess.DEVNULL
    ) as process:
        send(process, {"id": 0, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
        receive(process, 0)
        initialized = time.monotonic() - start
        send(process, {"method": "initialized", "params": {}})
        document = {"uri": "file:///start.md", "languageId": "markdown", "version": 1, "text": TEXT + "\n"}
        send(process, {"method": "textDocument/didOpen", "params": {"textDocument": document}})
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        number = 0
        hints = None
        while not hints:  # none as long as the model is loading
            number += 1
            send(
                process,
                {
                    "id": number,
                    "method": "textDocument/inlayHint",
                    "params": {"textDocument": {"uri": document["uri"]}, "range": place},
                },
            )
            hints = receive(process, number)
            if not hints:
                time.sleep(0.01)
        hinted = time.monotonic() - start
        send(process, {"id": -1, "method": "shutdown"})
        receive(process, -1)
        send(process, {"method": "exit"})
    return initialized, hinted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("homes", nargs="+", type=Path)
    options = parser.parse_args()
    homes = [home.resolve() for home in options.homes]
    found = {home: [] for home in homes}
    for run in range(options.runs + 1):
        for home in homes:
            values = predict(home)
            time.sleep(PAUSE)
            values += lsp(home)
            time.sleep(PAUSE)
            if run:
                found[home].append(values)
    names = ["predict, s", "processor, s", "peak, MiB", "initialize, s", "first hints, s"]
    for home, runs in found.items():
        print(home)
        for name, values in zip(names, zip(*runs)):
            print(f"  {name:<16} median {statistics.median(values):7.2f}   least {min(values):7.2f}")


if __name__ == "__main__":
    main()
