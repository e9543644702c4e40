/** The binding of the native core. Not for users: it changes without notice. */
package org.jennit.internal;
