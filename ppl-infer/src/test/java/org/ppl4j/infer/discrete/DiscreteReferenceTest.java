package org.ppl4j.infer.discrete;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.handlers.Condition;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase.Data;

/** Models with latent choices, written as one would, against sums that others have worked out. */
@ExtendWith(LeakCheck.class)
class DiscreteReferenceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.1");

  private static final double VALUE = 1e-10;
  private static final double GRADIENT = 1e-9;
  private static final double SINGLE_VALUE = 1e-5;
  private static final double SINGLE_GRADIENT = 1e-3;

  /** One of each kind but those that are long. */
  static Stream<Named<DiscreteCase>> oneOfEachKind() {
    return DiscreteCase.oneOfEachKind().filter(one -> !one.getName().contains("long"));
  }

  @ParameterizedTest
  @MethodSource("oneOfEachKind")
  void logDensityIsThatOfTheReference(DiscreteCase one) {
    for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
      RunConfig config = RunConfig.defaults().withRecording(recording);
      assertThat(judged(one, config, recording == Recording.OFF))
          .matches(worst -> worst.isWithin(VALUE, GRADIENT), recording + " within 1e-10 and 1e-9");
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.1")
  void allOfThem() {
    ImmutableList<DiscreteCase> all = DiscreteCase.all();
    POINT.atMost(
        "log joints where all choices are given",
        all.stream().mapToDouble(DiscreteReferenceTest::conditioned).max().orElseThrow(),
        VALUE);
    for (FloatType type : FloatType.values()) {
      boolean isDouble = type == FloatType.FLOAT64;
      for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
        RunConfig config = RunConfig.defaults().withFloatType(type).withRecording(recording);
        Discrepancy worst = Discrepancy.NONE;
        for (DiscreteCase one : all) {
          worst = worst.max(judged(one, config, recording == Recording.OFF));
        }
        String what = "of %s cases, %s, recording %s".formatted(all.size(), type, recording);
        POINT.atMost("log density " + what, worst.value(), isDouble ? VALUE : SINGLE_VALUE);
        POINT.atMost("gradient " + what, worst.gradient(), isDouble ? GRADIENT : SINGLE_GRADIENT);
      }
    }
  }

  private static Discrepancy judged(DiscreteCase one, RunConfig config, boolean ofSeven) {
    try (NDManager manager = NDManager.newBaseManager();
        LogDensity<Data> density = LogDensity.of(one.program(), one.data(manager), config)) {
      List<String> names = density.space().names();
      assertThat(names).containsExactlyInAnyOrderElementsOf(one.params());
      List<Discrepancy.Truth> truths =
          one.points().stream()
              .map(
                  point ->
                      new Discrepancy.Truth(
                          point.vector(names), point.logDensity(), point.gradient(names)))
              .toList();
      Discrepancy alone = Discrepancy.alone(density, truths);
      return ofSeven ? alone.max(Discrepancy.ofSeven(density, config, truths)) : alone;
    }
  }

  /** How far the log joint of the most likely choices is from the reference's. */
  private static double conditioned(DiscreteCase one) {
    double worst = 0;
    for (DiscreteCase.Point point : one.points()) {
      try (NDManager manager = NDManager.newBaseManager()) {
        Map<String, NDArray> given = new LinkedHashMap<>();
        for (DiscreteCase.Site site : one.sites()) {
          given.putAll(DiscreteModels.values(manager, one, site, point.mostLikely(site.name())));
        }
        Program<Data> program = one.program().with(new Condition(given));
        RunConfig config = RunConfig.defaults().withRecording(Recording.OFF);
        try (LogDensity<Data> density = LogDensity.of(program, one.data(manager), config)) {
          double value = density.value(point.vector(density.space().names()));
          worst = Math.max(worst, Discrepancy.of(value, point.mostLikelyLogJoint()));
        }
      }
    }
    return worst;
  }
}
