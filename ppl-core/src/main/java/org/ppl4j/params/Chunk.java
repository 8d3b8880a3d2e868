package org.ppl4j.params;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * Parameters whose unconstrained numbers lie end to end in one vector. In a run they are the pieces
 * of one tensor, cut when the first of them is asked for.
 *
 * @param vector of all numbers
 * @param params in the order of their numbers
 * @param shapes of the unconstrained tensors
 */
record Chunk(FlatVector vector, ImmutableList<StoredParam> params, ImmutableList<Shape> shapes)
    implements AutoCloseable {

  /** Moves parameters that lie nowhere yet to a chunk of their own, which is the index-th. */
  static Chunk of(RunConfig config, int index, List<StoredParam> params) {
    long size = params.stream().mapToLong(StoredParam::size).sum();
    Chunk chunk =
        new Chunk(
            FlatVector.zeros(config, size, "parameter store"),
            ImmutableList.copyOf(params),
            params.stream().map(StoredParam::freeShape).collect(ImmutableList.toImmutableList()));
    long offset = 0;
    for (int i = 0; i < params.size(); i++) {
      offset = params.get(i).moveTo(chunk, index, i, offset);
    }
    return chunk;
  }

  /** The unconstrained tensor of the i-th parameter, the same whenever a run asks for it. */
  NDArray piece(Run run, int i) {
    List<NDArray> pieces = run.once(this, () -> vector.cut(run, shapes));
    return pieces.get(i);
  }

  @Override
  public void close() {
    vector.close();
  }
}
