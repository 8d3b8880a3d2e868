package org.ppl4j.infer.report;

import com.google.common.primitives.Doubles;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** XChart's charts in the style of this package. */
final class Charts {

  static final Color FRAME = new Color(0x808080);

  /** The height of a {@link #caption}. */
  static final int CAPTION = 18;

  private static final Color CLEAR = new Color(255, 255, 255, 0);
  private static final String FONT = Font.SANS_SERIF;

  private Charts() {}

  /**
   * A chart without series.
   *
   * @throws IllegalStateException if XChart is not on the class path
   */
  static XYChart plain(String title, int width, int height) {
    XYChart chart = made(width, height);
    chart.setTitle(title);
    XYStyler style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setPlotBorderColor(FRAME);
    style.setChartTitleBoxVisible(false);
    style.setChartTitleFont(new Font(FONT, Font.PLAIN, 14));
    style.setAxisTickLabelsFont(new Font(FONT, Font.PLAIN, 11));
    style.setAxisTitleFont(new Font(FONT, Font.PLAIN, 12));
    style.setLegendFont(new Font(FONT, Font.PLAIN, 11));
    style.setLegendBorderColor(CLEAR); // it reaches over the axis' title
    style.setLegendBackgroundColor(CLEAR);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setPlotGridLinesColor(new Color(0xe0e0e0));
    style.setChartPadding(6);
    style.setMarkerSize(0);
    return chart;
  }

  private static XYChart made(int width, int height) {
    try {
      return new XYChart(width, height);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "picture is drawn by XChart, which is not on the class path; add the dependency"
              + " org.knowm.xchart:xchart",
          e);
    }
  }

  /** Writes a short title in the middle of the top, and returns its height. */
  static int caption(Graphics2D graphics, String title, int width) {
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(FONT, Font.PLAIN, 12));
    graphics.setColor(Color.BLACK);
    FontMetrics metrics = graphics.getFontMetrics();
    int left = (width - metrics.stringWidth(title)) / 2;
    graphics.drawString(title, left, CAPTION - metrics.getDescent());
    return CAPTION;
  }

  /** The axes of an area, with nothing in them; a title that is empty takes no place. */
  static XYChart plane(
      String title, String horizontal, String vertical, Area area, int width, int height) {
    XYChart chart = plain(title, width, height);
    chart.setXAxisTitle(horizontal);
    chart.setYAxisTitle(vertical);
    XYStyler style = chart.getStyler();
    style.setXAxisMin(area.left());
    style.setXAxisMax(area.right());
    style.setYAxisMin(area.bottom());
    style.setYAxisMax(area.top());
    style.setPlotContentSize(0.999);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesVisible(false);
    style.setLegendVisible(false);
    style.setXAxisTitleVisible(!horizontal.isEmpty());
    style.setYAxisTitleVisible(!vertical.isEmpty());
    style.setAxisTicksLineVisible(false);
    // The axes are labelled at the values of a series that has few.
    double[] x = ticks(area.left(), area.right());
    double[] y = ticks(area.bottom(), area.top());
    int longest = Math.max(x.length, y.length);
    XYSeries labels = chart.addSeries("labels", stretched(x, longest), stretched(y, longest));
    labels.setMarker(SeriesMarkers.NONE);
    labels.setLineColor(Color.WHITE);
    labelAsPanels(chart);
    return chart;
  }

  /**
   * Axes of evenly spaced numbers would be labelled at some of these, round or not; one more point,
   * at which nothing is drawn, makes them axes like any others.
   */
  static void labelAtRoundNumbers(XYChart chart) {
    double[] x = all(chart, XYSeries::getXData);
    double[] y = all(chart, XYSeries::getYData);
    if (x.length > 0 && Doubles.max(x) > Doubles.min(x)) {
      XYSeries unseen =
          chart.addSeries("unseen", new double[] {between(x)}, new double[] {between(y)});
      unseen.setMarker(SeriesMarkers.NONE);
      unseen.setShowInLegend(false);
    }
  }

  /** With numbers as a {@link Panel} writes them. */
  static void labelAsPanels(XYChart chart) {
    double[] x = all(chart, XYSeries::getXData);
    double[] y = all(chart, XYSeries::getYData);
    chart.getStyler().setxAxisTickLabelsFormattingFunction(at -> Panel.label(at, step(x)));
    chart.getStyler().setyAxisTickLabelsFormattingFunction(at -> Panel.label(at, step(y)));
  }

  private static double step(double[] numbers) {
    double range = numbers.length == 0 ? 0 : Doubles.max(numbers) - Doubles.min(numbers);
    return range > 0 ? range / 5 : 1;
  }

  private static double[] all(XYChart chart, Function<XYSeries, double[]> data) {
    return chart.getSeriesMap().values().stream()
        .map(data)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static double between(double[] numbers) {
    double min = Doubles.min(numbers);
    return min + (Doubles.max(numbers) - min) / Math.PI;
  }

  /** The multiples of 1, 2 or 5 times a power of ten in a range, about five. */
  static double[] ticks(double min, double max) {
    double rough = (max - min) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double share = rough / power;
    double step = power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
    return LongStream.rangeClosed(
            (long) Math.ceil(min / step - 1e-9), (long) Math.floor(max / step + 1e-9))
        .mapToDouble(k -> k * step)
        .toArray();
  }

  private static double[] stretched(double[] values, int length) {
    double[] all = Arrays.copyOf(values, length);
    Arrays.fill(all, values.length, length, values[values.length - 1]);
    return all;
  }

  /** Where a painted chart shows an area, in pixels. */
  static Rectangle2D place(XYChart chart, Area area) {
    double left = Math.round(chart.getScreenXFromChart(area.left()));
    double top = Math.round(chart.getScreenYFromChart(area.top()));
    return new Rectangle2D.Double(
        left,
        top,
        Math.round(chart.getScreenXFromChart(area.right())) - left,
        Math.round(chart.getScreenYFromChart(area.bottom())) - top);
  }
}
