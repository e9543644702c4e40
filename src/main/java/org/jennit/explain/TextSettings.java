package org.jennit.explain;

import java.util.List;

/**
 * What is explained of each text, and where its tokens enter the model.
 *
 * @param target as {@link TargetChoice#parse} reads them
 * @param against an output whose value is taken from the target's, by index or name; null for none
 * @param position the token whose outputs are meant, where the model answers for each; a negative
 *     one counts from the end; null for the last
 * @param embedding the path of the module that embeds the tokens; null for the first Embedding that
 *     the model calls
 */
public record TextSettings(List<String> target, String against, Long position, String embedding) {}
