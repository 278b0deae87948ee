"""Take a session file apart and put it together again, right or wrong."""

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from relulab.session.file.container import VERSION

Parts = dict[str, bytes]


def unpack(data: bytes) -> Parts:
    """All parts but the manifest."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def listed(parts: Parts) -> list[dict[str, Any]]:
    return [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in parts.items()
    ]


def pack(contents: Parts, *, compression: int = zipfile.ZIP_DEFLATED, **manifest: Any) -> bytes:
    """A file with these parts and a manifest that fits them, but for what ``manifest`` says differently."""
    described = {
        "format": "relulab-session",
        "version": VERSION,
        "application": "",
        "saved": "",
        "parts": listed(contents),
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        parts = {**contents, "manifest.json": json.dumps(described | manifest).encode()}
        for name, data in parts.items():  # without the time of day, so that a seed always gives the same file
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return stream.getvalue()


def edited(data: bytes, name: str, change: Any) -> bytes:
    """The file with one JSON part changed in place by ``change``, the manifest put right."""
    parts = unpack(data)
    document = json.loads(parts[name])
    change(document)
    return pack(parts | {name: json.dumps(document).encode()})


def write(folder: Path, data: bytes) -> Path:
    path = folder / "other.relulab"
    path.write_bytes(data)
    return path
