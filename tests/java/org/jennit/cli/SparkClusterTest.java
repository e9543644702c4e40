package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jennit.process.ChildJvm;
import org.jennit.spark.LocalSpark;
import org.jennit.spark.Pictures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command with a master, two workers and their executors as processes of this machine, of which
 * some are killed. Takes minutes: {@code mvn test -Pspark-cluster -Dtest=SparkClusterTest}.
 */
@Tag("spark-cluster")
class SparkClusterTest {
  private static final int COUNT = 2000;
  private static final int BROKEN = 5;
  private static final Pattern EXPLAINED =
      Pattern.compile("(\\d+) of 2000 images done in \\S+?(?:, (\\d+) were there)?\\R");

  @TempDir Path folder;
  private Path table;
  private Process command;

  @BeforeEach
  void pictures() throws IOException {
    Pictures.write(folder.resolve("pictures"), COUNT, BROKEN);
    Files.createDirectories(folder.resolve("spark/jars"));
    table = folder.resolve("table");
  }

  @AfterEach
  void end() {
    if (command != null) {
      command.descendants().forEach(ProcessHandle::destroyForcibly);
      command.destroyForcibly();
    }
  }

  private void start(String... more) throws IOException {
    ChildJvm jvm =
        ChildJvm.of(Main.class)
            .options(JavaModuleOptions.defaultModuleOptionArray())
            .options(
                "-Xmx1g",
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dspark.executorEnv.SPARK_SCALA_VERSION=2.13")
            .environment("SPARK_HOME", folder.resolve("spark").toString())
            .environment("SPARK_SCALA_VERSION", "2.13")
            .environment("SPARK_LOCAL_IP", "127.0.0.1");
    String[] arguments = {
      "spark",
      "attribute",
      folder.resolve("pictures").toString(),
      "-m",
      "digits",
      "-o",
      table.toString(),
      "--master",
      "local-cluster[2,1,1024]",
      "--images-per-task",
      "100"
    };
    command =
        jvm.start(
            folder.resolve("out"),
            folder.resolve("err"),
            Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new));
  }

  private List<ProcessHandle> executors() {
    return command.descendants().filter(SparkClusterTest::isExecutor).toList();
  }

  // ProcessHandle cuts command lines at a page, which the class path alone fills.
  private static boolean isExecutor(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException ended) {
      return false;
    }
  }

  /** Waits until so many tasks have left their files. */
  private void awaitTasks(long count) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (finished() < count) {
      assertTrue(command.isAlive() && System.nanoTime() < end, this::printed);
      Thread.sleep(50);
    }
  }

  private long finished() throws IOException {
    if (!Files.exists(table)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  private String printed() {
    try {
      return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** How many images a finished run says to have explained, and how many were there. */
  private int[] awaitEnd() throws InterruptedException {
    assertTrue(command.waitFor(10, TimeUnit.MINUTES), this::printed);
    assertEquals(ExitCode.UNREADABLE_INPUTS, command.exitValue(), this::printed);
    Matcher said = EXPLAINED.matcher(printed());
    assertTrue(said.find(), this::printed);
    int before = said.group(2) == null ? 0 : Integer.parseInt(said.group(2));
    return new int[] {Integer.parseInt(said.group(1)), before};
  }

  /** Each picture once, with the bytes of a run that nothing happened to. */
  private void assertWhole() {
    Path calm = folder.resolve("calm");
    CommandRun run =
        CommandRun.of(
            "spark",
            "attribute",
            folder.resolve("pictures"),
            "-m",
            "digits",
            "-o",
            calm,
            "--master",
            "local[2]",
            "--images-per-task",
            "700");
    assertEquals(ExitCode.UNREADABLE_INPUTS, run.exitCode(), run.err());
    SparkSession session = LocalSpark.start();
    try {
      List<Row> expected = rows(session, calm);
      List<Row> rows = rows(session, table);
      assertEquals(COUNT, expected.size());
      assertEquals(COUNT, rows.size());
      assertEquals(BROKEN, rows.stream().filter(row -> row.getAs("error") != null).count());
      for (int i = 0; i < COUNT; i++) {
        String path = expected.get(i).getAs("path");
        assertEquals(path, rows.get(i).getAs("path"));
        assertArrayEquals(
            expected.get(i).<byte[]>getAs("heatmap"), rows.get(i).<byte[]>getAs("heatmap"), path);
      }
    } finally {
      session.stop();
    }
  }

  private static List<Row> rows(SparkSession session, Path table) {
    return session.read().parquet(table.toString()).orderBy("path").collectAsList();
  }

  @Test
  void aKilledExecutorLosesNothingAndDoublesNothing() throws Exception {
    start();
    awaitTasks(2);
    List<ProcessHandle> executors = executors();
    assertEquals(2, executors.size(), this::printed);
    assertTrue(executors.get(0).destroyForcibly());
    executors.get(0).onExit().get(1, TimeUnit.MINUTES);
    assertTrue(finished() < COUNT / 100, "the executor was killed too late");
    assertArrayEquals(new int[] {COUNT, 0}, awaitEnd());
    assertFalse(command.isAlive());
    assertWhole();
  }

  @Test
  void aKilledRunIsResumedWhereItWas() throws Exception {
    start();
    awaitTasks(3);
    List<ProcessHandle> executors = executors();
    command.destroyForcibly().waitFor();
    for (ProcessHandle executor : executors) {
      executor.onExit().get(1, TimeUnit.MINUTES);
    }
    long left = finished();
    assertTrue(left < COUNT / 100, "the run was killed too late");
    start("--resume");
    int[] said = awaitEnd();
    assertEquals(COUNT, said[0] + said[1]);
    assertTrue(said[1] >= 1, "what was done before: " + said[1]);
    assertWhole();
  }
}
