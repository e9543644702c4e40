package org.jennit.types;

/** A pooling that takes the maximum. */
public interface MaxPool {}
