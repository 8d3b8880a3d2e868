/**
 * The latent sites of a program as one unconstrained vector, which everything that infers stands
 * on: guides, neural posteriors, and whatever needs a density and its gradient.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.latent.LatentSpace}: the sites, their shapes, supports and
 *       bijections, and how a vector is taken apart and put together;
 *   <li>{@link org.ppl4j.infer.latent.LogDensity}: the log density of a program given data, and its
 *       gradient, at such a vector;
 *   <li>{@link org.ppl4j.infer.latent.Initializer}: where to start.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.latent;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
