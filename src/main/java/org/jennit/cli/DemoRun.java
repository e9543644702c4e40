package org.jennit.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.demo.Demo;
import org.jennit.demo.Digits;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;

/** One run of {@code jennit demo}. */
final class DemoRun {
  private static final int COUNT = 10;

  private DemoRun() {}

  static void run(Path folder, PrintWriter out) {
    Demo.run(folder, out::println);
    Path digits = folder.resolve("digits");
    try (PointerScope temporaries = new PointerScope();
        Digits data = Digits.load()) {
      for (int digit = 0; digit < COUNT; digit++) {
        save(data, digit, digits.resolve(digit + ".png"));
      }
    }
    out.println("wrote " + COUNT + " digits to " + digits + "; now try");
    out.println("  jennit attribute " + digits + " --model digits");
    out.flush();
  }

  private static void save(Digits data, int digit, Path file) {
    Tensor found = data.test_labels().eq(new Scalar(digit)).to(torch.ScalarType.Int);
    Tensor image = data.test_images().get(found.argmax().item_long()).squeeze(0);
    ImgifyOptions grey = ImgifyOptions.defaults().withCmap("gray").withVmin(0).withVmax(1);
    Image.imgify(image, grey).save(file);
  }
}
