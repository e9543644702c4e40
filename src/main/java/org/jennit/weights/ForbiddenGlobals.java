package org.jennit.weights;

import java.util.Set;

/**
 * What no weights need and an attack does: functions of Python that run programs or code, or reach
 * for files and the network. Nothing is run here whatever a pickle names; but who put one of these
 * into a file meant it to run elsewhere, and its numbers deserve no trust either.
 */
final class ForbiddenGlobals {
  private static final Set<String> MODULES =
      Set.of(
          "bdb",
          "code",
          "codeop",
          "commands",
          "ctypes",
          "imp",
          "importlib",
          "marshal",
          "nt",
          "os",
          "pdb",
          "pickle",
          "pip",
          "popen2",
          "posix",
          "profile",
          "pty",
          "runpy",
          "shutil",
          "socket",
          "subprocess",
          "sys",
          "timeit",
          "webbrowser");

  private static final Set<String> BUILTINS =
      Set.of(
          "__import__",
          "apply",
          "breakpoint",
          "compile",
          "eval",
          "exec",
          "execfile",
          "globals",
          "input",
          "open",
          "setattr");

  private ForbiddenGlobals() {}

  static boolean contains(String module, String name) {
    int dot = module.indexOf('.');
    String root = dot < 0 ? module : module.substring(0, dot);
    boolean builtin =
        root.equals("builtins") || root.equals("__builtin__") || root.equals("__builtins__");
    return MODULES.contains(root) || (builtin && BUILTINS.contains(name));
  }
}
