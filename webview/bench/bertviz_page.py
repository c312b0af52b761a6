"""Writes BertViz's page of attention that Headlight exported, with its libraries in it, so that it loads nothing.

bertviz_page.py ARRAYS VIEW LAYER LIBRARIES PAGE

ARRAYS     attention.safetensors, as Headlight exports it
VIEW       head or model
LAYER      the layer that the head view shows first, from 0
LIBRARIES  a folder with d3, jquery and requirejs, as npm installs them
PAGE       the file to write

Prints the seconds that BertViz's own call took, as JSON. Needs bertviz with its requirements, and NumPy;
pages.test.ts says where they come from.
"""

import json
import struct
import sys
import time
from pathlib import Path

#: What BertViz's page loads first, and what it would load next: d3 and jQuery.
REQUIRE = '<script src="https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js"></script>'


def attention(file):
    """The attention of a file of safetensors, a tensor [1, H, T, T] for each layer, and the tokens."""
    with open(file, "rb") as source:
        (size,) = struct.unpack("<Q", source.read(8))
        header = json.loads(source.read(size))
        begin, end = header["attention"]["data_offsets"]
        source.seek(8 + size + begin)
        numbers = source.read(end - begin)
    array = numpy.frombuffer(numbers, "<f4").reshape(header["attention"]["shape"]).copy()
    tokens = [token["text"] for token in json.loads(header["__metadata__"]["inspection"])["tokens"]]
    return [torch.from_numpy(layer)[None] for layer in array], tokens


def library(folder, name, file):
    path = folder / name / file
    if not path.is_file():
        raise SystemExit(f"{path} is missing: install d3@5.7.0, jquery@2.1.0 and requirejs@2.3.6 with npm.")
    return "<script>" + path.read_text(encoding="utf-8").replace("</script", "<\\/script") + "</script>"


def inlined(page, folder):
    """The page with its libraries: d3 and jQuery are globals before require.js is there, and then get their names."""
    if page.count(REQUIRE) != 1:
        raise SystemExit("BertViz's page doesn't load require.js as version 1.4.1 does: install bertviz==1.4.1.")
    libraries = [
        library(folder, "d3", "dist/d3.min.js"),
        library(folder, "jquery", "dist/jquery.min.js"),
        library(folder, "requirejs", "require.js"),
        '<script>define("d3", () => d3); define("jquery", () => jQuery);</script>',
    ]
    before, after = page.split(REQUIRE)
    return ['<!doctype html><meta charset="utf-8">', before, *libraries, after]


def main(arrays, view, layer, libraries, page):
    layers, tokens = attention(arrays)
    start = time.perf_counter()
    if view == "head":
        shown = bertviz.head_view(layers, tokens, layer=int(layer), html_action="return")
    else:
        shown = bertviz.model_view(layers, tokens, html_action="return")
    seconds = time.perf_counter() - start
    with open(page, "w", encoding="utf-8") as out:
        out.writelines(inlined(shown.data, Path(libraries)))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    try:
        import bertviz
        import numpy
        import torch
    except ImportError as missing:
        raise SystemExit(f"{missing}: install bertviz==1.4.1 for {sys.executable}.")
    if len(sys.argv) != 6:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
