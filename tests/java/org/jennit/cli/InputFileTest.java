package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
  @TempDir Path folder;

  private List<String> names(Path... inputs) {
    return InputFile.collect(List.of(inputs), folder.resolve("out")).stream()
        .map(InputFile::name)
        .toList();
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void foldersAreWalkedInTheOrderOfNames() throws IOException {
    file("in/b.png");
    file("in/a/x.JPEG");
    file("in/notes.txt");
    file("in/.hidden");
    assertEquals(List.of("a/x", "b"), names(folder.resolve("in")));
  }

  @Test
  void filesThatAreNamedAreTakenWhateverTheirNames() throws IOException {
    assertEquals(
        List.of("notes", "gone", ".png"),
        names(file("notes.txt"), Path.of("gone"), Path.of(".png")));
  }

  @Test
  void endingsTellApartWhatNamesDoNot() throws IOException {
    file("in/cat.png");
    file("in/cat.jpg");
    assertEquals(List.of("cat_jpg", "cat_png"), names(folder.resolve("in")));
  }
}
