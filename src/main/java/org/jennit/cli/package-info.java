/**
 * The command line, {@code jennit}. Nothing outside this package needs it, nor picocli, progressbar
 * and DJL's tokenizers, which it is written with.
 *
 * <p>Options that several commands share are mixins ({@code ...Options}). They hold what was
 * written on the command line, so that help needs no native code; as settings, they go to {@code
 * org.jennit.explain}, which makes of them what they mean for a model.
 */
package org.jennit.cli;
