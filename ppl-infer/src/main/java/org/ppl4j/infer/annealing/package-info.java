/**
 * Annealed importance sampling ({@link org.ppl4j.infer.annealing.Annealing}): the evidence of a
 * model, with its error, and weighted draws of the posterior ({@link
 * org.ppl4j.infer.annealing.Evidence}), from any guide or from the prior.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.annealing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
