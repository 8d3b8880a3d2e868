/**
 * What an example is, and the commands that run any of them by name.
 *
 * <ul>
 *   <li>{@link org.ppl4j.examples.launcher.Example}, told by {@link
 *       org.ppl4j.examples.launcher.ExampleOptions} and by each {@link
 *       org.ppl4j.examples.launcher.ExampleOption} of its own, answering with an {@link
 *       org.ppl4j.examples.launcher.ExampleResult} beside a {@link
 *       org.ppl4j.examples.launcher.Reference}. It may read {@link
 *       org.ppl4j.examples.launcher.Resources} that lie beside it. Where the user has a choice of
 *       {@link org.ppl4j.examples.launcher.InferenceMethod}, {@link
 *       org.ppl4j.examples.launcher.ExampleModel} runs a model by any of them; {@link
 *       org.ppl4j.examples.launcher.ChainWords} tells of several runs of chains.
 *   <li>{@link org.ppl4j.examples.launcher.Launcher}: the commands {@code list} and {@code run};
 *       what cannot be done is a {@link org.ppl4j.examples.launcher.MisuseException}, and Ctrl-C a
 *       {@link org.ppl4j.examples.launcher.StopSignal}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.launcher;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
