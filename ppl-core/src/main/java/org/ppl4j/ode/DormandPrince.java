package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.RecordedMap;
import org.ppl4j.tensor.Tensors;

/** The method of fifth order whose steps follow its error estimate. */
record DormandPrince() implements JavaMethod {

  /** Where a step is, in steps, for each stage after the first. */
  private static final double[] TIMES = {1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};

  /** The shares of the rates so far in each stage; the last are those of the result. */
  private static final double[][] SHARES = {
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}
  };

  /** The shares of the difference from the result of fourth order. */
  private static final double[] ERROR = {
    71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40
  };

  private static final double ERRORS = 200;

  /** How many stages there are after the first. */
  static int stages() {
    return SHARES.length;
  }

  /** Where the stage after another is, in steps. */
  static double time(int stage) {
    return TIMES[stage];
  }

  /** The share of a rate in the stage after another. */
  static double share(int stage, int rate) {
    return SHARES[stage][rate];
  }

  /** The share of a rate in the error. */
  static double errorShare(int rate) {
    return ERROR[rate];
  }

  @Override
  public Step step(Rate rate, NDArray state, NDArray first, NDArray time, NDArray size) {
    List<NDArray> rates = new ArrayList<>(List.of(first));
    NDArray next = state;
    for (int stage = 0; stage < SHARES.length; stage++) {
      next = state.add(sum(rates, SHARES[stage]).mul(size));
      NDArray of = rate.of(time.add(size.mul(TIMES[stage])), next);
      rates.add(of.broadcast(state.getShape()));
    }
    return new Step(next, rates.get(SHARES.length), sum(rates, ERROR).mul(size));
  }

  @Override
  public boolean takes(RecordedMap rate) {
    return true;
  }

  @Override
  public JavaWay way(JavaWay.Problem problem) {
    return new DormandPrinceWay(problem);
  }

  @Override
  public int evaluations() {
    return SHARES.length;
  }

  @Override
  public double errors() {
    return ERRORS;
  }

  @Override
  public int order() {
    return 5;
  }

  /** Of tensors, each times its share. */
  private static NDArray sum(List<NDArray> tensors, double[] shares) {
    if (shares.length == 1) {
      return tensors.get(0).mul(shares[0]);
    }
    int dims = tensors.get(0).getShape().dimension() + 1;
    long[] shape = new long[dims];
    Arrays.fill(shape, 1);
    shape[0] = shares.length;
    NDArray weights = Tensors.run(tensors.get(0)).create(shares, new Shape(shape));
    return Tensors.stack(tensors, -dims).mul(weights).sum(new int[] {-dims});
  }

  @Override
  public String toString() {
    return "dormand-prince";
  }
}
