package org.ppl4j.examples.regression;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.examples.regression.Regression.Bushes;
import org.ppl4j.params.ParamStore;

/**
 * tau ~ Gamma(shape, rate), w ~ N(mean, scale / tau): the posterior of {@link Regression#MODEL} and
 * its guide. The covariance of w is scale · rate / (shape − 1).
 *
 * <p>With N rows and the prior Gamma(2, 1) of tau and N(0, I / tau) of w:
 *
 * <pre>{@code
 * scale = (xᵀx + I)⁻¹    mean = scale xᵀy
 * shape = 2 + N / 2      rate = 1 + (yᵀy − meanᵀ xᵀy) / 2
 * }</pre>
 *
 * <p>Source: Gelman et al., "Bayesian data analysis" (2013), chapter 14.
 *
 * @param scale row by row (D · D)
 */
record ConjugatePosterior(
    double shape, double rate, ImmutableDoubleArray mean, ImmutableDoubleArray scale) {

  /** The exact posterior. */
  static ConjugatePosterior of(Bushes data) {
    int d = Regression.COLUMNS.size();
    try (NDManager manager = data.x().getManager().newSubManager()) {
      NDArray x = data.x().duplicate();
      NDArray y = data.y().duplicate().reshape(-1, 1);
      x.attach(manager);
      y.attach(manager);
      NDArray product = x.transpose().matMul(y);
      NDArray scale =
          x.transpose().matMul(x).add(manager.eye(d).toType(x.getDataType(), false)).inverse();
      double[] mean = scale.matMul(product).toDoubleArray();
      double rest = y.square().sum().getDouble();
      double[] xy = product.toDoubleArray();
      for (int j = 0; j < d; j++) {
        rest -= mean[j] * xy[j];
      }
      return new ConjugatePosterior(
          2 + y.size() / 2.0,
          1 + rest / 2,
          ImmutableDoubleArray.copyOf(mean),
          ImmutableDoubleArray.copyOf(scale.toDoubleArray()));
    }
  }

  /** What the guide has learned. */
  static ConjugatePosterior learned(ParamStore params) {
    int d = Regression.COLUMNS.size();
    double[] factor = params.value("factor");
    double[] scale = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < d; k++) {
          scale[i * d + j] += factor[i * d + k] * factor[j * d + k];
        }
      }
    }
    return new ConjugatePosterior(
        params.value("shape")[0],
        params.value("rate")[0],
        ImmutableDoubleArray.copyOf(params.value("loc")),
        ImmutableDoubleArray.copyOf(scale));
  }

  /** An entry of the covariance of w. */
  double covariance(int i, int j) {
    return scale.get(i * mean.length() + j) * rate / (shape - 1);
  }

  double sd(int i) {
    return Math.sqrt(covariance(i, i));
  }

  /** The moments of the coefficients, under the names of their columns, and of tau. */
  Reference reference() {
    ImmutableMap.Builder<String, Moments> moments = ImmutableMap.builder();
    for (int j = 0; j < mean.length(); j++) {
      moments.put(Regression.COLUMNS.get(j), new Moments(mean.get(j), sd(j)));
    }
    moments.put("tau", new Moments(shape / rate, Math.sqrt(shape) / rate));
    return new Reference(moments.buildOrThrow());
  }

  /** The largest difference of two means, in standard deviations of the other. */
  double errorOfMean(ConjugatePosterior other) {
    double largest = 0;
    for (int j = 0; j < mean.length(); j++) {
      largest = Math.max(largest, Math.abs(mean.get(j) - other.mean.get(j)) / other.sd(j));
    }
    return largest;
  }

  /** The largest difference of two covariances, as a share of both standard deviations. */
  double errorOfCovariance(ConjugatePosterior other) {
    double largest = 0;
    for (int i = 0; i < mean.length(); i++) {
      for (int j = 0; j < mean.length(); j++) {
        double difference = Math.abs(covariance(i, j) - other.covariance(i, j));
        largest = Math.max(largest, difference / (other.sd(i) * other.sd(j)));
      }
    }
    return largest;
  }
}
