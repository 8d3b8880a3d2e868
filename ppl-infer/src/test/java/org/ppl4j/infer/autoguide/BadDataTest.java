package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/**
 * Bad data under a guide made from the model give the message that {@code describe} gives; where
 * only a start could show that no start helps, it follows what was tried.
 */
@ExtendWith(LeakCheck.class)
class BadDataTest {

  /** How many guides meet each wrong program. */
  private static final int GUIDES = 4;

  /**
   * A program that is wrong about its data.
   *
   * @param search whether it takes a search to say so
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Wrong(Program<NDArray> program, double[] data, boolean search) {}

  /** What is done with the rows. */
  private interface Rows {
    void observe(Ppl p, NDArray loc, NDArray scale, NDArray rows);
  }

  static Stream<Named<Wrong>> programs() {
    return Stream.of(
        observed("negative", (loc, scale) -> Gamma.of(scale, scale), 1, 2, -3),
        observed("no number", (loc, scale) -> Normal.of(loc, scale), 1, Double.NaN, 3),
        observed("infinite", (loc, scale) -> Normal.of(loc, scale), 1, 2, Double.POSITIVE_INFINITY),
        observed("no whole number", (loc, scale) -> Poisson.of(scale), 1, 2, 1.5),
        observed("no boolean", (loc, scale) -> Bernoulli.logits(loc), 1, 2, 0),
        observed("no proportion", (loc, scale) -> Beta.of(scale, scale), 0.5, 0.2, 1.5),
        observed("no category", (loc, scale) -> Categorical.probs(thirds(loc)), 0, 1, 3),
        observed("too many of ten", (loc, scale) -> Binomial.logits(10, loc), 3, 11, 4),
        observed("no share", (loc, scale) -> Dirichlet.of(thirds(loc)), 0.2, 0.3, 0.6),
        wrong(
            "rows of another number",
            false,
            (p, loc, scale, y) -> {
              try (Plate rows = p.plate("rows", 4)) {
                p.observe("y", Normal.of(loc, scale), rows.take(y));
              }
            }),
        wrong(
            "batch of another size than its plate",
            false,
            (p, loc, scale, y) -> {
              try (Plate rows = p.plate("rows", 3)) {
                NDArray four = loc.add(p.run().ones(new Shape(4)));
                p.observe("y", Normal.of(four, scale), rows.take(y));
              }
            }),
        wrong(
            "rows without a plate",
            false,
            (p, loc, scale, y) -> p.observe("y", Normal.of(loc, scale), y)),
        wrong(
            "rows of an event",
            false,
            (p, loc, scale, y) ->
                p.observe("y", Normal.of(loc, p.run().ones(new Shape(2))).toEvent(1), y)),
        wrong(
            "a covariate of another size",
            false,
            (p, loc, scale, y) -> {
              NDArray x = loc.mul(p.run().ones(new Shape(5))).add(y);
              p.observe("y", Normal.of(x, scale), y);
            }),
        wrong(
            "a site twice",
            false,
            (p, loc, scale, y) -> {
              p.observe("y", Normal.of(loc, scale), 1);
              p.observe("y", Normal.of(loc, scale), 2);
            }),
        wrong(
            "more than the data's own total",
            true,
            (p, loc, scale, y) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.observe("y", Binomial.logits(rows.take(y), loc), rows.take(y.add(1)));
              }
            }),
        wrong(
            "a scale from the data that is negative",
            true,
            (p, loc, scale, y) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.observe("y", Normal.of(loc, rows.take(y.sub(2))), rows.take(y));
              }
            }),
        wrong(
            "a covariate that is no number",
            true,
            (p, loc, scale, y) -> {
              try (Plate rows = p.plate("rows", 3)) {
                NDArray x = rows.take(y.sub(2)).log();
                p.observe("y", Normal.of(loc.mul(x), scale), rows.take(y));
              }
            }));
  }

  private interface Family {
    Distribution of(NDArray loc, NDArray scale);
  }

  private static NDArray thirds(NDArray loc) {
    NDArray each = loc.mul(0).add(1.0 / 3).expandDims(-1);
    return each.concat(each, -1).concat(each, -1);
  }

  private static Named<Wrong> observed(String name, Family family, double... data) {
    Program<NDArray> program =
        program(
            (p, loc, scale, y) -> {
              Distribution distribution = family.of(loc, scale);
              if (distribution.eventShape().dimension() > 0) {
                p.observe("y", distribution, y);
                return;
              }
              try (Plate rows = p.plate("rows", y.size(0))) {
                p.observe("y", distribution, rows.take(y));
              }
            });
    return Named.of("observed: " + name, new Wrong(program, data, false));
  }

  private static Named<Wrong> wrong(String name, boolean search, Rows rows) {
    return Named.of(name, new Wrong(program(rows), new double[] {1, 2, 3}, search));
  }

  private static Program<NDArray> program(Rows rows) {
    return (p, y) -> {
      NDArray loc = p.sample("loc", Normal.of(0, 1));
      NDArray scale = p.sample("scale", Gamma.of(2, 1));
      try (Plate others = p.plate("others", 3)) {
        p.sample("z", Normal.of(loc, scale));
      }
      rows.observe(p, loc, scale, y);
    };
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theMessageIsThatOfDescribe(Wrong wrong) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray data = manager.create(wrong.data());
      Throwable described =
          catchThrowable(() -> assertThat(wrong.program().describe(data)).isNotNull());
      Program<NDArray> program = wrong.program();
      List<Program<NDArray>> guides =
          List.of(
              AutoNormal.of(program),
              AutoDelta.of(program),
              AutoMultivariateNormal.of(program),
              AutoNormal.of(program).initializer(Initializer.median()));
      for (Program<NDArray> guide : guides) {
        try (ParamStore params = new ParamStore(manager)) {
          for (int particles : new int[] {1, 5}) { // the second fit meets a store that is known
            Throwable fitted = catchThrowable(() -> fit(program, guide, params, particles, data));
            check(wrong, described, fitted);
          }
        }
      }

      assertThat(guides).hasSize(GUIDES);
    }
  }

  private static void check(Wrong wrong, Throwable described, Throwable fitted) {
    assertThat(fitted).hasSameClassAs(described);
    if (wrong.search()) {
      assertThat(fitted)
          .message()
          .startsWith(described.getMessage() + "\nno starting point has a finite log density");
    } else {
      assertThat(fitted).hasMessage(described.getMessage());
    }
  }

  @Test
  void aMessageOfAnotherKindIsSeen() {
    Wrong wrong = new Wrong((p, y) -> {}, new double[0], false);
    Throwable told = new IllegalArgumentException("observed site 'y' has value -3.0");
    Throwable hidden = new IllegalArgumentException("no starting point; start elsewhere");

    assertThatThrownBy(() -> check(wrong, told, hidden)).isInstanceOf(AssertionError.class);
  }

  private static void fit(
      Program<NDArray> model,
      Program<NDArray> guide,
      ParamStore params,
      int particles,
      NDArray data) {
    try (Svi<NDArray> svi =
        Svi.builder(model, guide)
            .params(params)
            .particles(particles)
            .progress(Progress.silent())
            .build()) {
      double loss = svi.step(data);
      assertThat(loss).as("the program is not wrong").isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void reparameterizationHidesNothing(Wrong wrong) {
    Program<NDArray> program = wrong.program().with(Reparam.automatic());
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      NDArray data = manager.create(wrong.data());
      Throwable described = catchThrowable(() -> assertThat(program.describe(data)).isNotNull());

      check(
          wrong,
          described,
          catchThrowable(() -> fit(program, AutoNormal.of(program), params, 1, data)));
    }
  }
}
