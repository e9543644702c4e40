package org.jennit.explain;

import java.io.Serializable;
import java.util.List;

/**
 * Which attributor is used. What is null is the attributor's own default.
 *
 * @param layer paths of the modules whose relevance is wanted too; of gradcam the one it looks at
 * @param nIter steps of smoothgrad and integrated_gradients
 * @param noiseLevel of smoothgrad
 * @param window of occlusion
 * @param stride of occlusion
 */
public record AttributorSettings(
    AttributorName attributor,
    List<String> layer,
    Integer nIter,
    Double noiseLevel,
    List<Long> window,
    List<Long> stride)
    implements Serializable {}
