package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jennit.JennitException;
import org.jennit.explain.SettingException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says in one sentence what went wrong; with {@code --debug}, also where. */
final class ErrorReporter implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final BooleanSupplier debug;

  ErrorReporter(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("jennit: " + oneLine(e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
    // The option may stand behind the error and be unparsed yet.
    trace(e, debug.getAsBoolean() || List.of(arguments).contains("--debug"), err);
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof SettingException wrong) {
      return handleParseException(
          Usage.wrong(command.getCommandSpec(), wrong),
          parsed.originalArgs().toArray(String[]::new));
    }
    PrintWriter err = command.getErr();
    err.println("jennit: " + oneLine(describe(e)));
    trace(e, debug.getAsBoolean(), err);
    return ExitCode.FAILED;
  }

  private static void trace(Exception e, boolean wanted, PrintWriter err) {
    if (wanted) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** The sentence for an exception of any kind. */
  static String describe(Throwable e) {
    if (e instanceof UncheckedIOException unchecked) {
      String message = unchecked.getMessage();
      IOException cause = unchecked.getCause();
      return message == null || message.equals(cause.toString()) ? describe(cause) : message;
    }
    if (e instanceof NoSuchFileException missing && missing.getReason() == null) {
      return missing.getFile() + " does not exist";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + " may not be read or written here";
    }
    if (e instanceof FileSystemException file && file.getReason() == null) {
      return file.getFile() + " cannot be used: " + file.getClass().getSimpleName();
    }
    boolean known =
        e instanceof JennitException
            || e instanceof IOException
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException;
    return known && e.getMessage() != null
        ? e.getMessage()
        : "internal error: " + e + " (--debug shows where)";
  }

  /** LibTorch adds the stack of its calls, and picocli what it knows, on lines of their own. */
  static String oneLine(String message) {
    int stack = message.indexOf("\nException raised from ");
    return (stack < 0 ? message : message.substring(0, stack))
        .strip()
        .replaceAll("\\s*\\R\\s*", " ");
  }
}
