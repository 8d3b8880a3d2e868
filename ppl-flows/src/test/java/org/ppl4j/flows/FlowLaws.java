package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.Tally;
import org.ppl4j.testing.TransformLaws;
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

  static NDArray inputs(Run run, Transform transform, int dim) {
    NDArray x = unconstrained(run, dim);
    return transform.domain().elementwise().isReal()
        ? x
        : Bijections.to(transform.domain()).forward(x).value();
  }

  /** Its conditional form with random parameters, given draws of a context; null if it has none. */
  static @Nullable Transform conditional(
      Run run, FlowCase row, int dim, double scale, Shape batch) {
    if (row.conditional() == null) {
      return null;
    }
    ConditionalTransformModule module = row.conditional().apply(dim);
    Shape shape = Shapes.concat(batch, new Shape(FlowCase.CONTEXT));
    return module
        .bind(FlowTensors.random(run, module.tensors(), scale), FlowTensors.rng("noise"), false)
        .given(Tensors.particles(FlowTensors.rng("context").normal(run, shape)));
  }

  /** A batch of contexts, which may be draws, acts row by row, in both directions. */
  static int contexts(FlowCase row, int dim, Shape batch) {
    if (row.conditional() == null) {
      return 0;
    }
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform all = conditional(run, row, dim, 1, batch);
      ConditionalTransformModule module = row.conditional().apply(dim);
      NDArray context =
          FlowTensors.rng("context").normal(run, Shapes.concat(batch, new Shape(FlowCase.CONTEXT)));
      NDArray one = Tensors.range(context, -2, 1, 2).squeeze(-2);
      Transform alone =
          module
              .bind(FlowTensors.random(run, module.tensors(), 1), FlowTensors.rng("noise"), false)
              .given(one);
      NDArray x = Tensors.range(inputs(run, all, dim), -2, 0, 1).squeeze(-2);

      for (boolean inverse : new boolean[] {false, true}) {
        Mapped mapped = inverse ? all.inverse(x) : all.forward(x);
        Mapped expected = inverse ? alone.inverse(x) : alone.forward(x);

        assertThat(mapped.value().getShape()).isEqualTo(Shapes.concat(batch, x.getShape()));
        assertThat(mapped.logDet().getShape()).isEqualTo(batch);
        assertClose(
            "value", Tensors.range(mapped.value(), -2, 1, 2).squeeze(-2), expected.value(), 1e-12);
        assertClose(
            "log-det",
            Tensors.range(mapped.logDet(), -1, 1, 2).squeeze(-1),
            expected.logDet(),
            1e-12);
        judged += Math.toIntExact(expected.logDet().size());
      }
    }
    return Tally.required(judged);
  }

  /** Gradients reach every parameter, in both directions, and agree with finite differences. */
  static int parametersHaveTheirGradients(FlowCase row, int dim) {
    TransformModule module = row.module().apply(dim);
    List<String> names =
        module.tensors().stream()
            .map(TensorSpec::name)
            .filter(name -> !name.endsWith("mask"))
            .toList();
    if (names.isEmpty()) {
      return 0;
    }
    int judged = 0;
    for (boolean inverse : new boolean[] {false, true}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors drawn = FlowTensors.random(run, module.tensors(), 0.7);
        Map<String, NDArray> values = new LinkedHashMap<>();
        drawn.names().forEach(name -> values.put(name, drawn.get(name)));
        Transform bound = module.bind(drawn, FlowTensors.rng("noise"), false);
        NDArray x = Tensors.range(inputs(run, bound, dim), -2, 0, 4);
        Map<String, NDArray> leaves = new LinkedHashMap<>(values);
        names.forEach(name -> leaves.put(name, Autograd.variable(values.get(name))));
        List<NDArray> variables = names.stream().map(leaves::get).toList();
        NDArray total = total(module, leaves, x, inverse);
        for (NDArray variable : variables) {
          total = total.add(variable.sum().mul(0));
        }
        List<NDArray> gradients = Autograd.grad(total, variables);
        for (int i = 0; i < names.size(); i++) {
          String name = names.get(i);
          NDArray value = values.get(name);
          NDArray direction = FlowTensors.rng("direction " + name).normal(run, value.getShape());
          double actual = Tensors.values(gradients.get(i).mul(direction).sum())[0];
          double step = 1e-6;
          NDArray move = direction.mul(step);
          Map<String, NDArray> moved = new LinkedHashMap<>(values);
          moved.put(name, value.add(move));
          double up = Tensors.values(total(module, moved, x, inverse))[0];
          moved.put(name, value.sub(move));
          double down = Tensors.values(total(module, moved, x, inverse))[0];
          double expected = (up - down) / (2 * step);
          assertThat(Math.abs(actual - expected))
              .as("%s of %s, inverse %s: %s, %s", name, row, inverse, actual, expected)
              .isLessThan(1e-6 * (1 + Math.abs(expected)));
          judged++;
        }
      }
    }
    return Tally.required(judged);
  }

  private static NDArray total(
      TransformModule module, Map<String, NDArray> values, NDArray x, boolean inverse) {
    Transform transform = module.bind(NamedTensors.of(values), FlowTensors.rng("noise"), false);
    Mapped mapped = inverse ? transform.inverse(x) : transform.forward(x);
    return mapped.value().tanh().sum().add(mapped.logDet().sum());
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

  /** A flow that is bound to tensors lets them be replaced. */
  static int tensorsAreReplaced(FlowCase row, int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      TransformModule module = row.module().apply(dim);
      Transform transform =
          module.bind(FlowTensors.initial(run, module.tensors()), FlowTensors.rng("noise"), false);
      int replaced = TransformLaws.tensorsAreReplaced(transform);
      assertThat(replaced > 0 || module.tensors().isEmpty()).as("tensors of %s", row).isTrue();
      return replaced;
    }
  }

  /** Draws at once, which nobody may count from the left, are mapped as each alone is. */
  static int drawsAreMappedAsTheyAre(FlowCase row, int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      TransformModule module = row.module().apply(dim);
      Transform transform =
          module.bind(
              FlowTensors.random(run, module.tensors(), 0.7), FlowTensors.rng("noise"), false);
      NDArray x = inputs(run, transform, dim);
      return drawsAreMappedAsTheyAre(transform, x)
          + drawsAreMappedAsTheyAre(transform.inverted(), transform.forward(x).value());
    }
  }

  static int drawsAreMappedAsTheyAre(Transform transform, NDArray x) {
    Mapped mapped = transform.forward(Tensors.particles(x));
    Mapped expected = transform.forward(x);
    assertClose("value", mapped.value(), expected.value(), 0);
    assertClose("log-det", mapped.logDet(), expected.logDet(), 0);
    return Tally.required(Math.toIntExact(x.size()));
  }
}
