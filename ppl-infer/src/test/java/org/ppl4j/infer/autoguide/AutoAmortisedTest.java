package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.RowModel.N;
import static org.ppl4j.infer.autoguide.RowModel.NOISE;
import static org.ppl4j.infer.autoguide.RowModel.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.autoguide.GroupedModel.Groups;
import org.ppl4j.infer.autoguide.RowModel.Data;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Guides that read rows. */
@ExtendWith(LeakCheck.class)
class AutoAmortisedTest {

  private final RowModel given = new RowModel();

  @AfterEach
  void close() {
    given.close();
  }

  private <D> Svi<D> svi(Program<D> model, Program<D> guide) {
    return Svi.builder(model, guide)
        .params(given.params)
        .optimizer(Adam.withRate(0.02))
        .progress(Progress.silent())
        .build();
  }

  @Nested
  class OtherRows {

    /** Rows that it never saw, whose posterior means are linear in what is read. */
    @Test
    void haveTheirOwnPosterior() {
      Program<Data> model = RowModel.model(RowModel.DRAWN);
      AutoAmortised<Data> guide = AutoAmortised.of(model, "rows", Data::y);
      double[] others = new double[N];
      Arrays.setAll(others, i -> 2.5 * Math.sin(i));
      Data data = new Data(given.manager.create(others), given.data.w(), given.data.indices());
      double sd = 1 / Math.sqrt(precision());
      try (Svi<Data> svi = svi(model, guide)) {
        svi.run(given.data, 700);
        try (Samples posterior = svi.posterior(data, 4000)) {
          for (int i = 0; i < N; i++) {
            double mean = others[i] / (NOISE * NOISE) / precision();
            assertThat(posterior.mean("z")[i]).isCloseTo(mean, within(0.2 * sd));
          }
        }
      }
    }

    /** Of as many as the data hold, and more than there were. */
    @Test
    void mayBeMore() {
      Program<NDArray> model =
          (p, y) -> {
            NDArray scale = p.sample("scale", Normal.of(1, 0.1));
            try (Plate rows = p.plate("rows", y.size(0))) {
              NDArray z = p.sample("z", Normal.of(0, 1));
              p.observe("y", Normal.of(z, scale.abs()), rows.take(y));
            }
          };
      try (Svi<NDArray> svi = svi(model, AutoAmortised.of(model, "rows", y -> y))) {
        svi.step(given.manager.create(new double[] {1, 2, 3}));
        try (Samples more = svi.posterior(given.manager.create(new double[7]), 5);
            Samples one = svi.posterior(given.manager.create(new double[1]), 5)) {
          assertThat(more.shape("z")).isEqualTo(new Shape(7));
          assertThat(one.shape("z")).isEqualTo(new Shape(1));
        }
        assertThat(svi.step(given.manager.create(new double[4]))).isFinite();
      }
    }

    /** Data that hold some rows of a plate need not say which. */
    @Test
    void ofAPlateMayBeGiven() {
      Program<NDArray> model =
          (p, y) -> {
            try (Plate rows = p.plate(PlateSpec.of("rows", 100).given(y.size(0)))) {
              NDArray z = p.sample("z", Normal.of(0, 1));
              p.observe("y", Normal.of(z, 1), rows.take(y));
            }
          };
      try (Svi<NDArray> svi = svi(model, AutoAmortised.of(model, "rows", y -> y))) {
        assertThat(svi.step(given.manager.create(new double[] {1, 2, 3}))).isFinite();
        assertThat(svi.step(given.manager.create(new double[] {1, 2, 3, 4}))).isFinite();
      }
    }
  }

  /** The common mean is all that is not known beside the effects: the posterior is normal. */
  private static final Program<Groups> KNOWN =
      (p, data) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1e5));
        NDArray effects;
        try (Plate groups = p.plate("groups", data.groups())) {
          effects = p.sample("effect", Normal.of(mean, 3000));
        }
        try (Plate rows = p.plate("rows", data.y().size(0))) {
          p.observe("y", Normal.of(p.pick(effects, data.group()), 5000), rows.take(data.y()));
        }
      };

  /** Groups of several sizes, after weights, in the units of a raw table. */
  @Test
  void newGroupsHaveTheExactPosterior() {
    Groups old = Groups.of(given.manager, 40, 1);
    Groups all = Groups.of(given.manager, 50, 1);
    AutoAmortised<Groups> guide = AutoAmortised.of(KNOWN, "groups", GroupedModel.reading());
    try (Svi<Groups> svi =
            Svi.builder(KNOWN, guide).params(given.params).progress(Progress.silent()).build();
        LaplacePosterior<Groups> exact = LaplaceApproximation.of(KNOWN).asWritten().run(all)) {
      svi.run(old, 990);
      try (ImportanceSamples weighted = svi.importance(all, 4000)) {
        assertThat(weighted.logEvidence()).isCloseTo(evidence(exact.normal(), all), within(0.1));
        double[] mean = weighted.samples().mean("effect");
        double[] location = exact.normal().location();
        double[] variances = exact.normal().variances();
        for (int i = 40; i < 50; i++) {
          assertThat((mean[i] - location[1 + i]) / Math.sqrt(variances[1 + i]))
              .as("group %s", i)
              .isCloseTo(0, within(0.1));
        }
      }
    }
  }

  /** Of a normal posterior: the density at its mode, and its volume. */
  private double evidence(NormalApproximation posterior, Groups data) {
    double[] mode = posterior.location();
    NDArray effects = given.manager.create(Arrays.copyOfRange(mode, 1, mode.length));
    Map<String, NDArray> values = Map.of("mean", given.manager.create(mode[0]), "effect", effects);
    return ModelDensity.of(KNOWN, given.params, RunConfig.defaults()).logJoint(data, values)
        + (mode.length * Math.log(2 * Math.PI) + posterior.logDeterminant()) / 2;
  }

  @Nested
  class Readings {

    private double[] columns(Reading<Groups> reading, Groups data) {
      try (ParamStore store = new ParamStore(given.manager);
          Run run = Run.open(RunConfig.defaults(), 0)) {
        double[][] read = new double[1][];
        Program<Groups> program =
            (p, groups) -> read[0] = Tensors.values(reading.columns(p, groups, "own", "groups"));
        Execution.record(run, store, Rng.Purpose.GUIDE, program, data);
        return read[0];
      }
    }

    private Groups groups(Function<Double, Double> unit, double[] y, long... group) {
      double[] numbers = Arrays.stream(y).map(unit::apply).toArray();
      return new Groups(given.manager.create(numbers), given.manager.create(group), 3);
    }

    @Test
    void ofMembersDoNotDependOnOrderAndUnits() {
      double[] y = {1, 2, 4, 7, -1};
      double[] expected =
          columns(GroupedModel.reading(), groups(x -> x, y, 0, 0, 2, 2, 2)); // none in group 1

      double[] turned =
          columns(
              GroupedModel.reading(),
              groups(x -> 1000 * x - 3e5, new double[] {-1, 2, 7, 1, 4}, 2, 0, 2, 0, 2));

      assertThat(expected).hasSize(3 * 2 * 6).doesNotContain(Double.NaN);
      assertThat(turned).containsExactly(expected, within(1e-9));
    }

    @Test
    void areJoined() {
      Reading<Groups> counts = Reading.rows(data -> given.manager.create(new double[] {1, 2, 6}));
      Groups data = groups(x -> x, new double[] {1, 2}, 0, 1);

      double[] both = columns(GroupedModel.reading().and(counts), data);

      assertThat(both).hasSize(3 * 2 * 7);
      assertThat(both[6]).isCloseTo((1 - 2) / deviation(), within(1e-9));
    }

    /** Half of the width of the middle two thirds of 1, 2 and 6. */
    private double deviation() {
      double low = 1 + 2 * 0.1587;
      double high = 2 + (2 * 0.8413 - 1) * 4;
      return (high - low) / 2;
    }
  }

  @Nested
  class Mistakes {

    private final Program<Data> model = RowModel.model(RowModel.ALL);

    private void refuses(Program<Data> model, Program<Data> guide, String message) {
      try (Svi<Data> svi = svi(model, guide)) {
        assertThatThrownBy(() -> svi.step(given.data))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(message);
      }
    }

    @Test
    void aPlateWithoutLatentSites() {
      refuses(
          model,
          AutoAmortised.of(model, "columns", Data::y),
          "guide 'AutoAmortised' reads rows of plate 'columns', in which the model has no latent"
              + " site; its latent sites are [b, z, s]");
    }

    @Test
    void aSiteInAnotherPlateToo() {
      Program<Data> crossed =
          (p, data) -> {
            try (Plate rows = p.plate("rows", N);
                Plate columns = p.plate("columns", 2)) {
              p.sample("cell", Normal.of(0, 1));
            }
          };
      refuses(
          crossed,
          AutoAmortised.of(crossed, "rows", Data::y),
          "sample site 'cell' is in plates [rows, columns], but guide 'AutoAmortised' draws what is"
              + " in plate 'rows' alone; give it another guide, AutoList.of(model).group(..)");
    }

    @Test
    void whatIsNoNumber() {
      refuses(
          model,
          AutoAmortised.of(model, "rows", data -> data.y().sub(data.y().get(1)).log()),
          "what is read of plate 'rows' has ");
    }

    @Test
    void anotherNumberOfRows() {
      refuses(
          model,
          AutoAmortised.of(model, "rows", data -> data.y().get("1:")),
          "guide 'AutoAmortised' reads 11 rows of plate 'rows', of which the model's data hold 12;"
              + " read all that its take is given");
    }

    @Test
    void moreDimsThanRowsAndColumns() {
      refuses(
          model,
          AutoAmortised.of(model, "rows", data -> data.y().reshape(12, 1, 1)),
          "'auto.reading.0' reads numbers of shape (12, 1, 1), but of each row there are some side"
              + " by side: (N, F) or (N); reshape them");
    }

    @Test
    void medians() {
      AutoAmortised<Data> guide = AutoAmortised.of(model, "rows", Data::y);
      try (Svi<Data> svi = svi(model, guide)) {
        svi.step(given.data);
      }
      assertThatThrownBy(() -> guide.median(given.params))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "guide 'AutoAmortised' reads the rows of plate 'rows' from data, on which its medians"
                  + " depend; take quantiles of svi.posterior(data, draws), or"
                  + " global().median(params)");
      assertThat(guide.global().median(given.params)).containsOnlyKeys("b");
    }
  }
}
