package org.jennit.types;

/** A normalization by statistics of each sample. */
public interface Normalization {}
