package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SavedTrace;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.ConditionalTransformedDistribution;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;

/** The blocks of the page from-pyro.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class FromPyroPage {

  private FromPyroPage() {}

  // region
  record Guess(double grams) {}

  static final Program<Guess> SCALE =
      (p, guess) -> {
        NDArray weight = p.sample("weight", Normal.of(guess.grams(), 1));
        p.sample("measurement", Normal.of(weight, 0.75));
      };

  static Summary weigh() {
    Program<Guess> conditioned = SCALE.with(new Condition("measurement", 9.5));
    try (Svi<Guess> svi = Svi.of(conditioned, AutoNormal.of(conditioned))) {
      svi.run(new Guess(8.5));
      return svi.summary(new Guess(8.5), 10_000); // N(9.14, 0.6)
    }
  }

  // endregion

  // region
  static double logJoint(ParamStore params) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Guess guess = new Guess(8.5);
      Trace drawn = Execution.record(run, params, Rng.Purpose.GUIDE, SCALE, guess);
      Program<Guess> replayed =
          SCALE.with(new Condition("measurement", 9.5), new Replay(drawn)); // the last is outermost
      Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, replayed, guess);
      return trace.logJoint().getDouble();
    }
  }

  // endregion

  // region
  static double keep(ParamStore params, Path file) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace drawn = Execution.record(run, params, Rng.Purpose.MODEL, SCALE, new Guess(8.5));
      SavedTrace.of(run, drawn).save(file);
      return drawn.logJoint().getDouble();
    }
  }

  static double repeat(ParamStore params, Path file) {
    SavedTrace saved = SavedTrace.load(file);
    try (Run run = saved.open()) { // with the seed of the first
      Program<Guess> same = SCALE.with(new Replay(saved.trace()));
      return Execution.record(run, params, Rng.Purpose.MODEL, same, new Guess(8.5))
          .logJoint()
          .getDouble();
    }
  }

  // endregion

  // region
  record Points(NDArray x, NDArray y) {}

  static Program<Points> density(ConditionalTransformModule spline) {
    return (p, points) -> {
      ConditionalTransform flow = p.module("spline", spline);
      try (Plate rows = p.plate("rows", points.y().size(0), 128)) {
        NDArray x = rows.take(points.x()).expandDims(-1);
        NDArray y = rows.take(points.y()).expandDims(-1);
        p.observe(
            "y",
            ConditionalTransformedDistribution.of(Normal.standard(1).toEvent(1), flow).given(x),
            y);
      }
    };
  }

  static double learn(Points points) {
    Program<Points> density = density(Flows.spline(1).conditional(1));
    Program<Points> nothingLatent = (p, data) -> {};
    try (Svi<Points> svi = Svi.of(density, nothingLatent)) {
      return svi.run(points, 1000).finalLoss();
    }
  }

  // endregion

  // region
  static final Program<double[]> COIN =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate rows = p.plate("flips", flips.length)) {
          p.observe("obs", Bernoulli.probs(fairness), rows.take(flips));
        }
      };

  static final Program<double[]> COIN_OF_A_PARAMETER =
      (p, flips) -> {
        NDArray fairness = p.param("fairness", () -> p.scalar(0.5), Constraint.UNIT_INTERVAL);
        try (Plate rows = p.plate("flips", flips.length)) {
          p.observe("obs", Bernoulli.probs(fairness), rows.take(flips));
        }
      };

  static double mle(double[] flips) {
    Program<double[]> nothingLatent = (p, data) -> {};
    try (Svi<double[]> svi = Svi.of(COIN_OF_A_PARAMETER, nothingLatent)) {
      svi.run(flips);
      return svi.params().value("fairness")[0];
    }
  }

  static double map(double[] flips) {
    AutoDelta<double[]> guide = AutoDelta.of(COIN);
    try (Svi<double[]> svi = Svi.of(COIN, guide)) {
      svi.run(flips);
      return guide.median(svi.params()).get("fairness")[0];
    }
  }

  // endregion

  // region
  record Nations(double[] inAfrica, double[] ruggedness, double[] logGdp) {}

  static final Program<Nations> RUGGED =
      (p, nations) -> {
        NDArray a = p.sample("a", Normal.of(0, 10));
        NDArray bA = p.sample("bA", Normal.of(0, 1));
        NDArray bR = p.sample("bR", Normal.of(0, 1));
        NDArray bAR = p.sample("bAR", Normal.of(0, 1));
        NDArray sigma = p.sample("sigma", Uniform.of(0, 10));
        try (Plate rows = p.plate("nations", nations.logGdp().length)) {
          NDArray africa = rows.take(nations.inAfrica());
          NDArray rugged = rows.take(nations.ruggedness());
          NDArray slope = africa.mul(bAR).add(bR);
          NDArray mean = africa.mul(bA).add(rugged.mul(slope)).add(a);
          p.observe("log_gdp", Normal.of(mean, sigma), rows.take(nations.logGdp()));
        }
      };

  static Summary slopes(Nations nations) {
    Program<Nations> guide = AutoMultivariateNormal.of(RUGGED);
    try (Svi<Nations> svi = Svi.of(RUGGED, guide);
        McmcRun<Nations> chains = Nuts.of(RUGGED).run(nations)) {
      svi.run(nations);
      System.out.println(svi.summary(nations, 4000)); // of the guide
      return chains.summary();
    }
  }

  // endregion

  // region
  static final Program<double[]> CLUSTERS =
      (p, y) -> {
        NDArray weights = p.sample("weights", Dirichlet.of(Tensors.vector(0.5, 0.5)));
        NDArray scale = p.sample("scale", LogNormal.of(0, 2));
        NDArray locs;
        try (Plate components = p.plate("components", 2)) {
          locs = p.sample("locs", Normal.of(0, 10));
        }
        try (Plate rows = p.plate("data", y.length)) {
          NDArray assignment = p.sample("assignment", Categorical.probs(weights)); // summed out
          p.observe("obs", Normal.of(p.pick(locs, assignment), scale), rows.take(y));
        }
      };

  static Map<String, double[]> clusters(double[] y) {
    AutoDelta<double[]> guide = AutoDelta.of(CLUSTERS).initializer(Initializer.sample(20));
    try (Svi<double[]> svi = Svi.of(CLUSTERS, guide)) {
      svi.run(y);
      return guide.median(svi.params());
    }
  }

  // endregion

  // region
  record Chorales(NDArray tones, long[] lengths, int states) {} // tones (times, chorales, 88)

  static final Program<Chorales> MUSIC =
      (p, music) -> {
        Shape all = music.tones().getShape();
        NDArray stay = p.run().eye(music.states()).mul(0.9).add(0.1);
        NDArray moves = p.sample("moves", Dirichlet.of(stay).toEvent(1));
        NDArray keys =
            p.sample("keys", Beta.of(0.1, 0.9).expand(music.states(), all.get(2)).toEvent(2));
        try (Plate chorales = p.plate("chorales", all.get(1))) {
          NDArray lengths = chorales.take(music.lengths());
          p.scan(
              "t",
              (int) all.get(0),
              p.run().zeros(new Shape(all.get(1))),
              (q, t, before) -> {
                NDArray state = q.sample("state", Categorical.probs(q.pick(moves, before, 1)));
                Distribution played = Bernoulli.probs(q.pick(keys, state, 1)).toEvent(1);
                NDArray sounds = t.number().lt(lengths);
                q.observe("tones", played.mask(sounds), t.take(music.tones()));
                return state;
              });
        }
      };

  static Map<String, double[]> heard(Chorales music, int steps) {
    AutoDelta<Chorales> guide = AutoDelta.of(MUSIC);
    try (Svi<Chorales> svi = Svi.of(MUSIC, guide)) {
      svi.run(music, steps);
      return guide.median(svi.params());
    }
  }

  // endregion

  // region
  static final Program<double[]> LOCAL_LEVEL =
      (p, y) -> {
        NDArray drift = p.sample("drift", LogNormal.of(-1, 1));
        NDArray noise = p.sample("noise", LogNormal.of(-1, 1));
        NDArray start = p.sample("start", Normal.of(0, 10));
        p.scan(
            "t",
            y.length,
            start,
            (q, t, before) -> {
              NDArray level = q.sample("level", Normal.of(before, drift));
              q.observe("y", Normal.of(level, noise), t.take(y));
              return level;
            });
      };

  static double[] forecast(Program<double[]> model, double[] y, int steps) {
    double[] longer = Arrays.copyOf(y, y.length + steps); // what is new there is not read
    try (McmcRun<double[]> run = Nuts.of(model).run(y);
        Samples made = Predictive.of(model, run).draw(longer, run.samples())) {
      return Arrays.copyOfRange(made.mean("y"), y.length, longer.length);
    }
  }

  // endregion

  // region
  record Curve(double[] x, double[] y, double[] asked) {}

  static final Program<Curve> PROCESS =
      (p, curve) -> {
        NDArray variance = p.sample("variance", LogNormal.of(0, 1));
        NDArray length = p.sample("length", LogNormal.of(0, 1));
        NDArray noise = p.sample("noise", LogNormal.of(-1, 1));
        NDArray x = p.constant(curve.x());
        NDArray y = p.constant(curve.y());
        NDArray kernel = kernel(x, x, variance, length);
        NDArray own = p.run().eye(curve.x().length).mul(matrix(noise));
        NDArray factor = Linalg.cholesky(kernel.add(own));
        p.observe("y", MultivariateNormal.of(0, factor), y);
        NDArray between = kernel(p.constant(curve.asked()), x, variance, length);
        p.deterministic("f", Linalg.times(between, Linalg.choleskySubstitute(factor, y)));
      };

  /** The covariance of the process at numbers in rows with that at numbers in columns. */
  static NDArray kernel(NDArray rows, NDArray columns, NDArray variance, NDArray length) {
    NDArray distance = rows.expandDims(-1).sub(columns.expandDims(-2)).div(matrix(length));
    return distance.square().div(-2).exp().mul(matrix(variance));
  }

  /** A number for each matrix, whatever draws stand on its left. */
  static NDArray matrix(NDArray number) {
    return number.expandDims(-1).expandDims(-1);
  }

  static double[] curve(Program<Curve> model, Curve curve) {
    try (McmcRun<Curve> run = Nuts.of(model).run(curve);
        Samples made = Predictive.of(model, run).draw(curve, run.samples())) {
      return made.mean("f");
    }
  }

  // endregion

  // region
  static final int CODE = 2;

  static Block layers(int outputs) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(32).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(outputs).build());
  }

  static Program<NDArray> decoder(Block decoder) {
    return (p, images) -> {
      NDArray noise = p.param("noise", () -> p.scalar(1), Constraint.POSITIVE);
      try (Plate rows = p.plate("rows", images.size(0), 100)) {
        NDArray code = p.sample("code", Normal.standard(CODE).toEvent(1));
        NDArray image = p.net("decoder", decoder, code);
        p.observe("pixels", Normal.of(image, noise).toEvent(1), rows.take(images));
      }
    };
  }

  static Program<NDArray> encoder(Block encoder) {
    return (p, images) -> {
      try (Plate rows = p.plate("rows", images.size(0), 100)) {
        NDArray both = p.net("encoder", encoder, rows.take(images));
        List<NDArray> parts = Tensors.split(both, -1, CODE, CODE);
        p.sample("code", Normal.of(parts.get(0), parts.get(1).exp()).toEvent(1));
      }
    };
  }

  static double vae(NDArray images, int steps) {
    Program<NDArray> model = decoder(layers((int) images.size(1)));
    Program<NDArray> guide = encoder(layers(2 * CODE));
    try (Svi<NDArray> svi = Svi.of(model, guide)) {
      return svi.run(images, steps).finalLoss();
    }
  }
  // endregion
}
