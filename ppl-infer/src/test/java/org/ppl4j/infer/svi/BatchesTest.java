package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.infer.optim.RmsProp;
import org.ppl4j.infer.svi.FitListener.Next;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

@ExtendWith(LeakCheck.class)
class BatchesTest extends WithStore {

  private static final int N = 10;

  /** Some rows of a regression, and which they are. */
  record Rows(NDArray x, NDArray y, NDArray which) {}

  /** slope ~ N(0, 2), y ~ N(slope · x, 0.5). */
  private static final Program<Rows> MODEL =
      (p, rows) -> {
        NDArray slope = p.sample("slope", Normal.of(0, 2));
        try (Plate plate = p.plate(PlateSpec.of("rows", N).given(rows.y().size(0)))) {
          p.observe("y", Normal.of(slope.mul(plate.take(rows.x())), 0.5), plate.take(rows.y()));
        }
      };

  private final double[] x = new SplittableRandom(1).doubles(N, -1, 1).toArray();
  private final double[] y = Arrays.stream(x).map(each -> 3 * each + 0.2).toArray();
  private final List<NDManager> managers = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Long> order = new ArrayList<>();

  private ArrayDataset dataset() {
    return new ArrayDataset.Builder()
        .setData(manager.create(x))
        .optLabels(manager.create(y))
        .setSampling(3, false)
        .build();
  }

  private Rows rows(Batch batch) {
    managers.add(batch.getManager());
    sizes.add(batch.getSize());
    long[] which = batch.getIndices().stream().mapToLong(each -> (Long) each).toArray();
    Arrays.stream(which).forEach(order::add);
    return new Rows(
        batch.getData().get(0), batch.getLabels().get(0), batch.getManager().create(which));
  }

  private Svi.Builder<Rows> fit() {
    Tracker falling = Tracker.factor().setBaseValue(0.1f).setFactor(0.997f).build();
    return Svi.builder(MODEL, AutoNormal.of(MODEL).initializer(Initializer.uniform()))
        .params(params)
        .optimizer(Adam.withRate(falling))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  private Batches<Rows> shuffled() {
    return Batches.shuffled(dataset(), 4, this::rows);
  }

  private void assertAllClosed() {
    assertThat(managers).isNotEmpty().noneMatch(NDManager::isOpen);
  }

  @Test
  void anEpochSeesEachRowOnceInAnOrderOfItsOwn() {
    FitReport report = fit().build().runEpochs(shuffled(), 3);

    assertThat(report.stop()).isEqualTo(Stop.STEPS);
    assertThat(report.steps()).isEqualTo(9);
    assertThat(report.epochs()).isEqualTo(3);
    assertThat(sizes).containsExactly(4, 4, 2, 4, 4, 2, 4, 4, 2);
    List<List<Long>> epochs =
        List.of(order.subList(0, N), order.subList(N, 2 * N), order.subList(2 * N, 3 * N));
    for (List<Long> epoch : epochs) {
      assertThat(epoch.stream().sorted()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
    assertThat(epochs).doesNotHaveDuplicates();
    assertAllClosed();
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void reachesThePosteriorOfAllRows(FloatType floatType) {
    fit()
        .config(RunConfig.defaults().withFloatType(floatType))
        .averaging(Averaging.polynomial(3))
        .particles(4)
        .build()
        .runEpochs(shuffled(), 400);

    double precision = 0.25 + Arrays.stream(x).map(each -> 4 * each * each).sum();
    double mean = 0;
    for (int i = 0; i < N; i++) {
      mean += 4 * x[i] * y[i] / precision;
    }
    double sd = 1 / Math.sqrt(precision);
    assertThat(params.value("auto.loc")[0]).isCloseTo(mean, within(0.1 * sd));
    assertThat(params.value("auto.scale")[0]).isCloseTo(sd, within(0.1 * sd));
  }

  @Test
  void lossesOfAnEpochAverageToThatOfAllRows() {
    Svi<Rows> svi =
        Svi.builder(MODEL, AutoDelta.of(MODEL))
            .params(params)
            .optimizer(Adam.withRate(1e-300))
            .progress(Progress.silent())
            .build();

    FitReport report = svi.runEpochs(Batches.shuffled(dataset(), 5, this::rows), 1);

    double mean = (report.losses().get(0) + report.losses().get(1)) / 2;
    double all = svi.step(new Rows(manager.create(x), manager.create(y), manager.create(0)));
    assertThat(report.losses().get(0)).isNotCloseTo(all, within(1e-3));
    assertThat(mean).isCloseTo(all, within(1e-9));
  }

  @Test
  void theSameSeedGivesTheSameBitsInOneRunOrTwo() {
    double[] one = fitted(1, 4);

    assertThat(fitted(1, 4)).containsExactly(one);
    assertThat(fitted(1, 1, 3)).containsExactly(one);
    assertThat(fitted(2, 4)).isNotEqualTo(one);
  }

  private double[] fitted(long seed, int... epochs) {
    order.clear();
    try (ParamStore own = new ParamStore(manager)) {
      Svi<Rows> svi = fit().params(own).config(RunConfig.defaults().withSeed(seed)).build();
      for (int each : epochs) {
        svi.runEpochs(shuffled(), each);
      }
      return new double[] {own.value("auto.loc")[0], own.value("auto.scale")[0], order.hashCode()};
    }
  }

  @Test
  void anEpochThatWasNotCompletedBeginsAnew() {
    Svi<Rows> svi = fit().listener(new StopAt(2)).build();
    svi.runEpochs(shuffled(), 5);
    List<Long> first = List.copyOf(order);
    assertAllClosed();
    order.clear();

    FitReport report = svi.runEpochs(shuffled(), 1);

    assertThat(report.stop()).isEqualTo(Stop.STEPS);
    assertThat(first).hasSize(8);
    assertThat(order.subList(0, 8)).isEqualTo(first);
  }

  private record StopAt(long at) implements FitListener {
    @Override
    public Next onStep(Step step) {
      return step.step() == at ? Next.STOP : Next.GO_ON;
    }
  }

  @Test
  void aFitFromAFileGoesOnWithTheEpochAndTheOptimizersOfItsNames(@TempDir Path folder) {
    Optimizer optimizer =
        ByName.of(Adam.withRate(0.05)).with("auto.scale", RmsProp.withRate(0.01).momentum(0.5));
    Svi.Builder<Rows> builder = fit().optimizer(optimizer).averaging(Averaging.exponential(0.9));
    Svi<Rows> unbroken = builder.build();
    unbroken.runEpochs(shuffled(), 2);
    Path file = folder.resolve("fit");
    unbroken.save(file);
    order.clear();
    unbroken.runEpochs(shuffled(), 2);
    List<Long> seen = List.copyOf(order);
    order.clear();

    try (ParamStore own = new ParamStore(manager)) {
      Svi<Rows> loaded = builder.params(own).build();
      loaded.load(file);
      loaded.runEpochs(shuffled(), 2);

      assertThat(order).isEqualTo(seen);
      assertThat(own.value("auto.loc")).containsExactly(params.value("auto.loc"));
      assertThat(own.value("auto.scale")).containsExactly(params.value("auto.scale"));
    }
  }

  @Test
  void aDataSetsOwnOrderIsKept() {
    fit().build().runEpochs(Batches.of(dataset(), this::rows), 2);

    assertThat(sizes).containsExactly(3, 3, 3, 1, 3, 3, 3, 1);
    assertThat(order.subList(0, N)).isSorted().isEqualTo(order.subList(N, 2 * N));
    assertAllClosed();
  }

  @Test
  void rowsHaveLatentValuesOfTheirOwn() {
    Program<Rows> local =
        (p, rows) -> {
          try (Plate plate = p.plate(PlateSpec.of("rows", N).given(rows.y().size(0)))) {
            NDArray z = p.sample("z", Normal.of(0, 1));
            p.observe("y", Normal.of(z, 0.5), plate.take(rows.y()));
          }
        };
    AutoDelta<Rows> guide =
        AutoDelta.of(local).initializer(Initializer.median()).plate("rows", Rows::which);
    Svi.builder(local, guide)
        .params(params)
        .optimizer(Adam.withRate(0.05))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build()
        .runEpochs(shuffled(), 300);

    double[] modes = Arrays.stream(y).map(each -> each * 4 / 5).toArray();
    assertThat(guide.median(params).get("z")).containsExactly(modes, within(1e-2));
  }

  @Test
  void anErrorOfTheModelFreesTheBatch() {
    Program<Rows> broken =
        (p, rows) -> {
          MODEL.run(p, rows);
          if (p.run().counter() == 1) {
            throw new IllegalStateException("enough");
          }
        };
    Svi<Rows> svi =
        Svi.builder(broken, AutoNormal.of(MODEL))
            .particles(1)
            .params(params)
            .progress(Progress.silent())
            .build();

    assertThatThrownBy(() -> svi.runEpochs(shuffled(), 1)).hasMessage("enough");
    assertAllClosed();
  }

  /** A data set of a few lines. */
  private record Own(Function<NDManager, Iterable<Batch>> batches, boolean isBroken)
      implements Dataset {

    @Override
    public Iterable<Batch> getData(NDManager manager) throws IOException {
      if (isBroken) {
        throw new IOException("no such file");
      }
      return batches.apply(manager);
    }

    @Override
    public void prepare(ai.djl.util.Progress progress) {}
  }

  @Test
  void mistakes() {
    Svi<Rows> svi = fit().build();

    assertThatThrownBy(() -> Batches.shuffled(dataset(), 0, this::rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batches have size 0, but need at least 1 row");
    assertThatThrownBy(() -> svi.runEpochs(shuffled(), 0))
        .hasMessage("svi is to run 0 epochs, but needs at least 1");
    assertThatThrownBy(
            () -> svi.runEpochs(Batches.of(new Own(m -> List.of(), false), this::rows), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("epoch 1 has no batch; make data of at least one row");
    assertThatThrownBy(
            () -> svi.runEpochs(Batches.of(new Own(m -> List.of(), true), this::rows), 1))
        .hasMessage("data set cannot be read: no such file")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void listenersHearOfEpochs() {
    List<String> heard = new ArrayList<>();
    fit()
        .listener(
            new FitListener() {
              @Override
              public Next onStep(Step step) {
                heard.add(step.epoch() + ":" + step.step());
                return Next.GO_ON;
              }

              @Override
              public Next onEpoch(int epoch, double loss) {
                assertThat(loss).isFinite();
                heard.add("epoch " + epoch);
                return epoch == 2 ? Next.STOP : Next.GO_ON;
              }
            })
        .build()
        .runEpochs(shuffled(), 7);

    assertThat(heard)
        .containsExactly("0:1", "0:2", "0:3", "epoch 1", "1:4", "1:5", "1:6", "epoch 2");
  }

  @Test
  void sizeIsKnownOfWhatIsShuffled() {
    assertThat(shuffled().size()).isEqualTo(3);
    assertThat(Batches.of(dataset(), this::rows).size()).isZero();
  }
}
