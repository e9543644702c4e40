/**
 * The command line, {@code jennit}. Nothing outside this package needs it, nor picocli and
 * progressbar, which it is written with.
 *
 * <p>Options that several commands share are mixins ({@code ...Options}). They hold what was
 * written on the command line, so that help needs no native code; what they mean for a model is
 * made of them when the command runs.
 */
package org.jennit.cli;
