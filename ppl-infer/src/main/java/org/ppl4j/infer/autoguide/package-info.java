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
 *   <li>{@link org.ppl4j.infer.autoguide.AutoStructured}: each site given earlier ones, by a {@link
 *       org.ppl4j.infer.autoguide.Conditional}, row by row;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoAmortised}: a network that reads the data of each row
 *       of a plate, by a {@link org.ppl4j.infer.autoguide.Reading}, also of rows that it never saw;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoDelta}: points, for MAP estimates;
 *   <li>{@link org.ppl4j.infer.autoguide.AutoList}: guides of groups of sites, programs by hand
 *       among them.
 * </ul>
 *
 * <p>{@link org.ppl4j.infer.autoguide.NeuTra} writes a model in the variables of a fitted flow.
 *
 * <p>A fit starts those that are not points where {@link org.ppl4j.infer.approximation.Pathfinder}
 * leads to, unless they are told an {@link org.ppl4j.infer.latent.Initializer} or a start. One of
 * your own extends {@link org.ppl4j.infer.autoguide.JointGuide} or {@link
 * org.ppl4j.infer.autoguide.AutoGuide}, and takes {@link org.ppl4j.infer.autoguide.GuideSettings}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.autoguide;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
