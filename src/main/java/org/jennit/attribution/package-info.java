/**
 * Attributors: what computes an attribution of a model, with or without a composite, and a report
 * on what became of the relevance on its way.
 */
package org.jennit.attribution;
