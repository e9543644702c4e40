package org.jennit.spark;

import java.io.Serializable;
import java.util.List;
import org.jennit.explain.AttributorSettings;
import org.jennit.explain.ComputeSettings;
import org.jennit.explain.PictureSettings;
import org.jennit.explain.PreprocessingSettings;
import org.jennit.explain.RuleSettings;

/** What the tasks of one explanation are told. Equal plans are explained by one explainer. */
record Plan(
    ModelSource model,
    ComputeSettings compute,
    PreprocessingSettings preprocessing,
    RuleSettings rules,
    AttributorSettings attributor,
    PictureSettings picture,
    List<String> target,
    HeatmapFormat format,
    int batchSize)
    implements Serializable {

  /** The same on another device. */
  Plan on(String device) {
    return new Plan(
        model,
        new ComputeSettings(device, compute.dtype(), compute.seed()),
        preprocessing,
        rules,
        attributor,
        picture,
        target,
        format,
        batchSize);
  }
}
