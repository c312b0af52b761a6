"""Runs docs/python/attention.ipynb, and checks what it says: see test_headlight.py."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from notebook import ATTENTION, run  # noqa: E402
from test_headlight import headlight, in_page, read  # noqa: E402

#: The embedded model is one that transformers reads, too.
EMBEDDED = Path(__file__).parents[3] / "target" / "headlight" / "lib" / "model"


def test_every_cell_shows_what_the_notebook_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHECKPOINT", "/nowhere")
    check(tmp_path, *run(ATTENTION), layers=4, heads=4)


def test_it_shows_a_real_model(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="torch is not installed")
    pytest.importorskip("transformers", reason="transformers is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHECKPOINT", str(EMBEDDED))
    shown, printed = run(ATTENTION)
    assert "Made up" not in printed
    check(tmp_path, shown, printed, layers=12, heads=12)


def check(folder, shown, printed, layers, heads):
    assert f"{layers} layers of {heads} heads" in printed
    pages = [in_page(page) for page in shown]
    assert [inspection["shown"] for inspection, _ in pages] == [
        "view=head&layer=2&heads=1.2.3",
        "view=model",
        "view=neuron&head=2",
        "view=heatmap&head=1",
        "view=model",
    ]
    first, second, own, crossing, moved = (inspection for inspection, _ in pages)
    for inspection in (first, second):
        assert (inspection["layers"], inspection["heads"]) == (layers, heads)
        assert inspection["text"].lower() == "the keys to the cabinet are on the table"
        assert inspection["pair"].lower() == "they were lost"
    assert own["model"] == "my own"
    assert own["attentions"][0]["causal"]
    assert own["headSize"] == 8  # it has queries and keys
    assert [one["kind"] for one in crossing["attentions"]] == ["cross"]
    assert moved["shownLayers"] == [0, 1]

    assert "head_view.html" in {file.name for file in folder.iterdir()}
    for name in ("head_view.html", "keys.html"):
        assert 'id="arrays"' in (folder / name).read_text(encoding="utf-8")
    saved, notes = read(folder / "keys.attention.safetensors")
    assert saved["attention"].shape[:2] == (layers, heads)
    assert np.allclose(saved["attention"].sum(-1), 1, atol=1e-3)
    assert "keys.html" in printed and "keys.attention.safetensors" in printed
    assert "may be a hidden state" in printed.splitlines()[-1]
    assert headlight.show([saved["attention"][0]], [f"t{n}" for n in range(saved["attention"].shape[-1])])


def test_pictures_that_the_notebook_names_exist():
    named = re.findall(r"\]\((\.\./images/[^)]+)\)", ATTENTION.read_text(encoding="utf-8"))
    assert len(named) == 4
    for name in named:
        assert (ATTENTION.parent / name).stat().st_size < 250_000, name
