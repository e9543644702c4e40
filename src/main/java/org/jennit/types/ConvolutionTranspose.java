package org.jennit.types;

/** A transposed convolution. */
public interface ConvolutionTranspose extends Convolution {}
