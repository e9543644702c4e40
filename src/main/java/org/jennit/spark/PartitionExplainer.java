package org.jennit.spark;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What one task does.
 *
 * @param column the place of the pictures in a row
 * @param hadoop the file systems there are
 */
record PartitionExplainer(Plan plan, InputKind kind, int column, SerializableConfiguration hadoop)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws Exception {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext task = TaskContext.get();
    Plan here = plan.on(device(plan.compute().device(), task.resourcesJMap()));
    Shared<Plan, OpenExplainer>.Lease lease;
    try (TaskThreads threads = TaskThreads.take(task.cpus())) {
      lease = OpenExplainer.acquire(here);
    }
    // Not at the last row: a limit may leave rows behind.
    task.addTaskCompletionListener((TaskCompletionListener) ended -> lease.close());
    return new RowBatches(rows, this, lease.value(), task.cpus());
  }

  /** Where a task computes: its own GPU where "cuda" is asked for and Spark gave it one. */
  static String device(String asked, Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get("gpu");
    return asked.equals("cuda") && gpu != null && gpu.addresses().length > 0
        ? "cuda:" + gpu.addresses()[0]
        : asked;
  }
}
