"""What the window remembers between two starts, as one small JSON file that is written atomically.

Not QSettings: its INI files give back ``False`` as ``'false'`` and a list of one as a string.
"""

import dataclasses
import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
from PySide6.QtCore import QIODevice, QSaveFile

from relulab.untrusted import MIB, check_json, read_plain

log = logging.getLogger(__name__)

APPLICATION = "relulab"
LARGEST = MIB  # of the file; it has some thousand bytes
LONGEST = 100_000  # characters of one text
MOST_PROCESSES = 256
MOST = 1_000  # texts in one list


@dataclass(frozen=True, slots=True)
class Settings:
    """``theme`` is system, light or dark. ``threads`` of 0 means chosen by the engine. Empty text means unknown.
    ``processes`` train a map (0: chosen by the program); or the workers of the ``scheduler`` of Dask at this address,
    with its ``certificates``.

    ``geometry`` and ``layout`` are Qt's own window state in base64; ``data_root`` is the user's folder of data sets;
    ``author`` the name on the last report; ``recent`` the paths of the last files, the newest first;
    ``tables`` those of CSV files that may be read without asking; with ``tour_seen`` no tour is shown at the start;
    ``start_page``: a page of sessions and experiments comes first; ``text_size`` is in percent of the desktop's.
    """

    theme: str = "system"
    threads: int = 0
    processes: int = 0
    scheduler: str = ""
    certificates: str = ""
    geometry: str = ""
    layout: str = ""
    folder: str = ""
    data_root: str = ""
    author: str = ""
    recent: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    tour_seen: bool = False
    start_page: bool = True
    text_size: int = 100


def default_processes() -> int:
    """How many processes train a map where nobody chose: two, or one where there is but one core."""
    return min(2, os.cpu_count() or 1)


def config_folder() -> Path:
    """Where settings live; ``RELULAB_CONFIG`` overrides the platform's place."""
    return Path(os.environ.get("RELULAB_CONFIG") or platformdirs.user_config_dir(APPLICATION, appauthor=False))


def log_folder() -> Path:
    """Where log files live; ``RELULAB_LOG`` overrides the platform's place."""
    return Path(os.environ.get("RELULAB_LOG") or platformdirs.user_log_dir(APPLICATION, appauthor=False))


def settings_file() -> Path:
    """The file of the settings."""
    return config_folder() / "settings.json"


def load_settings() -> Settings:
    """The kept settings; what is missing, damaged or of the wrong type is the default."""
    try:
        data = read_plain(settings_file(), LARGEST)
        check_json(data)
        kept = json.loads(data)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        log.warning("settings not read: %s", error)
        return Settings()
    if not isinstance(kept, dict):
        return Settings()
    defaults = dataclasses.asdict(Settings())
    for name in defaults.keys() & kept.keys():
        if not _is_sound(kept[name], defaults[name]):
            log.warning("the setting %s is damaged, its default is used", name)
    known = Settings(**{name: kept[name] for name, value in defaults.items() if _is_sound(kept.get(name), value)})
    if not 0 <= known.threads <= (os.cpu_count() or 1):  # of another machine, or damaged: far too many end the process
        known = dataclasses.replace(known, threads=0)
    return known if 0 <= known.processes <= MOST_PROCESSES else dataclasses.replace(known, processes=0)


def _is_sound(value: object, default: object) -> bool:
    """Whether it is of the type of ``default``, and all of a list are texts, none of them endless."""
    if type(value) is not type(default):
        return False
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return len(texts) <= MOST and all(isinstance(text, str) and len(text) <= LONGEST for text in texts)


def save_settings(settings: Settings) -> None:
    """Keep the settings. A folder that cannot be written costs the memory, never the program."""
    try:
        settings_file().parent.mkdir(parents=True, exist_ok=True)
        write_text(settings_file(), json.dumps(dataclasses.asdict(settings), indent=2))
    except OSError as error:
        log.warning("settings not kept: %s", error)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: a crash or a full disk leaves the earlier one. Raises OSError."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(file.errorString())
    file.write(text.encode("utf-8"))
    if not file.commit():
        raise OSError(file.errorString())
