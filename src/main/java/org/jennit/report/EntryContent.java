package org.jennit.report;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** What one kind of entry shows between its name and its tables. */
interface EntryContent {

  static EntryContent of(int number, ReportEntry entry) {
    if (entry instanceof SeriesEntry series) {
      return new SeriesContent(number, series);
    }
    if (entry instanceof TokenEntry text) {
      return new TokenContent(text);
    }
    return new PictureContent((PictureEntry) entry);
  }

  /** What the page's script makes of it. */
  String kind();

  /** What stands beside the name, as HTML. */
  List<String> facts();

  void write(Writer out, Appearance appearance) throws IOException;
}
