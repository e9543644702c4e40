/**
 * Composites: which rule each module of a model gets, by its type, its path or its place, with the
 * options and defaults of Zennit.
 */
package org.jennit.composites;
