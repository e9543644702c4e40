package org.jennit.docs;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs every block of Java of the documentation. The imports of all blocks are those
 * that the first block of index.md shows.
 */
class DocumentationTest {
  private static final Path PHOTOS =
      Path.of(System.getProperty("jennit.data", "tests/data")).resolve("photos");
  private static final String ASSERTIONS = " import static org.junit.jupiter.api.Assertions.*;";

  @TempDir static Path temporary;
  private static URLClassLoader loader;

  @TestFactory
  Stream<DynamicNode> pages() throws IOException {
    List<Page> pages = Page.all();
    String imports = imports(pages) + ASSERTIONS;
    List<PageCode> all = new ArrayList<>();
    List<DynamicNode> tests = new ArrayList<>();
    for (Page page : pages) {
      List<PageCode> blocks =
          page.blocks().stream().map(block -> new PageCode(page, block, imports)).toList();
      all.addAll(blocks);
      tests.add(dynamicContainer(page.name(), blocks.stream().map(block -> test(block, blocks))));
    }
    Path classes = Files.createDirectory(temporary.resolve("classes"));
    PageCode.compile(all, classes);
    URL[] path = {classes.toUri().toURL()};
    loader = new URLClassLoader(path, DocumentationTest.class.getClassLoader());
    return tests.stream();
  }

  @AfterAll
  static void close() throws IOException {
    if (loader != null) {
      loader.close();
    }
  }

  private static String imports(List<Page> pages) {
    return pages.stream()
        .filter(page -> page.name().equals("index"))
        .flatMap(index -> index.blocks().get(0).code().lines().stream())
        .filter(PageCode::isImport)
        .collect(joining(" "));
  }

  private static DynamicTest test(PageCode code, List<PageCode> page) {
    return dynamicTest(
        "line " + code.block.code().line(),
        () -> {
          if (code.types().isEmpty()) {
            run(code);
          } else {
            code.types().forEach(type -> assertUsed(type, page));
          }
        });
  }

  private static void assertUsed(String type, List<PageCode> page) {
    assertTrue(
        page.stream()
            .filter(code -> code.types().isEmpty())
            .flatMap(code -> code.block.code().lines().stream())
            .anyMatch(line -> line.matches(".*\\b" + type + "\\b.*")),
        "no block of this page runs " + type);
  }

  private static void run(PageCode code) throws Throwable {
    PrintStream out = System.out;
    try (PointerScope temporaries = new PointerScope()) {
      System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
      torch.manual_seed(0);
      loader
          .loadClass(code.className)
          .getMethod("run", Path.class, Path.class)
          .invoke(null, temporary, PHOTOS);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      System.setOut(out);
    }
  }
}
