package org.ppl4j.infer.mcmc;

import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * What a run is to sample.
 *
 * @param density of the model given the data
 * @param params of the model
 */
record Problem<D extends @Nullable Object>(
    LogDensity<D> density, D data, ParamStore params, RunConfig config) {}
