/**
 * Weight files: reading safetensors and what {@code torch.save} writes, and writing safetensors.
 * Start at {@link org.jennit.weights.Weights}. Reading runs no code of the file.
 */
package org.jennit.weights;
