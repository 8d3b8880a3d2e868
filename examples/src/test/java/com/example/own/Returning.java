package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.ode.Sde;
import org.ppl4j.tensor.Tensors;

/** A stochastic equation of one's own, Ornstein and Uhlenbeck's dx = −a x dt + s dW, θ = (a, s). */
public final class Returning implements Sde {

  @Override
  public NDArray drift(NDArray time, NDArray state, NDArray theta) {
    return state.mul(Tensors.split(theta, -1, 1, 1).get(0)).neg();
  }

  @Override
  public NDArray diffusion(NDArray time, NDArray state, NDArray theta) {
    return Tensors.split(theta, -1, 1, 1).get(1);
  }
}
