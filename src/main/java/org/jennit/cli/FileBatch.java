package org.jennit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Files that are explained together.
 *
 * @param isThere whether the results of all of them are there already
 */
record FileBatch(List<InputFile> files, boolean isThere) {
  /**
   * All files in batches. Cut before what is there is left out, so that an image always has the
   * same company: the last bits of a sum depend on it.
   */
  static List<FileBatch> cut(List<InputFile> files, int size, Predicate<InputFile> isThere) {
    List<FileBatch> batches = new ArrayList<>();
    for (int start = 0; start < files.size(); start += size) {
      List<InputFile> batch = files.subList(start, Math.min(files.size(), start + size));
      batches.add(new FileBatch(batch, batch.stream().allMatch(isThere)));
    }
    return batches;
  }
}
