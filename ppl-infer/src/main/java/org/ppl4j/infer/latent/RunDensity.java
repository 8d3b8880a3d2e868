package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.Draws;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * The log density of a program's latent sites in one run, as {@link LogDensity} is of any: of the
 * unconstrained vector of its sites, with the bijections' log-determinants. All rows are seen of a
 * plate whose rows the library would draw.
 *
 * @param data as tensors of the run
 * @param space of the program's latent sites
 */
public record RunDensity<D extends @Nullable Object>(
    Run run, ParamStore params, Program<D> program, D data, LatentSpace space) {

  /**
   * The program at vectors.
   *
   * @param logDensity {@code ()}, or {@code (N)}
   * @param program its execution, which holds N particles
   */
  public record At(NDArray logDensity, Trace program) {}

  /**
   * The log density at vectors, and the program's execution there.
   *
   * @param z {@code (D)}, or N of them {@code (N, 1, …, 1, D)} with a 1 for each dim that plates
   *     own
   */
  public At at(NDArray z) {
    int rank = z.getShape().dimension();
    int count = rank == 1 ? 0 : Math.toIntExact(z.getShape().get(0));
    int nesting = Math.max(0, rank - 2);
    Trace at = record((p, inRun) -> space.sample(p, z), count, nesting);
    Trace scored = record(program, count, nesting, new Replay(at));
    NDArray logDensity =
        count == 0
            ? scored.logJoint().sub(at.logJoint())
            : scored.logJoints(-nesting - 1).sub(at.logJoints(-nesting - 1));
    return new At(logDensity, scored);
  }

  private Trace record(Program<D> which, int count, int nesting, Handler... inner) {
    Handler[] handlers = Arrays.copyOf(inner, inner.length + 1);
    handlers[inner.length] = new AllRows();
    return Execution.record(
        run, params, Rng.Purpose.PREDICT, which, data, Draws.around(count, nesting, handlers));
  }

  /**
   * N vectors with as many dims of size 1 as plates own.
   *
   * @param u {@code (N, D)}, or {@code (D)}, which stays
   */
  static NDArray under(NDArray u, int nesting) {
    Shape shape = u.getShape();
    return shape.dimension() == 1
        ? u
        : Tensors.reshape(
            u, Shapes.concat(LatentSpace.left(shape.get(0), nesting), Shapes.takeRight(shape, 1)));
  }
}
