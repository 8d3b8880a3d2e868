package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Hide;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.ScanCase;
import org.ppl4j.testing.ScanCases;
import org.ppl4j.testing.ScanLaw;

@ExtendWith(LeakCheck.class)
final class ScanTest {

  static Stream<ScanCase> cases() {
    return ScanCases.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheLoop(ScanCase program) {
    ScanLaw.of(program).check(1);
  }

  @ParameterizedTest
  @EnumSource
  void theLawSeesWhatIsPlanted(ScanLaw.Fault fault) {
    ScanLaw law = ScanLaw.of(ScanCases.all().get(1));

    assertThat(law.with(fault).apart(1, Recording.OFF)).isGreaterThan(1e-3);
  }

  // --- noise

  private static double[] walk(int steps) {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record(
              (p, none) ->
                  p.scan("t", steps, p.scalar(0), (q, t, x) -> q.sample("x", Normal.of(x, 1))));
      return Tensors.values(trace.value("x"));
    }
  }

  @Test
  void aLongerScanBeginsWithTheSameNumbers() {
    double[] walk = walk(20);

    assertThat(walk(9)).isEqualTo(Arrays.copyOf(walk, 9));
    assertThat(Arrays.stream(walk).distinct().count()).isEqualTo(20);
  }

  @Test
  void sitesAreOneSite() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record(
              (p, none) -> {
                try (Plate rows = p.plate("rows", 3)) {
                  p.scan(
                      "t",
                      5,
                      p.run().zeros(new Shape(3)),
                      (q, t, x) -> {
                        q.deterministic("twice", x.mul(2));
                        try (Plate inner = q.plate("inner", 2)) {
                          q.sample("z", Normal.of(x, 1));
                        }
                        return q.sample("x", Gamma.of(2, x.exp()));
                      });
                }
              });

      assertThat(trace.sites()).extracting(SampleSite::name).containsExactly("twice", "z", "x");
      assertThat(trace.value("z").getShape()).isEqualTo(new Shape(5, 2, 3));
      assertThat(trace.value("x").getShape()).isEqualTo(new Shape(5, 1, 3));
      assertThat(trace.site("x").plates()).extracting(Plate::name).containsExactly("t", "rows");
      assertThat(trace.site("z").plates()).extracting(Plate::dim).containsExactly(-2, -3, -1);
    }
  }

  // --- what must not be

  private static String fault(Program<Void> program) {
    try (Sandbox sandbox = Sandbox.open()) {
      Throwable[] thrown = new Throwable[1];
      assertThatThrownBy(() -> sandbox.record(program)).satisfies(e -> thrown[0] = e);
      return thrown[0].getMessage();
    }
  }

  @Test
  void aCarryKeepsItsShapeAndStructure() {
    assertThat(
            fault(
                (p, none) ->
                    p.scan("t", 5, p.scalar(0), (q, t, x) -> x.add(q.constant(new double[3])))))
        .isEqualTo(
            "scan 't' carries a tensor of shape (), but a step leaves (3); start with the shape"
                + " that the steps leave");
    assertThat(
            fault(
                (p, none) ->
                    p.scan("t", 5, List.of(p.scalar(0)), (q, t, x) -> List.of(x.get(0), x.get(0)))))
        .isEqualTo(
            "scan 't' carries [List of 1, a tensor], but a step leaves [List of 2, a tensor, a"
                + " tensor]; leave the same structure at each step, and tensors for numbers that"
                + " change");
  }

  @Test
  void sitesAreTheSameAtEachStep() {
    assertThat(
            fault(
                (p, none) ->
                    p.scan(
                        "t",
                        5,
                        p.scalar(0),
                        (q, t, x) -> {
                          if (t.index() < 2) {
                            q.sample("x", Normal.of(0, 1));
                          }
                          return x;
                        })))
        .isEqualTo(
            "sample site 'x' of scan 't' is met at the first step, but not at step 2; meet the same"
                + " sites at each, and mask what does not count");
    assertThat(
            fault(
                (p, none) ->
                    p.scan(
                        "t",
                        5,
                        p.scalar(0),
                        (q, t, x) -> {
                          q.sample("x", t.index() < 2 ? Normal.of(0, 1) : Gamma.of(1, 1));
                          return x;
                        })))
        .startsWith("sample site 'x' of scan 't' is ");
    assertThat(
            fault(
                (p, none) ->
                    p.scan(
                        "t",
                        5,
                        p.scalar(0),
                        (q, t, x) -> {
                          try (Plate rows = q.plate("rows", 2 + t.index())) {
                            q.sample("x", Normal.of(0, 1));
                          }
                          return x;
                        })))
        .isEqualTo(
            "plate 'rows' was opened with size 2 and is opened again with size 3; give the other"
                + " one its own name");
    assertThat(fault((p, none) -> p.scan("t", 0, p.scalar(0), (q, t, x) -> x)))
        .isEqualTo("scan 't' has 0 steps, but needs at least 1; pass their number");
    assertThat(
            fault(
                (p, none) -> p.scan("t", 5, p.scalar(0), (q, t, x) -> t.take(new double[] {1, 2}))))
        .isEqualTo(
            "scan 't' has 5 steps, but the array to take a row from has 2 (shape (2), axis 0); scan"
                + " as many steps as it has rows, or cut it");
  }

  @Test
  void whatDependsOnTheNumberOfAStepInJavaIsNotRecorded() {
    assertThatThrownBy(
            () ->
                recorded(
                    (p, u) ->
                        p.factor(
                            "f",
                            p.scan("t", 9, p.scalar(0), (q, t, x) -> x.add(u.mul(t.index()))))))
        .hasMessage(
            "log joint cannot be recorded, since it has the number of a step of a scan in Java;"
                + " step.number() is one; Recording.WHERE_POSSIBLE leaves it to the engine");
    int[] count = new int[1];
    assertThatThrownBy(
            () ->
                recorded(
                    (p, u) ->
                        p.factor(
                            "f",
                            p.scan("t", 9, p.scalar(0), (q, t, x) -> x.add(u.mul(count[0]++))))))
        .hasMessageContaining("steps of a scan that differ, in operations or numbers");
    List<NDArray> leaked = new java.util.ArrayList<>();
    assertThatThrownBy(
            () ->
                recorded(
                    (p, u) -> {
                      leaked.clear();
                      p.scan(
                          "t",
                          9,
                          p.scalar(0),
                          (q, t, x) -> {
                            leaked.add(x.add(u).sin());
                            return x.add(u);
                          });
                      p.factor("f", leaked.get(leaked.size() - 1));
                    }))
        .hasMessageContaining("a tensor of a step of a scan that is used outside of it; carry it");
  }

  /** A log joint of one number. */
  private static VectorFunction recorded(Program<NDArray> program) {
    RunConfig config =
        RunConfig.defaults().withRecording(Recording.REQUIRED).withValidation(Validation.OFF);
    return new VectorFunction(
        "log joint",
        config,
        (run, u) -> {
          try (ParamStore params = new ParamStore(NDManager.newBaseManager())) {
            return Execution.record(
                    run, params, org.ppl4j.tensor.Rng.Purpose.MODEL, program, u.get(0))
                .logJoint();
          }
        },
        new double[] {0.3});
  }

  @Test
  void sitesThatAreHiddenStayHidden() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record(
              (p, none) -> p.scan("t", 4, p.scalar(0), (q, t, x) -> q.sample("x", Normal.of(x, 1))),
              Hide.all());
      assertThat(trace.sites()).isEmpty();
    }
  }
}
