package org.ppl4j.tensor;

import java.util.Arrays;
import org.ppl4j.internal.math.GammaDerivative;
import org.ppl4j.tensor.Noise.Sampler;
import org.ppl4j.tensor.Noise.WholeSampler;

/** What the rows of noise with parameters draw, in double precision. */
final class Samplers {

  private static final double LARGEST_FLOAT_BELOW_ONE = 0x1.fffffep-1;

  private Samplers() {}

  static final Sampler NORMAL = (rng, in, out, slopes) -> rng.fillNormal(out[0]);

  /** Below 1 in a float type. */
  static Sampler uniform(FloatType type) {
    double largest = type == FloatType.FLOAT32 ? LARGEST_FLOAT_BELOW_ONE : 1;
    return (rng, in, out, slopes) -> {
      double[] draws = out[0];
      rng.fillUniform(draws);
      Arrays.setAll(draws, i -> Math.min(draws[i], largest));
    };
  }

  static final Sampler LOG_GAMMA =
      (rng, in, out, slopes) -> {
        rng.each(out[0], i -> GammaKernel.logDraw(rng, in[0][i]));
        if (slopes != null) {
          Arrays.setAll(slopes[0][0], i -> GammaDerivative.of(in[0][i], out[0][i]));
        }
      };

  static final Sampler VON_MISES =
      (rng, in, out, slopes) -> {
        rng.each(out[0], i -> VonMisesKernel.draw(rng, in[0][i]));
        if (slopes != null) {
          Arrays.setAll(slopes[0][0], i -> VonMisesKernel.derivative(in[0][i], out[0][i]));
        }
      };

  static final Sampler POISSON =
      (rng, in, out, slopes) -> rng.each(out[0], i -> PoissonKernel.draw(rng, in[0][i]));

  static final Sampler BINOMIAL =
      (rng, in, out, slopes) ->
          rng.each(out[0], i -> BinomialKernel.draw(rng, at(in[0], i), at(in[1], i)));

  static final Sampler MULTINOMIAL =
      (rng, in, out, slopes) -> {
        double[] p = in[1];
        int k = p.length / Math.max(1, in[0].length);
        rng.each(
            new double[in[0].length], i -> MultinomialKernel.draw(rng, in[0][i], p, out[0], i, k));
      };

  static final Sampler BERNOULLI =
      (rng, in, out, slopes) -> {
        double[] draws = out[0];
        rng.fillUniform(draws);
        for (int i = 0; i < draws.length; i++) {
          double p = in[0][i];
          boolean valid = p >= 0.0 && p <= 1.0;
          draws[i] = valid ? (draws[i] < p ? 1.0 : 0.0) : Double.NaN;
        }
      };

  /** Of so many categories. */
  static WholeSampler categorical(int categories) {
    return (rng, in, size) -> {
      double[] uniforms = new double[size];
      rng.fillUniform(uniforms);
      long[] draws = new long[size];
      for (int i = 0; i < size; i++) {
        draws[i] = CategoricalKernel.draw(uniforms[i], in[0], i * categories, categories);
      }
      return draws;
    };
  }

  private static double at(double[] column, int i) {
    return column[column.length == 1 ? 0 : i];
  }
}
