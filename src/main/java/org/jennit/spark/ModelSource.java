package org.jennit.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.jennit.explain.Compute;
import org.jennit.explain.ComputeSettings;
import org.jennit.explain.Labels;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.ModelLoader;
import org.jennit.explain.ModelSettings;

/**
 * Where a task finds a model. The names of files stand for their content, so that equal sources are
 * equal models.
 *
 * @param name of an architecture, or of a shipped file
 * @param shipped whether it is a file
 * @param weights the name of a shipped file; null for none
 * @param labels the names of the model's outputs; null for those that go with it
 * @param labelsFile where they are from, for errors
 */
record ModelSource(
    String name,
    boolean shipped,
    String weights,
    List<String> weightsKey,
    List<String> stripPrefix,
    boolean randomWeights,
    Long numClasses,
    boolean functionalOps,
    List<String> labels,
    String labelsFile)
    implements Serializable {

  /** Opens the model in this process; the caller closes it. */
  LoadedModel open(ComputeSettings compute) throws IOException {
    ModelSettings settings =
        new ModelSettings(
            shipped ? SparkFiles.get(name) : name,
            weights == null ? null : Path.of(SparkFiles.get(weights)),
            weightsKey,
            stripPrefix,
            randomWeights,
            numClasses,
            functionalOps);
    return new ModelLoader(settings, Compute.of(compute), true).load(names());
  }

  Labels names() {
    return labels == null ? Labels.of(name) : Labels.of(labels, labelsFile);
  }
}
