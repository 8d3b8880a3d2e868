package org.ppl4j.params;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;

/**
 * A parameter in a run.
 *
 * @param value constrained, differentiable in the leaf
 * @param leaf the unconstrained tensor that gradients are taken with respect to
 * @param constraint where the values live
 */
public record ParamValue(NDArray value, NDArray leaf, Constraint constraint) {}
