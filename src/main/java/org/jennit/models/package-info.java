/**
 * The architectures of torchvision under their own names, with the names, the order and the first
 * values of their parameters. {@link org.jennit.models.Models} makes one by its name; the classes'
 * factory methods make one with fresh weights, in training mode.
 *
 * <p>On a processor the convolutional networks, but for EfficientNet, bring float32 images into
 * channels_last. Shapes and values stay the same, but what their layers answer, and the relevance
 * there, lies in memory in that order.
 */
package org.jennit.models;
