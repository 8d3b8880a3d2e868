package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.Plate;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.svi.Costs.Cost;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Looks whether the costs of a plate's rows depend on draws of their own rows only: where all other
 * rows are drawn anew, the first row's costs stay.
 */
final class OwnRows {

  private static final int TIMES = 2;
  private static final int REDRAWS = 20; // to find another value

  private OwnRows() {}

  /**
   * Checks the costs of a pass.
   *
   * @param again the costs of traces of guide and model
   * @throws IllegalArgumentException if they do not
   */
  static void check(Pass pass, Costs costs, Function<List<Trace>, Costs> again) {
    Run run = pass.run();
    run.looking(
        () -> {
          for (SampleSite site : costs.scored()) {
            for (Plate plate : site.plates()) {
              for (int i = 0; i < TIMES && isOfRows(plate); i++) {
                NDArray other = redrawn(run, site, plate, i);
                Object unused =
                    run.withoutGradients(
                        () -> {
                          List<Trace> traces = pass.withOther(costs.guide(), site.name(), other);
                          compare(run, site, plate, costs, again.apply(traces));
                          return plate;
                        });
              }
            }
          }
        });
  }

  private static boolean isOfRows(Plate plate) {
    return !plate.isParticles() && !plate.spec().isOfSteps() && plate.batch() > 1;
  }

  /** Another draw in all rows but the first. */
  private static NDArray redrawn(Run run, SampleSite site, Plate plate, int time) {
    int right = -plate.dim() - 1 + site.distribution().eventShape().dimension();
    long[] sizes = new long[1 + right];
    Arrays.fill(sizes, 1);
    sizes[0] = plate.batch();
    NDArray isFirst = Tensors.reshape(run.arange(plate.batch()), new Shape(sizes)).eq(0);
    Rng rng = run.rng(Rng.Purpose.GUIDE, site.name()).split("other rows").split(time);
    double[] known = Tensors.values(site.value());
    NDArray other = site.value();
    for (int i = 0; i < REDRAWS && Arrays.equals(known, Tensors.values(other)); i++) {
      NDArray drawn = site.distribution().draw(rng.split(i)).value();
      other = Tensors.where(isFirst, site.value(), drawn);
    }
    return other;
  }

  private static void compare(Run run, SampleSite site, Plate plate, Costs costs, Costs others) {
    List<Cost> before = costs.all().toList();
    List<Cost> after = others.all().toList();
    double rounding = run.floatType() == FloatType.FLOAT32 ? 1e-3 : 1e-8;
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      Cost cost = before.get(i);
      if (cost.isShared(site, plate)) {
        double[] expected = firstRow(cost, plate);
        double[] found = firstRow(after.get(i), plate);
        for (int j = 0; j < expected.length; j++) {
          double apart = Math.abs(found[j] - expected[j]);
          checkArgument(
              !(apart > rounding * Math.max(1, Math.abs(expected[j]))),
              "%s has in a row of plate '%s' a cost that depends on the draw of '%s' in other rows:"
                  + " %s with some, and %s with others; take withoutRaoBlackwell(), or put what"
                  + " depends on all rows outside of the plate",
              cost.of(),
              plate.name(),
              site.name(),
              expected[j],
              found[j]);
        }
      }
    }
  }

  private static double[] firstRow(Cost cost, Plate plate) {
    return Tensors.values(Tensors.range(cost.value(), plate.dim(), 0, 1));
  }
}
