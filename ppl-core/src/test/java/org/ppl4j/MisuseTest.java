package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

/** The texts of errors beyond the thirteen of {@link WrongProgramsTest}. */
@ExtendWith(LeakCheck.class)
final class MisuseTest {

  /** What is done wrong in a sandbox. */
  private interface Deed {
    void run(Sandbox sandbox);
  }

  private record Misuse(Deed deed, String text) {}

  static Stream<Named<Misuse>> misuses() {
    return Stream.of(
        program(
            "draw that is not finite",
            (p, data) -> {
              NDArray loc = p.run().create(new double[] {0, Double.NaN}, new Shape(2));
              p.sample("x", Normal.of(loc, 1).toEvent());
            },
            "sample site 'x' drew NaN at (1) from Normal(loc: (2), scale: 1.0).toEvent(1); look for"
                + " parameters that are not finite"),
        program(
            "plate again at another dim",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.sample("x", Normal.of(0, 1));
              }
              try (Plate rows = p.plate(PlateSpec.of("rows", 3).dim(-2))) {
                p.sample("y", Normal.of(0, 1));
              }
            },
            "plate 'rows' was opened at dim -1 and is opened again at dim -2; give the other one"
                + " its own name"),
        program(
            "plate again with another batch",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.sample("x", Normal.of(0, 1));
              }
              try (Plate rows = p.plate("rows", 3, 2)) {
                p.sample("y", Normal.of(0, 1));
              }
            },
            "plate 'rows' was opened with size 3 and is opened again with 2 of 3 rows; give the"
                + " other one its own name"),
        program(
            "plates closed in the wrong order",
            MisuseTest::closesOuterFirst,
            "plate 'outer' was closed before another that opened inside it; close plates in reverse"
                + " order, by try-with-resources"),
        program(
            "rows of a plate that was given them",
            (p, data) -> {
              try (Plate rows = p.plate(PlateSpec.of("rows", 9).given(3))) {
                p.deterministic("i", rows.indices());
              }
            },
            "plate 'rows' was given 3 rows and does not know which; open it with indices instead"),
        program(
            "rows along an axis that is not there",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.deterministic("x", rows.take(p.run().ones(new Shape(3)), 1));
              }
            },
            "plate 'rows' cannot take rows along axis 1 of an array of shape (3); pass an axis it"
                + " has"),
        program(
            "factor of another size",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 3)) {
                p.factor("w", p.run().ones(new Shape(2)));
              }
            },
            "factor 'w' has batch shape (2), but plate 'rows' wants size 3 at dim -1; take the"
                + " plate's rows, or declare event dims by toEvent(n)"),
        program(
            "negative loop",
            (p, data) -> p.loop("t", -1).forEach(t -> {}),
            "loop 't' has size -1, but needs at least 0"),
        deed(
            "matrix of indices",
            sandbox -> {
              NDArray indices = sandbox.manager().create(new long[] {0, 1}, new Shape(1, 2));
              sandbox.record(
                  (p, data) -> {
                    try (Plate rows = p.plate(PlateSpec.of("rows", 9).indices(indices))) {
                      p.sample("x", Normal.of(0, 1));
                    }
                  });
            },
            "plate 'rows' was given indices of shape (1, 2), but wants shape (B); flatten them"),
        deed(
            "value asked for on the way out",
            sandbox ->
                sandbox.record(
                    (p, data) -> p.sample("x", Normal.of(0, 1)),
                    entering(site -> site.returns(site.value()))),
            "sample site 'x' has no value yet; read it when the site comes back"),
        deed(
            "site changed on the way back",
            sandbox ->
                sandbox.record((p, data) -> p.sample("x", Normal.of(0, 1)), leaving(Site::hide)),
            "sample site 'x' is settled; change it on its way out, in Frame.enter"),
        deed(
            "unknown site of a trace",
            sandbox -> {
              NDArray unused =
                  sandbox.record((p, data) -> p.sample("x", Normal.of(0, 1))).value("z");
            },
            "trace has no sample site 'z'; its sites are [x]"),
        deed(
            "plate of a detached trace",
            sandbox -> {
              Trace trace =
                  sandbox.record(
                      (p, data) -> {
                        try (Plate rows = p.plate("rows", 3)) {
                          p.sample("x", Normal.of(0, 1));
                        }
                      });
              Plate rows = trace.detached(sandbox.manager()).plates().get(0);
              NDArray unused = rows.take(sandbox.data(1, 2, 3));
            },
            "plate 'rows' is of a detached trace and has no execution any more"),
        deed(
            "no particles",
            sandbox -> sandbox.record((p, data) -> {}, new Particles(0, 0)),
            "particles have count 0, but need at least 1; pass 1"),
        deed(
            "negative nesting",
            sandbox -> sandbox.record((p, data) -> {}, new Particles(1, -1)),
            "particles have plate nesting -1, but need at least 0; pass the trace's plateNesting()"));
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void textSaysWhatToDo(Misuse misuse) {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> misuse.deed.run(sandbox)).hasMessage(misuse.text);
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the fault that is tested
  private static void closesOuterFirst(Ppl p, Void data) {
    Plate outer = p.plate("outer", 3);
    Plate inner = p.plate("inner", 2);
    outer.close();
    inner.close();
  }

  private interface Change {
    void change(SampleSite site);
  }

  private static Handler entering(Change change) {
    return p ->
        new Handler.Frame() {
          @Override
          protected void enter(SampleSite site) {
            change.change(site);
          }
        };
  }

  private static Handler leaving(Change change) {
    return p ->
        new Handler.Frame() {
          @Override
          protected void leave(SampleSite site) {
            change.change(site);
          }
        };
  }

  private static Named<Misuse> program(String name, Program<Void> program, String text) {
    return deed(name, sandbox -> sandbox.record(program), text);
  }

  private static Named<Misuse> deed(String name, Deed deed, String text) {
    return Named.of(name, new Misuse(deed, text));
  }
}
