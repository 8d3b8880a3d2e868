package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.ppl4j.infer.density.CellText.shown;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Tensors;

/**
 * Between which numbers a value lies with some probability, as likely below as above.
 *
 * @param low the lower ends
 * @param high the upper ends, of the same shape
 * @param coverage with which probability a new row's number lies inside, whatever was learned, over
 *     rows for calibration and itself, each column by itself, if they are all of one law (split
 *     conformal prediction): no less than was asked for; NaN if no rows were set aside for that, so
 *     that nothing is known of it
 * @param warnings what speaks against trusting it; mostly none
 */
public record PredictionInterval(
    NDArray low, NDArray high, double coverage, ImmutableList<String> warnings) {

  private static final int MOST_SHOWN = 10;

  /** From these ends. */
  public PredictionInterval {
    requireNonNull(low, "low");
    requireNonNull(high, "high");
    requireNonNull(warnings, "warnings");
  }

  /** From these ends, of which nothing is known, without a warning. */
  public PredictionInterval(NDArray low, NDArray high) {
    this(low, high, Double.NaN, ImmutableList.of());
  }

  /**
   * The ends and what is known of them, as {@code 245.4 to 460.0, covers 0.90}; of more than a few
   * numbers only how many there are.
   */
  @Override
  public String toString() {
    double[] lows = low.size() > MOST_SHOWN ? new double[0] : Tensors.values(low);
    double[] highs = low.size() > MOST_SHOWN ? new double[0] : Tensors.values(high);
    String ends =
        low.size() > MOST_SHOWN
            ? "intervals of shape " + low.getShape()
            : IntStream.range(0, lows.length)
                .mapToObj(i -> shown(lows[i]) + " to " + shown(highs[i]))
                .collect(joining(", "));
    return ends
        + (Double.isNaN(coverage) ? "" : ", covers " + shown(coverage))
        + warnings.stream().map(warning -> "; " + warning).collect(joining());
  }
}
