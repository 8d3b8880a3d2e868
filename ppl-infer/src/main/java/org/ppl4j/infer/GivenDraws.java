package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.internal.WrittenNames;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Gives latent sites their draws {@code from} to {@code from + count} of samples; draw {@code from}
 * alone, without a dim for it, if {@code count} is 0.
 *
 * <p>Where a plate has more rows than the draws have, these are its first rows, and the others are
 * drawn from the site's distribution, given the values of the sites before it; in a scan step by
 * step.
 *
 * @param count how many draws the particles around hold
 * @param nesting how many dims plates own
 * @param newRows plates whose rows are others than those of the draws: their sites are drawn
 */
record GivenDraws(Samples samples, int from, int count, int nesting, ImmutableSet<String> newRows)
    implements Handler {

  /** Whether a site has its value from the samples. */
  boolean has(SampleSite site) {
    return site.isLatent()
        && samples.names().contains(site.name())
        && site.plates().stream().noneMatch(plate -> newRows.contains(plate.name()));
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = WrittenNames.of("predictive", "plate", newRows);
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (has(site) && !site.hasValue()) {
          give(p.run(), site);
        }
      }

      @Override
      protected void opened(Plate plate) {
        names.meet(plate.name());
      }

      @Override
      protected void end() {
        names.check();
      }
    };
  }

  private void give(Run run, SampleSite site) {
    NDArray draws = run.bind(samples.get(site.name()));
    NDArray rows =
        Tensors.range(draws, -draws.getShape().dimension(), from, from + Math.max(count, 1));
    Shape drawn = samples.shape(site.name());
    int eventDims = site.distribution().eventShape().dimension();
    long[] old = batch(site, drawn, eventDims);
    long[] wanted = old.clone();
    for (Plate plate : site.plates()) {
      int at = old.length + plate.dim();
      checkArgument(
          old[at] <= plate.batch(),
          "samples have %s rows of site '%s' in plate '%s', but the data have %s; keep the rows of"
              + " the fit and put new ones behind them, or let Predictive.newRows(\"%s\") draw all",
          old[at],
          site.name(),
          plate.name(),
          plate.batch(),
          plate.name());
      wanted[at] = plate.batch();
    }
    long[] event =
        Arrays.copyOfRange(drawn.getShape(), drawn.dimension() - eventDims, drawn.dimension());
    NDArray given = Tensors.reshape(rows, shape(old, event));
    if (Arrays.equals(old, wanted)) {
      site.substitute(given);
      return;
    }
    Rng rng = run.rng(Rng.Purpose.PREDICT, site.name());
    NDArray anew =
        run.bind(site.distribution().expand(shape(wanted, new long[0])).draw(rng).value());
    NDArray all = extended(given, anew, old, wanted, eventDims);
    if (site.plates().stream().anyMatch(plate -> plate.spec().isOfSteps())) {
      // only the steps know what the others are drawn from
      site.substituteSteps(all, standing(run, old, wanted, eventDims));
    } else {
      site.substitute(all);
    }
  }

  /** Which batch elements the draws have. */
  private static NDArray standing(Run run, long[] old, long[] wanted, int eventDims) {
    NDArray given = run.ones(alone(old, eventDims));
    NDArray others = run.zeros(alone(wanted, eventDims));
    return extended(given, others, old, wanted, eventDims).neq(0);
  }

  private static Shape alone(long[] batch, int eventDims) {
    long[] sizes = Arrays.copyOf(batch, batch.length + eventDims);
    Arrays.fill(sizes, batch.length, sizes.length, 1);
    return new Shape(sizes);
  }

  /** The batch dims of the draws, as many as the site's plates own at least. */
  private static long[] batch(SampleSite site, Shape drawn, int eventDims) {
    int own = drawn.dimension() - eventDims;
    int rank = site.plates().stream().mapToInt(plate -> -plate.dim()).reduce(own, Math::max);
    long[] batch = new long[rank];
    for (int i = 0; i < rank; i++) {
      int at = i - (rank - own);
      batch[i] = at < 0 ? 1 : drawn.get(at);
    }
    return batch;
  }

  /** With the dim of the draws, left of all that plates own. */
  private Shape shape(long[] batch, long[] event) {
    int left = count == 0 ? 0 : 1 + Math.max(0, nesting - batch.length);
    long[] sizes = new long[left + batch.length + event.length];
    Arrays.fill(sizes, 0, left, 1);
    if (left > 0) {
      sizes[0] = count;
    }
    System.arraycopy(batch, 0, sizes, left, batch.length);
    System.arraycopy(event, 0, sizes, left + batch.length, event.length);
    return new Shape(sizes);
  }

  /** The given rows first, dim by dim from the right, then those drawn anew. */
  private static NDArray extended(
      NDArray given, NDArray anew, long[] old, long[] wanted, int eventDims) {
    NDArray all = given;
    for (int i = old.length - 1; i >= 0; i--) {
      if (old[i] < wanted[i]) {
        NDArray rest = anew;
        for (int j = 0; j < i; j++) {
          rest = Tensors.range(rest, axis(j, old, eventDims), 0, old[j]);
        }
        int axis = axis(i, old, eventDims);
        rest = Tensors.range(rest, axis, old[i], wanted[i]);
        all = Tensors.concat(List.of(all, rest), axis);
      }
    }
    return all;
  }

  /** A batch dim counted from the right of a value. */
  private static int axis(int i, long[] batch, int eventDims) {
    return i - batch.length - eventDims;
  }
}
