package org.jennit.image;

import java.awt.EventQueue;
import java.awt.GraphicsEnvironment;
import java.awt.Image;
import java.awt.image.BufferedImage;
import javax.swing.ImageIcon;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.WindowConstants;

/** A window that holds one picture. */
final class ImageWindow {
  private static final int COMFORTABLE = 256;

  private ImageWindow() {}

  static void open(BufferedImage picture) {
    if (GraphicsEnvironment.isHeadless()) {
      throw new IllegalStateException(
          "there is no desktop to show a picture on; write it to a file with save(path)");
    }
    EventQueue.invokeLater(
        () -> {
          JFrame frame = new JFrame("Jennit");
          frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
          frame.add(new JLabel(new ImageIcon(enlarge(picture))));
          frame.pack();
          frame.setLocationByPlatform(true);
          frame.setVisible(true);
        });
  }

  // Whole multiples keep every pixel a square.
  private static Image enlarge(BufferedImage picture) {
    int shorter = Math.min(picture.getWidth(), picture.getHeight());
    int factor = Math.max(1, COMFORTABLE / shorter);
    return picture.getScaledInstance(
        picture.getWidth() * factor, picture.getHeight() * factor, Image.SCALE_REPLICATE);
  }
}
