package org.jennit.types;

/** A pooling that sums or averages. */
public interface AvgPool {}
