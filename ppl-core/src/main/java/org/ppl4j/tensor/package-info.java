/**
 * The tensor floor: the only package that knows the engine.
 *
 * <ul>
 *   <li>A {@link org.ppl4j.tensor.Run} owns the memory, thread, float type and device of one step
 *       or draw, under a {@link org.ppl4j.tensor.RunConfig}. Its tensors are DJL {@code NDArray}s
 *       of our own implementation, whose every operation is an entry of the table {@link
 *       org.ppl4j.tensor.Op}.
 *   <li>{@link org.ppl4j.tensor.Tensors}, {@link org.ppl4j.tensor.Special} and {@link
 *       org.ppl4j.tensor.Linalg} hold the operations that {@code NDArray} lacks; {@link
 *       org.ppl4j.tensor.Shapes} the arithmetic of shapes.
 *   <li>{@link org.ppl4j.tensor.Autograd} takes gradients, {@link org.ppl4j.tensor.FlatVector}
 *       holds what outlives a run, {@link org.ppl4j.tensor.Rng} is the source of noise.
 * </ul>
 *
 * <p>Slices end where a tensor ends, as those of NumPy do; an index beyond it, or one that is no
 * whole number, is an error. The mean of nothing is NaN. Integers are exact: where one beyond 2^53
 * would become a double, it is an error.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
