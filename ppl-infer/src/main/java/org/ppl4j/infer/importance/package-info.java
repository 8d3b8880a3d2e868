/**
 * Draws with the weights that make them draws of a posterior.
 *
 * <ul>
 *   <li>Of a guide: {@link org.ppl4j.infer.importance.Importance}, with the evidence ({@link
 *       org.ppl4j.infer.importance.ImportanceSamples}), and what the weights say of the guide
 *       ({@link org.ppl4j.infer.importance.Assessment}, {@link org.ppl4j.infer.importance.Shift}).
 *   <li>Of a state-space model, time by time: {@link org.ppl4j.infer.importance.ParticleFilter},
 *       whose steps start from {@link org.ppl4j.infer.importance.States}, and its {@link
 *       org.ppl4j.infer.importance.FilterRun}; {@link org.ppl4j.infer.importance.ParticleWeights}
 *       are those of particles that are resampled.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.importance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
