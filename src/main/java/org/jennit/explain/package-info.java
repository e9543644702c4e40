/**
 * What the command line and the transformer for Spark share: from settings, which are plain values,
 * to models, attributors, relevance and pictures. A program of its own calls the classes below
 * these directly.
 */
package org.jennit.explain;
