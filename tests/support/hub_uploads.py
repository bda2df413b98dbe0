"""What a Hub answers to those who publish: a repository, where each file goes, and the commit.

The endpoints, and the shapes of their answers, are what ``huggingface_hub`` asks for
(``hf_api.py``, ``_commit_api.py``, ``lfs.py``; git-lfs' batch API).
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import yaml
from hub_repository import Repository, etag, is_large, sha256

if TYPE_CHECKING:
    from hub_server import HubServer

Answer = tuple[int, dict[str, str], bytes]


def as_json(table: dict[str, Any] | list[Any], status: int = 200, **headers: str) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json", **headers}, json.dumps(table).encode()


def refused(status: int, code: str = "", message: str = "") -> Answer:
    """As the Hub says no: its client reads the reason from the headers."""
    headers = {"X-Error-Code": code, "X-Error-Message": message}
    return as_json({"error": message or code}, status, **{k: v for k, v in headers.items() if v})


def create(hub: HubServer, user: str | None, body: bytes) -> Answer:
    asked = json.loads(body)
    if user is None:
        return refused(401, message="Invalid username or password.")
    owner = asked["organization"] or user
    name = f"{owner}/{asked['name']}"
    if owner != user:
        why = f"You don't have the rights to create a model under the namespace {owner!r}"
        return refused(403, message=why)
    url = f"{hub.address}/{name}"
    if name in hub.repositories:
        return as_json({"url": url, "error": "You already created this model repo"}, 409)
    private = asked.get("visibility") == "private" or asked.get("private") is True
    hub.repositories[name] = Repository(name, private=private)
    hub.repositories[name].commit({".gitattributes": b"*.safetensors filter=lfs\n"})
    return as_json({"url": url})


def validate(body: bytes) -> Answer:
    """The front matter of a README, by the Hub's rules for models, a few of them."""
    found = re.match(r"---\n(.*?)\n---\n", json.loads(body)["content"], re.DOTALL)
    table = yaml.safe_load(found[1]) if found else None
    errors = []
    if not isinstance(table, dict):
        errors.append("empty or missing yaml metadata in repo card")
        table = {}
    for name in ("tags", "datasets"):
        if not all(isinstance(value, str) for value in table.get(name, [])):
            errors.append(f'"{name}" must be texts')
    if table.get("license") == "other" and not table.get("license_name"):
        errors.append('"license_name" is needed with "license: other"')
    status = 400 if errors else 200
    return as_json({"errors": [{"message": e} for e in errors], "warnings": []}, status)


def preupload(repository: Repository, body: bytes) -> Answer:
    there = repository.head
    files = [
        {
            "path": file["path"],
            "uploadMode": "lfs" if is_large(file["path"]) else "regular",
            "shouldIgnore": False,
            "oid": etag(file["path"], there[file["path"]]) if file["path"] in there else None,
        }
        for file in json.loads(body)["files"]
    ]
    return as_json({"files": files})


def batch(hub: HubServer, body: bytes) -> Answer:
    """git-lfs: where each object goes; nowhere, if it is there."""
    objects = []
    for asked in json.loads(body)["objects"]:
        place = {"oid": asked["oid"], "size": asked["size"]}
        if asked["oid"] not in hub.large:
            place["actions"] = {
                "upload": {"href": f"{hub.elsewhere}/lfs/{asked['oid']}"},
                "verify": {"href": f"{hub.address}/lfs-verify/{asked['oid']}"},
            }
        objects.append(place)
    return as_json({"transfer": "basic", "objects": objects})


def put(hub: HubServer, oid: str, body: bytes) -> Answer:
    if sha256(body) != oid:
        return refused(400, message="the contents have another sha256")
    hub.large[oid] = body
    return 200, {}, b""


def commit(hub: HubServer, repository: Repository, branch: str, body: bytes) -> Answer:
    """NDJSON: a header, then a file a line, in the line itself or as what was uploaded."""
    lines = [json.loads(line) for line in body.splitlines()]
    (header,) = (line["value"] for line in lines if line["key"] == "header")
    files = {}
    for line in lines:
        value = line["value"]
        if line["key"] == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif line["key"] == "lfsFile":
            if value["oid"] not in hub.large:
                return refused(400, message=f"{value['path']} was not uploaded")
            files[value["path"]] = hub.large[value["oid"]]
    oid = repository.commit(files, branch, header["summary"])
    url = f"{hub.address}/{repository.name}/commit/{oid}"
    return as_json({"commitUrl": url, "commitOid": oid, "pullRequestUrl": None, "success": True})
