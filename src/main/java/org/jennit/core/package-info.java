/**
 * What the other packages are made of: {@link org.jennit.core.Composite} gives a model rules and
 * takes them back, {@link org.jennit.core.Hook} is a rule, {@link org.jennit.core.Canonizer}
 * reshapes a model, {@link org.jennit.core.Autograd} computes gradients and relevances.
 */
package org.jennit.core;
