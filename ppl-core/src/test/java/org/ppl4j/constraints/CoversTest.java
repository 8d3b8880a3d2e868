package org.ppl4j.constraints;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/** Which supports can stand for which, by their members. */
@ExtendWith(LeakCheck.class)
class CoversTest {

  /** Numbers of all sizes, close to each other near 0, none of them at an edge of a support. */
  private static final double[] PLACES =
      DoubleStream.concat(
              DoubleStream.of(-1e6, -101.3, -1e-5, 1e-5, 101.3, 1e6),
              DoubleStream.iterate(-20.00317, x -> x < 20, x -> x + 0.0137))
          .toArray();

  private static boolean[] members(Run run, Distribution of) {
    NDArray places = run.create(PLACES, new Shape(PLACES.length));
    double[] inside = Tensors.values(of.support().check(places));
    boolean[] members = new boolean[inside.length];
    for (int i = 0; i < inside.length; i++) {
      members[i] = inside[i] != 0;
    }
    return members;
  }

  /** Of each two continuous rows of numbers: the same places are members, or they do not cover. */
  @Test
  void densitiesOfNumbersCoverThoseOfTheSameMembers() {
    int same = 0;
    int other = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<Distribution> rows =
          DistributionCases.all().stream()
              .map(row -> row.in(run))
              .filter(of -> of.batchShape().dimension() + of.eventShape().dimension() == 0)
              .filter(of -> of.hasDensity() && !(of.support() instanceof UnionConstraint))
              .filter(of -> !of.support().isDiscrete())
              .toList();
      for (Distribution guide : rows) {
        for (Distribution model : rows) {
          boolean isSame = Arrays.equals(members(run, guide), members(run, model));
          assertThat(guide.support().covers(model.support()))
              .as("%s for %s", guide, model)
              .isEqualTo(isSame);
          same += isSame ? 1 : 0;
          other += isSame ? 0 : 1;
        }
      }
    }
    assertThat(same).isGreaterThan(200);
    assertThat(other).isGreaterThan(200);
  }

  /** Every row stands for itself, and no set of vectors or matrices for another. */
  @Test
  void setsOfVectorsAndMatricesAreCompared() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (DistributionCase row : DistributionCases.all()) {
        Constraint support = row.in(run).support();
        assertThat(support.covers(support)).as(row.name()).isTrue();
      }
    }
    List<Constraint> sets =
        List.of(
            Constraint.independent(Constraint.REAL, 1),
            Constraint.SIMPLEX,
            Constraint.ORDERED_VECTOR,
            Constraint.SPHERE,
            Constraint.ZERO_SUM,
            Constraint.LOWER_CHOLESKY,
            Constraint.CORR_CHOLESKY,
            Constraint.POSITIVE_DEFINITE);
    for (Constraint guide : sets) {
      for (Constraint model : sets) {
        assertThat(guide.covers(model)).as("%s for %s", guide, model).isEqualTo(guide == model);
      }
    }
  }

  /** A part of whole numbers is enough: a Poisson's may be cut off. Bounds may be tensors. */
  @Test
  void wholeNumbersMayBeAPart() {
    Constraint some = Constraint.integerInterval(0, 20);
    Constraint all = Constraint.NON_NEGATIVE_INTEGER;
    assertThat(some.covers(all)).isTrue();
    assertThat(all.covers(some)).isFalse();
    assertThat(Constraint.INTEGER.covers(all)).isFalse();
    assertThat(Constraint.BOOLEAN.covers(Constraint.REAL)).isFalse();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray low = run.create(new double[] {0, 1}, new Shape(2));
      NDArray high = run.create(new double[] {2, 3}, new Shape(2));
      Constraint guide = Constraint.interval(low, high);
      assertThat(guide.covers(Constraint.interval(low.add(0), high.mul(1)))).isTrue();
      assertThat(guide.covers(Constraint.interval(low, high.add(1)))).isFalse();
      assertThat(guide.covers(Constraint.interval(0, 2))).isFalse();
    }
  }
}
