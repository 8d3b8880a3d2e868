/**
 * What inference leaves behind: a {@link org.ppl4j.infer.Posterior}, whatever it was found by,
 * gives {@link org.ppl4j.infer.Samples}, these a {@link org.ppl4j.infer.Summary}, and {@link
 * org.ppl4j.infer.Predictive} new data. Long work shows its {@link org.ppl4j.infer.Progress}. What
 * inference itself stands on: {@link org.ppl4j.infer.Draws} executes a program for many draws,
 * {@link org.ppl4j.infer.NonFinite} finds what is not finite.
 *
 * <p>The ways to a posterior stand in packages of their own:
 *
 * <ul>
 *   <li>{@code svi}: a guide is fitted; guides that are made from a model are in {@code autoguide};
 *   <li>{@code mcmc}: chains, whose draws are exact in the end;
 *   <li>{@code approximation}: normal distributions at the mode (Laplace) and on the way to it
 *       (Pathfinder);
 *   <li>{@code density} and {@code sbi}: densities of tables, posteriors of simulators;
 *   <li>{@code latent}: the latent sites of a program as one vector, and its log density there.
 * </ul>
 *
 * <p>Whether to trust what was found: {@code importance} and {@code diagnostics}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
