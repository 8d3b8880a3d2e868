package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ppl4j.infer.svi.FitReport;

/**
 * What the training of a density did. Log-densities are means over rows, in nats, of rows in their
 * own units.
 *
 * @param fit of the training steps; its losses are those of batches, in standard units
 * @param rows how many rows were trained on
 * @param validationRows how many rows were looked at
 * @param looks at the validation rows, in their order
 * @param best the look with the greatest worth, whose parameters stand
 * @param trainLogProb the mean log-density of the training rows under them
 * @param steps of each column in whose cells there was noise, 0 for the others: see {@link
 *     Dequantisation}; all log-densities here are of rows with it, and where it was learned less
 *     those of the noise and the logarithm of the cell's volume
 * @param spikes the single numbers in whose cells there was noise too
 */
public record DensityReport(
    FitReport fit,
    int rows,
    int validationRows,
    ImmutableList<Look> looks,
    Look best,
    double trainLogProb,
    ImmutableDoubleArray steps,
    ImmutableList<Spike> spikes) {

  /**
   * A look at the validation rows.
   *
   * @param step after which
   * @param logProb the mean log-density
   * @param worth by which looks are compared, in whatever units; the log-density itself unless an
   *     {@link Objective} compares draws
   */
  public record Look(long step, double logProb, double worth) {}

  /** A report of these figures. */
  public DensityReport {
    requireNonNull(fit, "fit");
    requireNonNull(looks, "looks");
    requireNonNull(best, "best");
    requireNonNull(steps, "steps");
    requireNonNull(spikes, "spikes");
  }

  /** A few lines for a reader. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "density: %,d steps on %,d rows in %.2f s, %,d looks at %,d others%n"
            + "  mean log-density: %.5g of the others at step %,d, whose parameters stand; %.5g of"
            + " those trained on%s",
        fit.steps(),
        rows,
        fit.seconds(),
        looks.size(),
        validationRows,
        best.logProb(),
        best.step(),
        trainLogProb,
        dequantised() + spread());
  }

  private String spread() {
    return spikes.stream()
        .map(
            spike ->
                String.format(
                    Locale.ROOT,
                    "%n  with the %.3g%% of rows whose column (from 1) %d is %s spread over a width"
                        + " of %s, since a density of single numbers has no bound",
                    100 * spike.share(),
                    spike.column() + 1,
                    plain(spike.value()),
                    plain(spike.width())))
        .collect(Collectors.joining());
  }

  private String dequantised() {
    String columns =
        IntStream.range(0, steps.length())
            .filter(j -> steps.get(j) > 0)
            .mapToObj(j -> j + 1 + " in steps of " + plain(steps.get(j)))
            .collect(Collectors.joining(", "));
    return columns.isEmpty()
        ? ""
        : String.format("%n  with noise in the cells of columns (from 1) %s", columns);
  }

  private static String plain(double step) {
    return BigDecimal.valueOf(step).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
