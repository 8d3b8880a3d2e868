package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.benchmarks.PeerModels;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.examples.guides.IafGuide;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.missing.MissingValues;
import org.ppl4j.examples.regression.Counts;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.AutoStructured;
import org.ppl4j.studies.energies.Energy;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;
import org.ppl4j.testing.Models;

/** Every model and guide of the examples obeys the law of vectorised particles. */
@ExtendWith(LeakCheck.class)
final class ParticlesLawTest {

  static Stream<Named<Runnable>> programs() {
    return Stream.of(
        law("coin", Coin.MODEL, Models::flips),
        law("coin's guide", Coin.GUIDE, Models::flips),
        law("eight-schools", EightSchools.MODEL, EightSchools::schools),
        law("eight-schools' guide", AutoNormal.of(EightSchools.MODEL), EightSchools::schools),
        law("radon", Radon.model(Radon.HOUSES), Radon::houses),
        law("radon by batches", Radon.model(16), Radon::houses),
        law("radon's guide", AutoNormal.of(Radon.model(16)), Radon::houses),
        law("radon's structured guide", AutoStructured.of(Radon.model(16)), Radon::houses),
        law("missing", MissingValues.MODEL, MissingValues::wines),
        law("counts", Counts.MODEL, Counts::years),
        law("regression", Regression.MODEL, Regression::bushes),
        law("regression's guide", Regression.GUIDE, Regression::bushes),
        law("energies", Energy.U4.model(), manager -> null),
        law("banana", IafGuide.BANANA, manager -> null),
        law("centred eight-schools", EightSchools.CENTRED, EightSchools::schools),
        law("peers' coin", PeerModels.COIN, Models::flips),
        law("peers' coin in a plate", PeerModels.COIN_PLATE, Models::flips),
        law("peers' guide of the coin", PeerModels.COIN_GUIDE, Models::flips),
        law("peers' eight schools", PeerModels.EIGHT_SCHOOLS, PeerModels::schools));
  }

  private static <D extends @Nullable Object> Named<Runnable> law(
      String name, Program<D> program, Function<NDManager, D> data) {
    return Named.of(name, () -> check(program, data));
  }

  private static <D extends @Nullable Object> void check(
      Program<D> program, Function<NDManager, D> data) {
    try (NDManager manager = NDManager.newBaseManager()) {
      LogJointLaw.check(program, data.apply(manager));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void logJointOfParticlesIsEachAlone(Runnable law) {
    law.run();
  }

  @Test
  @Tag("acceptance")
  @Tag("floor.5")
  void everyProgramOfTheExamples() {
    int right = 0;
    for (Named<Runnable> law : programs().toList()) {
      law.getPayload().run();
      right++;
    }
    new AcceptancePoint("floor.5").shown("programs of the examples, to 1e-12", right);
  }
}
