package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The law of the seam: what a program does is rows of the table, on their results and on inputs.
 * Each check gives how many rows were done, and fails if that is none.
 */
public final class SeamLaw {

  private SeamLaw() {}

  /** Of the body of a program that gives tensors, and of their gradients, in both float types. */
  @CanIgnoreReturnValue
  public static int check(Function<Ppl, List<NDArray>> body) {
    return Arrays.stream(FloatType.values()).mapToInt(type -> check(type, body)).sum();
  }

  /** The same in one of them. */
  @CanIgnoreReturnValue
  public static int check(FloatType floatType, Function<Ppl, List<NDArray>> body) {
    RunConfig config = RunConfig.defaults().withFloatType(floatType).withValidation(Validation.OFF);
    CountingColumn column = CountingColumn.over(() -> run(config, body));
    assertThat(column.faults()).isEmpty();
    assertThat(column.entries().get(Entry.GRADIENT)).as("gradients").isPositive();
    return Tally.required(column.count());
  }

  private static void run(RunConfig config, Function<Ppl, List<NDArray>> body) {
    try (Sandbox sandbox = Sandbox.open(config, 0)) {
      sandbox.record(
          (p, none) -> {
            NDArray variable = Autograd.variable(p.scalar(0.5));
            NDArray loss = variable.square();
            for (NDArray x : body.apply(p)) {
              NDArray sum = Tensors.total(x);
              loss = loss.add(x.getDataType().isFloating() ? sum : sum.mul(0.5));
            }
            assertThat(Autograd.grad(loss, List.of(variable))).hasSize(1);
          });
    }
  }

  /** Of all that a distribution can be asked, at the values of its row. */
  @CanIgnoreReturnValue
  public static int check(DistributionCase row) {
    return check(p -> uses(p, row));
  }

  private static List<NDArray> uses(Ppl p, DistributionCase row) {
    List<NDArray> parameters =
        row.tensors(p.run()).stream()
            .map(x -> x.getDataType().isFloating() ? Autograd.variable(x) : x)
            .toList();
    Distribution d = row.of(p.run(), parameters);
    List<NDArray> results = new ArrayList<>();
    results.add(p.sample("x", d));
    results.add(d.mask(true).toEvent(0).draw(p.run().rng(Rng.Purpose.MODEL, "y")).logProb());
    results.add(d.expand(new Shape(3)).draw(p.run().rng(Rng.Purpose.MODEL, "z")).value());
    NDArray values = values(p, d, row);
    results.add(d.logProb(values));
    results.add(d.support().check(values));
    for (Function<Distribution, NDArray> formula :
        List.<Function<Distribution, NDArray>>of(
            Distribution::mean, Distribution::variance, Distribution::entropy)) {
      ask(results, () -> formula.apply(d));
    }
    if (d.hasCdf()) {
      results.addAll(List.of(d.cdf(values), d.sf(values), d.logCdf(values), d.logSf(values)));
    }
    if (d.hasIcdf()) {
      results.addAll(List.of(d.icdf(p.scalar(0.3)), d.isf(p.scalar(0.3))));
    }
    return results;
  }

  /** The values inside the support, as many as there are. */
  private static NDArray values(Ppl p, Distribution d, DistributionCase row) {
    long count = row.inside().length / d.eventShape().size();
    return p.run().create(row.inside(), Shapes.concat(new Shape(count), d.eventShape()));
  }

  /** What a formula gives, if there is one. */
  private static void ask(List<NDArray> results, Supplier<NDArray> formula) {
    try {
      results.add(formula.get());
    } catch (UnsupportedOperationException e) {
      assertThat(e).hasMessageContaining("'");
    }
  }

  /** Of both directions of a transform, at the inputs of its row. */
  @CanIgnoreReturnValue
  public static int check(TransformCase row) {
    return check(p -> uses(row.transform().apply(p.run()), row.inputs(p.run())));
  }

  /** What both directions of a transform give, and say of an input. */
  public static List<NDArray> uses(Transform transform, NDArray x) {
    NDArray leaf = Autograd.variable(x);
    Mapped forward = transform.forward(leaf);
    List<NDArray> results = new ArrayList<>();
    results.addAll(List.of(forward.value(), forward.logDet()));
    ask(
        results,
        () -> {
          Mapped back = transform.inverted().forward(forward.value());
          return Tensors.total(back.value()).add(Tensors.total(back.logDet()));
        });
    results.add(transform.domain().check(leaf));
    results.add(transform.codomain().check(forward.value()));
    return results;
  }
}
