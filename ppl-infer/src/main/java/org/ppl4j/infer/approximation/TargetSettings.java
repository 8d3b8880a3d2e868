package org.ppl4j.infer.approximation;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * What a target is made with.
 *
 * @param params the parameters of the program; null for a store of the target's own
 * @param config null for that of the store, or the defaults
 * @param initializer where searches start
 * @param isAsWritten whether the model is searched in the variables that it is written in alone
 */
record TargetSettings(
    @Nullable ParamStore params,
    @Nullable RunConfig config,
    Initializer initializer,
    boolean isAsWritten) {

  /** A store of its own, the defaults, starts near and far. */
  static TargetSettings standard() {
    return new TargetSettings(null, null, Initializer.dispersed(), false);
  }

  TargetSettings withParams(ParamStore store) {
    return new TargetSettings(requireNonNull(store, "params"), config, initializer, isAsWritten);
  }

  TargetSettings withConfig(RunConfig other) {
    return new TargetSettings(params, requireNonNull(other, "config"), initializer, isAsWritten);
  }

  TargetSettings withInitializer(Initializer other) {
    return new TargetSettings(params, config, requireNonNull(other, "initializer"), true);
  }

  TargetSettings asWritten() {
    return new TargetSettings(params, config, initializer, true);
  }

  /** The configuration in double precision: second derivatives need it. */
  RunConfig doubles() {
    return ParamStore.chosen(config, params).withFloatType(FloatType.FLOAT64);
  }
}
