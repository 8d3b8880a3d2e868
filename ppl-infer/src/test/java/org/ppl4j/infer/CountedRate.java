package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.SplittableRandom;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.tensor.Tensors;

/**
 * A skewed posterior in closed form: the rate of a few counts y, with its conjugate prior Gamma(3,
 * 1), is Gamma(3 + Σ y, 1 + {@link #COUNTS}) given them.
 */
public final class CountedRate {

  public static final int COUNTS = 3;

  public static final Program<NDArray> MODEL =
      (p, counts) -> {
        NDArray rate = p.sample("rate", Gamma.of(3, 1));
        try (Plate plate = p.plate("counts", COUNTS)) {
          p.observe("count", Poisson.of(rate), plate.take(counts));
        }
      };

  private CountedRate() {}

  /** A rate from Gamma(3, 1), the sum of three exponentials, and its counts of unit times. */
  public static Simulated<NDArray> simulated(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double rate = -Math.log(random.nextDouble() * random.nextDouble() * random.nextDouble());
    double[] counts = new double[COUNTS];
    for (int i = 0; i < COUNTS; i++) {
      for (double t = waited(random, rate); t < 1; t += waited(random, rate)) {
        counts[i]++;
      }
    }
    return Simulated.of(Map.of("rate", new double[] {rate}), Tensors.vector(counts));
  }

  private static double waited(SplittableRandom random, double rate) {
    return -Math.log1p(-random.nextDouble()) / rate;
  }
}
