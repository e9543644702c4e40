"""Checks or applies the format of the native sources with one pinned clang-format, taken from PyPI once.

usage: python clang_format.py check|apply
"""

import os
import pathlib
import subprocess
import sys

VERSION = "19.1.7"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def clang_format() -> pathlib.Path:
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    folder = cache / "jennit" / f"clang-format-{VERSION}"
    binary = folder / "clang_format" / "data" / "bin" / "clang-format"
    if not binary.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                   "--root-user-action=ignore", "--no-deps", "--target", str(folder), f"clang-format=={VERSION}"]
        if subprocess.run(command).returncode:
            sys.exit(f"pip could not install clang-format=={VERSION}, which checks the native sources: "
                     "check the network and the package index")
    return binary


def main(mode: str) -> None:
    files = sorted(str(f) for folder in ("native", "tests/native") for f in (ROOT / folder).rglob("*")
                   if f.suffix in (".h", ".cpp", ".cu", ".cuh"))
    options = ["-i"] if mode == "apply" else ["--dry-run", "-Werror"]
    if subprocess.run([clang_format(), *options, *files], cwd=ROOT).returncode:
        sys.exit("the native sources are not formatted: run python3 cmake/clang_format.py apply")


if __name__ == "__main__":
    main(sys.argv[1])
