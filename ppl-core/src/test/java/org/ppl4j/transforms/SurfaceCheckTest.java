package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.transforms.TransformCheckTest.broken;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PlantedTransform;

/** {@link TransformCheck} of transforms between sets of fewer dimensions than their vectors. */
@ExtendWith(LeakCheck.class)
class SurfaceCheckTest {

  /**
   * y = A x / |A x| of unit vectors, A diagonal, which stretches the surface by |det A| / |A x|^D,
   * with something wrong.
   */
  private static final class Stretched extends Transform {

    private final NDArray scale;
    private final String fault;

    Stretched(NDArray scale, String fault) {
      super(1);
      this.scale = scale;
      this.fault = fault;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return image(x, scale);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return image(y, Tensors.number(1).div(scale));
    }

    private Mapped image(NDArray x, NDArray factors) {
      long dim = x.getShape().get(x.getShape().dimension() - 1);
      NDArray image = x.mul(factors);
      NDArray length = image.square().sum(new int[] {-1}).sqrt();
      NDArray ofSpace = factors.log().sum();
      NDArray logDet = ofSpace.sub(length.log().mul(dim));
      return switch (fault) {
        case "measure" -> new Mapped(image.div(length.expandDims(-1)), ofSpace);
        case "surface" -> new Mapped(image, logDet);
        case "log-det" -> new Mapped(image.div(length.expandDims(-1)), logDet.add(1e-6));
        default -> new Mapped(image.div(length.expandDims(-1)), logDet);
      };
    }

    @Override
    public Constraint domain() {
      return Constraint.SPHERE;
    }

    @Override
    public Constraint codomain() {
      return Constraint.SPHERE;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Stretched(operator.apply(scale), fault);
    }

    @Override
    public String toString() {
      return fault;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void surfacesAreJudgedByTheirMeasure(int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Rng rng = Rng.of(1, Rng.Purpose.MODEL, 0, "surface");
      NDArray scale = rng.split("scale").normal(run, new Shape(dim)).exp();
      NDArray free = rng.split("inputs").normal(run, new Shape(6, dim - 1));
      NDArray x = Bijections.to(Constraint.SPHERE).forward(free).value();
      Transform chart = Bijections.to(Constraint.SPHERE);
      Transform right = new Stretched(scale, "");

      for (Transform transform : List.of(right, right.inverted(), right.then(right), chart)) {
        NDArray inputs = transform == chart ? free : x;
        TransformCheck check = TransformCheck.check(transform, inputs).orThrow();
        assertThat(check.findings().get(0).inputs()).isEqualTo(6);
      }
      TransformCheck.check(chart.inverted(), x).orThrow();
      TransformCheck.check(right.then(chart.inverted()), x).orThrow();
      TransformCheck.check(chart.then(right).then(right.inverted()), free).orThrow();
      TransformCheck.check(right.then(right).independent(1), x.expandDims(-2)).orThrow();

      broken(new Stretched(scale, "measure"), x, "log-det against the Jacobian");
      broken(new Stretched(scale, "log-det"), x, "log-det against the Jacobian");
      broken(new Stretched(scale, "surface"), x, "images outside the codomain");
      broken(new PlantedTransform(right, 0, 1e-6), x, "log-det of the inverse");
      broken(chart.then(new Stretched(scale, "log-det")), free, "log-det against the Jacobian");
      broken(new Stretched(scale, "measure").then(chart.inverted()), x, "against the Jacobian");
    }
  }

  /** The same of a plane, and of sets whose densities are of some of their entries. */
  @Test
  void otherSetsOfFewerDimensionsAreJudgedToo() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray free = Rng.of(2, Rng.Purpose.MODEL, 0, "sets").normal(run, new Shape(5, 3));
      for (Constraint set :
          List.of(
              Constraint.ZERO_SUM,
              Constraint.SIMPLEX,
              Constraint.LOWER_CHOLESKY,
              Constraint.CORR_CHOLESKY,
              Constraint.POSITIVE_DEFINITE)) {
        Transform back = Bijections.to(set).inverted();
        NDArray members = Bijections.to(set).forward(free).value();

        TransformCheck.check(back, members).orThrow();
        broken(new PlantedTransform(back, 1e-6, 0), members, "log-det against the Jacobian");
      }
    }
  }
}
