package org.jennit.types;

/**
 * A module that is linear in its input, up to a bias: a dense layer or any convolution. A user's
 * own module may implement it to be treated as one.
 */
public interface Linear {}
