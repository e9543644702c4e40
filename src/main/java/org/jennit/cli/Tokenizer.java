package org.jennit.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jennit.cli.TokenizerProcess.Cut;

/** Cuts texts into tokens as a tokenizer.json of Hugging Face says. */
final class Tokenizer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /**
   * @param path the file, or a folder that holds a tokenizer.json
   */
  Tokenizer(Path path) {
    file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
  }

  /** The file. */
  Path file() {
    return file;
  }

  /**
   * The tokens of each text, those that the tokenizer adds included; nothing is cut off or filled
   * up.
   *
   * @throws IOException naming the file where it is no tokenizer
   */
  List<TokenizedText> tokenize(List<String> texts) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    List<List<Cut>> cuts =
        JSON.readValue(run(JSON.writeValueAsBytes(texts)), new TypeReference<>() {});
    List<TokenizedText> tokenized = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      tokenized.add(TokenizedText.of(texts.get(i), cuts.get(i)));
    }
    return tokenized;
  }

  private byte[] run(byte[] request) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TokenizerProcess.class.getName(),
                file.toAbsolutePath().toString())
            .start();
    CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process));
    try (OutputStream in = process.getOutputStream()) {
      in.write(request);
    } catch (IOException e) {
      // It has ended already, and says why.
    }
    byte[] answer = process.getInputStream().readAllBytes();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(file + " cannot be used as a tokenizer: " + reason(errors.join()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroy();
    }
    return answer;
  }

  private static String text(Process process) {
    try {
      return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What the library said; of a crash the line after its place. */
  private static String reason(String errors) {
    List<String> lines = errors.lines().filter(line -> !line.startsWith("SLF4J")).toList();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).contains(" panicked at ")) {
        return lines.get(i + 1);
      }
    }
    return lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("no reason is given");
  }
}
