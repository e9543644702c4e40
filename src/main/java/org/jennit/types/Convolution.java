package org.jennit.types;

/** A convolution of any kind. */
public interface Convolution extends Linear {}
