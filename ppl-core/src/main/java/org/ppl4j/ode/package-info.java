/**
 * Differential equations. In models: {@link org.ppl4j.ode.Ode}, of an {@link
 * org.ppl4j.ode.Equation} with parameters. Beneath: a {@link org.ppl4j.ode.Rate} is the right side,
 * a {@link org.ppl4j.ode.Solver} solves it, with a {@link org.ppl4j.ode.Gradient} found in one of
 * two ways, and a {@link org.ppl4j.ode.Solution} is what it found. With noise: an {@link
 * org.ppl4j.ode.Sde}, such as {@link org.ppl4j.ode.VariancePreserving}, which turns rows into
 * noise. Yours: a method of one step, a {@link org.ppl4j.ode.StepMethod} or an {@link
 * org.ppl4j.ode.EmbeddedMethod}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.ode;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
