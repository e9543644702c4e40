package org.jennit.explain;

import java.io.Serializable;
import java.util.List;
import org.jennit.image.transform.Interpolation;

/**
 * How an image becomes the model's input. What is null is what the model was trained with, as far
 * as it is known.
 *
 * @param size pixels of the shorter side after the resize
 * @param crop pixels of both sides of the input
 * @param mean subtracted from values in [0, 1], one or one for each channel
 * @param std what they are then divided by, likewise
 * @param grey whether the input has one channel; always so for the digits
 */
public record PreprocessingSettings(
    Integer size,
    Integer crop,
    Interpolation interpolation,
    List<Double> mean,
    List<Double> std,
    boolean grey)
    implements Serializable {}
