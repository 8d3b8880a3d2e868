/**
 * Guides made from a model: programs that look at the model's latent sites once and then draw all
 * of them.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.autoguide.AutoNormal}: independent normal distributions in
 *       unconstrained space;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoMultivariateNormal}, {@link
 *       org.ppl4j.infer.autoguide.AutoLowRankMultivariateNormal}: dependent ones;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoFlow}: any normalizing flow;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoDelta}: points, for MAP estimates.
 * </ul>
 *
 * <p>{@link org.ppl4j.infer.autoguide.NeuTra} writes a model in the variables of a fitted flow.
 *
 * <p>A fit starts those that draw jointly where {@link org.ppl4j.infer.approximation.Pathfinder}
 * leads to, unless they are told an {@link org.ppl4j.infer.latent.Initializer} or a start. One of
 * your own extends {@link org.ppl4j.infer.autoguide.JointGuide} or {@link
 * org.ppl4j.infer.autoguide.AutoGuide}, and takes {@link org.ppl4j.infer.autoguide.GuideSettings}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.autoguide;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
