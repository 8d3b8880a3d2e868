/**
 * Worked examples and the launcher that runs any of them by name.
 *
 * <ul>
 *   <li>The launcher: {@link org.ppl4j.examples.Main} and {@link org.ppl4j.examples.Launcher}.
 *   <li>What an example is: {@link org.ppl4j.examples.Example}, told by {@link
 *       org.ppl4j.examples.ExampleOptions}, answering with an {@link
 *       org.ppl4j.examples.ExampleResult}.
 *   <li>The examples themselves, one a class, listed in {@link org.ppl4j.examples.Examples}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
