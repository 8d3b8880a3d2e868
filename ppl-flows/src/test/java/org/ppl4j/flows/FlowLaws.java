package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.Tally;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * What holds for every flow, away from initialisation, as checks of one row of the table. Each
 * gives how much it has judged, and fails if that is nothing; 0 where it does not apply.
 */
final class FlowLaws {

  /** Inputs of the laws: around 0, wide, and in the tails. */
  private static final int ROWS = 6;

  private FlowLaws() {}

  /** {@code (3 · ROWS, D)}: N(0, 1), 5 · N(0, 1), and ±50. */
  private static NDArray unconstrained(Run run, int dim) {
    Rng rng = FlowTensors.rng("inputs");
    NDArray near = rng.normal(run, new Shape(ROWS, dim));
    NDArray wide = rng.normal(run, new Shape(ROWS, dim)).mul(5);
    NDArray far = rng.normal(run, new Shape(ROWS, dim)).sign().mul(50);
    return Tensors.concat(List.of(near, wide, far), 0);
  }

  private static NDArray inputs(Run run, Transform transform, int dim) {
    NDArray x = unconstrained(run, dim);
    return transform.domain().elementwise().isReal()
        ? x
        : Bijections.to(transform.domain()).forward(x).value();
  }

  /** Its conditional form with random parameters, given a context; null if it has none. */
  static @Nullable Transform conditional(
      Run run, FlowCase row, int dim, double scale, Shape batch) {
    if (row.conditional() == null) {
      return null;
    }
    ConditionalTransformModule module = row.conditional().apply(dim);
    Shape shape = Shapes.concat(batch, new Shape(FlowCase.CONTEXT));
    return module
        .bind(FlowTensors.random(run, module.tensors(), scale), FlowTensors.rng("noise"), false)
        .given(FlowTensors.rng("context").normal(run, shape));
  }

  /** A batch of contexts acts row by row, in both directions. */
  static int contexts(FlowCase row, int dim) {
    if (row.conditional() == null) {
      return 0;
    }
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (Shape batch : List.of(new Shape(3), new Shape(4, 3))) {
        Transform all = conditional(run, row, dim, 1, batch);
        ConditionalTransformModule module = row.conditional().apply(dim);
        NDArray context =
            FlowTensors.rng("context")
                .normal(run, Shapes.concat(batch, new Shape(FlowCase.CONTEXT)));
        NDArray one = Tensors.range(context, -2, 1, 2).squeeze(-2);
        Transform alone =
            module
                .bind(FlowTensors.random(run, module.tensors(), 1), FlowTensors.rng("noise"), false)
                .given(one);
        NDArray x = Tensors.range(inputs(run, all, dim), -2, 0, 1).squeeze(-2);

        for (boolean inverse : new boolean[] {false, true}) {
          Mapped mapped = inverse ? all.inverse(x) : all.forward(x);
          Mapped expected = inverse ? alone.inverse(x) : alone.forward(x);

          assertThat(mapped.value().getShape()).isEqualTo(Shapes.concat(batch, new Shape(dim)));
          assertThat(mapped.logDet().getShape()).isEqualTo(batch);
          assertClose(
              "value",
              Tensors.range(mapped.value(), -2, 1, 2).squeeze(-2),
              expected.value(),
              1e-12);
          assertClose(
              "log-det",
              Tensors.range(mapped.logDet(), -1, 1, 2).squeeze(-1),
              expected.logDet(),
              1e-12);
          judged += Math.toIntExact(expected.logDet().size());
        }
      }
    }
    return Tally.required(judged);
  }

  /** Gradients reach every parameter, in both directions, and agree with finite differences. */
  static int parametersHaveTheirGradients(FlowCase row, int dim) {
    TransformModule module = row.module().apply(dim);
    int judged = 0;
    for (boolean inverse : new boolean[] {false, true}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors values = FlowTensors.random(run, module.tensors(), 0.7);
        NDArray x = Tensors.range(unconstrained(run, dim), -2, 0, 4);
        for (String name : values.names()) {
          if (name.endsWith("mask")) {
            continue;
          }
          NDArray leaf = Autograd.variable(values.get(name));
          NDArray direction = FlowTensors.rng("direction " + name).normal(run, leaf.getShape());
          NDArray gradient =
              Autograd.grad(total(module, values, name, leaf, x, inverse), List.of(leaf)).get(0);
          double actual = Tensors.values(gradient.mul(direction).sum())[0];
          double step = 1e-6;
          double up =
              Tensors.values(
                  total(module, values, name, leaf.add(direction.mul(step)), x, inverse))[0];
          double down =
              Tensors.values(
                  total(module, values, name, leaf.sub(direction.mul(step)), x, inverse))[0];
          double expected = (up - down) / (2 * step);
          assertThat(Math.abs(actual - expected))
              .as("%s of %s, inverse %s: %s, %s", name, row, inverse, actual, expected)
              .isLessThan(1e-6 * (1 + Math.abs(expected)));
          judged++;
        }
      }
    }
    return module.tensors().stream().allMatch(spec -> spec.name().endsWith("mask"))
        ? judged
        : Tally.required(judged);
  }

  private static NDArray total(
      TransformModule module,
      NamedTensors values,
      String name,
      NDArray value,
      NDArray x,
      boolean inverse) {
    java.util.Map<String, NDArray> all = new java.util.LinkedHashMap<>();
    values.names().forEach(key -> all.put(key, key.equals(name) ? value : values.get(key)));
    Transform transform = module.bind(NamedTensors.of(all), FlowTensors.rng("noise"), false);
    Mapped mapped = inverse ? transform.inverse(x) : transform.forward(x);
    return mapped.value().tanh().sum().add(mapped.logDet().sum()).add(value.sum().mul(0));
  }

  /** The first values make the identity. */
  static int startsAsIdentity(FlowCase row, int dim) {
    if (!row.startsAsIdentity()) {
      return 0;
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      TransformModule module = row.module().apply(dim);
      Transform transform =
          module.bind(FlowTensors.initial(run, module.tensors()), FlowTensors.rng("noise"), false);
      NDArray x = inputs(run, transform, dim);
      Mapped mapped = transform.forward(x);

      assertClose("value", mapped.value(), x, 1e-12);
      assertClose("log-det", mapped.logDet(), run.zeros(mapped.logDet().getShape()), 1e-12);
      return Tally.required(Math.toIntExact(x.size()));
    }
  }
}
