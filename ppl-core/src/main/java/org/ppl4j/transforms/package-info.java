/**
 * Invertible maps with their log-determinants, and the modules that bind to them.
 *
 * <ul>
 *   <li>{@link org.ppl4j.transforms.Transform}: forward is the direction of sampling; {@link
 *       org.ppl4j.transforms.Mapped} is a value with its log-determinant, {@link
 *       org.ppl4j.transforms.Invertibility} how it inverts. One that follows a velocity is a {@link
 *       org.ppl4j.transforms.ContinuousTransform} too, and one along a diffusion's a {@link
 *       org.ppl4j.transforms.DiffusionTransform}.
 *   <li>{@link org.ppl4j.transforms.Bijections}: maps without parameters, and the one from
 *       unconstrained space to each constraint.
 *   <li>{@link org.ppl4j.transforms.TransformModule}: an immutable description of a learnable map,
 *       which holds no tensor; the families are in {@code org.ppl4j.flows}. {@link
 *       org.ppl4j.transforms.ConditionalTransformModule} is one that is given a context: it binds
 *       to a {@link org.ppl4j.transforms.ConditionalTransform}, which makes a transform of one.
 *   <li>{@link org.ppl4j.transforms.TransformCheck}: the laws, checked on a transform of one's own.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.transforms;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
