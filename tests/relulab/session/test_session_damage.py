"""Files that are damaged, or made to do harm: each is refused with a sentence that says what is wrong."""

import json
import os
import struct
import tracemalloc
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from relulab.errors import SessionError
from relulab.session import limits
from relulab.session.file import container
from relulab.session.file.files import FileMark, load_session, save_session
from relulab.untrusted import JSON_DEPTH, SPARE_BYTES
from tests.helpers.effort import at_most
from tests.helpers.packing import edited, listed, pack, unpack, write
from tests.helpers.sessions import assert_same_session, png

RUN = "runs/0123abcd"
LOSS = f"{RUN}/steps/loss.npy"


@pytest.fixture
def refused(tmp_path):
    """Opens bytes as a file, expects a SessionError and returns what it says about the file."""

    def check(data: bytes, says: str = "cannot be opened") -> str:
        path = write(tmp_path, data)
        tracemalloc.start()
        try:
            with pytest.raises(SessionError, match=says) as error:
                load_session(path)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 30 * len(data) + 8 * limits.MIB
        assert str(path) in str(error.value)
        return str(error.value)

    return check


def boundaries(data: bytes) -> list[int]:
    """Where parts begin and end, and where the table of contents does."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        offsets = [info.header_offset for info in archive.infolist()]
        offsets += [info.header_offset + 30 + len(info.filename) for info in archive.infolist()]
        return sorted({*offsets, archive.start_dir, len(data) - 22})


def test_a_file_that_is_cut_off_anywhere(refused, rich_bytes):
    for boundary in boundaries(rich_bytes):
        for end in (boundary - 1, boundary):
            refused(rich_bytes[: max(0, end)], "cut off")
    refused(rich_bytes[:-1], "cut off")


@pytest.fixture
def parts(one_run_bytes):
    return unpack(one_run_bytes)


def some_of(parts: dict[str, bytes]) -> list[str]:
    """The first two and the last part of each folder."""
    folders: dict[str, list[str]] = {}
    for name in parts:
        folders.setdefault(name.rpartition("/")[0], []).append(name)
    return [name for names in folders.values() for name in {*names[:2], names[-1]}]


def test_a_part_that_is_cut_off(refused, parts):
    for name in some_of(parts):
        half = parts[name][: len(parts[name]) // 2]
        refused(pack(parts | {name: half}, parts=listed(parts)), "another size")


def test_every_part_is_needed(refused, parts, tmp_path):
    load_session(write(tmp_path, pack(parts)))
    for name in some_of(parts):
        fewer = {other: data for other, data in parts.items() if other != name}
        refused(pack(fewer, parts=listed(parts)), "is missing")
        if name.endswith("/weights.safetensors") and "/checkpoints/" not in name:
            load_session(write(tmp_path, pack(fewer)))  # of large networks it is not kept
            continue
        assert name in refused(pack(fewer)) or name.endswith("/step.npy")


def test_a_part_too_many(refused, small_bytes):
    parts = unpack(small_bytes)
    refused(pack(parts | {f"{RUN}/steps/other.npy": b""}), "belongs to nothing: runs/0123abcd/steps/other.npy")
    refused(pack(parts | {"runs/00000000/run.json": parts[f"{RUN}/run.json"]}), "belongs to nothing")
    refused(pack(parts | {"pictures/0000.png": png()}), "belongs to nothing")
    refused(pack(parts | {"pictures/0000.png": png()}, parts=listed(parts)), "does not list")


def test_two_parts_of_one_name(refused, small_bytes):
    parts = unpack(small_bytes)
    stream = BytesIO(small_bytes)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("session.json", parts["session.json"])
    refused(stream.getvalue(), "two parts of one name")
    refused(pack(parts, parts=[*listed(parts), listed(parts)[0]]), "lists a part twice")


def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(small, small_bytes, tmp_path):
    """Bits spread over the whole file; more of them in the table of contents, where nothing is checked twice."""
    with zipfile.ZipFile(BytesIO(small_bytes)) as archive:
        directory = 8 * archive.start_dir
    bits = [*range(0, directory, 401), *range(directory, 8 * len(small_bytes), 97)]
    accepted = 0
    for bit in bits:
        data = bytearray(small_bytes)
        data[bit // 8] ^= 1 << bit % 8
        try:
            session = load_session(write(tmp_path, bytes(data)))
        except SessionError:
            continue
        accepted += 1
        assert_same_session(small, session)
    assert accepted < len(bits) / 4  # dates and attributes of parts do not matter


def test_damage_that_the_zip_does_not_notice_is_noticed(refused, small_bytes):
    parts = unpack(small_bytes)
    changed = bytearray(parts[LOSS])
    changed[-1] ^= 1
    refused(pack(parts | {LOSS: bytes(changed)}, parts=listed(parts)), f"{LOSS} is damaged")


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/passwd", "C:\\evil.json", "runs/../session.json", "a\n.npy",
                                  "runs/0123abcd/steps/../../x.npy", "runs/0123ABCD/run.json", "pictures/١٢٣٤.png",
                                  "session.json/", "runs/0123abcd/steps/loss.pkl"])  # fmt: skip
def test_names_that_no_session_has(refused, small_bytes, name, tmp_path):
    parts = unpack(small_bytes) | {name: b"x"}
    before = set(tmp_path.iterdir())
    refused(pack(parts), "a name that no session has")
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "other.relulab"}
    refused(pack(unpack(small_bytes), parts=[*listed(parts)]), "a name that no session has")


def test_a_zip_bomb(refused, small_bytes):
    """A small file whose parts would unpack to far more than it can hold."""
    size = 400 * limits.MIB
    bomb = pack({"session.json": b"{}", LOSS: bytes(size)})
    assert len(bomb) < size / 500
    refused(bomb, "may be a trap")


def test_a_zip_bomb_that_lies_about_its_size(refused, small_bytes):
    """The declared size is small, the data unpack to more: no more than what was declared is unpacked."""
    parts = unpack(small_bytes)
    data = bytearray(pack(parts | {LOSS: bytes(50 * limits.MIB)}, parts=listed(parts)))
    declared = struct.pack("<L", len(parts[LOSS]))
    for marker, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(marker)
        while at >= 0:
            if data[at + offset : at + offset + 4] == struct.pack("<L", 50 * limits.MIB):
                data[at + offset : at + offset + 4] = declared
            at = data.find(marker, at + 1)
    refused(bytes(data), "is damaged")


def test_parts_that_share_their_data(refused, small_bytes):
    """The bomb of overlapping parts: many entries that point to one piece of compressed data."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("runs/00000000/steps/a.npy", np.random.default_rng(0).bytes(2**20))
        first = archive.getinfo("runs/00000000/steps/a.npy")
        for letter in "bcdefgh":
            twin = zipfile.ZipInfo(f"runs/00000000/steps/{letter}.npy")
            for name in ("header_offset", "file_size", "compress_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(first, name))
            archive.filelist.append(twin)
    refused(stream.getvalue(), "packed in a way")


def test_too_many_parts(refused, monkeypatch):
    parts = {f"runs/00000000/steps/{'a' * (i % 40 + 1)}.npy": b"" for i in range(40)}
    monkeypatch.setattr(container, "PARTS", 20)
    refused(pack(parts), "parts that are allowed")


def test_parts_and_files_that_are_too_large(refused, small_bytes, monkeypatch):
    monkeypatch.setitem(limits._BY_SUFFIX, ".json", 100)
    refused(small_bytes, "more than the 0.0 MiB that are allowed")
    monkeypatch.setattr(limits, "TOTAL_BYTES", 1000)
    refused(small_bytes, "more than the 0.0 MiB that are allowed")
    monkeypatch.setattr(container, "FILE_BYTES", 1000)
    refused(small_bytes, "larger than 1,000 bytes")


def test_a_session_that_would_be_too_large_is_not_written(small, tmp_path, monkeypatch):
    path = tmp_path / "x.relulab"
    save_session(small, path)
    before = path.read_bytes()
    monkeypatch.setattr(limits, "TOTAL_BYTES", 1000)
    with pytest.raises(SessionError, match="more than the"):
        save_session(small, path)
    assert path.read_bytes() == before


def test_what_is_no_session_at_all(refused, small_bytes):
    refused(b"", "not a session")
    refused(b"x" * 5000, "not a session")
    refused(pack({}, format="something"), "not a session")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("session.json", "{}")
    refused(stream.getvalue(), "no manifest")
    refused(b"MZ" + small_bytes, "something was added")
    refused(small_bytes + b"x", "cut off")


def test_zips_of_other_kinds(refused, small_bytes):
    parts = unpack(small_bytes)
    for compression in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        refused(pack(parts, compression=compression), "packed in a way")
    stream = BytesIO(small_bytes)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"hello"
    refused(stream.getvalue(), "cut off")
    encrypted = bytearray(small_bytes)
    for at in (encrypted.find(b"PK\x01\x02"), encrypted.find(b"PK\x03\x04")):
        encrypted[at + (8 if encrypted[at + 2] == 1 else 6)] |= 1
    refused(bytes(encrypted), "packed in a way")
    with_pointer = small_bytes[:-22] + b"PK\x06\x07" + bytes(16) + small_bytes[-22:]
    refused(with_pointer, "packed in a way")


def test_r15_a_part_that_lies_outside_of_the_file(refused, small_bytes):
    """An offset in the table of contents that points anywhere, also one of 64 bits."""
    at = small_bytes.find(b"PK\x01\x02")
    for offset in (2**32 - 1, 2**31, len(small_bytes)):
        changed = small_bytes[: at + 42] + struct.pack("<L", offset) + small_bytes[at + 46 :]
        refused(changed)
    huge = struct.pack("<HHQ", 1, 8, 2**64 - 1)  # the extra field of zip64
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.getinfo("manifest.json").extra = b"\x99\x99\x0c\x00" + huge[:12]
    data = stream.getvalue()
    at = data.find(b"PK\x01\x02")
    extra = data.find(b"\x99\x99", at)
    assert extra > 0
    data = data[: at + 42] + b"\xff" * 4 + data[at + 46 : extra] + huge + data[extra + 12 + 4 - 4 :]
    refused(data)


def test_a_newer_version(refused, small_bytes):
    parts = unpack(small_bytes)
    refused(pack(parts | {"something/new.bin": b""}, version=container.VERSION + 1), "newer ReLU Lab made it.*Update")
    for version in (0, -1, 1.5, True, "1", None):
        refused(pack(parts, version=version), "names no version")


def test_an_older_version_is_brought_up_to_date(small, small_bytes, tmp_path, monkeypatch):
    """As if the present version had called the title a name and lossy steps something else."""

    def migrate(readers) -> None:
        document = json.loads(readers["session.json"]())
        document["title"] = document.pop("name")
        readers["session.json"] = lambda: json.dumps(document).encode()
        readers[LOSS] = readers.pop(f"{RUN}/steps/cost.npy")

    parts = unpack(small_bytes)
    document = json.loads(parts["session.json"])
    document["name"] = document.pop("title")
    parts["session.json"] = json.dumps(document).encode()
    parts[f"{RUN}/steps/cost.npy"] = parts.pop(LOSS)
    old = pack(parts, version=container.VERSION)
    monkeypatch.setitem(container.MIGRATIONS, container.VERSION, migrate)
    monkeypatch.setattr(container, "VERSION", container.VERSION + 1)
    assert_same_session(small, load_session(write(tmp_path, old)))


@pytest.mark.parametrize("manifest", [
    {"parts": None}, {"parts": {}}, {"parts": [1]}, {"parts": [{"name": "session.json"}]},
    {"parts": [{"name": 1, "size": 1, "sha256": ""}]}, {"parts": [{"name": "session.json", "size": "1", "sha256": ""}]},
    {"parts": [{"name": "session.json", "size": 1, "sha256": "", "more": 1}]},
    {"parts": [{"name": "session.json", "size": -1, "sha256": ""}]},
])  # fmt: skip
def test_manifests_that_make_no_sense(refused, small_bytes, manifest):
    refused(pack(unpack(small_bytes), **manifest))


def npy(array: np.ndarray, **arguments) -> bytes:
    stream = BytesIO()
    np.lib.format.write_array(stream, array, **arguments)
    return stream.getvalue()


def npy_header(header: str, data: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H" if version == b"\x01\x00" else "<L", len(text)) + text + data


BAD_ARRAYS = {
    "object": (npy(np.array([{}, {}], object), allow_pickle=True), "not a plain array"),
    "wrong type": (npy(np.zeros(3, np.float32)), "type <f4 instead of <f8"),
    "integers": (npy(np.zeros(3, np.int64)), "type <i8 instead of <f8"),
    "big endian": (npy(np.zeros(3, ">f8")), "not a plain array"),
    "text": (npy(np.array(["a"])), "not a plain array"),
    "structured": (npy(np.zeros(3, [("a", "<f8")])), "not a plain array"),
    "Fortran": (npy(np.asfortranarray(np.zeros((2, 3)))), "not a plain array"),
    "enormous": (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }"), "more or fewer"),
    "overflowing": (
        npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }"),
        "shape that no session has",
    ),
    "overflowing to zero": (
        npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483648, 2147483648, 4, 0), }"),
        "shape that no session has",
    ),
    "negative": (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"), "not a plain array"),
    "too many numbers": (npy(np.zeros(3)) + b"\0" * 8, "more or fewer"),
    "too few numbers": (npy(np.zeros(3))[:-8], "more or fewer"),
    "code": (npy_header("{'descr': __import__('os').system('true'), 'shape': (3,)}"), "not a plain array"),
    "nested": (npy_header("(" * 5000), "not a plain array"),
    "version 2": (
        npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", version=b"\x02\x00"),
        "not a plain array",
    ),
    "other rows": (npy(np.zeros(1)), "does not fit the rest"),
    "other dimensions": (npy(np.zeros((2, 1))), "does not fit the rest"),
    "empty": (b"", "not a plain array"),
    "pickle": (b"cos\nsystem\n(S'true'\ntR.", "not a plain array"),
}


@pytest.mark.parametrize("kind", BAD_ARRAYS)
def test_arrays_that_are_none(refused, small_bytes, kind):
    data, says = BAD_ARRAYS[kind]
    assert LOSS in refused(pack(unpack(small_bytes) | {LOSS: data}), says)


def tensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


BAD_TENSORS = {
    "empty": (b"", "damaged"),
    "header that is not there": (struct.pack("<Q", 2**62), "more tensors than are allowed"),
    "header too long": (struct.pack("<Q", 1000) + b"{}", "damaged"),
    "no header": (struct.pack("<Q", 4) + b"hell", "damaged"),
    "enormous": (tensors({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}, b"\0" * 4), "damaged"),
    "overflowing": (tensors({"a": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 0]}}), "damaged"),
    "wide but empty": (
        tensors({"a": {"dtype": "F32", "shape": [0, 2**60], "data_offsets": [0, 0]}}),
        "shape that no session has",
    ),
    "overlapping": (
        tensors({k: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} for k in "ab"}, b"\0" * 4),
        "damaged",
    ),
    "half precision": (save({"a": np.zeros(3, np.float16)}), "a kind that no session has"),
    "a strange name": (save({"../a": np.zeros(3, np.float32)}), "a kind that no session has"),
    "too many": (save({f"a{i}": np.zeros(1, np.float32) for i in range(limits.TENSORS + 1)}), "holds more than"),
}


@pytest.mark.parametrize("kind", BAD_TENSORS)
@pytest.mark.parametrize("part", ["weights", "training"])
def test_tensors_that_are_none(refused, rich, rich_bytes, kind, part):
    data, says = BAD_TENSORS[kind]
    run = rich.runs[0]
    name = f"runs/{run.key}/checkpoints/{run.checkpoints[0].step:012}/{part}.safetensors"
    assert name in refused(pack(unpack(rich_bytes) | {name: data}), says)


def test_a_tensor_that_belongs_to_nothing(refused, rich, rich_bytes):
    run = rich.runs[0]
    name = f"runs/{run.key}/checkpoints/{run.checkpoints[0].step:012}/training.safetensors"
    refused(pack(unpack(rich_bytes) | {name: save({"other.a": np.zeros(3, np.float32)})}), "belongs to nothing")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000,
                                  b"[" * 40 + b"]" * 40, b"9" * 10_000, b'{"title": 1}'])  # fmt: skip
@pytest.mark.parametrize("name", ["session.json", f"{RUN}/run.json"])
def test_text_that_is_none(refused, small_bytes, name, text):
    assert name in refused(pack(unpack(small_bytes) | {name: text}))


def test_nesting_up_to_the_limit_is_read(small_bytes, refused):
    def nested(levels: int):
        value: object = 1
        for _ in range(levels):
            value = [value]
        return edited(small_bytes, f"{RUN}/run.json", lambda run: run.update(findings=value))

    refused(nested(JSON_DEPTH - 1), "findings")  # no findings, but read
    refused(nested(JSON_DEPTH), "nested more than 32 levels")


CHANGES = {
    "unknown field": ({"more": 1}, "there is no such field"),
    "unknown state": ({"state": "asleep"}, "state"),
    "negative": ({"probe_samples": -1}, "probe_samples"),
    "unknown picture": ({"picture": "hologram"}, "no picture of the kind"),
    "no picture": ({"picture": ""}, "belongs to nothing"),
    "other picture": ({"picture": "scatter"}, "is missing"),
    "checkpoints in disorder": ({"checkpoints": [4, 2]}, "not in order"),
    "checkpoint that is not there": ({"checkpoints": [4]}, "is missing"),
    "a parent that is none": ({"parent": "../../.."}, "parent"),
    "a change without fields": ({"changes": [{"step": 1}]}, "changes"),
    "an enormous number": ({"probe_samples": 10**30}, "probe_samples"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_runs_that_are_not_described_as_runs_are(refused, small_bytes, kind):
    change, says = CHANGES[kind]
    refused(edited(small_bytes, f"{RUN}/run.json", lambda run: run.update(change)), says)


def change_spec(**parts):
    def change(run) -> None:
        for part, fields in parts.items():
            run["spec"][part] = {**run["spec"][part], **fields} if isinstance(fields, dict) else fields

    return change


SPECS = {
    "unknown field": (change_spec(model={"colour": 1}), "model.colour"),
    "unknown optimizer": (change_spec(training={"optimizer": "magic"}), "There is no optimizer named 'magic'"),
    "out of range": (change_spec(training={"learning_rate": -1}), "learning_rate"),
    "newer": (change_spec(schema_version=99), "version 99.*update"),
    "does not fit the data": (change_spec(training={"loss": "cross_entropy"}), "cannot be built"),
    "other network": (change_spec(model={"layers": ["dense", "dense", "dense"]}), "does not fit the rest"),
    "not a table": (lambda run: run.update(spec=[]), "not an experiment"),
}


@pytest.mark.parametrize("kind", SPECS)
def test_a_design_that_no_longer_validates(refused, small_bytes, kind):
    change, says = SPECS[kind]
    assert f"{RUN}/run.json" in refused(edited(small_bytes, f"{RUN}/run.json", change), says) or kind == "other network"


DESCRIPTIONS = {
    "enormous": ({"input_shape": [10**12]}, "shape of the data"),
    "no dimensions": ({"input_shape": []}, "shape of the data"),
    "negative": ({"outputs": -1}, "shape of the data"),
    "another task": ({"task": "classification"}, "type <f4 instead of <i8"),
    "other inputs": ({"input_shape": [2]}, "samples of another shape"),
    "other outputs": ({"outputs": 3}, "samples of another shape|does not fit"),
}


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_data_that_are_not_as_described(refused, small_bytes, kind):
    change, says = DESCRIPTIONS[kind]
    refused(edited(small_bytes, f"{RUN}/run.json", lambda run: run["description"].update(change)), says)


def test_samples_of_classes_that_are_not_there(refused, rich, rich_bytes):
    name = f"runs/{rich.runs[0].key}/sample/train_targets.npy"
    parts = unpack(rich_bytes)
    for bad in (-1, 2):
        labels = npy(np.full(60, bad, np.int64))
        refused(pack(parts | {name: labels}), "classes that its data do not have")
    name = f"runs/{rich.runs[0].key}/sample/scale.npy"
    refused(pack(parts | {name: npy(np.ones(3, np.float32))}), "scaling that does not fit")


def test_pictures_that_are_none(refused, rich_bytes):
    parts = unpack(rich_bytes)
    enormous = png()[:16] + struct.pack(">II", 2**30, 2**30) + png()[24:]
    for data in (b"", b"GIF89a", enormous, png()[:20]):
        refused(pack(parts | {"pictures/0000.png": data}), "not a PNG picture")


CERTIFICATE = {"layer": 0, "unit": 0, "died_in": 1, "replayed_to": 1, "born_dead": False, "batch": [], "problem": ""}
CERTIFICATE |= dict.fromkeys(("learning_rate", "loss", "gradient_norm", "bias_before", "bias_after"), 0.0)
CERTIFICATE |= dict.fromkeys(("weight_norm_before", "weight_norm_after", "max_before", "max_after"), 0.0)


@pytest.mark.parametrize("change", [{"layer": 2}, {"layer": -1}, {"unit": 6}, {"unit": -1}, {"loss": "high"}, {"x": 1}])
def test_certificates_of_units_that_are_not_there(refused, small_bytes, change, tmp_path):
    def with_certificate(certificate):
        return edited(small_bytes, f"{RUN}/run.json", lambda run: run.update(certificates=[certificate]))

    load_session(write(tmp_path, with_certificate(CERTIFICATE)))
    refused(with_certificate(CERTIFICATE | change))


def edit_finding(data: bytes, **change: object) -> bytes:
    """The first finding that stands changed."""
    name = next(name for name in unpack(data) if name.endswith("run.json"))
    return edited(data, name, lambda run: run["findings"]["current"][0].update(change))


def test_r15_states_of_units_that_there_are_not(refused, small_bytes):
    name = f"{RUN}/probes/unit_status.npy"
    parts = unpack(small_bytes)
    states = np.load(BytesIO(parts[name]))
    for bad in (5, 128, 255):
        states[-1, -1] = bad
        refused(pack(parts | {name: npy(states)}), "states that no unit has")


def test_steps_that_go_backwards(refused, small_bytes):
    name = f"{RUN}/steps/step.npy"
    parts = unpack(small_bytes)
    steps = np.load(BytesIO(parts[name]))
    refused(pack(parts | {name: npy(steps[::-1].copy())}), "not in order")
    refused(pack(parts | {name: npy(steps - 1)}), "not in order")


MANY = 1_000_000
TOO_MANY: dict[str, dict[str, Any]] = {
    "experiments": {"experiments": [{}] * MANY},
    "experiments, a few too many": {"experiments": [{}] * (limits.EXPERIMENTS + 1)},
    "layers": {"experiments": [{"model": {"layers": [{}] * MANY}}]},
    "layers that are none": {"experiments": [{"model": {"layers": ["x"] * MANY}}]},
    "layers, a few too many": {"experiments": [{"model": {"layers": ["dense"] * 1001}}]},
    "fields": {f"a{number}": 1 for number in range(MANY)},
    "parameters": {"experiments": [{"data": {"dataset": {"parameters": {f"a{n}": n for n in range(MANY)}}}}]},
    "runs": {"runs": [1] * MANY},
    "keys of runs": {"runs": [f"{number:08x}" for number in range(limits.RUNS + 1)]},
    "pictures": {"pictures": [{}] * MANY},
    "maps": {"maps": limits.MAPS + 1},
    "a title": {"title": "x" * 1001},
    "notes": {"notes": "x" * 1_000_001},
    "notes of one letter that is wide": {"notes": "x" * 10_000_000 + "\U0001f642"},
    "the name of a design": {"experiments": [{"name": "x" * 1001}]},
    "a device": {"experiments": [{"training": {"device": "cuda:" + "1" * 100}}]},
    "a path": {"experiments": [{"data": {"dataset": {"name": "csv", "parameters": {"path": "x" * 10_001}}}}]},
    "digits": {"experiments": [{"training": {"steps": 10**101}}]},
}


@pytest.mark.parametrize("kind", TOO_MANY)
def test_r4_more_than_a_session_has_is_refused_at_once(tmp_path, kind):
    """From a small file, within 10 s and twice the size that it declares, and what is left over for any."""
    empty = {"title": "", "author": "", "notes": "", "experiments": [], "runs": [], "pictures": []}
    text = json.dumps(empty | TOO_MANY[kind]).encode()
    path = write(tmp_path, pack({"session.json": text}))
    with at_most(10), pytest.raises(SessionError, match="cannot be opened") as error:
        load_session(path)
    tracemalloc.start()
    try:
        with pytest.raises(SessionError):
            load_session(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(text) + SPARE_BYTES + 8 * limits.MIB
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("field", ["changes", "certificates", "verdicts", "checkpoints"])
def test_r4_lists_of_a_run_are_bounded(refused, small_bytes, field):
    refused(
        edited(small_bytes, f"{RUN}/run.json", lambda run: run.update({field: [{}] * 100_000})), "at most .* allowed"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_r11_only_plain_files_are_opened(tmp_path, small):
    """A pipe would be waited for, a device fills the memory."""
    pipe, link = tmp_path / "pipe.relulab", tmp_path / "link.relulab"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path in (pipe, link, tmp_path):
        with pytest.raises(SessionError, match="it is not a file but"):
            load_session(path)
        with pytest.raises(SessionError, match="it is not a file but"):
            FileMark.of(path)


def test_findings_about_what_is_not_there(refused, one_run_bytes):
    refused(edit_finding(one_run_bytes, layer="9_dense"), "a finding is about")
    refused(edit_finding(one_run_bytes, units=[6]), "a finding is about")
    refused(edit_finding(one_run_bytes, units=[-1]), "units")
    refused(edit_finding(one_run_bytes, severity="terrible"), "severity")


def test_the_text_of_a_finding_is_not_a_template(one_run_bytes, tmp_path):
    """A width of a billion or an attribute of a value: shown as it is, not filled in."""
    evil = "{share:>1000000000} {0.__class__} {"
    session = load_session(write(tmp_path, edit_finding(one_run_bytes, explanation=evil, why=evil)))
    assert str(session.runs[0].history.findings.current[0].explanation) == evil


@pytest.mark.parametrize(
    "place", [["data", "dataset", "parameters", "path"], ["data", "dataset"], ["data"], [], ["name"]]
)
def test_r5_a_cure_out_of_a_file_changes_model_and_training_only(one_run_bytes, tmp_path, place):
    good = {"path": ["training", "learning_rate"], "value": 0.1}
    fixes = [
        {"key": "good", "title": "good", "changes": [good]},
        {"key": "evil", "title": "evil", "changes": [good, {"path": place, "value": "/etc/passwd"}]},
    ]
    session = load_session(write(tmp_path, edit_finding(one_run_bytes, fixes=fixes)))
    (cure,) = session.runs[0].history.findings.current[0].cures
    assert cure.key == "good"


def test_keys_of_runs_and_their_order(refused, small_bytes):
    refused(edited(small_bytes, "session.json", lambda s: s.update(runs=["0123abcd"] * 2)), "listed twice")
    refused(edited(small_bytes, "session.json", lambda s: s.update(runs=["../../ab"])), "runs")
    refused(edited(small_bytes, "session.json", lambda s: s.update(runs=[])), "belongs to nothing")
    refused(edited(small_bytes, "session.json", lambda s: s.update(runs=["00000000"])), "is missing")


def test_a_checkpoint_about_another_step(refused, rich, rich_bytes):
    run = rich.runs[0]
    name = f"runs/{run.key}/checkpoints/{run.checkpoints[0].step:012}/checkpoint.json"
    refused(edited(rich_bytes, name, lambda checkpoint: checkpoint.update(step=5)), "another step")
