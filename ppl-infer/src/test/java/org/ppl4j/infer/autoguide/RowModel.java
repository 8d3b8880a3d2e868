package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * A model with two latent values for each of N rows, of which a step sees some, and its posterior
 * and evidence in closed form: b ~ N(0, 2), w ~ N(b, 1); in each row z ~ N(0, 1.5), y ~ N(z, 0.5)
 * and the same in logs.
 */
final class RowModel implements AutoCloseable {

  static final int N = 12;
  static final double PRIOR = 1.5;
  static final double NOISE = 0.5;

  /** Rows, and which of them a step sees. */
  record Data(NDArray y, NDArray w, NDArray indices) {}

  /** How the plate of the rows opens. */
  interface Opening {
    PlateSpec rows(Data data);
  }

  static final Opening ALL = data -> PlateSpec.of("rows", N);
  static final Opening DRAWN = data -> PlateSpec.of("rows", N).batch(4);
  static final Opening CHOSEN = data -> PlateSpec.of("rows", N).indices(data.indices());

  final NDManager manager = NDManager.newBaseManager();
  final ParamStore params = new ParamStore(manager);
  final double[] y = new SplittableRandom(5).doubles(N, -3, 3).toArray();
  final Data data = data(7, 2, 4, 11);

  /** The data, of which a step sees these rows. */
  Data data(long... rows) {
    return new Data(manager.create(y), manager.create(1.3), manager.create(rows));
  }

  static Program<Data> model(Opening opening) {
    return (p, d) -> {
      NDArray b = p.sample("b", Normal.of(0, 2));
      p.observe("w", Normal.of(b, 1), d.w());
      try (Plate rows = p.plate(opening.rows(d))) {
        NDArray z = p.sample("z", Normal.of(0, PRIOR));
        NDArray s = p.sample("s", LogNormal.of(0, PRIOR));
        NDArray seen = rows.take(d.y());
        p.observe("y", Normal.of(z, NOISE), seen);
        p.observe("ys", LogNormal.of(s.log(), NOISE), seen.exp());
      }
    };
  }

  static double precision() {
    return 1 / (PRIOR * PRIOR) + 1 / (NOISE * NOISE);
  }

  /** Of z and of the logarithm of s, in each row. */
  double[] means() {
    return Arrays.stream(y).map(v -> v / (NOISE * NOISE) / precision()).toArray();
  }

  /** Makes the parameters of an {@link AutoNormal} those of the posterior. */
  void usePosterior() {
    double[] sds = new double[N];
    Arrays.fill(sds, 1 / Math.sqrt(precision()));
    params.set("auto.loc", 1.3 / 1.25);
    params.set("auto.scale", 1 / Math.sqrt(1.25));
    for (String site : new String[] {"z", "s"}) {
      params.set("auto.loc." + site, means());
      params.set("auto.scale." + site, sds);
    }
  }

  /** The log-density of N(0, variance). */
  static double logNormal(double x, double variance) {
    return -0.5 * (Math.log(2 * Math.PI * variance) + x * x / variance);
  }

  /** The evidence of rows that stand for all. */
  double evidence(double[] rows) {
    double sum = 0;
    for (double row : rows) {
      double each = logNormal(y[(int) row], PRIOR * PRIOR + NOISE * NOISE);
      sum += 2 * each - y[(int) row]; // the second is a density of exp(y)
    }
    return logNormal(1.3, 5) + sum * N / rows.length;
  }

  /** The rows that a step draws. */
  static double[] drawnRows(long step) {
    try (Run run = Run.open(RunConfig.defaults(), step)) {
      return Arrays.stream(run.rng(Rng.Purpose.PLATE, "rows").sample(N, 4))
          .asDoubleStream()
          .toArray();
    }
  }

  /** A fit of 1000 steps. */
  <D> Svi.Builder<D> fit(Program<D> model, AutoGuide<D, ?> guide) {
    return Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(falling(1000)))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  /** To a twentieth in so many steps. */
  private static Tracker falling(int steps) {
    return Tracker.factor()
        .setBaseValue(0.1f)
        .setFactor((float) Math.pow(0.05, 1.0 / steps))
        .build();
  }

  @Override
  public void close() {
    params.close();
    manager.close();
  }
}
