package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;

/** What columns are taken for, and how they are learned. */
@ExtendWith(LeakCheck.class)
class ChainLearnerTest {

  private static final Fitted.Flows FLOWS =
      (dim, contextDim) ->
          contextDim == 0
              ? Flow.of(AffineFlows.normal(dim))
              : Flow.of(AffineFlows.network(dim, contextDim));

  private static Table table(int rows, long seed) {
    Random random = new Random(seed);
    double[] values = new double[rows * 7];
    for (int i = 0; i < rows; i++) {
      int at = 7 * i;
      values[at] = random.nextInt(4) == 0 ? 1 : 0;
      values[at + 1] = 20 + random.nextGaussian();
      values[at + 2] = random.nextDouble() < 0.3 ? 0 : Math.exp(random.nextGaussian());
      values[at + 3] = Math.floor(3 * random.nextDouble() * (1 + values[at]));
      values[at + 4] = random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian();
      values[at + 5] = 8;
      values[at + 6] = 3 * values[at + 1] - values[at + 3];
    }
    return new Table("table", 7, values);
  }

  private static ChainPlan plan(Table table) {
    return ChainPlan.of(Columns.STANDARD, table);
  }

  @Test
  void columnsAreWhatTheirNumbersSay() {
    ChainPlan plan = plan(table(1000, 1));

    assertThat(
            plan.parts().stream().map(part -> part.first().kind() + Arrays.toString(part.places())))
        .containsExactly("LEVELS[0]", "CELLS[3]", "CONTINUOUS[1]", "ATOMS[2]", "CONTINUOUS[4]");
    assertThat(plan.rules().stream().map(ColumnRule::column)).containsExactly(5, 6);
    ColumnRule sum = plan.rules().get(1);
    assertThat(sum.constant()).isEqualTo(0);
    assertThat(sum.others()).containsExactly(1, 3);
    assertThat(sum.factors()).containsExactly(3, -1);
    assertThat(plan.isPlain()).isFalse();
  }

  private static NaturalBounds bounds(DoubleUnaryOperator ofNormal) {
    Random random = new Random(6);
    return NaturalBounds.of(
        IntStream.range(0, 2000)
            .mapToDouble(i -> ofNormal.applyAsDouble(random.nextGaussian()))
            .toArray());
  }

  @Test
  void boundsAreThoseOfPricesAndSharesAndNotOfTemperatures() {
    assertThat(bounds(z -> 200_000 * Math.exp(0.6 * z)).low()).isZero();
    assertThat(bounds(Math::abs).low()).isZero();
    assertThat(bounds(z -> 1 / (1 + Math.exp(-z)))).isEqualTo(new NaturalBounds(0, 1));
    assertThat(bounds(z -> 15 + 4 * z).isFree()).isTrue();
    assertThat(bounds(z -> 100 + z).isFree()).isTrue();
    assertThat(bounds(z -> z).isFree()).isTrue();
  }

  @Test
  void plainTablesAreNoChains() {
    Table two = new Table("rows", 2, NormalRows.two(300));
    assertThat(ChainPlan.of(Columns.STANDARD, two).isPlain()).isTrue();
    Random random = new Random(2);
    double[] shares = new double[300];
    for (int i = 0; i < 300; i += 3) {
      shares[i] = random.nextDouble() / 3;
      shares[i + 1] = random.nextDouble() / 3;
      shares[i + 2] = 1 - shares[i] - shares[i + 1];
    }
    Columns simplex = Columns.STANDARD.support(Constraint.SIMPLEX);
    Table three = new Table("rows", 3, shares);
    assertThat(ChainPlan.of(simplex, three).isPlain()).isTrue();
  }

  @Test
  void columnWithoutNumbersIsNotLearned() {
    double[] none = new double[40];
    Arrays.fill(none, Double.NaN);
    assertThatThrownBy(() -> ChainPlan.of(Columns.STANDARD, new Table("table", 1, none)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table has nothing in all 40 rows of column 1 (from 1); leave the column out");
  }

  @Test
  void levelsFollowTheirContexts() {
    Random random = new Random(3);
    double[] x = random.doubles(1500, -2, 2).toArray();
    double[] y =
        Arrays.stream(x)
            .map(c -> random.nextDouble() < 1 / (1 + Math.exp(-2 * c)) ? 1 : 0)
            .toArray();
    Tables all = new Tables(new Table("y", 1, y), new Table("x", 1, x));
    try (NDManager manager = NDManager.newBaseManager();
        CategoryDistribution learned =
            new CategoryLearner(NormalRows.QUICK, manager)
                .learn(new double[] {0, 1}, all.range(0, 1300), all.range(1300, 1500))) {
      double[] at = {-1, 0, 1};
      double[] logs =
          learned.logProb(
              new Tables(new Table("y", 1, new double[] {1, 1, 1}), new Table("x", 1, at)));
      for (int i = 0; i < 3; i++) {
        assertThat(Math.exp(logs[i])).isCloseTo(1 / (1 + Math.exp(-2 * at[i])), within(0.06));
      }
      double[] probs =
          Arrays.stream(learned.logProb(new Tables(all.y().with(ones(1500)), all.x())))
              .map(Math::exp)
              .toArray();
      assertThat(Arrays.stream(probs).average().orElseThrow())
          .isCloseTo(Arrays.stream(y).average().orElseThrow(), within(1e-3));
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void chainIsLearnedSavedAndDrawnFrom(@TempDir Path folder) {
    Table rows = table(400, 2);
    Training training = NormalRows.QUICK.steps(60);
    Path file = folder.resolve("chain.ppl");
    try (Owner owner = Owner.of(null, training.config().device());
        RowDistribution chain = learned(rows, training, owner).rows()) {
      Table draws = chain.draws(300, null, 7);
      for (int i = 0; i < draws.rows(); i++) {
        assertThat(draws.number(i, 0)).isIn(0.0, 1.0);
        assertThat(draws.number(i, 2)).isGreaterThanOrEqualTo(0);
        assertThat(draws.number(i, 3))
            .isGreaterThanOrEqualTo(0)
            .isEqualTo(Math.rint(draws.number(i, 3)));
        assertThat(draws.number(i, 4)).isNotNaN();
        assertThat(draws.number(i, 5)).isEqualTo(8);
        assertThat(draws.number(i, 6)).isEqualTo(3 * draws.number(i, 1) - draws.number(i, 3));
      }
      assertThat(Arrays.stream(draws.numbers(2)).filter(y -> y == 0).count()).isBetween(60L, 120L);
      double[] logs = chain.logProb(new Tables(rows, null));
      assertThat(Arrays.stream(logs).allMatch(Double::isFinite)).isTrue();

      TensorFile.Builder written = TensorFile.builder();
      DensityFile.write(written, chain, null, null, null, List.of());
      written.write(file);
      try (NDManager manager = NDManager.newBaseManager();
          Fitted loaded =
              DensityFile.read(Recipe.of(FLOWS), manager, TensorFile.read(file), false)) {
        assertThat(loaded.draws(50, null).values()).isEqualTo(chain.draws(50, null, 0).values());
      }
    }
  }

  private static Learned learned(Table rows, Training training, Owner owner) {
    ChainLearner.BlockLearner block =
        (columns, some, validation) ->
            new FlowLearner(FLOWS, columns, training, false)
                .learn(
                    columns.units(FLOWS, some.and(validation), training), some, validation, owner);
    Tables all = new Tables(rows, null);
    return new ChainLearner(plan(rows), Columns.STANDARD, training, block, owner)
        .learn(all.range(0, 360), all.range(360, 400));
  }
}
