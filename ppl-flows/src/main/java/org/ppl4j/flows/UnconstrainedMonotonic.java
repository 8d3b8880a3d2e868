package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Unconstrained monotonic maps: the integral of a positive network, y = β + ∫ exp s(t) dt from 0 to
 * x, s(t) = c + Σ w_k tanh(a_k (t − m_k) + b_k), on [−B, B]; straight lines of the end slopes
 * outside.
 *
 * <p>Parameters: K each of a, (2 / B) max(1, K / 8) e^r with r kept between −1 and 1, so that units
 * are the steeper the nearer they lie; of b; and of w, over √K and kept so that s stays within 6 of
 * c; then c, kept between −7 and 7, and β. The places m_k lie evenly on [−B, B]. At 0 it is the
 * identity. The integral is Clenshaw and Curtis' rule of max(64, 8 K) + 1 nodes: the bound on a
 * keeps the poles of the network so far from the reals that its error is below 1e-14 of the largest
 * slope, and log dy/dx = s(x) is the derivative of the sum too. Forward costs as many evaluations
 * of the network at once; the inverse is searched, 60 times that. The network's weights are the
 * family's parameters, where the paper has one network for all coordinates that reads what a
 * conditioner says. Source: Wehenkel and Louppe, "Unconstrained monotonic neural networks" (2019),
 * equations 1 and 4 and section 3.
 */
public final class UnconstrainedMonotonic implements ScalarFamily {

  /** Up to so many units are as steep as one. */
  private static final int FEW_UNITS = 8;

  /** Of the rule, for each of the units, or of few where there are fewer. */
  private static final int INTERVALS_A_UNIT = 8;

  private static final double FIRST_STEEPNESS = 2;
  private static final double STEEPNESS_BOUND = 1;
  private static final double LEVEL_BOUND = 7;

  /** How far the logarithm of the slope may be from c. */
  private static final double RANGE = 6;

  private final int units;
  private final double bound;

  private UnconstrainedMonotonic(int units, double bound) {
    this.units = units;
    this.bound = bound;
  }

  /**
   * With this many units in the network, on [−bound, bound].
   *
   * @throws IllegalArgumentException if there is no unit, or {@code bound} is not positive and
   *     finite
   */
  public static UnconstrainedMonotonic of(int units, double bound) {
    checkArgument(units >= 1, "unconstrained monotonic has %s units, but needs at least 1", units);
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "unconstrained monotonic has bound %s, but it must be positive and finite",
        bound);
    return new UnconstrainedMonotonic(units, bound);
  }

  @Override
  public int parameters() {
    return 3 * units + 2;
  }

  /** In version 1 many units were no steeper than few. */
  @Override
  public List<Family> families() {
    Family own = Family.of(getClass(), 1);
    return units > FEW_UNITS ? List.of(own, own.form("manyUnits", 2)) : List.of(own);
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, units, units, units, 1, 1);
    int atLeastFew = Math.max(FEW_UNITS, units);
    double first = FIRST_STEEPNESS / bound * atLeastFew / FEW_UNITS;
    NDArray steepness = ScalarMath.clamp(parts.get(0), STEEPNESS_BOUND).exp().mul(first);
    NDArray places = ScalarMath.spread(parameters, units).mul(bound);
    NDArray weight =
        ScalarMath.clamp(parts.get(2), RANGE / Math.sqrt(units)).mul(1 / Math.sqrt(units));
    int intervals = INTERVALS_A_UNIT * atLeastFew;
    Run run = Tensors.run(parameters);
    return new Map(
        steepness,
        parts.get(1).sub(steepness.mul(places)),
        weight,
        ScalarMath.clamp(parts.get(3).squeeze(-1), LEVEL_BOUND),
        parts.get(4).squeeze(-1),
        run.create(nodes(intervals), new Shape(intervals + 1L)),
        run.create(weights(intervals), new Shape(intervals + 1L)),
        bound);
  }

  /** Clenshaw and Curtis' nodes on [0, 1]. */
  private static double[] nodes(int intervals) {
    double[] nodes = new double[intervals + 1];
    for (int i = 0; i <= intervals; i++) {
      nodes[i] = (1 + Math.cos(i * Math.PI / intervals)) / 2;
    }
    return nodes;
  }

  /** And their weights, of sum 1: the integrals of the interpolating sums of cosines. */
  private static double[] weights(int intervals) {
    double[] weights = new double[intervals + 1];
    for (int i = 0; i <= intervals; i++) {
      double sum = 1;
      for (int m = 1; m <= intervals / 2; m++) {
        double share = 2 * m == intervals ? 1 : 2;
        sum -= share / (4.0 * m * m - 1) * Math.cos(2.0 * m * i * Math.PI / intervals);
      }
      weights[i] = sum / (i == 0 || i == intervals ? 2 * intervals : intervals);
    }
    return weights;
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "unconstrained monotonic(" + units + " units, bound " + bound + ")";
  }

  private static final class Map extends SearchedMap {

    private final NDArray steepness;
    private final NDArray shift;
    private final NDArray weight;
    private final NDArray level;
    private final NDArray start;
    private final NDArray nodes;
    private final NDArray weights;
    private final double bound;

    /** The network {@code (*, K)}, c and β {@code (*)}, and the rule. */
    Map(
        NDArray steepness,
        NDArray shift,
        NDArray weight,
        NDArray level,
        NDArray start,
        NDArray nodes,
        NDArray weights,
        double bound) {
      super(start.getShape());
      this.steepness = steepness;
      this.shift = shift;
      this.weight = weight;
      this.level = level;
      this.start = start;
      this.nodes = nodes;
      this.weights = weights;
      this.bound = bound;
    }

    /** s(t) − c at t {@code (*, N)} of maps {@code (*)}. */
    private NDArray network(NDArray t) {
      NDArray z = t.expandDims(-1).mul(steepness.expandDims(-2)).add(shift.expandDims(-2));
      return z.tanh().mul(weight.expandDims(-2)).sum(new int[] {-1});
    }

    /** The nodes from 0 to x and x itself, the node of place 0, in one evaluation. */
    @Override
    protected Mapped doForward(NDArray x) {
      NDArray inner = ScalarMath.clamp(x, bound);
      NDArray all = network(inner.expandDims(-1).mul(nodes));
      NDArray logSlope = Tensors.range(all, -1, 0, 1).squeeze(-1).add(level);
      NDArray mean = all.exp().mul(weights).sum(new int[] {-1}).mul(level.exp());
      NDArray value = mean.mul(inner).add(x.sub(inner).mul(logSlope.exp())).add(start);
      return new Mapped(value, logSlope);
    }

    /** Between the lines of the least and the largest slope. */
    @Override
    Bracket bracket(NDArray y) {
      NDArray rise = y.sub(start);
      NDArray range = weight.abs().sum(new int[] {-1});
      NDArray near = rise.mul(level.add(range).neg().exp());
      NDArray far = rise.mul(range.sub(level).exp());
      return new Bracket(near.minimum(far), near.maximum(far));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(
          operator.apply(steepness),
          operator.apply(shift),
          operator.apply(weight),
          operator.apply(level),
          operator.apply(start),
          operator.apply(nodes),
          operator.apply(weights),
          bound);
    }

    @Override
    public String toString() {
      return "unconstrained monotonic";
    }
  }
}
