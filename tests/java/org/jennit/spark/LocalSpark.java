package org.jennit.spark;

import org.apache.spark.sql.SparkSession;

/** Spark within this process, for tests. */
public final class LocalSpark {
  private LocalSpark() {}

  /** What all sessions of tests have: no pages, no network but this machine's own. */
  public static SparkSession.Builder quiet(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"));
  }

  /** Two tasks at a time. */
  public static SparkSession start() {
    return quiet("local[2]").getOrCreate();
  }
}
