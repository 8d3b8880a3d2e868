package org.ppl4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

/** Runs programs. One execution is one program in a run, under handlers. */
public final class Execution {

  private Execution() {}

  /**
   * Runs a program once and records what it did.
   *
   * @param run where its tensors live; it may hold further executions
   * @param params its parameters; those that do not exist are created
   * @param purpose keys its noise, so that a guide and a model draw apart
   * @param data as tensors of the run, e.g. by {@link BoundData#in}
   * @param outer handlers around the program, the last outermost; what they hide is not recorded
   * @throws IllegalStateException if the program left a plate or loop open, or used a name twice
   * @throws IllegalArgumentException if a shape does not fit, or a value that is checked is bad
   */
  @CanIgnoreReturnValue
  public static <D extends @Nullable Object> Trace record(
      Run run,
      ParamStore params,
      Rng.Purpose purpose,
      Program<D> program,
      D data,
      Handler... outer) {
    Ppl p = new Ppl(run, params, purpose);
    Recording recording = new Recording();
    p.settling.explaining(
        () ->
            p.inside(
                List.of(q -> recording),
                () -> p.inside(List.of(outer), () -> program.run(p, data))));
    return recording.trace.updates(p.updates()).build();
  }

  private static final class Recording extends Handler.Frame {

    private final Trace.Builder trace = Trace.builder();

    @Override
    protected void leave(SampleSite site) {
      trace.add(site);
    }

    @Override
    protected void leave(ParamSite site) {
      trace.add(site);
    }

    @Override
    protected void opened(Plate plate) {
      trace.add(plate);
    }
  }
}
