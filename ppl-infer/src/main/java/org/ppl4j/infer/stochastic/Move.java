package org.ppl4j.infer.stochastic;

/** Layers that follow one density, whatever comes in. */
public interface Move extends StochasticModule {

  /** The layers that follow a density, in one run. */
  StochasticLayer towards(Target target);

  @Override
  default StochasticLayer between(Target base, Target target) {
    return towards(target);
  }
}
