package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hipparchus.distribution.RealDistribution;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A row of the table of distributions, all that tests know of it: how to make one from its
 * parameters, values of these, values inside and outside the support, an oracle, what it refuses,
 * what it costs, and its name in the reference. Filled in where the table is made, read afterwards.
 */
public final class DistributionCase {

  /** A wrong use of the family and the whole text of its error. */
  public record Refused(Function<Run, Object> wrong, String text) {}

  /** Which entries of a parameter are free, so that a derivative in them means something. */
  public enum Entries {
    /** Each. */
    ALL,
    /** Those of a symmetric matrix: the two of a pair move together. */
    SYMMETRIC,
    /** Those on and below the diagonal. */
    LOWER,
    /** None: a whole number. */
    NONE
  }

  /** How the reference's parameters make a distribution. */
  public record ReferenceFamily(String name, Function<ReferenceParameters, Distribution> family) {}

  private final String name;
  private final Function<List<NDArray>, Distribution> family;
  private final List<double[]> parameters = new ArrayList<>();
  private final List<Shape> parameterShapes = new ArrayList<>();
  private final List<Entries> entries = new ArrayList<>();
  private double[] inside = {};
  private double[] outside = {};
  private @Nullable Function<double[], RealDistribution> oracle;
  private boolean oneNoise = true;
  private boolean biased;
  private final List<Refused> refused = new ArrayList<>();
  private @Nullable String operationsOfNumbers;
  private @Nullable String operationsOfTensors;
  private @Nullable ReferenceFamily reference;

  private double[] atoms = {};
  private double[] breaks = {};
  private int counts = -1;
  private boolean circular;

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
      tensor(new Shape(), value);
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
    entries.add(Entries.ALL);
    return this;
  }

  /** Whose last parameter so far has only these entries free. */
  public DistributionCase with(Entries free) {
    entries.set(entries.size() - 1, free);
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

  /** With numbers that have a probability of their own beside the density, as where it is cut. */
  public DistributionCase atoms(double... values) {
    atoms = values;
    return this;
  }

  /** With numbers where the density is not smooth, in ascending order. */
  public DistributionCase breaks(double... values) {
    breaks = values;
    return this;
  }

  /** Of vectors of counts with this sum. */
  public DistributionCase counts(int sum) {
    counts = sum;
    return this;
  }

  /** Of angles, whose mean and variance are the circular ones. */
  public DistributionCase circular() {
    circular = true;
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

  /** Whose draws have the gradient of other draws, as those made hard. */
  public DistributionCase biasedGradient() {
    biased = true;
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

  /** The same row of what {@code maker} makes of the distribution, for faults to be planted. */
  public DistributionCase made(UnaryOperator<Distribution> maker) {
    DistributionCase copy = new DistributionCase(name, p -> maker.apply(family.apply(p)));
    copy.parameters.addAll(parameters);
    copy.parameterShapes.addAll(parameterShapes);
    copy.entries.addAll(entries);
    copy.inside = inside;
    copy.outside = outside;
    copy.oracle = oracle;
    copy.oneNoise = oneNoise;
    copy.atoms = atoms;
    copy.breaks = breaks;
    copy.counts = counts;
    copy.circular = circular;
    return copy;
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

  /** The numbers with a probability of their own. */
  public double[] atoms() {
    return atoms.clone();
  }

  /** Where the density is not smooth. */
  public double[] breaks() {
    return breaks.clone();
  }

  /** The sum of its counts, −1 if they are none. */
  public int sumOfCounts() {
    return counts;
  }

  /** Whether mean and variance are the circular ones. */
  public boolean isCircular() {
    return circular;
  }

  /** The free entries of a parameter. */
  public Entries entries(int which) {
    return entries.get(which);
  }

  /** The oracle for parameter values. */
  public @Nullable Function<double[], RealDistribution> oracle() {
    return oracle;
  }

  /** Whether a draw is a monotone function of one noise. */
  public boolean oneNoise() {
    return oneNoise;
  }

  /** Whether the gradient of its draws is not that of their mean. */
  public boolean hasBiasedGradient() {
    return biased;
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

  /** The distribution with parameters that no run has. */
  public Distribution withoutRun() {
    List<NDArray> free = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      double[] values = parameters.get(i);
      free.add(
          isNumber(i) ? Tensors.number(values[0]) : Tensors.array(values, parameterShapes.get(i)));
    }
    return family.apply(free);
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

  /** Whether parameter {@code which} is a number, not a vector or a matrix. */
  public boolean isNumber(int which) {
    return parameterShapes.get(which).dimension() == 0;
  }

  /** The distribution with a plain number for parameter {@code which}. */
  public Distribution withNumber(Run run, int which, double number) {
    List<NDArray> parameters = tensors(run);
    parameters.set(which, Tensors.number(number));
    return of(run, parameters);
  }

  /** The parameters as tensors. */
  public List<NDArray> tensors(Run run) {
    List<NDArray> tensors = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.add(tensor(run, i));
    }
    return tensors;
  }

  /** Whether entry {@code at} of parameter {@code which} is free. */
  public boolean isFree(int which, int at) {
    Shape shape = parameterShapes.get(which);
    return switch (entries.get(which)) {
      case ALL -> true;
      case NONE -> false;
      case SYMMETRIC, LOWER -> at % shape.getLastDimension() <= at / shape.getLastDimension();
    };
  }

  /** The entry that moves together with entry {@code at} of a parameter; itself if none does. */
  public int partner(int which, int at) {
    if (entries.get(which) != Entries.SYMMETRIC) {
      return at;
    }
    int size = Math.toIntExact(parameterShapes.get(which).getLastDimension());
    return at % size * size + at / size;
  }

  /** The parameters with a free entry {@code at} of parameter {@code which} moved. */
  public List<NDArray> moved(Run run, int which, int at, double step) {
    List<NDArray> tensors = tensors(run);
    double[] value = parameters.get(which).clone();
    value[at] += step;
    if (partner(which, at) != at) {
      value[partner(which, at)] += step;
    }
    tensors.set(which, run.create(value, parameterShapes.get(which)));
    return tensors;
  }

  /** The parameters as variables of {@code count} copies each, on the left. */
  public List<NDArray> repeated(Run run, int count) {
    List<NDArray> tensors = new ArrayList<>();
    for (NDArray tensor : tensors(run)) {
      Shape shape = Shapes.concat(new Shape(count), tensor.getShape());
      tensors.add(Autograd.variable(tensor.broadcast(shape)));
    }
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
