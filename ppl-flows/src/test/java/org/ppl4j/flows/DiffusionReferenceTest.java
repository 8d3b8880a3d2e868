package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.Solver;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The diffusions of the reference, whose scores are exact. */
@ExtendWith(LeakCheck.class)
class DiffusionReferenceTest {

  /** The tolerance of the solver at which the reference's own is meant. */
  private static final double FINE = 1e-10;

  /** Of closed forms, by the number of their operations. */
  private static final double ROUNDING = 1e-12;

  /** Of results in float32 and at the default tolerance of the solver. */
  private static final double SINGLE = 2e-4;

  static Stream<JsonObject> cases(String kind) {
    return objects(References.read("stochastic.json").get("cases")).stream()
        .filter(row -> row.get("kind").getAsString().equals(kind));
  }

  static Stream<JsonObject> mixtures() {
    return cases("probability_flow");
  }

  private static VariancePreserving sde(JsonObject given) {
    return VariancePreserving.of(number(given.get("b0")), number(given.get("b1")));
  }

  private static NDArray time(Run run, double time) {
    return run.create(new double[] {time}, new Shape(1));
  }

  /**
   * Of a mixture of round normals, which are N(α m, α² s² + σ²) at a time: Σ r (α m − x) / (α² s² +
   * σ²), r the shares of each at x.
   */
  private static Score score(Run run, JsonObject given) {
    VariancePreserving sde = sde(given);
    double[] weights = numbers(given.get("weights"));
    double[] sds = numbers(given.get("sds"));
    NDArray means = OdeReference.rows(run, given.get("means"));
    int dim = Math.toIntExact(means.getShape().get(1));
    return (time, x) -> {
      NDArray signal = sde.signal(time);
      List<NDArray> logs = new ArrayList<>();
      List<NDArray> scores = new ArrayList<>();
      for (int k = 0; k < weights.length; k++) {
        NDArray mean = Tensors.range(means, -2, k, k + 1L).squeeze(-2);
        NDArray variance = signal.mul(sds[k]).square().add(sde.noise(time).square());
        NDArray off = signal.mul(mean).sub(x);
        NDArray distance = off.square().sum(new int[] {-1}, true).div(variance);
        logs.add(distance.mul(-0.5).sub(variance.log().mul(0.5 * dim)).add(Math.log(weights[k])));
        scores.add(off.div(variance));
      }
      NDArray shares = Tensors.concat(logs, -1).softmax(-1);
      NDArray sum = run.scalar(0);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(Tensors.range(shares, -1, k, k + 1L).mul(scores.get(k)));
      }
      return sum;
    };
  }

  private static DiffusionMap map(int dim, VariancePreserving sde, Score score, double tolerance) {
    Diffusion diffusion =
        Diffusion.of(dim, sde).score(score).solver(Solver.dormandPrince(tolerance));
    return (DiffusionMap) diffusion.bind(NamedTensors.empty(), FlowTensors.rng("diffusion"), false);
  }

  private static DiffusionMap map(Run run, JsonObject given, double tolerance) {
    int dim = given.get("means").getAsJsonArray().get(0).getAsJsonArray().size();
    return map(dim, sde(given), score(run, given), tolerance);
  }

  private static void agrees(String name, NDArray found, JsonElement expected, double tolerance) {
    assertThat(OdeReference.error(found, expected)).as(name).isLessThanOrEqualTo(tolerance);
  }

  /** Noise, log-det and density of rows, and the way there and back. */
  private static void agrees(Run run, JsonObject row, double tolerance, double bound) {
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    Transform map = map(run, given, tolerance);
    NDArray x = OdeReference.rows(run, given.get("x"));
    Mapped inverse = run.withoutGradients(() -> map.inverse(x));
    NDArray noise = inverse.value();
    int dim = Math.toIntExact(x.getShape().get(1));
    NDArray base = Normal.standard(dim).toEvent(1).on(run).logProb(noise);

    agrees("noise", noise, expected.get("noise"), bound);
    agrees("log-det", inverse.logDet(), expected.get("log_abs_det_data_to_noise"), bound);
    agrees(
        "log-density",
        base.add(inverse.logDet()),
        expected.get("log_prob_ode_standard_normal_end"),
        bound);
    NDArray back = run.withoutGradients(() -> map.forward(noise).value());
    agrees("row", back, given.get("x"), bound);
  }

  @ParameterizedTest
  @MethodSource("mixtures")
  void mixturesAgree(JsonObject row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      agrees(run, row, FINE, number(row.get("tolerance")));
    }
  }

  @ParameterizedTest
  @MethodSource("mixtures")
  void mixturesAgreeInSinglePrecision(JsonObject row) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(FloatType.FLOAT32), 0)) {
      agrees(run, row, 1e-6, SINGLE);
    }
  }

  /** The reference's scores, from this transform too, which keeps them as noise. */
  @ParameterizedTest
  @MethodSource("mixtures")
  void scoresAgree(JsonObject row) {
    JsonObject given = row.getAsJsonObject("given");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DiffusionMap map = map(run, given, FINE);
      NDArray x = OdeReference.rows(run, given.get("x"));
      List<NDArray> scores = new ArrayList<>();
      for (double time : numbers(given.get("times"))) {
        scores.add(map.score(time(run, time), x));
      }

      agrees(
          "scores",
          Tensors.concat(scores, -2),
          row.getAsJsonObject("expected").get("score_at_times"),
          ROUNDING);
    }
  }

  /** What is left of rows, how noisy they are, and what is seen of them. */
  @Test
  void whatIsAtATimeAgrees() {
    JsonObject row = cases("denoising_score_matching").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    VariancePreserving sde = sde(given);
    double[] numbers = numbers(given.get("times"));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray times = run.create(numbers, new Shape(numbers.length, 1));
      NDArray noise = OdeReference.rows(run, given.get("noise"));
      NDArray rows = OdeReference.rows(run, given.get("x0"));
      Map<String, NDArray> found = new LinkedHashMap<>();
      found.put("alpha", sde.signal(times));
      found.put("sigma", sde.noise(times));
      found.put("x_t", sde.diffused(rows, noise, times));
      found.put("target_score", noise.div(sde.noise(times)).neg());

      found.forEach((name, value) -> agrees(name, value, expected.get(name), ROUNDING));
    }
  }

  /**
   * dx = −1.5 (x − 0.5) dt + 0.8 dW to time 2, in units of the stationary distribution, of which it
   * is the process of rate 3 to time 1.
   */
  @Test
  void ornsteinAndUhlenbecksProcessAgrees() {
    JsonObject row = cases("ornstein_uhlenbeck").findFirst().orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    double pull = number(given.get("B").getAsJsonArray().get(0).getAsJsonArray().get(0));
    double middle = numbers(given.get("mu"))[0];
    double spread = Math.pow(numbers(given.get("S"))[0], 2) / (2 * pull);
    double[] times = numbers(given.get("times"));
    double end = times[times.length - 1];
    double mean = (numbers(given.get("initial_mean"))[0] - middle) / Math.sqrt(spread);
    double variance = numbers(given.get("initial_covariance"))[0] / spread;
    VariancePreserving sde = VariancePreserving.ornsteinUhlenbeck(pull * end);
    Score score =
        (time, x) -> {
          NDArray signal = sde.signal(time);
          NDArray wide = signal.square().mul(variance).add(sde.noise(time).square());
          return signal.mul(mean).sub(x).div(wide);
        };
    double bound = number(row.get("tolerance"));
    assertThat(spread - numbers(expected.get("stationary_covariance"))[0])
        .isBetween(-ROUNDING, ROUNDING);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray time = run.create(times, new Shape(times.length)).div(end);
      NDArray start = run.scalar((numbers(given.get("x0"))[0] - middle) / Math.sqrt(spread));
      NDArray there = sde.diffused(start, run.scalar(0), time).mul(Math.sqrt(spread)).add(middle);
      agrees("mean", there, expected.get("transition_mean"), ROUNDING);
      NDArray covariance = sde.noise(time).square().mul(spread);
      agrees("covariance", covariance, expected.get("transition_covariance"), ROUNDING);

      NDArray x = OdeReference.rows(run, given.get("x")).sub(middle).div(Math.sqrt(spread));
      Mapped mapped = run.withoutGradients(() -> map(1, sde, score, FINE).inverse(x));
      NDArray led = mapped.value().mul(Math.sqrt(spread)).add(middle);
      agrees("led to", led, expected.get("probability_flow_at_last_time"), bound);
      agrees("log-det", mapped.logDet(), expected.get("probability_flow_log_abs_det"), bound);
    }
  }
}
