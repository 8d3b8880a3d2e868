package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.Tally;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * What holds for every scalar family where arithmetic is hard: at knots and just beside them, at
 * the ends of an interval and just outside, at 0, for tiny and huge numbers, and with bins and
 * derivatives at their least.
 */
final class EdgeLaws {

  private static final Pattern SIZES = Pattern.compile("(?:(\\d+) bins)?(?:.*bound ([\\d.]+))?.*");

  /** Of raw parameters; with the last two most bins and derivatives are at a bound. */
  private static final double[] SCALES = {0, 1, 3, 30, 300};

  private final ScalarFamily family;
  private final Run run;
  private final boolean single;
  private final NDArray raw;
  private final Transform map;

  private EdgeLaws(ScalarFamily family, Run run) {
    this.family = family;
    this.run = run;
    this.single = run.floatType() == FloatType.FLOAT32;
    Shape shape = new Shape(SCALES.length, 1, family.parameters());
    NDArray scales = run.create(SCALES, new Shape(SCALES.length, 1, 1));
    this.raw = Autograd.variable(FlowTensors.rng("edges").normal(run, shape).mul(scales));
    this.map = family.map(raw);
  }

  /** Every law in a float type; gives at how many points. */
  static int check(ScalarFamily family, FloatType type) {
    double largest = largest(family, type == FloatType.FLOAT32);
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      EdgeLaws laws = new EdgeLaws(family, run);
      NDArray points = laws.points(largest);
      Mapped forward = laws.map.forward(points);
      laws.finite("forward", points, forward);
      laws.finite("inverse", points, laws.map.inverse(points));
      laws.ordered(points, forward);
      if (family.hasLinearTails()) {
        laws.slopesFarOut(largest);
      }
      return Tally.required(Math.toIntExact(points.size()));
    }
  }

  /** Far out; nearly the largest number that there is where a map is a line. */
  private static double largest(ScalarFamily family, boolean single) {
    if (family.hasLinearTails()) {
      return single ? 1e20 : 1e280;
    }
    return single ? 1e3 : 1e50;
  }

  /** {@code (scales, n)}, ascending. */
  private NDArray points(double largest) {
    String sizes = family.toString().replaceFirst("^[^(]*\\(?", "");
    Matcher matcher = SIZES.matcher(sizes);
    assertThat(matcher.matches()).as(sizes).isTrue();
    boolean isCircle = map.domain().equals(Constraint.CIRCULAR);
    double bound =
        isCircle ? Math.PI : matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
    double[][] all = new double[SCALES.length][];
    for (int i = 0; i < SCALES.length; i++) {
      TreeSet<Double> points = new TreeSet<>();
      double tiny = single ? Float.MIN_VALUE : Double.MIN_VALUE;
      double small = single ? 1e-37 : 1e-300;
      for (double x : new double[] {tiny, small, 1e-8, 0.1, 1, 2.5, 50, 1e3, 1e6, largest}) {
        points.add(x);
        points.add(-x);
      }
      points.add(0.0);
      points.add(-0.0);
      beside(points, bound);
      beside(points, -bound);
      if (matcher.group(1) != null) {
        for (double knot : knots(i, Integer.parseInt(matcher.group(1)), bound)) {
          beside(points, knot);
        }
      }
      if (isCircle) {
        points.removeIf(x -> Math.abs(x) > bound);
      }
      all[i] = points.stream().filter(x -> Math.abs(x) <= largest).mapToDouble(x -> x).toArray();
    }
    int width = Arrays.stream(all).mapToInt(row -> row.length).max().orElseThrow();
    double[] flat = new double[SCALES.length * width];
    for (int i = 0; i < SCALES.length; i++) {
      for (int j = 0; j < width; j++) {
        flat[i * width + j] = all[i][Math.min(j, all[i].length - 1)];
      }
    }
    return Autograd.variable(run.create(flat, new Shape(SCALES.length, width)));
  }

  private void beside(Set<Double> points, double x) {
    points.add(x);
    points.add(single ? (double) Math.nextUp((float) x) : Math.nextUp(x));
    points.add(single ? (double) Math.nextDown((float) x) : Math.nextDown(x));
  }

  /** The first raw numbers of each spline are the widths of its bins. */
  private double[] knots(int scale, int bins, double bound) {
    NDArray widths = Tensors.range(Tensors.range(raw, -1, 0, bins), -3, scale, scale + 1L);
    return Tensors.values(Knots.of(widths, 1, bins, bound));
  }

  /** Values, log-derivatives, and the gradients of both in input and parameters. */
  private void finite(String direction, NDArray points, Mapped mapped) {
    NDArray logDet = mapped.logDet().add(points.mul(0));
    assertFinite(direction + " value", points, mapped.value());
    assertFinite(direction + " log-derivative", points, logDet);
    for (NDArray of : List.of(mapped.value(), logDet)) {
      List<NDArray> gradients = Autograd.grad(of.sum(), List.of(points, raw));
      String what = of == logDet ? "log-derivative" : "value";
      assertFinite(direction + " derivative of the " + what, points, gradients.get(0));
      assertFinite("gradient of the " + what + " in parameters", raw, gradients.get(1));
    }
  }

  /** The log-derivative is that of the line that a map is there. */
  private void slopesFarOut(double largest) {
    double[] distances = {-largest / 4, -largest / 1e10, largest / 1e10, largest / 4};
    NDArray x = run.create(distances, new Shape(distances.length));
    Mapped near = map.forward(x);
    Mapped far = map.forward(x.mul(2));
    NDArray line = far.value().sub(near.value()).div(x).log();
    assertClose(
        "log-slope of " + family, near.logDet(), single ? 1e-4 : 1e-9, Tensors.values(line));
  }

  private void assertFinite(String what, NDArray at, NDArray values) {
    double[] x = Tensors.values(at);
    double[] all = Tensors.values(values);
    for (int i = 0; i < all.length; i++) {
      assertThat(all[i]).as("%s of %s at %s, entry %s", what, family, x[i], i).isFinite();
    }
  }

  /** Values ascend, and neighbours among the numbers of the type have neighbouring images. */
  private void ordered(NDArray points, Mapped mapped) {
    double[] x = Tensors.values(points);
    double[] y = Tensors.values(mapped.value());
    double[] slope = Tensors.values(mapped.logDet().exp());
    double[] logSlope = Tensors.values(mapped.logDet());
    double rounding = single ? Math.ulp(1f) : Math.ulp(1.0);
    boolean isCircle = map.domain().equals(Constraint.CIRCULAR);
    for (int i = 1; i < x.length; i++) {
      if (x[i] < x[i - 1]) {
        continue;
      }
      double rise = y[i] - y[i - 1];
      double steepest = Math.max(slope[i], slope[i - 1]);
      double allowed = 16 * rounding * (1 + Math.abs(y[i]) + (1 + Math.abs(x[i])) * steepest);
      rise += isCircle && rise < -allowed ? 2 * Math.PI : 0;
      String where = family + " from " + x[i - 1] + " to " + x[i] + " of entry " + i;
      assertThat(rise).as("rise of %s", where).isGreaterThanOrEqualTo(-allowed);
      boolean isNext = x[i] - x[i - 1] <= 2 * rounding * Math.abs(x[i]);
      if (isNext) {
        assertThat(rise).as("step of %s", where).isLessThanOrEqualTo(allowed);
      }
      if (isNext && family.hasContinuousDerivative() && !single) {
        assertThat(Math.abs(logSlope[i] - logSlope[i - 1]))
            .as("step of the log-derivative of %s", where)
            .isLessThanOrEqualTo(1e-6);
      }
    }
  }
}
