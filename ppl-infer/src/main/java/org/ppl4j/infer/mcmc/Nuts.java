package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * The no-U-turn sampler: draws of a model's posterior that are exact in the end, without a guide
 * and without tuning.
 *
 * <pre>{@code
 * try (McmcRun<NDArray> run = Nuts.of(MODEL).run(flips)) {
 *   System.out.println(run.report());
 *   System.out.println(run.summary());
 * }
 * }</pre>
 *
 * <p>A draw costs up to 2ᵈ gradients, where d is the depth of its trajectory; this grows with the
 * ratio of the posterior's longest to its shortest scale.
 *
 * <p>Source: Hoffman and Gelman, "The no-U-turn sampler" (2014); Betancourt, "A conceptual
 * introduction to Hamiltonian Monte Carlo" (2017); Seyboldt, Carlson and Carpenter (2026) for what
 * it learns ({@link Metric#LOW_RANK}).
 *
 * @param <D> the data of the model
 */
public final class Nuts<D extends @Nullable Object> extends Mcmc<D, Nuts<D>> {

  private static final int DEEPEST = 20;

  private final int maxDepth;

  private Nuts(Program<D> model, Settings settings, int maxDepth) {
    super(model, settings);
    this.maxDepth = maxDepth;
  }

  /** Of a model, with the settings that each method names. */
  public static <D extends @Nullable Object> Nuts<D> of(Program<D> model) {
    return new Nuts<>(model, Settings.ofGradients(), 10);
  }

  /**
   * How often a trajectory doubles at most; 10 unless set.
   *
   * @throws IllegalArgumentException if it is not from 1 to 20
   */
  public Nuts<D> maxDepth(int depth) {
    checkArgument(
        depth >= 1 && depth <= DEEPEST,
        "nuts has depth limit %s, but it must be from 1 to %s",
        depth,
        DEEPEST);
    return new Nuts<>(model, settings, depth);
  }

  @Override
  Nuts<D> with(Settings changed) {
    return new Nuts<>(model, changed, maxDepth);
  }

  @Override
  String name() {
    return "nuts";
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    return bySteps(leapfrog -> new NutsKernel(leapfrog, maxDepth), STANS_ACCEPTANCE);
  }
}
