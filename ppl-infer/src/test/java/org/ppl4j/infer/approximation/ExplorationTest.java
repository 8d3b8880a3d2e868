package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.random.RandomDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Samples;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** What is found out first. */
@ExtendWith(LeakCheck.class)
class ExplorationTest {

  private static final NDArray Y = Tensors.vector(1, -1, 0.5, -0.5, 2, -1.5, 0.2, 0);

  /**
   * Two sets of effects about scales of their own: of the one the data tell next to nothing, of the
   * other next to all.
   */
  private static final Program<NDArray> OPPOSITE =
      (p, y) -> {
        NDArray scale = p.sample("scale", Exponential.of(1));
        NDArray size = p.sample("size", Exponential.of(1));
        p.sample("plain", Normal.of(0, 2));
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray unknown = p.sample("unknown", Normal.of(0, scale));
          NDArray known = p.sample("known", Normal.of(3, size));
          p.deterministic("sum", unknown.add(known));
          p.observe("vague", Normal.of(unknown, 20), rows.take(y));
          p.observe("exact", Normal.of(known, 0.01), rows.take(y));
        }
      };

  @Test
  void eachSiteIsMovedIfThatIsNearerToNormal() {
    try (Exploration<NDArray> found = Pathfinder.of(OPPOSITE).explore(Y)) {
      assertThat(found.reported())
          .containsExactly("scale", "size", "plain", "unknown", "known", "sum");
      assertThat(found.nearest().moved()).containsExactly("unknown");
      assertThat(found.nearest()).hasToString("non-centred unknown");
      assertThat(found.tried())
          .extracting(Variables::toString)
          .contains("as written", "non-centred unknown, known", "non-centred unknown");
      assertThat(found.tried())
          .allSatisfy(
              each -> assertThat(each.bound()).isLessThanOrEqualTo(found.nearest().bound()));
      assertThat(found.evaluations())
          .isEqualTo(found.tried().stream().mapToInt(Variables::evaluations).sum())
          .isPositive();
    }
  }

  /** From the model's values to a vector of the variables, and from there to the same values. */
  @Test
  void drawsHaveVectorsInAllVariables() {
    try (PathfinderPosterior<NDArray> posterior = Pathfinder.of(OPPOSITE).run(Y);
        Samples draws = posterior.posterior(Y, 20);
        Exploration<NDArray> found = Pathfinder.of(OPPOSITE).explore(Y)) {
      int judged = 0;
      for (Variables<NDArray> each : found.tried()) {
        try (Samples back = each.density().samples(found.vectors(each, draws))) {
          for (String site : found.reported()) {
            double[] values = draws.values(site);
            double[] same = back.values(site);
            for (int i = 0; i < values.length; i++) {
              assertThat(same[i]).isCloseTo(values[i], within(1e-9 * (1 + Math.abs(values[i]))));
              judged++;
            }
          }
        }
      }
      assertThat(judged).isEqualTo(found.tried().size() * 20 * (3 + 3 * 8));
    }
  }

  /**
   * What the scale of eight numbers is, data say so little of that draws form a funnel: however
   * near their bounds are, the variables without it are chosen. Where the scale does not vary, the
   * bounds decide.
   */
  @Test
  void drawsShowTheFunnel() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray scale = p.sample("scale", LogNormal.of(0, 1));
          try (Plate rows = p.plate("rows", y.size(0))) {
            NDArray effect = p.sample("effect", Normal.of(0, scale));
            p.observe("y", Normal.of(effect, 1), rows.take(y));
          }
        };
    RandomDataGenerator random = new RandomDataGenerator(5);
    int count = 200;
    double[] scales = new double[count];
    double[] effects = new double[8 * count];
    for (int i = 0; i < effects.length; i++) {
      scales[i / 8] = i % 8 == 0 ? Math.exp(random.nextNormal(-1, 1)) : scales[i / 8];
      effects[i] = random.nextNormal(0, scales[i / 8]);
    }
    double[] same = new double[count];
    Arrays.fill(same, 0.5);
    try (NDManager manager = NDManager.newBaseManager();
        Exploration<NDArray> found = Pathfinder.of(model).explore(Y);
        Samples funnel = draws(manager, scales, effects);
        Samples tube = draws(manager, same, effects)) {
      assertThat(found.isOpen()).isTrue();
      assertThat(found.nearest(funnel).moved()).containsExactly("effect");
      assertThat(found.nearest(tube)).isSameAs(found.nearest());
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples draws(NDManager manager, double[] scales, double[] effects) {
    return Samples.of(
        NDManager.newBaseManager(),
        ImmutableMap.of(
            "scale", manager.create(scales),
            "effect", manager.create(effects, new Shape(scales.length, 8))));
  }

  /** Starts are vectors of the variables; the first of them are in as many modes as there are. */
  @Test
  void startsAreInAllModes() {
    Program<Void> heaps =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 10));
          NDArray near = x.add(10).square().mul(-0.5);
          NDArray far = x.sub(10).square().mul(-0.5);
          p.factor("heaps", Special.logSumExp(Tensors.stack(List.of(near, far), -1), -1, false));
        };
    try (Exploration<Void> found = Pathfinder.of(heaps).explore(null)) {
      assertThat(found.tried()).hasSize(1);
      assertThat(found.toString()).startsWith("searches, as written: 16 ended, evidence bound ");
      double[] starts =
          IntStream.range(0, 40).mapToDouble(i -> found.nearest().start(i)[0]).toArray();
      assertThat(Math.abs(starts[0])).isCloseTo(10, within(4.0));
      assertThat(starts[0] * starts[1]).isNegative();
      assertThat(Doubles.asList(starts)).doesNotHaveDuplicates();
      assertThat(found.nearest().start(3)).containsExactly(starts[3]);
    }
  }

  @Test
  void searchesThatFailSayWhy() {
    Program<Void> slide =
        (p, none) -> {
          NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL));
          p.factor("slide", x.mul(3));
        };
    try (Exploration<Void> found = Pathfinder.of(slide).explore(null)) {
      Variables<Void> nearest = found.nearest();

      assertThat(nearest.found()).isEmpty();
      assertThat(nearest.bound()).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(nearest.outcome())
          .startsWith("pathfinder found no normal distribution with a finite bound on any of 16");
      assertThatThrownBy(() -> nearest.start(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("searches of a model, as written, failed: pathfinder found no");
    }
  }

  @Test
  void thereAreNoSearchesOfWhatHasNoDensity() {
    Program<Void> discrete = (p, none) -> p.sample("which", Poisson.of(0.5));

    try (Exploration<Void> found = Pathfinder.of(discrete).explore(null)) {
      assertThat(found.nearest().found()).isEmpty();
      assertThat(found.nearest().outcome()).contains("'which'");
    }
  }
}
