package org.ppl4j.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Map;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Lets nothing count that a model does in the plate of its rows, and tells what it sees outside.
 *
 * @param values is told the value of each latent site
 */
record Outside(PlateModel model, Map<String, NDArray> values) implements Handler {

  @Override
  public Frame begin(Ppl p) {
    ImmutableSet<String> latents =
        model.latents().stream()
            .map(PlateModel.Latent::name)
            .collect(ImmutableSet.toImmutableSet());
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (PlateModel.isIn(model.plate(), site)) {
          if (site.isLatent()) {
            site.determine(some(site));
          }
          if (site.kind() == SampleSite.Kind.DETERMINISTIC) {
            site.hide();
          }
          site.maskOut();
        }
      }

      @Override
      protected void leave(SampleSite site) {
        if (latents.contains(site.name())) {
          NDArray unused = values.put(site.name(), site.result());
        }
      }
    };
  }

  /** The first value of a site that is summed out elsewhere, in all rows, so that none is drawn. */
  private static NDArray some(SampleSite site) {
    NDArray first = Tensors.range(SumOut.values(site.distribution()).orElseThrow(), 0, 0, 1);
    Shape event = site.distribution().eventShape();
    int rank = site.plates().stream().mapToInt(plate -> -plate.dim()).max().orElse(0);
    long[] batch = new long[rank];
    Arrays.fill(batch, 1);
    for (Plate plate : site.plates()) {
      batch[rank + plate.dim()] = plate.batch();
    }
    return Tensors.reshape(first, event).broadcast(Shapes.concat(new Shape(batch), event));
  }
}
