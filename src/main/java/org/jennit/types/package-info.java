/**
 * Groups of modules that composites name at once, in place of a list of classes. The layers of
 * {@link org.jennit.nn} implement the group they belong to; a user's module may implement one as
 * well.
 */
package org.jennit.types;
