/**
 * From an image file to a network's input, pixel for pixel as torchvision's transforms do it on
 * Pillow images: decode, resize the shorter side, crop the centre, scale to [0, 1], normalise.
 * Start at {@link org.jennit.image.transform.Preprocessing}.
 */
package org.jennit.image.transform;
