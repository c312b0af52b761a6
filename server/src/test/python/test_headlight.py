"""Tests docs/python/headlight.py: python3 -m pytest server/src/test/python/test_headlight.py

HEADLIGHT names the program. Those that need torch and transformers are skipped where they can't be had.
"""

import importlib
import json
import re
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[4] / "docs" / "python"))
import headlight  # noqa: E402

TOKENS = ["[CLS]", "the", "cat", "##fish", "[SEP]"]


def softmax(*shape, seed=0):
    scores = np.exp(np.random.default_rng(seed).normal(size=shape) * 2)
    return (scores / scores.sum(-1, keepdims=True)).astype(np.float32)


def read(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return parse(json.loads(data[8 : 8 + length]), data[8 + length :])


def parse(header, data):
    notes = {name: value for name, value in header.pop("__metadata__").items()}
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        if entry["dtype"] == "F32":
            arrays[name] = np.frombuffer(data[start:end], "<f4").reshape(entry["shape"])
    return arrays, notes


def saved(tmp_path, *args, **options):
    arrays, notes = read(headlight.save(tmp_path / "a.safetensors", *args, **options))
    return arrays, {name: json.loads(value) for name, value in notes.items()}


def in_page(page):
    """What a page holds, as docs/http-api.md says: the inspection, and its arrays of weights."""
    inspection = json.loads(re.search(r'id="inspection">(.*?)</script>', page.html, re.S)[1])
    text = re.search(r'id="arrays">(.*?)</script>', page.html, re.S)[1]
    digits = np.frombuffer(text.replace("!", "<").replace("#", ">").encode(), np.uint8).astype(np.uint64) - 40
    left = -len(digits) % 5
    words = np.append(digits, np.zeros(left, np.uint64)).reshape(-1, 5) @ (85 ** np.arange(5, dtype=np.uint64))
    packed = words.astype("<u4").tobytes()
    data = zlib.decompress(packed[: len(packed) - left], -15)
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    arrays = {}
    for name, entry in header.items():
        if name.lower().endswith("attention"):
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            low, high = np.moveaxis(np.frombuffer(data[start:end], np.uint8).reshape(entry["shape"]), 2, 0).astype(int)
            number = high * 256 + low
            arrays[name] = np.where(number % 2, -(number + 1) // 2, number // 2) / 10_000
    return inspection, arrays


def equal(shown, exact):
    """A page's weights are exact to 0.00005."""
    return shown.shape == exact.shape and np.abs(shown - exact).max() <= 0.00005001


def test_what_transformers_returns_is_written_as_it_is(tmp_path):
    layers = tuple(softmax(1, 2, 5, 5, seed=layer) for layer in range(3))
    arrays, notes = saved(tmp_path, layers, TOKENS, 3)
    assert np.array_equal(arrays["attention"], np.concatenate(layers))
    assert notes == {"tokens": TOKENS, "sentence_b_start": 3}


@pytest.mark.parametrize("shape", [(5, 5), (2, 5, 5), (3, 2, 5, 5), (3, 1, 2, 5, 5)])
def test_arrays_of_ones_own_may_lack_layers_heads_or_batch(tmp_path, shape):
    array = softmax(*shape)
    arrays, _ = saved(tmp_path, array, TOKENS)
    assert arrays["attention"].ndim == 4
    assert np.array_equal(arrays["attention"].ravel(), array.ravel())


def test_an_item_is_chosen_of_a_batch(tmp_path):
    layers = [softmax(4, 2, 5, 5, seed=layer) for layer in range(2)]
    arrays, _ = saved(tmp_path, layers, TOKENS, item=2)
    assert np.array_equal(arrays["attention"], np.stack([layer[2] for layer in layers]))


def test_a_token_too_few_is_said_not_taken_for_padding(tmp_path):
    with pytest.raises(ValueError, match="tokens has 4 tokens, but attention is of 5, and the rest is no padding"):
        saved(tmp_path, [softmax(1, 2, 5, 5)], ["a", "b", "c", "d"])


def test_padding_is_left_out_by_its_mask_or_by_counting(tmp_path):
    padded = np.zeros((1, 2, 5, 5), np.float32)
    padded[..., :3] = softmax(1, 2, 5, 3)
    mask = [[1, 1, 1, 0, 0]]
    for tokens, options in ((TOKENS, {"attention_mask": mask}), (TOKENS[:3], {"attention_mask": mask}), (TOKENS[:3], {})):
        arrays, notes = saved(tmp_path, [padded], tokens, **options)
        assert np.array_equal(arrays["attention"], padded[:, :, :3, :3])
        assert notes["tokens"] == TOKENS[:3]


def test_half_precision_is_widened(tmp_path):
    arrays, _ = saved(tmp_path, [softmax(1, 2, 5, 5).astype(np.float16)], TOKENS)
    assert arrays["attention"].dtype == np.float32


def test_a_whole_output_is_taken_apart(tmp_path):
    layers = (softmax(1, 2, 5, 5),)
    arrays, _ = saved(tmp_path, {"last_hidden_state": np.zeros((1, 5, 8)), "attentions": layers}, TOKENS)
    assert np.array_equal(arrays["attention"], layers[0])
    both = {"encoder_attentions": (softmax(1, 2, 4, 4),), "decoder_attentions": None, "cross_attentions": (softmax(1, 2, 2, 4),)}
    arrays, notes = saved(tmp_path, both, encoder_tokens=list("abcd"), decoder_tokens=list("xy"))
    assert set(arrays) == {"encoderAttention", "crossAttention"}
    assert notes == {"encoder_tokens": list("abcd"), "decoder_tokens": list("xy")}


@pytest.mark.parametrize(
    "given, options, sentence",
    [
        (None, {}, "There is no attention"),
        ({"attentions": None}, {}, 'attn_implementation="eager"'),
        ((None, None), {}, 'attn_implementation="eager"'),
        ((), {}, "which output[-1] need not be"),
        (np.zeros((1, 5, 8)), {}, "may be a hidden state"),
        ([np.zeros((1, 5, 8))], {}, "may be a hidden state"),
        (np.zeros(8), {}, "may be a hidden state"),
        ([softmax(1, 2, 5, 5), softmax(1, 3, 5, 5)], {}, "differ in size"),
        ([softmax(4, 2, 5, 5)], {}, "batch of 4 texts"),
        ([softmax(4, 2, 5, 5)], {"item": 4}, "no item 4"),
        ([softmax(1, 2, 6, 6)], {"tokens": TOKENS + ["a", "b"]}, "has 7 tokens, but the attention is of 6"),
        ([softmax(1, 2, 5, 5)], {"tokens": None}, "There are no tokens"),
        ([softmax(1, 2, 5, 5)], {"tokens": "the cat"}, "no list of strings"),
        ([np.ones((1, 2, 5, 5))], {}, "row 0 of head 0 of layer 0 sums to 5.000"),
        ([np.full((1, 2, 5, 5), np.nan)], {}, "NaN or infinity"),
        ([softmax(1, 2, 5, 5)], {"attention_mask": [1, 1]}, "attention_mask is of 2 tokens"),
        ("attention", {}, "no array of numbers"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, given, options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        headlight.save(tmp_path / "a.safetensors", given, **{"tokens": TOKENS, **options})
    assert not (tmp_path / "a.safetensors").exists()


def test_a_page_holds_the_numbers_and_opens_as_asked(tmp_path):
    layers = [softmax(1, 2, 5, 5, seed=layer) for layer in range(3)]
    page = headlight.show(layers, TOKENS, view="model", layer=1, heads=[1], model="mine")
    inspection, arrays = in_page(page)
    assert equal(arrays["attention"], np.concatenate(layers))
    assert inspection["model"] == "mine"
    assert inspection["text"] == "the catfish"
    assert inspection["shown"] == "view=model&layer=2&heads=2"
    assert page._repr_html_().startswith("<iframe srcdoc=")
    assert "<script" not in page._repr_html_()
    assert page.save(tmp_path / "page.html").read_text(encoding="utf-8") == page.html


def test_a_page_says_which_model_it_comes_from(tmp_path):
    class Model:
        name_or_path = "org/name"

        class config:
            _commit_hash = "86b5e0934494bd15c9632b12f734a8a67f723594"

    layers = [softmax(1, 2, 5, 5)]
    _, notes = saved(tmp_path, layers, TOKENS, model=Model())
    assert notes == {"tokens": TOKENS, "model": "org/name", "revision": Model.config._commit_hash}
    inspection, _ = in_page(headlight.show(layers, TOKENS, model="mine", revision="v2"))
    assert (inspection["model"], inspection["revision"]) == ("mine", "v2")
    assert "headlight" not in inspection
    with pytest.raises(ValueError, match="model is a name"):
        headlight.save(tmp_path / "b.safetensors", layers, TOKENS, model=3)
    with pytest.raises(ValueError, match="revision is a commit"):
        headlight.save(tmp_path / "b.safetensors", layers, TOKENS, model="mine", revision=3)


def test_a_page_of_128_tokens_and_144_heads_takes_less_than_5_mb(tmp_path):
    tokens = [f"t{i}" for i in range(128)]
    page = headlight.show([softmax(1, 12, 128, 128, seed=layer) for layer in range(12)], tokens)
    assert page.save(tmp_path / "page.html").stat().st_size < 5_000_000


def test_bertvizs_arguments_are_taken():
    layers = tuple(softmax(1, 4, 5, 5, seed=layer) for layer in range(3))
    page = headlight.head_view(layers, TOKENS, 3, layer=0, heads=[0, 1], html_action="return")
    inspection, _ = in_page(page)
    assert inspection["pair"] == "fish"
    assert inspection["shown"] == "view=head&layer=1&heads=1.2"
    page = headlight.model_view(layers, TOKENS, include_layers=[2], include_heads=[1, 3], html_action="return")
    inspection, arrays = in_page(page)
    assert equal(arrays["attention"], layers[2][:, [1, 3]])
    assert inspection["shownLayers"] == [2] and inspection["shownHeads"] == [1, 3]  # under their own numbers
    assert page.data == page.html
    page = headlight.model_view(
        encoder_attention=(softmax(1, 2, 4, 4),),
        decoder_attention=(softmax(1, 2, 2, 2),),
        cross_attention=(softmax(1, 2, 2, 4),),
        encoder_tokens=list("abcd"),
        decoder_tokens=list("xy"),
        html_action="return",
    )
    assert [one["kind"] for one in in_page(page)[0]["attentions"]] == ["encoder", "decoder", "cross"]


def test_a_missing_program_is_said(monkeypatch):
    monkeypatch.setattr(headlight, "program", "/nowhere/headlight")
    with pytest.raises(RuntimeError, match="/nowhere/headlight can't be run"):
        headlight.show([softmax(1, 2, 5, 5)], TOKENS)


@pytest.mark.parametrize("chosen, sentence", [([3], "layers 0 to 2, and no 3"), ([], "and no others")])
def test_layers_that_are_not_there_are_named(chosen, sentence):
    layers = tuple(softmax(1, 4, 5, 5, seed=layer) for layer in range(3))
    with pytest.raises(ValueError, match=sentence):
        headlight.head_view(layers, TOKENS, include_layers=chosen)


def test_a_changed_import_finds_bertvizs_modules():
    for name in ("head_view", "model_view"):
        assert getattr(importlib.import_module(f"headlight.{name}"), name) is getattr(headlight, name)
    assert importlib.import_module("headlight.neuron_view") is headlight.neuron_view
    with pytest.raises(ValueError, match="bert, roberta, gpt2, not 'xlnet'"):
        headlight.neuron_view.show(None, "xlnet", None, "the cat")


class Words:
    """A tokenizer of words, as transformers' are called."""

    def __call__(self, first, second=None, return_tensors=None):
        import torch
        from transformers import BatchEncoding

        words = ["[CLS]", *first.split(), "[SEP]"]
        texts = [0] * len(words)
        if second:
            words += [*second.split(), "[SEP]"]
            texts += [1] * (len(words) - len(texts))
        self.words = words
        ids = torch.arange(len(words))[None]
        return BatchEncoding({"input_ids": ids, "token_type_ids": torch.tensor([texts])})

    def convert_ids_to_tokens(self, ids):
        return [self.words[int(one)] for one in ids]


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_the_neuron_view_takes_a_models_queries_and_keys(kind, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    sizes = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, vocab_size=50)
    configs = {"bert": transformers.BertConfig(intermediate_size=16, **sizes), "gpt2": transformers.GPT2Config(**sizes)}
    model = transformers.AutoModel.from_config(configs[kind]).eval()
    before = model.config._attn_implementation
    assert importlib.import_module("headlight.transformers_neuron_view").BertModel is transformers.BertModel
    asked, show = [], headlight.show
    monkeypatch.setattr(headlight, "show", lambda *args, **options: asked.append((args, options)) or show(*args, **options))
    page = headlight.neuron_view.show(model, kind, Words(), "a cat", "a mat", layer=1, head=1, html_action="return")
    inspection, _ = in_page(page)
    assert inspection["shown"] == "view=neuron&layer=2&head=2"
    assert inspection["pair"] and inspection["headSize"] == 8
    ((args, options),) = asked
    arrays, _ = saved(tmp_path, *args, query=options["query"], key=options["key"])
    assert arrays["query"].shape == arrays["key"].shape == (2, 2, 7, 8)
    scores = arrays["query"] @ arrays["key"].swapaxes(-1, -2) / np.sqrt(8)
    if kind == "gpt2":
        scores = np.where(np.tril(np.ones((7, 7))), scores, -np.inf)
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    assert np.allclose(weights, arrays["attention"], atol=1e-5)
    assert model.config._attn_implementation == before != "eager"


def test_real_models_are_shown():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    sizes = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, vocab_size=50)
    model = transformers.BertModel(transformers.BertConfig(**sizes, attn_implementation="eager")).eval()
    with torch.no_grad():
        output = model(torch.tensor([[1, 2, 3, 4, 5]]), output_attentions=True)
    _, arrays = in_page(headlight.show(output, TOKENS))
    assert equal(arrays["attention"], torch.cat(output.attentions).numpy())
    with pytest.raises(ValueError, match="hidden state"):
        headlight.show(output.pooler_output[0], TOKENS)
    small = dict(d_model=16, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2)
    both = transformers.BartModel(
        transformers.BartConfig(**small, vocab_size=50, encoder_ffn_dim=8, decoder_ffn_dim=8, attn_implementation="eager")
    ).eval()
    with torch.no_grad():
        output = both(torch.tensor([[0, 5, 6, 2]]), decoder_input_ids=torch.tensor([[2, 7]]), output_attentions=True)
    inspection, arrays = in_page(headlight.show(output, encoder_tokens=list("abcd"), decoder_tokens=list("xy")))
    assert arrays["crossAttention"].shape == (2, 2, 2, 4)
    assert inspection["attentions"][1]["causal"]
