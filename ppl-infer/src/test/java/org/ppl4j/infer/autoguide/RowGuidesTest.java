package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.RowModel.N;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.RowModel.Data;
import org.ppl4j.infer.autoguide.RowModel.Opening;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;

/** Laws of guides that know of rows: of all of them, of drawn ones, and of those of the caller. */
@ExtendWith(LeakCheck.class)
class RowGuidesTest {

  private static final int STEPS = 12;

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  private final RowModel given = new RowModel();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    given.close();
  }

  /** Some rows of the data, which hold no others. */
  private static final Opening GIVEN =
      data -> PlateSpec.of("rows", N).given(data.y().getShape().get(0));

  /** A guide of a model whose rows open in a way. */
  record Case(String name, Opening opening, Program<Data> guide) {

    Program<Data> model() {
      return RowModel.model(opening);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Map<String, Opening> OPENINGS =
      Map.of(
          "all", RowModel.ALL, "drawn", RowModel.DRAWN, "chosen", RowModel.CHOSEN, "given", GIVEN);

  private static <G extends AutoGuide<Data, G>> G told(String opening, G guide) {
    return opening.equals("chosen") ? guide.plate("rows", Data::indices) : guide;
  }

  static Stream<Case> cases() {
    return Stream.of(
        one("structured", "all", RowGuidesTest::structured),
        one("structured", "drawn", RowGuidesTest::structured),
        one("structured", "chosen", RowGuidesTest::structured),
        one("amortised", "drawn", RowGuidesTest::amortised),
        one("amortised", "chosen", RowGuidesTest::amortised),
        one("amortised", "given", RowGuidesTest::amortised),
        one("list", "drawn", RowGuidesTest::list));
  }

  private static Case one(String name, String opening, Function<String, Program<Data>> guide) {
    return new Case(name + ", " + opening, OPENINGS.get(opening), guide.apply(opening));
  }

  static Stream<Case> ofDrawnRows() {
    return cases().filter(one -> one.opening() == RowModel.DRAWN);
  }

  private static Program<Data> model(String opening) {
    return RowModel.model(OPENINGS.get(opening));
  }

  private static AutoStructured<Data> structured(String opening) {
    return told(opening, AutoStructured.of(model(opening)));
  }

  private static AutoAmortised<Data> amortised(String opening) {
    return told(opening, AutoAmortised.of(model(opening), "rows", Data::y));
  }

  private static AutoList<Data> list(String opening) {
    return AutoList.of(model(opening))
        .group(amortised(opening), "z")
        .group(structured(opening), "s")
        .rest(AutoNormal.of(model(opening)));
  }

  private static Svi<Data> svi(Case one, ParamStore params, Recording recording) {
    return Svi.builder(one.model(), one.guide())
        .params(params)
        .config(CONFIG.withRecording(recording))
        .optimizer(Adam.withRate(0.02))
        .particles(2)
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build();
  }

  private double[] losses(Case one, Recording recording) {
    try (ParamStore params = new ParamStore(given.manager);
        Svi<Data> svi = svi(one, params, recording)) {
      double[] losses = svi.run(given.data, STEPS).losses().toArray();
      assertThat(svi.unjudged()).isEmpty();
      return losses;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recordsAreTheEngine(Case one) {
    assertThat(losses(one, Recording.REQUIRED))
        .containsExactly(losses(one, Recording.OFF), within(1e-7));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void particlesAreAsManySingleDraws(Case one) {
    LogJointLaw.check(one.guide(), given.data);
  }

  @ParameterizedTest
  @MethodSource("ofDrawnRows")
  void aLoadedFitGoesOnWithTheSameBits(Case one) {
    Path file = folder.resolve("fit.ppl");
    double[] unbroken;
    try (ParamStore params = new ParamStore(given.manager);
        Svi<Data> svi = svi(one, params, Recording.WHERE_POSSIBLE)) {
      svi.run(given.data, 5);
      svi.save(file);
      unbroken = svi.run(given.data, STEPS).losses().toArray();
    }
    try (ParamStore params = new ParamStore(given.manager);
        Svi<Data> svi = svi(one, params, Recording.WHERE_POSSIBLE)) {
      svi.load(file);

      assertThat(svi.run(given.data, STEPS).losses().toArray()).isEqualTo(unbroken);
    }
  }
}
