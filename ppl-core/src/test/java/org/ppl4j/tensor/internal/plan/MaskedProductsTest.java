package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** Products of matrices that a constant mask makes 0 in part, against sums one by one. */
class MaskedProductsTest {

  private static final long SEED = 20261128;

  /** As of an autoregressive layer: units of degrees that take turns. */
  private static boolean isKept(int unit, int from) {
    return from % 8 <= unit % 4;
  }

  private static ImmutableIntArray shape(int... sizes) {
    return ImmutableIntArray.copyOf(sizes);
  }

  /** W x of a masked W, (units, k), and x, (k, n); then the same with an infinite element. */
  @ParameterizedTest
  @CsvSource({
    "30, 40, 100, false", // one block
    "31, 41, 100, false", // rests
    "64, 33, 700, false", // several blocks
    "3, 40, 64, false", // fewer than go together
    "30, 40, 100, true",
    "64, 33, 700, true"
  })
  void areThoseOneByOne(int units, int k, int n, boolean isSingle) {
    SplittableRandom random = new SplittableRandom(SEED);
    Graph graph = new Graph();
    Node w = graph.input(Role.VARIABLE, 0, shape(units, k));
    Node x = graph.input(Role.VARIABLE, 1, shape(k, n));
    double[] mask = new double[units * k];
    Arrays.setAll(mask, i -> isKept(i / k, i % k) ? 1 : 0);
    Node masked = graph.apply(Op.WHERE, graph.constant(mask, w.shape()), w, graph.number(0));
    Node out = graph.copy(graph.product(masked, x));
    PlanReplay replay = Plan.of(List.of(w, x), List.of(out), isSingle).replay();
    double[] a = random.doubles((long) units * k, -1, 1).toArray();
    double[] b = random.doubles((long) k * n, -1, 1).toArray();
    for (boolean isInfinite : new boolean[] {false, true}) {
      if (isInfinite) {
        b[n + 3] = Double.POSITIVE_INFINITY;
      }
      replay.set(0, a, 0, a.length);
      replay.set(1, b, 0, b.length);
      replay.run();
      double[] is = new double[units * n];
      replay.get(0, is, 0, is.length);

      double apart = 0;
      for (int i = 0; i < is.length; i++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += a[i / n * k + p] * mask[i / n * k + p] * b[p * n + i % n];
        }
        boolean isSame = Double.isFinite(sum) || Double.compare(sum, is[i]) == 0;
        apart = isSame ? Math.max(apart, Double.isFinite(sum) ? Math.abs(sum - is[i]) : 0) : 1;
      }
      assertThat(apart)
          .as("infinite %s, seed %s", isInfinite, SEED)
          .isLessThan(isSingle ? 1e-5 : 1e-14 * k);
    }
  }
}
