package org.ppl4j;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;

/** Runs a program with a fresh parameter store to say what it is. */
final class Describing {

  private Describing() {}

  static <D extends @Nullable Object> SiteTable table(Program<D> program, D data) {
    return executed(
        program, data, RunConfig.defaults(), (run, execution) -> execution.record().table());
  }

  static <D extends @Nullable Object> String dot(Program<D> program, D data) {
    return withEdges(program, data, Dot::of);
  }

  static <D extends @Nullable Object> SiteGraph graph(Program<D> program, D data) {
    return withEdges(
        program, data, (trace, edges) -> new SiteGraph(trace.table(), ImmutableList.copyOf(edges)));
  }

  /** The program is checked by a first execution; those with exchanged values are not. */
  private static <D extends @Nullable Object, R> R withEdges(
      Program<D> program, D data, BiFunction<Trace, List<SiteGraph.Edge>, R> body) {
    RunConfig unchecked = RunConfig.defaults().withValidation(Validation.OFF);
    executed(program, data, RunConfig.defaults(), (run, execution) -> execution.record());
    return executed(
        program,
        data,
        unchecked,
        (run, execution) -> {
          Trace trace = execution.record();
          return body.apply(trace, new Dependencies(run, execution, trace).edges());
        });
  }

  /** Executes the program again and again in one run. */
  @FunctionalInterface
  interface Repeated {
    Trace record(Handler... handlers);
  }

  @CanIgnoreReturnValue
  private static <D extends @Nullable Object, R> R executed(
      Program<D> program, D data, RunConfig config, BiFunction<Run, Repeated, R> body) {
    try (NDManager manager = config.newManager();
        ParamStore params = new ParamStore(manager, config);
        BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 0)) {
      D inRun = bound.in(run);
      return body.apply(
          run,
          handlers -> Execution.record(run, params, Rng.Purpose.MODEL, program, inRun, handlers));
    }
  }
}
