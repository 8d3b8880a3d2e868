package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.RowModel.logNormal;
import static org.ppl4j.infer.autoguide.RowModel.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.LKJCholesky;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** The shapes of what guides draw and learn for the rows of plates, of which a step sees some. */
@ExtendWith(LeakCheck.class)
class LocalShapesTest {

  /** Crossed plates of which both are subsampled, an event, a global site. */
  private static final Program<Void> CROSSED =
      (p, none) -> {
        p.sample("g", Normal.of(0, 1));
        try (Plate columns = p.plate(PlateSpec.of("columns", 5).batch(3).dim(-1))) {
          p.sample("c", LogNormal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", 4).batch(2).dim(-2))) {
            p.sample("rc", Normal.standard(3).toEvent(1));
          }
        }
        try (Plate rows = p.plate(PlateSpec.of("rows", 4).batch(2).dim(-2))) {
          p.sample("r", Normal.of(0, 1));
        }
      };

  private static double[] counting(long size) {
    double[] values = new double[Math.toIntExact(size)];
    Arrays.setAll(values, i -> Math.sin(i));
    return values;
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final ParamStore params = new ParamStore(manager);

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private void begun(Run run) {
    AutoNormal<Void> guide = AutoNormal.of(CROSSED).initialScale(0.3);
    Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
    for (String site : new String[] {"c", "rc", "r"}) {
      String loc = "auto.loc." + site;
      params.set(loc, counting(params.shape(loc).size()));
    }
  }

  @Test
  void eachRowHasItsParametersWhereItsPlatesSeeIt() {
    try (Run first = Run.open(RunConfig.defaults(), 0)) {
      begun(first);
    }
    try (Run run = Run.open(RunConfig.defaults(), 8)) {
      AutoNormal<Void> guide = AutoNormal.of(CROSSED).initialScale(0.3);
      Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);

      assertThat(params.shape("auto.loc.rc")).isEqualTo(new Shape(4, 5, 3));
      assertThat(params.shape("auto.loc.r")).isEqualTo(new Shape(4, 1));
      double[] columns = Tensors.values(trace.plates().get(0).indices());
      double[] rows = Tensors.values(trace.plates().get(1).indices());
      double density = Tensors.values(trace.site("auto.latent").logProb())[0];
      double[] rc = Tensors.values(trace.value("rc"));
      double[] r = Tensors.values(trace.value("r"));
      double[] c = Tensors.values(trace.value("c"));
      for (int i = 0; i < 2; i++) {
        density += 2 * at(r[i], Math.sin(rows[i]));
        for (int j = 0; j < 3; j++) {
          for (int k = 0; k < 3; k++) {
            double loc = Math.sin((rows[i] * 5 + columns[j]) * 3 + k);
            density += 2 * 5 / 3.0 * at(rc[(i * 3 + j) * 3 + k], loc);
          }
        }
      }
      for (int j = 0; j < 3; j++) {
        double u = Math.log(c[j]);
        density += 5 / 3.0 * (at(u, Math.sin(columns[j])) - u);
      }
      assertThat(Tensors.values(trace.logJoint())[0]).isCloseTo(density, within(1e-10));
    }
  }

  private double at(double x, double loc) {
    return logNormal(x - loc, 0.09);
  }

  @Test
  void particlesSeeTheSameRowsAndDrawApart() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      AutoNormal<Void> guide = AutoNormal.of(CROSSED);
      Particles seven = new Particles(7, 2);
      Trace guides = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null, seven);
      Trace models =
          Execution.record(
              run, params, Rng.Purpose.MODEL, CROSSED, null, new Replay(guides), seven);

      assertThat(guides.value("rc").getShape()).isEqualTo(new Shape(7, 2, 3, 3));
      assertThat(guides.value("c").getShape()).isEqualTo(new Shape(7, 1, 3));
      double sum = 0;
      for (double each : Tensors.values(models.logJoints(seven.dim()))) {
        sum += each;
      }
      assertThat(Tensors.values(models.logJoint())[0]).isCloseTo(sum, within(1e-10));
      for (SampleSite site : guides.latents()) {
        double[] values = Tensors.values(site.value());
        assertThat(Arrays.stream(values).distinct().count()).isEqualTo(values.length);
      }
    }
  }

  @Test
  void vectorsAndMatricesOfEachRow() {
    Program<Void> model =
        (p, none) -> {
          try (Plate rows = p.plate(PlateSpec.of("rows", 6).batch(2))) {
            p.sample("simplex", Dirichlet.of(p.run().ones(new Shape(4))));
            p.sample("corr", LKJCholesky.of(3, 2));
          }
        };
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, AutoNormal.of(model), null);
      Trace scored =
          Execution.record(run, params, Rng.Purpose.MODEL, model, null, new Replay(trace));

      assertThat(params.shape("auto.loc.simplex")).isEqualTo(new Shape(6, 3));
      assertThat(params.shape("auto.loc.corr")).isEqualTo(new Shape(6, 3));
      assertThat(trace.value("simplex").getShape()).isEqualTo(new Shape(2, 4));
      assertThat(trace.value("corr").getShape()).isEqualTo(new Shape(2, 3, 3));
      for (SampleSite site : trace.latents()) {
        NDArray value = site.value();
        assertThat(Tensors.values(site.distribution().logProb(value)))
            .containsExactly(Tensors.values(site.logProb()), within(1e-9));
        assertThat(Tensors.values(scored.site(site.name()).logProb())).hasSize(2);
        assertThat(site.scale()).isEqualTo(3);
      }
    }
  }

  @Test
  void oneRowOfOne() {
    Program<Void> model =
        (p, none) -> {
          try (Plate rows = p.plate(PlateSpec.of("rows", 3).batch(1))) {
            p.sample("z", Normal.of(0, 1));
          }
        };
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, AutoNormal.of(model), null);

      assertThat(trace.value("z").getShape()).isEqualTo(new Shape(1));
      assertThat(params.names()).containsExactly("auto.loc.z", "auto.scale.z");
    }
  }
}
