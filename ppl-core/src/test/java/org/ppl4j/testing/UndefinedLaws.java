package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What a distribution does with a NaN, as checks of one row of {@link DistributionCases}: it shows
 * in every quantity of the batch entry that it belongs to, and the other entries keep their bits.
 * Each law returns how many quantities it judged, and fails if there was none.
 */
public final class UndefinedLaws {

  /** The batch, and the entry of it that is made NaN. */
  private static final int PLACES = 3;

  private static final int SPOILT = 1;

  private UndefinedLaws() {}

  /** A NaN as a plain number is refused in the words of the family. */
  @CanIgnoreReturnValue
  public static int plainNumbersAreRefused(Run run, DistributionCase row) {
    int judged = 0;
    for (int which = 0; which < row.parameters().size(); which++) {
      int at = which;
      if (row.isNumber(which)) {
        assertThatThrownBy(() -> row.withNumber(run, at, Double.NaN))
            .as("%s with parameter %s NaN", row, which)
            .isInstanceOf(IllegalArgumentException.class)
            .message()
            .matches(
                "parameter '\\w+' of \\w+ must be .+, but is NaN"
                    + "|bounds of \\w+ are .*NaN.*, but must be numbers or infinite");
        judged++;
      }
    }
    return judged;
  }

  /** A NaN in a parameter's tensor. */
  @CanIgnoreReturnValue
  public static int parametersShow(Run run, DistributionCase row) {
    Map<String, double[]> clean = ofParameters(row.of(run, copies(run, row)), run, row);
    int judged = 0;
    for (int which = 0; which < row.parameters().size(); which++) {
      double[] entries = row.parameters().get(which);
      for (int at = 0; at < entries.length; at++) {
        if (row.isFree(which, at) || row.entries(which) == DistributionCase.Entries.NONE) {
          List<NDArray> parameters = copies(run, row);
          double[] spoilt = Tensors.values(parameters.get(which));
          spoilt[SPOILT * entries.length + at] = Double.NaN;
          spoilt[SPOILT * entries.length + row.partner(which, at)] = Double.NaN;
          parameters.set(which, run.create(spoilt, parameters.get(which).getShape()));
          String what = "%s with entry %s of parameter %s NaN".formatted(row, at, which);
          judged += judge(what, clean, ofParameters(row.of(run, parameters), run, row));
        }
      }
    }
    assertThat(judged).as("judged quantities of %s", row).isPositive();
    return judged;
  }

  /** A NaN as a value. */
  @CanIgnoreReturnValue
  public static int valuesShow(Run run, DistributionCase row) {
    Distribution distribution = row.of(run, copies(run, row));
    int size = Math.toIntExact(distribution.eventShape().size());
    double[] values = new double[PLACES * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.inside()[i % size];
    }
    Map<String, double[]> clean = ofValue(distribution, run, values);
    int judged = 0;
    for (int at = 0; at < size; at++) {
      double[] spoilt = values.clone();
      spoilt[SPOILT * size + at] = Double.NaN;
      String what = "%s at a value whose entry %s is NaN".formatted(row, at);
      judged += judge(what, clean, ofValue(distribution, run, spoilt));
    }
    assertThat(judged).as("judged quantities of %s", row).isPositive();
    return judged;
  }

  /** A probability that is none. */
  @CanIgnoreReturnValue
  public static int probabilitiesShow(Run run, DistributionCase row) {
    Distribution distribution = row.of(run, copies(run, row));
    Map<String, double[]> clean = ofProbability(distribution, run, 0.3);
    int judged = 0;
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN, Double.NEGATIVE_INFINITY, 1e300}) {
      String what = "%s at probability %s".formatted(row, wrong);
      judged += judge(what, clean, ofProbability(distribution, run, wrong));
    }
    return judged;
  }

  /** At an infinite value nothing has density, and all or nothing probability. */
  @CanIgnoreReturnValue
  public static int infinityIsFar(Run run, DistributionCase row) {
    Distribution distribution = row.in(run);
    int size = Math.toIntExact(distribution.eventShape().size());
    int judged = 0;
    for (double far : new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
      for (int at = 0; at < size; at++) {
        double[] value = new double[size];
        System.arraycopy(row.inside(), 0, value, 0, size);
        value[at] = far;
        NDArray x = run.create(value, distribution.eventShape());
        assertThat(Tensors.values(distribution.logProb(x)))
            .as("log-density of %s where entry %s is %s", row, at, far)
            .containsExactly(Double.NEGATIVE_INFINITY);
        judged++;
      }
      if (size == 1 && distribution.eventShape().dimension() == 0) {
        NDArray x = run.create(new double[] {far}, new Shape());
        boolean above = far > 0;
        double all = above ? 1 : 0;
        double one = above ? 0 : Double.NEGATIVE_INFINITY;
        double other = above ? Double.NEGATIVE_INFINITY : 0;
        judged += equal(row + " cdf at " + far, () -> distribution.cdf(x), all);
        judged += equal(row + " sf at " + far, () -> distribution.sf(x), 1 - all);
        judged += equal(row + " logCdf at " + far, () -> distribution.logCdf(x), one);
        judged += equal(row + " logSf at " + far, () -> distribution.logSf(x), other);
      }
    }
    assertThat(judged).as("judged quantities of %s", row).isPositive();
    return judged;
  }

  private static int equal(String what, Supplier<NDArray> formula, double expected) {
    List<NDArray> found = DistributionLaws.ifItExists(formula);
    found.forEach(x -> assertThat(Tensors.values(x)[0] + 0.0).as(what).isEqualTo(expected));
    return found.size();
  }

  /** The parameters, one copy for each place of the batch. */
  private static List<NDArray> copies(Run run, DistributionCase row) {
    List<NDArray> tensors = new ArrayList<>();
    for (NDArray tensor : row.tensors(run)) {
      tensors.add(tensor.broadcast(Shapes.concat(new Shape(PLACES), tensor.getShape())));
    }
    return tensors;
  }

  private static Map<String, double[]> ofParameters(
      Distribution distribution, Run run, DistributionCase row) {
    Map<String, double[]> all = new LinkedHashMap<>();
    NDArray value = DistributionLaws.inside(run, row, distribution).get("0");
    all.put("logProb", Tensors.values(distribution.logProb(value)));
    all.put("logProbInSupport", Tensors.values(distribution.logProbInSupport(value)));
    put(all, "mean", distribution::mean);
    put(all, "variance", distribution::variance);
    put(all, "entropy", distribution::entropy);
    if (value.getShape().dimension() == 0) {
      all.putAll(tails(distribution, value));
      all.putAll(ofProbability(distribution, run, 0.3));
    }
    Draw draw = distribution.draw(DistributionLaws.rng("undefined"));
    if (draw.value().getDataType().isFloating()) {
      all.put("draw", Tensors.values(draw.value()));
    }
    all.put("logProb of a draw", Tensors.values(draw.logProb()));
    return all;
  }

  private static Map<String, double[]> ofValue(
      Distribution distribution, Run run, double[] values) {
    Shape shape = Shapes.concat(new Shape(PLACES), distribution.eventShape());
    NDArray value = run.create(values, shape);
    Map<String, double[]> all = new LinkedHashMap<>();
    all.put("logProb", Tensors.values(distribution.logProb(value)));
    if (shape.dimension() == 1) {
      all.putAll(tails(distribution, value));
    }
    return all;
  }

  private static Map<String, double[]> tails(Distribution distribution, NDArray value) {
    Map<String, double[]> all = new LinkedHashMap<>();
    put(all, "cdf", () -> distribution.cdf(value));
    put(all, "sf", () -> distribution.sf(value));
    put(all, "logCdf", () -> distribution.logCdf(value));
    put(all, "logSf", () -> distribution.logSf(value));
    return all;
  }

  private static Map<String, double[]> ofProbability(
      Distribution distribution, Run run, double second) {
    Map<String, double[]> all = new LinkedHashMap<>();
    if (distribution.eventShape().dimension() == 0) {
      double[] probabilities = new double[PLACES];
      Arrays.fill(probabilities, 0.3);
      probabilities[SPOILT] = second;
      NDArray p = run.create(probabilities, new Shape(PLACES));
      put(all, "icdf", () -> distribution.icdf(p));
      put(all, "isf", () -> distribution.isf(p));
    }
    return all;
  }

  private static void put(Map<String, double[]> all, String name, Supplier<NDArray> formula) {
    DistributionLaws.ifItExists(formula).forEach(x -> all.put(name, Tensors.values(x)));
  }

  private static int judge(String what, Map<String, double[]> clean, Map<String, double[]> spoilt) {
    assertThat(spoilt.keySet()).as(what).isEqualTo(clean.keySet());
    clean.forEach(
        (name, before) -> {
          double[] after = spoilt.get(name);
          assertThat(after).as("%s, %s", name, what).hasSameSizeAs(before);
          int width = before.length / PLACES;
          boolean shows = false;
          for (int i = 0; i < before.length; i++) {
            if (i / width == SPOILT) {
              shows |= Double.isNaN(after[i]);
            } else {
              assertThat((Double) after[i])
                  .as("%s at place %s, %s", name, i, what)
                  .isEqualTo((Double) before[i]);
            }
          }
          assertThat(shows).as("%s shows the NaN, %s: %s", name, what, after[width]).isTrue();
        });
    return clean.size();
  }
}
