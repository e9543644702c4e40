/**
 * One page that shows what was explained: {@link org.jennit.report.Report} writes a single HTML
 * file with inputs, relevance, predictions, settings and conservation in it, which needs no network
 * and no other file. The page paints relevance itself, as {@link org.jennit.image.Image} does, so
 * colour map, level and norm can be changed in it.
 */
package org.jennit.report;
