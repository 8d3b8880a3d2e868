package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ObjectArrays;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Draws;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

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
   * @param logDensity {@code ()}, or {@code (N)}: discrete sites of finite support are summed out
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
    Trace placed = placed(z);
    Trace scored = summed(z, placed);
    int particles = -nesting(z) - 1;
    NDArray logDensity =
        count(z) == 0
            ? scored.logJoint().sub(placed.logJoint())
            : scored.logJoints(particles).sub(placed.logJoints(particles));
    return new At(logDensity, scored);
  }

  /**
   * The program's execution at vectors, of which no density is worked out, with a joint draw of the
   * sites that the density sums out.
   *
   * @param given handlers that give sites values, inside of all others
   */
  public Trace program(NDArray z, Handler... given) {
    Trace placed = placed(z);
    Replay replay = new Replay(placed);
    Trace summed = summed(z, placed, given);
    return Draws.drawnBack(
        run, summed, choices -> record(program, z, concat(given, replay, choices)));
  }

  /**
   * The same with these sites summed out, whose density is not worked out yet.
   *
   * @param given handlers that give sites values, inside of all others
   */
  Trace summed(NDArray z, Handler... given) {
    return summed(z, placed(z), given);
  }

  /** The same with the values that latent sites have in an execution. */
  Trace summed(NDArray z, Trace as, Handler... given) {
    return record(program, z, concat(given, new Replay(as), new SumOut()));
  }

  private static Handler[] concat(Handler[] inner, Handler... outer) {
    return ObjectArrays.concat(inner, outer, Handler.class);
  }

  /**
   * The latent sites at vectors. The program is executed for the supports of sites that {@linkplain
   * LatentSpace#moves move}, if there are any.
   */
  public Trace placed(NDArray z) {
    LatentSpace now = space(z);
    return record((p, inRun) -> now.sample(p, z), z);
  }

  /** The latent space with the supports that its sites have at vectors. */
  public LatentSpace space(NDArray z) {
    if (!space.moves()) {
      return space;
    }
    Trace at = record(program, z, concat(Placing.at(space, z), new SumOut()));
    Map<String, NDArray> values = new HashMap<>();
    space.names().forEach(name -> values.put(name, at.value(name)));
    return space(values, count(z), nesting(z));
  }

  /** The same at one vector, where its sites have these values, each {@code (batch, event)}. */
  LatentSpace space(Map<String, NDArray> values) {
    return space(values, 0, 0);
  }

  private LatentSpace space(Map<String, NDArray> values, int count, int nesting) {
    return space.in(record(program, count, nesting, new Substitute(values), new SumOut()));
  }

  private static int count(NDArray z) {
    Shape shape = z.getShape();
    return shape.dimension() == 1 ? 0 : Math.toIntExact(shape.get(0));
  }

  private static int nesting(NDArray z) {
    return Math.max(0, z.getShape().dimension() - 2);
  }

  private Trace record(Program<D> which, NDArray z, Handler... inner) {
    return record(which, count(z), nesting(z), inner);
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
  public static NDArray under(NDArray u, int nesting) {
    Shape shape = u.getShape();
    return shape.dimension() == 1
        ? u
        : Tensors.reshape(
            u, Shapes.concat(LatentSpace.left(shape.get(0), nesting), Shapes.takeRight(shape, 1)));
  }
}
