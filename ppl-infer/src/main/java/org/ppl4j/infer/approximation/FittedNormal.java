package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.internal.StratifiedChoice;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/** What can be asked of normal distributions that were found for a program and its data. */
abstract class FittedNormal<D extends @Nullable Object> implements Posterior<D>, AutoCloseable {

  private final Target<D> target;
  private final Mixture mixture;
  private final Supplier<WeightCheck> check;
  private final Runnable close;
  private volatile boolean open = true;

  /**
   * Of these distributions.
   *
   * @param draws how many are weighed to check them
   * @param close closes the target
   */
  FittedNormal(Target<D> target, Mixture mixture, int draws, Runnable close) {
    this.target = target;
    this.close = close;
    this.mixture = mixture;
    this.check =
        Suppliers.memoize(() -> WeightCheck.of(target, Weighed.of(target, mixture, draws)));
  }

  final Target<D> target() {
    return target;
  }

  /** What they were found for. */
  final LogDensity<D> density() {
    return target.density();
  }

  /** What is found of the weights of the first draws, when it is first asked for. */
  final WeightCheck check() {
    return requireNonNull(check.get());
  }

  /** What speaks against trusting the draws of {@link #posterior}, in words. */
  public abstract ImmutableList<String> warnings();

  /** What the weights of the draws say: above 0.7 the posterior is far from what was found. */
  public final Khat khat() {
    return check().khat();
  }

  /** How many draws of the posterior those are worth that k-hat was found from. */
  public final double effectiveSize() {
    return check().effectiveSize();
  }

  /**
   * Draws with the weights that make them draws of the posterior where k-hat is small, smoothed by
   * {@link SmoothedWeights}, and the log evidence.
   *
   * @param data those that it was found for, which it keeps: others are not looked at
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if no draw lies where the posterior does
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public final ImportanceSamples importance(D data, int draws) {
    checkDraws(draws);
    Weighed weighed = Weighed.of(target, mixture, draws);
    SmoothedWeights weights = weighed.smoothed();
    ImmutableList<String> warnings = WeightCheck.of(target, weighed).ofWeighted();
    double error = Math.sqrt(Math.max(0, 1 / weights.effectiveSize() - 1.0 / draws));
    return new ImportanceSamples(
        target.samples(weighed.vectors()).withLogWeights(weights.logWeights(), warnings),
        Khat.of(weights),
        weights.logMean(),
        error);
  }

  /** Draws of the distributions, all counted alike. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  final Samples plain(int draws) {
    checkDraws(draws);
    return target.samples(mixture.draws(Weighed.noise(target), draws)).withWarnings(warnings());
  }

  /**
   * Draws chosen by their weights, one for each of as many equal parts of the weights' sum.
   *
   * @param pool how many to choose from
   */
  final double[][] chosen(int pool, int count) {
    Weighed weighed = Weighed.of(target, mixture, pool);
    double[] weights = weighed.smoothed().weights();
    Rng noise = Weighed.noise(target).split("chosen");
    int size = target.size();
    return Arrays.stream(StratifiedChoice.inOrder(weights, count, noise))
        .mapToObj(at -> Arrays.copyOfRange(weighed.vectors(), at * size, (at + 1) * size))
        .toArray(double[][]::new);
  }

  final void checkDraws(int draws) {
    checkOpen();
    checkArgument(draws >= 1, "posterior is asked for %s draws, but needs at least 1", draws);
  }

  @Override
  public final ParamStore params() {
    checkOpen();
    return target.params();
  }

  /** The settings of its runs, in double precision. */
  @Override
  public final RunConfig config() {
    return target.config();
  }

  private void checkOpen() {
    checkState(
        open,
        "%s is used after it was closed; close it after its last use",
        getClass().getSimpleName());
  }

  /** Frees the copy of the data, and the store if none was given. A second call does nothing. */
  @Override
  public final void close() {
    if (open) {
      open = false;
      close.run();
    }
  }
}
