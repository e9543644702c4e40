"""Looks for mistakes in the native sources with one pinned clang-tidy, taken from PyPI once. See .clang-tidy.

usage: python clang_tidy.py [FILE...]        without a file: all of native/src
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

VERSION = "19.1.0.1"
ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "jennit"


def clang_tidy() -> pathlib.Path:
    folder = CACHE / f"clang-tidy-{VERSION}"
    binary = folder / "clang_tidy" / "data" / "bin" / "clang-tidy"
    if not binary.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                   "--root-user-action=ignore", "--no-deps", "--target", str(folder), f"clang-tidy=={VERSION}"]
        if subprocess.run(command).returncode:
            sys.exit(f"pip could not install clang-tidy=={VERSION}: check the network and the package index")
    return binary


def compiler_options() -> list[str]:
    headers = next(CACHE.glob("libtorch-headers-*/include"))
    # Without -fopenmp, whose header is GCC's own. The package has none of the compiler's own headers; GCC's serve.
    gcc = subprocess.run(["g++", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()
    system = [headers, headers / "torch" / "csrc" / "api" / "include", ROOT / "native" / "stand-ins", gcc]
    return ["-std=c++17", "-D_GLIBCXX_USE_CXX11_ABI=1", f"-I{ROOT}/native/include", f"-I{ROOT}/native/src",
            *(f"-isystem{folder}" for folder in system)]


def look(file: str) -> bool:
    command = [clang_tidy(), "--quiet", file, "--", *compiler_options()]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(result.stdout, end="", flush=True)
    if result.returncode and not result.stdout:
        print(result.stderr, flush=True)
    return not result.returncode


def main(files: list[str]) -> None:
    files = files or sorted(str(file) for file in (ROOT / "native" / "src").rglob("*.cpp"))
    clang_tidy()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [file for file, clean in zip(files, pool.map(look, files)) if not clean]
    if found:
        sys.exit(f"clang-tidy found something in {len(found)} of {len(files)} files")
    print(f"clang-tidy found nothing in {len(files)} files")


if __name__ == "__main__":
    main(sys.argv[1:])
