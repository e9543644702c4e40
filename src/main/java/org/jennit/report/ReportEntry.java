package org.jennit.report;

import java.util.List;
import org.jennit.attribution.ConservationReport;

/** What a report shows of one input: what all kinds of entries have. */
public sealed interface ReportEntry permits PictureEntry, SeriesEntry, TokenEntry {

  /** What stands above the entry, such as a file's name; any text. */
  String name();

  /** In the order to show them in; may be empty. */
  List<Prediction> predictions();

  /** Where the relevance stayed, or null. */
  ConservationReport conservation();
}
