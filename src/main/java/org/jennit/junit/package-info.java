/**
 * For the tests of those who use the library, with JUnit 5; nothing else of the library needs it.
 */
package org.jennit.junit;
