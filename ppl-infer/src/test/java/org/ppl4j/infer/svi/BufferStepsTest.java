package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Buffers that steps update go with the parameters: skipped, averaged, best, saved, restarted. */
@ExtendWith(LeakCheck.class)
class BufferStepsTest {

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** y = x + loc; a buffer counts how often it learned. */
  private static final TransformModule COUNTING =
      new TransformModule() {
        @Override
        public List<TensorSpec> tensors() {
          return List.of(
              TensorSpec.parameter("loc", new Shape(), 0),
              TensorSpec.buffer("count", new Shape(), (rng, run) -> run.scalar(0)));
        }

        @Override
        public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
          return new Counting(tensors, training);
        }
      };

  private static final class Counting extends Transform {

    private final NamedTensors tensors;
    private final boolean training;

    Counting(NamedTensors tensors, boolean training) {
      super(0);
      this.tensors = tensors;
      this.training = training;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.add(tensors.get("loc")), Tensors.number(0));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      if (training) {
        tensors.update("count", tensors.get("count").add(1));
      }
      return new Mapped(y.sub(tensors.get("loc")), Tensors.number(0));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Counting(tensors.map(operator), training);
    }

    @Override
    public Constraint codomain() {
      return Constraint.REAL;
    }

    @Override
    public String toString() {
      return "counting";
    }
  }

  private static final Program<NDArray> MODEL =
      (p, y) ->
          p.observe(
              "y",
              TransformedDistribution.of(Normal.of(0, 1), p.module("flow", COUNTING)),
              y.get(0).add(p.run().rng(p.purpose(), "noise").normal(p.run(), new Shape())));

  private static Svi.Builder<NDArray> fit(ParamStore params) {
    return fit(MODEL, params);
  }

  private static Svi.Builder<NDArray> fit(Program<NDArray> model, ParamStore params) {
    return Svi.<NDArray>builder(model, (p, y) -> {})
        .params(params)
        .config(RunConfig.defaults().withSeed(4).withRecording(Recording.REQUIRED))
        .optimizer(Adam.withRate(0.05))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  private static double count(ParamStore params) {
    return params.statistics().get("flow.count").values()[0];
  }

  private NDArray data(double y) {
    return manager.create(new double[] {y});
  }

  @Test
  void eachStepThatSucceedsCounts() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = fit(params).build();
      svi.step(data(1));
      svi.step(data(1));
      assertThat(count(params)).isEqualTo(2);
      svi.step(data(1e200)); // the loss is infinite
      assertThat(count(params)).isEqualTo(2);
      try (Samples posterior = svi.posterior(data(1), 10)) {
        assertThat(posterior).isNotNull();
      }
      assertThat(count(params)).isEqualTo(2);
      svi.step(data(1));
      assertThat(count(params)).isEqualTo(3);
    }
  }

  @Test
  void theBestAndTheLastHaveBuffersOfTheirOwn() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = fit(params).build();
      FitReport report = svi.run(data(1), 120);
      assertThat(count(params)).isEqualTo(120);
      assertThat(svi.useBest()).isTrue();
      assertThat(count(params)).isEqualTo(report.bestStep());
      svi.useLast();
      assertThat(count(params)).isEqualTo(120);
      svi.useBest();
      svi.step(data(1));
      assertThat(count(params)).isEqualTo(121);
    }
  }

  @Test
  void theyAreAveragedAsParametersAre() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = fit(params).averaging(Averaging.polynomial(0)).build();
      svi.run(data(1), 20);
      svi.useAverage();
      assertThat(count(params)).isCloseTo(10.5, within(1e-12)); // the mean of 1 … 20
      svi.useLast();
      assertThat(count(params)).isEqualTo(20);
    }
  }

  @Test
  void aSavedFitGoesOnWithThem() {
    Path path = folder.resolve("fit.ppl");
    Averaging averaging = Averaging.polynomial(3);
    try (ParamStore whole = new ParamStore(manager);
        ParamStore first = new ParamStore(manager);
        ParamStore second = new ParamStore(manager)) {
      Svi<NDArray> unbroken = fit(whole).averaging(averaging).build();
      unbroken.run(data(1), 60);
      unbroken.run(data(1), 60);
      Svi<NDArray> saved = fit(first).averaging(averaging).build();
      saved.run(data(1), 60);
      saved.save(path);
      Svi<NDArray> resumed = fit(second).averaging(averaging).build();
      resumed.load(path);
      assertThat(count(second)).isEqualTo(count(first));
      resumed.run(data(1), 60);

      assertThat(everything(resumed)).isEqualTo(everything(unbroken));
    }
  }

  @CanIgnoreReturnValue
  private static List<Double> everything(Svi<NDArray> svi) {
    ParamStore params = svi.params();
    double average = count(params);
    double ofAverage = params.value("flow.loc")[0];
    svi.useLast();
    double last = count(params);
    svi.useBest();
    return List.of(average, ofAverage, last, count(params), params.value("flow.loc")[0]);
  }

  @Test
  void afterRestartsTheBestStartsBuffersStay() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = fit(params).restarts(3, 15).build();
      svi.run(data(1), 5);

      assertThat(count(params)).isEqualTo(20);
    }
  }

  /** Steps that are taken back are made again, and count once. */
  @Test
  void theyGoBackWithStepsThatWereWrong() {
    AtomicIntegerArray hidden = new AtomicIntegerArray(1);
    Program<NDArray> model =
        (p, y) -> {
          MODEL.run(p, y);
          p.factor("more", p.param("loc", () -> p.scalar(0)).mul(hidden.get(0)));
        };
    FitListener changing =
        new FitListener() {
          @Override
          public Next onStep(Step step) {
            hidden.set(0, step.step() > 10 ? 1 : 0);
            return Next.GO_ON;
          }
        };
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = fit(model, params).config(RunConfig.defaults()).listener(changing).build();
      svi.run(data(1), 30);
      assertThat(svi.fallBacks()).isNotEmpty();
      assertThat(count(params)).isEqualTo(30);
    }
  }
}
