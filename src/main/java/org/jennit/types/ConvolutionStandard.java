package org.jennit.types;

/** A convolution that is not transposed. */
public interface ConvolutionStandard extends Convolution {}
