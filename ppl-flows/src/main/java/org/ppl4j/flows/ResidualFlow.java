package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.List;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Residual flows: blocks y = x + g(x), each with a network g that changes by at most L &lt; 1 times
 * as much as its input, so that the block is a bijection whatever its weights; log |det| = log
 * det(I + ∂g/∂x).
 *
 * <p>x and y: {@code (*, D)}. Forward is a pass of each network with its D derivatives and a
 * determinant: fast to sample, a guide; {@code inverted()} is fast to score. The inverse is the
 * fixed point of x = y − g(x), found to the last digits of the float type: steps until the bound L
 * / (1 − L) |xₙ − xₙ₋₁| is there, some tens as a rule and up to log(1e-19) / log L, its gradient by
 * the implicit function theorem. What is reported, densities and draws, has the exact
 * log-determinant, so that it is the same twice; while it learns it has that too up to 64
 * coordinates, and {@link LogDet#roulette} beyond, unless set otherwise. Networks have two layers
 * of width 64 and a bound of 0.98, and put out 0 at first: the identity.
 *
 * <p>In the conditional form a network reads the context and moves the biases of all layers.
 *
 * <p>Sources: Behrmann, Grathwohl, Chen, Duvenaud and Jacobsen, "Invertible residual networks"
 * (2019), theorem 1 and algorithm 1; Chen, Behrmann, Duvenaud and Jacobsen, "Residual flows for
 * invertible generative modeling" (2019).
 */
public final class ResidualFlow implements TransformModule {

  private final int dim;
  private final int blocks;
  private final Lipschitz network;
  private final LogDet logDet;
  private final ResidualBlock block;
  private final TransformModule all;

  private ResidualFlow(int dim, int blocks, Lipschitz network, LogDet logDet) {
    this.dim = dim;
    this.blocks = blocks;
    this.network = network;
    this.logDet = logDet;
    this.block = new ResidualBlock(network.network(dim, dim), logDet);
    this.all = block.repeat(blocks);
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} or {@code blocks} is below 1
   */
  public static ResidualFlow of(int dim, int blocks) {
    checkArgument(
        dim >= 1 && blocks >= 1,
        "residual flow has %s blocks of %s coordinates, but needs at least 1 of each",
        blocks,
        dim);
    return new ResidualFlow(dim, blocks, Lipschitz.of(64, 64), LogDet.of(dim));
  }

  /**
   * With other networks.
   *
   * @throws IllegalArgumentException if their bound is not below 1
   */
  public ResidualFlow network(Lipschitz network) {
    checkArgument(
        network.bound() < 1,
        "residual flow has a network of bound %s, but a block is a bijection for certain only below"
            + " 1; give it a bound such as 0.98",
        network.bound());
    return new ResidualFlow(dim, blocks, network, logDet);
  }

  /** With another log-determinant while it learns; what is reported has the exact one. */
  public ResidualFlow logDet(LogDet logDet) {
    return new ResidualFlow(dim, blocks, network, requireNonNull(logDet, "logDet"));
  }

  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner conditioner) {
    ConditionalTransformModule given = block.conditional(contextDim, conditioner).repeat(blocks);
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        given::tensors,
        (tensors, context, rng, training) -> given.bind(tensors, rng, training).given(context));
  }

  @Override
  public List<TensorSpec> tensors() {
    return all.tensors();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return all.bind(tensors, rng, training);
  }

  @Override
  public String toString() {
    return "residual(" + dim + ", " + blocks + " blocks)";
  }
}
