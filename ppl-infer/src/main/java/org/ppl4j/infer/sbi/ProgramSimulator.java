package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Uncondition;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * A site of a program under given parameters; what the program observes is drawn.
 *
 * @param program its data are the parameters, {@code (P)}
 * @param site whose value is what is simulated
 * @param config of all runs, but for the seed
 */
record ProgramSimulator(Program<NDArray> program, String site, RunConfig config)
    implements Simulator {

  ProgramSimulator {
    requireNonNull(program, "program");
    requireNonNull(site, "site");
    requireNonNull(config, "config");
  }

  @Override
  public double[] simulate(double[] parameters, Rng rng) {
    RunConfig own = config.withSeed(rng.nextLong(Long.MAX_VALUE));
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, own);
        Run run = Run.open(own, 0)) {
      return run.withoutGradients(
          () -> {
            NDArray row = run.create(parameters, new Shape(parameters.length));
            Trace trace =
                Execution.record(run, params, Rng.Purpose.MODEL, program, row, new Uncondition());
            checkArgument(
                trace.has(site),
                "simulator has no site '%s', only %s; name one of these",
                site,
                Nearest.to(site, trace.sites().stream().map(found -> found.name()).toList()));
            return Tensors.values(trace.value(site));
          });
    }
  }
}
