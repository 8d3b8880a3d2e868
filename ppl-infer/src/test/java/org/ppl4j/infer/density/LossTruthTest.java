package org.ppl4j.infer.density;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.BiFunction;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** Losses that compare draws with rows, beside numbers and closed forms of others. */
@ExtendWith(LeakCheck.class)
class LossTruthTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("stochastic.4");

  /** What the point asks for; relative to 1 and the number's size. */
  private static final double TRUTH = 1e-11;

  /** Of one comparison in 15,000. */
  private static final double STANDARD_ERRORS = 4;

  private static final int SAMPLES = 20_000;

  private static JsonObject row(String id) {
    return objects(References.read("losses.json").get("cases")).stream()
        .filter(each -> each.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** How far numbers are from others, and how many they are. */
  private static final class Judge {

    private double farthest;
    private int count;

    void judge(NDArray found, JsonElement expected) {
      double[] values = Tensors.values(found);
      double[] wanted = numbers(expected);
      for (int i = 0; i < Math.max(values.length, wanted.length); i++) {
        double off = Math.abs(values[i] - wanted[i]) / (1 + Math.abs(wanted[i]));
        farthest = Double.isNaN(off) ? off : Math.max(farthest, off);
        count++;
      }
    }
  }

  private static NDArray matrix(Run run, JsonElement rows) {
    double[] all = numbers(rows);
    int count = rows.getAsJsonArray().size();
    return run.create(all, new Shape(count, all.length / count));
  }

  @Test
  @Tag("stochastic.4")
  void discrepanciesAgree() {
    JsonObject given = row("mmd-2d").getAsJsonObject("given");
    JsonObject expected = row("mmd-2d").getAsJsonObject("expected");
    double[] bandwidths = numbers(given.get("bandwidths"));
    Judge judge = new Judge();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(matrix(run, given.get("x")));
      NDArray y = matrix(run, given.get("y"));
      Mmd gaussian = Mmd.of(Kernel.gaussian(bandwidths));
      Mmd multiquadric = Mmd.of(Kernel.inverseMultiquadric(bandwidths));
      Mmd energy = Mmd.energyDistance();
      JsonObject first = expected.getAsJsonObject("gaussian");
      JsonObject second = expected.getAsJsonObject("inverse_multiquadric");
      NDArray unbiased = gaussian.unbiased(x, y);
      judge.judge(gaussian.biased(x, y), first.get("mmd2_biased"));
      judge.judge(unbiased, first.get("mmd2_unbiased"));
      judge.judge(multiquadric.biased(x, y), second.get("mmd2_biased"));
      judge.judge(multiquadric.unbiased(x, y), second.get("mmd2_unbiased"));
      judge.judge(energy.biased(x, y), expected.get("energy_distance_biased"));
      judge.judge(energy.unbiased(x, y), expected.get("energy_distance_unbiased"));
      judge.judge(
          Autograd.grad(unbiased, List.of(x)).get(0),
          expected.get("gradient_x_of_gaussian_unbiased"));
    }
    POINT.atLeast("numbers of discrepancies", judge.count, 24);
    POINT.atMost("discrepancies off by", judge.farthest, TRUTH);
  }

  @Test
  @Tag("stochastic.4")
  void lossesOfCriticsAgree() {
    JsonObject given = row("adversarial").getAsJsonObject("given");
    JsonObject expected = row("adversarial").getAsJsonObject("expected");
    Judge judge = new Judge();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] ofData = numbers(given.get("critic_of_data"));
      NDArray data = run.create(ofData, new Shape(ofData.length, 1));
      NDArray flow = run.create(numbers(given.get("critic_of_flow")), data.getShape());
      JsonObject gan = expected.getAsJsonObject("gan");
      judge.judge(AdversarialLoss.GAN.critic(data, flow), gan.get("critic"));
      judge.judge(AdversarialLoss.SATURATING_GAN.critic(data, flow), gan.get("critic"));
      judge.judge(AdversarialLoss.GAN.flow(flow), gan.get("flow_non_saturating"));
      judge.judge(AdversarialLoss.SATURATING_GAN.flow(flow), gan.get("flow_saturating"));
      for (AdversarialLoss loss : List.of(AdversarialLoss.WASSERSTEIN, AdversarialLoss.HINGE)) {
        JsonObject own = expected.getAsJsonObject(loss.toString());
        judge.judge(loss.critic(data, flow), own.get("critic"));
        judge.judge(loss.flow(flow), own.get("flow"));
      }
    }
    POINT.atLeast("numbers of losses of critics", judge.count, 8);
    POINT.atMost("losses of critics off by", judge.farthest, TRUTH);
  }

  // N(0.5, 1.3² I) beside N(0, I), in two columns for the gaussian kernel, in one for distances.

  private static final double MEAN = 0.5;
  private static final double SD = 1.3;
  private static final double BANDWIDTH = 0.7;

  /** E exp(−|z|² / (2 s²)) of z ~ N(m, v I) in two columns. */
  private static double gaussian(double mean, double variance) {
    double square = BANDWIDTH * BANDWIDTH;
    return square / (square + variance) * Math.exp(-mean * mean / (square + variance));
  }

  /** E|z| of z ~ N(m, v). */
  private static double distance(double mean, double variance) {
    double sd = Math.sqrt(variance);
    double inside = new NormalDistribution().cumulativeProbability(-mean / sd);
    double peak = Math.exp(-mean * mean / (2 * variance));
    return sd * Math.sqrt(2 / Math.PI) * peak + mean * (1 - 2 * inside);
  }

  private static double errorsOff(
      int columns, int rows, BiFunction<NDArray, NDArray, NDArray> estimate, double truth) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Rng rng = Rng.of(3, Rng.Purpose.CHAIN, 0, "samples");
      NDArray x = rng.split("x").normal(run, new Shape(SAMPLES, 5, columns)).mul(SD).add(MEAN);
      NDArray y = rng.split("y").normal(run, new Shape(SAMPLES, rows, columns));
      Stats stats = Stats.of(Tensors.values(estimate.apply(x, y)));
      return Math.abs(stats.mean() - truth) / Math.sqrt(stats.sampleVariance() / SAMPLES);
    }
  }

  private static void centred(
      String what, int columns, Mmd mmd, double ofX, double ofY, double xy) {
    double truth = ofX + ofY - 2 * xy;
    double unbiased = errorsOff(columns, 4, mmd::unbiased, truth);
    POINT.below(what + ", standard errors off", unbiased, STANDARD_ERRORS);
    double score = errorsOff(columns, 1, mmd::score, ofX - 2 * xy);
    POINT.below("score by " + what + ", standard errors off", score, STANDARD_ERRORS);
    // With the pairs of a row with itself it is another number, and this sees it.
    double biased = errorsOff(columns, 4, mmd::biased, truth);
    POINT.above(what + " with bias, standard errors off", biased, 10 * STANDARD_ERRORS);
  }

  @Test
  @Tag("stochastic.4")
  void estimatesAreCentred() {
    centred(
        "gaussian mmd",
        2,
        Mmd.of(Kernel.gaussian(BANDWIDTH)),
        gaussian(0, 2 * SD * SD),
        gaussian(0, 2),
        gaussian(MEAN, SD * SD + 1));
    centred(
        "energy distance",
        1,
        Mmd.energyDistance(),
        -distance(0, 2 * SD * SD),
        -distance(0, 2),
        -distance(MEAN, SD * SD + 1));
  }

  @Test
  void tolerancesAreThoseOfTheReference() {
    double least =
        Math.max(
            number(row("mmd-2d").get("tolerance")), number(row("adversarial").get("tolerance")));
    POINT.atMost("tolerance of the reference", least, TRUTH);
  }
}
