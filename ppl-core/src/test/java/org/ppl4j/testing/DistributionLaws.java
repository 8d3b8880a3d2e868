package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.hipparchus.distribution.RealDistribution;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * What holds for every distribution, as checks of one row of {@link DistributionCases}. They are
 * methods, so that a test can show that each catches a planted fault; each gives how much it has
 * judged, and fails if that is nothing; 0 where it does not apply. The laws of draws in number are
 * in {@link SamplingLaws}.
 */
public final class DistributionLaws {

  /** Rounding of a few operations in float64. */
  private static final double EXACT = 1e-10;

  /** Rounding of a few operations in float32. */
  private static final double SINGLE = 2e-5;

  /** Central differences with a step of 1e-5: truncation 1e-10, rounding 1e-10. */
  private static final double DIFFERENCES = 1e-7;

  private static final double STEP = 1e-5;

  private DistributionLaws() {}

  /** The stream of noise that the laws draw from. */
  static Rng rng(String name) {
    return Rng.of(20260101, Rng.Purpose.MODEL, 0, name);
  }

  /** The values in the support, {@code (n, event)}. */
  static NDArray inside(Run run, DistributionCase row, Distribution distribution) {
    return values(run, row.inside(), distribution);
  }

  private static NDArray values(Run run, double[] values, Distribution distribution) {
    long count = values.length / distribution.eventShape().size();
    return run.create(values, Shapes.concat(new Shape(count), distribution.eventShape()));
  }

  /** Sample × batch × event: of density, draw, moments, expand and toEvent. */
  @CanIgnoreReturnValue
  public static int shapes(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Shape[] batches = {new Shape(3, 1), new Shape(2), new Shape()};
      List<NDArray> parameters = new ArrayList<>();
      Shape batch = new Shape();
      List<NDArray> tensors = row.tensors(run);
      for (int i = 0; i < tensors.size(); i++) {
        parameters.add(
            tensors.get(i).broadcast(Shapes.concat(batches[i % 3], tensors.get(i).getShape())));
        batch = Shapes.broadcast(batch, batches[i % 3]);
      }

      Distribution distribution = row.of(run, parameters);
      Shape event = distribution.eventShape();

      assertThat(distribution.batchShape()).isEqualTo(batch);
      assertThat(distribution.support().eventDims()).isEqualTo(event.dimension());
      Draw draw = distribution.draw(rng("shapes"));
      Shape whole = Shapes.concat(batch, event);
      assertThat(draw.value().getShape()).isEqualTo(whole);
      assertThat(draw.logProb().getShape()).isEqualTo(batch);
      NDArray samples = draw.value().broadcast(Shapes.concat(new Shape(5), whole));
      assertThat(distribution.logProb(samples).getShape())
          .isEqualTo(Shapes.concat(new Shape(5), batch));
      NDArray one = inside(run, row, distribution).get("0");
      assertThat(distribution.logProb(one).getShape()).isEqualTo(batch);
      Shape larger = Shapes.concat(new Shape(4), batch);
      Draw expanded = distribution.expand(larger).draw(rng("shapes"));
      assertThat(expanded.value().getShape()).isEqualTo(Shapes.concat(larger, event));
      assertThat(expanded.logProb().getShape()).isEqualTo(larger);
      assertThat(distribution.expand(larger).logProb(draw.value()).getShape()).isEqualTo(larger);
      for (int dims = 0; dims <= batch.dimension(); dims++) {
        Distribution joint = distribution.toEvent(dims);
        Shape left = Shapes.dropRight(batch, dims);
        assertThat(joint.batchShape()).isEqualTo(left);
        assertThat(joint.eventShape())
            .isEqualTo(Shapes.concat(Shapes.takeRight(batch, dims), event));
        assertThat(joint.support().eventDims()).isEqualTo(joint.eventShape().dimension());
        assertThat(joint.logProb(samples).getShape()).isEqualTo(Shapes.concat(new Shape(5), left));
        assertThat(joint.draw(rng("shapes")).logProb().getShape()).isEqualTo(left);
      }
      ifItExists(distribution::mean).forEach(x -> assertThat(x.getShape()).isEqualTo(whole));
      ifItExists(distribution::variance).forEach(x -> assertThat(x.getShape()).isEqualTo(whole));
      Shape places = batch;
      ifItExists(distribution::entropy).forEach(x -> assertThat(x.getShape()).isEqualTo(places));
      return Tally.required(batch.dimension() + 1);
    }
  }

  /** The density is the oracle's. */
  @CanIgnoreReturnValue
  public static int densityIsTheOracles(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      if (row.oracle() != null) {
        RealDistribution oracle = row.oracle().apply(row.flat());
        Distribution distribution = row.in(run);
        double[] expected = Arrays.stream(row.inside()).map(oracle::density).toArray();
        NDArray density = distribution.logProb(inside(run, row, distribution)).exp();
        assertClose(
            "density",
            density.div(run.create(expected, density.getShape())),
            run.ones(density.getShape()),
            1e-9);
        return Tally.required(expected.length);
      }
      return 0;
    }
  }

  /** A draw's own log-density is that of its value, and so is its total derivative. */
  @CanIgnoreReturnValue
  public static int drawKnowsItsDensity(DistributionCase row) {
    int judged = 0;
    for (boolean numbers : new boolean[] {false, true}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        List<NDArray> variables = row.tensors(run).stream().map(Autograd::variable).toList();
        Distribution distribution =
            (numbers ? row.ofNumbers(run) : row.of(run, variables)).expand(new Shape(200));
        Draw draw = distribution.draw(rng("density"));
        NDArray again = distribution.logProb(draw.value());
        assertThat(draw.logProb()).isSameAs(draw.logProb());
        assertClose("log-density of a draw", draw.logProb(), again, 1e-8);
        judged += Math.toIntExact(again.size());
        if (!numbers) {
          List<NDArray> own = gradients(draw.logProb().sum(), variables);
          List<NDArray> anew = gradients(again.sum(), variables);
          for (int i = 0; i < own.size(); i++) {
            assertClose("total derivative", own.get(i), anew.get(i), 1e-6);
          }
        }
      }
    }
    return Tally.required(judged);
  }

  /** The gradients of the log-density in the parameters and in the value. */
  @CanIgnoreReturnValue
  public static int densityHasItsGradient(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = row.tensors(run).stream().map(Autograd::variable).toList();
      Distribution distribution = row.of(run, variables);
      NDArray value = inside(run, row, distribution);
      List<NDArray> gradients = gradients(distribution.logProb(value).sum(), variables);
      int judged = 0;
      for (int i = 0; i < variables.size(); i++) {
        double[] gradient = Tensors.values(gradients.get(i));
        for (int at = 0; at < gradient.length; at++) {
          if (!row.isFree(i, at)) {
            continue;
          }
          NDArray up = row.of(run, row.moved(run, i, at, STEP)).logProb(value).sum();
          NDArray down = row.of(run, row.moved(run, i, at, -STEP)).logProb(value).sum();
          double expected = (Tensors.values(up)[0] - Tensors.values(down)[0]) / (2 * STEP);
          int partner = row.partner(i, at);
          double own = gradient[at] + (partner == at ? 0 : gradient[partner]);
          String what = "gradient in entry %s of parameter %s".formatted(at, i);
          assertClose(what, new double[] {own}, DIFFERENCES, expected);
          judged++;
        }
      }
      if (!distribution.support().isDiscrete() && distribution.eventShape().dimension() == 0) {
        NDArray leaf = Autograd.variable(value);
        NDArray gradient = gradients(distribution.logProb(leaf).sum(), List.of(leaf)).get(0);
        NDArray difference =
            distribution
                .logProb(value.add(STEP))
                .sub(distribution.logProb(value.sub(STEP)))
                .div(2 * STEP);
        assertClose("gradient in the value", gradient, difference, 1e-6);
        judged += Math.toIntExact(gradient.size());
      } else if (!distribution.support().isDiscrete()) {
        judged += densityOfVectorsHasItsGradient(run, distribution, value);
      }
      return DistributionGradients.isMoving(row) ? Tally.required(judged) : 0;
    }
  }

  /** In the unconstrained coordinates of the value, one after the other. */
  private static int densityOfVectorsHasItsGradient(
      Run run, Distribution distribution, NDArray value) {
    Transform toSupport = Bijections.to(distribution.support());
    NDArray x = toSupport.inverse(value).value();
    NDArray leaf = Autograd.variable(x);
    NDArray logProb = distribution.logProb(toSupport.forward(leaf).value());
    double[] gradient = Tensors.values(gradients(logProb.sum(), List.of(leaf)).get(0));
    for (int at = 0; at < gradient.length; at++) {
      double[] step = new double[gradient.length];
      step[at] = STEP;
      NDArray move = run.create(step, x.getShape());
      NDArray up = distribution.logProb(toSupport.forward(x.add(move)).value()).sum();
      NDArray down = distribution.logProb(toSupport.forward(x.sub(move)).value()).sum();
      double expected = (Tensors.values(up)[0] - Tensors.values(down)[0]) / (2 * STEP);
      assertClose("gradient in coordinate " + at, new double[] {gradient[at]}, 1e-6, expected);
    }
    return gradient.length;
  }

  /** With the value detached, and with the parameters detached, the parts add up to the total. */
  @CanIgnoreReturnValue
  public static int scoreAndPathAddUp(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = row.tensors(run).stream().map(Autograd::variable).toList();
      Distribution distribution = row.of(run, variables);
      NDArray value = distribution.expand(new Shape(50)).draw(rng("score")).value();
      NDArray fixed = value.stopGradient();
      List<NDArray> score = gradients(distribution.logProb(fixed).sum(), variables);
      List<NDArray> none =
          gradients(
              distribution.detached().logProb(fixed).sum().add(sum(variables).mul(0)), variables);
      List<NDArray> path =
          gradients(
              distribution.detached().logProb(value).sum().add(sum(variables).mul(0)), variables);
      List<NDArray> total = gradients(distribution.logProb(value).sum(), variables);
      for (int i = 0; i < variables.size(); i++) {
        assertClose("detached", none.get(i), 0, new double[row.parameters().get(i).length]);
        assertClose("score and path", score.get(i).add(path.get(i)), total.get(i), 1e-8);
      }
      return Tally.required(Math.toIntExact(value.size()));
    }
  }

  /** Gradients that leave the graph for further ones. */
  static List<NDArray> gradients(NDArray loss, List<NDArray> variables) {
    return Autograd.grad(loss, variables, true);
  }

  private static NDArray sum(List<NDArray> tensors) {
    return tensors.stream().map(NDArray::sum).reduce(NDArray::add).orElseThrow();
  }

  /** Finite inside, −∞ outside, and no NaN in any gradient when both are in one tensor. */
  @CanIgnoreReturnValue
  public static int supportIsGuarded(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = row.tensors(run).stream().map(Autograd::variable).toList();
      Distribution distribution = row.of(run, variables);
      Constraint support = distribution.support();
      NDArray inside = inside(run, row, distribution);
      NDArray known = distribution.logProbInSupport(inside);

      assertClose("inside", distribution.logProb(inside), known, 0);
      assertThat(support.check(inside).toBooleanArray()).doesNotContain(false);
      for (double value : Tensors.values(known)) {
        assertThat(value).isFinite();
      }
      if (row.outside().length > 0) {
        NDArray outside = values(run, row.outside(), distribution);
        assertThat(support.check(outside).toBooleanArray()).doesNotContain(true);
        for (double value : Tensors.values(distribution.logProb(outside))) {
          assertThat(value).isEqualTo(Double.NEGATIVE_INFINITY);
        }
        NDArray both = Autograd.variable(Tensors.concat(List.of(inside, outside), 0));
        List<NDArray> leaves = new ArrayList<>(variables);
        leaves.add(both);
        NDArray logProb = distribution.logProb(both);
        NDArray finite = Tensors.where(support.check(both), logProb, Tensors.number(0));
        for (NDArray gradient : gradients(finite.sum(), leaves)) {
          for (double value : Tensors.values(gradient)) {
            assertThat(value).isFinite();
          }
        }
      }
      NDArray draws = distribution.expand(new Shape(1000)).draw(rng("support")).value();
      assertThat(support.check(draws).toBooleanArray()).doesNotContain(false);
      return Tally.required(row.inside().length) + row.outside().length;
    }
  }

  /** Plain numbers for parameters give what tensors give. */
  @CanIgnoreReturnValue
  public static int numbersAreTensors(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution tensors = row.in(run);
      Distribution numbers = row.ofNumbers(run);
      NDArray value = inside(run, row, tensors);

      assertClose("log-density", numbers.logProb(value), tensors.logProb(value), EXACT);
      assertClose(
          "draw",
          numbers.draw(rng("numbers")).value(),
          tensors.draw(rng("numbers")).value(),
          EXACT);
      tensors.validate();
      numbers.validate();
      return Tally.required(Math.toIntExact(value.size()));
    }
  }

  /** Masked places have log-density 0 and gradient 0, whatever the value there. */
  @CanIgnoreReturnValue
  public static int maskHides(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = row.tensors(run).stream().map(Autograd::variable).toList();
      Distribution distribution = row.of(run, variables);
      NDArray value = inside(run, row, distribution).get("1");
      NDArray pair = Tensors.stack(List.of(value, value.mul(Double.NaN)), 0);
      NDArray mask = run.create(new boolean[] {true, false}, new Shape(2));
      NDArray alone = distribution.logProb(value);

      NDArray masked = distribution.mask(mask).logProb(pair);

      assertClose("masked", masked, 0, Tensors.values(alone)[0], 0);
      assertClose("masked event", distribution.mask(mask).toEvent(1).logProb(pair), alone, 0);
      List<NDArray> gradients = gradients(masked.sum(), variables);
      List<NDArray> expected = gradients(alone, variables);
      for (int i = 0; i < gradients.size(); i++) {
        assertClose("gradient", gradients.get(i), expected.get(i), EXACT);
      }
      Draw draw = distribution.mask(mask).draw(rng("mask"));
      assertThat(Tensors.values(draw.logProb())[1]).isZero();
      assertClose("silent", distribution.mask(false).logProb(pair), 0, 0, 0);
      assertThat(distribution.mask(true)).isSameAs(distribution);
      return Tally.required(gradients.size());
    }
  }

  /** The density in float32 is that in float64 to single precision, and keeps its type. */
  @CanIgnoreReturnValue
  public static int bothFloatTypes(DistributionCase row) {
    double[] expected;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      expected = Tensors.values(distribution.logProb(inside(run, row, distribution)));
    }
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(single, 0)) {
      Distribution distribution = row.in(run);
      NDArray logProb = distribution.logProb(inside(run, row, distribution));
      assertThat(logProb.getDataType()).isEqualTo(DataType.FLOAT32);
      assertClose("log-density in float32", logProb, SINGLE, expected);
      Draw draw = distribution.expand(new Shape(100)).draw(rng("single"));
      assertThat(draw.logProb().getDataType()).isEqualTo(DataType.FLOAT32);
      for (double value : Tensors.values(draw.logProb())) {
        assertThat(value).isFinite();
      }
      return Tally.required(expected.length);
    }
  }

  /** One result, or none where the distribution has no formula. */
  static List<NDArray> ifItExists(Supplier<NDArray> formula) {
    try {
      return List.of(formula.get());
    } catch (UnsupportedOperationException e) {
      assertThat(e).hasMessageStartingWith("distribution '");
      return List.of();
    }
  }
}
