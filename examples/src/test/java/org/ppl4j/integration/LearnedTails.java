package org.ppl4j.integration;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import org.hipparchus.distribution.continuous.TDistribution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.TransformModule;

/** Posteriors of which a number follows a Student law, and guides of them. */
final class LearnedTails {

  /** How far quantiles may be off. */
  private static final double BOUND = 0.15;

  /** Draws of the guide a step. */
  private static final int PARTICLES = 20;

  private LearnedTails() {}

  /**
   * How far out the 0.1% and the 99.9% quantile of draws lie, by those of a law.
   *
   * @param low 1 if the one is right
   * @param high 1 if the other is
   */
  record Ends(double low, double high) {

    /** Those of draws that should follow a Student law. */
    static Ends of(double[] draws, double degrees, double loc, double scale) {
      double[] ascending = Arrays.stream(draws).sorted().toArray();
      int beyond = draws.length / 1000;
      double truth = scale * new TDistribution(degrees).inverseCumulativeProbability(0.999);
      return new Ends(
          (loc - ascending[beyond]) / truth, (ascending[draws.length - 1 - beyond] - loc) / truth);
    }

    /** The greater of both errors. */
    double error() {
      return Math.max(Math.abs(low - 1), Math.abs(high - 1));
    }

    boolean isRight() {
      return error() <= BOUND;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f and %.3f of the truth", low, high);
    }
  }

  /** x follows a Student law. */
  static Program<double[]> student(double degrees) {
    return (p, none) -> p.sample("x", StudentT.of(degrees, 0, 1));
  }

  /** And y a normal one. */
  static Program<double[]> pair(double degrees) {
    return (p, none) -> {
      p.sample("x", StudentT.of(degrees, 0, 1));
      p.sample("y", Normal.of(0, 1));
    };
  }

  /**
   * x is the mean of n normal numbers of unknown scale, whose logarithm has a flat prior: a Student
   * law of n − 1 degrees of freedom about their mean.
   */
  static final Program<double[]> MEAN =
      (p, numbers) -> {
        var mean = p.sample("x", Normal.of(0, 1000));
        var logScale = p.sample("log scale", Normal.of(0, 100));
        try (Plate rows = p.plate("rows", numbers.length)) {
          p.observe("y", Normal.of(mean, logScale.exp()), rows.take(Tensors.vector(numbers)));
        }
      };

  /** A fit of a flow. */
  static Svi<double[]> flow(Program<double[]> model, IntFunction<TransformModule> flow) {
    return Svi.builder(model, AutoFlow.of(model, flow))
        .particles(PARTICLES)
        .progress(Progress.silent())
        .build();
  }

  /** One whose tails do not learn. */
  static Svi<double[]> withoutTails(Program<double[]> model, IntFunction<TransformModule> flow) {
    return Svi.builder(model, AutoFlow.of(model, flow))
        .optimizer(
            ByName.of(Adam.withRate(0.01))
                .with("auto.lowerTail", Sgd.withRate(1e-300))
                .with("auto.upperTail", Sgd.withRate(1e-300)))
        .particles(PARTICLES)
        .progress(Progress.silent())
        .build();
  }
}
