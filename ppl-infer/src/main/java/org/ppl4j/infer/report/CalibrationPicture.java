package org.ppl4j.infer.report;

import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.sbi.Calibration;

/** Pictures of whether a posterior is calibrated, each with the band of one that is. */
public final class CalibrationPicture {

  /** How often a calibrated posterior is inside the band at one place. */
  private static final double PROBABILITY = 0.99;

  private static final int LEVELS = 100;

  private CalibrationPicture() {}

  /** How often regions of highest density hold the truth, over their mass. */
  public static CurvePicture coverage(String title, Calibration calibration) {
    double[] levels = levels();
    return banded(
            CurvePicture.of(title, "mass of the region", "how often it holds the truth"),
            calibration,
            levels)
        .curve("coverage", levels, Arrays.stream(levels).map(calibration::coverage).toArray());
  }

  /** The cumulative distribution of the ranks of each parameter, over the ranks as shares. */
  public static CurvePicture ranks(String title, Calibration calibration) {
    double[] levels = levels();
    CurvePicture picture =
        banded(
            CurvePicture.of(title, "rank of the truth", "share of the trials below"),
            calibration,
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
    ImmutableIntArray counts = calibration.counts(name, bins);
    double[] ranks = new double[2 * bins + 2]; // both ends of each bin, and the ground
    double[] heights = new double[2 * bins + 2];
    int width = (calibration.draws() + 1) / bins;
    for (int bin = 0; bin < bins; bin++) {
      ranks[2 * bin + 1] = bin * width;
      ranks[2 * bin + 2] = (bin + 1) * width;
      heights[2 * bin + 1] = counts.get(bin);
      heights[2 * bin + 2] = counts.get(bin);
    }
    ranks[2 * bins + 1] = ranks[2 * bins];
    Range<Integer> band = BinomialBand.of(calibration.trials(), 1.0 / bins, PROBABILITY);
    double low = band.lowerEndpoint();
    double high = band.upperEndpoint();
    double[] ends = {0, calibration.draws() + 1};
    return CurvePicture.of(title, "rank of the truth", "trials")
        .curve("least if right", ends, new double[] {low, low})
        .curve("most if right", ends, new double[] {high, high})
        .curve(name, ranks, heights);
  }

  private static double[] levels() {
    return IntStream.rangeClosed(0, LEVELS).mapToDouble(i -> (double) i / LEVELS).toArray();
  }

  private static CurvePicture banded(
      CurvePicture picture, Calibration calibration, double[] levels) {
    double[] low = new double[levels.length];
    double[] high = new double[levels.length];
    for (int i = 0; i < levels.length; i++) {
      Range<Double> band = calibration.band(levels[i], PROBABILITY);
      low[i] = band.lowerEndpoint();
      high[i] = band.upperEndpoint();
    }
    return picture.curve("least if right", levels, low).curve("most if right", levels, high);
  }
}
