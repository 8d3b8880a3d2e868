package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.Density;

/**
 * Log-probabilities of the test rows, in nats, by draws of the noise in their cells. Bits are of
 * means over the draws, which are bounds; which label is likeliest is asked of the logarithm of the
 * mean, which is nearer to the probability.
 */
final class DigitsScores {

  private final DigitsTable train;
  private final DigitsTable test;
  private final double[] independent;
  private final double[] normal;
  private final double[] flow;

  /** Of each label, whether it is the row's or not. */
  private final double[][] given;

  /** The same, the logarithm of the sum over draws. */
  private final double[][] evidence;

  private int draws;

  /** Without any draw of the noise as yet. */
  DigitsScores(DigitsTable train, DigitsTable test) {
    this.train = train;
    this.test = test;
    this.independent = DigitsBaselines.independent(train, test);
    this.normal = new double[test.rows()];
    this.flow = new double[test.rows()];
    this.given = new double[DigitsTable.LABELS][test.rows()];
    this.evidence = new double[DigitsTable.LABELS][test.rows()];
    for (double[] each : evidence) {
      Arrays.fill(each, Double.NEGATIVE_INFINITY);
    }
  }

  /** With a draw of each density's noise. */
  void add(Density density, ConditionalDensity conditional, NDManager manager) {
    draws++;
    NDArray rows = test.pixels(manager);
    average(normal, DigitsBaselines.normal(train, test.noisy(manager, draws)));
    average(flow, density.cellLogProb(rows, 1).toDoubleArray());
    for (int label = 0; label < DigitsTable.LABELS; label++) {
      NDArray context = DigitsTable.oneHot(manager, label);
      double[] logs = conditional.cellLogProb(rows, context, 1).toDoubleArray();
      average(given[label], logs);
      double[] sum = evidence[label];
      Arrays.setAll(sum, i -> logSum(sum[i], logs[i]));
    }
  }

  private static double logSum(double one, double other) {
    double max = Math.max(one, other);
    return max + Math.log1p(Math.exp(Math.min(one, other) - max));
  }

  private void average(double[] mean, double[] draw) {
    Arrays.setAll(mean, i -> mean[i] + (draw[i] - mean[i]) / draws);
  }

  /** Bits a pixel of a log-density in nats. */
  static double bits(double logProb) {
    return -logProb / Math.log(2) / DigitsTable.PIXELS;
  }

  private double[] bits(double[] logProbs) {
    return Arrays.stream(logProbs).map(DigitsScores::bits).toArray();
  }

  /** Given the label of each row. */
  private double[] givenOwn() {
    return IntStream.range(0, test.rows()).mapToDouble(i -> given[test.label(i)][i]).toArray();
  }

  /** The bits of the rows with a label. */
  private double[] bits(double[] logProbs, int label) {
    return IntStream.range(0, test.rows())
        .filter(i -> test.label(i) == label)
        .mapToDouble(i -> bits(logProbs[i]))
        .toArray();
  }

  /** The share of rows to which their own label gives the greatest probability. */
  private double accuracy() {
    return IntStream.range(0, test.rows()).filter(i -> likeliest(i) == test.label(i)).count()
        / (double) test.rows();
  }

  private int likeliest(int row) {
    int best = 0;
    for (int label = 1; label < evidence.length; label++) {
      best = evidence[label][row] > evidence[best][row] ? label : best;
    }
    return best;
  }

  // --- what an example returns

  /** Bits of the flow given the label. */
  Summary parameters() {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    double[] own = givenOwn();
    for (int label = 0; label < DigitsTable.LABELS; label++) {
      rows.put("digit " + label, Summary.Row.of(bits(own, label)));
    }
    return new Summary(rows.buildOrThrow());
  }

  /** Bits of independent pixels. */
  Reference reference() {
    ImmutableMap.Builder<String, Reference.Moments> rows = ImmutableMap.builder();
    for (int label = 0; label < DigitsTable.LABELS; label++) {
      rows.put("digit " + label, Reference.Moments.of(bits(independent, label)));
    }
    return new Reference(rows.buildOrThrow());
  }

  ImmutableMap<String, Double> figures() {
    return ImmutableMap.of(
        "bits.test",
        Stats.meanOf(bits(flow)),
        "bits.test.class",
        Stats.meanOf(bits(givenOwn())),
        "bits.independent",
        Stats.meanOf(bits(independent)),
        "bits.normal",
        Stats.meanOf(bits(normal)),
        "bits.uniform",
        bits(-DigitsTable.PIXELS * Math.log(DigitsTable.LEVELS)),
        "accuracy",
        accuracy());
  }

  /** The mean bits of each digit and of all, by all densities. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            String.format(
                "%-16s%12s%12s%12s%12s",
                "bits a pixel", "flow", "given label", "independent", "normal"));
    double[] own = givenOwn();
    for (int label = 0; label < DigitsTable.LABELS; label++) {
      table.append(
          line(
              "digit " + label,
              bits(flow, label),
              bits(own, label),
              bits(independent, label),
              bits(normal, label)));
    }
    return table
        .append(line("all", bits(flow), bits(own), bits(independent), bits(normal)))
        .toString();
  }

  private static String line(String name, double[]... bits) {
    StringBuilder line = new StringBuilder(String.format("%n%-16s", name));
    for (double[] each : bits) {
      line.append(String.format(Locale.ROOT, "%12.3f", Stats.meanOf(each)));
    }
    return line.toString();
  }
}
