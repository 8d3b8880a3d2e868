package org.ppl4j.infer.svi;

import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * What the steps of a fit are, wherever its parameters live.
 *
 * @param elbo how the bound is estimated
 * @param particles how many draws of the guide an estimate uses
 * @param optimizer how parameters move
 * @param averaging how iterates are averaged
 */
record StepSettings<D extends @Nullable Object>(
    Program<D> model,
    Program<D> guide,
    Elbo elbo,
    int particles,
    Optimizer optimizer,
    Averaging averaging) {

  /** The same by another estimator. */
  StepSettings<D> with(Elbo other) {
    return new StepSettings<>(model, guide, other, particles, optimizer, averaging);
  }

  /** The steps of a fit with a store and a configuration of its own. */
  Stepper<D> stepper(ParamStore params, RunConfig config) {
    return new Stepper<>(
        this, params, config, new GradientDescent(params, config, optimizer, averaging));
  }
}
