/**
 * Differential equations in models, as users of Stan know them: {@link
 * org.ppl4j.examples.dynamics.LotkaVolterra} of two states that hunt each other, and {@link
 * org.ppl4j.examples.dynamics.Pharmacokinetics} of a drug that comes and goes.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.dynamics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
