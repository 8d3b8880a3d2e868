package org.ppl4j.infer.report;

import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.stream.IntStream;
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
