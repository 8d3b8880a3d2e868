package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.ode.Solver;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Diffusions: y = x(0) and x = x(1) where dx/dt = −β(t) / 2 · (x + s(t, x)) is the probability flow
 * of a {@link VariancePreserving}, log |det| the integral of its divergence, and the score s = ∇
 * log p_t a network of place and time, or any {@link Score}.
 *
 * <p>x and y: {@code (*, D)}. It is a continuous flow, whose densities, draws and inverses are as
 * those of {@link OdeFlow}, solved at an even pace of the diffusion's angle φ. What the network
 * puts out is v = dx/dφ, 0 at first, which is the identity: the score is −x − v cot φ. Score
 * matching learns it, without solving anything; {@link DiffusionTransform#drawn} draws by the
 * diffusion backwards too, whose draws have the density of the flow where the score is the exact
 * one of that.
 *
 * <p>Sources: Song, Sohl-Dickstein, Kingma, Kumar, Ermon and Poole, "Score-based generative
 * modeling through stochastic differential equations" (2021), section 4.3 and appendix D; Ho, Jain
 * and Abbeel, "Denoising diffusion probabilistic models" (2020); of v Salimans and Ho, "Progressive
 * distillation for fast sampling of diffusion models" (2022), appendix D.
 */
public final class Diffusion implements TransformModule {

  private static final Family FAMILY = Family.of(Diffusion.class, 1);

  private static final double TOLERANCE = 1e-6;
  private static final int LEARNING_STEPS = 8;

  private final int dim;
  private final VariancePreserving sde;
  private final Conditioner conditioner;
  private final @Nullable Score score;
  private final Solver solver;
  private final Solver learning;
  private final Network network = Network.lazy(() -> network(0));

  private Diffusion(
      int dim,
      VariancePreserving sde,
      Conditioner conditioner,
      @Nullable Score score,
      Solver solver,
      Solver learning) {
    this.dim = dim;
    this.sde = sde;
    this.conditioner = conditioner;
    this.score = score;
    this.solver = solver;
    this.learning = learning;
  }

  /**
   * For vectors of {@code dim} coordinates, in units in which their variances are about 1.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Diffusion of(int dim, VariancePreserving sde) {
    checkArgument(dim >= 1, "diffusion needs at least 1 coordinate, but dim is %s", dim);
    return new Diffusion(
        dim,
        requireNonNull(sde, "sde"),
        Mlp.of(64, 64).activation(Activation.SILU),
        null,
        Solver.dormandPrince(TOLERANCE),
        Solver.rungeKutta(LEARNING_STEPS));
  }

  /**
   * With another network, which must carry derivatives forwards: an {@link Mlp} or {@link
   * org.ppl4j.nn.Residual}; an Mlp with two layers of width 64 and SiLU unless set.
   */
  public Diffusion conditioner(Conditioner conditioner) {
    requireNonNull(conditioner, "conditioner");
    return new Diffusion(dim, sde, conditioner, score, solver, learning);
  }

  /** With a score that is given and not learned. */
  public Diffusion score(Score score) {
    requireNonNull(score, "score");
    return new Diffusion(dim, sde, conditioner, score, solver, learning);
  }

  /** With another solver of what is reported; of a tolerance of 1e-6 unless set. */
  public Diffusion solver(Solver solver) {
    requireNonNull(solver, "solver");
    return new Diffusion(dim, sde, conditioner, score, solver, learning);
  }

  /** With another solver while it learns by likelihood; as that of {@link OdeFlow} unless set. */
  public Diffusion learning(Solver learning) {
    requireNonNull(learning, "learning");
    return new Diffusion(dim, sde, conditioner, score, solver, learning);
  }

  /** The network reads the context beside place and time. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    if (score != null) {
      return TransformModule.super.conditional(contextDim);
    }
    Network given = Network.lazy(() -> network(contextDim));
    return NetworkField.conditional(toString(), contextDim, given, 0, this::learned);
  }

  /**
   * The network reads beside place and time what another one makes of the context, as many numbers
   * as that has.
   */
  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner reader) {
    if (score != null) {
      return TransformModule.super.conditional(contextDim, reader);
    }
    Network given = Network.lazy(() -> network(contextDim));
    return NetworkField.conditional(toString(), contextDim, given, 0, reader, this::learned);
  }

  @Override
  public List<TensorSpec> tensors() {
    return score == null ? TensorSpec.ofFamily(FAMILY, network.tensors()) : List.of();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    Score given = score;
    return given == null
        ? learned(new NetworkField(network, 0, tensors, null, rng, training))
        : new DiffusionMap(
            dim, sde, new DiffusionField.Given(given, sde), training ? learning : solver, rng);
  }

  private Transform learned(NetworkField turn) {
    return new DiffusionMap(
        dim,
        sde,
        new DiffusionField.Learned(turn, sde),
        turn.training() ? learning : solver,
        turn.rng());
  }

  private Network network(int contextDim) {
    return conditioner.network(
        dim + NetworkField.timeDim(DiffusionField.Learned.FREQUENCIES) + contextDim, dim);
  }

  @Override
  public String toString() {
    return "diffusion(" + dim + ", " + sde + ", " + solver + ")";
  }
}
