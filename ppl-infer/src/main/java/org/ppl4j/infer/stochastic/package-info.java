/**
 * Stochastic normalizing flows: layers with noise, and the weights of paths through them. A layer
 * is a {@link org.ppl4j.infer.stochastic.StochasticLayer}, which has {@link
 * org.ppl4j.infer.stochastic.Moved} a value with a weight; a {@link
 * org.ppl4j.infer.stochastic.StochasticModule} describes one, a {@link
 * org.ppl4j.infer.stochastic.Move} one that follows a {@link org.ppl4j.infer.stochastic.Target}, by
 * its {@link org.ppl4j.infer.stochastic.Slope}: {@link org.ppl4j.infer.stochastic.Langevin}, {@link
 * org.ppl4j.infer.stochastic.Mala}, {@link org.ppl4j.infer.stochastic.Leapfrog}; {@link
 * org.ppl4j.infer.stochastic.Annealed} goes through levels. {@link
 * org.ppl4j.infer.stochastic.PathDistribution} is that of their ends.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.stochastic;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
