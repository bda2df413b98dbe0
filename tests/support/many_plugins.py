"""Fifty small distributions with a plugin each, laid out in a folder as pip would install them.

One cannot be imported, and the model code of one takes five seconds to import. Nothing of a plugin
but its module may be imported to list it: its model code leaves a file where it was.
"""

from __future__ import annotations

from pathlib import Path

COUNT = 50
BROKEN, SLOW = "many03", "many07"

_PLUGIN = """
import zoo


@zoo.hookimpl
def zoo_models():
    return [
        zoo.Card(
            id="{name}.demo", family="many", summary="Grey", factory="zoo_{name}_model:build",
            size=(64, 64), params=0, licence="CC0-1.0", trained_on="nothing",
        )
    ]
"""

_MODEL = """
import time
from pathlib import Path

Path(__file__).with_suffix(".imported").touch()
time.sleep({seconds})
import torch

import zoo


class Grey:
    def generate(self, request):
        yield zoo.Step(torch.zeros(len(request), 3, *request.size))


def build(files, device, dtype):
    return Grey()
"""

_LLM_PLUGIN = """
import llm


@llm.hookimpl
def register_models(register):
    pass
"""


def install_many(site: Path, count: int = COUNT) -> None:
    """``count`` plugins of Zoo."""
    for number in range(count):
        name = f"many{number:02d}"
        source = "import there_is_no_such_module\n" if name == BROKEN else _PLUGIN.format(name=name)
        _install(site, f"zoo-{name}", f"zoo_{name}", f"[zoo]\n{name} = zoo_{name}\n", source)
        model = _MODEL.format(seconds=5 if name == SLOW else 0)
        (site / f"zoo_{name}_model.py").write_text(model)


def install_many_for_llm(site: Path, count: int = COUNT) -> None:
    """``count`` plugins of simonw/llm, the peer."""
    for number in range(count):
        name = f"llm_many{number:02d}"
        _install(site, name.replace("_", "-"), name, f"[llm]\n{name} = {name}\n", _LLM_PLUGIN)


def imported(site: Path) -> list[str]:
    """The plugins whose model code was imported."""
    return sorted(path.stem for path in site.glob("*.imported"))


def _install(site: Path, package: str, module: str, entry_points: str, source: str) -> None:
    info = site / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    about = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\nSummary: One of many\n"
    (info / "METADATA").write_text(about + "Requires-Python: >=3.11\nLicense: CC0-1.0\n")
    (info / "entry_points.txt").write_text(entry_points)
    (info / "RECORD").write_text(f"{module}.py,,\n")
    (info / "INSTALLER").write_text("pip\n")
    (site / f"{module}.py").write_text(source)
