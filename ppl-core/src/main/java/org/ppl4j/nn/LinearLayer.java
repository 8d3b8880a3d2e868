package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;

/** A linear map and a bias, by tensors with names: a layer whose norm is known. */
interface LinearLayer {

  String nameOfWeight();

  String nameOfBias();

  /** How many dims the weight has. */
  int dimsOfWeight();

  /** How many numbers the bias is. */
  int outputs();

  /** The map as a matrix {@code (*, N, M)}: its largest singular value is its norm. */
  NDArray matrix(NamedTensors tensors);
}
