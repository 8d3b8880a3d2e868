/**
 * Tensors with names, and the networks that condition flows.
 *
 * <p>A {@link org.ppl4j.nn.Network} is a description; {@link org.ppl4j.nn.TensorSpec} describes a
 * parameter or buffer of a module before it exists; {@link org.ppl4j.nn.NamedTensors} holds the
 * tensors that a module is bound to, {@link org.ppl4j.nn.BoundNetwork} a network with its own.
 * {@link org.ppl4j.nn.ValueAndSlopes} is an output with its derivatives along directions, {@link
 * org.ppl4j.nn.Traced} one with the trace of its Jacobian, {@link org.ppl4j.nn.Gradual} one that is
 * computed as its inputs become known.
 *
 * <ul>
 *   <li>From a vector to parameters ({@link org.ppl4j.nn.Conditioner}): {@link org.ppl4j.nn.Mlp},
 *       {@link org.ppl4j.nn.Residual}, {@link org.ppl4j.nn.Convolutional}, {@code
 *       Conditioner.block} for any DJL block, {@code Conditioner.constant}; between their layers an
 *       {@link org.ppl4j.nn.Activation}.
 *   <li>With outputs that see some inputs only ({@link org.ppl4j.nn.MaskedConditioner}): {@link
 *       org.ppl4j.nn.Made}, {@link org.ppl4j.nn.Residual}.
 *   <li>That change by no more than a bound times as much as their input, dense or over images:
 *       {@link org.ppl4j.nn.Lipschitz}, a {@link org.ppl4j.nn.LipschitzNetwork}.
 *   <li>{@link org.ppl4j.nn.BlockNet}: a DJL block taken for its structure; its statistics are
 *       buffers, its noise is the run's, its first values are those of its initialisers.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.nn;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
