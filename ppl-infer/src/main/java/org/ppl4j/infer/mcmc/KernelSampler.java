package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * Chains that a kernel of yours moves:
 *
 * <pre>{@code
 * KernelSampler.of(MODEL, "my walk", target -> new MyWalk(target)).run(data)
 * }</pre>
 *
 * <p>It begins as {@link Nuts} does, unless {@link #asWritten}. What the kernel learns is its own
 * business: it takes no metric and no target acceptance.
 *
 * @param <D> the data of the model
 */
public final class KernelSampler<D extends @Nullable Object> extends Mcmc<D, KernelSampler<D>> {

  private final String name;
  private final Function<ChainTarget, TransitionKernel> kernels;

  private KernelSampler(
      Program<D> model,
      Settings settings,
      String name,
      Function<ChainTarget, TransitionKernel> kernels) {
    super(model, settings);
    this.name = requireNonNull(name, "name");
    this.kernels = requireNonNull(kernels, "kernels");
  }

  /**
   * Of a model, with the settings that each method names.
   *
   * @param name of the sampler, as reports have it and random streams are called by
   * @param kernels make a kernel for each start of a chain, of its target
   */
  public static <D extends @Nullable Object> KernelSampler<D> of(
      Program<D> model, String name, Function<ChainTarget, TransitionKernel> kernels) {
    return new KernelSampler<>(model, new Settings(), name, kernels);
  }

  /**
   * Throws.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public KernelSampler<D> metric(Metric metric) {
    throw unused("metric " + metric);
  }

  /**
   * Throws.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public KernelSampler<D> targetAcceptance(double probability) {
    throw unused("target acceptance " + probability);
  }

  private UnsupportedOperationException unused(String what) {
    return new UnsupportedOperationException(
        name + " has " + what + ", but its kernel learns what it moves by; pass it to the kernel");
  }

  @Override
  KernelSampler<D> with(Settings changed) {
    return new KernelSampler<>(model, changed, name, kernels);
  }

  @Override
  String name() {
    return name;
  }

  @Override
  Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem) {
    return kernels;
  }
}
