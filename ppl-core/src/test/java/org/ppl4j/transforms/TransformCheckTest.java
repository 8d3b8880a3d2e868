package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PlantedTransform;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;

@ExtendWith(LeakCheck.class)
class TransformCheckTest {

  static Stream<Named<TransformCase>> cases() {
    return TransformCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rightTransformsPass(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      TransformCheck check =
          TransformCheck.check(row.transform().apply(run), row.inputs(run)).orThrow();

      assertThat(check.isPassed()).isTrue();
      assertThat(check.findings()).hasSizeGreaterThan(4);
    }
  }

  /** y = x³ + x on numbers, with something wrong. */
  private static final class Faulty extends Transform {

    private final String fault;

    Faulty(String fault) {
      super(0);
      this.fault = fault;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray slope = x.square().mul(3).add(1);
      NDArray logDet = slope.log();
      return switch (fault) {
        case "log-det" -> new Mapped(x.pow(3).add(x), logDet.add(1e-6));
        case "sign" -> new Mapped(x.abs().add(x.mul(0.5)), x.sign().mul(0.5).add(1).log());
        case "batch" -> new Mapped(x.pow(3).add(x).mul(1.0 / x.size()), logDet);
        default -> new Mapped(x.pow(3).add(x), logDet);
      };
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray x = y;
      for (int i = 0; i < 60; i++) {
        x = x.sub(x.pow(3).add(x).sub(y).div(x.square().mul(3).add(1)));
      }
      NDArray value = fault.equals("inverse") ? x.mul(1 + 1e-9) : x;
      return new Mapped(value, x.square().mul(3).add(1).log().neg());
    }

    @Override
    public Invertibility invertibility() {
      return fault.equals("none") || fault.equals("sign")
          ? Invertibility.NONE
          : Invertibility.EXACT;
    }

    @Override
    public Constraint codomain() {
      return Constraint.REAL;
    }

    @Override
    public String toString() {
      return fault;
    }
  }

  private static NDArray inputs(Run run) {
    return run.create(new double[] {-2, -0.3, 0.1, 1.5}, new Shape(4));
  }

  @Test
  void eachFaultIsNamed() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run);
      TransformCheck.check(new Faulty(""), x).orThrow();
      TransformCheck.check(new Faulty("none"), x).orThrow();

      broken(new Faulty("log-det"), x, "log-det against the Jacobian");
      broken(new Faulty("inverse"), x, "round trip of inputs");
      broken(new Faulty("sign"), x, "slopes of another sign");
      broken(new Faulty("batch"), x, "extra dims on the left");
    }
  }

  static void broken(Transform transform, NDArray x, String law) {
    TransformCheck check = TransformCheck.check(transform, x);

    assertThat(check.isPassed()).isFalse();
    assertThatThrownBy(check::orThrow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("transform '" + transform + "' breaks laws: ")
        .hasMessageContaining(law);
  }

  @Test
  void whatHasNoInverseSaysSo() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run);
      Transform transform = new Faulty("none");

      assertThatThrownBy(() -> transform.inverse(x))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("transform 'none' has no inverse; use it forward only");
      assertThatThrownBy(() -> transform.inverted().forward(x))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("transform 'none' has no inverse; use it forward only");
      assertThat(transform.then(Bijections.exp()).invertibility()).isEqualTo(Invertibility.NONE);
    }
  }

  @Test
  void inputsAreThere() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> TransformCheck.check(Bijections.exp(), run.ones(new Shape(3, 0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "inputs of the check of 'exp' are of shape (3, 0) and hold nothing; pass some");
    }
  }

  @Test
  void inputsHaveAnyBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform batch =
          Bijections.affine(
              run.create(new double[] {-1, 0, 2}, new Shape(3)),
              run.create(new double[] {1, 0.2, 3}, new Shape(3)));

      TransformCheck one = TransformCheck.check(Bijections.exp(), run.scalar(0.3)).orThrow();
      TransformCheck many = TransformCheck.check(Bijections.exp(), run.ones(new Shape(2, 3, 4)));
      TransformCheck own = TransformCheck.check(batch, run.scalar(0.3)).orThrow();

      assertThat(one.inversion().inputs()).isEqualTo(1);
      assertThat(many.orThrow().inversion().inputs()).isEqualTo(24);
      assertThat(own.inversion().inputs()).isEqualTo(3);
    }
  }

  @Test
  void anErrorOfOneMillionthInEachLogDetIsCaught() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (TransformCase row : TransformCases.all()) {
        Transform base = row.transform().apply(run);
        for (double ofInverse : new double[] {0, 1e-6, -1e-6}) {
          double ofForward = ofInverse > 0 ? 0 : 1e-6;
          Transform planted = new PlantedTransform(base, ofForward, ofInverse);

          assertThat(TransformCheck.check(planted, row.inputs(run)).isPassed())
              .as("%s off by %s and %s", row, ofForward, ofInverse)
              .isFalse();
        }
      }
    }
  }

  /** Wherever the log-determinant can be compared with the Jacobian. */
  @Test
  void anErrorOfOneMillionthAtOneInputIsCaught() {
    int caught = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<TransformCase> rows = TransformCases.all();
      for (int i = 0; i < rows.size(); i++) {
        Transform base = rows.get(i).transform().apply(run);
        NDArray x = rows.get(i).inputs(run);
        long count = x.getShape().get(0);
        NDArray one = Tensors.range(x, -x.getShape().dimension(), i % count, i % count + 1);
        NDArray at =
            Tensors.reshape(one, Shapes.takeRight(x.getShape(), x.getShape().dimension() - 1));
        boolean isPassed = TransformCheck.check(PlantedTransform.at(base, at, 1e-6), x).isPassed();
        if (TransformCheck.check(base, x).findings().get(0).inputs() == count) {
          assertThat(isPassed).as("%s at %s", rows.get(i), i % count).isFalse();
          caught++;
        }
      }
    }
    assertThat(caught).isGreaterThan(50);
  }

  /** (a, b) to (a + b, a + (1 + e) b) as e is 1e-12 where a > 0: a determinant of 4 digits. */
  private static final class NearlySingular extends Transform {

    NearlySingular() {
      super(1);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray a = x.get("..., 0:1");
      NDArray b = x.get("..., 1:2");
      NDArray e = Tensors.where(a.gt(0), a.mul(0).add(1e-12), 1);
      NDArray value = Tensors.concat(List.of(a.add(b), a.add(b).add(e.mul(b))), -1);
      return new Mapped(value, e.log().sum(new int[] {-1}));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return doForward(y);
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.NONE;
    }
  }

  @Test
  void logDetsWithoutDigitsAreNotCounted() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {-1, 2, 0.5, 1, -3, 1}, new Shape(3, 2));
      TransformCheck check = TransformCheck.check(new NearlySingular(), x).orThrow();

      assertThat(check.findings().get(0).law()).isEqualTo("log-det against the Jacobian");
      assertThat(check.findings().get(0).inputs()).isEqualTo(2);
      assertThat(check.findings().get(1).inputs()).isEqualTo(3);
      assertThat(check.findings().get(0).toString()).endsWith(", bound 1.00e-08, at 2 inputs");
    }
  }

  /** x³ + x with the gradient lost, and the log-determinant 42 everywhere. */
  private static final class Lost extends Transform {

    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.pow(3).add(x).stopGradient(), x.mul(0).add(42));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return doForward(y);
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.NONE;
    }

    @Override
    public String toString() {
      return "lost";
    }
  }

  @Test
  void aLawJudgedAtNoInputIsBroken() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      TransformCheck check = TransformCheck.check(new Lost(), inputs(run));

      assertThat(check.findings().get(0).inputs()).isZero();
      assertThatThrownBy(check::orThrow)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "transform 'lost' breaks laws: log-det against the Jacobian: judged at no input, for"
                  + " the map is flat, or its Jacobian by automatic differentiation singular, at"
                  + " all of them; choose others, or see where the gradient is lost");
    }
  }

  @Test
  void singlePrecisionIsJudgedByItsRounding() {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(single, 0)) {
      TransformCheck check = TransformCheck.check(Bijections.exp(), inputs(run)).orThrow();

      assertThat(check.toString())
          .startsWith("exp\n  inverse: exact, 0 iterations, residual ")
          .contains(", 4 of 4 inputs judged\n  ")
          .contains("round trip of inputs: ");
    }
  }
}
