package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.latent.Prior;
import org.ppl4j.tensor.FloatType;

/**
 * Elliptical slice sampling: each iteration moves on an ellipse through where the chain is and a
 * draw of a normal distribution, to a point that is likely enough. It has no step size, asks for no
 * slope, and always moves.
 *
 * <p>The normal distribution is the model's prior where that is normal in unconstrained space, as
 * of latent Gaussian processes and regressions: found by its slopes, however the model is written.
 * Draws are then worth most where the data say little of each number. Else, or where {@link
 * #learned} asks for it, it is one that the chain learns while it warms up: location and covariance
 * of the posterior, with the tails of a t distribution of 5 degrees of freedom. Then it stays.
 * Either way the draws are exact in the end.
 *
 * <p>An iteration asks for a few densities, about log2 of how much narrower the posterior is than
 * the normal distribution; the gradient is computed nevertheless, and must be finite where chains
 * start. As draws follow each other closely, a chain makes 5,000 after 5,000 iterations of warm-up
 * unless set otherwise. The learned covariance is {@link Metric#DENSE} unless set otherwise.
 *
 * <p>Source: Murray, Adams and MacKay, "Elliptical slice sampling" (2010); Nishihara, Murray and
 * Adams, "Parallel MCMC with generalized elliptical slice sampling" (2014), whose degrees of
 * freedom are learned.
 *
 * @param <D> the data of the model
 */
public final class EllipticalSlice<D extends @Nullable Object> extends Mcmc<D, EllipticalSlice<D>> {

  private static final int DEGREES = 5;
  private static final int ITERATIONS = 5000;

  /** Of differences between a log prior and its parabola, by the rounding of float types. */
  private static final double TOLERANCE_OF_FLOAT64 = 1e-6;

  private static final double TOLERANCE_OF_FLOAT32 = 1e-3;

  private final boolean isLearned;

  private EllipticalSlice(Program<D> model, Settings settings, boolean isLearned) {
    super(model, settings);
    this.isLearned = isLearned;
  }

  /** Of a model, with the settings that each method names. */
  public static <D extends @Nullable Object> EllipticalSlice<D> of(Program<D> model) {
    Settings settings = new Settings();
    settings.warmup = ITERATIONS;
    settings.draws = ITERATIONS;
    settings.metric = Metric.DENSE;
    return new EllipticalSlice<>(model, settings, false);
  }

  /**
   * With a normal distribution that is learned, even where the prior is normal: for posteriors much
   * narrower than their prior.
   */
  public EllipticalSlice<D> learned() {
    return new EllipticalSlice<>(model, settings, true);
  }

  @Override
  EllipticalSlice<D> with(Settings changed) {
    return new EllipticalSlice<>(model, changed, isLearned);
  }

  @Override
  String name() {
    return "elliptical slice";
  }

  @Override
  boolean followsGradient() {
    return false;
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    checkArgument(
        Double.isNaN(settings.targetAcceptance),
        "elliptical slice has target acceptance %s, but no steps that are accepted; leave it out",
        settings.targetAcceptance);
    int size = problem.density().size();
    boolean hasDiscrete = problem.density().length() > size; // with which the prior may change
    Optional<NormalPrior> prior = isLearned || hasDiscrete ? Optional.empty() : prior(problem);
    return target -> {
      Ellipses ellipses =
          prior
              .map(known -> Ellipses.normal(known.mean(), known.covariance()))
              .orElseGet(() -> Ellipses.t(DEGREES, size));
      TransitionKernel kernel = new EllipticalSliceKernel(target, ellipses);
      return prior.isPresent()
          ? kernel
          : new AdaptedKernel(
              kernel,
              new EllipseWarmup(
                  WarmupSchedule.of(target.warmup()), ellipses, size, settings.metric));
    };
  }

  private Optional<NormalPrior> prior(Problem<D> problem) {
    double tolerance =
        problem.config().floatType() == FloatType.FLOAT64
            ? TOLERANCE_OF_FLOAT64
            : TOLERANCE_OF_FLOAT32;
    try (LogDensity<D> prior =
        LogDensity.of(
            model.with(new Prior()),
            problem.data(),
            problem.params(),
            problem.config(),
            settings.starts.initializer())) {
      return NormalPrior.of(prior::evaluateOrNaN, prior.start(), tolerance);
    }
  }
}
