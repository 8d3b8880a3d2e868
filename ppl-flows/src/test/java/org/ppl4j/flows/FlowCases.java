package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** The table of flows: a new family is a row, and all laws of transforms hold for it. */
final class FlowCases {

  private static final double[] LINE = {-30, -3, -0.4, 0, 0.7, 2, 25};
  private static final double[] SPACE = {-3, 0.5, 1, 0, 0, 0, 1.5, -0.2, 4, 12, -9, 2};

  private FlowCases() {}

  /** Every row, away from initialisation. */
  static List<TransformCase> all() {
    return List.of(
        TransformCase.of("affine", run -> away(run, Affine.of(3)), 3, SPACE),
        TransformCase.of("affine of one", run -> away(run, Affine.of(1)), 1, LINE),
        TransformCase.of("affine inverted", run -> away(run, Affine.of(3).inverted()), 3, SPACE),
        TransformCase.of("flip", run -> Flip.of(), 3, SPACE),
        TransformCase.of("flip of one", run -> Flip.of(), 1, LINE),
        TransformCase.of(
            "affine, flip, affine",
            run -> away(run, Affine.of(3).then(Flip.of()).then(Affine.of(3))),
            3,
            SPACE),
        TransformCase.of(
            "conditional affine",
            run ->
                Affine.conditional(3, 2)
                    .bind(tensors(run, Affine.conditional(3, 2).tensors()), rng(), false)
                    .given(run.create(new double[] {0.7, -1.2}, new Shape(2))),
            3,
            SPACE),
        TransformCase.of(
            "conditional affine with a batch of contexts",
            run ->
                Affine.conditional(3, 1)
                    .bind(tensors(run, Affine.conditional(3, 1).tensors()), rng(), false)
                    .given(run.create(new double[] {0.7, -1.2, 0, 2}, new Shape(4, 1))),
            3,
            SPACE),
        TransformCase.of("spline", run -> away(run, Elementwise.of(3, SPLINE)), 3, SPACE),
        TransformCase.of("spline of one", run -> away(run, Elementwise.of(1, SPLINE)), 1, LINE),
        TransformCase.of(
            "spline of one bin",
            run -> away(run, Elementwise.of(1, RationalQuadratic.of(1, 2))),
            1,
            LINE),
        TransformCase.of(
            "affine coupling", run -> away(run, Coupling.of(3, AffineFamily.of())), 3, SPACE),
        TransformCase.of(
            "additive coupling",
            run -> away(run, Coupling.of(3, AffineFamily.additive())),
            3,
            SPACE),
        TransformCase.of("spline coupling", run -> away(run, Coupling.of(3, SPLINE)), 3, SPACE),
        TransformCase.of("coupling of one", run -> away(run, Coupling.of(1, SPLINE)), 1, LINE),
        TransformCase.of(
            "spline coupling, both parts, alternating",
            run ->
                away(
                    run,
                    Coupling.of(3, SPLINE).passing(SPLINE).partition(Partition.alternating())),
            3,
            SPACE),
        TransformCase.of(
            "conditional coupling",
            run -> given(run, Coupling.of(3, SPLINE).conditional(2), 0.7, -1.2),
            3,
            SPACE),
        TransformCase.of(
            "affine autoregressive",
            run -> away(run, Autoregressive.of(3, AffineFamily.of())),
            3,
            SPACE),
        TransformCase.of(
            "spline autoregressive", run -> away(run, Autoregressive.of(3, SPLINE)), 3, SPACE),
        TransformCase.of(
            "spline autoregressive, inverted, other order",
            run -> away(run, Autoregressive.of(3, SPLINE).order(2, 0, 1).inverted()),
            3,
            SPACE),
        TransformCase.of(
            "autoregressive of one", run -> away(run, Autoregressive.of(1, SPLINE)), 1, LINE),
        TransformCase.of(
            "conditional autoregressive",
            run -> given(run, Autoregressive.of(3, SPLINE).conditional(2), 0.7, -1.2),
            3,
            SPACE),
        TransformCase.of("permutation", run -> Permute.of(2, 0, 1), 3, SPACE),
        TransformCase.of(
            "three couplings with permutations",
            run -> away(run, Coupling.of(3, SPLINE).then(Permute.of(1, 2, 0)).repeat(3)),
            3,
            SPACE));
  }

  private static final RationalQuadratic SPLINE = RationalQuadratic.of(5, 3);

  private static Transform given(
      Run run, ConditionalTransformModule module, double... context) {
    return module
        .bind(tensors(run, module.tensors()), rng(), false)
        .given(run.create(context, new Shape(context.length)));
  }

  private static Rng rng() {
    return Rng.of(1, Rng.Purpose.INITIAL, 0, "flow");
  }

  private static Transform away(Run run, TransformModule module) {
    return module.bind(tensors(run, module.tensors()), rng(), false);
  }

  /** First values plus noise of size one half. */
  private static NamedTensors tensors(Run run, List<TensorSpec> specs) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      Rng rng = rng().split(spec.name());
      NDArray first = spec.initial().create(rng, run);
      NDArray noise = rng.split("away").normal(run, spec.shape()).mul(0.5);
      boolean learned = spec.kind() == TensorSpec.Kind.PARAMETER;
      tensors.put(spec.name(), learned ? first.add(noise) : first);
    }
    return NamedTensors.of(tensors);
  }

  /** First values alone. */
  static NamedTensors initial(Run run, List<TensorSpec> specs) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      tensors.put(spec.name(), spec.initial().create(rng().split(spec.name()), run));
    }
    return NamedTensors.of(tensors);
  }
}
