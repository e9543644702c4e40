package org.jennit.nn;

import java.util.List;

/**
 * What a state_dict and a module did not have in common.
 *
 * @param missing_keys names of the module that the state_dict lacks
 * @param unexpected_keys names of the state_dict that the module lacks
 */
public record LoadResult(List<String> missing_keys, List<String> unexpected_keys) {}
