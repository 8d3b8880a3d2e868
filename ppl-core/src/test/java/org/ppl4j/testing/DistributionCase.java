package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hipparchus.distribution.RealDistribution;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * A row of the table of distributions: how to make one from its parameters, values of these, values
 * inside and outside the support, and an oracle. Immutable; the methods give a changed copy.
 *
 * @param name the name of the family and of the row
 * @param family from parameters to the distribution
 * @param parameters values of each parameter; a vector belongs to one event
 * @param inside values in the support, one after the other
 * @param outside values outside it
 * @param oracle Hipparchus' distribution for parameter values
 * @param oneNoise whether a draw is a monotone function of one noise, so that its derivative
 *     follows from the cdf
 */
@SuppressWarnings("ArrayRecordComponent") // read only, in tests
public record DistributionCase(
    String name,
    Function<List<NDArray>, Distribution> family,
    List<double[]> parameters,
    double[] inside,
    double[] outside,
    @Nullable Function<double[], RealDistribution> oracle,
    boolean oneNoise) {

  /** A row without values yet. */
  public static DistributionCase of(String name, Function<List<NDArray>, Distribution> family) {
    return new DistributionCase(name, family, List.of(), new double[0], new double[0], null, true);
  }

  /** With scalar parameters. */
  public DistributionCase numbers(double... values) {
    List<double[]> all = new ArrayList<>(parameters);
    for (double value : values) {
      all.add(new double[] {value});
    }
    return new DistributionCase(name, family, all, inside, outside, oracle, oneNoise);
  }

  /** With a further parameter that is a vector of the event. */
  public DistributionCase vector(double... values) {
    List<double[]> all = new ArrayList<>(parameters);
    all.add(values);
    return new DistributionCase(name, family, all, inside, outside, oracle, oneNoise);
  }

  /** With values in the support. */
  public DistributionCase inside(double... values) {
    return new DistributionCase(name, family, parameters, values, outside, oracle, oneNoise);
  }

  /** With values outside the support. */
  public DistributionCase outside(double... values) {
    return new DistributionCase(name, family, parameters, inside, values, oracle, oneNoise);
  }

  /** With Hipparchus' distribution as a function of the scalar parameters. */
  public DistributionCase oracle(Function<double[], RealDistribution> distribution) {
    return new DistributionCase(name, family, parameters, inside, outside, distribution, oneNoise);
  }

  /** Whose draws mix several noises. */
  public DistributionCase severalNoises() {
    return new DistributionCase(name, family, parameters, inside, outside, oracle, false);
  }

  /** The distribution in a run. */
  public Distribution in(Run run) {
    return of(run, tensors(run));
  }

  /** The distribution with these parameters in a run. */
  public Distribution of(Run run, List<NDArray> tensors) {
    return family.apply(tensors).on(run);
  }

  /** The distribution with plain numbers wherever a parameter is one, bound to the run. */
  public Distribution ofNumbers(Run run) {
    List<NDArray> numbers = new ArrayList<>();
    for (double[] value : parameters) {
      numbers.add(value.length == 1 ? Tensors.number(value[0]) : vector(run, value));
    }
    return family.apply(numbers).on(run);
  }

  /** The parameters as tensors. */
  public List<NDArray> tensors(Run run) {
    List<NDArray> tensors = new ArrayList<>();
    for (double[] value : parameters) {
      tensors.add(vector(run, value));
    }
    return tensors;
  }

  /** The parameters with entry {@code at} of parameter {@code which} moved by {@code step}. */
  public List<NDArray> moved(Run run, int which, int at, double step) {
    List<NDArray> tensors = tensors(run);
    double[] value = parameters.get(which).clone();
    value[at] += step;
    tensors.set(which, vector(run, value));
    return tensors;
  }

  private static NDArray vector(Run run, double[] value) {
    return run.create(value, value.length == 1 ? new Shape() : new Shape(value.length));
  }

  /** The scalar parameters as the oracle takes them. */
  public double[] flat() {
    return parameters.stream().mapToDouble(value -> value[0]).toArray();
  }

  @Override
  public String toString() {
    return name;
  }
}
