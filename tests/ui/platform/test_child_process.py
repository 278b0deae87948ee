"""How the command line is called in a child process: from source, packaged, and packaged for Windows."""

import subprocess
import sys

import relulab
from ui.platform.child_process import command_line


def test_the_command_answers():
    program, arguments = command_line(["--version"])
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == f"relulab {relulab.__version__}"


def test_the_packaged_program_is_its_own_command_line(tmp_path, monkeypatch):
    program = tmp_path / "relulab.exe"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert command_line(["export", "x"]) == (str(program), ["export", "x"])
    console = tmp_path / "relulab-console.exe"
    console.touch()
    assert command_line(["devices"]) == (str(console), ["devices"])
