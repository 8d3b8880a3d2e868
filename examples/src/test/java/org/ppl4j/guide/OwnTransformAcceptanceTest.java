package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;

/** The transform of the guide passes the check, and would not with a fault in it. */
@Tag("acceptance")
class OwnTransformAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.9");

  @Test
  @Tag("flows.9")
  void theGuidesTransformKeepsTheLaws() {
    double worst = 0;
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        Transform sinh = new AddingYourOwnPage.Sinh();
        for (Transform transform : new Transform[] {sinh, sinh.inverted()}) {
          NDArray inputs = run.create(new double[] {-50, -3, -0.4, 0, 0.7, 2, 30}, new Shape(7));
          TransformCheck check = TransformCheck.check(transform, inputs).orThrow();
          for (TransformCheck.Finding finding : check.findings()) {
            worst = Math.max(worst, finding.bound() > 0 ? finding.worst() / finding.bound() : 0);
          }
        }
      }
    }
    POINT.atMost("worst error of the guide's transform in bounds", worst, 1);
  }

  /** The same with an error in one of its log-determinants. */
  private static final class Faulty extends Transform {

    private final Transform right = new AddingYourOwnPage.Sinh();
    private final double forward;
    private final double inverse;

    Faulty(double forward, double inverse) {
      super(0);
      this.forward = forward;
      this.inverse = inverse;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      Mapped mapped = right.forward(x);
      return new Mapped(mapped.value(), mapped.logDet().add(forward));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      Mapped mapped = right.inverse(y);
      return new Mapped(mapped.value(), mapped.logDet().add(inverse));
    }
  }

  @Test
  @Tag("flows.9")
  void aWrongLogDetIsCaught() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray inputs = run.create(new double[] {-2, 0.5, 3}, new Shape(3));
      TransformCheck.check(new Faulty(0, 0), inputs).orThrow();
      for (double error : new double[] {1e-6, -1e-6, 0.1}) {
        // In one direction, in the other, and in both so that they still cancel.
        caught(new Faulty(error, 0), inputs, "log-det against the Jacobian");
        caught(new Faulty(0, error), inputs, "log-det of the inverse against the Jacobian");
        caught(new Faulty(error, -error), inputs, "log-det against the Jacobian");
      }
    }
    POINT.none("planted wrong log-dets that were not caught");
  }

  private static void caught(Transform faulty, NDArray inputs, String law) {
    assertThatThrownBy(() -> TransformCheck.check(faulty, inputs).orThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("transform 'faulty' breaks laws: ")
        .hasMessageContaining(law);
  }
}
