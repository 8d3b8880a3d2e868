package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;

/**
 * The output of a function of vectors, and how it moves with its input.
 *
 * @param value {@code (*, outputs)}
 * @param slopes {@code (*, K, outputs)}: the derivatives along K directions of the input; their
 *     batch broadcasts against that of the value
 */
public record ValueAndSlopes(NDArray value, NDArray slopes) {}
