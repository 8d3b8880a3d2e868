/**
 * Handlers: values that change what a program's sites mean, put around it by {@link
 * org.ppl4j.Program#with}.
 *
 * <ul>
 *   <li>giving values: {@link org.ppl4j.handlers.Replay}, {@link org.ppl4j.handlers.Substitute},
 *       {@link org.ppl4j.handlers.Condition}, {@link org.ppl4j.handlers.Do}, {@link
 *       org.ppl4j.handlers.Uncondition}, {@link org.ppl4j.handlers.Lift}
 *   <li>what counts: {@link org.ppl4j.handlers.Scale}, {@link org.ppl4j.handlers.Mask}
 *   <li>who sees it: {@link org.ppl4j.handlers.Hide}, {@link org.ppl4j.handlers.Prefix}, {@link
 *       org.ppl4j.handlers.Recorder}
 *   <li>noise and shapes: {@link org.ppl4j.handlers.Seed}, {@link org.ppl4j.handlers.Particles},
 *       {@link org.ppl4j.handlers.Broadcast}, {@link org.ppl4j.handlers.AllRows}
 *   <li>sites that are summed out: {@link org.ppl4j.handlers.SumOut}
 *   <li>notes to inference methods: {@link org.ppl4j.handlers.InferConfig}
 * </ul>
 *
 * <p>The order matters: {@code program.with(a).with(b)} is {@code program.with(a, b)}, and b is
 * outside. A {@link org.ppl4j.handlers.Recorder} outside a {@link org.ppl4j.handlers.Hide} does not
 * see what is hidden; inside, it does.
 *
 * <p>Names are of sites and parameters that the program has: it throws at the end of an execution
 * in which one did not come, with those that are nearest by spelling.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.handlers;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
