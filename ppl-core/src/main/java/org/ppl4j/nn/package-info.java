/**
 * Tensors with names, and the networks that condition flows.
 *
 * <p>{@link org.ppl4j.nn.TensorSpec} describes a parameter or buffer of a module before it exists;
 * {@link org.ppl4j.nn.NamedTensors} holds the tensors that a module is bound to.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.nn;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
