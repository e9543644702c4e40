"""Checks the artifacts of a release in a folder: artifacts.py VERSION REPOSITORY."""

import pathlib
import sys
import xml.etree.ElementTree as xml
import zipfile

POM = "{http://maven.apache.org/POM/4.0.0}"
# All that Maven Central asks for, but for the licence, which the owner has to choose.
METADATA = ("name", "description", "url", "developers", "scm")


def check(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def names(jar):
    with zipfile.ZipFile(jar) as archive:
        return [name for name in archive.namelist() if not name.endswith("/")]


def manifest(jar):
    with zipfile.ZipFile(jar) as archive:
        return archive.read("META-INF/MANIFEST.MF").decode()


def read_pom(folder, artifact, version):
    file = folder / artifact / version / f"{artifact}-{version}.pom"
    text = file.read_text()
    check("${" not in text and "@" not in text, f"{file.name} has no variables")
    pom = xml.fromstring(text)
    check(pom.findtext(POM + "version") == version, f"{file.name} is of version {version}")
    for element in METADATA:
        check(pom.find(POM + element) is not None, f"{file.name} says its {element}")
    return pom


def dependencies(pom):
    found = {}
    for each in pom.findall(f"{POM}dependencies/{POM}dependency"):
        key = tuple(each.findtext(POM + part) for part in ("artifactId", "classifier"))
        found[key] = each.findtext(POM + "optional") == "true" or each.findtext(POM + "scope") in ("test", "provided")
    return found


def check_jars(folder, version):
    jar = lambda suffix="": folder / "jennit" / version / f"jennit-{version}{suffix}.jar"
    classes = names(jar())
    check("org/jennit/core/Composite.class" in classes, "the main jar holds the classes")
    check(not any(".so" in name for name in classes), "the main jar holds no native library")
    check("META-INF/native-image/org.jennit/jennit/jni-config.json" in classes, "GraalVM finds its configuration")
    check("Automatic-Module-Name: org.jennit\r" in manifest(jar()), "the main jar names its module")
    natives = names(jar("-linux-x86_64"))
    check("org/jennit/internal/linux-x86_64/libjnijennit.so" in natives, "the natives' jar holds the core")
    check(not any(name.endswith(".class") for name in natives), "the natives' jar holds no class")
    check("org/jennit/core/Composite.java" in names(jar("-sources")), "the sources are there")
    javadoc = names(jar("-javadoc"))
    check(any(name.endswith("org/jennit/core/Composite.html") for name in javadoc), "the Javadoc is there")


def check_poms(folder, version):
    taken = dependencies(read_pom(folder, "jennit", version))
    needed = {key for key, left_out in taken.items() if not left_out}
    check(
        {artifact for artifact, _ in needed} == {"javacpp", "openblas", "pytorch", "jackson-databind", "slf4j-api"},
        f"the library needs five others, not {sorted(needed)}",
    )
    check(all(classifier is None for _, classifier in needed), "the library alone brings no native jars")
    for artifact, own in (("jennit-platform", "linux-x86_64"), ("jennit-platform-gpu", "linux-x86_64-gpu")):
        brought = dependencies(read_pom(folder, artifact, version))
        check(
            set(brought)
            == {
                ("jennit", None),
                ("jennit", own),
                ("pytorch", own),
                ("openblas", "linux-x86_64"),
                ("javacpp", "linux-x86_64"),
            },
            f"{artifact} brings the library and all natives",
        )
    read_pom(folder, "jennit-bom", version)


def main():
    version, repository = sys.argv[1], pathlib.Path(sys.argv[2]) / "org" / "jennit"
    check_jars(repository, version)
    check_poms(repository, version)
    print(f"release: the artifacts of {version} are whole")


main()
