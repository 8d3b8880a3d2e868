package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Kl;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.testing.SparseCases.SparseCase;

/**
 * Where a model and its guide are the same distribution, each log weight is 0: the density of a
 * draw in the guide is that of the value which the model gets, however near to an end of the
 * support it lies.
 */
public final class SparseLaws {

  /** Rounding in float64. */
  private static final double EXACT = 1e-9;

  /** Rounding in float32, in units of 1 + |log-density|. */
  private static final double SINGLE = 1e-3;

  private static final int DRAWS = 40;
  private static final int PARTICLES = 3;

  private SparseLaws() {}

  /**
   * Judges each draw of a guide under the same distribution, made anew, as a model.
   *
   * @param fault what the guide's distribution is made into; the identity if it has no fault
   * @return how many log weights it judged
   */
  public static int modelIsGuide(
      SparseCase row, double concentration, FloatType type, UnaryOperator<Distribution> fault) {
    RunConfig config = RunConfig.defaults().withFloatType(type).withValidation(Validation.OFF);
    int judged = 0;
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      Program<@Nullable Void> guide = program(row, concentration, fault);
      Program<@Nullable Void> model = program(row, concentration, UnaryOperator.identity());
      List<Function<Trace, Handler>> roads =
          List.of(Replay::new, Condition::new, trace -> new Replay(trace.detached(manager)));
      for (int i = 0; i <= roads.size(); i++) {
        try (Run run = Run.open(config, i)) {
          Handler[] outer = i < roads.size() ? new Handler[0] : particles();
          Trace drawn = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null, outer);
          List<Handler> inner = new ArrayList<>();
          inner.add(roads.get(i % roads.size()).apply(drawn));
          inner.addAll(List.of(outer));
          Trace scored =
              Execution.record(
                  run, params, Rng.Purpose.MODEL, model, null, inner.toArray(Handler[]::new));
          judged += judge(row + " at " + concentration, type, drawn.site("x"), scored.site("x"));
        }
      }
      try (Run run = Run.open(config, roads.size() + 1L)) {
        judged += divergence(row, run, concentration, type, fault);
      }
    }
    return judged;
  }

  private static Handler[] particles() {
    return new Handler[] {new Particles(PARTICLES, 1)};
  }

  private static Program<@Nullable Void> program(
      SparseCase row, double concentration, UnaryOperator<Distribution> fault) {
    return (p, none) -> {
      Distribution one = fault.apply(row.family().of(p.run(), concentration));
      try (Plate plate = p.plate("draws", DRAWS)) {
        p.sample("x", one.toEvent());
      }
    };
  }

  private static int judge(String what, FloatType type, SampleSite guide, SampleSite model) {
    double[] own = Tensors.values(guide.logProb());
    double[] anew = Tensors.values(model.logProb());
    assertThat(anew).as(what).hasSameSizeAs(own);
    for (int i = 0; i < own.length; i++) {
      check(what, type, own[i], anew[i]);
    }
    return own.length;
  }

  private static void check(String what, FloatType type, double own, double anew) {
    double bound = type == FloatType.FLOAT64 ? EXACT : SINGLE * (1 + Math.abs(own));
    assertThat(Math.abs(own - anew))
        .as("%s, %s: log weight of a draw with log-density %s", what, type, own)
        .isLessThanOrEqualTo(bound);
  }

  /** The divergence of a distribution from itself is 0. */
  private static int divergence(
      SparseCase row, Run run, double c, FloatType type, UnaryOperator<Distribution> fault) {
    Distribution guide = fault.apply(row.family().of(run, c));
    Distribution model = row.family().of(run, c);
    Rng rng = run.rng(Rng.Purpose.GUIDE, "divergence");
    NDArray size = guide.expand(batch(guide)).draw(rng).logProb().abs().mean();
    double[] kl = Tensors.values(Kl.estimate(guide, model, rng, DRAWS));
    double scale = Tensors.values(size)[0];
    for (double one : kl) {
      check(row + " at " + c + ", divergence", type, scale, scale + one);
    }
    return kl.length;
  }

  private static Shape batch(Distribution distribution) {
    return org.ppl4j.tensor.internal.table.Shapes.concat(
        new Shape(DRAWS), distribution.batchShape());
  }
}
