package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.AcceptancePoint;

/** What recorded scans take, beside loops by hand in the same run. */
@Tag("acceptance")
final class ScanSpeedAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.2");
  private static final int PAIRS = 15;
  private static final int WARM = 20; // pairs before, until code is compiled
  private static final long WHILE = 20_000_000; // nanoseconds

  // --- programs

  /** States of an autoregression, of which noise is seen: of innovations z. */
  private static Program<Void> states(double[] y) {
    return (p, none) -> {
      NDArray phi = p.sample("phi", Normal.of(0, 1));
      NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
      p.scan(
          "t",
          y.length,
          p.scalar(0),
          (q, t, before) -> {
            NDArray z = q.sample("z", Normal.of(0, 1));
            NDArray x = before.mul(phi).add(z.mul(scale));
            q.observe("y", Normal.of(x, 0.5), t.take(y));
            return x;
          });
    };
  }

  /** Its log joint by hand, with the gradient. */
  private static double statesByHand(double[] y, double[] u, double[] gradient) {
    int n = y.length;
    double phi = u[0];
    double scale = Math.exp(u[1]);
    double joint = -0.5 * (phi * phi + u[1] * u[1]) - (n + 2) * 0.5 * Math.log(2 * Math.PI);
    double[] x = new double[n + 1];
    double squares = 0;
    double misfits = 0;
    for (int t = 0; t < n; t++) {
      double z = u[2 + t];
      x[t + 1] = phi * x[t] + scale * z;
      double r = (y[t] - x[t + 1]) * 2;
      squares += z * z;
      misfits += r * r;
    }
    joint -= 0.5 * (squares + misfits) + n * (Math.log(0.5) + 0.5 * Math.log(2 * Math.PI));
    double ask = 0;
    double ofPhi = 0;
    double ofScale = 0;
    for (int t = n - 1; t >= 0; t--) {
      ask += (y[t] - x[t + 1]) * 4;
      double z = u[2 + t];
      gradient[2 + t] = ask * scale - z;
      ofScale += ask * z;
      ofPhi += ask * x[t];
      ask *= phi;
    }
    gradient[0] = ofPhi - phi;
    gradient[1] = ofScale * scale - u[1];
    return joint;
  }

  /** An autoregression of data. */
  private static Program<Void> lags(double[] y) {
    return (p, none) -> {
      NDArray phi = p.sample("phi", Normal.of(0, 1));
      NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
      p.scan(
          "t",
          y.length,
          p.scalar(0),
          (q, t, before) -> {
            NDArray now = t.take(y);
            q.observe("y", Normal.of(before.mul(phi), scale), now);
            return now;
          });
    };
  }

  private static double lagsByHand(double[] y, double[] u, double[] gradient) {
    double phi = u[0];
    double scale = Math.exp(u[1]);
    double squares = 0;
    double ofPhi = 0;
    double before = 0;
    for (double now : y) {
      double r = (now - phi * before) / scale;
      squares += r * r;
      ofPhi += r * before;
      before = now;
    }
    gradient[0] = ofPhi / scale - phi;
    gradient[1] = squares - y.length - u[1];
    return -0.5 * (phi * phi + u[1] * u[1] + squares)
        - y.length * u[1]
        - (y.length + 2) * 0.5 * Math.log(2 * Math.PI);
  }

  /** A state of ten numbers, which is turned at each step. */
  private static Program<Void> vectors(double[] y) {
    return (p, none) -> {
      NDArray w = p.sample("w", Normal.of(0, 1).expand(new Shape(10, 10)).toEvent());
      NDArray start = p.run().full(0.1, new Shape(10));
      p.scan(
          "t",
          y.length,
          start,
          (q, t, before) -> {
            NDArray x = w.matMul(before).tanh();
            q.factor("f", x.sum().sub(t.take(y)).square().mul(-0.5));
            return x;
          });
    };
  }

  private static double vectorsByHand(double[] y, double[] w, double[] gradient) {
    int n = y.length;
    double joint = 0;
    for (int k = 0; k < 100; k++) {
      joint -= 0.5 * w[k] * w[k] + 0.5 * Math.log(2 * Math.PI);
      gradient[k] = -w[k];
    }
    double[] x = new double[10 * (n + 1)];
    double[] misfit = new double[n];
    for (int i = 0; i < 10; i++) {
      x[i] = 0.1;
    }
    for (int t = 0; t < n; t++) {
      int at = 10 * t;
      double sum = 0;
      for (int i = 0; i < 10; i++) {
        double s = 0;
        for (int j = 0; j < 10; j++) {
          s += w[10 * i + j] * x[at + j];
        }
        x[at + 10 + i] = Math.tanh(s);
        sum += x[at + 10 + i];
      }
      misfit[t] = sum - y[t];
      joint -= 0.5 * misfit[t] * misfit[t];
    }
    double[] ask = new double[10];
    double[] inner = new double[10];
    for (int t = n - 1; t >= 0; t--) {
      int at = 10 * t;
      for (int i = 0; i < 10; i++) {
        double v = x[at + 10 + i];
        inner[i] = (ask[i] - misfit[t]) * (1 - v * v);
        ask[i] = 0;
      }
      for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 10; j++) {
          gradient[10 * i + j] += inner[i] * x[at + j];
          ask[j] += inner[i] * w[10 * i + j];
        }
      }
    }
    return joint;
  }

  // --- points

  @Test
  @Tag("whole.2")
  void recordingDoesNotDependOnTheirNumber() {
    double[] few = new double[PAIRS];
    double[] many = new double[PAIRS];
    for (int pair = -WARM; pair < PAIRS; pair++) {
      int place = Math.max(0, pair);
      few[place] = recording(10);
      many[place] = recording(100_000);
    }
    compare("recording-of-100000-steps", many, "10", few, 2);
  }

  private static double recording(int steps) {
    double[] y = data(steps);
    long began = System.nanoTime();
    VectorFunction function = function(lags(y), new double[] {0.4, 0.1}, Map.of());
    double taken = (double) (System.nanoTime() - began);
    assertThat(function.isRecorded()).isTrue();
    return taken;
  }

  @Test
  @Tag("whole.2")
  void anAutoregressionTakesWhatALoopByHandDoes() {
    for (int steps : new int[] {10_000, 100_000}) {
      double[] y = data(steps);
      double[] u = data(steps + 2);
      u[0] = 0.7;
      VectorFunction states = function(states(y), u, Map.of("z", new Shape(steps)));
      compare("states-of-" + steps, states, (x, d) -> statesByHand(y, x, d), u, 3);
      double[] v = {0.7, 0.1};
      VectorFunction lags = function(lags(y), v, Map.of());
      compare("lags-of-" + steps, lags, (x, d) -> lagsByHand(y, x, d), v, 3);
    }
  }

  @Test
  @Tag("whole.2")
  void aStateOfTenNumbersTakesTwiceAsMuch() {
    double[] y = data(10_000);
    double[] w = new SplittableRandom(3).doubles(100, -0.5, 0.5).toArray();
    VectorFunction recorded = function(vectors(y), w, Map.of());
    compare("ten-numbers", recorded, (x, d) -> vectorsByHand(y, x, d), w, 2);
  }

  @Test
  @Tag("whole.2")
  void aMillionSteps() {
    int steps = 1_000_000;
    double[] y = data(steps);
    double[] u = data(steps + 2);
    u[0] = 0.7;
    VectorFunction states = function(states(y), u, Map.of("z", new Shape(steps)));
    double[] gradient = new double[u.length];
    double[] byHand = new double[u.length];
    double value = states.evaluate(u, gradient);
    POINT.atMost("million-apart", apart(value, statesByHand(y, u, byHand)), 1e-9);
    POINT.atMost("million-steps-gigabytes", gigabytes(), 1);
    POINT.atLeast("million-recorded", states.isRecorded() ? 1 : 0, 1);
  }

  /** What is carried would be 80 megabytes, and as much again of what is remembered beside it. */
  @Test
  @Tag("whole.2")
  void aMillionStepsOfTenNumbers() {
    double[] y = data(1_000_000);
    double[] w = new SplittableRandom(3).doubles(100, -0.5, 0.5).toArray();
    double before = gigabytes();
    VectorFunction recorded = function(vectors(y), w, Map.of());
    double[] gradient = new double[w.length];
    double value = recorded.evaluate(w, gradient);
    POINT.atMost("million-of-ten-numbers-gigabytes", gigabytes() - before, 0.1);
    POINT.atLeast("million-of-ten-numbers-recorded", recorded.isRecorded() ? 1 : 0, 1);
    double[] byHand = new double[w.length];
    double apart = apart(value, vectorsByHand(y, w, byHand));
    for (int i = 0; i < w.length; i++) {
      apart = Math.max(apart, apart(gradient[i], byHand[i]));
    }
    POINT.atMost("million-of-ten-numbers-apart", apart, 1e-9);
  }

  /** How much of the heap is used. */
  private static double gigabytes() {
    System.gc();
    Runtime machine = Runtime.getRuntime();
    return (machine.totalMemory() - machine.freeMemory()) / 1e9;
  }

  private static void compare(
      String what,
      VectorFunction recorded,
      ToDoubleBiFunction<double[], double[]> byHand,
      double[] u,
      double bound) {
    double[] one = new double[u.length];
    double[] other = new double[u.length];
    double apart = apart(recorded.evaluate(u, one), byHand.applyAsDouble(u, other));
    for (int i = 0; i < u.length; i++) {
      apart = Math.max(apart, apart(one[i], other[i]));
    }
    POINT.atMost(what + "-apart", apart, 1e-9);
    double[] hand = new double[PAIRS];
    double[] ours = new double[PAIRS];
    for (int pair = -WARM; pair < PAIRS; pair++) {
      int place = Math.max(0, pair);
      hand[place] = time(() -> byHand.applyAsDouble(u, other));
      ours[place] = time(() -> recorded.evaluate(u, one));
    }
    compare(what, ours, "hand", hand, bound);
  }

  private static void compare(
      String what, double[] ours, String other, double[] theirs, double bound) {
    double[] ratios = new double[PAIRS];
    Arrays.setAll(ratios, i -> ours[i] / theirs[i]);
    POINT.shown(what + "-us", median(ours) * 1e-3);
    POINT.shown("by-" + other + "-us", median(theirs) * 1e-3);
    POINT.atMost(what + "-to-" + other, ratios, bound);
  }

  private static double median(double[] times) {
    return Arrays.stream(times).sorted().skip(PAIRS / 2).findFirst().orElseThrow();
  }

  /** Nanoseconds of one, of as many as take a while. */
  private static double time(DoubleSupplier function) {
    long began = System.nanoTime();
    double sum = 0;
    int times = 0;
    for (; System.nanoTime() - began < WHILE; times++) {
      sum += function.getAsDouble();
    }
    double each = (double) (System.nanoTime() - began) / times;
    assertThat(sum).isFinite();
    return each;
  }

  private static double apart(double x, double y) {
    return Math.abs(x - y) / Math.max(1, Math.abs(y));
  }

  private static double[] data(int size) {
    return new SplittableRandom(size).doubles(size, -1, 1).toArray();
  }

  /** The log joint of a vector of phi and scale, or w, and of stacked sites. */
  private static VectorFunction function(
      Program<Void> program, double[] at, Map<String, Shape> stacked) {
    RunConfig config =
        RunConfig.defaults().withRecording(Recording.REQUIRED).withValidation(Validation.OFF);
    return new VectorFunction(
        "log joint",
        config,
        (run, u) -> {
          try (ParamStore params = new ParamStore(NDManager.newBaseManager())) {
            return Execution.record(
                    run,
                    params,
                    Rng.Purpose.MODEL,
                    program,
                    null,
                    new Substitute(values(u, stacked)))
                .logJoint();
          }
        },
        at,
        List.of(program));
  }

  private static Map<String, NDArray> values(NDArray u, Map<String, Shape> stacked) {
    if (u.size() == 100) {
      return Map.of("w", Tensors.reshape(u, new Shape(10, 10)));
    }
    Map<String, NDArray> values = new LinkedHashMap<>();
    values.put("phi", u.get(0));
    values.put("scale", u.get(1));
    if (!stacked.isEmpty()) {
      values.put("z", Tensors.range(u, -1, 2, u.size()));
    }
    return values;
  }
}
