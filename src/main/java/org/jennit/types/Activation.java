package org.jennit.types;

/** An activation: a function applied to each element by itself. */
public interface Activation {}
