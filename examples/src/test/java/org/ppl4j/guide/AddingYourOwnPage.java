package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Argument;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;

/** The blocks of the page adding-your-own.md. */
final class AddingYourOwnPage {

  private AddingYourOwnPage() {}

  // region
  /** p(x) = x / s² exp(−x² / 2 s²). */
  static final class Rayleigh extends Distribution {

    private final NDArray scale;

    Rayleigh(NDArray scale) {
      super(Argument.positive("scale", scale));
      this.scale = scale;
    }

    @Override
    public Constraint support() {
      return Constraint.NON_NEGATIVE;
    }

    @Override
    protected NDArray doLogProb(NDArray value) {
      NDArray z = value.div(scale);
      return z.log().sub(scale.log()).sub(z.square().div(2));
    }

    @Override
    protected Draw doDraw(Rng rng, Shape batch) {
      NDArray z = rng.quantiles(run(), batch, u -> Math.sqrt(-2 * Math.log(u)));
      NDArray value = z.mul(scale);
      return Draw.of(value, () -> doLogProb(value));
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Rayleigh(operator.apply(scale));
    }
  }

  // endregion

  // region
  record Tempered(double power) implements Handler {
    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.isObserved()) {
            site.scaleBy(power);
          }
        }
      };
    }
  }

  static final Program<double[]> WINDS =
      (p, speeds) -> {
        NDArray scale = p.sample("scale", HalfNormal.of(10));
        try (Plate rows = p.plate("rows", speeds.length)) {
          p.observe("speed", new Rayleigh(scale), rows.take(speeds));
        }
      };

  static Summary tempered(double[] speeds) {
    try (McmcRun<double[]> run = Nuts.of(WINDS.with(new Tempered(0.5))).run(speeds)) {
      return run.summary();
    }
  }

  // endregion

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
