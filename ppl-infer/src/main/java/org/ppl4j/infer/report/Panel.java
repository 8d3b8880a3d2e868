package org.ppl4j.infer.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** A rectangle of a picture with axes of its own, on which numbers are drawn. */
final class Panel {

  /** The height of a line of text. */
  static final int LINE = 15;

  /** How far a label may reach beyond the axis, and the room between two. */
  private static final int MARGIN = 4;

  private static final Color TEXT = new Color(0x404040);

  // steps between labels, beyond which they have powers of ten
  private static final double SMALL_STEP = 1e-5;
  private static final double LARGE_STEP = 1e6;

  /** Thousands are set apart in numbers of so many; not in years. */
  private static final double GROUPED = 1e4;

  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private final Graphics2D graphics;
  private final Rectangle2D place;
  private final Area area;

  Panel(Graphics2D graphics, Rectangle2D place, Area area) {
    this.graphics = graphics;
    this.place = place;
    this.area = area;
  }

  /** A white background of a whole picture, on which all that follows is smooth. */
  static void clear(Graphics2D graphics, int width, int height) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
  }

  /**
   * Writes a line.
   *
   * @param share of the text that lies left of x: 0, ½ or 1
   * @param y the height of its middle
   */
  static void write(Graphics2D graphics, String text, double x, double y, double share) {
    double left = x - share * graphics.getFontMetrics().stringWidth(text);
    double middle = (graphics.getFontMetrics().getAscent() - 2) / 2.0;
    graphics.drawString(text, (float) left, (float) (y + middle));
  }

  /** Writes a line from the bottom to the top, its middle at a point. */
  static void writeUpwards(Graphics2D graphics, String text, double x, double y) {
    AffineTransform before = graphics.getTransform();
    graphics.rotate(-Math.PI / 2, x, y);
    write(graphics, text, x, y, 0.5);
    graphics.setTransform(before);
  }

  private double x(double value) {
    return place.getX() + (value - area.left()) / (area.right() - area.left()) * place.getWidth();
  }

  private double y(double value) {
    return place.getMaxY()
        - (value - area.bottom()) / (area.top() - area.bottom()) * place.getHeight();
  }

  void frame() {
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(Charts.FRAME);
    graphics.draw(place);
  }

  /** Round numbers under it, as many as have room. */
  void labelsBelow() {
    double[] ticks = Charts.ticks(area.left(), area.right());
    double free = place.getX() - MARGIN;
    for (double tick : ticks) {
      String text = label(tick, (area.right() - area.left()) / 5);
      double half = graphics.getFontMetrics().stringWidth(text) / 2.0;
      if (x(tick) - half > free && x(tick) + half < place.getMaxX() + MARGIN) {
        free = x(tick) + half + MARGIN;
        graphics.setColor(Charts.FRAME);
        graphics.draw(new Line2D.Double(x(tick), place.getMaxY(), x(tick), place.getMaxY() + 3));
        graphics.setColor(TEXT);
        write(graphics, text, x(tick), place.getMaxY() + 3 + LINE / 2.0, 0.5);
      }
    }
  }

  /** Round numbers to its left. */
  void labelsLeft() {
    for (double tick : Charts.ticks(area.bottom(), area.top())) {
      graphics.setColor(Charts.FRAME);
      graphics.draw(new Line2D.Double(place.getX() - 3, y(tick), place.getX(), y(tick)));
      graphics.setColor(TEXT);
      write(graphics, label(tick, (area.top() - area.bottom()) / 5), place.getX() - 5, y(tick), 1);
    }
  }

  /** A round number, with powers of ten where the step between labels is very small or large. */
  static String label(double x, double step) {
    double rounded = Math.abs(x) < step * 1e-6 ? 0 : x;
    boolean hasPower = rounded != 0 && (step < SMALL_STEP || step > LARGE_STEP);
    String plain = Math.abs(rounded) < GROUPED ? "0.######" : "#,##0.######";
    String text =
        new DecimalFormat(
                hasPower ? "0.########E0" : plain, DecimalFormatSymbols.getInstance(Locale.ROOT))
            .format(rounded);
    int mark = text.indexOf('E');
    return mark < 0 ? text : text.substring(0, mark) + "·10" + raised(text.substring(mark + 1));
  }

  private static String raised(String exponent) {
    StringBuilder raised = new StringBuilder();
    for (int i = 0; i < exponent.length(); i++) {
      char digit = exponent.charAt(i);
      raised.append(digit == '-' ? '⁻' : RAISED.charAt(digit - '0'));
    }
    return raised.toString();
  }

  /** A dot, of a number of pixels across. */
  void dot(double x, double y, double size) {
    graphics.fill(new Ellipse2D.Double(x(x) - size / 2, y(y) - size / 2, size, size));
  }

  /** A line from left to right, or from the bottom to the top, some pixels wide. */
  void line(double fromX, double fromY, double toX, double toY, double width) {
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    graphics.draw(new Line2D.Double(x(fromX), y(fromY), x(toX), y(toY)));
  }

  /** The bars of a histogram. */
  void bars(Histogram histogram) {
    for (int bin = 0; bin < histogram.counts().length; bin++) {
      double left = x(histogram.edge(bin));
      double top = y(histogram.counts()[bin]);
      graphics.fill(
          new Rectangle2D.Double(
              left, top, x(histogram.edge(bin + 1)) - left, place.getMaxY() - top));
    }
  }
}
