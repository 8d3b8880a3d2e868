package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;

/**
 * Groups of from none to 12 observations in the units of a raw table: a mean of each group about a
 * common one.
 */
final class GroupedModel {

  /** Observations, the group of each, and how many groups there are. */
  record Groups(NDArray y, NDArray group, long groups) {

    static Groups of(NDManager manager, int groups, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] y = new double[12 * groups];
      long[] group = new long[12 * groups];
      int rows = 0;
      for (int i = 0; i < groups; i++) {
        double mean = 52_000 + 3000 * random.nextGaussian();
        for (int count = random.nextInt(13); count > 0; count--) {
          y[rows] = mean + 5000 * random.nextGaussian();
          group[rows++] = i;
        }
      }
      return new Groups(
          manager.create(Arrays.copyOf(y, rows)),
          manager.create(Arrays.copyOf(group, rows)),
          groups);
    }
  }

  /** Nothing is known of units but their order. */
  static final Program<Groups> MODEL =
      (p, data) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1e5));
        NDArray between = p.sample("between", HalfNormal.of(1e4));
        NDArray within = p.sample("within", HalfNormal.of(1e4));
        NDArray effects;
        try (Plate groups = p.plate("groups", data.groups())) {
          effects = p.sample("effect", Normal.of(mean, between));
        }
        try (Plate rows = p.plate("rows", data.y().size(0))) {
          p.observe("y", Normal.of(p.pick(effects, data.group()), within), rows.take(data.y()));
        }
      };

  private GroupedModel() {}

  static Reading<Groups> reading() {
    return Reading.members(Groups::y, Groups::group, Groups::groups);
  }
}
