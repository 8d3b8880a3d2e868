package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.discrete.PoissonDistribution;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.tensor.Tensors;

/**
 * Models and guides of which the exact slope of each estimator's objective is known: by sums over
 * all values of what is discrete, by Gauss–Hermite quadrature with 64 nodes of what is not.
 */
final class EstimatorCases {

  static final double Y = 1.4;
  private static final double STEP = 1e-4; // of differences, of fourth order

  private EstimatorCases() {}

  /**
   * One model, guide and estimator.
   *
   * @param particles of each step
   * @param slopes of the parameters p0, p1, … as the optimizer sees them, without constraint
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Case(
      String name,
      Program<NDArray> model,
      Program<NDArray> guide,
      Elbo elbo,
      int particles,
      double[] slopes) {

    Case with(Elbo other) {
      return new Case(name, model, guide, other, particles, slopes);
    }

    Case with(Program<NDArray> other) {
      return new Case(name, model, other, elbo, particles, slopes);
    }

    Case withParticles(int count) {
      return new Case(name, model, guide, elbo, count, slopes);
    }

    /** The same by programs that hold one draw at once. */
    Case oneByOne() {
      return new Case(name + " one by one", alone(model), alone(guide), elbo, particles, slopes);
    }

    private static Program<NDArray> alone(Program<NDArray> program) {
      return (p, y) -> {
        program.run(p, y);
        // What counts from the left holds one draw.
        p.deterministic("one draw", p.sample("noise", Normal.of(0, 1)).reshape(1));
      };
    }

    @Override
    public String toString() {
      return name + ", " + elbo + ", particles " + particles;
    }
  }

  // --- truth

  /** The slopes of a function by differences. */
  static double[] slopes(ToDoubleFunction<double[]> loss, double... at) {
    return IntStream.range(0, at.length)
        .mapToDouble(
            i -> {
              IntToDoubleFunction moved =
                  steps -> {
                    double[] x = at.clone();
                    x[i] += steps * STEP;
                    return loss.applyAsDouble(x);
                  };
              double near = moved.applyAsDouble(1) - moved.applyAsDouble(-1);
              double far = moved.applyAsDouble(2) - moved.applyAsDouble(-2);
              return (8 * near - far) / (12 * STEP);
            })
        .toArray();
  }

  /** Nodes and weights of the standard normal law: Golub and Welsch (1969). */
  private static final EigenDecompositionSymmetric RULE = rule(64);

  private static EigenDecompositionSymmetric rule(int nodes) {
    RealMatrix jacobi = MatrixUtils.createRealMatrix(nodes, nodes);
    for (int i = 1; i < nodes; i++) {
      jacobi.setEntry(i, i - 1, Math.sqrt(i));
      jacobi.setEntry(i - 1, i, Math.sqrt(i));
    }
    return new EigenDecompositionSymmetric(jacobi);
  }

  private static final double[] NODES = RULE.getEigenvalues();
  private static final double[] WEIGHTS =
      IntStream.range(0, NODES.length)
          .mapToDouble(i -> Math.pow(RULE.getEigenvector(i).getEntry(0), 2))
          .toArray();

  /** The mean of a function of a standard normal number. */
  static double mean(DoubleUnaryOperator f) {
    return IntStream.range(0, NODES.length)
        .mapToDouble(i -> WEIGHTS[i] * f.applyAsDouble(NODES[i]))
        .sum();
  }

  /** The same of two. */
  static double mean2(DoubleBinaryOperator f) {
    return mean(x -> mean(y -> f.applyAsDouble(x, y)));
  }

  private static double normal(double x, double loc, double scale) {
    return new NormalDistribution(loc, scale).logDensity(x);
  }

  private static double bernoulli(double z, double logit) {
    return -Math.log1p(Math.exp(z == 1 ? -logit : logit));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  // --- one number

  private static final double[] NORMAL_AT = {0.3, Math.log(0.8), 0.4};

  private static Program<NDArray> normalModel(boolean learns) {
    return (p, y) -> {
      NDArray mu = p.sample("mu", Normal.of(0, 1));
      NDArray loc = learns ? mu.add(p.param("p2", () -> p.scalar(0.4))) : mu.add(0.4);
      p.observe("y", Normal.of(loc, 1), y);
    };
  }

  private static final Program<NDArray> NORMAL_GUIDE =
      (p, y) ->
          p.sample(
              "mu",
              Normal.of(
                  p.param("p0", () -> p.scalar(0.3)),
                  p.param("p1", () -> p.scalar(0.8), Constraint.POSITIVE)));

  /** The log weight of a draw, of the guide's loc, log scale and the model's shift. */
  private static double logWeight(double noise, double[] x) {
    double scale = Math.exp(x[1]);
    double z = x[0] + scale * noise;
    return normal(z, 0, 1) + normal(Y, z + x[2], 1) - normal(z, x[0], scale);
  }

  private static Case bound(Elbo elbo, int particles) {
    double[] slopes = slopes(x -> -mean(e -> logWeight(e, x)), NORMAL_AT);
    return new Case("normal", normalModel(true), NORMAL_GUIDE, elbo, particles, slopes);
  }

  private static double logMean(double a, double b) {
    double most = Math.max(a, b);
    return most + Math.log((Math.exp(a - most) + Math.exp(b - most)) / 2);
  }

  /** The bound of two weights. */
  private static Case two(Elbo elbo) {
    double[] slopes =
        slopes(x -> -mean2((a, b) -> logMean(logWeight(a, x), logWeight(b, x))), NORMAL_AT);
    return new Case("normal", normalModel(true), NORMAL_GUIDE, elbo, 2, slopes);
  }

  /** The mean over two draws of what is weighed by shares. */
  private static double shared(IntToDoubleFunctionOfDraw slope, int i) {
    double[] x = NORMAL_AT;
    return mean2(
        (a, b) -> {
          double share = sigmoid(logWeight(a, x) - logWeight(b, x));
          return -share * slope.of(a, i) - (1 - share) * slope.of(b, i);
        });
  }

  /** A slope in a parameter under a draw. */
  @FunctionalInterface
  private interface IntToDoubleFunctionOfDraw {
    double of(double noise, int parameter);
  }

  /** Of log q with the draw held, and of log p. */
  private static double slopeOfDraw(double noise, int parameter) {
    double scale = Math.exp(NORMAL_AT[1]);
    return switch (parameter) {
      case 0 -> noise / scale;
      case 1 -> noise * noise - 1;
      default -> Y - (NORMAL_AT[0] + scale * noise) - NORMAL_AT[2];
    };
  }

  private static Case weighed(Elbo elbo, boolean learns) {
    double[] slopes =
        IntStream.range(0, learns ? 3 : 2)
            .mapToDouble(i -> shared(EstimatorCases::slopeOfDraw, i))
            .toArray();
    return new Case("normal", normalModel(learns), NORMAL_GUIDE, elbo, 2, slopes);
  }

  // --- a guide whose second site depends on the first

  private static final double[] PAIR_AT = {0.5, Math.log(0.7), 0.3, -0.2, Math.log(0.9)};

  static final Program<NDArray> PAIR =
      (p, y) -> {
        NDArray a = p.sample("a", Normal.of(0, 1));
        NDArray b = p.sample("b", Normal.of(a, 0.8));
        p.observe("y", Normal.of(b, 1), y);
      };

  private static final Program<NDArray> PAIR_GUIDE =
      (p, y) -> {
        NDArray b =
            p.sample(
                "b",
                Normal.of(
                    p.param("p0", () -> p.scalar(0.5)),
                    p.param("p1", () -> p.scalar(0.7), Constraint.POSITIVE)));
        NDArray loc =
            b.mul(p.param("p2", () -> p.scalar(0.3))).add(p.param("p3", () -> p.scalar(-0.2)));
        p.sample("a", Normal.of(loc, p.param("p4", () -> p.scalar(0.9), Constraint.POSITIVE)));
      };

  private static double pair(double[] x) {
    return mean2(
        (first, second) -> {
          double b = x[0] + Math.exp(x[1]) * first;
          double loc = x[2] * b + x[3];
          double a = loc + Math.exp(x[4]) * second;
          return normal(b, x[0], Math.exp(x[1]))
              + normal(a, loc, Math.exp(x[4]))
              - normal(a, 0, 1)
              - normal(b, a, 0.8)
              - normal(Y, b, 1);
        });
  }

  private static Case pair(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::pair, PAIR_AT);
    return new Case("pair of normals", PAIR, PAIR_GUIDE, elbo, particles, slopes);
  }

  // --- a number, and a choice that depends on it

  private static final double[] MIXED_AT = {0.2, Math.log(0.6), -0.4, 0.7, 0.3};

  private static final Program<NDArray> MIXED =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 1));
        NDArray z = p.sample("z", Bernoulli.probs(0.3));
        NDArray jump = z.mul(p.param("p4", () -> p.scalar(0.3)));
        p.observe("y", Normal.of(mu.add(jump), 1), y);
      };

  private static final Program<NDArray> MIXED_GUIDE =
      (p, y) -> {
        NDArray mu =
            p.sample(
                "mu",
                Normal.of(
                    p.param("p0", () -> p.scalar(0.2)),
                    p.param("p1", () -> p.scalar(0.6), Constraint.POSITIVE)));
        NDArray base = p.param("p2", () -> p.scalar(-0.4));
        p.sample("z", Bernoulli.logits(mu.mul(p.param("p3", () -> p.scalar(0.7))).add(base)));
      };

  /** The same, with a guess of what the choice costs. */
  private static final Program<NDArray> GUESSING_GUIDE =
      (p, y) -> {
        MIXED_GUIDE.run(p, y);
        p.deterministic("z.baseline", p.param("guess", () -> p.scalar(2)));
      };

  private static double mixed(double[] x) {
    return mean(
        noise -> {
          double mu = x[0] + Math.exp(x[1]) * noise;
          double logit = x[2] + x[3] * mu;
          double sum = 0;
          for (int z = 0; z <= 1; z++) {
            double q = bernoulli(z, logit);
            sum +=
                Math.exp(q) * (q - bernoulli(z, Math.log(0.3 / 0.7)) - normal(Y, mu + x[4] * z, 1));
          }
          return normal(mu, x[0], Math.exp(x[1])) - normal(mu, 0, 1) + sum;
        });
  }

  private static Case mixed(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::mixed, MIXED_AT);
    return new Case("number and choice", MIXED, MIXED_GUIDE, elbo, particles, slopes);
  }

  // --- choices in a loop, each of which depends on the one before, and one in a plate

  private static final int LINKS = 5;
  private static final double[] AT = {0.1, 1.2, 2.5, -0.4}; // of rows
  private static final double[] PRIOR = {0.2, 0.5, 0.3};
  private static final double[] CHOICES_AT = {0.4, -1.8, 0.8};

  /** The guide's logit of one link after another, and of rows; a row depends on the last link. */
  private static final Program<NDArray> CHOICES =
      (p, y) -> {
        NDArray before = p.scalar(0);
        for (int i : p.loop("links", LINKS)) {
          before = p.sample("z", Bernoulli.logits(before.mul(1.5).sub(0.5)));
          p.observe("x", Normal.of(before.mul(2), 1), y.mul(0.5 * i));
        }
        rows(p, before);
      };

  private static void rows(Ppl p, NDArray last) {
    try (Plate rows = p.plate("rows", 4)) {
      NDArray k = p.sample("k", Categorical.probs(Tensors.vector(PRIOR)));
      NDArray at = rows.take(Tensors.vector(AT));
      p.observe("r", Normal.of(k.add(last), 0.9), at);
    }
  }

  private static final Program<NDArray> CHOICES_GUIDE =
      (p, y) -> {
        NDArray first = p.param("p0", () -> p.scalar(0.4));
        NDArray slope = p.param("p1", () -> p.scalar(-1.8));
        NDArray tilt = p.param("p2", () -> p.scalar(0.8));
        NDArray before = p.scalar(0);
        for (int unused : p.loop("links", LINKS)) {
          before = p.sample("z", Bernoulli.logits(before.mul(slope).add(first)));
        }
        rowsOfGuide(p, tilt, before);
      };

  private static void rowsOfGuide(Ppl p, NDArray tilt, NDArray last) {
    try (Plate rows = p.plate("rows", 4)) {
      NDArray logits = tilt.mul(Tensors.vector(0, 1, 2)).mul(last.expandDims(-1).add(0.5));
      p.sample("k", Categorical.logits(logits));
    }
  }

  private static double choices(double[] x) {
    double total = 0;
    for (int code = 0; code < 1 << LINKS; code++) {
      double logQ = 0;
      double cost = 0;
      double before = 0;
      for (int i = 0; i < LINKS; i++) {
        double z = code >> i & 1;
        double q = bernoulli(z, before * x[1] + x[0]);
        logQ += q;
        cost += q - bernoulli(z, 1.5 * before - 0.5) - normal(0.5 * i * Y, 2 * z, 1);
        before = z;
      }
      double[] powers = new double[3];
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        powers[k] = x[2] * k * (before + 0.5);
        sum += Math.exp(powers[k]);
      }
      for (double row : AT) {
        for (int k = 0; k < 3; k++) {
          double q = powers[k] - Math.log(sum);
          cost += Math.exp(q) * (q - Math.log(PRIOR[k]) - normal(row, k + before, 0.9));
        }
      }
      total += Math.exp(logQ) * cost;
    }
    return total;
  }

  private static Case choices(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::choices, CHOICES_AT);
    return new Case("choices", CHOICES, CHOICES_GUIDE, elbo, particles, slopes);
  }

  /** The same links as steps of a scan. */
  private static final Program<NDArray> STEPS =
      (p, y) -> {
        NDArray data = y.mul(Tensors.vector(0, 0.5, 1, 1.5, 2));
        NDArray last =
            p.scan(
                "links",
                LINKS,
                p.scalar(0),
                (q, t, before) -> {
                  NDArray z = q.sample("z", Bernoulli.logits(before.mul(1.5).sub(0.5)));
                  q.observe("x", Normal.of(z.mul(2), 1), t.take(data));
                  return z;
                });
        rows(p, last);
      };

  private static final Program<NDArray> STEPS_GUIDE =
      (p, y) -> {
        NDArray first = p.param("p0", () -> p.scalar(0.4));
        NDArray slope = p.param("p1", () -> p.scalar(-1.8));
        NDArray tilt = p.param("p2", () -> p.scalar(0.8));
        NDArray last =
            p.scan(
                "links",
                LINKS,
                p.scalar(0),
                (q, t, before) -> q.sample("z", Bernoulli.logits(before.mul(slope).add(first))));
        rowsOfGuide(p, tilt, last);
      };

  private static Case steps(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::choices, CHOICES_AT);
    return new Case("choices of steps", STEPS, STEPS_GUIDE, elbo, particles, slopes);
  }

  // --- a choice of the guide's, and choices of rows that are summed out of the model

  private static final double[] SUMMED_AT = {0.6, 0.2};

  private static final Program<NDArray> SUMMED =
      (p, y) -> {
        NDArray z = p.sample("z", Bernoulli.probs(0.3));
        rows(p, z.add(p.param("p1", () -> p.scalar(0.2))));
      };

  private static final Program<NDArray> SUMMED_GUIDE =
      (p, y) -> p.sample("z", Bernoulli.logits(p.param("p0", () -> p.scalar(0.6))));

  private static double summed(double[] x) {
    double total = 0;
    for (int z = 0; z <= 1; z++) {
      double q = bernoulli(z, x[0]);
      double cost = q - bernoulli(z, Math.log(0.3 / 0.7));
      for (double row : AT) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
          sum += PRIOR[k] * Math.exp(normal(row, k + z + x[1], 0.9));
        }
        cost -= Math.log(sum);
      }
      total += Math.exp(q) * cost;
    }
    return total;
  }

  private static Case summed(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::summed, SUMMED_AT);
    return new Case("summed out", SUMMED, SUMMED_GUIDE, elbo, particles, slopes);
  }

  // --- a count without a bound

  private static final Program<NDArray> COUNT =
      (p, y) -> {
        NDArray n = p.sample("n", Poisson.of(2));
        p.observe("y", Normal.of(n, p.param("p1", () -> p.scalar(1.3), Constraint.POSITIVE)), y);
      };

  private static final Program<NDArray> COUNT_GUIDE =
      (p, y) -> p.sample("n", Poisson.of(p.param("p0", () -> p.scalar(1.7), Constraint.POSITIVE)));

  private static double count(double[] x) {
    double rate = Math.exp(x[0]);
    double total = 0;
    for (int n = 0; n < 60; n++) {
      double q = new PoissonDistribution(rate).logProbability(n);
      double p = new PoissonDistribution(2).logProbability(n);
      total += Math.exp(q) * (q - p - normal(Y, n, Math.exp(x[1])));
    }
    return total;
  }

  private static Case count(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::count, Math.log(1.7), Math.log(1.3));
    return new Case("count", COUNT, COUNT_GUIDE, elbo, particles, slopes);
  }

  // --- some rows of a plate

  private static final double[] ROWS = {0.3, -1, 2, 0.4, 1.1, 0.9, -0.2, 0.5};

  private static final Program<NDArray> PART =
      (p, y) -> {
        NDArray w = p.sample("w", Bernoulli.probs(0.4));
        try (Plate rows = p.plate("rows", ROWS.length, 3)) {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          p.observe("x", Normal.of(z.add(w), 0.7), rows.take(Tensors.vector(ROWS)));
        }
      };

  private static final Program<NDArray> PART_GUIDE =
      (p, y) -> {
        p.sample("w", Bernoulli.logits(p.param("p0", () -> p.scalar(0.2))));
        try (Plate rows = p.plate("rows", ROWS.length, 3)) {
          NDArray x = rows.take(Tensors.vector(ROWS));
          p.sample("z", Bernoulli.logits(x.mul(p.param("p1", () -> p.scalar(0.5)))));
        }
      };

  private static double part(double[] at) {
    double total = 0;
    for (int w = 0; w <= 1; w++) {
      double ofW = bernoulli(w, at[0]);
      double cost = ofW - bernoulli(w, Math.log(0.4 / 0.6));
      for (double row : ROWS) {
        for (int z = 0; z <= 1; z++) {
          double q = bernoulli(z, at[1] * row);
          cost += Math.exp(q) * (q - bernoulli(z, Math.log(0.3 / 0.7)) - normal(row, z + w, 0.7));
        }
      }
      total += Math.exp(ofW) * cost;
    }
    return total;
  }

  private static Case part(Elbo elbo, int particles) {
    double[] slopes = slopes(EstimatorCases::part, 0.2, 0.5);
    return new Case("rows of a plate", PART, PART_GUIDE, elbo, particles, slopes);
  }

  // --- all

  /** Those whose mean over particles is what counts: as many particles as one likes. */
  static List<Case> ofMeans(int particles) {
    ScoreFunctionElbo score = Elbo.scoreFunction();
    ScoreFunctionElbo plain = score.baseline(Baseline.none());
    return List.of(
        bound(Elbo.trace(), particles),
        bound(Elbo.meanField(), particles),
        bound(Elbo.pathDerivative(), particles),
        bound(score.everywhere(), particles),
        pair(Elbo.pathDerivative(), particles),
        pair(score.everywhere(), particles),
        pair(plain.everywhere(), particles),
        mixed(score, particles),
        mixed(plain, particles),
        mixed(score.everywhere(), particles),
        mixed(score.baseline(Baseline.learned()), particles).with(GUESSING_GUIDE),
        mixed(score.withoutRaoBlackwell(), particles),
        choices(score, particles),
        choices(plain, particles),
        choices(score.baseline(Baseline.learned()), particles),
        steps(score, particles),
        steps(plain, particles),
        summed(score, particles),
        summed(plain, particles),
        count(score, particles),
        count(score.baseline(Baseline.otherParticles()), particles),
        choices(score.baseline(Baseline.otherParticles()), particles),
        part(score.baseline(Baseline.otherParticles()), particles),
        part(score, particles),
        part(plain, particles));
  }

  /** Those that weigh two particles. */
  static List<Case> ofTwo() {
    return List.of(
        two(Elbo.importanceWeighted()),
        two(Elbo.doublyReparameterized()),
        weighed(Elbo.reweightedWakeSleep(), true),
        weighed(Elbo.forwardKl(), false));
  }

  static Case choicesCase(int particles) {
    return choices(Elbo.scoreFunction(), particles);
  }

  static Case weighedCase() {
    return weighed(Elbo.reweightedWakeSleep(), true);
  }

  static Case twoCase() {
    return two(Elbo.doublyReparameterized());
  }

  /** A guide that is the posterior. */
  static Case posterior(Elbo elbo) {
    Program<NDArray> guide =
        (p, y) -> {
          NDArray b = p.sample("b", Normal.of(p.param("p0", () -> p.scalar(B_MEAN)), spread(p)));
          NDArray loc = b.mul(p.param("p2", () -> p.scalar(1 / 1.64)));
          double scale = Math.sqrt(0.64 / 1.64);
          p.sample("a", Normal.of(loc, p.param("p3", () -> p.scalar(scale), Constraint.POSITIVE)));
        };
    return new Case("posterior", PAIR, guide, elbo, 3, new double[0]);
  }

  /** Of b, before y of variance 1.64, under y of variance 1. */
  private static final double B_MEAN = Y * 1.64 / 2.64;

  private static NDArray spread(Ppl p) {
    return p.param("p1", () -> p.scalar(Math.sqrt(1.64 / 2.64)), Constraint.POSITIVE);
  }

  /** Choices that have nothing to do with each other. */
  static Case fiftyRows(Elbo elbo) {
    Program<NDArray> model =
        (p, y) -> {
          try (Plate rows = p.plate("rows", 50)) {
            NDArray z = p.sample("z", Bernoulli.probs(0.3));
            p.observe("x", Normal.of(z, 1), y.mul(2).expandDims(-1));
          }
        };
    Program<NDArray> guide =
        (p, y) -> {
          NDArray logits = p.param("p0", () -> p.run().zeros(new Shape(50)));
          try (Plate rows = p.plate("rows", 50)) {
            p.sample("z", Bernoulli.logits(logits));
          }
        };
    return new Case("fifty rows", model, guide, elbo, 1, new double[0]);
  }

  /**
   * Costs far from 0, of each row its own.
   *
   * @param isStated whether the guide says what they may be, as a line through the data
   */
  static Case guessed(Elbo elbo, boolean isStated) {
    double[] x = {-1, -0.5, 0, 0.5, 1};
    Program<NDArray> model =
        (p, y) -> {
          try (Plate rows = p.plate("rows", x.length)) {
            NDArray z = p.sample("z", Bernoulli.probs(0.5));
            p.factor("cost", rows.take(Tensors.vector(x)).mul(5).add(z));
          }
        };
    Program<NDArray> guide =
        (p, y) -> {
          NDArray logits = p.param("p0", () -> p.run().zeros(new Shape(x.length)));
          try (Plate rows = p.plate("rows", x.length)) {
            if (isStated) {
              NDArray slope = p.param("slope", () -> p.scalar(0));
              p.deterministic("z.baseline", rows.take(Tensors.vector(x)).mul(slope));
            }
            p.sample("z", Bernoulli.logits(logits));
          }
        };
    return new Case("guessed", model, guide, elbo, 1, new double[0]);
  }

  /** A choice that Java reads, so that no record can be made. */
  static Case readInJava() {
    double[] costs = {1, -2};
    Program<NDArray> model =
        (p, y) -> {
          NDArray z = p.sample("z", Bernoulli.probs(0.5));
          p.factor("f", Tensors.number(-costs[(int) Tensors.values(z)[0]]));
          p.observe("y", Normal.of(p.sample("w", Bernoulli.probs(0.5)), 1), y);
        };
    Program<NDArray> guide =
        (p, y) -> {
          p.sample("z", Bernoulli.logits(p.param("p0", () -> p.scalar(0.4))));
          p.sample("w", Bernoulli.logits(p.param("p1", () -> p.scalar(-0.2))));
        };
    double[] slopes =
        slopes(
            x -> {
              double sum = 0;
              for (int z = 0; z <= 1; z++) {
                double q = bernoulli(z, x[0]);
                double r = bernoulli(z, x[1]);
                sum += Math.exp(q) * (q + costs[z]) + Math.exp(r) * (r - normal(Y, z, 1));
              }
              return sum;
            },
            0.4,
            -0.2);
    return new Case("read in java", model, guide, Elbo.scoreFunction(), 1, slopes);
  }

  /** Rows that see the draws of all rows. */
  static Case coupled(Elbo elbo) {
    Program<NDArray> model =
        (p, y) -> {
          NDArray z;
          try (Plate rows = p.plate("rows", 3)) {
            z = p.sample("z", Bernoulli.probs(0.5));
          }
          NDArray all = z.sum(new int[] {-1}, true);
          try (Plate rows = p.plate("rows", 3)) {
            p.observe("x", Normal.of(all, 1), y.add(Tensors.vector(0, 1, 2)));
          }
        };
    Program<NDArray> guide =
        (p, y) -> {
          NDArray logits = p.param("p0", () -> p.run().zeros(new Shape(3)));
          try (Plate rows = p.plate("rows", 3)) {
            p.sample("z", Bernoulli.logits(logits));
          }
        };
    return new Case("coupled", model, guide, elbo, 2, new double[0]);
  }

  /** A baseline of what it is to be taken off. */
  static Case cheating() {
    Program<NDArray> model = (p, y) -> p.sample("z", Bernoulli.probs(0.5));
    Program<NDArray> guide =
        (p, y) -> {
          NDArray z = p.sample("z", Bernoulli.logits(p.param("p0", () -> p.scalar(0))));
          p.deterministic("z.baseline", z.mul(3));
        };
    Elbo elbo = Elbo.scoreFunction().baseline(Baseline.learned());
    return new Case("cheating", model, guide, elbo, 1, new double[0]);
  }
}
