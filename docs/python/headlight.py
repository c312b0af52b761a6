"""Shows attention of any model in a notebook: copy this file, or `pip install` its folder.

    import headlight
    output = model(**inputs, output_attentions=True)
    headlight.show(output.attentions, tokenizer.convert_ids_to_tokens(inputs["input_ids"][0]))

Needs NumPy and the program `headlight`: on the path, or named by `headlight.program` or the variable HEADLIGHT.
Nothing leaves this machine. `head_view`, `model_view` and `neuron_view.show` take what BertViz's take.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import types
from pathlib import Path
from typing import Any, Iterable, Sequence

import numpy as np

__all__ = ["Page", "save", "show", "head_view", "model_view", "neuron_view", "program"]

#: Where Headlight's program is; None looks for it.
program: str | None = None

#: Rows of softmax in half precision miss 1 by less than this.
_TOLERANCE = 0.02


class Page:
    """A self-contained page: a notebook shows it, `save` writes it."""

    def __init__(self, text: str, height: int):
        self.html = text
        self.height = height

    @property
    def data(self) -> str:
        """The page, as IPython's HTML names it: what code that writes BertViz's to a file asks for."""
        return self.html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the page; it needs nothing else, and works offline."""
        path = Path(path)
        path.write_text(self.html, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" width="100%" height="{int(self.height)}"'
            ' sandbox="allow-scripts allow-downloads" style="border: 0"></iframe>'
        )


def show(
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    *,
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    query: Any = None,
    key: Any = None,
    attention_mask: Any = None,
    item: int | None = None,
    model: Any = None,
    revision: str | None = None,
    view: str = "head",
    layer: int | None = None,
    heads: Iterable[int] | None = None,
    include_layers: Iterable[int] | None = None,
    include_heads: Iterable[int] | None = None,
    height: int = 640,
) -> Page:
    """Shows attention.

    attention: for each layer [batch, heads, tokens, tokens], as transformers returns it; its whole output; or an array
        [layers, heads, tokens, tokens], [heads, tokens, tokens] or [tokens, tokens]. torch, NumPy, TensorFlow or JAX.
    tokens: one string for each token, as the tokenizer spells them.
    sentence_b_start: the token at which a second text begins.
    encoder_attention, decoder_attention, cross_attention: instead, of an encoder-decoder, with the two lists of tokens.
    query, key: for each layer [batch, heads, tokens, size], for the Neuron view.
    attention_mask: 0 for padding, which is left out.
    item: which text of a batch, from 0.
    model, revision: where it comes from, which the page shows: a name and a commit, or the transformers model itself.
    view: head, model, neuron or heatmap; layer and heads: which to begin with, from 0.
    include_layers, include_heads: the only ones that the page holds, from 0, which makes it smaller.
    """
    heads = None if heads is None else list(heads)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "attention.safetensors"
        save(
            file,
            attention,
            tokens,
            sentence_b_start,
            encoder_attention=encoder_attention,
            decoder_attention=decoder_attention,
            cross_attention=cross_attention,
            encoder_tokens=encoder_tokens,
            decoder_tokens=decoder_tokens,
            query=query,
            key=key,
            attention_mask=attention_mask,
            item=item,
            model=model,
            revision=revision,
        )
        layers, all_heads = _sizes(file)
        parts = [*_chosen("layers", include_layers, layers), *_chosen("heads", include_heads, all_heads)]
        page = Path(folder) / "page.html"
        shown = [f"view={view}"]
        if layer is not None:
            shown.append(f"layer={layer + 1}")
        if heads and view in ("neuron", "heatmap"):  # which show one
            shown.append(f"head={heads[0] + 1}")
        elif heads:
            shown.append("heads=" + ".".join(str(head + 1) for head in heads))
        _run("open", str(file), "--out", str(page), "--shown", "&".join(shown), *parts)
        return Page(page.read_text(encoding="utf-8"), height)


def _chosen(what: str, chosen: Iterable[int] | None, count: int) -> list[str]:
    """The program's option for those layers or heads."""
    if chosen is None:
        return []
    named = [int(one) for one in chosen]
    wrong = [one for one in named if not 0 <= one < count]
    if wrong or not named:
        raise ValueError(f"There are {what} 0 to {count - 1}, and no {wrong[0] if wrong else 'others'}.")
    return [f"--{what}", ",".join(str(one + 1) for one in named)]


def head_view(
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    prettify_tokens: bool = True,
    layer: int | None = None,
    heads: Iterable[int] | None = None,
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    include_layers: Iterable[int] | None = None,
    html_action: str = "view",
) -> Page | None:
    """Takes the arguments of bertviz.head_view. Tokens are always shown as people read them."""
    return _bertviz(
        "head",
        html_action,
        include_layers,
        None,
        attention=attention,
        tokens=tokens,
        sentence_b_start=sentence_b_start,
        layer=layer,
        heads=heads,
        encoder_attention=encoder_attention,
        decoder_attention=decoder_attention,
        cross_attention=cross_attention,
        encoder_tokens=encoder_tokens,
        decoder_tokens=decoder_tokens,
    )


def model_view(
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    prettify_tokens: bool = True,
    display_mode: str = "dark",
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    include_layers: Iterable[int] | None = None,
    include_heads: Iterable[int] | None = None,
    html_action: str = "view",
) -> Page | None:
    """Takes the arguments of bertviz.model_view. The page is light or dark as the reader's system is."""
    return _bertviz(
        "model",
        html_action,
        include_layers,
        include_heads,
        attention=attention,
        tokens=tokens,
        sentence_b_start=sentence_b_start,
        encoder_attention=encoder_attention,
        decoder_attention=decoder_attention,
        cross_attention=cross_attention,
        encoder_tokens=encoder_tokens,
        decoder_tokens=decoder_tokens,
    )


def _bertviz(
    view: str,
    html_action: str,
    include_layers: Iterable[int] | None,
    include_heads: Iterable[int] | None,
    **what: Any,
) -> Page | None:
    return _displayed(show(view=view, include_layers=include_layers, include_heads=include_heads, **what), html_action)


def _displayed(page: Page, html_action: str) -> Page | None:
    if html_action not in ("view", "return"):
        raise ValueError(f"html_action is “view” or “return”, not {html_action!r}.")
    if html_action == "return":
        return page
    try:
        from IPython.display import display
    except ImportError:
        return page  # no notebook: whoever called has the page
    display(page)
    return None


#: BertViz's model types: the modules that make queries and keys.
_PROJECTIONS = {"bert": ("query", "key"), "roberta": ("query", "key"), "gpt2": ("c_attn",)}


def _neuron_show(
    model: Any,
    model_type: str,
    tokenizer: Any,
    sentence_a: str,
    sentence_b: str | None = None,
    display_mode: str = "dark",
    layer: int | None = None,
    head: int | None = None,
    html_action: str = "view",
) -> Page | None:
    """Takes the arguments of bertviz.neuron_view.show, and a model of transformers."""
    if model_type not in _PROJECTIONS:
        raise ValueError(
            f"neuron_view takes {', '.join(_PROJECTIONS)}, not {model_type!r}: give headlight.show the model’s"
            " attentions with query= and key=."
        )
    names = _PROJECTIONS[model_type]
    made: dict[str, list[np.ndarray]] = {name: [] for name in names}
    inputs = tokenizer(sentence_a, sentence_b, return_tensors="pt").to(model.device)
    hooks = [
        module.register_forward_hook(lambda _module, _inputs, out, to=made[path.split(".")[-1]]: to.append(_array(out)))
        for path, module in model.named_modules()
        if path.split(".")[-1] in names
    ]
    before = getattr(model.config, "_attn_implementation", "eager")
    try:
        if before != "eager":  # others keep no weights
            model.set_attn_implementation("eager")
        output = model(**inputs, output_attentions=True)
    finally:
        for hook in hooks:
            hook.remove()
        if before != "eager":
            model.set_attn_implementation(before)
    attentions = _of_output(output)[0]
    if len(names) == 1:  # queries, keys and values in one
        query, key = ([np.split(one, 3, axis=-1)[part] for one in made[names[0]]] for part in (0, 1))
    else:
        query, key = made[names[0]], made[names[1]]
    count = attentions[0].shape[1]
    by_head = [[one[0].reshape(len(one[0]), count, -1).swapaxes(0, 1) for one in side] for side in (query, key)]
    page = show(
        attentions,
        tokenizer.convert_ids_to_tokens(inputs["input_ids"][0]),
        _second_text(inputs) if sentence_b else None,
        query=by_head[0],
        key=by_head[1],
        model=model,
        view="neuron",
        layer=layer,
        heads=None if head is None else [head],
    )
    return _displayed(page, html_action)


def _second_text(inputs: Any) -> int | None:
    """The first token of the second text, as the tokenizer says it."""
    try:
        texts = inputs.sequence_ids(0)
    except ValueError:  # a tokenizer in Python
        texts = inputs["token_type_ids"][0].tolist() if "token_type_ids" in inputs else []
    return texts.index(1) if 1 in texts else None


class _Transformers(types.ModuleType):
    """In place of BertViz's copies of models and tokenizers: those of transformers."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        import transformers

        return getattr(transformers, name)


def _modules() -> types.ModuleType:
    """The modules that notebooks import of BertViz, under this one's name; returns the neuron view's."""
    made: dict[str, types.ModuleType] = {}
    for name, function in (("head_view", head_view), ("model_view", model_view), ("neuron_view", _neuron_show)):
        made[name] = types.ModuleType(f"{__name__}.{name}")
        setattr(made[name], "show" if name == "neuron_view" else name, function)
    made["transformers_neuron_view"] = _Transformers(f"{__name__}.transformers_neuron_view")
    sys.modules.update({module.__name__: module for module in made.values()})
    return made["neuron_view"]


neuron_view = _modules()


def save(
    file: str | os.PathLike[str],
    attention: Any = None,
    tokens: Sequence[str] | None = None,
    sentence_b_start: int | None = None,
    *,
    encoder_attention: Any = None,
    decoder_attention: Any = None,
    cross_attention: Any = None,
    encoder_tokens: Sequence[str] | None = None,
    decoder_tokens: Sequence[str] | None = None,
    query: Any = None,
    key: Any = None,
    attention_mask: Any = None,
    item: int | None = None,
    model: Any = None,
    revision: str | None = None,
) -> Path:
    """Writes a file for `headlight open`; takes what `show` takes. Needs no program."""
    if attention is not None and hasattr(attention, "keys"):  # the whole output of a model
        output, attention = attention, None
        attention, encoder_attention, decoder_attention, cross_attention = _of_output(output)
    given = {
        "attention": attention,
        "encoderAttention": encoder_attention,
        "decoderAttention": decoder_attention,
        "crossAttention": cross_attention,
        "query": query,
        "key": key,
    }
    arrays = {name: _layers(one, name, item) for name, one in given.items() if one is not None}
    notes: dict[str, Any] = {}
    counted_out = 0
    if attention is not None:
        size = arrays["attention"].shape[-1]
        kept = _kept(attention_mask, item, size, tokens)
        counted_out = 0 if kept is None or attention_mask is not None else size - int(kept.sum())
        for name in ("attention", "query", "key"):
            if name in arrays:
                arrays[name] = _without_padding(arrays[name], kept, name == "attention")
        notes["tokens"] = _tokens(tokens, arrays["attention"].shape[-1], "tokens", kept)
        if sentence_b_start is not None:
            notes["sentence_b_start"] = int(sentence_b_start)
    elif any(name in arrays for name in ("encoderAttention", "decoderAttention", "crossAttention")):
        sizes = {
            "encoder_tokens": [("encoderAttention", -1), ("crossAttention", -1)],
            "decoder_tokens": [("decoderAttention", -1), ("crossAttention", -2)],
        }
        for name, places in sizes.items():
            size = next((arrays[of].shape[axis] for of, axis in places if of in arrays), 0)
            if size:
                listed = encoder_tokens if name == "encoder_tokens" else decoder_tokens
                notes[name] = _tokens(listed, size, name, None)
    else:
        raise ValueError("There is no attention: pass output.attentions of a model called with output_attentions=True.")
    for name, array in arrays.items():
        if name not in ("query", "key"):
            _check(array, name, counted_out)
    notes.update(_origin(model, revision))
    file = Path(file)
    _write(file, arrays, notes)
    return file


def _origin(model: Any, revision: str | None) -> dict[str, str]:
    """The name and the commit of a model: those given, or those that transformers knows."""
    config = getattr(model, "config", None)
    name = model if model is None or isinstance(model, str) else getattr(model, "name_or_path", None)
    if model is not None and not isinstance(name, str):
        raise ValueError(f"model is a name or a transformers model, not a {type(model).__name__}.")
    if revision is None:
        revision = getattr(config, "_commit_hash", None)
    if revision is not None and not isinstance(revision, str):
        raise ValueError(f"revision is a commit’s hash or another name, not a {type(revision).__name__}.")
    return {what: one for what, one in (("model", name), ("revision", revision)) if one}


def _of_output(output: Any) -> tuple[Any, Any, Any, Any]:
    """The attentions of a model's output."""
    names = ("attentions", "encoder_attentions", "decoder_attentions", "cross_attentions")
    found = {name: one if one is not None and len(one) else None for name in names for one in [output.get(name)]}
    if all(one is None for one in found.values()):
        raise ValueError(
            "The output has no attentions: call the model with output_attentions=True, loaded with"
            ' attn_implementation="eager".'
        )
    return tuple(found.values())  # type: ignore[return-value]


def _layers(given: Any, name: str, item: int | None) -> np.ndarray:
    """What was given for all layers, as [layers, heads, tokens, …] of one text."""
    if isinstance(given, (list, tuple)):
        if any(layer is None for layer in given):
            raise ValueError(
                f"{name} has layers without attention: load the model with"
                ' attn_implementation="eager", since faster ones keep none.'
            )
        if not given:
            raise ValueError(
                f"{name} is empty: pass output.attentions, which output[-1] need not be, of a model that was loaded with"
                ' attn_implementation="eager".'
            )
        layers = [_layer(_array(layer), name, item) for layer in given]
        if len({layer.shape for layer in layers}) > 1:
            raise ValueError(f"The layers of {name} differ in size: {', '.join(str(one.shape) for one in layers)}.")
        return np.stack(layers)
    array = _array(given)
    if array.ndim == 5:
        return np.stack([_layer(layer, name, item) for layer in array])
    if array.ndim == 4:
        if item is None or not 0 <= item < len(array):
            return array
        raise ValueError(
            f"{name} is one array of 4 axes, [layers, heads, tokens, tokens]: item= chooses of a batch, [layers, batch,"
            " heads, tokens, tokens]."
        )
    return _layer(array, name, None)[None]


def _layer(layer: np.ndarray, name: str, item: int | None) -> np.ndarray:
    """One layer of one text, [heads, tokens, …]."""
    if layer.ndim == 4:
        if item is None and len(layer) > 1:
            raise ValueError(f"{name} holds a batch of {len(layer)} texts: choose one by item=0 to {len(layer) - 1}.")
        if item is not None and not 0 <= item < len(layer):
            raise ValueError(f"{name} holds a batch of {len(layer)}, and no item {item}.")
        return layer[item or 0]
    vectors = name in ("query", "key")
    if layer.ndim == 3 and (vectors or name == "crossAttention" or layer.shape[1] == layer.shape[2]):
        return layer
    if layer.ndim == 2 and (vectors or name == "crossAttention" or len(layer) == layer.shape[1]):
        return layer[None]
    raise ValueError(
        f"{name} has the shape {layer.shape}, but attention is [heads, tokens, tokens]: this may be a hidden state; pass"
        " output.attentions."
    )


def _array(given: Any) -> np.ndarray:
    """An array of any library as NumPy's float32."""
    if hasattr(given, "detach"):  # torch
        given = given.detach().cpu().float()
    elif hasattr(given, "numpy") and not isinstance(given, np.ndarray):  # TensorFlow
        given = given.numpy()
    try:
        return np.ascontiguousarray(np.asarray(given), dtype=np.float32)
    except (TypeError, ValueError) as cause:
        raise ValueError(f"A {type(given).__name__} is no array of numbers: pass output.attentions.") from cause


def _kept(mask: Any, item: int | None, size: int, tokens: Sequence[str] | None) -> np.ndarray | None:
    """Which positions are no padding; None if all are."""
    if mask is not None:
        mask = np.asarray(_array(mask)) != 0
        if mask.ndim == 2:
            if len(mask) > 1 and item is None:
                raise ValueError(f"attention_mask is of a batch of {len(mask)} texts: choose one by item=.")
            mask = mask[item or 0]
        if mask.shape != (size,):
            raise ValueError(f"attention_mask is of {mask.size} tokens, but attention of {size}.")
        return mask
    if tokens is not None and 0 < len(tokens) < size:
        return np.arange(size) < len(tokens)  # counted out; the check of rows tells whether they were padding
    return None


def _without_padding(array: np.ndarray, kept: np.ndarray | None, columns: bool) -> np.ndarray:
    if kept is None:
        return array
    array = array[:, :, kept]
    return array[..., kept] if columns else array


def _tokens(tokens: Sequence[str] | None, size: int, name: str, kept: np.ndarray | None) -> list[str]:
    if tokens is None:
        raise ValueError(f"There are no {name}: pass tokenizer.convert_ids_to_tokens(input_ids).")
    if isinstance(tokens, str) or not all(isinstance(token, str) for token in tokens):
        raise ValueError(f"{name} is no list of strings: pass tokenizer.convert_ids_to_tokens(input_ids).")
    listed = list(tokens)
    if kept is not None and len(listed) == len(kept):
        listed = [token for token, keep in zip(listed, kept) if keep]
    if len(listed) != size:
        raise ValueError(f"{name} has {len(listed)} tokens, but the attention is of {size}: pass one for each row.")
    return listed


def _check(array: np.ndarray, name: str, counted_out: int) -> None:
    """counted_out: the last positions, left out because there are fewer tokens."""
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity: pass the weights after softmax.")
    sums = array.sum(-1, dtype=np.float64)
    wrong = (np.abs(sums - 1) > _TOLERANCE) & (sums != 0)
    if wrong.any() and counted_out:
        size = array.shape[-1]
        raise ValueError(
            f"tokens has {size} tokens, but {name} is of {size + counted_out}, and the rest is no padding: pass one"
            " for each row."
        )
    if wrong.any():
        layer, head, row = (int(one) for one in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name} holds no attention weights: row {row} of head {head} of layer {layer} sums to"
            f" {sums[layer, head, row]:.3f}, not to 1. Pass the weights after softmax, of a model without dropout"
            " (model.eval()), and attention_mask= or all tokens of a padded text."
        )


def _write(file: Path, arrays: dict[str, np.ndarray], notes: dict[str, Any]) -> None:
    """Safetensors, float32: the length of a header in JSON, the header, the numbers."""
    header: dict[str, Any] = {"__metadata__": {name: json.dumps(note) for name, note in notes.items()}}
    at = 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            out.write(np.ascontiguousarray(array, dtype="<f4").tobytes())


def _sizes(file: Path) -> tuple[int, int]:
    """How many layers and heads a file has."""
    with file.open("rb") as read:
        (length,) = struct.unpack("<Q", read.read(8))
        header = json.loads(read.read(length))
    shapes = [entry["shape"] for name, entry in header.items() if name != "__metadata__"]
    return max(shape[0] for shape in shapes), shapes[0][1]


def _run(*arguments: str) -> None:
    found = program or os.environ.get("HEADLIGHT") or shutil.which("headlight")
    if not found:
        raise RuntimeError(
            "Headlight’s program was not found: put it on the path, or set headlight.program to its bin/headlight."
        )
    try:
        done = subprocess.run([found, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    except OSError as cause:
        raise RuntimeError(f"{found} can't be run ({cause.strerror}): set headlight.program to bin/headlight.") from cause
    if done.returncode != 0:
        raise ValueError(done.stderr.strip() or f"{found} ended with {done.returncode}.")
