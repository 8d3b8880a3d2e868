package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.hipparchus.linear.MatrixUtils;
import org.ppl4j.tensor.Rng;

/** Log densities in closed form, and chains on them. */
final class Targets {

  private Targets() {}

  /** N(0, Σ), by Hipparchus' inverse. */
  static Target normal(double[][] covariance) {
    double[][] precision = MatrixUtils.inverse(MatrixUtils.createRealMatrix(covariance)).getData();
    return (u, gradient) -> {
      double sum = 0;
      for (int i = 0; i < u.length; i++) {
        double slope = 0;
        for (int j = 0; j < u.length; j++) {
          slope -= precision[i][j] * u[j];
        }
        gradient[i] = slope;
        sum += u[i] * slope;
      }
      return sum / 2;
    };
  }

  /** N(0, s² I). */
  static Target normal(int size, double sd) {
    double[][] covariance =
        IntStream.range(0, size)
            .mapToObj(i -> IntStream.range(0, size).mapToDouble(j -> i == j ? sd * sd : 0))
            .map(row -> row.toArray())
            .toArray(double[][]::new);
    return normal(covariance);
  }

  /** −Σ uᵢ⁴ / 4. */
  static Target quartic() {
    return (u, gradient) -> {
      double sum = 0;
      for (int i = 0; i < u.length; i++) {
        gradient[i] = -u[i] * u[i] * u[i];
        sum -= u[i] * u[i] * u[i] * u[i] / 4;
      }
      return sum;
    };
  }

  /** −Σ |uᵢ|, of Laplace: its slope does not vary on either side of 0. */
  static Target laplace() {
    return (u, gradient) -> {
      double sum = 0;
      for (int i = 0; i < u.length; i++) {
        gradient[i] = -Math.signum(u[i]);
        sum -= Math.abs(u[i]);
      }
      return sum;
    };
  }

  /** The logarithm of a variable of Gamma(shape, 1). */
  static Target logGamma(double shape) {
    return (u, gradient) -> {
      gradient[0] = shape - Math.exp(u[0]);
      return shape * u[0] - Math.exp(u[0]);
    };
  }

  /** A chain of the no-U-turn sampler from 0.5, 0.5, …; its noise is that of its number. */
  static Chain chain(int number, Target target, int size, Chain.Length length) {
    double[] start = new double[size];
    Arrays.fill(start, 0.5);
    return new Chain(
        number,
        length,
        target,
        of -> {
          Leapfrog leapfrog = new Leapfrog(of);
          return new AdaptedKernel(
              new NutsKernel(leapfrog, 10),
              new StepWarmup(
                  WarmupSchedule.of(of.warmup()),
                  leapfrog,
                  new StepSizeSearch(leapfrog)::run,
                  0.8,
                  Metric.DIAGONAL));
        },
        noise(number),
        start,
        Collections.emptyIterator());
  }

  /** By unit scales and steps of 1. */
  static Leapfrog leapfrog(Target target, int size) {
    return new Leapfrog(new ChainTarget(target, size, 0));
  }

  /** The no-U-turn sampler that learns by Fisher's divergence. */
  static TransitionKernel nuts(ChainTarget target) {
    Leapfrog leapfrog = new Leapfrog(target);
    return new AdaptedKernel(
        new NutsKernel(leapfrog, 10),
        new FisherWarmup(target.warmup(), leapfrog, new StepSizeSearch(leapfrog)::run, 0.8));
  }

  /** A stream of noise. */
  static Rng noise(int number) {
    return Rng.of(20261127, Rng.Purpose.CHAIN, number, "test");
  }
}
