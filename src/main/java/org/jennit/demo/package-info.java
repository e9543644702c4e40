/** Handwritten digits, a network that reads them, and what an explanation of it looks like. */
package org.jennit.demo;
