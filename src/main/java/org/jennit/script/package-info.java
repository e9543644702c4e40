/** Models of TorchScript files as module trees: {@link org.jennit.script.TorchScript}. */
package org.jennit.script;
