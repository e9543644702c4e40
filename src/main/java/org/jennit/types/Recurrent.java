package org.jennit.types;

/** A layer that reads a sequence step by step, or one of its steps. */
public interface Recurrent {}
