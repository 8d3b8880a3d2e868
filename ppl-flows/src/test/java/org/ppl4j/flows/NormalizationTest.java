package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** What the layers with statistics do while they learn; the laws are in the table of flows. */
@ExtendWith(LeakCheck.class)
class NormalizationTest {

  private static final int ROWS = 12;
  private static final int DIM = 3;

  /** What a module says of its buffers. */
  private static final class Kept implements NamedTensors.Updates {

    private final Map<String, NDArray> values = new LinkedHashMap<>();
    private final boolean first;

    Kept(boolean first) {
      this.first = first;
    }

    @Override
    public void update(String name, NDArray value) {
      values.put(name, value);
    }

    @Override
    public boolean isFirst(String name) {
      return first;
    }
  }

  /** {@code (ROWS, DIM)}, of different means and scales. */
  private static NDArray batch(Run run) {
    NDArray scale = run.create(new double[] {0.2, 3, 10}, new Shape(DIM));
    NDArray loc = run.create(new double[] {-1, 0, 50}, new Shape(DIM));
    return FlowTensors.rng("batch").normal(run, new Shape(ROWS, DIM)).mul(scale).add(loc);
  }

  private static double[] column(NDArray x, int i) {
    return Tensors.values(Tensors.range(x, -1, i, i + 1L));
  }

  private static double mean(NDArray x, int i) {
    return StatUtils.mean(column(x, i));
  }

  private static double variance(NDArray x, int i) {
    return StatUtils.populationVariance(column(x, i));
  }

  private static Transform bound(Run run, TransformModule module, Kept kept) {
    NamedTensors tensors = FlowTensors.initial(run, module.tensors());
    Map<String, NDArray> map = new LinkedHashMap<>();
    tensors.names().forEach(name -> map.put(name, tensors.get(name)));
    return module.bind(NamedTensors.of(map, kept), FlowTensors.rng("noise"), true);
  }

  static Stream<TransformModule> modules() {
    return Stream.of(ActNorm.of(DIM), BatchNorm.of(DIM));
  }

  @ParameterizedTest
  @EnumSource
  void theFirstBatchIsNormalized(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      double tolerance = type == FloatType.FLOAT64 ? 1e-12 : 1e-4;
      NDArray y = batch(run);
      Mapped act = bound(run, ActNorm.of(DIM), new Kept(true)).inverse(y);
      Mapped batch = bound(run, BatchNorm.of(DIM), new Kept(true)).inverse(y);
      double ofAct = 0;
      double ofBatch = 0;
      for (int i = 0; i < DIM; i++) {
        double sd = Math.sqrt(variance(y, i));
        double raised = Math.sqrt(variance(y, i) + 1e-5);
        ofAct -= Math.log(sd + 1e-6);
        ofBatch -= Math.log(raised);

        assertThat(Math.abs(mean(act.value(), i))).isLessThan(tolerance);
        assertThat(Math.abs(variance(act.value(), i) - Math.pow(sd / (sd + 1e-6), 2)))
            .isLessThan(tolerance);
        assertThat(Math.abs(mean(batch.value(), i))).isLessThan(tolerance);
        assertThat(Math.abs(variance(batch.value(), i) - Math.pow(sd / raised, 2)))
            .isLessThan(tolerance);
      }
      assertClose("log-det of act norm", act.logDet(), run.full(ofAct, new Shape(ROWS)), tolerance);
      assertClose(
          "log-det of batch norm", batch.logDet(), run.full(ofBatch, new Shape(ROWS)), tolerance);
    }
  }

  @Test
  void allBatchDimsAreOneBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = batch(run);
      for (TransformModule module : modules().toList()) {
        Mapped flat = bound(run, module, new Kept(true)).inverse(y);
        Mapped folded =
            bound(run, module, new Kept(true)).inverse(Tensors.reshape(y, new Shape(4, 3, DIM)));

        assertThat(folded.logDet().getShape()).isEqualTo(new Shape(4, 3));
        assertClose(
            "value", Tensors.reshape(folded.value(), new Shape(ROWS, DIM)), flat.value(), 0);
      }
    }
  }

  @Test
  void actNormKeepsItsFirstBatchAndIsAffineFromThen() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = batch(run);
      Kept kept = new Kept(true);
      Transform first = bound(run, ActNorm.of(DIM), kept);
      Mapped normalized = first.inverse(y);

      assertThat(kept.values).containsOnlyKeys("firstLoc", "firstLogScale");
      for (int i = 0; i < DIM; i++) {
        assertThat(Tensors.values(kept.values.get("firstLoc"))[i])
            .isCloseTo(mean(y, i), within(1e-12));
      }
      Kept none = new Kept(false);
      Map<String, NDArray> later = new LinkedHashMap<>(kept.values);
      later.put("loc", run.zeros(new Shape(DIM)));
      later.put("logScale", run.zeros(new Shape(DIM)));
      Transform second =
          ActNorm.of(DIM).bind(NamedTensors.of(later, none), FlowTensors.rng("noise"), true);

      assertClose("value", second.inverse(y).value(), normalized.value(), 1e-15);
      assertClose("round trip", second.forward(normalized.value()).value(), y, 1e-13);
      assertThat(none.values).isEmpty();
      // Without a gradient: a row moves itself alone.
      NDArray leaf = Autograd.variable(y);
      NDArray sum = bound(run, ActNorm.of(DIM), new Kept(true)).inverse(leaf).value().sum();
      NDArray slope = Autograd.grad(sum, List.of(leaf)).get(0);
      NDArray scale = kept.values.get("firstLogScale").neg().exp();
      assertClose("slope", slope, scale.broadcast(new Shape(ROWS, DIM)), 1e-13);
    }
  }

  @Test
  void gradientsFollowTheStatisticsOfTheBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = Autograd.variable(batch(run));
      NDArray direction = FlowTensors.rng("direction").normal(run, y.getShape());
      double actual =
          Tensors.values(Autograd.grad(total(run, y), List.of(y)).get(0).mul(direction).sum())[0];
      double step = 1e-6;
      double up = Tensors.values(total(run, y.add(direction.mul(step))))[0];
      double down = Tensors.values(total(run, y.sub(direction.mul(step))))[0];

      double expected = (up - down) / (2 * step);
      assertThat(Math.abs(actual - expected)).isLessThan(1e-7 * (1 + Math.abs(expected)));
    }
  }

  private static NDArray total(Run run, NDArray y) {
    Mapped mapped = bound(run, BatchNorm.of(DIM), new Kept(true)).inverse(y);
    return mapped.value().tanh().sum().add(mapped.logDet().sum());
  }

  @Test
  void runningStatisticsMoveByTheMomentum() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = batch(run);
      Kept first = new Kept(true);
      Kept later = new Kept(false);
      assertThat(bound(run, BatchNorm.of(DIM).momentum(0.3), first).inverse(y)).isNotNull();
      assertThat(bound(run, BatchNorm.of(DIM).momentum(0.3), later).inverse(y)).isNotNull();

      for (int i = 0; i < DIM; i++) {
        assertThat(Tensors.values(first.values.get("mean"))[i])
            .isCloseTo(mean(y, i), within(1e-12));
        assertThat(Tensors.values(later.values.get("mean"))[i])
            .isCloseTo(0.3 * mean(y, i), within(1e-12));
        assertThat(Tensors.values(later.values.get("variance"))[i])
            .isCloseTo(0.7 * (1 - 1e-5) + 0.3 * variance(y, i), within(1e-11));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void oneRowAndTheForwardDirectionTellNothing(TransformModule module) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Kept kept = new Kept(true);
      Transform learning = bound(run, module, kept);
      NDArray row = Tensors.range(batch(run), -2, 0, 1);

      assertClose("row", learning.inverse(row).value(), row, 1e-14);
      assertClose("rows forward", learning.forward(batch(run)).value(), batch(run), 1e-13);
      assertThat(kept.values).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void lawsHoldWithAnyStatistics(TransformModule module) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors random = FlowTensors.random(run, module.tensors(), 1);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (String name : random.names()) {
        NDArray noise = FlowTensors.rng("statistics " + name).normal(run, new Shape(DIM));
        tensors.put(
            name,
            switch (name) {
              case "variance" -> noise.exp();
              case "mean", "firstLoc", "firstLogScale" -> noise;
              default -> random.get(name);
            });
      }
      Transform transform = module.bind(NamedTensors.of(tensors), FlowTensors.rng("noise"), false);

      TransformCheck.check(transform, batch(run)).orThrow();
      TransformCheck.check(transform.inverted(), batch(run)).orThrow();
    }
  }

  @Test
  void partsOfComposedAndConditionalModulesUpdateTheirOwnBuffers() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Kept kept = new Kept(true);
      TransformModule composed = Affine.of(DIM).then(BatchNorm.of(DIM).inverted());
      assertThat(bound(run, composed, kept).forward(batch(run))).isNotNull();
      assertThat(kept.values).containsOnlyKeys("1.mean", "1.variance");

      Kept given = new Kept(true);
      ConditionalTransformModule conditional =
          BatchNorm.of(DIM).conditional(2, Mlp.of(4)).then(Affine.of(DIM));
      NamedTensors initial = FlowTensors.initial(run, conditional.tensors());
      Map<String, NDArray> map = new LinkedHashMap<>();
      initial.names().forEach(name -> map.put(name, initial.get(name)));
      NDArray context = FlowTensors.rng("context").normal(run, new Shape(ROWS, 2));
      Mapped mapped =
          conditional
              .bind(NamedTensors.of(map, given), FlowTensors.rng("noise"), true)
              .given(context)
              .inverse(batch(run));
      assertThat(mapped.value().getShape()).isEqualTo(new Shape(ROWS, DIM));
      assertThat(given.values).containsOnlyKeys("0.mean", "0.variance");
    }
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> ActNorm.of(0))
        .hasMessage("act norm needs at least 1 coordinate, but dim is 0");
    assertThatThrownBy(() -> BatchNorm.of(0))
        .hasMessage("batch norm needs at least 1 coordinate, but dim is 0");
    assertThatThrownBy(() -> BatchNorm.of(2).momentum(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch norm has momentum 0.0, but it must be in (0, 1]");
  }
}
