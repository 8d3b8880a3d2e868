/**
 * The latent sites of a program as one unconstrained vector, which everything that infers stands
 * on: guides, neural posteriors, and whatever needs a density and its gradient.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.latent.LatentSpace}: each {@link org.ppl4j.infer.latent.LatentSite}
 *       with its shape, support and bijection, and how a vector is taken apart and put together;
 *   <li>{@link org.ppl4j.infer.latent.LogDensity}: the log density of a program given data, and its
 *       gradient, at such a vector; {@link org.ppl4j.infer.latent.RunDensity} is it in one run;
 *   <li>{@link org.ppl4j.infer.latent.FullConditional}: discrete sites that are drawn beside it,
 *       given all others;
 *   <li>{@link org.ppl4j.infer.latent.Initializer}: where to {@link org.ppl4j.infer.latent.Start};
 *   <li>{@link org.ppl4j.infer.latent.ModelBased}: a program made from the latent sites of another;
 *       {@link org.ppl4j.infer.latent.Prior} leaves the prior of one.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.latent;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
