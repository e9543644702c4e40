package org.jennit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;

/** The rows of explanations, made batch by batch as they are asked for. */
final class RowBatches implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final PartitionExplainer task;
  private final OpenExplainer explainer;
  private final int threads;
  private final Queue<Row> ready = new ArrayDeque<>();

  RowBatches(Iterator<Row> rows, PartitionExplainer task, OpenExplainer explainer, int threads) {
    this.rows = rows;
    this.task = task;
    this.explainer = explainer;
    this.threads = threads;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && rows.hasNext()) {
      List<Row> batch = new ArrayList<>();
      while (batch.size() < task.plan().batchSize() && rows.hasNext()) {
        batch.add(rows.next());
      }
      try (TaskThreads taken = TaskThreads.take(threads);
          PointerScope temporaries = new PointerScope()) {
        explain(batch);
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  // What cannot be read has its row before those of the others of its batch.
  private void explain(List<Row> batch) {
    List<Row> readable = new ArrayList<>();
    List<Tensor> images = new ArrayList<>();
    for (Row row : batch) {
      try {
        images.add(read(row));
        readable.add(row);
      } catch (IOException | JennitException e) {
        ready.add(OutputColumns.row(row, e.getMessage()));
      }
    }
    if (!readable.isEmpty()) {
      explain(readable, images);
    }
  }

  private Tensor read(Row row) throws IOException {
    Object value = row.get(task.column());
    if (value == null) {
      throw new IOException("there is no picture: the column is null");
    }
    return task.kind().read(value, explainer.format(), task.hadoop().value());
  }

  /** One picture alone may be at fault, such as for a value that is not finite. */
  private void explain(List<Row> batch, List<Tensor> images) {
    List<List<Row>> explained = new ArrayList<>();
    batch.forEach(row -> explained.add(new ArrayList<>()));
    try {
      explainer.explain(
          images,
          (result, scores) ->
              explained
                  .get(result.sample())
                  .add(
                      OutputColumns.row(
                          batch.get(result.sample()), explainer.heatmap(result), result, scores)));
      explained.forEach(ready::addAll);
    } catch (JennitException | IllegalArgumentException e) {
      if (batch.size() == 1) {
        ready.add(OutputColumns.row(batch.get(0), e.getMessage()));
      } else {
        for (int i = 0; i < batch.size(); i++) {
          explain(List.of(batch.get(i)), List.of(images.get(i)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
