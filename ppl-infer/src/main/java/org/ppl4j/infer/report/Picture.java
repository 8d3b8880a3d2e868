package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Something that can be drawn on a rectangle and saved as PNG. It needs no display, but fonts: a
 * JDK without any on its machine cannot draw text.
 */
public interface Picture {

  /** Draws it on the rectangle from (0, 0) to (width, height), over a background of its own. */
  void paint(Graphics2D graphics, int width, int height);

  /** Its width in pixels unless another is asked for. */
  default int width() {
    return 480;
  }

  /** Its height in pixels unless another is asked for. */
  default int height() {
    return 480;
  }

  /**
   * Writes it as PNG, over an older file.
   *
   * @throws UncheckedIOException if that fails
   */
  default void save(Path file) {
    save(file, width(), height());
  }

  /**
   * Writes it as PNG of this size, over an older file.
   *
   * @throws IllegalArgumentException if it has no pixel
   * @throws UncheckedIOException if that fails
   */
  default void save(Path file, int width, int height) {
    checkArgument(
        width >= 1 && height >= 1,
        "picture has %s x %s pixels, but needs at least 1 x 1",
        width,
        height);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      paint(graphics, width, height);
    } finally {
      graphics.dispose();
    }
    try {
      if (!ImageIO.write(image, "png", file.toFile())) {
        throw new IOException("this JDK cannot write PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "picture '" + file + "' cannot be written: " + e.getMessage(), e);
    }
  }
}
