/**
 * Worked examples, a package a theme, and {@link org.ppl4j.examples.Main}, which runs any of them
 * by name. {@link org.ppl4j.examples.Examples} lists them; a new one is a class and a row there.
 *
 * <p>To read in this order: {@code basics}, {@code regression}, {@code dynamics}, {@code
 * hierarchical} and {@code missing} are models; {@code guides} what to do where a simple guide
 * fails; {@code density} and {@code simulators} need no model; {@code serve} is a learned density
 * in use. What is compared at length lies in {@code org.ppl4j.studies}, and what is timed in {@code
 * org.ppl4j.benchmarks}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
