"""Runs a notebook's code as Jupyter does: its cells one after the other, in one namespace."""

import ast
import contextlib
import io
import json
import sys
import types
from pathlib import Path

ATTENTION = Path(__file__).parents[4] / "docs" / "python" / "attention.ipynb"


def run(path):
    """What was displayed, and what was printed."""
    shown, printed = [], io.StringIO()
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    package = types.ModuleType("IPython")
    package.display = display
    before = {name: sys.modules.get(name) for name in ("IPython", "IPython.display")}
    sys.modules.update({"IPython": package, "IPython.display": display})
    names = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(printed):
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
                if cell["cell_type"] == "code":
                    value = _run(ast.parse("".join(cell["source"])), f"cell {number}", names)
                    if hasattr(value, "_repr_html_"):
                        shown.append(value)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return shown, printed.getvalue()


def _run(tree, name, names):
    """The value of the last expression, which Jupyter displays."""
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    return eval(compile(ast.Expression(last.value), name, "eval"), names) if last else None
