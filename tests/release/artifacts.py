"""Checks the artifacts of a release in a folder: artifacts.py VERSION REPOSITORY."""

import pathlib
import sys
import xml.etree.ElementTree as xml
import zipfile

POM = "{http://maven.apache.org/POM/4.0.0}"
# All that Maven Central asks for, but for the licence, which the owner has to choose.
METADATA = ("name", "description", "url", "developers", "scm")
NATIVES = "org/jennit/internal/linux-x86_64/"


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


def check_natives(jar, libraries):
    natives = names(jar)
    check(not any(name.endswith(".class") for name in natives), f"{jar.name} holds no class")
    found = {name for name in natives if ".so" in name}
    wanted = {NATIVES + library for library in libraries}
    check(found == wanted, f"{jar.name} holds {sorted(wanted)} alone, and not {sorted(found)}")


def check_jars(folder, version):
    jar = lambda suffix="": folder / "jennit" / version / f"jennit-{version}{suffix}.jar"
    classes = names(jar())
    check("org/jennit/core/Composite.class" in classes, "the main jar holds the classes")
    check(not any(".so" in name for name in classes), "the main jar holds no native library")
    check("META-INF/native-image/org.jennit/jennit/jni-config.json" in classes, "GraalVM finds its configuration")
    check("Automatic-Module-Name: org.jennit\r" in manifest(jar()), "the main jar names its module")
    check_natives(jar("-linux-x86_64"), ["libjnijennit.so"])
    with_gpu = jar("-linux-x86_64-gpu").exists()
    if with_gpu:
        check_natives(jar("-linux-x86_64-gpu"), ["libjnijennit.so", "libjennit_cuda.so"])
    check("org/jennit/core/Composite.java" in names(jar("-sources")), "the sources are there")
    javadoc = names(jar("-javadoc"))
    check(any(name.endswith("org/jennit/core/Composite.html") for name in javadoc), "the Javadoc is there")
    return with_gpu


def check_platform(folder, artifact, version, own):
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
    for suffix in ("", "-sources", "-javadoc"):
        jar = folder / artifact / version / f"{artifact}-{version}{suffix}.jar"
        check(all(name.startswith("META-INF/") for name in names(jar)), f"{jar.name} is empty")


def check_bom(folder, version):
    managed = read_pom(folder, "jennit-bom", version).findall(f".//{POM}dependency")
    kinds = {(each.findtext(POM + "artifactId"), each.findtext(POM + "type", "jar")) for each in managed}
    for artifact in ("jennit-platform", "jennit-platform-gpu"):
        for kind in ("jar", "pom"):
            check((artifact, kind) in kinds, f"the BOM knows {artifact} as a {kind}")


def check_poms(folder, version, with_gpu):
    taken = dependencies(read_pom(folder, "jennit", version))
    needed = {key for key, left_out in taken.items() if not left_out}
    check(
        {artifact for artifact, _ in needed} == {"javacpp", "openblas", "pytorch", "jackson-databind", "slf4j-api"},
        f"the library needs five others, not {sorted(needed)}",
    )
    check(all(classifier is None for _, classifier in needed), "the library alone brings no native jars")
    check_platform(folder, "jennit-platform", version, "linux-x86_64")
    if with_gpu:
        check_platform(folder, "jennit-platform-gpu", version, "linux-x86_64-gpu")
    else:
        check(not (folder / "jennit-platform-gpu").exists(), "jennit-platform-gpu is left out, as its natives are")
    check_bom(folder, version)


def main():
    version, repository = sys.argv[1], pathlib.Path(sys.argv[2]) / "org" / "jennit"
    with_gpu = check_jars(repository, version)
    check_poms(repository, version, with_gpu)
    print(f"release: the artifacts of {version} are whole, {'with' if with_gpu else 'without'} those for CUDA")


main()
