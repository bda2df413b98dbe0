"""Files from the Hugging Face Hub, each at one commit; only what the user has named is fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from .errors import WeightsError
from .safetensor import VerifiedFile
from .weights import read_verified

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class HubFile(NamedTuple):
    """A safetensors file and the commit of the repository that it belongs to, 40 hex digits."""

    file: VerifiedFile
    commit: str


def read_from_hub(repository: str, name: str, revision: str = "main") -> HubFile:
    """A safetensors file of a Hub repository at a branch, tag or commit; from the Hub's cache where
    it is there and the Hub cannot be asked, or need not be.

    The official client fetches it and obeys its variables (HF_HUB_OFFLINE, HF_HOME, HF_ENDPOINT).
    The Hub names large files by their sha256, which is checked. Raises WeightsError, which says
    what would fetch the file.
    """
    path = Path(_fetch(repository, name, revision))
    # CACHE/models--OWNER--NAME/snapshots/COMMIT/FILE is how the client keeps files.
    commit = next((part for part in path.parts[::-1] if _COMMIT.fullmatch(part)), None)
    if commit is None:
        raise WeightsError(f"{path}: the Hub's client does not say which commit {name} is of")
    blob = path.resolve().name
    file = read_verified(path, name, sha256=blob if _SHA256.fullmatch(blob) else None)
    return HubFile(file, commit)


def _fetch(repository: str, name: str, revision: str) -> str:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    what = f"{name} of {repository} at {revision}"
    fetch = f"hf download {repository} {name} --revision {revision}"
    try:
        return hf_hub_download(repository, name, revision=revision)
    except LocalEntryNotFoundError as error:
        why = (
            "HF_HUB_OFFLINE forbids fetching it"
            if constants.HF_HUB_OFFLINE
            else (f"the Hub cannot be reached ({_first_line(error.__cause__ or error)})")
        )
        raise WeightsError(
            f"{what} is not in the Hub's cache ({constants.HF_HUB_CACHE}), and {why}; "
            f"with a network, this fetches it: {fetch}"
        ) from error
    except RepositoryNotFoundError as error:
        raise WeightsError(f"the Hub has no repository {repository}, or none for you") from error
    except RevisionNotFoundError as error:
        raise WeightsError(f"{repository} has no revision {revision!r} on the Hub") from error
    except EntryNotFoundError as error:
        raise WeightsError(
            f"{repository} has no {name} at {revision}. Zoo loads safetensors and never a pickle "
            "(such as pytorch_model.bin): take another model"
        ) from error
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise WeightsError(f"{what} could not be fetched: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
