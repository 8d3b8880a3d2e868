package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;

/**
 * The output of a function of vectors, and the trace of its Jacobian.
 *
 * @param value {@code (*, outputs)}
 * @param trace {@code (*)}: the sum of the derivatives of each output in the input of its place;
 *     its batch broadcasts against that of the value
 */
public record Traced(NDArray value, NDArray trace) {}
