package org.jennit.cli;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with rate and remaining time, on the terminal's standard error. */
final class ProgressBar implements Progress {
  private final me.tongfei.progressbar.ProgressBar bar;

  ProgressBar(int total) {
    bar =
        new ProgressBarBuilder()
            .setTaskName("Images")
            .setInitialMax(total)
            .setUpdateIntervalMillis(200)
            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
            .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .build();
  }

  @Override
  public void step(String line) {
    bar.step();
  }

  @Override
  public void close() {
    bar.close();
  }
}
