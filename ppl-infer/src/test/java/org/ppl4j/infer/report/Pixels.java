package org.ppl4j.infer.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.function.Predicate;

/** What a picture of its own size shows. */
final class Pixels {

  private final BufferedImage image;

  private Pixels(BufferedImage image) {
    this.image = image;
  }

  static Pixels of(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    picture.paint(graphics, image.getWidth(), image.getHeight());
    graphics.dispose();
    return new Pixels(image);
  }

  static boolean isBlue(Color color) {
    return color.getBlue() > color.getRed() + 60 && color.getGreen() < color.getBlue();
  }

  static boolean isRed(Color color) {
    return color.getRed() > 150 && color.getGreen() < 110 && color.getBlue() < 110;
  }

  static boolean isGreen(Color color) {
    return color.getGreen() > color.getRed() + 60 && color.getGreen() > color.getBlue() + 20;
  }

  static boolean isOrange(Color color) {
    return color.getRed() > color.getBlue() + 100 && color.getRed() > color.getGreen() + 30;
  }

  /** Of a dark curve over thin ones, its edges too. */
  static boolean isDark(Color color) {
    return color.getBlue() < 185 && color.getBlue() > color.getRed() + 40;
  }

  /** Of some thin curves on each other; not of the edges of dark ones. */
  static boolean isThin(Color color) {
    return color.getBlue() > 195 && color.getBlue() > color.getRed() + 42;
  }

  int width() {
    return image.getWidth();
  }

  Rectangle all() {
    return new Rectangle(image.getWidth(), image.getHeight());
  }

  /** How many pixels of a part are of a kind. */
  int count(Rectangle part, Predicate<Color> kind) {
    int count = 0;
    for (int x = part.x; x < part.x + part.width; x++) {
      for (int y = part.y; y < part.y + part.height; y++) {
        count += kind.test(new Color(image.getRGB(x, y))) ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * The smallest rectangle with all pixels of a part that are of a kind; empty if there is none.
   */
  Rectangle bounds(Rectangle part, Predicate<Color> kind) {
    Rectangle bounds = new Rectangle(0, 0, -1, -1);
    for (int x = part.x; x < part.x + part.width; x++) {
      for (int y = part.y; y < part.y + part.height; y++) {
        if (kind.test(new Color(image.getRGB(x, y)))) {
          bounds.add(new Rectangle(x, y, 1, 1));
        }
      }
    }
    return bounds;
  }
}
