"""Takes the C++ headers of LibTorch out of PyPI's wheel for Linux on aarch64, the smallest that carries them.

usage: python libtorch_headers.py VERSION FOLDER

The headers end in FOLDER/include. Nothing else of the wheel is kept. An interrupted run leaves nothing behind that a
later one would take for complete.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile


def main(version: str, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--platform", "manylinux_2_28_aarch64", "--python-version", "311",
                   "--implementation", "cp", "--dest", scratch, f"torch=={version}"]
        if subprocess.run(command).returncode:
            sys.exit(f"pip could not download torch=={version}: check the network and the package index, or point "
                     "JENNIT_LIBTORCH_INCLUDE at the include folder of an existing copy of these headers")
        wheel = next(pathlib.Path(scratch).glob("torch-*.whl"))
        unpacked = pathlib.Path(scratch) / "unpacked"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked, [n for n in archive.namelist() if n.startswith("torch/include/")])
        shutil.rmtree(folder / "include", ignore_errors=True)
        (unpacked / "torch" / "include").rename(folder / "include")


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
