package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Stretches of states on a circle, an angle apart, whose momenta are its tangents. The sum of those
 * of n states is sin(n δ/2) / sin(δ/2) times the tangent in their middle, of which the product with
 * the first or last tangent is the cosine of half of their way.
 */
class SubtreeTest {

  private static Subtree state(int number, double angle, double logWeight) {
    PhasePoint point = new PhasePoint(2);
    point.position[0] = number;
    point.momentum[0] = -Math.sin(number * angle);
    point.momentum[1] = Math.cos(number * angle);
    System.arraycopy(point.momentum, 0, point.velocity, 0, 2);
    Subtree subtree = new Subtree(2);
    subtree.set(point, logWeight);
    return subtree;
  }

  private static Subtree arc(int from, int to, double angle) {
    Subtree arc = state(from, angle, 0);
    for (int i = from + 1; i < to; i++) {
      Subtree longer = new Subtree(2);
      longer.join(arc, state(i, angle, 0), false);
      arc = longer;
    }
    return arc;
  }

  /** The product of the sum of n states' momenta with the first and the last. */
  private static double along(int n, double angle) {
    return Math.sin(n * angle / 2) / Math.sin(angle / 2) * Math.cos((n - 1) * angle / 2);
  }

  @Test
  void aStretchTurnsBackWhereTheAnglesSaySo() {
    int straight = 0;
    int turned = 0;
    int seenByNeighboursAlone = 0;
    for (int[] sizes : new int[][] {{1, 1}, {2, 2}, {4, 4}, {8, 8}, {1, 4}, {4, 1}, {8, 2}}) {
      int first = sizes[0];
      int second = sizes[1];
      for (double angle = 0.0503; angle < 3.1; angle += 0.01) {
        boolean whole = along(first + second, angle) > 0;
        boolean withNeighbours = along(first + 1, angle) > 0 && along(second + 1, angle) > 0;
        boolean expected = whole && withNeighbours;

        Subtree one = arc(0, first, angle);
        Subtree next = arc(first, first + second, angle);
        assertThat(Subtree.isStraight(one, next)).as("%s, %s", first, angle).isEqualTo(expected);
        one.reverse();
        next.reverse();
        assertThat(Subtree.isStraight(next, one)).as("%s, %s", first, angle).isEqualTo(expected);

        straight += expected ? 1 : 0;
        turned += expected ? 0 : 1;
        seenByNeighboursAlone += whole && !withNeighbours ? 1 : 0;
      }
    }

    assertThat(straight).isGreaterThan(300);
    assertThat(turned).isGreaterThan(300);
    assertThat(seenByNeighboursAlone).isGreaterThan(30);
  }

  @Test
  void joiningAddsWeightsAndTakesOneOfTheStates() {
    Subtree joined = new Subtree(2);
    joined.join(state(0, 1, -3), state(1, 1, 2), true);
    assertThat(joined.drawn().position[0]).isEqualTo(1);
    assertThat(joined.logWeight()).isCloseTo(Math.log(Math.exp(-3) + Math.exp(2)), within(1e-14));

    Subtree more = new Subtree(2);
    more.join(joined, state(2, 1, 5), false);
    assertThat(more.drawn().position[0]).isEqualTo(1);
    assertThat(more.logWeight())
        .isCloseTo(Math.log(Math.exp(-3) + Math.exp(2) + Math.exp(5)), within(1e-14));
    assertThat(Subtree.logSum(-1000, 3)).isEqualTo(3);
  }
}
