"""What the shared options mean: which experiment, changed in what, on which data."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relulab.cli.table_options import IMAGES, parameters_of
from relulab.cluster.addresses import Scheduler, Workers
from relulab.data.dataset import Progress, Source
from relulab.data.own_images import KEY as OWN_IMAGES
from relulab.data.table import KEY
from relulab.data.table_reading import settled
from relulab.data.tables.choices import KNOWN_TO_FIRST
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset
from relulab.experiment.setting_paths import path_of, value_of, with_settings
from relulab.formatting import quoted
from relulab.untrusted import EXPERIMENT_BYTES, read_plain

if TYPE_CHECKING:
    from relulab.session.session import Session


def read_experiment(text: str) -> ExperimentSpec:
    """The experiment of a preset's name or of a JSON file. Raises SpecError."""
    if text in PRESETS:
        return load_preset(text)
    path = Path(text)
    if path.exists() and not path.is_dir():
        return ExperimentSpec.from_json(_decode(path))
    if path.suffix or len(path.parts) != 1:
        raise SpecError(f"There is no experiment file {path}. Give a preset's name or the path of a JSON file.")
    return load_preset(text)


def read_session(path: Path, read_tables: bool) -> "Session":
    """A session. The tables that it names are read only where ``read_tables`` allows it. Raises SessionError."""
    from relulab.data.untrusted_paths import release
    from relulab.session.file.files import load_session
    from relulab.session.outside_files import files_named_by

    session = load_session(path)
    if read_tables:
        release(files_named_by(session))
    return session


def read_design(text: str, read_tables: bool) -> ExperimentSpec:
    """As ``read_experiment``, or the newest design of a session file. Raises SpecError and SessionError."""
    if Path(text).suffix != ".relulab":
        return read_experiment(text)
    session = read_session(Path(text), read_tables)
    if session.runs:
        return session.runs[-1].history.info.spec
    raise SpecError(f"{text} holds no run that could be diagnosed.")


def change(spec: ExperimentSpec, settings: list[str] | None) -> ExperimentSpec:
    """The experiment with every ``path=value`` applied, validated at the end. Raises SpecError."""
    if not settings:
        return spec
    placed = []
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not _is_text(setting):
            raise SpecError(f"--set {quoted(path)}: it holds letters that are no text in UTF-8.")
        if not equals or not path:
            raise SpecError(f"--set {setting}: write PATH=VALUE, for example training.learning_rate=0.01.")
        placed.append((path_of(path), value_of(value.strip())))
    return with_settings(spec, placed)


def adapt(
    spec: ExperimentSpec,
    settings: list[str] | None,
    seed: int | None = None,
    table: Mapping[str, str] | None = None,
    **training: Any,
) -> ExperimentSpec:
    """``change`` with settings of the ``training`` that have options of their own; None: that was not given.

    ``seed`` is one seed for data, initial weights and batch order. ``table`` says how a table is read, or which images
    are learned from; what was found out about a table is written down, too.
    """
    options = [f"training.{name}={value}" for name, value in training.items() if value is not None]
    changed = _with_own_data(change(spec, [*(settings or []), *options]), table or {})
    if seed is None:
        return changed
    return change(changed, [f"{part}.seed={seed}" for part in ("data", "model", "training")])


def _with_own_data(spec: ExperimentSpec, given: Mapping[str, str]) -> ExperimentSpec:
    if IMAGES not in given:
        return with_table(spec, given)
    others = {name: value for name, value in given.items() if name != IMAGES}
    chosen = {"name": OWN_IMAGES, "parameters": {"path": given[IMAGES]}}
    data = spec.data.replace(dataset=chosen, train_size=None, validation_size=None, test_size=None)
    return with_table(spec.replace(data=data), others)


def with_table(spec: ExperimentSpec, given: Mapping[str, str]) -> ExperimentSpec:
    """The experiment with choices about its table, and with what was found out. Raises SpecError where it has none."""
    chosen = spec.data.dataset
    if chosen.name != KEY:
        if given:
            raise SpecError(
                f"--table-{next(iter(given))}: the data set of this experiment is {chosen.entry.title}, not a table."
            )
        return spec
    changed = chosen.parameters | parameters_of(given)
    if any(name not in KNOWN_TO_FIRST for name in given):
        changed["reading"] = "checked"
    chosen = chosen.replace(parameters=chosen.entry.complete(changed))
    return spec.replace(data=spec.data.replace(dataset=chosen.replace(parameters=settled(chosen.parameters))))


def source(data_root: Path | None, download: bool, progress: Progress) -> Source:
    """Where data may come from. Raises SpecError where the folder does not exist."""
    if data_root is not None and not data_root.is_dir():
        raise SpecError(f"--data-root {data_root}: there is no such folder.")
    return Source(root=data_root, allow_download=download, progress=progress)


def workers(jobs: int, address: str | None, certificates: Path | None, trust_network: bool) -> Workers:
    """Who trains. Raises SpecError."""
    if address is None:
        if certificates is not None or trust_network:
            raise SpecError("--certificates and --trust-network say how a scheduler is reached: give --scheduler, too.")
        return Workers.of(jobs)
    return Workers.of(jobs, Scheduler(address, certificates, trust_network))


def _decode(path: Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 as some Windows shells write it."""
    try:
        data = read_plain(path, EXPERIMENT_BYTES)
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror or error}.") from None
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not an experiment: it is not a text file ({error.reason}).") from None


def _is_text(text: str) -> bool:
    """Whether it can be written: a shell may hand over bytes of another encoding."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
