package org.jennit.cli;

import java.util.Locale;
import java.util.function.Supplier;
import org.jennit.explain.SettingException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Errors of the command line itself. */
final class Usage {
  private Usage() {}

  /** What stops the command with the exit code for wrong usage. */
  static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** An error of settings, which options have in kebab case. */
  static ParameterException wrong(CommandSpec spec, SettingException e) {
    String message =
        e.message(name -> "--" + name.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT));
    return new ParameterException(spec.commandLine(), message, e);
  }

  /** The value that an option stands for; an IllegalArgumentException names the option then. */
  static <T> T of(CommandSpec spec, String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
