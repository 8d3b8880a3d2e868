package org.ppl4j.params;

import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;

/**
 * Where the unconstrained numbers of a parameter are.
 *
 * @param name the parameter
 * @param chunk the index of its chunk in {@link ParamStore#chunks()}
 * @param offset of its first number there
 * @param shape of the unconstrained tensor
 * @param constraint of the constrained one
 */
public record ParamSlot(String name, int chunk, long offset, Shape shape, Constraint constraint) {}
