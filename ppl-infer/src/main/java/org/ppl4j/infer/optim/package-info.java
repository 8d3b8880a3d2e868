/**
 * Optimizers: rules that move a flat vector of parameters, element by element.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.optim.Adam}, {@link org.ppl4j.infer.optim.AdamW}, {@link
 *       org.ppl4j.infer.optim.RmsProp}, {@link org.ppl4j.infer.optim.Adagrad}, {@link
 *       org.ppl4j.infer.optim.Sgd} (plain, with momentum, Nesterov's), all {@link
 *       org.ppl4j.infer.optim.Optimizer}s;
 *   <li>{@link org.ppl4j.infer.optim.ByName}: another one for parameters of some names;
 *   <li>{@link org.ppl4j.infer.optim.Clipping} of the gradient, on by default;
 *   <li>rates that change with the step are DJL's {@link ai.djl.training.tracker.Tracker}s.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.optim;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
