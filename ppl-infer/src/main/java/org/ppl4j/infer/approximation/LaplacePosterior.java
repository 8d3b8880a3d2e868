package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * A posterior as a normal distribution around its mode, found by {@link LaplaceApproximation}. It
 * owns a copy of the data: close it. Every other method of a closed one that needs them throws an
 * {@link IllegalStateException}.
 *
 * @param <D> the data of the model
 */
public final class LaplacePosterior<D extends @Nullable Object> extends FittedNormal<D> {

  /** So many draws are weighed to check it. */
  private static final int CHECKED = 4000;

  private final ModeSearch search;
  private final String variables;

  /**
   * Of a search.
   *
   * @param close closes the target
   * @param variables what is to be said of them; empty if nothing
   */
  LaplacePosterior(Target<D> target, ModeSearch search, Runnable close, String variables) {
    super(target, new Mixture(ImmutableList.of(search.highest().normal())), CHECKED, close);
    this.search = search;
    this.variables = variables;
  }

  /**
   * The normal distribution in unconstrained space of the variables that were chosen, which are
   * those of the model {@link LaplaceApproximation#asWritten as it is written} unless this says
   * otherwise; its location is the mode.
   */
  public NormalApproximation normal() {
    return search.highest().normal();
  }

  /** The log density at the mode, in unconstrained space, up to the constant of the evidence. */
  public double logDensity() {
    return search.highest().value();
  }

  /** The negative second derivatives at the mode (D, D), row by row. */
  public double[] hessian() {
    return search.highest().hessian().matrix().clone();
  }

  /**
   * Draws of the normal distribution, mapped to the sites' supports, with the model's deterministic
   * sites. {@link #importance} gives them weights.
   *
   * @param data those that it was found for, which it keeps: others are not looked at
   * @param draws how many, at least 1
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    return plain(draws);
  }

  @Override
  public ImmutableList<String> warnings() {
    return ImmutableList.<String>builder()
        .addAll(search.warnings())
        .addAll(check().ofPlain())
        .build();
  }

  /** The mode, what weights say, and what is to be watched, a line each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "laplace: mode at log density %.6g, where %s of %s starts ended%n%s  %s",
            logDensity(),
            search.atHighest(),
            search.starts(),
            variables.isEmpty() ? "" : String.format("  %s%n", variables),
            check()));
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }
}
