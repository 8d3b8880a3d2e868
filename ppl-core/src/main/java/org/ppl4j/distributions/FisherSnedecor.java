package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.LogTails;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * Fisher's F distribution on the positive numbers: of (g / df1) / (h / df2) with chi-squared
 * variables g and h.
 *
 * <p>log p(x) = a log r + (a − 1) log x − (a + b) log(1 + r x) − log B(a, b) with a = df1 / 2, b =
 * df2 / 2 and r = df1 / df2.
 *
 * <p>Parameters: {@code df1 > 0}, {@code df2 > 0}, the degrees of freedom. The mean is NaN for df2
 * ≤ 2, the variance for df2 ≤ 4. A draw is made of two gamma draws in log space, both
 * differentiated implicitly, and carries its logarithm ({@link LogDistances}).
 */
public final class FisherSnedecor extends Distribution {

  private final NDArray df1;
  private final NDArray df2;

  private FisherSnedecor(NDArray df1, NDArray df2) {
    super(Argument.positive("df1", df1), Argument.positive("df2", df2));
    this.df1 = df1;
    this.df2 = df2;
  }

  /** An F distribution. */
  public static FisherSnedecor of(NDArray df1, NDArray df2) {
    return new FisherSnedecor(df1, df2);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static FisherSnedecor of(double df1, double df2) {
    return of(number(df1), number(df2));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static FisherSnedecor of(NDArray df1, double df2) {
    return of(df1, number(df2));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static FisherSnedecor of(double df1, NDArray df2) {
    return of(number(df1), df2);
  }

  /** The parameter {@code df1}. */
  public NDArray df1() {
    return df1;
  }

  /** The parameter {@code df2}. */
  public NDArray df2() {
    return df2;
  }

  @Override
  public Constraint support() {
    return Constraint.POSITIVE;
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(LogDistances.of(value, 0));
  }

  private NDArray density(NDArray log) {
    NDArray a = df1.mul(0.5);
    NDArray b = df2.mul(0.5);
    NDArray total = a.add(b);
    NDArray logOdds = log.add(logRatio());
    return Special.logFactorialRest(total)
        .sub(Special.logFactorialRest(a))
        .sub(Special.logFactorialRest(b))
        .add(a.mul(b).div(total).log())
        .sub(deviance(a, total, logOdds))
        .sub(deviance(b, total, logOdds.neg()))
        .sub(log);
  }

  /** That of a count from its share of the total, by the log-odds of the share. */
  private static NDArray deviance(NDArray count, NDArray total, NDArray logOdds) {
    NDArray log = Special.logSigmoid(logOdds).add(total.log());
    return Special.deviance(count, total.mul(Special.sigmoid(logOdds)), log);
  }

  /** log r. */
  private NDArray logRatio() {
    return df1.log().sub(df2.log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray g = rng.split(0).logGamma(expanded(run.bind(df1.mul(0.5)), batch));
    NDArray h = rng.split(1).logGamma(expanded(run.bind(df2.mul(0.5)), batch));
    NDArray log = g.sub(h).sub(logRatio());
    return Draw.of(LogDistances.exp(log), () -> density(log));
  }

  @Override
  protected NDArray doMean() {
    NDArray exists = df2.gt(2);
    NDArray d = Tensors.where(exists, df2, 3);
    return Tensors.where(exists, d.div(d.sub(2)), Double.NaN);
  }

  @Override
  protected NDArray doVariance() {
    NDArray exists = df2.gt(4);
    NDArray d = Tensors.where(exists, df2, 5);
    NDArray mean = d.div(d.sub(2));
    NDArray variance = mean.square().mul(2).mul(df1.add(d).sub(2)).div(df1.mul(d.sub(4)));
    return Tensors.where(exists, variance, Double.NaN);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray a = df1.mul(0.5);
    NDArray b = df2.mul(0.5);
    NDArray total = a.add(b);
    return Special.logFactorialRest(a)
        .add(Special.logFactorialRest(b))
        .sub(Special.logFactorialRest(total))
        .sub(logRatio())
        .add(a.sub(1).mul(logLessDigamma(a)))
        .add(b.add(1).mul(logLessDigamma(b)))
        .sub(total.mul(logLessDigamma(total)))
        .sub(b.log().mul(2))
        .add(total.log());
  }

  /** log(r x), the log-odds of the share of which I is the cdf. */
  private NDArray logOdds(NDArray value) {
    return LogDistances.of(Tensors.where(value.gt(0), value, 1), 0).add(logRatio());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return doLogCdf(value).exp();
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return doLogSf(value).exp();
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray inside = LogTails.beta(df1.mul(0.5), df2.mul(0.5), logOdds(value));
    return Tensors.where(value.gt(0), inside, Double.NEGATIVE_INFINITY);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray inside = LogTails.beta(df2.mul(0.5), df1.mul(0.5), logOdds(value).neg());
    return Tensors.where(value.gt(0), inside, 0);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    NDArray a = df1.mul(0.5);
    NDArray b = df2.mul(0.5);
    NDArray rest = Special.betainccinv(b, a, probability);
    return Special.betaincinv(a, b, probability).div(rest).mul(df2.div(df1));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    NDArray a = df1.mul(0.5);
    NDArray b = df2.mul(0.5);
    NDArray rest = Special.betaincinv(b, a, probability);
    return Special.betainccinv(a, b, probability).div(rest).mul(df2.div(df1));
  }

  @Override
  public FisherSnedecor withParameters(UnaryOperator<NDArray> operator) {
    return new FisherSnedecor(operator.apply(df1), operator.apply(df2));
  }
}
