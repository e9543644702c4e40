"""Puts the functions of a generated glue into the order of their names: sort_glue.py FILE...

JavaCPP writes them as the JVM lists the methods of a class, which differs from run to run.
"""

import pathlib
import re
import sys

FUNCTION = re.compile(r"^JNIEXPORT [^;{]*?\b(Java_\w+)\([^;{]*\{\n.*?^\}\n", re.MULTILINE | re.DOTALL)


def main(files):
    for file in map(pathlib.Path, files):
        text = file.read_text()
        functions = sorted(FUNCTION.finditer(text), key=lambda found: found[1])
        in_order = iter(functions)
        file.write_text(FUNCTION.sub(lambda _: next(in_order)[0], text))


main(sys.argv[1:])
