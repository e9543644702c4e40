package org.jennit.docs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links lead to pages, headings, pictures and files that are there, and to every page. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern NAMED =
      Pattern.compile("`((?:\\.ci|src|tests|native|cmake)/[^` ]*)`");
  private static final Path PICTURES = Path.of("src/site/resources");

  /** The pages of the site, and those that stand beside the code. */
  private final Map<Path, Page> pages =
      Stream.concat(
              Page.all().stream().map(page -> Page.FOLDER.resolve(page.name() + ".md")),
              Stream.of("README.md", "CONTRIBUTING.md", "native/cuda/README.md").map(Path::of))
          .collect(toMap(file -> file, Page::read));

  @Test
  void everyLinkResolves() {
    List<String> broken = new ArrayList<>();
    pages.forEach(
        (file, page) -> {
          for (String link : links(page)) {
            if (!resolves(file, link)) {
              broken.add(file + ": " + link);
            }
          }
        });
    assertEquals(List.of(), broken);
  }

  @Test
  void everyFileThatIsNamedIsThere() {
    List<String> missing = new ArrayList<>();
    pages.forEach(
        (file, page) ->
            found(NAMED, page)
                .filter(name -> !Files.exists(Path.of(name)))
                .forEach(name -> missing.add(file + ": " + name)));
    assertEquals(List.of(), missing);
  }

  @Test
  void everyPageIsReachedFromTheIndex() {
    Path index = Page.FOLDER.resolve("index.md");
    Set<Path> reached = new HashSet<>(Set.of(index));
    Deque<Path> next = new ArrayDeque<>(reached);
    while (!next.isEmpty()) {
      Path file = next.pop();
      for (String link : links(pages.get(file))) {
        Path target = target(file, link);
        if (pages.containsKey(target) && reached.add(target)) {
          next.push(target);
        }
      }
    }
    Set<Path> site = new HashSet<>(pages.keySet());
    site.removeIf(file -> !file.startsWith(Page.FOLDER));
    site.removeAll(reached);
    assertEquals(Set.of(), site);
  }

  @Test
  void everyPictureIsShown() throws IOException {
    Set<Path> shown = new HashSet<>();
    pages.forEach((file, page) -> links(page).forEach(link -> shown.add(target(file, link))));
    try (Stream<Path> files = Files.walk(PICTURES)) {
      List<Path> unseen =
          files.filter(file -> Files.isRegularFile(file) && !shown.contains(file)).toList();
      assertEquals(List.of(), unseen);
    }
  }

  private boolean resolves(Path file, String link) {
    Path target = target(file, link);
    int anchor = link.indexOf('#');
    return anchor < 0
        ? Files.isRegularFile(target)
        : pages.containsKey(target)
            && anchors(pages.get(target)).contains(link.substring(anchor + 1));
  }

  /** The file that a link of another file leads to. */
  private static Path target(Path file, String link) {
    String path = link.split("#", 2)[0];
    return path.isEmpty() ? file : file.resolveSibling(path).normalize();
  }

  /** Links to other places than the web. */
  private static List<String> links(Page page) {
    return found(LINK, page).filter(link -> !link.startsWith("https://")).toList();
  }

  private static Stream<String> found(Pattern pattern, Page page) {
    return page.lines().stream()
        .flatMap(line -> pattern.matcher(line).results())
        .map((MatchResult match) -> match.group(1));
  }

  /** The headings as browsers name them in the rendered page. */
  private static Set<String> anchors(Page page) {
    return page.lines().stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .collect(toSet());
  }
}
