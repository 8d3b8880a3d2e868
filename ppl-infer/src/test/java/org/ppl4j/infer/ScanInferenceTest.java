package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Lift;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.BlockCases;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ScanCase;

/** Ways of inference on a state of normal noise, whose posterior is known. */
@ExtendWith(LeakCheck.class)
class ScanInferenceTest {

  private static final double PHI = 0.8;
  private static final double[] Y = {0.3, -0.4, 1.1, 0.8, -0.2, 0.5, 0.9, -1.3};
  private static final int N = Y.length;
  private static final RunConfig RECORDED =
      RunConfig.defaults().withRecording(Recording.REQUIRED).withSeed(7);

  private static final Program<NDArray> MODEL =
      (p, y) ->
          p.scan(
              "t",
              N,
              p.scalar(0),
              (q, t, before) -> {
                NDArray x = q.sample("x", Normal.of(before.mul(PHI), 1));
                q.deterministic("twice", x.mul(2));
                q.observe("y", Normal.of(x, 0.5), y == null ? null : t.take(y));
                return x;
              });

  /** A guide that is a scan too. */
  private static final Program<NDArray> GUIDE =
      (p, y) -> {
        NDArray a = p.param("a", () -> p.scalar(0.1));
        NDArray b = p.param("b", () -> p.scalar(0.1));
        NDArray log = p.param("log", () -> p.scalar(-0.1));
        p.scan(
            "t",
            N,
            p.scalar(0),
            (q, t, before) ->
                q.sample("x", Normal.of(before.mul(a).add(t.take(y).mul(b)), log.exp())));
      };

  private final RealMatrix covariance = covariance();
  private final double[] mean = covariance.operate(Arrays.stream(Y).map(y -> 4 * y).toArray());

  private static RealMatrix covariance() {
    RealMatrix precision = new Array2DRowRealMatrix(N, N);
    for (int i = 0; i < N; i++) {
      precision.addToEntry(i, i, 1 + 4);
      if (i > 0) {
        precision.addToEntry(i - 1, i - 1, PHI * PHI);
        precision.addToEntry(i, i - 1, -PHI);
        precision.addToEntry(i - 1, i, -PHI);
      }
    }
    return new LUDecomposition(precision).getSolver().getInverse();
  }

  @Test
  void laplaceIsExact() {
    try (LaplacePosterior<NDArray> posterior =
        LaplaceApproximation.of(MODEL).config(RECORDED).run(Tensors.vector(Y))) {
      for (int i = 0; i < N; i++) {
        assertThat(posterior.normal().location()[i]).isCloseTo(mean[i], within(1e-8));
        for (int j = 0; j < N; j++) {
          assertThat(posterior.normal().covariance()[i * N + j])
              .isCloseTo(covariance.getEntry(i, j), within(1e-8));
        }
      }
    }
  }

  @Test
  void chainsFindThePosterior() {
    try (McmcRun<NDArray> run =
        Nuts.of(MODEL)
            .progress(Progress.silent())
            .config(RECORDED)
            .chains(2)
            .warmup(300)
            .draws(1000)
            .run(Tensors.vector(Y))) {
      Samples samples = run.samples();
      assertThat(samples.get("x").getShape()).isEqualTo(new Shape(2000, N));
      assertThat(samples.get("twice").getShape()).isEqualTo(new Shape(2000, N));
      double[] values = samples.values("x");
      for (int i = 0; i < N; i++) {
        int at = i;
        double[] own = IntStream.range(0, 2000).mapToDouble(k -> values[k * N + at]).toArray();
        double sd = Math.sqrt(covariance.getEntry(i, i));
        assertThat(Stats.meanOf(own)).isCloseTo(mean[i], within(0.15 * sd));
        assertThat(Stats.of(own).sampleStandardDeviation()).isCloseTo(sd, within(0.1 * sd));
      }
      assertThat(samples.summary().rows().keySet()).contains("x[1]", "x[8]", "twice[3]");
    }
  }

  @Test
  void guidesFindThePosterior() {
    for (Program<NDArray> guide : List.of(AutoMultivariateNormal.of(MODEL), AutoNormal.of(MODEL))) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, RECORDED)) {
        Svi<NDArray> svi =
            Svi.builder(MODEL, guide)
                .params(params)
                .config(RECORDED)
                .optimizer(Adam.withRate(0.03))
                .particles(10)
                .progress(Progress.silent())
                .build();
        svi.run(Tensors.vector(Y), 1000);
        try (Samples samples = svi.posterior(Tensors.vector(Y), 500)) {
          for (int i = 0; i < N; i++) {
            double sd = Math.sqrt(covariance.getEntry(i, i));
            assertThat(samples.mean("x")[i]).isCloseTo(mean[i], within(0.25 * sd));
          }
        }
      }
    }
  }

  /** A parameter after steps that are recorded, and after the same by the engine. */
  private static void compareEnds(
      Program<NDArray> model, Program<NDArray> guide, NDArray y, int steps, String name) {
    List<double[]> ends = new ArrayList<>();
    for (Recording recording : List.of(Recording.REQUIRED, Recording.OFF)) {
      RunConfig config = RECORDED.withRecording(recording);
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, config)) {
        Svi<NDArray> svi =
            Svi.builder(model, guide)
                .params(params)
                .config(config)
                .optimizer(Adam.withRate(0.02))
                .progress(Progress.silent())
                .build();
        double[] begin = new double[0];
        try (Svi<NDArray>.OnData bound = svi.bind(y)) {
          for (int i = 0; i < steps; i++) {
            bound.step();
            begin = i == 0 ? params.value(name) : begin;
          }
        }
        ends.add(params.value(name));
        assertThat(ends.get(ends.size() - 1)).isNotEqualTo(begin);
      }
    }
    assertThat(ends.get(0)).containsExactly(ends.get(1), within(1e-9));
  }

  /** The bound of a guide with draws of its own in a scan is that of the engine, step by step. */
  @Test
  void aGuideMayBeAScan() {
    compareEnds(MODEL, GUIDE, Tensors.vector(Y), 200, "a");
  }

  /** So it is where the noise of a draw depends on what its step computes. */
  @Test
  void aGuideDrawsOfWhatItsStepsCompute() {
    Program<NDArray> model =
        (p, y) ->
            p.scan(
                "t",
                N,
                p.scalar(1),
                (q, t, before) -> {
                  NDArray rate = q.sample("rate", Gamma.of(before.add(1), 2));
                  NDArray share = q.sample("share", Beta.of(rate.add(1), 2));
                  q.observe("y", Poisson.of(rate.mul(share).add(0.1)), t.take(y));
                  return rate;
                });
    Program<NDArray> guide =
        (p, y) -> {
          NDArray a = p.param("a", () -> p.scalar(0.1));
          NDArray b = p.param("b", () -> p.scalar(0.2));
          p.scan(
              "t",
              N,
              p.scalar(1),
              (q, t, before) -> {
                NDArray concentration = before.mul(a).add(t.take(y).mul(b)).exp();
                NDArray rate = q.sample("rate", Gamma.of(concentration, concentration));
                q.sample("share", Beta.of(rate.add(0.5), b.exp()));
                return rate;
              });
        };
    compareEnds(model, guide, Tensors.vector(0, 2, 1, 0, 4, 1, 0, 3), 100, "a");
  }

  /** So is the noise of a net in each step. */
  @Test
  void netsInStepsHaveNoiseOfTheirOwn() {
    Program<NDArray> model =
        (p, y) ->
            p.scan(
                "t",
                N,
                p.scalar(0),
                (q, t, before) -> {
                  NDArray x = q.sample("x", Normal.of(before.mul(PHI), 1));
                  NDArray some = q.net("net", BlockCases.dropout(0.3), x.expandDims(-1));
                  q.observe("y", Normal.of(some.sum(new int[] {-1}), 0.5), t.take(y));
                  return x;
                });
    compareEnds(model, GUIDE, Tensors.vector(Y), 60, "a");
  }

  /** Series of which a step sees some, each with states of its own. */
  @Test
  void aGuideHasTheStatesOfAllSeries() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray phi = p.sample("phi", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", 6, 2)) {
            NDArray seen = rows.take(y, -1);
            p.scan(
                "t",
                N,
                p.run().zeros(new Shape(rows.batch())),
                (q, t, before) -> {
                  NDArray x = q.sample("x", Normal.of(before.mul(phi), 1));
                  q.observe("y", Normal.of(x, 0.5), t.take(seen));
                  return x;
                });
          }
        };
    double[] numbers = new double[N * 6];
    Arrays.setAll(numbers, i -> Math.sin(i));
    NDArray y = Tensors.array(numbers, new Shape(N, 6));
    compareEnds(model, AutoNormal.of(model), y, 100, "auto.loc.x");
  }

  // --- handlers that draw sites through others

  /** Steps by a scan, or by a loop. */
  private static Program<NDArray> walks(ScanCase.Steps steps) {
    return (p, y) -> {
      NDArray phi = p.sample("phi", Normal.of(0, 1));
      try (Plate rows = p.plate("rows", 3)) {
        NDArray scale = p.sample("scale", Exponential.of(1));
        steps.of(
            p,
            "t",
            N,
            p.scalar(0.1).broadcast(new Shape(2, 3)),
            (q, t, before) -> {
              NDArray x;
              try (Plate inner = q.plate("inner", 2)) {
                x = q.sample("x", StudentT.of(5, before.mul(phi), scale));
              }
              q.observe(
                  "y", Normal.of(x.sum(new int[] {-2}), 0.5), t.take(y).broadcast(new Shape(3)));
              return x;
            });
      }
    };
  }

  /** The sites of a scan are drawn through others as those of a loop are. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4, 1})
  void sitesAreReparameterizedStepByStep(double centredness) {
    Reparam reparam =
        Reparam.of(site -> site.name().matches("x(\\[.])?") ? LocScale.of(centredness) : null);
    Program<NDArray> scan = walks(ScanCase.SCAN).with(reparam);
    Program<NDArray> loop = walks(ScanCase.LOOP).with(reparam);
    NDArray y = Tensors.vector(Y);
    try (LogDensity<NDArray> own = LogDensity.of(scan, y, RECORDED);
        LogDensity<NDArray> wanted =
            LogDensity.of(loop, y, RECORDED.withRecording(Recording.OFF))) {
      assertThat(own.space().names()).containsExactly("phi", "scale", "x.decentred");
      double[] u = new double[own.size()];
      Arrays.setAll(u, i -> Math.sin(3 * i + 1));
      double[] gradient = new double[u.length];
      double[] slopes = new double[u.length];
      assertThat(own.evaluate(u, gradient)).isCloseTo(wanted.evaluate(u, slopes), within(1e-10));
      assertThat(gradient).containsExactly(slopes, within(1e-10));
    }
  }

  /** The sites of steps that others are drawn through have many draws at once. */
  @Test
  void reparameterizedSitesAreManyAtOnce() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray sd = p.sample("sd", HalfNormal.of(1));
          p.scan(
              "t",
              N,
              p.scalar(0),
              (q, t, before) -> {
                NDArray x = q.sample("x", Normal.of(before, sd));
                q.observe("y", Normal.of(x, 0.5), t.take(y));
                return x;
              });
        };
    try (LogDensity<NDArray> density =
        LogDensity.of(model.with(Reparam.automatic()), Tensors.vector(Y), RECORDED)) {
      double[] vectors = new Random(1).doubles(3L * density.size(), -1, 1).toArray();
      try (Samples draws = density.samples(vectors)) {
        assertThat(density.whyDrawByDraw()).isEmpty();
        double[] sd = draws.values("sd");
        double[] z = draws.values("x.decentred");
        double[] x = draws.values("x");
        for (int i = 0; i < x.length; i++) {
          double before = i % N == 0 ? 0 : x[i - 1];
          assertThat(x[i]).isCloseTo(before + sd[i / N] * z[i], within(1e-12));
        }
      }
    }
  }

  @Test
  void sitesThatDependOnTheStepBeforeAreFound() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 3)) {
      NDArray y = run.create(Y, new Shape(N));
      Trace trace =
          Execution.record(run, params, Rng.Purpose.MODEL, MODEL.with(Reparam.automatic()), y);
      assertThat(trace.latents()).extracting(SampleSite::name).containsExactly("x.decentred");
      double[] z = Tensors.values(trace.value("x.decentred"));
      double[] x = Tensors.values(trace.value("x"));
      for (int i = 0; i < N; i++) {
        assertThat(x[i]).isCloseTo(z[i] + (i == 0 ? 0 : PHI * x[i - 1]), within(1e-12));
      }
      assertThat(Arrays.stream(z).distinct().count()).isEqualTo(N);
    }
  }

  @Test
  void sitesOfScansWithinAreNotReparameterizedFromOutside() {
    Program<NDArray> nested =
        (p, none) ->
            p.scan(
                "t",
                N,
                p.scalar(0),
                (q, t, outer) ->
                    q.scan("s", N, outer, (r, s, x) -> r.sample("x", Normal.of(x, 1))));
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 3)) {
      assertThatThrownBy(
              () ->
                  Execution.record(
                      run,
                      params,
                      Rng.Purpose.MODEL,
                      nested.with(Reparam.automatic()),
                      run.zeros(new Shape())))
          .hasMessage(
              "sample site 'x' of scan 't' is changed by a handler around the scan, which cannot"
                  + " change its steps; put the handler around the program of a step");
    }
  }

  @Test
  void parametersOfStepsAreLiftedOnce() {
    Program<NDArray> model =
        (p, y) ->
            p.scan(
                "t",
                N,
                p.scalar(0),
                (q, t, before) -> {
                  NDArray phi = q.param("phi", () -> q.scalar(0.5));
                  NDArray x = q.sample("x", Normal.of(before.mul(phi), 1));
                  q.observe("y", Normal.of(x, 0.5), t.take(y));
                  return x;
                });
    Program<NDArray> lifted = model.with(new Lift(Map.of("phi", Normal.of(0, 1))));
    try (LogDensity<NDArray> density = LogDensity.of(lifted, Tensors.vector(Y), RECORDED)) {
      assertThat(density.space().names()).containsExactly("phi", "x");
      double[] u = new double[1 + N];
      Arrays.setAll(u, i -> 0.1 * i - 0.3);
      double wanted = -0.5 * u[0] * u[0] - 0.5 * Math.log(2 * Math.PI);
      for (int i = 0; i < N; i++) {
        double step = u[1 + i] - (i == 0 ? 0 : u[0] * u[i]);
        double misfit = (Y[i] - u[1 + i]) / 0.5;
        wanted -= 0.5 * (step * step + misfit * misfit) + Math.log(2 * Math.PI * 0.5);
      }
      assertThat(density.value(u)).isCloseTo(wanted, within(1e-12));
    }
  }

  // --- long scans

  /** A walk that is seen by counts, of so many steps. */
  private static Program<NDArray> counts(int steps) {
    return (p, y) -> {
      NDArray scale = p.sample("scale", Exponential.of(10));
      p.scan(
          "t",
          steps,
          p.scalar(0),
          (q, t, before) -> {
            NDArray x = before.mul(0.9).add(q.sample("z", Normal.of(0, 1)).mul(scale));
            q.observe("y", Poisson.of(x.exp()), t.take(y));
            return x;
          });
    };
  }

  @Test
  void longScansBeginWithTheirFirstSteps() {
    int steps = 1100;
    double[] y = new double[steps];
    Arrays.setAll(y, i -> i % 3);
    try (LogDensity<NDArray> density = LogDensity.of(counts(steps), Tensors.vector(y), RECORDED)) {
      double[] gradient = new double[density.size()];
      assertThat(density.size()).isEqualTo(1 + steps);
      assertThat(density.evaluate(density.start(), gradient)).isFinite();
    }
    Program<NDArray> guide =
        (p, none) -> {
          NDArray rate = p.param("rate", () -> p.scalar(5), Constraint.POSITIVE);
          NDArray log = p.param("log", () -> p.scalar(-0.1));
          p.sample("scale", Exponential.of(rate));
          p.scan(
              "t",
              steps,
              p.scalar(0),
              (q, t, before) -> q.sample("z", Normal.of(before.mul(0.1), log.exp())));
        };
    compareEnds(counts(steps), guide, Tensors.vector(y), 2, "log");
  }

  @Test
  void whatIsWrongBeyondTheFirstStepsIsSaid() {
    double[] y = new double[1100];
    y[1050] = -1;

    assertThatThrownBy(() -> LogDensity.of(counts(1100), Tensors.vector(y), RECORDED).close())
        .hasMessageContaining("observed site 'y' has value -1.0 at (1050)");
  }

  @Test
  void predictionsHaveTheShapeOfTheSteps() {
    try (McmcRun<NDArray> run =
            Nuts.of(MODEL)
                .progress(Progress.silent())
                .config(RECORDED)
                .chains(1)
                .warmup(100)
                .draws(100)
                .run(Tensors.vector(Y));
        Samples predicted = Predictive.of(MODEL, run).draw(Tensors.vector(Y), 50)) {
      assertThat(predicted.get("y").getShape()).isEqualTo(new Shape(50, N));
      assertThat(predicted.get("twice").getShape()).isEqualTo(new Shape(50, N));
    }
  }

  @Test
  void handlersSeeOneSite() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 3)) {
      NDArray y = run.create(Y, new Shape(N));
      Trace one = Execution.record(run, params, Rng.Purpose.MODEL, MODEL, y);
      Trace again = Execution.record(run, params, Rng.Purpose.GUIDE, MODEL, y, new Replay(one));
      assertThat(Tensors.values(again.value("x"))).isEqualTo(Tensors.values(one.value("x")));
      assertThat(Tensors.values(again.logJoint())).isEqualTo(Tensors.values(one.logJoint()));
      Trace given =
          Execution.record(
              run, params, Rng.Purpose.MODEL, MODEL, y, new Condition("x", Tensors.vector(Y)));
      assertThat(given.site("x").isObserved()).isTrue();
      assertThat(Tensors.values(given.value("twice"))[3]).isEqualTo(2 * Y[3]);
    }
  }

  /** Seven particles at once have the log joints of each by itself. */
  @Test
  void particlesStandOnTheLeft() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 3)) {
      NDArray y = run.create(Y, new Shape(N));
      Trace many = Execution.record(run, params, Rng.Purpose.MODEL, MODEL, y, new Particles(7, 1));
      assertThat(many.value("x").getShape()).isEqualTo(new Shape(7, N));
      assertThat(many.value("twice").getShape()).isEqualTo(new Shape(7, N));
      double[] joints = Tensors.values(many.logJoints(-2));
      double[] values = Tensors.values(many.value("x"));
      for (int i = 0; i < 7; i++) {
        double[] own = Arrays.copyOfRange(values, i * N, (i + 1) * N);
        Trace alone =
            Execution.record(
                run, params, Rng.Purpose.MODEL, MODEL, y, new Condition("x", Tensors.vector(own)));
        assertThat(joints[i]).isCloseTo(Tensors.values(alone.logJoint())[0], within(1e-12));
      }
    }
  }
}
