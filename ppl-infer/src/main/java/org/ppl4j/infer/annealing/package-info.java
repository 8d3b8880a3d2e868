/**
 * The evidence of a model, with its error, and weighted draws of the posterior, from any guide or
 * from the prior, through densities between the two.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.annealing.Annealing}: chains that are weighed, annealed importance
 *       sampling, with its {@link org.ppl4j.infer.annealing.Evidence};
 *   <li>{@link org.ppl4j.infer.annealing.Smc}: particles that are chosen by their weights too,
 *       sequential Monte Carlo, as an {@link org.ppl4j.infer.annealing.SmcRun} with its {@link
 *       org.ppl4j.infer.annealing.SmcReport}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.annealing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
