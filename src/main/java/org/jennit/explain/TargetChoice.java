package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The targets that words name. Its errors are {@link SettingException}s. */
public final class TargetChoice {
  private static final Pattern RANKS = Pattern.compile("top-?(\\d{1,6})");

  private final String setting;
  private final List<Target> targets;

  /**
   * @param targets null for all outputs
   */
  private TargetChoice(String setting, List<Target> targets) {
    this.setting = setting;
    this.targets = targets;
  }

  /**
   * Reads {@code max}, {@code top-K}, {@code all}, or indices and names of classes.
   *
   * @throws SettingException for a word that is not understood
   */
  public static TargetChoice parse(List<String> words, Labels labels) {
    List<Target> targets = new ArrayList<>();
    for (String word : words) {
      Matcher ranks = RANKS.matcher(word);
      boolean several = word.equals("all") || word.equals("max") || ranks.matches();
      refuse(
          several && words.size() > 1, "target", "'" + word + "' does not go with other targets");
      if (word.equals("all")) {
        return new TargetChoice("target", null);
      }
      if (word.equals("max")) {
        targets.add(Target.ofRank(0, ""));
      } else if (several) {
        targets.addAll(ranked(Integer.parseInt(ranks.group(1))));
      } else {
        targets.add(Target.ofClass(index("target", word, labels)));
      }
    }
    return new TargetChoice("target", targets.stream().distinct().toList());
  }

  /**
   * One output, by index or name, for another setting than {@code target}.
   *
   * @throws SettingException of {@code setting}
   */
  static TargetChoice one(String setting, String word, Labels labels) {
    return new TargetChoice(setting, List.of(Target.ofClass(index(setting, word, labels))));
  }

  private static List<Target> ranked(int count) {
    refuse(count < 1, "target", "of the largest outputs, at least one must be asked for");
    return IntStream.range(0, count).mapToObj(r -> Target.ofRank(r, "top" + (r + 1))).toList();
  }

  private static int index(String setting, String word, Labels labels) {
    return word.matches("\\d{1,9}")
        ? Integer.parseInt(word)
        : SettingException.of(setting, () -> labels.index(word));
  }

  /**
   * The targets of a model.
   *
   * @throws SettingException where it has too few outputs for them
   */
  public List<Target> targets(long outputs) {
    if (targets == null) {
      return IntStream.range(0, Math.toIntExact(outputs)).mapToObj(Target::ofClass).toList();
    }
    for (Target target : targets) {
      if (Math.max(target.rank(), target.index()) >= outputs) {
        throw new SettingException(
            setting,
            target.rank() >= 0
                ? "the model has " + outputs + " outputs, not " + targets.size()
                : "there is no output "
                    + target.index()
                    + ": the model's outputs go from 0 to "
                    + (outputs - 1));
      }
    }
    return targets;
  }
}
