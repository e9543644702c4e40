/**
 * Models of files by torch.export as module trees: {@link org.jennit.export.ExportedProgram}.
 *
 * <p><b>Which files to trust.</b> An exported program is data: tensors, and a list of LibTorch's
 * operators to call on them. Nothing of a file is unpickled, nothing outside of it is read, and
 * none of its operators runs while it is opened; those that read or write files are refused. When
 * the model is called its operators run: a hostile program can take all time and memory, but it
 * brings no code of its own.
 */
package org.jennit.export;
