package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.handlers.Particles;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.OneDrawProgram;

/** A model is taken or refused alike by every method, but for the table of reasons. */
@ExtendWith(LeakCheck.class)
final class OneLawTest {

  /** Of those that are alike, one. */
  private static final ImmutableSet<EveryMethod> SOME =
      ImmutableSet.of(
          EveryMethod.SVI,
          EveryMethod.NUTS,
          EveryMethod.SMC,
          EveryMethod.PRIOR,
          EveryMethod.PREDICTIVE,
          EveryMethod.DENSITY);

  static List<ModelRow<?>> reasons() {
    return ModelTable.ofReasons();
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void isTakenOrRefusedAlike(ModelRow<?> row) {
    new OneLaw(SOME).check(row);
  }

  @Test
  void aRefusalThatIsNotInTheTableIsCaught() {
    ModelRow<?> count = row("a count");
    ModelRow<?> coin = ModelRow.of("coin", Coin.MODEL, Models::flips);

    assertThatThrownBy(() -> new OneLaw(SOME).check(count.but()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a count by SVI: sample site 'count' is discrete");
    assertThatThrownBy(() -> new OneLaw(SOME).check(count.but(MethodReason.NO_LATENT_SITE)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a count by SVI: sample site 'count' is discrete");
    assertThatThrownBy(() -> new OneLaw(SOME).check(coin.but(MethodReason.DISCRETE)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("coin by SVI: is taken");
  }

  private static ModelRow<?> row(String name) {
    return reasons().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** Executed at once, whatever it is written for, a program has numbers of no draw. */
  @Test
  void numbersOfNoDrawAreCaught() {
    Program<@Nullable Void> program = OneDrawProgram.A_SUM_OVER_DRAWS.one();
    double[] together = joints(program, new Particles(6, 1));
    double[] right = joints(OneDrawProgram.A_SUM_OVER_DRAWS.many(), new Particles(6, 1));

    assertThatThrownBy(() -> OneLaw.checkAlike("planted", together, right))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("planted: log density of draw 0");
  }

  private static double[] joints(Program<@Nullable Void> program, Particles particles) {
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(config, 0)) {
      return Tensors.values(
          Execution.record(run, params, Rng.Purpose.MODEL, program, null, particles)
              .logJoints(particles.dim()));
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("judge.6")
  void allModelsByAllMethods() {
    AcceptancePoint point = new AcceptancePoint("judge.6");
    OneLaw all = new OneLaw(EveryMethod.except());
    OneLaw others = new OneLaw(EveryMethod.except(EveryMethod.JUDGE, EveryMethod.INFERENCE));
    Stream.of(ModelTable.ofExamples(), ModelTable.ofReasons(), ModelTable.ofOneDraw())
        .flatMap(List::stream)
        .forEach(row -> (row.name().startsWith("many draws") ? others : all).check(row));
    ModelTable.ofTests().forEach(others::check); // inference and judge of them are other points
    point.atLeast("models", all.models() + others.models(), 100);
    point.shown("methods", EveryMethod.values().length);
    point.atLeast("models taken, each by a method", all.taken() + others.taken(), 800);
    point.atLeast(
        "models refused for a reason of the table, in its words",
        all.refused() + others.refused(),
        100);
    point.atLeast(
        "log densities of draws that are those of the draw alone",
        all.densities() + others.densities(),
        900);
    aRefusalThatIsNotInTheTableIsCaught();
    numbersOfNoDrawAreCaught();
    point.none("planted faults that are not caught");
  }
}
