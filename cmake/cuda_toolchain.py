"""Puts NVIDIA's CUDA compiler and runtime, taken from PyPI, into the user's cache and prints the compiler's path.

usage: python cuda_toolchain.py

They compile the kernels; no GPU, driver or CUDA toolkit is needed. An interrupted run leaves nothing behind that a
later one would take for complete.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

# Of the CUDA version that LibTorch is built with; 110 MB.
VERSION = "13.1"
PACKAGES = ("nvidia-cuda-nvcc==13.1.115", "nvidia-nvvm==13.1.115", "nvidia-cuda-crt==13.1.115",
            "nvidia-cuda-runtime==13.1.80", "nvidia-cuda-cccl==13.1.115")
# Where the wheels unpack to, all of them into one tree.
TOOLKIT = pathlib.Path("nvidia") / "cu13"


def toolkit() -> pathlib.Path:
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "jennit"
    folder = cache / f"cuda-{VERSION}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                       "--root-user-action=ignore", "--no-deps", "--only-binary=:all:", "--target", scratch, *PACKAGES]
            if subprocess.run(command).returncode:
                sys.exit(f"pip could not install {' '.join(PACKAGES)}: check the network and the package index, or "
                         f"point JENNIT_CUDA_HOME at the folder of an installed CUDA {VERSION} toolkit")
            (pathlib.Path(scratch) / TOOLKIT).rename(folder)
    return folder


if __name__ == "__main__":
    print(toolkit() / "bin" / "nvcc")
