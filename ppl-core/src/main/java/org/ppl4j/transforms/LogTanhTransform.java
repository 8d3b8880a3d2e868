package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.ppl4j.tensor.Special;

/**
 * y = tanh(x) for |x| ≤ c, ±(tanh(c) + α log(|x| / c)) beyond, onto the reals; α = c / cosh²(c)
 * makes the derivative one function: log dy/dx is that of tanh, less log(|x| / c) beyond.
 *
 * <p>The inverse grows as exp(|y| / α); it stays below the largest number of the float type.
 * Source: Durkan, Bekasov, Murray and Papamakarios, nflows (2020), {@code LogTanh}, whose α is not
 * that of tanh.
 */
final class LogTanhTransform extends IncreasingTransform {

  /** Behind it tanh is 1 to all digits of float32. */
  private static final double MAX_CUT = 10;

  private final double cut;
  private final double tanh;
  private final double alpha;

  LogTanhTransform(double cut) {
    checkArgument(
        cut > 0 && cut <= MAX_CUT,
        "parameter 'cut' of log-tanh must be positive and at most %s, but is %s",
        MAX_CUT,
        cut);
    this.cut = cut;
    this.tanh = Math.tanh(cut);
    this.alpha = cut / (Math.cosh(cut) * Math.cosh(cut));
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray inner = x.clip(-cut, cut);
    NDArray beyond = x.abs().maximum(cut).div(cut).log();
    return new Mapped(
        inner.tanh().add(x.sign().mul(beyond).mul(alpha)), Tanh.logDerivative(inner).sub(beyond));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    double maximum = y.getDataType() == DataType.FLOAT64 ? 700 : 80;
    Mapped inner = Tanh.inverse(y.clip(-tanh, tanh));
    NDArray beyond = y.abs().maximum(tanh).sub(tanh).div(alpha).minimum(maximum);
    NDArray grown = Special.expm1(beyond).mul(cut);
    return new Mapped(inner.value().add(y.sign().mul(grown)), inner.logDet().add(beyond));
  }

  @Override
  public String toString() {
    return "log-tanh";
  }
}
