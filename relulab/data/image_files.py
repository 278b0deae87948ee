"""Image sets that are downloaded or brought by the user: find them, check them, fetch them, take them in.

They are looked for in the user's own folder first, then in the cache. Every file is checked each time it is
read, so whatever is returned is the published data set; the set that was read last is kept, and not read again
before its files change.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from relulab.callbacks import ignore
from relulab.data.cache import cache_folder, remove, write_whole
from relulab.data.cifar import CIFAR10
from relulab.data.dataset import Pool, Progress, Source
from relulab.data.idx_sets import FASHION_MNIST, KMNIST, MNIST, IdxSet, idx_content
from relulab.data.image_search import Search
from relulab.data.torchvision_import import torchvision_datasets
from relulab.errors import DataCorruptError, DataMissingError, PublishedDataError

MIRROR_VARIABLE = "RELULAB_MIRROR"  # the address of a folder with the files; only this one is asked then
COPY_CHUNK = 2**20  # bytes


class Readable(Protocol):
    """What can be read of its files."""

    def read(self, files: Mapping[str, Path], progress: Progress) -> Pool:
        """All images and classes. Raises DataCorruptError for files that are not the published ones."""
        ...


class ImageSet(Readable, Protocol):
    """What finding and fetching needs to know of an image set."""

    @property
    def title(self) -> str: ...
    @property
    def torchvision_name(self) -> str: ...
    @property
    def class_names(self) -> tuple[str, ...]: ...
    @property
    def file_names(self) -> Mapping[str, str]:
        """File names that are known, the preferred first, and which of the set's files each one is."""
        ...

    def places(self, root: Path) -> tuple[Path, ...]:
        """Folders under ``root`` in which the files may lie; in the cache, they are kept in the first."""
        ...

    def missing(self, found: Collection[str]) -> list[str]:
        """The files of the set that are lacking beside ``found``."""
        ...


KEPT_AT_MOST = 64 * 2**20  # bytes of images that stay in memory
SETTLED = 2 * 10**9  # nanoseconds after which a file that is written again has another time for sure


class _LastRead:
    """The image set that was read and checked last: the next run on it, and other scalings of it, read nothing.

    It belongs to the whole process, for as long as the files are the same by name, size and times.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._files: Hashable = None
        self._pool: Pool | None = None

    def read(self, images: Readable, files: Mapping[str, Path], progress: Progress) -> Pool:
        """As ``images.read``."""
        with self._reading:
            state = _state_of(files)
            if self._pool is not None and state is not None and state == self._files:
                return self._pool
            self._files, self._pool = None, None
            pool = images.read(files, progress)
            parts = [part for part in (pool.train, pool.test) if part is not None]
            if state is not None and sum(part.inputs.nbytes for part in parts) <= KEPT_AT_MOST:
                self._files, self._pool = state, pool
            return pool


_KEPT = _LastRead()


def _state_of(files: Mapping[str, Path]) -> Hashable:
    """What changes when one of the files becomes another; None where that cannot be told (yet)."""
    try:
        found = [(part, str(path), path.stat()) for part, path in sorted(files.items())]
    except OSError:
        return None
    if any(time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) < SETTLED for _, _, stat in found):
        return None
    return tuple((part, path, s.st_size, s.st_ino, s.st_mtime_ns, s.st_ctime_ns) for part, path, s in found)


IMAGE_SETS: dict[str, ImageSet] = {"mnist": MNIST, "fashion_mnist": FASHION_MNIST, "kmnist": KMNIST, "cifar10": CIFAR10}


def load_images(name: str, source: Source) -> Pool:
    """All images of the set ``name``; downloaded first if they are absent or damaged and ``source`` allows it.

    Raises DataMissingError, DataCorruptError, and what ``download_images`` raises.
    """
    images = IMAGE_SETS[name]
    damage: DataCorruptError | None = None
    for files in _complete(images, source):
        try:
            return _KEPT.read(images, files, source.progress)
        except DataCorruptError as error:
            damage = damage or error
    problems: tuple[str, ...] = ()
    if source.root and isinstance(images, IdxSet):
        search = Search.below([source.root])
        problems = search.problems
        try:
            if parts := search.parts_of(images):
                return images.pool({part: found.array for part, found in parts.items()})
        except DataCorruptError as error:
            damage = damage or error
    if not source.allow_download:
        raise damage or PublishedDataError(" ".join([_how_to_get(images, source), *problems]))
    download_images(name, source.progress)
    return images.read(_find(images, _kept_in(images)), source.progress)


def download_images(name: str, progress: Progress = ignore, mirrors: Sequence[str] | None = None) -> None:
    """Fetch the published files of the set ``name`` into the cache; those that are there and right are kept.

    ``mirrors`` are addresses of folders, by default those that torchvision knows. Where RELULAB_MIRROR names one,
    only that is asked, and its archives may be packed anew: what they hold is checked. Imports torch. Raises
    DataMissingError without a network, DataCorruptError for wrong files, CancelledError, and DataError for a
    full disk or a cache folder that cannot be written.
    """
    from relulab.data.download import download  # here: the window starts without what the network needs

    images = IMAGE_SETS[name]
    progress(0, 0, f"Preparing to download {images.title}")
    archives, published_at = _published(images)
    own = None if mirrors else os.environ.get(MIRROR_VARIABLE)
    addresses = [own] if own else mirrors or published_at
    for index, (file_name, md5) in enumerate(archives):
        path = _kept_in(images) / file_name
        if _is(path.is_file) and _md5(path) == md5:
            continue
        count = f" ({index + 1} of {len(archives)})" if len(archives) > 1 else ""
        urls = [f"{address.rstrip('/')}/{file_name}" for address in addresses]
        download(urls, path, "" if own else md5, _titled(progress, f"Downloading {images.title}{count}"))
    _remove_others(images, [file_name for file_name, _ in archives])
    if own:
        _check_mirrored(images, progress)


def _check_mirrored(images: ImageSet, progress: Progress) -> None:
    """What came from a mirror of the user's own must be the set. Raises DataCorruptError, and leaves nothing then."""
    try:
        images.read(_find(images, _kept_in(images)), progress)
    except DataCorruptError as error:
        _remove_others(images, [])
        raise DataCorruptError(f"What arrived is not {images.title}. {error}") from None


def import_files(name: str, paths: Sequence[Path], progress: Progress = ignore) -> None:
    """Check the user's own ``paths`` (files, folders, archives; sets like MNIST whatever their files are called) and
    copy what they hold into the cache.

    Raises DataMissingError when files are lacking, DataCorruptError when one is not what it should be, and
    DataError when the cache folder cannot be written.
    """
    images = IMAGE_SETS[name]
    found: dict[str, Path] = {}
    for path in paths:
        if _is(path.is_dir):
            for folder in images.places(path):
                found = _find(images, folder) | found
        elif path.name in images.file_names:
            found.setdefault(images.file_names[path.name], path)
    if lacking := images.missing(found):
        if isinstance(images, IdxSet) and (parts := Search.below(paths).parts_of(images)):
            for part, checked in parts.items():
                write_whole(_kept_in(images) / part, [idx_content(checked.array)])
            _remove_others(images, list(parts))
            return
        raise DataMissingError(
            f"{images.title} cannot be imported: {', '.join(lacking)} not found. "
            "Choose the folder that holds all files, compressed or not, under their published names."
        )
    images.read(found, progress)
    for file in found.values():
        write_whole(_kept_in(images) / file.name, _chunks(file))
    _remove_others(images, [file.name for file in found.values()])


def is_kept(name: str) -> bool:
    """Whether all files of the set ``name`` lie in the cache. They are not read."""
    images = IMAGE_SETS[name]
    return not images.missing(_find(images, _kept_in(images)))


def is_there(name: str, source: Source) -> bool:
    """Whether all files of the set ``name`` lie in the cache or in the folder of ``source``. They are not read."""
    return next(_complete(IMAGE_SETS[name], source), None) is not None


def verify_images(name: str, folder: Path | None = None) -> list[str]:
    """Check the files of the set ``name`` in ``folder`` (or an archive; by default the cache): a line for each.

    Raises DataMissingError where files are lacking, DataCorruptError where one is not what it should be.
    """
    images, place = IMAGE_SETS[name], folder or _kept_in(IMAGE_SETS[name])
    if isinstance(images, IdxSet):
        search = Search.below([place])
        if parts := search.parts_of(images):
            return [f"{checked.where}: {images.verdict(part)}" for part, checked in parts.items()]
        lacking = images.missing({part.name for part in search.parts})
        problems = search.problems
    else:
        found = next((found for at in images.places(place) if not images.missing(found := _find(images, at))), {})
        if found:
            images.read(found, ignore)
            return [f"{path}: as it was published" for path in found.values()]
        lacking, problems = images.missing(found), ()
    said = ", ".join(lacking) if lacking else "one place with all parts"
    raise DataMissingError(" ".join([f"{place} lacks parts of {images.title}: {said}.", *problems]))


def _complete(images: ImageSet, source: Source) -> Iterator[dict[str, Path]]:
    """The places that hold all files, in the order in which they are looked at."""
    for folder in _folders(images, source):
        found = _find(images, folder)
        if not images.missing(found):
            yield found


def _folders(images: ImageSet, source: Source) -> list[Path]:
    own = images.places(source.root) if source.root else ()
    return [*own, _kept_in(images)]


def _kept_in(images: ImageSet) -> Path:
    return images.places(cache_folder())[0]


def _is(check: Callable[[], bool]) -> bool:
    """``path.is_file()`` or ``path.is_dir()``; what may not be looked at counts as absent."""
    try:
        return check()
    except OSError:
        return False


def _find(images: ImageSet, folder: Path) -> dict[str, Path]:
    """The files of the set that are in ``folder``."""
    found: dict[str, Path] = {}
    for file_name, name in images.file_names.items():
        if name not in found and _is((folder / file_name).is_file):
            found[name] = folder / file_name
    return found


def _published(images: ImageSet) -> tuple[list[tuple[str, str]], list[str]]:
    """The archives that torchvision knows, each with its MD5, and the addresses of the folders that hold them."""
    known = getattr(torchvision_datasets(), images.torchvision_name)
    if hasattr(known, "resources"):
        return list(known.resources), list(known.mirrors)
    return [(known.filename, known.tgz_md5)], [known.url.removesuffix(known.filename)]


def _remove_others(images: ImageSet, kept: Collection[str]) -> None:
    """Remove other copies of the set from the cache, so that no old, perhaps damaged one is preferred."""
    for file_name in images.file_names:
        if file_name not in kept:
            remove(_kept_in(images) / file_name)


def _titled(progress: Progress, title: str) -> Progress:
    return lambda done, total, what: progress(done, total, title)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(COPY_CHUNK):
                yield chunk
    except OSError as error:
        raise DataMissingError(f"{path} cannot be read ({error.strerror or error}).") from None


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _how_to_get(images: ImageSet, source: Source) -> str:
    """What is missing, where it was looked for, and three ways to get it."""
    lines = [
        f"{images.title} is not on this machine.",
        "Download it, import its files, or name the folder that holds them.",
    ]
    if source.root and not _is(source.root.is_dir):
        lines.append(f"There is no folder {source.root} that can be read.")
    for folder in _folders(images, source):
        if found := _find(images, folder):
            lines.append(f"{folder} lacks {', '.join(images.missing(found))}.")
    lines.append("Looked in: " + "; ".join(map(str, _folders(images, source))) + ".")
    return " ".join(lines)
