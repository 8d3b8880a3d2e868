package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ppl4j.infer.diagnostics.Wording;
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
 * @param standardError of its mean log-density, as that of all such rows; NaN of one row alone
 * @param trainLogProb the mean log-density of the training rows under them
 * @param steps of each column in whose cells there was noise, 0 for the others: see {@link
 *     Dequantisation}; all log-densities here are of rows with it, and where it was learned less
 *     those of the noise and the logarithm of the cell's volume
 * @param spikes the single numbers in whose cells there was noise too
 * @param alternatives the flow and the simpler distributions that were fitted beside it; none where
 *     it stands alone
 * @param notes what was done to columns, such as that one was left out, in words
 */
public record DensityReport(
    FitReport fit,
    int rows,
    int validationRows,
    ImmutableList<Look> looks,
    Look best,
    double standardError,
    double trainLogProb,
    ImmutableDoubleArray steps,
    ImmutableList<Spike> spikes,
    ImmutableList<Alternative> alternatives,
    ImmutableList<String> notes) {

  /**
   * A look at the validation rows.
   *
   * @param step after which
   * @param logProb the mean log-density
   * @param worth by which looks are compared, in whatever units; the log-density itself unless an
   *     {@link Objective} compares draws
   */
  public record Look(long step, double logProb, double worth) {}

  /**
   * A distribution that might stand.
   *
   * @param name what it is, such as {@code normal distribution}
   * @param logProb the mean log-density of the validation rows
   * @param weight its share in what stands, from 0 to 1
   */
  public record Alternative(String name, double logProb, double weight) {}

  /** Of a flow that stands alone. */
  DensityReport(
      FitReport fit,
      int rows,
      int validationRows,
      ImmutableList<Look> looks,
      Look best,
      double standardError,
      double trainLogProb,
      ImmutableDoubleArray steps,
      ImmutableList<Spike> spikes) {
    this(
        fit,
        rows,
        validationRows,
        looks,
        best,
        standardError,
        trainLogProb,
        steps,
        spikes,
        ImmutableList.of(),
        ImmutableList.of());
  }

  /** The same with these. */
  DensityReport with(ImmutableList<Alternative> alternatives, ImmutableList<String> notes) {
    return new DensityReport(
        fit,
        rows,
        validationRows,
        looks,
        best,
        standardError,
        trainLogProb,
        steps,
        spikes,
        alternatives,
        notes);
  }

  /** A report of these figures. */
  public DensityReport {
    requireNonNull(fit, "fit");
    requireNonNull(looks, "looks");
    requireNonNull(best, "best");
    requireNonNull(steps, "steps");
    requireNonNull(spikes, "spikes");
    requireNonNull(alternatives, "alternatives");
    requireNonNull(notes, "notes");
  }

  /** A mean of fewer rows says little. */
  private static final int FEW = 10;

  /** What the last quarter of the steps gains at most where training has ended, a column. */
  private static final double STILL = 0.05;

  /** How much likelier the rows trained on are at most where they are not known. */
  private static final double BY_HEART = 1;

  private static final double ERRORS = 3;

  /**
   * What speaks against trusting the density, each in words with what to do: few rows were looked
   * at; they were still becoming likelier when the steps were at an end, as without end where rows
   * lie on a curve; or the rows trained on are far likelier than they are. Of a flow without a part
   * in what stands the last two say nothing. Empty if nothing does.
   */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    if (validationRows < FEW) {
      add(
          warnings,
          "%s too few to look at: which parameters stand, and their mean log-density, may"
              + " be chance; pass more rows, or a greater share by Training.validation",
          validationRows == 1 ? "1 row is" : validationRows + " rows are");
    }
    if (!hasFlow()) {
      return warnings.build(); // how it was trained is nobody's concern
    }
    double gain = best.logProb() - before(looks.get(looks.size() - 1).step() * 3 / 4);
    if (best.step() == fit.steps() && gain > STILL * steps.length()) {
      add(
          warnings,
          "the other rows were still becoming likelier, by %.2g nats in the last quarter of the"
              + " steps; take more by Training.steps, or see whether rows lie on a curve or a"
              + " surface, where a density grows without end",
          gain);
    }
    if (knowsByHeart()) {
      add(
          warnings,
          "the rows trained on are likelier than the others by %.2g nats: the flow knows some of"
              + " them by heart; pass more rows, or a flow of fewer parameters",
          gap());
    }
    return warnings.build();
  }

  /** Whether the flow has a part in what was learned. */
  private boolean hasFlow() {
    return alternatives.isEmpty() || alternatives.get(0).weight() > 0;
  }

  /** Whether the rows trained on are likelier than the others by what chance does not explain. */
  boolean knowsByHeart() {
    return validationRows >= FEW && gap() > BY_HEART && gap() > ERRORS * standardError;
  }

  private double gap() {
    return trainLogProb - best.logProb();
  }

  private static void add(
      ImmutableList.Builder<String> warnings, String format, Object... arguments) {
    warnings.add(String.format(Locale.ROOT, format, arguments));
  }

  /** The mean log-density of the best look up to a step; that of the first if none was. */
  private double before(long step) {
    return looks.stream()
        .filter(look -> look.step() <= step)
        .max(Comparator.comparingDouble(Look::worth))
        .orElse(looks.get(0))
        .logProb();
  }

  /** The steps, and what they came to, in one line. */
  String inShort() {
    return String.format(
        Locale.ROOT,
        "%,d steps on %,d rows, mean log-density %.4g%s of %,d others%s",
        fit.steps(),
        rows,
        best.logProb(),
        Double.isNaN(standardError) ? "" : String.format(Locale.ROOT, " ± %.1g", standardError),
        validationRows,
        warnings().isEmpty() ? "" : ", with warnings");
  }

  /** A few lines for a reader. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "density: %,d steps on %,d rows in %.2f s, %,d looks at %,d others%n  mean log-density:"
            + " %.5g%s of the others at step %,d, whose parameters stand; %.5g of those trained"
            + " on%s",
        fit.steps(),
        rows,
        fit.seconds(),
        looks.size(),
        validationRows,
        best.logProb(),
        Double.isNaN(standardError) ? "" : String.format(Locale.ROOT, " ± %.1g", standardError),
        best.step(),
        trainLogProb,
        beside() + dequantised() + spread() + noted() + warned());
  }

  private String beside() {
    return alternatives.isEmpty()
        ? ""
        : alternatives.stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT, "%s %.4g (%.2g)", one.name(), one.logProb(), one.weight()))
            .collect(
                Collectors.joining(
                    ", ", String.format("%n  of the others, with shares in what stands: "), ""));
  }

  private String noted() {
    return notes.stream().map(note -> String.format("%n  %s", note)).collect(Collectors.joining());
  }

  private String warned() {
    return Wording.warnings(warnings());
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
                    CellText.shown(spike.value()),
                    CellText.shown(spike.width())))
        .collect(Collectors.joining());
  }

  private String dequantised() {
    String columns =
        IntStream.range(0, steps.length())
            .filter(j -> steps.get(j) > 0)
            .mapToObj(j -> j + 1 + " in steps of " + CellText.shown(steps.get(j)))
            .collect(Collectors.joining(", "));
    return columns.isEmpty()
        ? ""
        : String.format("%n  with noise in the cells of columns (from 1) %s", columns);
  }
}
