package org.ppl4j.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A model of columns, in one of whose plates lie their rows.
 *
 * @param latents the sites outside of the plate that are drawn, in the order of their values in
 *     vectors
 * @param first a vector of their values
 * @param second another
 * @param config of runs on executors
 * @param isRecorded whether all blocks are to be computed by records
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PlateModel(
    Program<Map<String, NDArray>> program,
    String plate,
    NumberColumns columns,
    ImmutableList<Latent> latents,
    double[] first,
    double[] second,
    RunConfig config,
    boolean isRecorded)
    implements Serializable {

  /** A site. */
  record Latent(String name, Shape batch, Shape event) implements Serializable {

    Shape shape() {
      return Shapes.concat(batch, event);
    }

    /**
     * A value as a vector.
     *
     * @param value {@code (batch, event)}, or of particles {@code (*, batch, event)}
     * @return {@code (N)}, or {@code (*, 1, …, 1, N)} with a 1 for each dim of the batch
     */
    NDArray flat(NDArray value) {
      Shape left = Shapes.dropRight(value.getShape(), shape().dimension());
      long[] ones = new long[left.dimension() == 0 ? 0 : batch.dimension()];
      Arrays.fill(ones, 1);
      Shape size = new Shape(shape().size());
      return Tensors.reshape(value, Shapes.concat(Shapes.concat(left, new Shape(ones)), size));
    }
  }

  /** With records for all blocks, or none. */
  PlateModel recorded(boolean isRecorded) {
    RunConfig own = isRecorded ? config : config.withRecording(Recording.OFF);
    return new PlateModel(program, plate, columns, latents, first, second, own, isRecorded);
  }

  /** Whether a site is in the plate. */
  static boolean isIn(String plate, SampleSite site) {
    return site.plates().stream().anyMatch(each -> each.name().equals(plate));
  }

  /**
   * What the program does with some rows at a vector of values, where the sites in the plate count
   * and no others.
   *
   * @param x (D)
   * @param rows the numbers of rows, column by column
   */
  Trace at(Run run, NDArray x, NDArray rows) {
    ImmutableMap.Builder<String, NDArray> values = ImmutableMap.builder();
    long from = 0;
    for (Latent latent : latents) {
      long to = from + latent.shape().size();
      values.put(latent.name, Tensors.reshape(Tensors.range(x, -1, from, to), latent.shape()));
      from = to;
    }
    Handler inside = new Inside(plate, values.buildOrThrow());
    try (NDManager manager = NDManager.newBaseManager(config.device());
        ParamStore none = new ParamStore(manager, config)) {
      return Execution.record(
          run, none, Rng.Purpose.PREDICT, program, columns.in(rows), inside, new SumOut());
    }
  }

  /** Gives the sites outside of a plate values, and lets none of them count. */
  private record Inside(String plate, Map<String, NDArray> values) implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (!isIn(plate, site)) {
            NDArray value = values.get(site.name());
            if (value != null) {
              site.substitute(value, site.distribution().support());
            }
            site.maskOut();
          }
        }
      };
    }
  }
}
