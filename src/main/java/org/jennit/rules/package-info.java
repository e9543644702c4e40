/**
 * The built-in rules: what happens to relevance at one module. They run in native code; their
 * stabilizers are 1e-6 by default and no parameter is taken as zero. {@code zero_params} names
 * parameters, such as "bias", that a rule takes as zero. {@link org.jennit.rules.ClampMod}, {@link
 * org.jennit.rules.GammaMod} and {@link org.jennit.rules.NoMod} are for rules of one's own.
 */
package org.jennit.rules;
