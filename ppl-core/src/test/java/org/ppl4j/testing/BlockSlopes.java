package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.ppl4j.Execution;
import org.ppl4j.ParamSite;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** The slope of a block's output along a random direction of all its parameters, by differences. */
public final class BlockSlopes {

  /** Of a slope, of a share of the terms that it is the sum of. */
  public static final double TOLERANCE = 1e-7;

  private static final double STEP = 1e-5;

  private final Program<Void> program;
  private final Sandbox sandbox;
  private final List<String> names;
  private final List<double[]> at = new ArrayList<>();
  private final List<double[]> along = new ArrayList<>();

  private BlockSlopes(BlockCase of, Sandbox sandbox) {
    Block block = of.block().get();
    NDArray x = of.data(sandbox.manager());
    this.program = (p, none) -> p.deterministic("out", p.net("net", block, p.constant(x)));
    this.sandbox = sandbox;
    sandbox.record(program);
    this.names = List.copyOf(sandbox.params().names());
    SplittableRandom random = new SplittableRandom(3);
    for (String name : names) {
      int size = sandbox.params().value(name).length;
      at.add(random.doubles(size, -0.7, 0.7).toArray());
      along.add(random.doubles(size, -1, 1).toArray());
    }
  }

  /**
   * How far apart slope and difference are, as a share of the terms of the slope.
   *
   * @throws AssertionError if no parameter has a slope
   */
  public static double apart(BlockCase of) {
    try (Sandbox sandbox = Sandbox.open()) {
      return new BlockSlopes(of, sandbox).apart();
    }
  }

  private double apart() {
    move(0);
    double[] terms = reading(this::terms);
    double slope = 0;
    double size = 0;
    for (double term : terms) {
      slope += term;
      size += Math.abs(term);
    }
    if (!(size > 0)) {
      throw new AssertionError("no parameter has a slope");
    }
    move(STEP);
    double above = reading(trace -> Sandbox.number(weighed(trace)));
    move(-STEP);
    double below = reading(trace -> Sandbox.number(weighed(trace)));
    return Math.abs(slope - (above - below) / (2 * STEP)) / (1 + size);
  }

  /** In a run of its own, since values of parameters hold for a run. */
  private <T> T reading(Function<Trace, T> read) {
    try (Run run = Run.open(sandbox.run().config(), 0)) {
      return read.apply(Execution.record(run, sandbox.params(), Rng.Purpose.MODEL, program, null));
    }
  }

  private double[] terms(Trace trace) {
    List<NDArray> leaves = trace.params().stream().map(ParamSite::leaf).toList();
    List<NDArray> slopes = Autograd.grad(weighed(trace), leaves);
    double[] terms = new double[names.size()];
    for (ParamSite param : trace.params()) {
      double[] slope = Tensors.values(slopes.get(trace.params().indexOf(param)));
      int place = names.indexOf(param.name());
      for (int i = 0; i < slope.length; i++) {
        terms[place] += slope[i] * along.get(place)[i];
      }
    }
    return terms;
  }

  private static NDArray weighed(Trace trace) {
    NDArray out = trace.value("out");
    double[] weights = new SplittableRandom(5).doubles(out.size(), -1, 1).toArray();
    return Tensors.total(out.mul(Tensors.run(out).create(weights, out.getShape())).sin());
  }

  private void move(double step) {
    for (int i = 0; i < names.size(); i++) {
      double[] values = at.get(i).clone();
      for (int j = 0; j < values.length; j++) {
        values[j] += step * along.get(i)[j];
      }
      sandbox.params().set(names.get(i), values);
    }
  }
}
