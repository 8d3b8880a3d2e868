package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.handlers.Replay;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

/** Programs that are wrong, and the whole text that says so. */
@ExtendWith(LeakCheck.class)
final class WrongProgramsTest {

  private static final Distribution PAIR = Normal.standard(2).toEvent(1);

  /** What is done wrong, and what the error says. */
  record Wrong(Consumer<Sandbox> deed, Class<? extends Exception> type, String text) {}

  static Stream<Named<Wrong>> programs() {
    return Stream.of(
        argument(
            "duplicate site",
            (p, data) -> {
              p.sample("x", Normal.of(0, 1));
              p.sample("x", Normal.of(0, 2));
            },
            IllegalStateException.class,
            "sample site 'x' occurs twice in one execution; give each its own name, or put them"
                + " under a loop or a Prefix"),
        guide(
            "site missing in the guide",
            (p, data) -> {
              p.sample("mu", Normal.of(0, 1));
              p.sample("tau", Gamma.of(2, 1));
            },
            (p, data) -> p.sample("mu", Normal.of(0, 1)),
            """
            model site 'tau' is latent, but the guide does not sample it; sample it in the guide, observe it in the model, or hide it
            model:
            site  kind    distribution                          sample  batch  event  plates
            mu    latent  Normal(loc: 0.0, scale: 1.0)          ()      ()     ()
            tau   latent  Gamma(concentration: 2.0, rate: 1.0)  ()      ()     ()
            guide:
            site  kind    distribution                  sample  batch  event  plates
            mu    latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()\
            """),
        guide(
            "extra site",
            (p, data) -> p.sample("mu", Normal.of(0, 1)),
            (p, data) -> {
              p.sample("mu", Normal.of(0, 1));
              p.sample("nu", Normal.of(0, 1));
            },
            """
            guide site 'nu' is not in the model; remove it from the guide, or draw it by p.auxiliary
            model:
            site  kind    distribution                  sample  batch  event  plates
            mu    latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()
            guide:
            site  kind    distribution                  sample  batch  event  plates
            mu    latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()
            nu    latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()\
            """),
        argument(
            "plate size mismatch",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 10)) {
                p.observe("y", Normal.of(0, 1), rows.take(p.run().arange(8)));
              }
            },
            IllegalArgumentException.class,
            "plate 'rows' has 10 rows, but the array to take them from has 8 (shape (8), axis 0);"
                + " open the plate with the array's size"),
        argument(
            "plate re-entered with another size",
            (p, data) -> {
              try (Plate rows = p.plate("rows", 10)) {
                p.sample("x", Normal.of(0, 1));
              }
              try (Plate rows = p.plate("rows", 8)) {
                p.sample("y", Normal.of(0, 1));
              }
            },
            IllegalStateException.class,
            "plate 'rows' was opened with size 10 and is opened again with size 8; give the other"
                + " one its own name"),
        argument(
            "plate left open",
            WrongProgramsTest::leavesPlateOpen,
            IllegalStateException.class,
            "plate 'rows' is still open at the end of the execution; open it by try (Plate rows ="
                + " p.plate(...)) { ... }"),
        argument(
            "batch shape against plate",
            (p, data) -> {
              NDArray mu = p.sample("mu", Normal.of(0, 1));
              try (Plate rows = p.plate("rows", 3)) {
                p.sample("z", Normal.of(mu.add(p.run().ones(new Shape(4))), 1));
              }
            },
            IllegalArgumentException.class,
            """
            sample site 'z' has batch shape (4), from parameter 'loc' (4), but plate 'rows' wants size 3 at dim -1; take the plate's rows, or declare event dims by toEvent(n)
            sites before it:
            site  kind    distribution                  sample  batch  event  plates
            mu    latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()\
            """),
        argument(
            "value outside the support",
            (p, data) -> {
              NDArray rate = p.sample("rate", Gamma.of(2, 1));
              try (Plate rows = p.plate("rows", 3)) {
                p.observe(
                    "wait",
                    Gamma.of(p.scalar(2), rate),
                    p.run().create(new double[] {1, 2, -3}, new Shape(3)));
              }
            },
            IllegalArgumentException.class,
            """
            observed site 'wait' has value -3.0 at (2) outside the support 'non-negative' of Gamma(concentration: 2.0, rate: ()).expand(3); pass values in the support or take another distribution
            sites before it:
            site  kind    distribution                          sample  batch  event  plates
            rate  latent  Gamma(concentration: 2.0, rate: 1.0)  ()      ()     ()\
            """),
        argument(
            "parameter without a value",
            (p, data) -> p.sample("x", Normal.of(p.param("loc"), 1)),
            IllegalStateException.class,
            "parameter 'loc' has no value yet; give its first one by p.param(\"loc\", () -> ...)"),
        argument(
            "non-finite density",
            (p, data) -> {
              NDArray log = p.sample("u", Uniform.of(-2, -1)).log();
              p.observe("x", Normal.of(log, 1), 0.5);
            },
            IllegalArgumentException.class,
            """
            observed site 'x' has log density NaN under Normal(loc: (), scale: 1.0); parameter 'loc' of Normal must be real, but its entry 0 is NaN
            sites before it:
            site  kind    distribution                    sample  batch  event  plates
            u     latent  Uniform(low: -2.0, high: -1.0)  ()      ()     ()\
            """),
        Named.of(
            "tensor used after its run",
            new Wrong(
                sandbox -> {
                  NDArray x = sandbox.record((p, data) -> p.sample("x", PAIR)).value("x");
                  sandbox.run().close();
                  x.exp().getShape();
                },
                IllegalStateException.class,
                "tensor of run 0 is used after its run was closed; read what you need inside the"
                    + " run, or copy it out with Tensors.copy(x, manager)")),
        argument(
            "tensor used from another thread",
            (p, data) -> {
              NDArray x = p.sample("x", PAIR);
              elsewhere(() -> x.exp().getShape());
            },
            IllegalStateException.class,
            "tensor of run 0 belongs to thread 'main' but is used from thread 'other'; open a run"
                + " on each thread and pass values, not tensors"),
        Named.of(
            "captured plain array as receiver",
            new Wrong(
                sandbox -> {
                  NDArray captured = sandbox.data(1, 2, 3);
                  sandbox.record(
                      (p, data) -> {
                        NDArray slope = p.sample("slope", Normal.of(0, 1));
                        p.sample("x", Normal.of(captured.mul(slope), 1).toEvent());
                      });
                },
                UnsupportedOperationException.class,
                "NDArray method 'toByteBuffer' is refused on a tensor of a run: a tensor of a run"
                    + " was handed to a plain NDArray, which would copy it and cut its gradient;"
                    + " pass the plain array to the program as data, or wrap it with"
                    + " p.constant(x)")));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void textIsWhole(Wrong wrong) {
    check(wrong);
  }

  @Test
  @Tag("acceptance")
  @Tag("floor.4")
  void thirteenTexts() {
    int right = 0;
    for (Named<Wrong> wrong : programs().toList()) {
      check(wrong.getPayload());
      right++;
    }
    new AcceptancePoint("floor.4").between("texts", right, 13, 13);
  }

  private static void check(Wrong wrong) {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> wrong.deed.accept(sandbox))
          .isInstanceOf(wrong.type)
          .hasMessage(wrong.text);
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the fault that is tested
  private static void leavesPlateOpen(Ppl p, Void data) {
    Plate rows = p.plate("rows", 3);
    p.sample("x", Normal.of(rows.dim(), 1));
  }

  private static void elsewhere(Runnable body) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(body, task -> new Thread(task, "other").start());
    try {
      done.join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private static Named<Wrong> argument(
      String name, Program<Void> program, Class<? extends Exception> type, String text) {
    return Named.of(name, new Wrong(sandbox -> sandbox.record(program), type, text));
  }

  private static Named<Wrong> guide(
      String name, Program<Void> model, Program<Void> guide, String text) {
    return Named.of(
        name,
        new Wrong(
            sandbox -> {
              Trace drawn = sandbox.recordGuide(guide);
              ModelGuide.check(sandbox.record(model, new Replay(drawn)), drawn);
            },
            IllegalArgumentException.class,
            text));
  }
}
