package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Splines whose bins are as small and as steep as they may be, in the digits of float32. */
@ExtendWith(LeakCheck.class)
class SplineDigitsTest {

  private static final int COUNT = 20_000;
  private static final long SEED = 7;

  static Stream<ScalarFamily> splines() {
    return Stream.of(
        LinearSpline.of(4, 3),
        QuadraticSpline.of(4, 3),
        CubicSpline.of(4, 3),
        RationalQuadratic.of(4, 3),
        LinearRational.of(4, 3),
        CircularSpline.of(4));
  }

  /** What float32 loses of ends and insides of bins that are 1000 times smaller than others. */
  @ParameterizedTest
  @MethodSource("splines")
  void valuesAndGradientsAreFinite(ScalarFamily family) {
    SplittableRandom random = new SplittableRandom(SEED);
    int parameters = family.parameters();
    double bound = family.domain().equals(Constraint.CIRCULAR) ? Math.PI : 3;
    double[] raw = new double[COUNT * parameters];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (float) (3 * random.nextGaussian());
    }
    double[] inputs = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double inside = bound * Math.tanh(random.nextGaussian());
      inputs[i] = (float) (i % 3 == 0 ? Math.copySign(bound, inside) : inside);
    }
    RunConfig config = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(config, 0)) {
      NDArray learned = Autograd.variable(run.create(raw, new Shape(COUNT, parameters)));
      NDArray x = Autograd.variable(run.create(inputs, new Shape(COUNT)));
      Transform map = family.map(learned);
      for (Mapped mapped : List.of(map.forward(x), map.inverse(x))) {
        NDArray total = mapped.value().sum().add(mapped.logDet().sum());

        assertFinite(List.of(mapped.value(), mapped.logDet()));
        assertFinite(Autograd.grad(total, List.of(x, learned)));
      }
    }
  }

  private static void assertFinite(List<NDArray> tensors) {
    for (NDArray tensor : tensors) {
      double[] values = Tensors.values(tensor);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).as("seed %s, place %s", SEED, i).isFinite();
      }
    }
  }
}
