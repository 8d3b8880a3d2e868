package org.ppl4j.studies.energies;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What an energy's density is, by the trapezoidal rule.
 *
 * @param logZ the logarithm of its normalizer
 * @param moments of the two coordinates
 * @param masses of its branches, as many as it has
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record EnergyTruth(double logZ, List<Reference.Moments> moments, double[] masses) {

  /** Points along a side; twice as many change log Z in the seventh digit. */
  private static final int POINTS = 801;

  static EnergyTruth of(Energy energy) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(() -> of(energy, run));
    }
  }

  private static EnergyTruth of(Energy energy, Run run) {
    double step = 2 * Energy.BOUND / (POINTS - 1);
    double[] side = new double[POINTS];
    double[] ends = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      side[i] = i * step - Energy.BOUND;
      ends[i] = i == 0 || i == POINTS - 1 ? step / 2 : step;
    }
    Shape square = new Shape(POINTS, POINTS);
    NDArray z1 = run.create(side, new Shape(POINTS, 1)).broadcast(square);
    NDArray z2 = run.create(side, new Shape(POINTS)).broadcast(square);
    NDArray area = run.create(ends, new Shape(POINTS, 1)).mul(run.create(ends, new Shape(POINTS)));
    NDArray mass = energy.of(z1, z2).neg().exp().mul(area);
    double total = Tensors.values(Tensors.total(mass))[0];
    NDArray share = mass.div(total);
    double[] masses =
        energy.branches(z1, z2).stream()
            .mapToDouble(branch -> sum(Tensors.where(branch, share, 0)))
            .toArray();
    return new EnergyTruth(
        Math.log(total), List.of(moments(z1, share), moments(z2, share)), masses);
  }

  private static Reference.Moments moments(NDArray z, NDArray share) {
    double mean = sum(z.mul(share));
    return new Reference.Moments(mean, Math.sqrt(sum(z.sub(mean).square().mul(share))));
  }

  private static double sum(NDArray x) {
    return Tensors.values(Tensors.total(x))[0];
  }
}
