package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/** Where a {@link WrongProgram} runs: a run, a store, data, a fit. */
final class WrongBench implements AutoCloseable {

  private final NDManager manager = NDManager.newBaseManager();
  private final ParamStore params = new ParamStore(manager);
  private final Run run;

  @SuppressWarnings("MustBeClosedChecker") // closed with it
  WrongBench() {
    run = Run.open(RunConfig.defaults(), 0);
  }

  Program<Void> of(Consumer<Ppl> program) {
    return (p, none) -> program.accept(p);
  }

  /** One execution. */
  void record(Consumer<Ppl> program, Handler... handlers) {
    Execution.record(run, params, Rng.Purpose.MODEL, of(program), null, handlers);
  }

  /** A few steps. */
  void fit(Svi.Builder<Void> builder) {
    try (Svi<Void> svi = builder.progress(Progress.silent()).build()) {
      FitReport unused = svi.run(null, 3);
    }
  }

  ParamStore params() {
    return params;
  }

  /** Data of a shape. */
  NDArray numbers(long... shape) {
    Shape whole = new Shape(shape);
    double[] values = new double[(int) whole.size()];
    Arrays.setAll(values, i -> 0.1 * i - 0.3);
    return manager.create(values, whole);
  }

  NDArray whole(long... numbers) {
    return manager.create(numbers);
  }

  /** Looks at draws of the coin's posterior. */
  void drawn(Consumer<Samples> look) {
    try (Svi<Void> svi =
        Svi.builder(of(WrongProgram::coin), of(WrongProgram::coinGuide))
            .progress(Progress.silent())
            .build()) {
      FitReport unused = svi.run(null, 3);
      try (Samples draws = svi.posterior(null, 10)) {
        look.accept(draws);
      }
    }
  }

  /** Predicts flips of the coin in a plate whose rows are said to be others. */
  void predictedAnew(String plate) {
    Program<Void> coin = of(WrongProgram::coin);
    try (Svi<Void> svi =
        Svi.builder(coin, of(WrongProgram::coinGuide)).progress(Progress.silent()).build()) {
      FitReport unused = svi.run(null, 3);
      try (Samples draws = Predictive.of(coin, svi).newRows(plate).draw(null, 10)) {
        throw new AssertionError(draws);
      }
    }
  }

  @Override
  public void close() {
    run.close();
    params.close();
    manager.close();
  }
}
