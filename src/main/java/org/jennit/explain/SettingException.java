package org.jennit.explain;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A setting that is wrong, or does not go with the others. Its message starts with the setting's
 * name, as the records of settings have it.
 */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final List<String> settings;
  private final String reason;

  SettingException(List<String> settings, String reason, Throwable cause) {
    super(String.join(", ", settings) + ": " + reason, cause);
    this.settings = List.copyOf(settings);
    this.reason = reason;
  }

  /**
   * @param setting as the records of settings have it
   */
  public SettingException(String setting, String reason) {
    this(List.of(Objects.requireNonNull(setting, "setting is null")), reason, null);
  }

  /**
   * The message with the settings under other names.
   *
   * @param naming from the name of a record's component, such as {@code numClasses}
   */
  public String message(Function<String, String> naming) {
    return settings.stream().map(naming).collect(Collectors.joining(", ")) + ": " + reason;
  }

  /** The value that a setting stands for; an IllegalArgumentException names the setting then. */
  static <T> T of(String setting, Supplier<T> value) {
    return of(List.of(setting), value);
  }

  static <T> T of(List<String> settings, Supplier<T> value) {
    try {
      return value.get();
    } catch (SettingException e) {
      throw e; // it names the setting already
    } catch (IllegalArgumentException e) {
      throw new SettingException(settings, e.getMessage(), e);
    }
  }

  static void refuse(boolean condition, String setting, String reason) {
    if (condition) {
      throw new SettingException(setting, reason);
    }
  }
}
