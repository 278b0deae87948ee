"""Fetch one published file: mirrors in turn, checked by its MD5, cancelled at any time, never half a file."""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from relulab.callbacks import ignore
from relulab.data.cache import write_whole
from relulab.data.dataset import Progress
from relulab.errors import DataCorruptError, DataMissingError

CHUNK = 64 * 1024  # bytes between two looks at whether the user has cancelled
TIMEOUT = 20.0  # seconds without a byte after which a mirror counts as silent


def download(
    urls: Sequence[str], path: Path, md5: str, progress: Progress = ignore, *, timeout: float = TIMEOUT
) -> None:
    """Fetch the first of ``urls`` that delivers the file with this ``md5`` (empty: any), and put it at ``path``.

    ``progress`` may raise CancelledError; nothing is left behind then. Raises DataMissingError when no mirror
    answers, DataCorruptError when those that did sent something else, DataError when ``path`` cannot be written.
    """
    failures: list[str] = []
    delivered = False
    for url in urls:
        try:
            write_whole(path, _stream(url, path.name, md5, progress, timeout))
            return
        except DataMissingError as error:
            failures.append(f"{url}: {error}")
        except DataCorruptError as error:
            failures.append(f"{url}: {error}")
            delivered = True
    tried = "You can also fetch it elsewhere and import it. Tried:\n" + "\n".join(failures)
    if delivered:
        raise DataCorruptError(
            f"What arrived as {path.name} is not the published file. Perhaps a login page of your network answered "
            f"instead. {tried}"
        )
    raise DataMissingError(f"{path.name} could not be downloaded. Is this computer online? {tried}")


def _stream(url: str, name: str, md5: str, progress: Progress, timeout: float) -> Iterator[bytes]:
    """The bytes at ``url``; at their end, DataCorruptError if they are not what they should be."""
    digest = hashlib.md5(usedforsecurity=False)
    done = 0
    try:
        with _opened(url, timeout) as response:
            total = int(response.headers.get("Content-Length") or 0)
            progress(0, total, name)
            while chunk := response.read1(CHUNK):
                digest.update(chunk)
                done += len(chunk)
                yield chunk
                progress(done, total, name)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataMissingError(_reason(error)) from None
    if done < total:
        raise DataMissingError(f"the connection ended after {done:,} of {total:,} bytes")
    if md5 and digest.hexdigest() != md5:
        raise DataCorruptError(f"sent a file with the MD5 {digest.hexdigest()} instead of {md5}")


def _reason(error: Exception) -> str:
    """What went wrong on the way, without the wrapping of ``urllib``."""
    if isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError):
        return getattr(error.reason, "strerror", None) or str(error.reason)  # without the number of the system
    return str(error) or type(error).__name__


def _opened(url: str, timeout: float) -> http.client.HTTPResponse:
    if not url.startswith(("http://", "https://")):
        raise ValueError("only http and https addresses can be downloaded")
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()  # it holds the connection
        raise
    return response
