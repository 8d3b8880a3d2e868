package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The chi-squared distribution on the positive numbers: Gamma(df / 2, 1 / 2), the sum of squares of
 * df standard normal variables.
 *
 * <p>log p(x) = (a − 1) log x − x / 2 − a log 2 − log Γ(a) with a = df / 2.
 *
 * <p>Parameter: {@code df > 0}, the degrees of freedom, which is also the mean. All else is as for
 * {@link Gamma}.
 */
public final class Chi2 extends WrappedDistribution {

  private final NDArray df;

  private Chi2(NDArray df, Gamma gamma) {
    super(gamma, gamma.batchShape(), gamma.eventShape());
    this.df = df;
  }

  /** A chi-squared distribution. */
  public static Chi2 of(NDArray df) {
    Argument.positive("df", df).check("Chi2");
    return new Chi2(df, Gamma.of(df.mul(0.5), number(0.5)));
  }

  /** As {@link #of(NDArray)}. */
  public static Chi2 of(double df) {
    return of(number(df));
  }

  /** The parameter {@code df}. */
  public NDArray df() {
    return df;
  }

  @Override
  public List<Argument> arguments() {
    return List.of(Argument.positive("df", df));
  }

  @Override
  public Chi2 withParameters(UnaryOperator<NDArray> operator) {
    return of(operator.apply(df));
  }

  @Override
  public String name() {
    return "Chi2";
  }
}
