package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;

/** The blocks of the page adding-your-own.md. */
final class AddingYourOwnPage {

  private AddingYourOwnPage() {}

  // region
  /** y = sinh x, which spreads the tails. */
  static final class Sinh extends Transform {
    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.sinh(), x.cosh().log());
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray x = y.asinh();
      return new Mapped(x, x.cosh().log().neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return this; // it holds no tensor
    }
  }

  static TransformCheck check() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray inputs = run.create(new double[] {-50, -2, 0, 0.3, 7}, new Shape(5));
      return TransformCheck.check(new Sinh(), inputs).orThrow();
    }
  }

  // endregion
}
