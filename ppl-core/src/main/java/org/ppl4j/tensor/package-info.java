/**
 * The tensor floor, as programs see it. Below it lie the {@linkplain
 * org.ppl4j.tensor.internal.table table} of operations, the {@linkplain
 * org.ppl4j.tensor.internal.engine engine}, and recorded programs as {@linkplain
 * org.ppl4j.tensor.internal.graph graphs} and {@linkplain org.ppl4j.tensor.internal.plan plans}.
 *
 * <ul>
 *   <li>A {@link org.ppl4j.tensor.Run} owns the memory, thread, {@link org.ppl4j.tensor.FloatType}
 *       and device of one step or draw, under a {@link org.ppl4j.tensor.RunConfig}, which also says
 *       how much is checked ({@link org.ppl4j.tensor.Validation}) and whether programs are recorded
 *       ({@link org.ppl4j.tensor.Recording}). Its tensors are DJL {@code NDArray}s of our own
 *       implementation, whose every operation is a row of the table.
 *   <li>{@link org.ppl4j.tensor.Tensors}, {@link org.ppl4j.tensor.Special}, {@link
 *       org.ppl4j.tensor.Linalg}, {@link org.ppl4j.tensor.Fourier} and {@link
 *       org.ppl4j.tensor.Images} hold the operations that {@code NDArray} lacks; an {@link
 *       org.ppl4j.tensor.Iteration} is a loop as one of them, a {@link org.ppl4j.tensor.Recurrence}
 *       one with a gradient that keeps what its steps give. Of a {@link org.ppl4j.tensor.Chain} of
 *       steps gradients are found backwards in little memory; a {@link org.ppl4j.tensor.Scope} is
 *       freed sooner than its run.
 *   <li>{@link org.ppl4j.tensor.Autograd} takes gradients, {@link org.ppl4j.tensor.FlatVector}
 *       holds what outlives a run, {@link org.ppl4j.tensor.Rng} is the source of noise. Blocks of
 *       DJL ask a {@link org.ppl4j.tensor.BlockMode} for what their own engines and trainers have.
 *   <li>A {@link org.ppl4j.tensor.VectorFunction} is a function of numbers with its gradient, a
 *       {@link org.ppl4j.tensor.RecordedLoss} the loss of a step: recorded once, and computed
 *       without the engine since then, those of one fit on one {@link
 *       org.ppl4j.tensor.RecordedMemory}; {@link org.ppl4j.tensor.GivenNumbers} may change
 *       meanwhile. A {@link org.ppl4j.tensor.RecordedMap} is the same of vectors, for loops of
 *       Java; what these compute is a {@link org.ppl4j.tensor.JavaMap}, one operation. A {@link
 *       org.ppl4j.tensor.PlainMap} goes into files, and needs no engine to be read and computed.
 *   <li>A tensor may depend on a {@link org.ppl4j.tensor.Choice}, such as a latent class: {@link
 *       org.ppl4j.tensor.HiddenDims} hold its numbers for each value. {@link
 *       org.ppl4j.tensor.Descent} says which draws a tensor descends from.
 *   <li>What densities and draws need to stay exact: {@link org.ppl4j.tensor.LogDistances}, {@link
 *       org.ppl4j.tensor.LogTails}, {@link org.ppl4j.tensor.NormalIntegral}, {@link
 *       org.ppl4j.tensor.GammaDifferences}, {@link org.ppl4j.tensor.BetaDraws}, {@link
 *       org.ppl4j.tensor.BetaBinomialSums}; of splines {@link org.ppl4j.tensor.SoftmaxBin}. {@link
 *       org.ppl4j.tensor.MatchedRows} are nearest to others.
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
