package org.jennit.types;

/** The weighted sum of values that attention is, without the projections around it. */
public interface Attention {}
