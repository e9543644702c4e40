package org.jennit.script;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jennit.JennitException;

/**
 * Says in one sentence why LibTorch cannot read the code of a file that is whole: which operator or
 * class is not there, and where it stands. LibTorch itself says it in a page.
 */
final class LoadError {
  /** How native code begins what LibTorch said while it read a file. */
  private static final Pattern FROM_LIBTORCH =
      Pattern.compile("(?s).*? is not a complete TorchScript file[^:]*?: (.*)");

  private static final Pattern OPERATOR = Pattern.compile("Unknown builtin op: ((\\w+)::\\w+)");
  private static final Pattern CLASS = Pattern.compile("torch\\.classes\\.(\\w+\\.\\w+)");

  /**
   * The file of the code, its line, and the text of the line, under which LibTorch draws a wave.
   */
  private static final Pattern PLACE =
      Pattern.compile("File \"([^\"]+)\", line (\\d+)\\n(?:.*\\n)*?\\s*(\\S.*)\\n\\s*~+");

  private LoadError() {}

  /** The exception in words; the same one where it did not come from LibTorch's reader. */
  static JennitException inWords(Path file, JennitException e) {
    Matcher libtorch = FROM_LIBTORCH.matcher(e.getMessage());
    if (!libtorch.matches()) {
      return e;
    }
    String said = libtorch.group(1).strip();
    return new JennitException(file + ": " + reason(said) + place(said), e);
  }

  private static String reason(String said) {
    Matcher operator = OPERATOR.matcher(said);
    if (operator.find()) {
      String library = operator.group(2);
      String name = "its code calls the operator " + operator.group(1);
      return library.equals("aten") || library.equals("prim")
          ? name + ", which LibTorch 2.10 does not have: save the model again by that PyTorch"
          : name
              + ", which belongs to another library ("
              + library
              + ") and is not here: save the part of the model before it";
    }
    Matcher type = CLASS.matcher(said);
    if (type.find()) {
      return "its code needs the class "
          + type.group(1)
          + " of another library, which is not here: save the model without it";
    }
    if (said.contains("required keyword attribute 'value' is undefined")) {
      // The constants of oneDNN's layouts, which LibTorch writes without their values.
      return "it was saved after torch.jit.optimize_for_inference, which LibTorch cannot read back:"
          + " save the model as it was before";
    }
    String first = said.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
    String why =
        said.contains("INTERNAL ASSERT") || said.contains("passed to at()")
            ? "its code and its objects do not fit together"
            : first.replaceFirst("[.:]+$", "");
    return "LibTorch cannot read it (" + why + "): save it again by PyTorch 2.10 or before";
  }

  private static String place(String said) {
    Matcher place = PLACE.matcher(said);
    return place.find()
        ? " (" + place.group(1) + ", line " + place.group(2) + ": " + place.group(3).strip() + ")"
        : "";
  }
}
