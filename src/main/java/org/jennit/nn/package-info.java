/**
 * The module tree: {@link org.jennit.nn.Module} with its children, parameters and hooks, the layers
 * and containers of torch.nn under their own names, options and defaults, and modules written in
 * Java.
 *
 * <p>Constructors take the arguments of torch in the order of torch; those left out have the
 * defaults of torch. All that a layer can be told goes through the object of options that it takes,
 * where there is one. Sizes are for all dimensions if one is given, or one for each dimension.
 * {@code inplace} is false by default.
 */
package org.jennit.nn;
