package org.jennit.docs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
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
import org.junit.jupiter.api.Test;

/** Links lead to pages, headings and pictures that are there, and to every page. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  private final Map<String, Page> pages =
      Page.all().stream().collect(toMap(page -> page.name() + ".md", page -> page));

  @Test
  void everyLinkResolves() {
    List<String> broken = new ArrayList<>();
    pages.forEach(
        (file, page) -> {
          for (String link : links(page)) {
            if (Files.isRegularFile(Page.FOLDER.resolve(link)) && !link.endsWith(".md")) {
              continue; // a picture
            }
            String[] parts = link.split("#", 2);
            Page target = parts[0].isEmpty() ? page : pages.get(parts[0]);
            if (target == null || (parts.length == 2 && !anchors(target).contains(parts[1]))) {
              broken.add(file + ": " + link);
            }
          }
        });
    assertEquals(List.of(), broken);
  }

  @Test
  void everyPageIsReachedFromTheIndex() {
    Set<String> reached = new HashSet<>(Set.of("index.md"));
    Deque<String> next = new ArrayDeque<>(reached);
    while (!next.isEmpty()) {
      for (String link : links(pages.get(next.pop()))) {
        String file = link.split("#", 2)[0];
        if (pages.containsKey(file) && reached.add(file)) {
          next.push(file);
        }
      }
    }
    assertEquals(pages.keySet(), reached);
  }

  /** Links to other places than the web. */
  private static List<String> links(Page page) {
    return page.lines().stream()
        .flatMap(line -> LINK.matcher(line).results())
        .map((MatchResult link) -> link.group(1))
        .filter(link -> !link.startsWith("https://"))
        .toList();
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
