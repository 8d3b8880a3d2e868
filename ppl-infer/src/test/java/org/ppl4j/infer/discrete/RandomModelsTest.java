package org.ppl4j.infer.discrete;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase.Data;

/** Random models with latent choices against going through all assignments. */
@ExtendWith(LeakCheck.class)
class RandomModelsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.1");

  private static final double VALUE = 1e-10;
  private static final double GRADIENT = 1e-8;
  private static final double SINGLE_VALUE = 1e-4;
  private static final double SINGLE_GRADIENT = 1e-3;

  /** A mistake moves a log density by more than this. */
  private static final double CAUGHT = 1e-5;

  private static final RunConfig ENGINE = RunConfig.defaults().withRecording(Recording.OFF);
  private static final RunConfig RECORDED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  /** How many assignments the models of ordinary tests have. */
  private static final long MOST = 100;

  static LongStream few() {
    return LongStream.range(0, 12);
  }

  @ParameterizedTest
  @MethodSource("few")
  void areSummedAsByGoingThroughAll(long seed) {
    RandomModel model = RandomModels.of(seed, MOST);
    List<Discrepancy.Truth> truths = truths(model, seed, 1);
    assertThat(alone(model, RandomModel.Fault.NONE, ENGINE, truths))
        .matches(worst -> worst.isWithin(VALUE, GRADIENT), "engine within 1e-10 and 1e-8");
    assertThat(alone(model, RandomModel.Fault.NONE, RECORDED, truths))
        .matches(worst -> worst.isWithin(VALUE, GRADIENT), "record within 1e-10 and 1e-8");
    assertThat(ofSeven(model, ENGINE, truths))
        .matches(worst -> worst.isWithin(VALUE, GRADIENT), "seven within 1e-10 and 1e-8");
  }

  @Test
  void mistakesAreCaught() {
    Mistakes mistakes = new Mistakes();
    few()
        .forEach(
            seed -> {
              RandomModel model = RandomModels.of(seed, MOST);
              mistakes.judge(model, truths(model, seed, 1));
            });
    mistakes.check(
        (what, judged, caught) -> assertThat(caught).as(what).isEqualTo(judged).isPositive());
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.1")
  void twoHundred() {
    Discrepancy[] worst = new Discrepancy[5];
    Arrays.fill(worst, Discrepancy.NONE);
    Mistakes mistakes = new Mistakes();
    for (long seed = 0; seed < 200; seed++) {
      RandomModel model = RandomModels.of(seed, 2000);
      List<Discrepancy.Truth> truths = truths(model, seed, 2);
      RandomModel.Fault none = RandomModel.Fault.NONE;
      worst[0] = worst[0].max(alone(model, none, ENGINE, truths));
      worst[1] = worst[1].max(alone(model, none, RECORDED, truths));
      worst[2] = worst[2].max(ofSeven(model, ENGINE, truths));
      worst[3] = worst[3].max(alone(model, none, single(ENGINE), truths));
      worst[4] = worst[4].max(alone(model, none, single(RECORDED), truths));
      if (seed < 50) {
        mistakes.judge(model, truths);
      }
    }
    String[] ways = {"engine", "record", "seven particles", "engine, float32", "record, float32"};
    for (int i = 0; i < worst.length; i++) {
      boolean isDouble = i < 3;
      POINT.atMost(
          "log density of 200 random models, " + ways[i],
          worst[i].value(),
          isDouble ? VALUE : SINGLE_VALUE);
      POINT.atMost(
          "gradient of 200 random models, " + ways[i],
          worst[i].gradient(),
          isDouble ? GRADIENT : SINGLE_GRADIENT);
    }
    mistakes.check((what, judged, caught) -> POINT.atLeast("planted: " + what, caught, judged));
  }

  private static RunConfig single(RunConfig config) {
    return config.withFloatType(FloatType.FLOAT32);
  }

  /** Programs with a mistake, of which each must be seen. */
  private static final class Mistakes {

    private final Map<RandomModel.Fault, Integer> judged = new EnumMap<>(RandomModel.Fault.class);
    private final Map<RandomModel.Fault, Integer> caught = new EnumMap<>(RandomModel.Fault.class);

    void judge(RandomModel model, List<Discrepancy.Truth> truths) {
      for (RandomModel.Fault fault : RandomModel.Fault.values()) {
        if (model.has(fault)) {
          judged.merge(fault, 1, Integer::sum);
          boolean isSeen = alone(model, fault, ENGINE, truths).value() > CAUGHT;
          caught.merge(fault, isSeen ? 1 : 0, Integer::sum);
        }
      }
    }

    void check(Verdict verdict) {
      for (RandomModel.Fault fault : EnumSet.complementOf(EnumSet.of(RandomModel.Fault.NONE))) {
        verdict.on(fault.toString(), judged.getOrDefault(fault, 0), caught.getOrDefault(fault, 0));
      }
    }
  }

  private interface Verdict {
    void on(String fault, int judged, int caught);
  }

  // --- judging

  private static List<Discrepancy.Truth> truths(RandomModel model, long seed, int count) {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<Data> density = LogDensity.of(model.program(), model.data(manager), ENGINE)) {
      Random random = new Random(seed);
      List<double[]> vectors =
          Stream.generate(() -> random.doubles(density.size(), -1, 1).toArray())
              .limit(count)
              .toList();
      List<BruteForce> sums = BruteForce.at(model, density.space().sites(), vectors);
      return IntStream.range(0, count).mapToObj(i -> sums.get(i).truth(vectors.get(i))).toList();
    }
  }

  private static Discrepancy alone(
      RandomModel model,
      RandomModel.Fault fault,
      RunConfig config,
      List<Discrepancy.Truth> truths) {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<Data> density =
            LogDensity.of(model.program(fault), model.data(manager), config)) {
      return Discrepancy.alone(density, truths);
    }
  }

  private static Discrepancy ofSeven(
      RandomModel model, RunConfig config, List<Discrepancy.Truth> truths) {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<Data> density = LogDensity.of(model.program(), model.data(manager), config)) {
      return Discrepancy.ofSeven(density, config, truths);
    }
  }
}
