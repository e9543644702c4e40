package org.jennit.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jennit.export.ExportedProgram;
import org.jennit.nn.Module;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Texts in place of images, and how a model takes them. */
final class TextOptions {
  private static final List<String> ALONE =
      List.of("--tokenizer", "--inputs", "--embedding", "--position", "--against");
  private static final List<String> OF_IMAGES =
      List.of(
          "--output",
          "--resume",
          "--batch-size",
          "--workers",
          "--no-conservation",
          "--overlay",
          "--layer",
          "--n-iter",
          "--noise-level",
          "--window",
          "--stride",
          "--low",
          "--high",
          "--size",
          "--crop",
          "--interpolation",
          "--mean",
          "--std",
          "--grey");

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "A text to explain in place of images; may be given again.")
  List<String> texts = List.of();

  @Option(
      names = "--text-file",
      paramLabel = "FILE",
      description = "Texts, one a line, in UTF-8; empty lines are left out.")
  Path file;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "Hugging Face's tokenizer.json that goes with the model, or its folder.")
  Path tokenizer;

  @Option(
      names = "--inputs",
      paramLabel = "NAME",
      split = ",",
      description =
          "What the model takes, in this order: ${COMPLETION-CANDIDATES} (default: what the names of"
              + " an exported program's inputs say, otherwise ids,mask).")
  List<Input> inputs;

  @Option(
      names = "--embedding",
      paramLabel = "PATH",
      description =
          "The module that embeds the tokens (default: the first Embedding that the model calls).")
  String embedding;

  @Option(
      names = "--position",
      paramLabel = "N",
      description =
          "Of models that answer for each token: the token whose outputs are explained, from 0, or"
              + " negative from the end (default: -1, the last).")
  Long position;

  @Option(
      names = "--against",
      paramLabel = "OUTPUT",
      description =
          "Explain the target less this output, an index or a name: why the one and not the other.")
  String against;

  /** What a tokenizer gives a model; each is 1 x tokens. */
  enum Input {
    ids,
    mask,
    types;

    private static Input named(String name) {
      return name.contains("mask") ? mask : name.contains("type") ? types : ids;
    }
  }

  /** What is given to the model: what was asked for, or what its inputs are called after. */
  List<Input> inputs(Module model) {
    if (inputs != null) {
      return inputs;
    }
    if (model instanceof ExportedProgram program) {
      List<Input> named = program.input_names().stream().map(Input::named).toList();
      if (named.lastIndexOf(Input.ids) == 0) {
        return named;
      }
    }
    return List.of(Input.ids, Input.mask);
  }

  /**
   * Whether texts are to be explained.
   *
   * @throws picocli.CommandLine.ParameterException where other options do not go with that
   */
  boolean given(CommandSpec spec) {
    boolean given = !texts.isEmpty() || file != null;
    for (String option : given ? OF_IMAGES : ALONE) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw Usage.wrong(
            spec,
            option + (given ? " means nothing for texts" : " goes with --text or --text-file"));
      }
    }
    if (given && tokenizer == null) {
      throw Usage.wrong(
          spec, "--tokenizer: name the tokenizer.json that goes with the model, for --text");
    }
    if (given && inputs != null && (inputs.isEmpty() || inputs.get(0) != Input.ids)) {
      throw Usage.wrong(spec, "--inputs: the ids come first");
    }
    return given;
  }

  /** All texts, those of the command line first. */
  List<String> read(CommandSpec spec) throws IOException {
    List<String> all = new ArrayList<>(texts);
    if (file != null) {
      try {
        Files.readAllLines(file).stream().filter(line -> !line.isBlank()).forEach(all::add);
      } catch (MalformedInputException e) {
        throw new IOException(file + " is not a text in UTF-8", e);
      }
    }
    if (all.isEmpty()) {
      throw Usage.wrong(spec, "--text-file: there are no texts in " + file);
    }
    return all;
  }
}
