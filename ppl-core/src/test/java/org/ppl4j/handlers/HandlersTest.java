package org.ppl4j.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.NormalDensity;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.WithSandbox;

@ExtendWith(LeakCheck.class)
final class HandlersTest extends WithSandbox {

  private static final double EXACT = 1e-14;

  /** a → b → data, b in a plate of three. */
  private static final Program<Void> CHAIN =
      (p, data) -> {
        NDArray a = p.sample("a", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 3)) {
          NDArray b = p.sample("b", Normal.of(a, 1));
          p.observe("y", Normal.of(b, 1), p.run().ones(new Shape(3)));
          p.deterministic("twice", b.mul(2));
        }
      };

  private static List<String> names(Trace trace) {
    return trace.sites().stream().map(SampleSite::name).toList();
  }

  @Test
  void handlersSayWhatTheyAre() {
    assertThat(
            List.of(
                new Condition("y", 1),
                new Do("x", 2),
                new Substitute(Map.of("z", sandbox.data(1))),
                new Replay(sandbox.record(CHAIN)),
                Hide.names("a", "b"),
                Hide.allBut("c"),
                Hide.all(),
                new Hide(site -> true),
                new Lift(Map.of("w", Normal.of(0, 1))),
                new Scale(0.5),
                new Mask(false),
                new Seed(3),
                new Prefix("left"),
                new Particles(5, 1)))
        .extracting(Object::toString)
        .containsExactly(
            "condition on [y]",
            "do of [x]",
            "substitute of [z]",
            "replay of Trace[a, b, y, twice]",
            "hide of [a, b]",
            "hide of all but [c]",
            "hide of all",
            "hide by a condition",
            "lift of [w]",
            "scale by 0.5",
            "mask under which nothing counts",
            "seed 3",
            "prefix left.",
            "5 particles at dim -2");
  }

  @Nested
  final class ReplayTest {

    @Test
    void replayOfTraceIsThatTrace() {
      Trace first = sandbox.record(CHAIN);
      Trace again = sandbox.record(CHAIN, new Seed(99), new Replay(first));

      assertThat(value(again, "a")).isEqualTo(value(first, "a"));
      assertThat(value(again, "b")).isEqualTo(value(first, "b"));
      assertThat(number(again.logJoint())).isCloseTo(number(first.logJoint()), within(1e-13));
      assertThat(again.site("a").isLatent()).isTrue();
    }

    @Test
    void detachedTraceReplaysInAnotherRun() {
      Trace kept = sandbox.record(CHAIN).detached(sandbox.manager());
      try (Sandbox later = Sandbox.open(sandbox.run().config(), 5)) {
        Trace again = later.record(CHAIN, new Replay(kept));

        assertThat(value(again, "b")).isEqualTo(kept.value("b").toDoubleArray());
      }
    }

    @Test
    void rowsAreRepeatedToo() {
      Program<Void> batch =
          (p, data) -> {
            try (Plate rows = p.plate("rows", 100, 5)) {
              p.deterministic("i", rows.indices());
            }
          };
      Trace kept = sandbox.record(batch).detached(sandbox.manager());
      try (Sandbox later = Sandbox.open(sandbox.run().config(), 5)) {
        assertThat(value(later.record(batch, new Replay(kept)), "i"))
            .isEqualTo(value(sandbox.record(batch), "i"))
            .isNotEqualTo(value(later.record(batch), "i"));
      }
    }

    @Test
    void unknownSitesAreDrawn() {
      Trace other = sandbox.record((p, data) -> p.sample("a", Normal.of(9, 1)));
      Trace trace = sandbox.record(CHAIN, new Replay(other));

      assertThat(value(trace, "a")).isEqualTo(value(other, "a"));
      assertThat(trace.site("b").draw()).isNotNull();
    }
  }

  @Nested
  final class ConditionTest {

    @Test
    void namedSitesBecomeData() {
      Trace trace = sandbox.record(CHAIN, new Condition("a", 0.5));

      assertThat(trace.site("a").isObserved()).isTrue();
      assertThat(number(trace.site("a").logProb()))
          .isCloseTo(NormalDensity.log(0.5, 0, 1), within(EXACT));
    }

    @Test
    void unconditionForgetsData() {
      Trace trace = sandbox.record(CHAIN, new Uncondition());

      assertThat(trace.observed()).isEmpty();
      assertThat(value(trace, "y")).hasSize(3).doesNotContain(1.0);
    }

    @Test
    void theOuterOneWins() {
      Trace trace = sandbox.record(CHAIN, new Condition("a", 1), new Condition("a", 2));

      assertThat(value(trace, "a")).containsExactly(2);
    }
  }

  @Nested
  final class SubstituteTest {

    @Test
    void siteStaysLatent() {
      Trace trace = sandbox.record(CHAIN, new Substitute(Map.of("a", Tensors.number(0.5))));

      assertThat(trace.site("a").isLatent()).isTrue();
      assertThat(value(trace, "a")).containsExactly(0.5);
    }

    @Test
    void parametersToo() {
      Program<Void> program =
          (p, data) -> p.deterministic("x", p.param("w", () -> p.scalar(1), Constraint.POSITIVE));
      Trace trace = sandbox.record(program, new Substitute("w", 3));

      assertThat(value(trace, "x")).containsExactly(3);
      assertThat(sandbox.params().names()).isEmpty();
    }

    @Test
    void broadcastShowsTheFullShape() {
      Program<Void> program =
          (p, data) -> {
            try (Plate rows = p.plate("rows", 3)) {
              NDArray b = p.sample("b", Normal.of(0, 1));
              p.deterministic("seen", b);
            }
          };
      Trace trace = sandbox.record(program, new Substitute("b", 2), new Broadcast());

      assertThat(value(trace, "seen")).containsExactly(2, 2, 2);
      assertThat(number(trace.logJoint())).isCloseTo(3 * NormalDensity.log(2, 0, 1), within(1e-13));
    }
  }

  @Nested
  final class DoTest {

    @Test
    void programSeesTheInterventionAndTheSiteStays() {
      Trace plain = sandbox.record(CHAIN);
      Trace trace = sandbox.record(CHAIN, new Do("a", 10));

      assertThat(value(trace, "a")).isEqualTo(value(plain, "a"));
      double[] b = value(trace, "b");
      assertThat(Arrays.stream(b).allMatch(x -> x > 5)).isTrue();
      assertThat(number(trace.site("b").scaledLogProb()))
          .isCloseTo(
              NormalDensity.log(b[0], 10, 1)
                  + NormalDensity.log(b[1], 10, 1)
                  + NormalDensity.log(b[2], 10, 1),
              within(1e-12));
    }

    /** A number stands in each place of a plate, as a draw does. */
    @Test
    void numberIsExpandedToThePlates() {
      Shape three = new Shape(3);
      Trace conditioned = sandbox.record(CHAIN, new Condition("b", 2));
      assertThat(conditioned.site("b").value().getShape()).isEqualTo(three);
      assertThat(value(conditioned, "twice")).containsExactly(4, 4, 4);
      assertThat(conditioned.site("b").logProb().getShape()).isEqualTo(three);

      Trace substituted = sandbox.record(CHAIN, new Substitute("b", 2));
      assertThat(substituted.site("b").value().getShape()).isEqualTo(three);
      assertThat(value(substituted, "twice")).containsExactly(4, 4, 4);

      assertThat(value(sandbox.record(CHAIN, new Do("b", 2)), "twice")).containsExactly(4, 4, 4);
    }

    @Test
    void conditionOutsideDoesNotReachTheInside() {
      Trace trace = sandbox.record(CHAIN, new Do("a", 10), new Condition("a", 0.5));

      assertThat(number(trace.site("a").logProb()))
          .isCloseTo(NormalDensity.log(0.5, 0, 1), within(EXACT));
      assertThat(Arrays.stream(value(trace, "b")).allMatch(x -> x > 5)).isTrue();
    }
  }

  @Nested
  final class HideTest {

    @Test
    void recorderInsideSeesWhatIsHiddenOutside() {
      List<Trace> inside = new ArrayList<>();
      Trace trace = sandbox.record(CHAIN, new Recorder(inside::add), Hide.names("b", "twice"));

      assertThat(names(trace)).containsExactly("a", "y");
      assertThat(names(inside.get(0))).containsExactly("a", "b", "y", "twice");
      assertThat(inside.get(0).plates()).hasSize(1);
    }

    @Test
    void hiddenSitesTakeNoValueFromOutside() {
      Trace seven = sandbox.record(CHAIN, new Substitute("a", 7));
      Trace trace = sandbox.record(CHAIN, new Hide(SampleSite::isLatent), new Replay(seven));

      assertThat(names(trace)).containsExactly("y", "twice");
      assertThat(Arrays.stream(value(trace, "twice")).allMatch(x -> x < 10)).isTrue();
    }

    @Test
    void allAndAllBut() {
      assertThat(names(sandbox.record(CHAIN, Hide.all()))).isEmpty();
      assertThat(names(sandbox.record(CHAIN, Hide.allBut("a")))).containsExactly("a");
    }
  }

  @Nested
  final class LiftTest {

    @Test
    void parametersBecomeSites() {
      Program<Void> program =
          (p, data) -> {
            NDArray w = p.param("w", () -> p.run().zeros(new Shape(2)));
            p.observe(
                "y",
                Normal.of(p.matVec(p.run().ones(new Shape(1, 2)), w), 1).toEvent(),
                p.run().ones(new Shape(1)));
          };
      Trace trace = sandbox.record(program, new Lift(Map.of("w", Normal.standard(2).toEvent(1))));

      assertThat(names(trace)).containsExactly("w", "y");
      assertThat(trace.site("w").isLatent()).isTrue();
      assertThat(trace.params()).isEmpty();
      assertThat(sandbox.params().names()).isEmpty();
    }

    private static void table(Ppl p) {
      p.deterministic("table", p.param("w", () -> p.run().zeros(new Shape(2, 3))));
    }

    private void checkTable(Distribution prior) {
      Trace trace = sandbox.record((p, data) -> table(p), new Lift(Map.of("w", prior)));
      SampleSite site = trace.site("w");
      double[] w = Tensors.values(site.value());

      assertThat(site.value().getShape()).isEqualTo(new Shape(2, 3));
      assertThat(site.distribution().eventShape()).isEqualTo(new Shape(2, 3));
      assertThat(Arrays.stream(w).distinct().count()).isEqualTo(6);
      double expected =
          Arrays.stream(w)
              .map(x -> -0.125 * x * x - Math.log(2) - 0.5 * Math.log(2 * Math.PI))
              .sum();
      assertThat(Tensors.values(site.logProb())[0]).isCloseTo(expected, within(1e-13));
    }

    @Test
    void aPriorOfEntriesIsThatOfEach() {
      checkTable(Normal.of(0, 2));
      checkTable(Normal.of(0, 2).expand(2, 1));
      checkTable(Normal.of(0, 2).expand(3).toEvent(1));
      checkTable(Normal.of(0, 2).expand(2, 3).toEvent(1));
    }

    @Test
    void aFunctionSeesTheShape() {
      Lift byRows = new Lift(site -> Normal.of(0, 1 / Math.sqrt((double) site.shape().get(0))));
      Trace trace = sandbox.record((p, data) -> table(p), byRows);

      assertThat(trace.site("w").distribution())
          .hasToString("Normal(loc: 0.0, scale: 0.7071067811865475).expand(2, 3).toEvent(2)");
    }

    @Test
    void aPriorOfAnotherShapeIsRefused() {
      assertThatThrownBy(
              () ->
                  sandbox.record(
                      (p, data) -> table(p), new Lift(Map.of("w", Normal.of(0, 1).expand(4)))))
          .hasMessage(
              "lift gives parameter 'w' of shape (2, 3) the prior Normal(loc: 0.0, scale:"
                  + " 1.0).expand(4) with batch shape (4) and event shape (); give one of the"
                  + " parameter's shape, or of its entries");
      assertThatThrownBy(
              () ->
                  sandbox.record(
                      (p, data) -> p.deterministic("v", p.param("w")),
                      new Lift(site -> Normal.of(0, (double) site.shape().size()))))
          .hasMessage(
              "parameter 'w' is used without a first value, so its shape is not known; give one by"
                  + " p.param(\"w\", () -> ...)");
    }
  }

  @Nested
  final class NoiseTest {

    @Test
    void seedDecidesTheDraws() {
      double[] first = value(sandbox.record(CHAIN, new Seed(1)), "b");

      assertThat(value(sandbox.record(CHAIN, new Seed(1)), "b")).isEqualTo(first);
      assertThat(value(sandbox.record(CHAIN, new Seed(2)), "b")).isNotEqualTo(first);
      assertThat(value(sandbox.record(CHAIN), "b")).isNotEqualTo(first);
    }

    @Test
    void addingSiteChangesNoOtherDraw() {
      Program<Void> more =
          (p, data) -> {
            p.sample("new", Normal.of(0, 1));
            CHAIN.run(p, null);
          };

      assertThat(value(sandbox.record(more), "b")).isEqualTo(value(sandbox.record(CHAIN), "b"));
    }

    @Test
    void seedDrawsRowsToo() {
      Program<Void> batch =
          (p, data) -> {
            try (Plate rows = p.plate("rows", 1000, 4)) {
              p.deterministic("i", rows.indices());
            }
          };

      assertThat(value(sandbox.record(batch, new Seed(1)), "i"))
          .isEqualTo(value(sandbox.record(batch, new Seed(1)), "i"))
          .isNotEqualTo(value(sandbox.record(batch), "i"));
    }
  }

  @Nested
  final class AllRowsTest {

    @Test
    void seesWhatTheLibraryWouldDrawAndLeavesWhatTheCallerChose() {
      Program<Void> rows =
          (p, data) -> {
            try (Plate drawn = p.plate("drawn", 9, 2)) {
              p.sample("a", Normal.of(0, 1));
            }
            NDArray two = p.run().create(new long[] {5, 3}, new Shape(2));
            try (Plate chosen = p.plate(PlateSpec.of("chosen", 9).indices(two))) {
              p.sample("b", Normal.of(0, 1));
            }
            try (Plate given = p.plate(PlateSpec.of("given", 9).given(4))) {
              p.sample("c", Normal.of(0, 1));
            }
          };

      Trace trace = sandbox.record(rows, new AllRows());

      assertThat(trace.value("a").getShape()).isEqualTo(new Shape(9));
      assertThat(trace.site("a").scale()).isEqualTo(1);
      assertThat(trace.plates())
          .hasToString("[drawn[9] at -1, chosen[2 of 9] at -1, given[4 of 9] at -1]");
    }
  }

  @Nested
  final class NamesTest {

    @Test
    void prefixReachesSitesParametersAndPlates() {
      Program<Void> part =
          (p, data) -> {
            NDArray w = p.param("w", () -> p.scalar(1));
            try (Plate rows = p.plate("rows", 2)) {
              p.sample("x", Normal.of(w, 1));
            }
          };
      Program<Void> twice =
          (p, data) -> {
            part.with(new Prefix("left")).run(p, null);
            part.with(new Prefix("right")).run(p, null);
          };
      Trace trace = sandbox.record(twice);

      assertThat(names(trace)).containsExactly("left.x", "right.x");
      assertThat(sandbox.params().names()).containsExactly("left.w", "right.w");
      assertThat(trace.plates()).extracting(Plate::name).containsExactly("left.rows", "right.rows");
    }

    @Test
    void handlersInsideSeeShortNames() {
      Program<Void> program = CHAIN.with(new Condition("a", 1), new Do("b", 4), new Prefix("part"));
      Trace trace = sandbox.record(program);

      assertThat(value(trace, "part.a")).containsExactly(1);
      assertThat(value(trace, "part.twice")).containsExactly(8, 8, 8);
    }

    @Test
    void inferConfigLeavesSettings() {
      Trace trace =
          sandbox.record(CHAIN, new InferConfig(site -> site.name().equals("b"), "steps", 3));

      assertThat(trace.site("b").settings()).containsEntry("steps", 3);
      assertThat(trace.site("a").settings()).isEmpty();
    }
  }
}
