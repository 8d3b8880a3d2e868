package org.ppl4j.infer.mcmc;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.tensor.Rng;

/** A diagonal mass matrix: the reciprocals of variances. */
final class DiagonalMass implements MassMatrix {

  private final double[] variances;
  private final double[] scales; // of momenta

  private DiagonalMass(double[] variances) {
    this.variances = variances;
    this.scales = Arrays.stream(variances).map(v -> 1 / Math.sqrt(v)).toArray();
  }

  /** Of these variances (D), each positive. */
  static DiagonalMass of(double[] variances) {
    return new DiagonalMass(variances.clone());
  }

  /** The unit matrix. */
  static DiagonalMass unit(int size) {
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    return new DiagonalMass(ones);
  }

  @Override
  public void velocity(double[] momentum, double[] velocity) {
    for (int i = 0; i < variances.length; i++) {
      velocity[i] = variances[i] * momentum[i];
    }
  }

  @Override
  public void draw(Rng rng, double[] momentum) {
    for (int i = 0; i < scales.length; i++) {
      momentum[i] = scales[i] * rng.nextNormal();
    }
  }

  @Override
  public MassMatrix inverted() {
    return of(Arrays.stream(variances).map(v -> 1 / v).toArray());
  }

  @Override
  public double[] numbers() {
    return Doubles.concat(new double[] {0}, variances);
  }
}
