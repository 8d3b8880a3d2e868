package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * Where a joint guide starts, and in whose units it learns: its draw is z = m + A u, u a draw of
 * the guide's own distribution. They are buffers of the store, so that whoever loads a saved one
 * has them.
 *
 * @param prefix of the names of the buffers: {@code location} (D), m, and of A either {@code
 *     deviations} (D), its diagonal, or {@code scaleTril} (D, D), a lower Cholesky factor
 */
record Placement(String prefix) {

  static final String LOCATION = ".location";
  static final String DEVIATIONS = ".deviations";
  static final String SCALE_TRIL = ".scaleTril";

  /** Whether the guide of this store is placed. */
  boolean isIn(ParamStore params) {
    return params.buffers().has(prefix + LOCATION);
  }

  /**
   * Places the guide of a store.
   *
   * @param whole whether A is the Cholesky factor of the covariance, and not the deviations of each
   *     element given all others, which independent elements are nearest with
   */
  void put(Run run, ParamStore params, NormalApproximation start, boolean whole) {
    int size = start.size();
    if (!whole) {
      put(run, params, start, new Shape(size));
      return;
    }
    put(run, params, LOCATION, new Shape(size), start.location());
    put(run, params, SCALE_TRIL, new Shape(size, size), start.scaleTril());
  }

  /** Places numbers of any shape, each in the units of its deviation given all others. */
  void put(Run run, ParamStore params, NormalApproximation start, Shape shape) {
    put(run, params, LOCATION, shape, start.location());
    double[] deviations = Arrays.stream(start.conditionalVariances()).map(Math::sqrt).toArray();
    put(run, params, DEVIATIONS, shape, deviations);
  }

  /** m, of numbers of a shape. */
  NDArray location(Run run, ParamStore params, Shape shape) {
    return get(run, params, LOCATION, shape);
  }

  /** The diagonal of A, likewise. */
  NDArray deviations(Run run, ParamStore params, Shape shape) {
    return get(run, params, DEVIATIONS, shape);
  }

  /** Keeps numbers in a buffer of the store, which has none of this name. */
  void put(Run run, ParamStore params, String name, Shape shape, double[] values) {
    NDArray unused =
        params
            .buffers()
            .get(
                run,
                prefix + name,
                TensorSpec.buffer(prefix + name, shape, (rng, in) -> in.create(values, shape)));
  }

  /**
   * From u to z; the identity unless the guide is placed.
   *
   * @param whole whether the guide can do with A a Cholesky factor
   * @throws IllegalArgumentException if it cannot, but another guide of the store has put one
   */
  Transform transform(Run run, ParamStore params, int size, boolean whole) {
    if (!isIn(params)) {
      return Bijections.identity().independent(1);
    }
    NDArray location = get(run, params, LOCATION, new Shape(size));
    if (params.buffers().has(prefix + DEVIATIONS)) {
      return Bijections.affine(location, get(run, params, DEVIATIONS, new Shape(size)))
          .independent(1);
    }
    checkArgument(
        whole,
        "parameters '%s.*' were learned by a guide of dependent elements in the units of their"
            + " covariance; give this guide a prefix(..) or a store of its own",
        prefix.substring(0, prefix.lastIndexOf('.')));
    return Bijections.lowerCholeskyAffine(
        location, get(run, params, SCALE_TRIL, new Shape(size, size)));
  }

  /** A buffer of the store. */
  NDArray get(Run run, ParamStore params, String name, Shape shape) {
    TensorSpec spec = TensorSpec.buffer(prefix + name, shape, (rng, in) -> in.zeros(shape));
    return params.buffers().get(run, prefix + name, spec);
  }
}
