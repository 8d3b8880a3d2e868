package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.infer.density.CriticLoss;

/**
 * A critic's loss of one's own: the critic says 1 of rows and 0 of draws, of which the flow makes
 * it say 1, by squares. Source: Mao, Li, Xie, Lau, Wang and Smolley, "Least squares generative
 * adversarial networks" (2017), equation 9.
 */
public record LeastSquares() implements CriticLoss {

  @Override
  public NDArray critic(NDArray ofData, NDArray ofFlow) {
    return ofData.sub(1).square().mean().add(ofFlow.square().mean()).div(2);
  }

  @Override
  public NDArray flow(NDArray ofFlow) {
    return ofFlow.sub(1).square().mean().div(2);
  }
}
