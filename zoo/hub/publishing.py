"""Publishing: a packed folder becomes a commit of a repository on the Hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoo.errors import UsageError, WeightsError
from zoo_provenance.text import clean

from .client import client, first_line, http_reason, is_network
from .packing import Packed
from .reference import Reference, parse


def check_login() -> None:
    """Raises UsageError where nobody is logged in: before work is done in vain."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise UsageError(
            "HF_HUB_OFFLINE forbids asking the Hub; unset it, or see it with --dry-run"
        )
    if not client().get_token():
        raise UsageError(
            "publishing needs a token of the Hub that may write: hf auth login, or HF_TOKEN "
            f"({constants.ENDPOINT}/settings/tokens makes one)"
        )


def push(packed: Packed, repository: str, *, private: bool = False) -> Reference:
    """Upload the files as one commit, into a repository that is made where there is none; returns
    it at the new commit.

    ``private`` concerns a new repository. Raises WeightsError in plain words.
    """
    check_login()
    reference = parse(repository)
    hub = client()
    api = hub.HfApi()
    operations = [
        hub.CommitOperationAdd(path_in_repo=name, path_or_fileobj=packed.folder / name)
        for name in packed.files
    ]
    with _explained(reference):
        api.create_repo(reference.repository, private=private or None, exist_ok=True)
        done = api.create_commit(
            reference.repository, operations, commit_message=f"{packed.model}, by zoo push"
        )
    return reference.at(done.oid)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {clean(' '.join(str(error).split()), 400)}"


@contextmanager
def _explained(reference: Reference) -> Iterator[None]:
    from huggingface_hub import errors

    owner, _, name = reference.repository.partition("/")
    try:
        yield
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status == 403:
            why = (
                f"you may not write to {reference.repository}: it is {owner}'s, or your token may "
                f"only read. Push under your own name (OWNER/{name}), or with another token"
            )
        elif status == 404:
            why = f"the Hub knows no {owner} that you may write for, or hides it from your token"
        else:
            why = f"nothing was pushed to {reference.repository}: {http_reason(error)}"
            why += f" ({error.server_message})" if error.server_message else ""
        raise WeightsError(why) from error
    except (OSError, ValueError, RuntimeError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        raise WeightsError(
            f"nothing was pushed to {reference.repository}: {_told(cause)}"
        ) from error
    except Exception as error:
        if not is_network(error):
            raise
        raise WeightsError(
            f"nothing was pushed to {reference.repository}: the Hub cannot be reached "
            f"({first_line(error)})"
        ) from error
