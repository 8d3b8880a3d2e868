package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
final class BoundDataTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  private record Inner(NDArray x, String label) {}

  private record Outer(Inner inner, List<NDArray> list, Map<String, NDArray> map, int n) {}

  private record Own(NDArray x) implements Bindable<Own> {
    @Override
    public Own bind(UnaryOperator<NDArray> binder) {
      return new Own(binder.apply(x));
    }
  }

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private interface Check<D extends @Nullable Object> {
    void check(D inRun);
  }

  private static <D extends @Nullable Object> void bound(D data, Check<D> check) {
    try (BoundData<D> bound = BoundData.of(data, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      check.check(bound.in(run));
    }
  }

  private NDArray pair() {
    return manager.create(new float[] {1, 2});
  }

  @Test
  void floatsTakeTheRunsTypeAndIntegersAreLong() {
    bound(pair(), x -> assertThat(x.getDataType()).isEqualTo(DataType.FLOAT64));
    bound(
        manager.create(new int[] {1, 2}),
        x -> assertThat(x.getDataType()).isEqualTo(DataType.INT64));
    try (BoundData<NDArray> bound =
            BoundData.of(
                manager.create(new double[] {1, 2}), CONFIG.withFloatType(FloatType.FLOAT32));
        Run run = Run.open(CONFIG.withFloatType(FloatType.FLOAT32), 0)) {
      assertThat(bound.in(run).getDataType()).isEqualTo(DataType.FLOAT32);
    }
  }

  @Test
  void recordsListsAndMapsAreRebuiltAtAnyDepth() {
    Outer outer =
        new Outer(new Inner(pair(), "a"), List.of(pair(), pair()), Map.of("k", pair()), 7);

    bound(
        outer,
        data -> {
          assertThat(Tensors.isTensor(data.inner().x())).isTrue();
          assertThat(data.inner().label()).isEqualTo("a");
          assertThat(data.list()).hasSize(2).allMatch(Tensors::isTensor);
          assertThat(Tensors.isTensor(data.map().get("k"))).isTrue();
          assertThat(data.n()).isEqualTo(7);
        });
  }

  @Test
  void arraysListsOfArraysAndNothing() {
    bound(new NDArray[] {pair()}, data -> assertThat(Tensors.isTensor(data[0])).isTrue());
    bound(new NDList(pair()), data -> assertThat(Tensors.isTensor(data.get(0))).isTrue());
    bound(null, data -> assertThat(data).isNull());
    bound("text", data -> assertThat(data).isEqualTo("text"));
    bound(new double[] {1}, data -> assertThat(data).containsExactly(1));
  }

  @Test
  void bindableSaysHow() {
    bound(new Own(pair()), data -> assertThat(Tensors.values(data.x())).containsExactly(1, 2));
  }

  @Test
  void callersArrayMayBeClosedMeanwhile() {
    NDArray array = pair();
    try (BoundData<NDArray> bound = BoundData.of(array, CONFIG)) {
      array.close();
      for (int step = 0; step < 3; step++) {
        try (Run run = Run.open(CONFIG, step)) {
          assertThat(Tensors.values(bound.in(run))).containsExactly(1, 2);
        }
      }
    }
  }

  private static <D extends @Nullable Object> DataKey key(D data) {
    try (BoundData<D> bound = BoundData.of(data, CONFIG)) {
      return bound.key();
    }
  }

  /** A program may use one array in two places, so that a record of it has one input for both. */
  @Test
  void keysTellWhichArraysAreTheSame() {
    double[] one = {1, 2};
    double[] other = {3, 4};
    DataKey apart = key(List.of(one, other, one));

    assertThat(key(List.of(other, one, other))).isEqualTo(apart);
    assertThat(key(List.of(one, other, other))).isNotEqualTo(apart);
    assertThat(key(List.of(one, other, one.clone()))).isNotEqualTo(apart);
    assertThat(apart.unseen()).isEmpty();
  }

  @Test
  void numbersThatMayChangeAreUnseen() {
    assertThat(key(List.of(1, 2L, 3.0, BigInteger.TEN)).unseen()).isEmpty();
    assertThat(key(List.of(1, new AtomicInteger(2))).unseen())
        .contains("java.util.concurrent.atomic.AtomicInteger");
  }

  @Test
  void otherObjectsAreRefused() {
    assertThatThrownBy(() -> BoundData.of(new Object(), CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data of java.lang.Object may hold arrays that cannot be seen; use a record or a"
                + " data class, whose constructor takes all of its fields by name and that can be"
                + " read by these names, or implement Bindable");
  }

  @Test
  void closedDataAreRefused() {
    BoundData<NDArray> bound = BoundData.of(pair(), CONFIG);
    bound.close();

    try (Run run = Run.open(CONFIG, 0)) {
      assertThatThrownBy(() -> bound.in(run))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("bound data are used after they were closed; close them after the last run");
    }
  }

  record Named(NDArray x, List<NDArray> all, Map<String, double[]> byKey) {}

  @Test
  void arraysAreNamedByTheirPlaces() {
    NDArray x = manager.create(new double[] {1});
    Named data = new Named(x, List.of(x, x), Map.of("key", new double[] {2}));

    try (BoundData<Named> bound = BoundData.of(data, RunConfig.defaults());
        BoundData<NDArray> one = BoundData.of(x, RunConfig.defaults());
        BoundData<List<Named>> nested = BoundData.of(List.of(data), RunConfig.defaults())) {
      assertThat(bound.names()).containsExactly("x", "all[0]", "all[1]", "byKey.key");
      assertThat(one.names()).containsExactly("data");
      assertThat(nested.names())
          .containsExactly("[0].x", "[0].all[0]", "[0].all[1]", "[0].byKey.key");
    }
  }
}
