/**
 * Attributions of neural networks on LibTorch. Start at {@link org.jennit.attribution.Gradient} for
 * heatmaps, at {@link org.jennit.core.Composite} for what happens at each module, and at {@link
 * org.jennit.nn.Module} for models. The packages mirror the modules of Zennit.
 */
package org.jennit;
