"""Draws the pictures of docs/python/attention.ipynb, with the embedded model: python3 pictures.py

Needs transformers and Chromium; HEADLIGHT names the program.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["CHECKPOINT"] = str(Path(__file__).parents[3] / "target" / "headlight" / "lib" / "model")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[4] / "docs" / "python")]
from notebook import ATTENTION, run  # noqa: E402

IMAGES = ATTENTION.parents[1] / "images"
SIZES = {"head": (720, 830), "model": (640, 820), "neuron": (720, 480), "heatmap": (720, 640)}

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    shown, _ = run(ATTENTION)
    for page, (name, (width, height)) in zip(shown, SIZES.items()):
        file = page.save(f"{name}.html").resolve()
        picture = IMAGES / f"notebook-{name}.png"
        subprocess.run(
            [
                os.environ.get("CHROMIUM", "chromium"),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--virtual-time-budget=5000",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                file.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        print(picture, picture.stat().st_size)
