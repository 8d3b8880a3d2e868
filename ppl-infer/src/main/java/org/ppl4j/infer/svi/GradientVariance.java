package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * How much the gradient of each estimator varies from step to step, on a fit's own model, guide and
 * data, at the parameters that the fit has: what to choose an estimator by.
 *
 * <pre>{@code
 * System.out.println(GradientVariance.of(svi, data));
 * }</pre>
 *
 * <p>The fit stays as it is; one that has made no step looks for its start, as a step would.
 * Estimators that are not unbiased for one bound, such as those of weights, follow other
 * objectives, and so their gradients have other lengths: compare what varies with what there is.
 *
 * @param rows one for each estimator
 */
public record GradientVariance(ImmutableList<Row> rows) {

  private static final int STEPS = 1000;

  /** The first steps, of which averages begin. */
  private static final double WARM_UP = 0.1;

  /**
   * What was found of an estimator.
   *
   * @param elbo the estimator
   * @param whyNot why it cannot be taken; the numbers are then none
   * @param mean of the gradient in all numbers of the parameters, in the order of the store
   * @param variances of each of them
   * @param micros how long a gradient takes, in millionths of a second
   */
  public record Row(
      Elbo elbo,
      Optional<String> whyNot,
      ImmutableList<Double> mean,
      ImmutableList<Double> variances,
      double micros) {

    /** The sum of the variances. */
    public double variance() {
      return whyNot.isPresent()
          ? Double.NaN
          : variances.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The length of the mean. */
    public double length() {
      return whyNot.isPresent()
          ? Double.NaN
          : Math.sqrt(mean.stream().mapToDouble(x -> x * x).sum());
    }
  }

  /** Of the estimator of a fit, and of all that {@link Elbo} names; 1,000 gradients of each. */
  public static <D extends @Nullable Object> GradientVariance of(Svi<D> svi, D data) {
    Set<Elbo> all = new LinkedHashSet<>(List.of(svi.stepper.settings().elbo()));
    all.addAll(Elbo.all());
    return of(svi, data, List.copyOf(all), STEPS);
  }

  /**
   * Of some estimators.
   *
   * @param steps how many gradients of each, at least 2
   */
  public static <D extends @Nullable Object> GradientVariance of(
      Svi<D> svi, D data, List<Elbo> estimators, int steps) {
    checkArgument(
        steps >= 2, "gradient variance is asked of %s steps, but needs at least 2", steps);
    Stepper<D> fit = svi.stepper;
    try (BoundData<D> bound = BoundData.of(data, svi.config())) {
      Set<String> asked = fit.asked(bound);
      return new GradientVariance(
          estimators.stream()
              .map(elbo -> row(fit, elbo, bound, asked, steps))
              .collect(ImmutableList.toImmutableList()));
    }
  }

  private static <D extends @Nullable Object> Row row(
      Stepper<D> fit, Elbo elbo, BoundData<D> data, Set<String> asked, int steps) {
    RunConfig config = fit.config();
    try (NDManager manager = NDManager.newBaseManager(config.device());
        ParamStore params = fit.params().copy(manager)) {
      Stepper<D> own = fit.settings().with(elbo).stepper(params, config);
      own.startWith(Optional.empty());
      Recordings<D> recordings = Recordings.onSame(own, false);
      int before = 2 + (int) (steps * WARM_UP); // of which one is checked, and one is recorded
      for (int i = 0; i < before; i++) {
        double[] unused = own.gradient(data, recordings);
      }
      List<ParamSlot> slots = params.slots();
      Moments moments = new Moments();
      long began = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        moments.add(own.gradient(data, recordings), slots, asked);
      }
      double micros = (System.nanoTime() - began) / 1e3 / steps;
      return new Row(elbo, Optional.empty(), moments.mean(), moments.variances(), micros);
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return new Row(elbo, Optional.of(why), ImmutableList.of(), ImmutableList.of(), Double.NaN);
    }
  }

  /** Means and variances of the numbers of some parameters. */
  private static final class Moments {

    private double[] mean = new double[0];
    private double[] squares = new double[0]; // of what is off the mean, summed
    private int count;

    /** One more (Welford 1962). */
    void add(double[] gradient, List<ParamSlot> slots, Set<String> asked) {
      List<Double> own = new ArrayList<>();
      int offset = 0;
      for (ParamSlot slot : slots) {
        int size = Math.toIntExact(slot.shape().size());
        for (int i = 0; asked.contains(slot.name()) && i < size; i++) {
          own.add(gradient[offset + i]);
        }
        offset += size;
      }
      if (count++ == 0) {
        mean = new double[own.size()];
        squares = new double[own.size()];
      }
      for (int i = 0; i < mean.length; i++) {
        double off = own.get(i) - mean[i];
        mean[i] += off / count;
        squares[i] += off * (own.get(i) - mean[i]);
      }
    }

    ImmutableList<Double> mean() {
      return java.util.Arrays.stream(mean).boxed().collect(ImmutableList.toImmutableList());
    }

    ImmutableList<Double> variances() {
      return java.util.Arrays.stream(squares)
          .mapToObj(sum -> sum / (count - 1))
          .collect(ImmutableList.toImmutableList());
    }
  }

  /** A table. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    int wide = rows.stream().mapToInt(row -> row.elbo().toString().length()).max().orElse(0);
    String format = "%-" + Math.max(wide, 9) + "s  %12s  %12s  %12s%n";
    table.append(
        String.format(Locale.ROOT, format, "estimator", "variance", "length", "µs a step"));
    for (Row row : rows) {
      String name = row.elbo().toString();
      table.append(
          row.whyNot().isPresent()
              ? String.format(
                  Locale.ROOT, "%-" + Math.max(wide, 9) + "s  %s%n", name, row.whyNot().get())
              : String.format(
                  Locale.ROOT,
                  format,
                  name,
                  number(row.variance()),
                  number(row.length()),
                  number(row.micros())));
    }
    return table.toString();
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.4g", x);
  }
}
