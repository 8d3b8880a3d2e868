package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Tensors;

/**
 * What is observed, as a row of numbers: what a simulator returns, or a set of that.
 *
 * <p>A row of a set has the number of its members, then their numbers, in lexicographic order, then
 * zeros: the same for all orders of the members.
 *
 * @param most members of a set; 0 where one observation is all
 */
record Observations(int most) {

  static final Observations SINGLE = new Observations(0);

  boolean areSets() {
    return most > 0;
  }

  /** How many numbers a simulator returns whose data have so many columns. */
  int width(int columns) {
    return areSets() ? (columns - 1) / most : columns;
  }

  /**
   * What simulates rows, by what simulates one observation. The sizes of sets are 1 to the most,
   * any as likely as any other with the same digits: their logarithms are uniform.
   */
  Simulator simulator(Simulator one) {
    if (!areSets()) {
      return one;
    }
    return (parameters, rng) -> {
      double uniform = rng.split("size").nextUniform();
      int size = Math.min(most, (int) Math.exp(uniform * Math.log(most + 1.0)));
      double[][] members = new double[size][];
      for (int i = 0; i < size; i++) {
        members[i] = one.simulate(parameters.clone(), rng.split("member." + i));
      }
      return row(members);
    };
  }

  private double[] row(double[][] members) {
    int width = members[0].length;
    double[] row = new double[1 + most * width];
    row[0] = members.length;
    List<double[]> sorted = Arrays.asList(members.clone());
    sorted.sort(Doubles.lexicographicalComparator());
    for (int i = 0; i < sorted.size(); i++) {
      checkArgument(
          sorted.get(i).length == width,
          "simulator returned %s numbers for a member of a set, but %s for another; always return"
              + " as many",
          sorted.get(i).length,
          width);
      System.arraycopy(sorted.get(i), 0, row, 1 + i * width, width);
    }
    return row;
  }

  /**
   * The numbers of one observation, (C) or (1, C), or of a set, (n, C).
   *
   * @throws IllegalArgumentException if it is another or larger, or has a number that is not finite
   */
  double[] row(NDArray observation) {
    Shape shape = observation.getShape();
    boolean isRow = shape.dimension() == 1 || (shape.dimension() == 2 && shape.get(0) == 1);
    checkArgument(
        shape.size() > 0 && (isRow || (areSets() && shape.dimension() == 2)),
        areSets()
            ? "observation has shape %s, but wants a row of numbers each; pass shape (n, C)"
            : "observation has shape %s, but wants one row of numbers; pass shape (C), or learn of"
                + " sets of observations: see sets(most)",
        shape);
    int width = Math.toIntExact(shape.get(shape.dimension() - 1));
    List<Double> all = Doubles.asList(Tensors.values(observation));
    return checked(
        Lists.partition(all, width).stream().map(Doubles::toArray).toArray(double[][]::new));
  }

  /**
   * The numbers of one observation, or of the members of a set, at least one.
   *
   * @throws IllegalArgumentException if there are too many, or one has a number that is not finite
   */
  double[] checked(double[]... members) {
    int width = members[0].length;
    for (int i = 0; i < members.length; i++) {
      for (int j = 0; j < members[i].length; j++) {
        checkArgument(
            Double.isFinite(members[i][j]),
            "observation has %s in place %s (from 1) of %s; pass finite numbers",
            members[i][j],
            i * width + j + 1,
            members.length * width);
      }
    }
    checkArgument(
        areSets() || members.length == 1,
        "observation has %s members, but one is learned of; pass one, or learn of sets: see"
            + " sets(most)",
        members.length);
    if (!areSets()) {
      return members[0];
    }
    checkArgument(
        members.length <= most,
        "observation is a set of %s, but those that are learned of have up to %s members; learn of"
            + " larger ones",
        members.length,
        most);
    return row(members);
  }

  /**
   * Checks that an observation is what {@link #row} wants.
   *
   * @throws IllegalArgumentException if it is not
   */
  void check(NDArray observation) {
    double[] unused = row(observation);
  }

  /**
   * Checks the length of a row of an observation.
   *
   * @param length how many numbers it has
   * @param wanted how many columns data have
   */
  void checkWidth(int length, int wanted) {
    checkArgument(
        length == wanted,
        "observation has %s numbers, but the simulator returns %s; pass as many",
        width(length),
        width(wanted));
  }

  /** Numbers, row by row, as (N, columns). */
  static NDArray rows(NDManager manager, double[] values, int columns) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }

  /** In words. */
  @Override
  public String toString() {
    return areSets() ? "sets of up to " + most + " observations" : "one observation";
  }
}
