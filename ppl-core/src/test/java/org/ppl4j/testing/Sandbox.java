package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A run, a parameter store and a manager of data, for a test that records a few programs. */
public final class Sandbox implements AutoCloseable {

  private final NDManager manager = NDManager.newBaseManager();
  private final ParamStore params;
  private final Run run;

  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  private Sandbox(RunConfig config, long counter) {
    this.params = new ParamStore(manager, config);
    this.run = Run.open(config, counter);
  }

  /** With default settings. */
  public static Sandbox open() {
    return open(RunConfig.defaults(), 0);
  }

  /** With these settings. */
  public static Sandbox open(RunConfig config, long counter) {
    return new Sandbox(config, counter);
  }

  /** Records a program without data as a model. */
  @CanIgnoreReturnValue
  public Trace record(Program<Void> program, Handler... handlers) {
    return Execution.record(run, params, Rng.Purpose.MODEL, program, null, handlers);
  }

  /** Records a program without data as a guide. */
  public Trace recordGuide(Program<Void> program, Handler... handlers) {
    return Execution.record(run, params, Rng.Purpose.GUIDE, program, null, handlers);
  }

  /** The run. */
  public Run run() {
    return run;
  }

  /** The parameters. */
  public ParamStore params() {
    return params;
  }

  /** The owner of data. */
  public NDManager manager() {
    return manager;
  }

  /** Data. */
  public NDArray data(double... values) {
    return manager.create(values);
  }

  /** The value of a site on the host. */
  public static double[] value(Trace trace, String site) {
    return Tensors.values(trace.value(site));
  }

  /** A number on the host. */
  public static double number(NDArray x) {
    return Tensors.values(x)[0];
  }

  @Override
  public void close() {
    run.close();
    params.close();
    manager.close();
  }
}
