package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.infer.optim.RmsProp;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** A vector of several parameters, longer than the parts in which it is read. */
@ExtendWith(LeakCheck.class)
class DescentChunkTest {

  private static final Optimizer ADAM = Adam.withRate(0.1);
  private static final Optimizer SGD = Sgd.withRate(0.1).momentum(0.9);
  private static final Optimizer RMS = RmsProp.withRate(0.2).momentum(0.5);

  private static final ImmutableMap<String, Integer> SIZES =
      ImmutableMap.of("a", 2, "b", 1, "b.c", 1500, "bc", 1, "b.a", 1200);

  private static final ImmutableMap<String, Optimizer> OWN =
      ImmutableMap.of("a", ADAM, "b", SGD, "b.c", RMS, "bc", ADAM, "b.a", SGD);

  private static List<ParamSlot> slots() {
    List<ParamSlot> slots = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, Integer> part : SIZES.entrySet()) {
      slots.add(
          new ParamSlot(part.getKey(), 0, offset, new Shape(part.getValue()), Constraint.REAL));
      offset += part.getValue();
    }
    return slots;
  }

  private static int size() {
    return SIZES.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The numbers after 20 updates of the parameters that move, and their average. */
  private static double[][] moved(FloatType floatType, Set<String> moving, int elsewhere) {
    RunConfig config = RunConfig.defaults().withFloatType(floatType);
    try (FlatVector vector = FlatVector.zeros(config, size())) {
      DescentChunk chunk =
          new DescentChunk(
              vector,
              slots(),
              ByName.of(ADAM).with("b", SGD).with("b.c", RMS),
              Averaging.polynomial(0));
      vector.assign(0, start());
      chunk.move(moving);
      for (double[] gradient : gradients()) {
        double[] all = new double[elsewhere + gradient.length];
        System.arraycopy(gradient, 0, all, elsewhere, gradient.length);
        chunk.update(all, elsewhere, 1);
      }
      double[] last = vector.values();
      boolean unused = chunk.versions.use(Iterate.AVERAGE, Iterate.LAST);
      return new double[][] {last, vector.values()};
    }
  }

  private static double[] start() {
    return new SplittableRandom(1).doubles(size(), -1, 1).toArray();
  }

  private static double[][] gradients() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] gradients = new double[20][];
    for (int t = 0; t < gradients.length; t++) {
      gradients[t] = random.doubles(size(), -1, 1.5).toArray();
    }
    return gradients;
  }

  /** Each parameter by its own optimizer, whole: the numbers and the mean of all after a step. */
  private static double[][] expected(Set<String> moving) {
    double[] x = start();
    double[] mean = new double[x.length];
    double[][] gradients = gradients();
    double[][] state = new double[2][x.length];
    for (int t = 1; t <= gradients.length; t++) {
      int from = 0;
      for (Map.Entry<String, Integer> part : SIZES.entrySet()) {
        int to = from + part.getValue();
        if (moving.contains(part.getKey())) {
          OWN.get(part.getKey()).update(t, x, gradients[t - 1], state, from, to);
        }
        from = to;
      }
      for (int i = 0; i < x.length; i++) {
        mean[i] += (x[i] - mean[i]) / t;
      }
    }
    return new double[][] {x, mean};
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void eachParameterMovesAsItsOwnOptimizerMovesIt(FloatType floatType) {
    double rounding = floatType == FloatType.FLOAT64 ? 1e-14 : 1e-5;
    double[][] expected = expected(SIZES.keySet());
    double[][] moved = moved(floatType, SIZES.keySet(), 0);

    assertThat(moved[0]).containsExactly(expected[0], within(rounding));
    assertThat(moved[1]).containsExactly(expected[1], within(rounding));
  }

  @Test
  void whatDoesNotMoveStaysAsItIs() {
    Set<String> moving = Set.of("b", "bc", "b.a");
    double[][] moved = moved(FloatType.FLOAT64, moving, 7);

    assertThat(moved[0]).containsExactly(expected(moving)[0], within(1e-14));
    assertThat(moved[0]).startsWith(start()[0], start()[1]);
    assertThat(moved[0]).isNotEqualTo(start());
  }
}
