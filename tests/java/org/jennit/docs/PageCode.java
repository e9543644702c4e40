package org.jennit.docs;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The Java of one block as a source file. Blocks of a page are one package: a block that declares
 * types does so for the others. Any other block becomes the body of {@code run}. Each line has the
 * number that it has in the page.
 */
final class PageCode extends SimpleJavaFileObject {
  private static final Pattern TYPE =
      Pattern.compile("(?:(?:abstract|final) )?(?:class|record|interface|enum) (\\w+).*");

  final Page page;
  final Page.Block block;
  final String className;
  private final String imports;

  /**
   * @param imports of all blocks
   */
  PageCode(Page page, Page.Block block, String imports) {
    super(
        URI.create("page:///" + page.name() + "/Line" + block.code().line() + ".java"),
        Kind.SOURCE);
    this.page = page;
    this.block = block;
    this.imports = imports;
    className = packageName() + ".Line" + block.code().line();
  }

  private String packageName() {
    return "pages." + page.name().replace('-', '_');
  }

  /** The types that the block declares; none where it is made of statements. */
  List<String> types() {
    return block.code().lines().stream()
        .map(TYPE::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    String own = block.code().lines().stream().filter(PageCode::isImport).collect(joining(" "));
    StringBuilder source = new StringBuilder("package " + packageName() + "; " + imports + own);
    if (!types().isEmpty()) {
      return append(source, block.code());
    }
    source
        .append(" public final class Line" + block.code().line())
        .append(" { public static void run(Path folder, Path photos) throws Exception {");
    append(source, block.prelude());
    append(source, block.code());
    return append(source, block.check()).append("}}");
  }

  static boolean isImport(String line) {
    return line.startsWith("import ");
  }

  private static StringBuilder append(StringBuilder source, Page.Snippet snippet) {
    long line = 1 + source.chars().filter(c -> c == '\n').count();
    source.append("\n".repeat((int) Math.max(0, snippet.line() - line)));
    snippet.lines().forEach(l -> source.append(isImport(l) ? "" : l).append('\n'));
    return source;
  }

  /**
   * Compiles blocks together.
   *
   * @throws AssertionError naming the pages and lines that are at fault
   */
  static void compile(List<PageCode> blocks, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-proc:none",
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiled;
    try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
      compiled = compiler.getTask(null, files, diagnostics, options, null, blocks).call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!compiled) {
      throw new AssertionError(
          diagnostics.getDiagnostics().stream()
              .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
              .map(PageCode::describe)
              .collect(joining("\n", "the documentation does not compile:\n", "")));
    }
  }

  private static String describe(Diagnostic<? extends JavaFileObject> diagnostic) {
    String place =
        diagnostic.getSource() instanceof PageCode code
            ? code.page.name() + ".md:" + diagnostic.getLineNumber() + ": "
            : "";
    return place + diagnostic.getMessage(null);
  }
}
