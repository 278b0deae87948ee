"""The set-up script: it refuses, repairs, names what is missing and starts what was asked for."""

import ast
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from relulab.experiment.presets import DEFAULT_PRESET
from tests.helpers.paths import ROOT
from tools import system

posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")


def load_dev() -> ModuleType:
    found = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


dev = load_dev()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout, with a space and an accent in its path."""
    root = tmp_path / "fresh é clone"
    root.mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    return root


@pytest.fixture
def prepared(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose environment is finished: its Python is the one that runs the tests."""
    environment = dev.Environment(checkout)
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environment.python.chmod(0o755)
    environment.stamp.write_text(environment.wanted_stamp(), encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", checkout)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return checkout


class Installed(dev.Environment):  # type: ignore[name-defined,misc]  # loaded from a path
    """An environment that is really made, but only notes that packages were to be installed."""

    fails = False
    installs = 0

    def _install(self) -> None:
        self.installs += 1
        if self.fails:
            raise dev.SetupError("no network")


# --- Python's version -------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_these_pythons_are_accepted(version: tuple[int, int]) -> None:
    assert dev.refusal(version) == ""


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_other_pythons_are_refused_by_name(version: tuple[int, int]) -> None:
    message = dev.refusal(version)
    assert f"Python {version[0]}.{version[1]}" in message
    assert "3.11, 3.12 or 3.13" in message


def test_an_old_python_reads_the_script_far_enough_to_refuse() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_before_anything_is_installed_it_needs_the_standard_library_alone(tmp_path: Path) -> None:
    """From any folder, with a Python that has no package."""
    for part in ("dev.py", "tools"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, tmp_path / part)
    command = [sys.executable, "-S", "-W", "error", str(tmp_path / "dev.py"), "help"]
    result = subprocess.run(command, cwd=tmp_path.parent, env={"PATH": ""}, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert "python3 dev.py COMMAND" in result.stdout


# --- The virtual environment ------------------------------------------------------------------------


def test_an_environment_is_repaired_and_then_left_alone(checkout: Path) -> None:
    interrupted = Installed(checkout)
    interrupted.fails = True
    with pytest.raises(dev.SetupError):
        interrupted.prepare()
    assert not interrupted.stamp.exists()
    debris = interrupted.folder / "half-installed.txt"
    debris.write_text("left over")

    repaired = Installed(checkout)
    repaired.prepare()
    assert repaired.installs == 1
    assert not debris.exists()
    assert subprocess.run([str(repaired.python), "-c", "import pip"]).returncode == 0

    again = Installed(checkout)
    again.prepare()
    assert again.installs == 0


@posix_only
def test_changed_pins_update_the_environment_in_place(prepared: Path) -> None:
    with (prepared / "constraints.txt").open("a") as file:
        file.write("another==1.0\n")
    kept = prepared / ".venv" / "kept.txt"
    kept.write_text("still here")
    environment = Installed(prepared)
    environment.prepare()
    assert environment.installs == 1
    assert kept.exists()
    assert environment.present_stamp() == environment.wanted_stamp()


@posix_only
def test_an_interrupted_update_leaves_no_stamp(prepared: Path) -> None:
    with (prepared / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    environment = Installed(prepared)
    environment.fails = True
    with pytest.raises(dev.SetupError):
        environment.prepare()
    assert environment.present_stamp() == ""


@posix_only
def test_another_python_makes_the_environment_anew(prepared: Path) -> None:
    environment = Installed(prepared)
    environment.stamp.write_text(environment.wanted_stamp().replace(sys.implementation.cache_tag, "cpython-310"))
    environment.prepare()
    assert (environment.folder / "pyvenv.cfg").exists()  # the stand-in had none


@posix_only
def test_an_environment_that_is_a_link_is_not_emptied(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "of another project"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("still here")
    (checkout / ".venv").symlink_to(elsewhere)
    with pytest.raises(dev.SetupError, match="Remove the link"):
        Installed(checkout).prepare()
    assert (elsewhere / "kept.txt").exists()


@posix_only
def test_a_moved_checkout_is_installed_again(prepared: Path) -> None:
    moved = prepared.rename(prepared.with_name("moved"))
    environment = Installed(moved)
    environment.prepare()
    assert environment.installs == 1


def test_a_failing_pip_says_what_to_do(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout))
    environment = dev.Environment(checkout)
    with pytest.raises(dev.SetupError, match="run the same command again"):
        environment.prepare()
    assert not environment.stamp.exists()


def test_every_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().replace("_", "-").split("==") for line in lines if line and not line.startswith("#"))
    groups = project["optional-dependencies"]
    for text in [*project["dependencies"], *groups["test"], *groups["dev"]]:
        requirement = Requirement(text)
        if requirement.name != "relulab":
            assert Version(pins[requirement.name.lower()]) in requirement.specifier, text


# --- The operating system ---------------------------------------------------------------------------

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves Qt's libraries to the system")


@pytest.fixture
def bare_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system without one of Qt's libraries, without fonts and with an empty PATH, for a common user."""
    monkeypatch.setitem(system.QT_LIBRARIES, "libno-such-thing.so.7", "libno-such-thing7")
    monkeypatch.setattr(system, "FONT_FOLDERS", (str(tmp_path / "fonts"),))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


@linux_only
def test_missing_libraries_are_named_as_packages(bare_system: Path) -> None:
    with pytest.raises(dev.SetupError, match=r"apt-get install .*libno-such-thing7.*fonts-dejavu-core xvfb"):
        dev.prepare_system("test", [])


@linux_only
def test_checks_need_no_libraries_of_qt(bare_system: Path) -> None:
    dev.prepare_system("check", [])


@linux_only
def test_what_is_only_wished_for_stops_nobody(
    bare_system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(system.QT_LIBRARIES, "libno-such-thing.so.7")
    dev.prepare_system("run", [])
    assert "fonts-dejavu-core" in capsys.readouterr().out


@linux_only
def test_each_kind_of_package_needs_its_own_tools(bare_system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(system.QT_LIBRARIES, "libno-such-thing.so.7")
    bundle, _ = system.missing_packages("package", ["bundle"])
    run, _ = system.missing_packages("package", ["run", "--keep-bundle"])
    everything, _ = system.missing_packages("package", [])
    assert "binutils" in bundle
    assert "makeself" not in bundle
    assert set(run) - set(bundle) == {"makeself", "xz-utils"}
    assert {"lintian", "nsis", "makeself", "binutils"} <= set(everything)
    assert system.missing_packages("package", ["all"])[0] == everything


@linux_only
def test_root_on_debian_gets_them_installed(bare_system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in for apt-get notes its arguments, and installs nothing, so the package stays missing."""
    script = bare_system / "apt-get"
    script.write_text(f'#!/bin/sh\necho "$@" >> "{bare_system}/calls"\n')
    script.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(dev.SetupError, match="libno-such-thing7"):
        dev.prepare_system("test", [])
    update, install = (bare_system / "calls").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install")
    assert "libno-such-thing7" in install
    assert "xvfb" in install


@linux_only
def test_without_a_display_no_window_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "DISPLAY" in dev.why_no_window()
    monkeypatch.setenv("DISPLAY", ":76543")
    assert "does not answer" in dev.why_no_window()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert "QT_QPA_PLATFORM" in dev.why_no_window()


@linux_only
def test_a_display_that_answers_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        pytest.skip("Xvfb is not installed")
    reader, writer = os.pipe()
    server = subprocess.Popen([xvfb, "-displayfd", str(writer)], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as file:
            monkeypatch.setenv("DISPLAY", f":{file.readline().strip()}")
        monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        assert dev.why_no_window() == ""
    finally:
        server.terminate()
        server.wait()


# --- Commands ---------------------------------------------------------------------------------------


def test_help_and_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--help"]) == 0
    assert dev.main([]) == 2
    assert dev.main(["tset"]) == 2
    assert capsys.readouterr().out.count("python3 dev.py COMMAND") == 3


@posix_only
def test_test_passes_its_arguments_to_pytest(prepared: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (prepared / "test_tiny.py").write_text("def test_one(): pass\ndef test_two(): assert False\n")
    assert dev.main(["test", "-k", "one", "-o", "addopts=", "test_tiny.py"]) == 0
    assert dev.main(["test", "-o", "addopts=", "test_tiny.py"]) == 1
    assert "1 passed, 1 deselected" in capfd.readouterr().out


@posix_only
@pytest.mark.parametrize(
    ("arguments", "shared"),
    [([], True), (["-m", "slow"], True), (["-k", "one"], False), (["tests/test_dev.py"], False)],
)
def test_long_runs_share_the_cores(monkeypatch, arguments, shared):
    called = []
    monkeypatch.setattr(dev, "python", lambda *words: called.append(list(words)) or 0)
    assert dev.test(arguments) == 0
    assert called[0][-len(arguments) :] == arguments or not arguments
    assert ("-n" in called[0]) is shared


@posix_only
def test_coverage_names_the_files_that_are_run_least(prepared: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (prepared / "relulab").mkdir()
    (prepared / "relulab" / "__init__.py").touch()
    (prepared / "relulab" / "half.py").write_text("def run():\n    return 1\n\n\ndef idle():\n    return 2\n")
    (prepared / "test_half.py").write_text("def test():\n    from relulab.half import run\n\n    assert run() == 1\n")
    assert dev.main(["test", "--coverage", "-o", "addopts=", "-p", "no:cacheprovider", "test_half.py"]) == 0
    printed = capfd.readouterr().out.split("lowest files first:")[1]
    assert "half.py" in printed
    assert "75%" in printed
    assert "TOTAL" in printed


def test_only_the_named_checks_run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "python", lambda *words: bool(called.append(words)))
    assert dev.check(["mypy"]) == 0
    assert called == [("-m", "mypy")]
    assert dev.check(["spellling"]) == 2
    assert "There is no check 'spellling'. There are: ruff format" in capfd.readouterr().out


def test_a_commit_runs_checks_of_the_environment_and_downloads_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    (local,) = config["repos"]
    assert {hook["language"] for hook in local["hooks"]} == {"system"}
    source = (ROOT / "dev.py").read_text("utf-8")
    for hook in local["hooks"]:
        *command, check = shlex.split(hook["entry"])
        assert command == ["python3", "dev.py", "check"]
        assert f'"{check}": [' in source, f"dev.py knows no check {check}"
    assert {"ruff", "mypy", "lint-imports", "spelling"} <= {hook["id"] for hook in local["hooks"]}


def test_the_packages_say_that_they_are_typed() -> None:
    assert (ROOT / "relulab" / "py.typed").is_file()
    assert (ROOT / "ui" / "py.typed").is_file()


@posix_only
def test_bench_writes_where_the_user_stands(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (prepared / "benchmarks").mkdir()
    (prepared / "benchmarks" / "__init__.py").touch()
    (prepared / "benchmarks" / "__main__.py").write_text("import sys; print(sys.argv[1:])")
    monkeypatch.setenv("PYTHONPATH", str(prepared))
    monkeypatch.chdir(tmp_path)
    assert dev.main(["bench", "--json", "speed.json"]) == 0
    assert str(tmp_path / "speed.json") in capfd.readouterr().out


def test_children_do_not_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    assert dev.child_environment()["GOMP_SPINCOUNT"] == "1000"


def test_the_default_experiment_is_the_default_preset() -> None:
    assert dev.DEFAULT_EXPERIMENT == DEFAULT_PRESET


@posix_only
@linux_only
def test_run_without_a_display_trains_and_draws(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert dev.main(["run"]) == 0
    folder = prepared / "relulab-run"
    written = capfd.readouterr().out.split(f"The results are in {folder}:")[1]
    for name in ("summary.json", "experiment.json", "history.json", "window.png"):
        assert name in written
        assert (folder / name).stat().st_size > 0
