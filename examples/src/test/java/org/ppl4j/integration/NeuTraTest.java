package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.examples.guides.IafGuide;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.EightSchools.Schools;
import org.ppl4j.flows.Flows;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.NeuTra;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;

/** Models in other variables: through a fitted flow, and without their location and scale. */
@ExtendWith(LeakCheck.class)
class NeuTraTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(4);

  private NDManager manager;
  private ParamStore params;
  private Schools schools;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager, CONFIG);
    schools = EightSchools.schools(manager);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private static <D extends @Nullable Object> AutoFlow<D> flow(Program<D> model) {
    return AutoFlow.of(model, dim -> Flows.iaf(dim, 2));
  }

  private <D extends @Nullable Object> void fit(
      Program<D> model, Program<D> guide, D data, int steps, double rate) {
    Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(rate))
        .particles(100)
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build()
        .run(data, steps);
  }

  private static double number(NDArray x) {
    return Tensors.values(x)[0];
  }

  /** log p(z) = log p(x, data) + log N(z) − log q(x), with the guide's own density of its draw. */
  @Test
  void logJointIsThatOfTheModelAndOfTheGuide() {
    for (Program<Schools> model : List.of(EightSchools.MODEL, EightSchools.CENTRED)) {
      try (ParamStore own = new ParamStore(manager, CONFIG);
          BoundData<Schools> bound = BoundData.of(schools, CONFIG)) {
        AutoFlow<Schools> guide = flow(model);
        Svi.builder(model, guide).params(own).progress(Progress.silent()).build().run(schools, 30);
        Program<Schools> straight = model.with(NeuTra.of(guide, own));
        for (int draw = 0; draw < 5; draw++) {
          try (Run run = Run.open(CONFIG, draw);
              ParamStore other = new ParamStore(manager, CONFIG)) {
            Schools data = bound.in(run);
            Trace through = Execution.record(run, other, Rng.Purpose.MODEL, straight, data);
            NDArray z = through.value("auto.base");
            Trace original =
                Execution.record(
                    run,
                    own,
                    Rng.Purpose.MODEL,
                    model,
                    data,
                    new Substitute(values(through, "mu", "tau", "eta", "theta")));
            double logDet = number(jacobianOf(run, guide, own, z));

            double expected = number(original.logJoint()) + logDet;
            assertThat(number(through.logJoint()))
                .isCloseTo(expected, within(1e-10 * (1 + Math.abs(expected))));
            assertThat(through.latents())
                .singleElement()
                .matches(s -> s.name().equals("auto.base"));
            assertThat(other.names()).isEmpty();
          }
        }
      }
    }
  }

  private static Map<String, NDArray> values(Trace trace, String... names) {
    Map<String, NDArray> values = new HashMap<>();
    for (String name : names) {
      if (trace.has(name)) {
        values.put(name, trace.value(name));
      }
    }
    return values;
  }

  /** log |det ∂x/∂z| by automatic differentiation of the sites, for as many numbers as z has. */
  private static NDArray jacobianOf(
      Run run, AutoFlow<Schools> guide, ParamStore params, NDArray z) {
    NDArray variable = Autograd.variable(z);
    AutoFlow.Image image = guide.image(run, params, variable);
    List<NDArray> flat =
        image.sites().values().stream()
            .map(mapped -> Tensors.reshape(mapped.value(), new Shape(mapped.value().size())))
            .toList();
    NDArray x = Tensors.concat(flat, 0);
    int size = Math.toIntExact(x.size());
    NDArray[] rows = new NDArray[size];
    for (int i = 0; i < size; i++) {
      NDArray entry = Tensors.total(Tensors.range(x, -1, i, i + 1L));
      rows[i] = Autograd.grad(entry, List.of(variable)).get(0);
    }
    double[] jacobian = Tensors.values(Tensors.stack(List.of(rows), 0));
    return run.scalar(logDet(jacobian, size));
  }

  /** By elimination with pivots. */
  private static double logDet(double[] matrix, int size) {
    double[] a = matrix.clone();
    double sum = 0;
    for (int k = 0; k < size; k++) {
      int pivot = k;
      for (int i = k + 1; i < size; i++) {
        pivot = Math.abs(a[i * size + k]) > Math.abs(a[pivot * size + k]) ? i : pivot;
      }
      for (int j = 0; j < size; j++) {
        double swap = a[k * size + j];
        a[k * size + j] = a[pivot * size + j];
        a[pivot * size + j] = swap;
      }
      sum += Math.log(Math.abs(a[k * size + k]));
      for (int i = k + 1; i < size; i++) {
        double factor = a[i * size + k] / a[k * size + k];
        for (int j = k; j < size; j++) {
          a[i * size + j] -= factor * a[k * size + j];
        }
      }
    }
    return sum;
  }

  @Test
  void particlesObeyTheLaw() {
    AutoFlow<Schools> guide = flow(EightSchools.MODEL);
    fit(EightSchools.MODEL, guide, schools, 30, 0.01);

    LogJointLaw.check(EightSchools.MODEL.with(NeuTra.of(guide, params)), schools);
    LogJointLaw.check(
        EightSchools.CENTRED.with(Reparam.of("theta", LocScale.nonCentred())), schools);
  }

  /** Chains see it from a record, in which the flow is held as it was fitted. */
  @Test
  void densityIsRecordedAndThatOfTheEngine() {
    AutoFlow<Schools> guide = flow(EightSchools.MODEL);
    fit(EightSchools.MODEL, guide, schools, 30, 0.01);
    Program<Schools> straight = EightSchools.MODEL.with(NeuTra.of(guide, params));
    RunConfig off = CONFIG.withRecording(Recording.OFF);
    try (LogDensity<Schools> recorded = LogDensity.of(straight, schools, CONFIG);
        LogDensity<Schools> engine = LogDensity.of(straight, schools, off)) {
      assertThat(recorded.whyNotRecorded()).isEmpty();
      assertThat(engine.isRecorded()).isFalse();
      double[] gradient = new double[10];
      double[] expected = new double[10];
      for (int i = 0; i < 20; i++) {
        int at = i;
        double[] z = IntStream.range(0, 10).mapToDouble(j -> Math.sin(3 * at + j)).toArray();
        double value = engine.evaluate(z, expected);
        assertThat(recorded.evaluate(z, gradient)).isCloseTo(value, within(1e-10));
        assertThat(gradient).containsExactly(expected, within(1e-10));
      }
    }
  }

  /** The second guide finds the banana, which it cannot find in the banana's own variables. */
  @Test
  @SuppressWarnings("NullAway") // null is the data of a program without data
  void aMeanFieldGuideFindsTheBanana() {
    AutoFlow<@Nullable Void> guide = flow(IafGuide.BANANA).initialScale(1);
    fit(IafGuide.BANANA, guide, null, 600, 0.01);
    Program<@Nullable Void> straight = IafGuide.BANANA.with(NeuTra.of(guide, params));
    try (ParamStore own = new ParamStore(manager, CONFIG)) {
      Svi<@Nullable Void> svi =
          Svi.builder(straight, AutoNormal.of(straight))
              .params(own)
              .particles(50)
              .progress(Progress.silent())
              .build();
      svi.run(null, 500);
      try (Samples draws = svi.posterior(null, 50_000)) {
        Summary summary = draws.summary();
        assertThat(summary.get("u").mean()).isCloseTo(0, within(0.1 * 2));
        assertThat(summary.get("v").mean()).isCloseTo(1, within(0.1 * 1.5));
        assertThat(summary.get("u").sd() / 2).isBetween(0.85, 1.1);
        assertThat(summary.get("v").sd() / 1.5).isBetween(0.85, 1.1);
      }
    }
  }

  /** What comes of the centred form by {@link Reparam} is the form that was written by hand. */
  @Test
  void automaticNonCentringIsTheFormByHand() {
    Program<Schools> automatic = EightSchools.CENTRED.with(Reparam.automatic());
    try (BoundData<Schools> bound = BoundData.of(schools, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      Schools data = bound.in(run);
      Trace made = Execution.record(run, params, Rng.Purpose.MODEL, automatic, data);
      Map<String, NDArray> values = values(made, "mu", "tau");
      values.put("eta", made.value("theta.decentred"));
      Trace hand =
          Execution.record(
              run, params, Rng.Purpose.MODEL, EightSchools.MODEL, data, new Substitute(values));

      assertThat(number(made.logJoint())).isCloseTo(number(hand.logJoint()), within(1e-10));
      assertThat(made.latents())
          .extracting(SampleSite::name)
          .containsExactly("mu", "tau", "theta.decentred");
    }
  }

  @Test
  void aGuideMustHaveBeenFitted() {
    assertThatThrownBy(() -> NeuTra.of(flow(EightSchools.MODEL), params))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("guide 'AutoFlow' has not been run with this parameter store; fit it first");
  }
}
