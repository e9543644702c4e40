"""Looks for mistakes in the native sources with one pinned clang-tidy, taken from PyPI once. See .clang-tidy.

The package of clang-tidy has none of the headers that belong to a compiler (stddef.h, immintrin.h), and those of GCC
are not for clang; the package of Zig brings clang's own. The sources of a folder are read as one file, so that LibTorch's
headers are read once for each folder.

usage: python clang_tidy.py [FOLDER...]        without a folder: all of native/src
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

CLANG_TIDY = "clang-tidy==19.1.0.1"
COMPILER_HEADERS = "ziglang==0.14.0"  # of clang 19.1.7
ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "jennit"


def installed(package: str) -> pathlib.Path:
    folder = CACHE / package.replace("==", "-")
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                   "--root-user-action=ignore", "--no-deps", "--target", str(partial), package]
        if subprocess.run(command).returncode:
            sys.exit(f"pip could not install {package}: check the network and the package index")
        partial.rename(folder)
    return folder


def compiler_options() -> list[str]:
    headers = next(CACHE.glob("libtorch-headers-*/include"), None)
    if headers is None:
        sys.exit("LibTorch's headers are not there yet: build first (mvn test-compile)")
    compiler = installed(COMPILER_HEADERS) / "ziglang" / "lib"
    system = [headers, headers / "torch" / "csrc" / "api" / "include", ROOT / "native" / "stand-ins"]
    # Without -fopenmp: its header is none of these.
    return ["-std=c++17", "-D_GLIBCXX_USE_CXX11_ABI=1", f"-resource-dir={compiler}", f"-I{ROOT}/native/include",
            f"-I{ROOT}/native/src", *(f"-isystem{folder}" for folder in system)]


def look(folder: pathlib.Path) -> bool:
    binary = installed(CLANG_TIDY) / "clang_tidy" / "data" / "bin" / "clang-tidy"
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as together:
        together.writelines(f'#include "{source}"\n' for source in sorted(folder.glob("*.cpp")))
        together.flush()
        # A file of sources alone includes what no other may.
        command = [binary, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", "--checks=-bugprone-suspicious-include",
                   together.name, "--", *compiler_options()]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(result.stdout, end="", flush=True)
    if result.returncode and not result.stdout:
        print(result.stderr, flush=True)
    return not result.returncode


def main(names: list[str]) -> None:
    sources = ROOT / "native" / "src"
    folders = [pathlib.Path(name).resolve() for name in names] or sorted({file.parent for file in sources.rglob("*.cpp")})
    if empty := [str(folder) for folder in folders if not any(folder.glob("*.cpp"))]:
        sys.exit(f"no folder with sources: {', '.join(empty)}")
    compiler_options(), installed(CLANG_TIDY)  # before several threads ask for them
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [str(folder) for folder, clean in zip(folders, pool.map(look, folders)) if not clean]
    if found:
        sys.exit(f"clang-tidy found something in {', '.join(found)}")
    print(f"clang-tidy found nothing in {len(folders)} folders")


if __name__ == "__main__":
    main(sys.argv[1:])
