package org.jennit.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageNetTest {

  @Test
  void hasTorchvisionsNamesInOrder() throws IOException {
    Path file =
        Path.of(System.getProperty("jennit.data", "tests/data"), "photos", "imagenet_classes.txt");
    assertEquals(Files.readAllLines(file), ImageNet.names());
    assertEquals(1000, ImageNet.names().size());
    assertEquals("tench", ImageNet.name(0));
    assertEquals("Egyptian cat", ImageNet.name(285));
    assertEquals("toilet tissue", ImageNet.name(999));
  }

  @Test
  void indexIsTheInverseOfName() {
    for (int index = 0; index < 1000; index++) {
      assertEquals(index, ImageNet.index(ImageNet.name(index)));
    }
  }

  @Test
  void refusesUnknownClasses() {
    List<Integer> outside = List.of(-1, 1000);
    for (int index : outside) {
      Throwable error = assertThrows(IndexOutOfBoundsException.class, () -> ImageNet.name(index));
      assertTrue(error.getMessage().contains("0 to 999, not " + index));
    }
    Throwable error = assertThrows(IllegalArgumentException.class, () -> ImageNet.index("unicorn"));
    assertTrue(error.getMessage().contains("'unicorn'"));
    assertThrows(UnsupportedOperationException.class, () -> ImageNet.names().set(0, "unicorn"));
  }
}
