package org.jennit.cli;

import java.io.IOException;
import org.jennit.explain.TextResult;

/** Takes results of texts as they come. */
interface TextSink {
  /**
   * One text's result for one target.
   *
   * @param number of the text, from 1
   * @param result its tensors are freed afterwards
   */
  void accept(int number, TokenizedText text, TextResult result) throws IOException;

  /** What is explained, in words. */
  static String explained(TextResult result) {
    return result.label()
        + (result.against() == null ? "" : " and not " + result.scores().label(result.against()));
  }

  /** The relevance of each token. */
  static double[] relevance(TextResult result) {
    double[] values = new double[Math.toIntExact(result.relevance().numel())];
    result.relevance().contiguous().data_ptr_double().get(values);
    return values;
  }
}
