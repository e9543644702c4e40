package org.jennit.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jennit.process.ChildJvm;
import org.jennit.weights.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory of a process that explains ten thousand rows. Takes minutes: see SparkClusterTest. */
@Tag("spark-cluster")
class SparkMemoryTest {
  private static final int ROUNDS = 10;
  private static final int ROWS = 1000;
  // A tensor that each row leaves behind, of 28 x 28 floats, would be 15 MB in the second half;
  // compiled code and what the JVM keeps of classes still grow a little then.
  private static final long ALLOWED = 8 << 20;

  /** Prints the process's own bytes after each thousand rows. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      SparkSession spark = LocalSpark.quiet("local[2]").getOrCreate();
      Dataset<Row> numbers =
          spark.sql(
              "select transform(sequence(1, 784), i -> float(pmod(hash(i, id), 256)) / 255) as n"
                  + " from range(0, "
                  + ROWS
                  + ", 1, 4)");
      Dataset<Row> explained =
          new Explainer().setModel("digits").setInputCol("n").setTarget("top-2").transform(numbers);
      for (int round = 0; round < ROUNDS; round++) {
        explained.write().format("noop").mode("overwrite").save();
        System.out.println("own " + Memory.own());
      }
      spark.stop();
    }
  }

  @Test
  void doesNotGrowWithRows() throws Exception {
    List<Long> own =
        ChildJvm.of(Program.class)
            .options(JavaModuleOptions.defaultModuleOptionArray())
            .options(
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch")
            .run()
            .succeeded()
            .out()
            .lines()
            .filter(line -> line.startsWith("own "))
            .map(line -> Long.parseLong(line.substring(4)))
            .toList();
    System.out.println("MiB after each thousand rows: " + own.stream().map(b -> b >> 20).toList());
    long growth = own.get(ROUNDS - 1) - own.get(ROUNDS / 2 - 1);
    assertTrue(growth < ALLOWED, "in five thousand rows: " + own);
  }
}
