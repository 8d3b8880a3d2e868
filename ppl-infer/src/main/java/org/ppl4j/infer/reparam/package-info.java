/**
 * The same model in other variables: handlers that draw latent sites through others, so that the
 * posterior becomes easier to follow. What they replace becomes deterministic under its old name,
 * so results still have it.
 *
 * <p>{@link org.ppl4j.infer.reparam.Reparam} does it site by site, by a {@link
 * org.ppl4j.infer.reparam.Reparameterization}: {@link org.ppl4j.infer.reparam.LocScale}, {@link
 * org.ppl4j.infer.reparam.TransformReparam}, {@link org.ppl4j.infer.reparam.Explicit}. A fitted
 * flow for all sites at once is one of a guide's.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.reparam;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
