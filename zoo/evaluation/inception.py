"""The network of the Fréchet Inception Distance and the Inception Score, from a file of the user's.

The architecture is torch-fidelity's (Apache-2.0, the extra ``[fid]``), ported by A. Obukhov from
the TensorFlow graph ``inception-2015-12-05`` that the first papers used. Nothing is downloaded: the
published PyTorch weights are checked by sha256, read without running anything in them, and kept as
safetensors for the next time.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save
from torch import Tensor

from zoo.errors import MissingExtraError, WeightsError
from zoo.safetensor import VerifiedFile
from zoo.timm_import import import_timm
from zoo.weights import read_verified
from zoo_provenance.atomic import write_atomically
from zoo_provenance.home import make_home, zoo_home

from .extractor import FID, Extractor

if TYPE_CHECKING:
    from torch import nn

URL = (
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
    "weights-inception-2015-12-05-6726825d.pth"
)
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
"""Of that file (95,628,359 bytes), and of pytorch-fid's ``pt_inception-2015-12-05-6726825d.pth``,
which is the same one."""
VARIABLE = "ZOO_FID_WEIGHTS"
SIDE = 299
LOGITS = 1008
_LAYERS = ("2048", "logits_unbiased")
_MAX_BYTES = 512 * 2**20


def load_inception(device: torch.device, weights: str = "") -> Extractor:
    """The network with the weights of the file ``weights``, or that ZOO_FID_WEIGHTS names, or that
    were given before. Its logits are without bias, as the Inception Score's always were.

    Raises MissingExtraError without torch-fidelity, WeightsError without weights or with others.
    """
    if importlib.util.find_spec("torch_fidelity") is None:
        raise _missing()
    given = weights or os.environ.get(VARIABLE)
    file = _converted(Path(given).expanduser()) if given else _kept()
    network = _network(file).to(device)

    def look(pictures: Tensor) -> tuple[Tensor, Tensor]:
        features, logits = network((pictures + 1).mul(127.5).round().to(torch.uint8))
        return features, logits

    labels = tuple(f"output {i}" for i in range(LOGITS))
    return Extractor(FID, SHA256[:12], labels, SIDE, "bicubic", look, device)


def _home_file() -> Path:
    return zoo_home() / "extractors" / "inception-2015-12-05.safetensors"


def _kept() -> VerifiedFile:
    """What an earlier call converted."""
    path = _home_file()
    if not path.is_file():
        raise WeightsError(
            f"the features {FID!r} need the published Inception weights, which Zoo does not fetch: "
            f"get {URL} and give it once, as features {FID}:FILE or by {VARIABLE}=FILE"
        )
    file = read_verified(path, path.name)
    if file.metadata().get("source_sha256") != SHA256:
        raise WeightsError(
            f"{path} was not made from the published Inception weights; remove it and give them "
            f"again, as {FID}:FILE or by {VARIABLE}=FILE"
        )
    return file


def _converted(path: Path) -> VerifiedFile:
    """The published PyTorch file as safetensors, kept below ZOO_HOME for the next time.

    Raises WeightsError for any other file, before a byte of it is parsed.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES)
    except OSError as error:
        raise WeightsError(f"cannot read the Inception weights {path}: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise WeightsError(
            f"{path} was refused: its sha256 is {digest}, that of the published Inception weights "
            f"is {SHA256}; get them from {URL}"
        )
    try:
        # Tensors in plain containers and nothing else: no code of the file's is run.
        state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        tensors = {str(name): tensor.contiguous() for name, tensor in state.items()}
        safe = save(tensors, {"source_sha256": digest})
    except (pickle.UnpicklingError, AttributeError, RuntimeError, ValueError, EOFError) as error:
        raise WeightsError(f"{path} holds no plain tensors: {error}") from error
    target = _home_file()
    if not target.is_file():
        make_home(zoo_home())
        target.parent.mkdir(exist_ok=True)
        write_atomically(target, safe)
    return VerifiedFile(str(path), hashlib.sha256(safe).hexdigest(), safe)


def _network(file: VerifiedFile) -> nn.Module:
    """torch-fidelity's network, filled strictly. Its constructor reads a file by itself, without
    ``weights_only``: it is given our own checked tensors, packed anew."""
    import_timm()  # torch-fidelity imports torchvision too, which may not fit torch
    try:
        module = importlib.import_module("torch_fidelity.feature_extractor_inceptionv3")
    except ImportError as error:
        raise _missing() from error
    packed = io.BytesIO()
    torch.save(file.tensors(), packed)
    packed.seek(0)
    try:
        network: nn.Module = module.FeatureExtractorInceptionV3(
            FID, list(_LAYERS), feature_extractor_weights_path=packed
        )
    except RuntimeError as error:
        raise WeightsError(f"{file.name} does not fit the Inception network: {error}") from error
    return network


def _missing() -> MissingExtraError:
    return MissingExtraError(
        f"the features {FID!r} need torch-fidelity, which is not installed. "
        "In your clone of Zoo, run: pip install -e '.[fid]'"
    )
