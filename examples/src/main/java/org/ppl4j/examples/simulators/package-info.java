/**
 * Posteriors of simulators, whose likelihood nobody can write down. {@link
 * org.ppl4j.examples.simulators.SbiTasks} has the simulators, each an {@link
 * org.ppl4j.examples.simulators.SbiTask}; {@link org.ppl4j.examples.simulators.TwoMoonsSbi} learns
 * the posterior of one and checks it.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.simulators;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
