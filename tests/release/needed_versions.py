"""The newest versions of the system's libraries that native libraries ask for: needed_versions.py FOLDER..."""

import pathlib
import re
import subprocess
import sys

# What the documentation states: Debian 12, Ubuntu 22.04 and later.
STATED = {"GLIBC": (2, 35), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13)}
NEEDED = re.compile(r"\b(GLIBC|GLIBCXX|CXXABI)_([0-9.]+)")


def needed(library):
    text = subprocess.run(["readelf", "-V", library], capture_output=True, text=True, check=True).stdout
    text = text.partition("Version needs section")[2]
    for name, version in NEEDED.findall(text):
        yield name, tuple(int(part) for part in version.split("."))


def main():
    newest = {}
    for folder in sys.argv[1:]:
        for library in pathlib.Path(folder).rglob("*.so*"):
            for name, version in needed(library):
                newest[name] = max(newest.get(name, ((0,), "")), (version, library.name))
    for name, (version, library) in sorted(newest.items()):
        print(f"{name}_{'.'.join(map(str, version))} is needed, by {library}")
    if {name: version for name, (version, _) in newest.items()} != STATED:
        sys.exit(f"the documentation states {STATED}")


main()
