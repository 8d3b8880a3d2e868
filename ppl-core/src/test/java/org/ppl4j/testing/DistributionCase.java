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
 * A row of the table of distributions, all that tests know of it: how to make one from its
 * parameters, values of these, values inside and outside the support, an oracle, what it refuses,
 * what it costs, and its name in the reference. Filled in where the table is made, read afterwards.
 */
public final class DistributionCase {

  /** A wrong use of the family and the whole text of its error. */
  public record Refused(Function<Run, Object> wrong, String text) {}

  /** How the reference's parameters make a distribution. */
  public record ReferenceFamily(String name, Function<ReferenceParameters, Distribution> family) {}

  private final String name;
  private final Function<List<NDArray>, Distribution> family;
  private final List<double[]> parameters = new ArrayList<>();
  private final List<Shape> parameterShapes = new ArrayList<>();
  private double[] inside = {};
  private double[] outside = {};
  private @Nullable Function<double[], RealDistribution> oracle;
  private boolean oneNoise = true;
  private final List<Refused> refused = new ArrayList<>();
  private @Nullable String operationsOfNumbers;
  private @Nullable String operationsOfTensors;
  private @Nullable ReferenceFamily reference;

  private DistributionCase(String name, Function<List<NDArray>, Distribution> family) {
    this.name = name;
    this.family = family;
  }

  // --- filling in

  /** A row without values yet. */
  public static DistributionCase of(String name, Function<List<NDArray>, Distribution> family) {
    return new DistributionCase(name, family);
  }

  /** With scalar parameters. */
  public DistributionCase numbers(double... values) {
    for (double value : values) {
      parameters.add(new double[] {value});
      parameterShapes.add(new Shape());
    }
    return this;
  }

  /** With a further parameter that is a vector of the event. */
  public DistributionCase vector(double... values) {
    return tensor(new Shape(values.length), values);
  }

  /** With a further parameter of this shape of the event, row by row. */
  public DistributionCase tensor(Shape shape, double... values) {
    parameters.add(values);
    parameterShapes.add(shape);
    return this;
  }

  /** With values in the support, one after the other. */
  public DistributionCase inside(double... values) {
    inside = values;
    return this;
  }

  /** With values outside the support, one after the other. */
  public DistributionCase outside(double... values) {
    outside = values;
    return this;
  }

  /** With Hipparchus' distribution as a function of the scalar parameters. */
  public DistributionCase oracle(Function<double[], RealDistribution> distribution) {
    oracle = distribution;
    return this;
  }

  /** Whose draws mix several noises, so that their derivative does not follow from the cdf. */
  public DistributionCase severalNoises() {
    oneNoise = false;
    return this;
  }

  /** With a wrong use and the whole text of its error. */
  public DistributionCase refuses(Function<Run, Object> wrong, String text) {
    refused.add(new Refused(wrong, text));
    return this;
  }

  /**
   * With the most engine operations that it may take, with plain numbers for parameters and with
   * tensors; four numbers each: the log-density; the same at a value known to be in the support; a
   * draw; the draw's own log-density.
   */
  public DistributionCase operations(String ofNumbers, String ofTensors) {
    operationsOfNumbers = ofNumbers;
    operationsOfTensors = ofTensors;
    return this;
  }

  /** With the family's name in the reference and how to make one from its parameters. */
  public DistributionCase reference(
      String family, Function<ReferenceParameters, Distribution> distribution) {
    reference = new ReferenceFamily(family, distribution);
    return this;
  }

  // --- reading

  /** The name of the row. */
  public String name() {
    return name;
  }

  /** The values of each parameter. */
  public List<double[]> parameters() {
    return parameters;
  }

  /** Values in the support. */
  public double[] inside() {
    return inside.clone();
  }

  /** Values outside the support. */
  public double[] outside() {
    return outside.clone();
  }

  /** The oracle for parameter values. */
  public @Nullable Function<double[], RealDistribution> oracle() {
    return oracle;
  }

  /** Whether a draw is a monotone function of one noise. */
  public boolean oneNoise() {
    return oneNoise;
  }

  /** What it refuses. */
  public List<Refused> refused() {
    return refused;
  }

  /** The limits of {@link #operations}, none if there are none. */
  public List<String> operations() {
    return operationsOfNumbers == null || operationsOfTensors == null
        ? List.of()
        : List.of(operationsOfNumbers, operationsOfTensors);
  }

  /** The family in the reference. */
  public @Nullable ReferenceFamily reference() {
    return reference;
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
    for (int i = 0; i < parameters.size(); i++) {
      boolean number = parameterShapes.get(i).dimension() == 0;
      numbers.add(number ? Tensors.number(parameters.get(i)[0]) : tensor(run, i));
    }
    return family.apply(numbers).on(run);
  }

  /** The parameters as tensors. */
  public List<NDArray> tensors(Run run) {
    List<NDArray> tensors = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.add(tensor(run, i));
    }
    return tensors;
  }

  /** The parameters with entry {@code at} of parameter {@code which} moved by {@code step}. */
  public List<NDArray> moved(Run run, int which, int at, double step) {
    List<NDArray> tensors = tensors(run);
    double[] value = parameters.get(which).clone();
    value[at] += step;
    tensors.set(which, run.create(value, parameterShapes.get(which)));
    return tensors;
  }

  private NDArray tensor(Run run, int which) {
    return run.create(parameters.get(which), parameterShapes.get(which));
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
