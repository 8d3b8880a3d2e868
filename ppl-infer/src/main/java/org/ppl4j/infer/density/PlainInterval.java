package org.ppl4j.infer.density;

import static org.ppl4j.infer.density.CellText.shown;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A {@link PredictionInterval} of plain numbers: between which numbers each column of a row lies
 * with some probability, as likely below as above.
 *
 * @param low the lower ends, one a column
 * @param high the upper ends
 * @param coverage as {@link PredictionInterval#coverage}
 * @param warnings what speaks against trusting it; mostly none
 */
public record PlainInterval(
    ImmutableDoubleArray low,
    ImmutableDoubleArray high,
    double coverage,
    ImmutableList<String> warnings) {

  static PlainInterval of(
      double[] low, double[] high, double coverage, ImmutableList<String> warnings) {
    return new PlainInterval(
        ImmutableDoubleArray.copyOf(low), ImmutableDoubleArray.copyOf(high), coverage, warnings);
  }

  /** The same with these warnings besides. */
  PlainInterval with(ImmutableList<String> more) {
    return new PlainInterval(
        low, high, coverage, ImmutableList.<String>builder().addAll(more).addAll(warnings).build());
  }

  /** With ends that are made of numbers. */
  PredictionInterval as(Function<double[], NDArray> ends) {
    return new PredictionInterval(
        ends.apply(low.toArray()), ends.apply(high.toArray()), coverage, warnings);
  }

  /** The ends and what is known of them, as {@code 245.4 to 460.0, covers 0.90}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, low.length())
        .forEach(
            i ->
                text.append(i == 0 ? "" : ", ")
                    .append(shown(low.get(i)))
                    .append(" to ")
                    .append(shown(high.get(i))));
    text.append(Double.isNaN(coverage) ? "" : ", covers " + shown(coverage));
    warnings.forEach(warning -> text.append("; ").append(warning));
    return text.toString();
  }
}
