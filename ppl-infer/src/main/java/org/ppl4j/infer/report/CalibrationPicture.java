package org.ppl4j.infer.report;

import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.sbi.Calibration;

/**
 * Pictures of whether a posterior or a density is calibrated, each with the band of one that is.
 */
public final class CalibrationPicture {

  /** How often a calibrated posterior is inside the band at one place. */
  private static final double PROBABILITY = 0.99;

  private static final int LEVELS = 100;

  /** Of the histogram of a density. */
  private static final int BINS = 20;

  private CalibrationPicture() {}

  /** How often regions of highest density hold the truth, over their mass. */
  public static CurvePicture coverage(String title, Calibration calibration) {
    double[] levels = levels();
    return banded(
            CurvePicture.of(title, "mass of the region", "how often it holds the truth"),
            level -> calibration.band(level, PROBABILITY),
            levels)
        .curve("coverage", levels, Arrays.stream(levels).map(calibration::coverage).toArray());
  }

  /** The cumulative distribution of the ranks of each parameter, over the ranks as shares. */
  public static CurvePicture ranks(String title, Calibration calibration) {
    double[] levels = levels();
    CurvePicture picture =
        banded(
            CurvePicture.of(title, "rank of the truth", "share of the trials below"),
            level -> calibration.band(level, PROBABILITY),
            levels);
    for (String name : calibration.names()) {
      double[] below = Arrays.stream(levels).map(level -> calibration.below(name, level)).toArray();
      picture = picture.curve(name, levels, below);
    }
    return picture;
  }

  /**
   * How many ranks of a number lie in each bin of a simulation-based calibration.
   *
   * @param name of the number
   * @throws IllegalArgumentException if there is none of this name
   */
  public static CurvePicture histogram(
      String title, SimulationCalibration calibration, String name) {
    int bins = SimulationCalibration.BINS;
    return histogram(
        CurvePicture.of(title, "rank of the truth", "trials"),
        name,
        calibration.counts(name, bins),
        calibration.draws() + 1.0,
        calibration.trials());
  }

  /**
   * How often a density's intervals of a column hold its number, over their level.
   *
   * @param column its name
   * @throws IllegalArgumentException if there is none of this name
   */
  public static CurvePicture coverage(String title, DensityScores scores, String column) {
    double[] levels = IntStream.range(1, LEVELS).mapToDouble(i -> (double) i / LEVELS).toArray();
    return banded(
            CurvePicture.of(title, "level of the interval", "how often it holds '" + column + "'"),
            level -> scores.band(column, level, PROBABILITY),
            levels)
        .curve(
            "coverage",
            levels,
            Arrays.stream(levels).map(level -> scores.coverage(column, level)).toArray());
  }

  /**
   * How many numbers of a column lie in each bin of the places that a density gives them.
   *
   * @param column its name
   * @throws IllegalArgumentException if there is none of this name
   */
  public static CurvePicture histogram(String title, DensityScores scores, String column) {
    ImmutableIntArray counts = scores.counts(column, BINS);
    return histogram(
        CurvePicture.of(title, "probability of less", "rows"),
        column,
        counts,
        1,
        counts.stream().sum());
  }

  /** Counts over a range from 0, with the band of what is uniform on it. */
  private static CurvePicture histogram(
      CurvePicture picture, String name, ImmutableIntArray counts, double to, int trials) {
    int bins = counts.length();
    double[] places = new double[2 * bins + 2]; // both ends of each bin, and the ground
    double[] heights = new double[2 * bins + 2];
    for (int bin = 0; bin < bins; bin++) {
      places[2 * bin + 1] = to * bin / bins;
      places[2 * bin + 2] = to * (bin + 1) / bins;
      heights[2 * bin + 1] = counts.get(bin);
      heights[2 * bin + 2] = counts.get(bin);
    }
    places[2 * bins + 1] = places[2 * bins];
    Range<Integer> band = BinomialBand.of(trials, 1.0 / bins, PROBABILITY);
    double low = band.lowerEndpoint();
    double high = band.upperEndpoint();
    double[] ends = {0, to};
    return picture
        .dashed("least if right", ends, new double[] {low, low})
        .dashed("most if right", ends, new double[] {high, high})
        .curve(name, places, heights);
  }

  private static double[] levels() {
    return IntStream.rangeClosed(0, LEVELS).mapToDouble(i -> (double) i / LEVELS).toArray();
  }

  private static CurvePicture banded(
      CurvePicture picture, DoubleFunction<Range<Double>> bands, double[] levels) {
    double[] low = new double[levels.length];
    double[] high = new double[levels.length];
    for (int i = 0; i < levels.length; i++) {
      Range<Double> band = bands.apply(levels[i]);
      low[i] = band.lowerEndpoint();
      high[i] = band.upperEndpoint();
    }
    return picture.dashed("least if right", levels, low).dashed("most if right", levels, high);
  }
}
