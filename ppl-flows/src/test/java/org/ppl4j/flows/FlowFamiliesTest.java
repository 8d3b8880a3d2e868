package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.FamilyLaw;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** {@link FamilyLaw} of every row of the table of flows, and of conditional forms. */
@ExtendWith(LeakCheck.class)
class FlowFamiliesTest {

  private static final RunConfig CONFIG = RunConfig.defaults();
  private static final int DIM = 4;

  /** By these names files know what there is here: one that is gone is in no file any more. */
  private static final String NAMES =
      "ActNorm Affine AffineFamily AffineFamily.standardising Autoregressive BatchNorm "
          + "Bernstein Bijections BlockConditioner BlockNet BlockNeural CausalConvolution "
          + "CircularSpline Conditional Constant ConvolutionExponential ConvolutionLayers "
          + "Convolutional Coupling CubicSpline DeepSigmoid DenseSigmoid Diffusion Elementwise "
          + "ExponentialMap GainedFamily LinearRational LinearSpline LipschitzNetwork Made "
          + "MatrixExponential MixtureCdf Mlp Moebius MultiScale NonlinearSquared OdeFlow "
          + "Orthogonal PeriodicConvolution Planar Plu QuadraticSpline Radial RationalQuadratic "
          + "RationalQuadratic.linearTails RationalQuadratic.ofNormal Residual ResidualBlock "
          + "SinhArcsinh SumOfSquares Sylvester Tails Triangular UnconstrainedMonotonic "
          + "UnconstrainedMonotonic.manyUnits Zonal";

  @TempDir private Path folder;

  private void check(FamilyLaw law, TransformModule module) {
    check(law, module, (params, run) -> params.transform(run, "flow", module), module.tensors());
  }

  private void check(FamilyLaw law, ConditionalTransformModule module) {
    check(
        law,
        module,
        (params, run) ->
            params.transform(run, "flow", module).given(run.full(0.2, new Shape(FlowCase.CONTEXT))),
        module.tensors());
  }

  private void check(
      FamilyLaw law,
      Object module,
      BiFunction<ParamStore, Run, Transform> bind,
      List<TensorSpec> specs) {
    assertThat(specs).as("%s", module).allMatch(spec -> !spec.families().isEmpty());
    try (NDManager manager = NDManager.newBaseManager()) {
      Path file = folder.resolve("flow");
      try (ParamStore params = new ParamStore(manager, CONFIG)) {
        double[] unused = made(params, bind);
        params.save(file);
      }
      law.check(
          file,
          path -> {
            try (ParamStore params = ParamStore.open(manager, path)) {
              return made(params, bind);
            }
          });
    }
  }

  /** What the transform makes of some numbers. */
  private static double[] made(ParamStore params, BiFunction<ParamStore, Run, Transform> bind) {
    try (Run run = Run.open(CONFIG, 0)) {
      Transform transform = bind.apply(params, run);
      NDArray numbers = run.full(0.3, new Shape(DIM));
      Constraint domain = transform.domain();
      NDArray x =
          domain.elementwise().isReal() ? numbers : Bijections.to(domain).forward(numbers).value();
      return Tensors.values(transform.forward(x).value());
    }
  }

  @Test
  void filesNameTheFamiliesOfFlows() {
    FamilyLaw law = new FamilyLaw();
    for (FlowCase row : FlowCases.all()) {
      check(law, row.module().apply(DIM));
      if (row.conditional() != null) {
        check(law, row.conditional().apply(DIM));
      }
    }
    check(law, Coupling.of(DIM, AffineFamily.of()).conditioner(Conditioner.constant()));
    check(law, Elementwise.of(DIM, UnconstrainedMonotonic.of(9, 2)));
    check(
        law,
        Flows.multiScale(
            new Shape(1, 2, DIM / 2), 1, shape -> EachPlace.of(ActNorm.of((int) shape.get(0)))));

    assertThat(law.names()).containsExactly(NAMES.split(" "));
    System.out.printf("%d families in %d changed files%n", law.names().size(), law.judged());
  }
}
