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
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Continuous flows: y = x(1) where dx/dt = f(t, x) and x(0) = x, log |det| = ∫ tr ∂f/∂x dt from 0
 * to 1, with f a network of place and time, or any {@link Field}.
 *
 * <p>x and y: {@code (*, D)}. Both directions are the same work, the inverse the way back: an
 * evaluation of f with its D derivatives for each stage of each step of the {@link Solver}. What is
 * reported has the exact trace, so that it is the same twice, and steps chosen by their error, to a
 * tolerance of 1e-6 unless set otherwise; while it learns by likelihood it takes a few fixed steps,
 * which can be recorded. The network puts out 0 at first: the identity. Its layers should be
 * smooth; it has two of width 64 and tanh unless set otherwise, and sees a wave of the time.
 *
 * <p>Sources: Chen, Rubanova, Bettencourt and Duvenaud, "Neural ordinary differential equations"
 * (2018), theorem 1; Grathwohl, Chen, Bettencourt, Sutskever and Duvenaud, "FFJORD" (2019); of
 * waves Tancik et al., "Fourier features let networks learn high frequency functions in low
 * dimensional domains" (2020).
 */
public final class OdeFlow implements TransformModule {

  private static final Family FAMILY = Family.of(OdeFlow.class, 1);

  private static final double TOLERANCE = 1e-6;
  private static final int LEARNING_STEPS = 8;
  private static final int FREQUENCIES = 1;

  private final int dim;
  private final Conditioner conditioner;
  private final int frequencies;
  private final @Nullable Field field;
  private final Solver solver;
  private final Solver learning;
  private final JacobianTrace trace;
  private final Gradient gradient;
  private final Network network = Network.lazy(() -> network(0));

  private OdeFlow(
      int dim,
      Conditioner conditioner,
      int frequencies,
      @Nullable Field field,
      Solver solver,
      Solver learning,
      JacobianTrace trace,
      Gradient gradient) {
    this.dim = dim;
    this.conditioner = conditioner;
    this.frequencies = frequencies;
    this.field = field;
    this.solver = solver;
    this.learning = learning;
    this.trace = trace;
    this.gradient = gradient;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static OdeFlow of(int dim) {
    checkArgument(dim >= 1, "ode needs at least 1 coordinate, but dim is %s", dim);
    return new OdeFlow(
        dim,
        Mlp.of(64, 64).activation(Activation.TANH),
        FREQUENCIES,
        null,
        Solver.dormandPrince(TOLERANCE),
        Solver.rungeKutta(LEARNING_STEPS),
        JacobianTrace.exact(),
        Gradient.THROUGH_STEPS);
  }

  /**
   * With another network, which must carry derivatives forwards: an {@link Mlp} or {@link
   * org.ppl4j.nn.Residual}.
   */
  public OdeFlow conditioner(Conditioner conditioner) {
    requireNonNull(conditioner, "conditioner");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /**
   * With a network that sees cos kπt and sin kπt in place of the time t, for k up to this; 1 unless
   * set, and 0 for the time itself. With more of them flow matching alone comes closer, while a
   * likelihood makes the field turn faster than a few fixed steps can follow: give it more of these
   * by {@link #learning}.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public OdeFlow frequencies(int frequencies) {
    checkArgument(frequencies >= 0, "ode has %s frequencies, but needs at least 0", frequencies);
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** Along a field that is given and not learned. */
  public OdeFlow field(Field field) {
    requireNonNull(field, "field");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** With another solver of what is reported: densities, draws, noise. */
  public OdeFlow solver(Solver solver) {
    requireNonNull(solver, "solver");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** With another solver while it learns; Runge and Kutta's method with 8 steps unless set. */
  public OdeFlow learning(Solver learning) {
    requireNonNull(learning, "learning");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** With another trace while it learns; what is reported has the exact one. */
  public OdeFlow trace(JacobianTrace trace) {
    requireNonNull(trace, "trace");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** With gradients found in another way than through the steps. */
  public OdeFlow gradient(Gradient gradient) {
    requireNonNull(gradient, "gradient");
    return new OdeFlow(dim, conditioner, frequencies, field, solver, learning, trace, gradient);
  }

  /** The network reads the context beside place and time. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    if (field != null) {
      return TransformModule.super.conditional(contextDim);
    }
    Network given = Network.lazy(() -> network(contextDim));
    return NetworkField.conditional(toString(), contextDim, given, frequencies, this::learned);
  }

  /**
   * The network reads beside place and time what another one makes of the context, as many numbers
   * as that has.
   */
  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner reader) {
    if (field != null) {
      return TransformModule.super.conditional(contextDim, reader);
    }
    Network given = Network.lazy(() -> network(contextDim));
    return NetworkField.conditional(
        toString(), contextDim, given, frequencies, reader, this::learned);
  }

  @Override
  public List<TensorSpec> tensors() {
    return field == null ? TensorSpec.ofFamily(FAMILY, network.tensors()) : List.of();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    Field given = field;
    return map(
        given == null
            ? new NetworkField(network, frequencies, tensors, null, rng, training)
            : given,
        rng,
        training);
  }

  private Transform learned(NetworkField along) {
    return map(along, along.rng(), along.training());
  }

  private Transform map(Field along, Rng rng, boolean training) {
    return training
        ? new OdeMap(dim, along, learning, gradient, trace, rng)
        : new OdeMap(dim, along, solver, gradient, JacobianTrace.exact(), rng);
  }

  private Network network(int contextDim) {
    return conditioner.network(dim + NetworkField.timeDim(frequencies) + contextDim, dim);
  }

  @Override
  public String toString() {
    return "ode(" + dim + ", " + solver + ")";
  }
}
