package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** The probabilities of all rows together are those of the log density at each value. */
class FullConditionalTest {

  private static final int POINTS = 2;

  /** The largest difference of probabilities, and of how many numbers. */
  private record Difference(double largest, int judged) {}

  private static Difference difference(
      Program<NDArray> model, Program<NDArray> conditional, Recording recording, String why) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    double largest = 0;
    int judged = 0;
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore none = new ParamStore(manager, config);
        LogDensity<NDArray> density = density(model, none);
        LogDensity<NDArray> other = density(conditional, none)) {
      SplittableRandom random = new SplittableRandom(5);
      List<FullConditional> right = density.conditionals();
      for (FullConditional site : other.conditionals()) {
        assertThat(site.whyOneByOne().orElse("")).startsWith(why);
        assertThat(site.whyOneByOne().isEmpty()).isEqualTo(why.isEmpty());
        for (int i = 0; i < POINTS && why.isEmpty(); i++) {
          double[] vector = density.start(Initializer.uniform().withNoise(noise(i)));
          List<List<double[]>> values = new ArrayList<>();
          for (int r = 0; r < site.rows(); r++) {
            values.add(values(site, vector[site.from() + r], random));
          }
          double[] around = new double[site.support().isEmpty() ? site.count() * site.rows() : 0];
          Arrays.setAll(around, k -> values.get(k % site.rows()).get(k / site.rows())[0]);
          double[] together = site.together(vector, around);
          for (int r = 0; r < site.rows(); r++) {
            int at = site.from() + r * site.event();
            double[] alone = named(right, site.name()).alone(vector.clone(), at, values.get(r));
            for (int k = 0; k < alone.length; k++, judged++) {
              largest = Math.max(largest, Math.abs(together[k * site.rows() + r] - alone[k]));
            }
          }
        }
        judged += why.isEmpty() ? 0 : 1;
      }
    }
    return new Difference(largest, judged);
  }

  private static FullConditional named(List<FullConditional> sites, String name) {
    return sites.stream().filter(site -> site.name().equals(name)).findFirst().orElseThrow();
  }

  private static UnaryOperator<Rng> noise(int number) {
    return rng -> rng.split(number);
  }

  @MustBeClosed
  private static LogDensity<NDArray> density(Program<NDArray> model, ParamStore none) {
    return LogDensity.withDiscrete(
        model,
        Tensors.vector(ConditionalCase.DATA),
        none,
        none.config().orElseThrow(),
        Initializer.uniform());
  }

  /** All, or some around a row's own, which is one of them. */
  private static List<double[]> values(FullConditional site, double own, SplittableRandom random) {
    if (!site.support().isEmpty()) {
      return site.support();
    }
    int place = random.nextInt(site.count());
    List<double[]> values = new ArrayList<>();
    for (int k = 0; k < site.count(); k++) {
      values.add(new double[] {own + k - place});
    }
    return values;
  }

  /** By records, which are held against the engine; by it alone where a value is read. */
  @ParameterizedTest
  @EnumSource
  void rowsTogetherAreAsEachAlone(ConditionalCase row) {
    Recording recording = row == ConditionalCase.BRANCHING ? Recording.OFF : Recording.REQUIRED;
    Difference difference = difference(row.model, row.model, recording, row.whyOneByOne);

    assertThat(difference.judged()).isPositive();
    assertThat(difference.largest()).isLessThan(1e-10);
  }

  /** Planted: a conditional without a factor. */
  @Test
  void aFactorThatIsForgottenIsFound() {
    Program<NDArray> whole = ConditionalCase.COUNTED.model;
    Handler forgets =
        p ->
            new Handler.Frame() {
              @Override
              protected void enter(SampleSite site) {
                site.scaleBy(site.name().equals("seen") ? 1e-3 : 1);
              }
            };

    Difference found = difference(whole, whole.with(forgets), Recording.OFF, "");

    assertThat(found.largest()).isGreaterThan(0.01);
  }
}
