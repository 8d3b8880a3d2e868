package org.ppl4j.infer.discrete;

import ai.djl.ndarray.NDArray;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.BetaBinomial;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Multinomial;
import org.ppl4j.distributions.OneHotCategorical;
import org.ppl4j.distributions.OrderedLogistic;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Truncated;
import org.ppl4j.distributions.ZeroInflated;
import org.ppl4j.tensor.Special;

/** The families of choices in random models, each with all of its values. */
enum Family {
  COIN(0, rows(2), (x, shape) -> Bernoulli.logits(x)),
  CHANCE(0, rows(2), (x, shape) -> Bernoulli.probs(Special.sigmoid(x))),
  PAIR(2, rows(2), (x, shape) -> Categorical.logits(x)),
  CATEGORY(3, rows(3), (x, shape) -> Categorical.logits(x)),
  SHARE(3, rows(3), (x, shape) -> Categorical.probs(x.softmax(-1))),
  ONE_HOT(
      3,
      new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
      (x, shape) -> OneHotCategorical.probs(x.softmax(-1))),
  COUNT(0, rows(3), (x, shape) -> Binomial.logits(2, x)),
  LOOSE_COUNT(0, rows(3), (x, shape) -> BetaBinomial.of(x.exp(), shape.exp(), 2)),
  LEVEL(
      0,
      rows(3),
      (x, shape) ->
          OrderedLogistic.of(
              x, shape.expandDims(-1).concat(shape.exp().add(shape).expandDims(-1), -1))),
  EVEN(0, new double[][] {{1}, {2}, {3}}, (x, shape) -> DiscreteUniform.of(1, 3)),
  ZEROS(0, rows(3), (x, shape) -> ZeroInflated.gateLogits(Binomial.logits(2, x), shape)),
  CUT_COUNT(
      0, new double[][] {{1}, {2}, {3}}, (x, shape) -> Truncated.of(Poisson.of(x.exp()), 1, 3)),
  COUNTS(2, new double[][] {{0, 2}, {1, 1}, {2, 0}}, (x, shape) -> Multinomial.logits(2, x));

  /** How many numbers it takes: a vector of so many, or, if 0, one. */
  final int length;

  /** All values, as rows. */
  final double[][] values;

  private final Maker of;

  /** Of a predictor and a shape parameter (). */
  private interface Maker {
    Distribution of(NDArray x, NDArray shape);
  }

  Family(int length, double[][] values, Maker of) {
    this.length = length;
    this.values = values;
    this.of = of;
  }

  private static double[][] rows(int size) {
    double[][] rows = new double[size][1];
    for (int i = 0; i < size; i++) {
      rows[i][0] = i;
    }
    return rows;
  }

  int size() {
    return values.length;
  }

  boolean isVector() {
    return values[0].length > 1;
  }

  /** The first value of numbers. */
  int lowest() {
    return (int) values[0][0];
  }

  Distribution of(NDArray x, NDArray shape) {
    return of.of(x, shape);
  }
}
