"""Which commit a name of the Hub stands for here: the first answer is locked, and so stays.

A repository that moves on is never followed silently: whoever wants its newer state names that
commit, or removes the line from the lock file and names it anew.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from zoo_provenance.atomic import write_atomically
from zoo_provenance.home import make_home, zoo_home

from .errors import UsageError, WeightsError

COMMIT = re.compile(r"[0-9a-f]{40}")
_PART = r"\w(?:[\w.-]*\w)?"
_NAME = re.compile(rf"({_PART}/{_PART})(?:@(\w[\w.+/-]*))?", re.ASCII)


def split_reference(name: str) -> tuple[str, str | None]:
    """``OWNER/NAME[@REVISION]`` as repository and revision, None for its default branch.

    Raises UsageError. What passes is safe as a part of a path.
    """
    found = _NAME.fullmatch(name)
    if found is None or ".." in name or "--" in found[1] or len(name) > 300:
        raise UsageError(
            f"{name!r}: expected a repository of the Hub, OWNER/NAME or OWNER/NAME@REVISION, or a "
            "folder, ./FOLDER"
        )
    return found[1], found[2]


def resolve(repository: str, revision: str | None, *, fetch: bool = True) -> str:
    """The commit, 40 hex digits, of a branch, tag or commit: as it is locked, or else as the Hub
    says now, which is locked.

    Raises WeightsError where the Hub would have to be asked, and cannot or (without ``fetch``) must
    not be.
    """
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    name = f"{repository}@{revision}" if revision else repository
    locked = _read().get(f"hf-hub:{name}")
    if locked is not None:
        return locked["commit"]
    if not fetch:
        raise WeightsError(f"{name} says not which commit it is; name the model itself")
    with explained(
        name, f"hf download {repository}" + (f" --revision {revision}" * bool(revision))
    ):
        commit = _asked(repository, revision)
    if not COMMIT.fullmatch(commit):
        raise WeightsError(f"the Hub does not say which commit {name} is")
    _lock(f"hf-hub:{name}", commit)
    return commit


def _asked(repository: str, revision: str | None) -> str:
    """What the Hub says; where it cannot be asked, what was fetched last."""
    from huggingface_hub import HfApi, constants, errors

    try:
        return HfApi().model_info(repository, revision=revision).sha or ""
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError):
        raise
    except Exception:
        folder = "models--" + repository.replace("/", "--")
        kept = Path(constants.HF_HUB_CACHE, folder, "refs", *(revision or "main").split("/"))
        if not kept.is_file():
            raise
        return kept.read_text("utf-8").strip()


def hub_path(repository: str, name: str, commit: str, *, fetch: bool = True) -> Path:
    """A file of a repository at a commit, in the Hub's cache; fetched where it is not there, unless
    ``fetch`` is False. Raises WeightsError, which says what would fetch it."""
    from huggingface_hub import hf_hub_download

    with explained(
        f"{name} of {repository}@{commit}", f"hf download {repository} {name} --revision {commit}"
    ):
        return Path(hf_hub_download(repository, name, revision=commit, local_files_only=not fetch))


def own_folder(name: str, prefix: str, *, fetch: bool) -> Path | None:
    """The folder that ``PREFIX:./FOLDER``, ``~/FOLDER`` or an absolute path names, or None for
    other names. Raises UsageError where it is none, or (without ``fetch``) nobody but the user may
    say so.
    """
    if not name.startswith((".", "~", "/", "\\")) and not Path(name).is_absolute():
        if "/" not in name:
            raise UsageError(
                f"{prefix}:{name}: expected OWNER/NAME, a repository of the Hub, or a folder as "
                f"./{name}"
            )
        return None
    if not fetch:
        raise UsageError(f"{prefix}:{name} is a folder, which only you can name")
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{prefix}:{name}: there is no such folder")
    return folder


def folder_id(folder: Path) -> str:
    """A folder's name alone, for an id: a record holds no path."""
    return re.sub(r"[^\w.-]+", "-", folder.absolute().name) or "folder"


@contextmanager
def explained(what: str, remedy: str) -> Iterator[None]:
    """The errors of the Hub's client as WeightsError, which ends in the command that fetches it."""
    from huggingface_hub import constants, errors

    try:
        yield
    except errors.RepositoryNotFoundError as error:
        raise WeightsError(f"the Hub has no repository for {what}, or none for you") from error
    except errors.RevisionNotFoundError as error:
        raise WeightsError(f"the Hub has no such revision: {what}") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        why = "HF_HUB_OFFLINE forbids fetching it" if constants.HF_HUB_OFFLINE else _first(error)
        raise WeightsError(
            f"{what} is not in the Hub's cache ({constants.HF_HUB_CACHE}), and {why}; with a "
            f"network, this fetches it: {remedy}"
        ) from error
    except Exception as error:  # the client lets through whatever its HTTP library raises
        raise WeightsError(
            f"{what} could not be fetched: {_first(error)}; this tries again: {remedy}"
        ) from error


def lock_file() -> Path:
    """ZOO_LOCK, or ``hub.lock`` in the home of Zoo."""
    chosen = os.environ.get("ZOO_LOCK")
    return Path(chosen).expanduser().absolute() if chosen else zoo_home() / "hub.lock"


def _read() -> dict[str, dict[str, str]]:
    path = lock_file()
    try:
        names = json.loads(path.read_text("utf-8"))["names"] if path.exists() else {}
        if not all(COMMIT.fullmatch(entry["commit"]) for entry in names.values()):
            raise ValueError("a name stands for no commit")
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"the lock file {path} is damaged ({error}); mend or remove it") from error
    return dict(names)


def _lock(name: str, commit: str) -> None:
    path = lock_file()
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = {**_read(), name: {"commit": commit, "resolved": time}}
    table = {"schema": 1, "names": dict(sorted(names.items()))}
    make_home(path.parent)
    write_atomically(path, (json.dumps(table, indent=1) + "\n").encode())


def _first(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"
