/**
 * The language: programs, their execution, and what an execution leaves behind.
 *
 * <p>A {@link org.ppl4j.Program} is Java code that makes random choices through a {@link
 * org.ppl4j.Ppl}. Here a coin of unknown fairness is tossed, and the tosses are observed:
 *
 * <pre>{@code
 * static final Program<NDArray> COIN =
 *     (p, flips) -> {
 *       NDArray fairness = p.sample("fairness", Beta.of(10, 10));
 *       try (Plate plate = p.plate("flips", flips.size(0))) {
 *         p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
 *       }
 *     };
 * }</pre>
 *
 * <p>Each named statement is a <em>site</em>. {@code sample} draws, {@code observe} states what was
 * seen, {@code param} is a number to be learned, {@code factor} adds a log weight, {@code
 * deterministic} gives a name to a value. A {@link org.ppl4j.Plate} repeats what is inside for
 * independent rows, all at once: it gives sites a batch dimension, counted from the right, and
 * scales them up when only a batch of the rows is seen. {@link org.ppl4j.Ppl#scan} does steps that
 * depend on those before them, as of a series in time, whose sites are one site too. {@link
 * org.ppl4j.Gaps} has a number drawn for each gap of a column.
 *
 * <p>{@code COIN.describe(flips)} shows what the program is:
 *
 * <pre>{@code
 * site      kind      distribution                                      sample  batch  event  plates
 * fairness  latent    Beta(concentration1: 10.0, concentration0: 10.0)  ()      ()     ()
 * obs       observed  Bernoulli(probs: ()).expand(10)                   ()      (10)   ()     flips[10] at -1
 * }</pre>
 *
 * <p>{@code COIN.graph(flips)} has what depends on what, as a {@link org.ppl4j.SiteGraph}.
 *
 * <p>An {@link org.ppl4j.Execution} runs a program once, in a {@link org.ppl4j.tensor.Run} that
 * owns its tensors, and records a {@link org.ppl4j.Trace}: the sites with their values and log
 * probabilities, whose sum is {@code trace.logJoint()}. Discrete sites of finite support may be
 * summed out of it; {@link org.ppl4j.TraceChoices} says what they are.
 *
 * <pre>{@code
 * try (Run run = Run.open(config, step)) {
 *   Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, COIN, bound.in(run));
 *   return Tensors.values(trace.logJoint())[0];
 * }
 * }</pre>
 *
 * <p>A {@link org.ppl4j.Handler} around a program changes what its sites mean without changing its
 * code: {@code COIN.with(new Condition("fairness", 0.5))} is the program of a fair coin. The
 * handlers are in {@link org.ppl4j.handlers}. A new one says what it does to the sites that pass;
 * here the likelihood counts in part only:
 *
 * <pre>{@code
 * record Tempered(double power) implements Handler {
 *   @Override
 *   public Frame begin(Ppl p) {
 *     return new Frame() {
 *       @Override
 *       protected void enter(SampleSite site) {
 *         if (site.isObserved()) {
 *           site.scaleBy(power);
 *         }
 *       }
 *     };
 *   }
 * }
 * }</pre>
 *
 * <p>All of inference is handlers and traces: to score a guide's draw under its model, record the
 * guide, then record {@code model.with(new Replay(trace))}.
 *
 * <p>By what they are for:
 *
 * <ul>
 *   <li>to write programs: {@link org.ppl4j.Program}, {@link org.ppl4j.Ppl}, {@link
 *       org.ppl4j.Plate}, {@link org.ppl4j.PlateSpec}, {@link org.ppl4j.ScanBody}, {@link
 *       org.ppl4j.Step}
 *   <li>to run them: {@link org.ppl4j.Execution}, {@link org.ppl4j.params.ParamStore}, {@link
 *       org.ppl4j.BoundData}, {@link org.ppl4j.Bindable}, {@link org.ppl4j.DataKey}
 *   <li>to send them to other JVMs of a job: {@link org.ppl4j.Parcel}
 *   <li>to look at what happened: {@link org.ppl4j.Trace}, in a file a {@link
 *       org.ppl4j.SavedTrace}, {@link org.ppl4j.SampleSite}, {@link org.ppl4j.ParamSite}, {@link
 *       org.ppl4j.SiteTable}, {@link org.ppl4j.ModelGuide}
 *   <li>to change what programs mean: {@link org.ppl4j.Handler}, which sees each {@link
 *       org.ppl4j.Site} and may make {@link org.ppl4j.AddedSites}
 * </ul>
 *
 * <p>A wrong program throws at its first run, with the site, the plate, both shapes and what to do.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
