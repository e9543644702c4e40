/**
 * Canonizers: what reshapes a model while an attribution runs, so that rules fit it, and puts it
 * back.
 */
package org.jennit.canonizers;
