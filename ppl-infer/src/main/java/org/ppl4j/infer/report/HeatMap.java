package org.ppl4j.infer.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A density as colours: white where there is none, dark where it is greatest. The shade is the
 * square root of the density, so that what is thin is seen beside what is dense.
 *
 * @param image a pixel a cell
 * @param darkest the density from which on cells are darkest
 */
record HeatMap(BufferedImage image, double darkest) {

  /**
   * Blues, from light to dark, at equal distances (the eight shades and white of ColorBrewer's
   * scheme {@code YlGnBu}).
   */
  private static final int[] SHADES = {
    0xffffff, 0xffffd9, 0xedf8b1, 0xc7e9b4, 0x7fcdbb, 0x41b6c4, 0x1d91c0, 0x225ea8, 0x0c2c84
  };

  /** The share of cells that are darkest, so that a spike does not make all others white. */
  private static final double DARKEST = 0.002;

  /** Of {@code cells} × {@code cells} cells of an area. */
  static HeatMap of(Area area, int cells, PlaneLogDensity density) {
    double[] points = new double[2 * cells * cells];
    for (int row = 0; row < cells; row++) {
      for (int column = 0; column < cells; column++) {
        int at = 2 * (row * cells + column);
        points[at] = area.left() + (area.right() - area.left()) * (column + 0.5) / cells;
        points[at + 1] = area.top() - (area.top() - area.bottom()) * (row + 0.5) / cells;
      }
    }
    double[] logs = density.inParts(points);
    double max = max(logs);
    BufferedImage image = new BufferedImage(cells, cells, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < logs.length; i++) {
      double share = Double.isNaN(logs[i]) ? 0 : Math.exp(0.5 * Math.min(logs[i] - max, 0));
      image.setRGB(i % cells, i / cells, shade(share));
    }
    return new HeatMap(image, Math.exp(max));
  }

  private static double max(double[] logs) {
    double[] finite = Arrays.stream(logs).filter(Double::isFinite).sorted().toArray();
    return finite.length == 0 ? 0 : finite[(int) ((finite.length - 1) * (1 - DARKEST))];
  }

  /** The colour of the square root of a share of the darkest density. */
  static int shade(double share) {
    double place = share * (SHADES.length - 1);
    int k = Math.min((int) place, SHADES.length - 2);
    int color = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int from = SHADES[k] >> shift & 0xff;
      int to = SHADES[k + 1] >> shift & 0xff;
      color |= (int) Math.round(from + (place - k) * (to - from)) << shift;
    }
    return color;
  }
}
