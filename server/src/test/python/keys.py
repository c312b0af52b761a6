"""How long hints take while somebody types: a client that types ten keys a second, and asks for hints after each.

python3 src/test/python/keys.py [--seconds 60] [--a-second 10] HOME

HOME  a build, such as server/target/headlight

Prints the percentiles of the time from a key to the hints for the text with it, and how many requests a newer one made
pointless, which are answered with nothing.
"""

import argparse
import threading
import time
from pathlib import Path
from subprocess import PIPE, Popen

from start import answer, receive, send

URI = "file:///keys.md"
START = "The capital of France is ____. He opened the [MASK] and walked into the room.\n"
TYPED = "Nobody knew what the old man wanted, but he ____ so. "


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--a-second", type=int, default=10)
    options.add_argument("home", type=Path)
    given = options.parse_args()
    with Popen([given.home / "bin/headlight", "lsp"], stdin=PIPE, stdout=PIPE) as process:
        send(process, {"id": 0, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
        receive(process, 0)
        send(process, {"method": "initialized", "params": {}})
        document = {"uri": URI, "languageId": "markdown", "version": 1, "text": START}
        send(process, {"method": "textDocument/didOpen", "params": {"textDocument": document}})

        def ask(number):
            place = {"start": {"line": 0, "character": 0}, "end": {"line": 100, "character": 0}}
            params = {"textDocument": {"uri": URI}, "range": place}
            send(process, {"id": number, "method": "textDocument/inlayHint", "params": params})

        ask(1)
        receive(process, 1)  # the model is loaded
        keys = given.seconds * given.a_second
        sent, took, superseded = {}, [], []

        def read():
            for _ in range(keys):
                number, hints = answer(process)
                (took if hints else superseded).append(time.monotonic() - sent[number])

        reader = threading.Thread(target=read)
        reader.start()
        begun = time.monotonic()
        line, column = 1, 0
        for key in range(keys):
            time.sleep(max(0, begun + key / given.a_second - time.monotonic()))
            typed = TYPED[key % len(TYPED)]
            if column > 400:
                line, column, typed = line + 1, 0, "\n"
            at = {"line": line if typed != "\n" else line - 1, "character": column if typed != "\n" else 401}
            change = {"range": {"start": at, "end": at}, "text": typed}
            params = {"textDocument": {"uri": URI, "version": key + 2}, "contentChanges": [change]}
            send(process, {"method": "textDocument/didChange", "params": params})
            column += typed != "\n"
            sent[key + 2] = time.monotonic()
            ask(key + 2)
        reader.join()
        process.stdin.close()
    took.sort()
    print(f"{keys} keys, {given.a_second} a second: {len(took)} hints, {len(superseded)} requests superseded")
    for share in (0.5, 0.9, 0.99, 1):
        print(f"p{share * 100:g}: {1000 * took[min(len(took) - 1, int(share * len(took)))]:.0f} ms")


if __name__ == "__main__":
    main()
