"""The Hub's official client, and its errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from zoo.errors import UnreachableError, WeightsError

from .reference import Reference

_NO_SAFETENSORS = (
    "Zoo loads safetensors and never a pickle (such as pytorch_model.bin): take another model"
)


def client() -> ModuleType:
    """``huggingface_hub``, imported on first use. It obeys its own variables (HF_ENDPOINT, HF_HOME,
    HF_HUB_OFFLINE, HF_TOKEN …); what it would tell the Hub of this machine beside the request is
    left out."""
    import huggingface_hub
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True
    return huggingface_hub


@contextmanager
def explained(
    what: str, reference: Reference, remedy: str, absent: str = _NO_SAFETENSORS
) -> Iterator[None]:
    """The client's errors about ``what`` of a repository as WeightsError, which ends in what to do:
    ``remedy`` is the command that would fetch it, ``absent`` what to say where it is not there."""
    from huggingface_hub import constants, errors

    repository, revision = reference.repository, reference.revision or "its default branch"
    try:
        yield
    except errors.GatedRepoError as error:
        raise WeightsError(
            f"{repository} is gated: its owner decides who may have it. Ask on its page "
            f"({constants.ENDPOINT}/{repository}), log in (hf auth login, or HF_TOKEN), then: "
            f"{remedy}"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise WeightsError(
            f"the Hub has no repository {repository}, or none for you: check its name; if it is "
            "private, log in with hf auth login, or set HF_TOKEN"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise WeightsError(f"{repository} has no revision {revision!r} on the Hub") from error
    except errors.LocalEntryNotFoundError as error:
        raise _unreachable(f"{what} of {repository} at {revision}", _why(error), remedy) from error
    except errors.EntryNotFoundError as error:
        raise WeightsError(f"{repository} has no {what} at {revision}. {absent}") from error
    except errors.HfHubHTTPError as error:
        kind = UnreachableError if error.response.status_code >= 500 else WeightsError
        why = http_reason(error)
        raise kind(
            f"{what} of {repository} could not be fetched: {why}; later, this fetches it: {remedy}"
        ) from error
    except Exception as error:
        if is_network(error):
            why = f"the Hub cannot be reached ({first_line(error)})"
            raise _unreachable(f"{what} of {repository} at {revision}", why, remedy) from error
        if not isinstance(error, OSError | ValueError):
            raise
        raise WeightsError(
            f"{what} of {repository} could not be fetched: {first_line(error)}; this tries again: "
            f"{remedy}"
        ) from error


def http_reason(error: BaseException) -> str:
    """What the Hub answered, in words."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    said = {
        401: "the Hub refuses your token, or wants one (401): hf auth login, or set HF_TOKEN",
        403: "your token may not do this (403)",
        404: "there is no such repository, or none for you (404)",
        429: "the Hub has had too many requests from here (429)",
        500: "the Hub has a fault (500)",
        503: "the Hub is overloaded or under repair (503)",
    }
    return said.get(status or 0, first_line(error))


def first_line(error: BaseException) -> str:
    """An error's kind and the first line of what it says."""
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"


def is_network(error: BaseException) -> bool:
    """Whether the client's HTTP library says so; it is httpx or its successor."""
    return any(
        base.__module__.split(".")[0].startswith("httpx") and base.__name__ == "HTTPError"
        for base in type(error).__mro__
    )


def _unreachable(what: str, why: str, remedy: str) -> UnreachableError:
    from huggingface_hub import constants

    return UnreachableError(
        f"{what} is not in the Hub's cache ({constants.HF_HUB_CACHE}), and {why}", remedy
    )


def _why(error: BaseException) -> str:
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE forbids fetching it"
    cause = error.__cause__ or error
    if getattr(cause, "response", None) is not None:
        return http_reason(cause)
    return f"the Hub cannot be reached ({first_line(cause)})"
