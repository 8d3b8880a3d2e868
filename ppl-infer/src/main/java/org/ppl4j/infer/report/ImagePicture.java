package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * Numbers as an image of grey pixels, the least white and the greatest black, under a title: for
 * draws of a density of images.
 */
public final class ImagePicture implements Picture {

  private static final int SIDE = 96;

  /** What the image takes of the rectangle below the title. */
  private static final double SHARE = 0.9;

  private static final int WHITE = 0xff;

  private final String title;
  private final BufferedImage image;

  private ImagePicture(String title, BufferedImage image) {
    this.title = title;
    this.image = image;
  }

  /**
   * Of these numbers; those out of the range are as its ends, NaN is white.
   *
   * @param title empty for none
   * @param columns how many pixels stand in a row
   * @param pixels from the top left, row by row; not kept
   * @param min what is white
   * @param max what is black
   * @throws IllegalArgumentException if there is no pixel, a row is not full, or the range is empty
   */
  public static ImagePicture of(
      String title, int columns, double[] pixels, double min, double max) {
    requireNonNull(title, "title");
    checkArgument(
        columns >= 1 && pixels.length >= 1 && pixels.length % columns == 0,
        "image has %s pixels in rows of %s; pass full rows, at least one",
        pixels.length,
        columns);
    checkArgument(min < max, "image goes from %s to %s; pass them in order", min, max);
    BufferedImage image =
        new BufferedImage(columns, pixels.length / columns, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pixels.length; i++) {
      image.setRGB(i % columns, i / columns, shade((pixels[i] - min) / (max - min)));
    }
    return new ImagePicture(title, image);
  }

  private static int shade(double share) {
    double ink = Double.isNaN(share) ? 0 : Math.max(0, Math.min(1, share));
    int grey = (int) Math.round(WHITE * (1 - ink));
    return grey << 16 | grey << 8 | grey;
  }

  @Override
  public int width() {
    return SIDE;
  }

  @Override
  public int height() {
    return title.isEmpty() ? SIDE : SIDE + Charts.CAPTION;
  }

  /** In the middle of the rectangle, with square pixels, a frame around them. */
  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    int top = title.isEmpty() ? 0 : Charts.caption(graphics, title, width);
    Rectangle place = place(width, height - top);
    place.translate(0, top);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    graphics.drawImage(image, place.x, place.y, place.width, place.height, null);
    graphics.setColor(Charts.FRAME);
    graphics.drawRect(place.x - 1, place.y - 1, place.width + 1, place.height + 1);
  }

  /** As large as may be with a little margin. */
  private Rectangle place(int width, int height) {
    double side =
        Math.min((double) width / image.getWidth(), (double) height / image.getHeight()) * SHARE;
    int across = (int) Math.max(1, side * image.getWidth());
    int down = (int) Math.max(1, side * image.getHeight());
    return new Rectangle((width - across) / 2, (height - down) / 2, across, down);
  }
}
