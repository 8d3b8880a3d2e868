package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The normal approximation of a posterior at its mode, both in unconstrained space: its covariance
 * is the inverse of the negative second derivatives of the log density there. They are exact, or
 * differences of the gradient where an operation has none, as the solvers of differential equations
 * in Java, which {@link LaplacePosterior#warnings} say.
 *
 * <pre>{@code
 * try (LaplacePosterior<NDArray> posterior = LaplaceApproximation.of(MODEL).run(flips)) {
 *   System.out.println(posterior);
 *   System.out.println(posterior.summary(flips, 1000));
 * }
 * }</pre>
 *
 * <p>The mode is searched from several starts by {@link Lbfgs}, and reached by Newton's method; the
 * highest counts. It is good where data are many and parameters few: a scale's mode is low, since
 * it leaves out that the others are uncertain, by about p / √(2 n) standard deviations for p
 * coefficients and n rows. {@link LaplacePosterior#importance} mends that.
 *
 * <p>A value: each setting gives a new one. All is computed in double precision. Cost: D gradients
 * of the gradient for each Newton step, two or three of which suffice, and D³ operations.
 *
 * <p>Source: Tierney and Kadane, "Accurate approximations for posterior moments and marginal
 * densities" (1986).
 *
 * @param <D> the data of the model
 */
public final class LaplaceApproximation<D extends @Nullable Object> {

  private static final int STARTS = 16;

  private final Program<D> model;
  private final TargetSettings settings;
  private final int starts;
  private final Lbfgs optimizer;

  private LaplaceApproximation(
      Program<D> model, TargetSettings settings, int starts, Lbfgs optimizer) {
    this.model = requireNonNull(model, "model");
    this.settings = settings;
    this.starts = starts;
    this.optimizer = requireNonNull(optimizer, "optimizer");
  }

  /** That of a model, with default settings. */
  public static <D extends @Nullable Object> LaplaceApproximation<D> of(Program<D> model) {
    return new LaplaceApproximation<>(model, TargetSettings.standard(), STARTS, Lbfgs.patient());
  }

  /** With seed, device and validation; those of the store, or the defaults, unless set. */
  public LaplaceApproximation<D> config(RunConfig config) {
    return new LaplaceApproximation<>(model, settings.withConfig(config), starts, optimizer);
  }

  /** With the model's parameters, which are held as they are; a store of its own unless set. */
  public LaplaceApproximation<D> params(ParamStore params) {
    return new LaplaceApproximation<>(model, settings.withParams(params), starts, optimizer);
  }

  /**
   * In the variables that the model is written in; unless set, where a site's location or scale is
   * latent, in those that a {@link Pathfinder} finds nearest to normal. Values are the model's in
   * any.
   */
  public LaplaceApproximation<D> asWritten() {
    return new LaplaceApproximation<>(model, settings.asWritten(), starts, optimizer);
  }

  /**
   * Searching from an initializer's values, the model as it is written; {@link
   * Initializer#dispersed()} unless set.
   */
  public LaplaceApproximation<D> initializer(Initializer initializer) {
    return new LaplaceApproximation<>(
        model, settings.withInitializer(initializer), starts, optimizer);
  }

  /**
   * With so many searches, each from a start of its own; 16 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public LaplaceApproximation<D> starts(int starts) {
    checkArgument(starts >= 1, "laplace has %s starts, but needs at least 1", starts);
    return new LaplaceApproximation<>(model, settings, starts, optimizer);
  }

  /** Searching by this; {@link Lbfgs#patient()} unless set. */
  public LaplaceApproximation<D> optimizer(Lbfgs optimizer) {
    return new LaplaceApproximation<>(model, settings, starts, optimizer);
  }

  /**
   * The approximation given data; close it.
   *
   * @throws IllegalArgumentException if no start is found, or as {@link
   *     org.ppl4j.infer.latent.LogDensity#of}
   * @throws IllegalStateException if no search ended at a mode: in which direction the log density
   *     does not fall, and what to do
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted while it searches;
   *     nothing is kept
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the posterior closes the target
  public LaplacePosterior<D> run(D data) {
    Exploration<D> explored =
        Exploration.ofMovable(Pathfinder.of(model, settings), data).orElse(null);
    if (explored == null) {
      Target<D> target = Target.open(model, data, settings, null);
      try {
        return new LaplacePosterior<>(target, search(target), target::close, "");
      } catch (RuntimeException e) {
        target.close();
        throw e;
      }
    }
    try {
      return of(explored);
    } catch (RuntimeException e) {
      explored.close();
      throw e;
    }
  }

  /** In the nearest variables that have a mode. */
  @MustBeClosed
  private LaplacePosterior<D> of(Exploration<D> explored) {
    RuntimeException failure = null;
    for (Variables<D> variables : explored.nearestFirst()) {
      try {
        Target<D> target = variables.foundOrThrow().target();
        return new LaplacePosterior<>(
            target, search(target), explored::close, explored.choice(variables));
      } catch (InterruptionException e) {
        throw e;
      } catch (IllegalStateException | IllegalArgumentException noMode) {
        failure = failure == null ? noMode : failure;
      }
    }
    throw requireNonNull(failure);
  }

  private ModeSearch search(Target<?> target) {
    return ModeSearch.of(target, optimizer, starts);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "laplace: %,d starts, seed %d", starts, settings.doubles().seed());
  }
}
