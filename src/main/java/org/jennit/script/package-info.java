/**
 * Models of TorchScript files as module trees: {@link org.jennit.script.TorchScript}.
 *
 * <p><b>Which files to trust.</b> A TorchScript file is a program. Opening it builds objects of
 * classes that the file defines, and calling the model executes the file's code with LibTorch's
 * operators: such code can run forever, take all memory, and call any operator that LibTorch or a
 * library beside it registers, those that read and write files included. Damage is found before
 * LibTorch reads a file ({@link org.jennit.weights.TorchScriptArchive}), malice is not. So open
 * files that you saved yourself, or that come from someone whose programs you would run, over a
 * channel that keeps them whole (a checksum that the author published elsewhere is one). Where you
 * trust the numbers but not their author, take the weights alone: {@code org.jennit.weights} reads
 * {@code .safetensors} and {@code .pth} without executing anything, and {@code org.jennit.models}
 * or your own Java has the architecture.
 */
package org.jennit.script;
