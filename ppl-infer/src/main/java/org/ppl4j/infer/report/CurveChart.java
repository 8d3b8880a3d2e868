package org.ppl4j.infer.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.ppl4j.infer.report.CurvePicture.Curve;
import org.ppl4j.infer.report.CurvePicture.Kind;
import org.ppl4j.infer.report.CurvePicture.Range;

/**
 * Draws a {@link CurvePicture} by XChart: apart from it, so that a page can show curves without
 * that library.
 */
final class CurveChart {

  // pixels in the legend: the line before a name with its margins, and a letter
  private static final int MARK = 55;
  private static final int LETTER = 7;

  // opacity of points: of few and of many
  private static final int MOST = 200;
  private static final int LEAST = 60;
  private static final double OPACITY = 2500; // by the square root of how many they are

  /** So few points are large. */
  private static final int FEW = 100;

  private static final Color THIN = new Color(0x41, 0x92, 0xc6, 70);
  private static final Color DASHED = new Color(0x70, 0x70, 0x70);

  /** Of curves over many thin ones, so that they stand out. */
  private static final Color DARK = new Color(0x08306b);

  private CurveChart() {}

  static void paint(CurvePicture picture, Graphics2D graphics, int width, int height) {
    XYChart chart = Charts.plain(picture.title(), width, height);
    chart.setXAxisTitle(picture.horizontal());
    chart.setYAxisTitle(picture.vertical());
    chart.getStyler().setMarkerSize(mostPoints(picture) <= FEW ? 5 : 3);
    chart.getStyler().setLegendVisible(names(picture).count() > 1);
    if (widthOfLegend(picture) > width) {
      chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    }
    Range range = picture.range();
    if (range != null) {
      chart.getStyler().setYAxisMin(range.min());
      chart.getStyler().setYAxisMax(range.max());
    }
    boolean isOverMany = picture.curves().stream().anyMatch(curve -> curve.kind() == Kind.THIN);
    for (Curve curve : picture.curves()) {
      Curve seen = range == null ? curve : curve.within(range);
      if (seen.x().length > 0) {
        add(chart, seen, isOverMany);
      }
    }
    Charts.labelAtRoundNumbers(chart);
    Charts.labelAsPanels(chart);
    chart.paint(graphics, width, height);
  }

  private static int mostPoints(CurvePicture picture) {
    return picture.curves().stream()
        .filter(curve -> curve.kind() == Kind.POINTS)
        .mapToInt(curve -> curve.x().length)
        .max()
        .orElse(0);
  }

  private static Stream<String> names(CurvePicture picture) {
    return picture.curves().stream().map(Curve::name).distinct();
  }

  /** About how many pixels the names take side by side. */
  private static int widthOfLegend(CurvePicture picture) {
    return names(picture).mapToInt(name -> MARK + LETTER * name.length()).sum();
  }

  /** Of the curves of one name the first is in the legend. */
  private static void add(XYChart chart, Curve curve, boolean isOverMany) {
    boolean isFirst = !chart.getSeriesMap().containsKey(curve.name());
    String key = isFirst ? curve.name() : "unseen " + chart.getSeriesMap().size();
    XYSeries series = chart.addSeries(key, curve.x(), curve.y());
    series.setShowInLegend(isFirst);
    boolean isOfDots = curve.kind() == Kind.POINTS || curve.x().length == 1;
    series.setMarker(isOfDots ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    switch (curve.kind()) {
      case LINE -> {
        series.setLineStyle(new BasicStroke(1.4f));
        if (isOverMany) {
          series.setLineColor(DARK);
        }
      }
      case POINTS -> {
        series.setLineStyle(SeriesLines.NONE);
        int opacity = (int) (OPACITY / Math.sqrt(curve.x().length));
        series.setMarkerColor(new Color(0, 0, 0, Math.max(LEAST, Math.min(MOST, opacity))));
      }
      case THIN -> {
        series.setLineStyle(new BasicStroke(0.8f));
        series.setLineColor(THIN);
      }
      case DASHED -> {
        series.setLineStyle(SeriesLines.DASH_DASH);
        series.setLineColor(DASHED);
      }
    }
  }
}
