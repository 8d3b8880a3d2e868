package org.ppl4j.infer.autoguide;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A normalizing flow in unconstrained space as the joint distribution of all continuous latent
 * sites of a model.
 *
 * <pre>{@code
 * AutoFlow.of(MODEL, dim -> Flows.iaf(dim, 2))
 * z = loc + scale · t(f(ε)),  ε ~ N(0, I)
 * }</pre>
 *
 * <p>The flow f is any {@link TransformModule} on vectors whose forward direction is fast. Outside
 * of it lie {@linkplain Bijections#tails(NDArray, NDArray) tails} t of each number, as heavy as
 * needs be, since no flow that grows like a line makes tails that its base does not have; {@code
 * auto.lowerTail} (D) and {@code auto.upperTail} (D) begin at 0, and up to there tails are those of
 * the flow. Then comes a learned shift and scale with {@link AutoNormal}'s parameters, {@code
 * auto.loc} (D) and {@code auto.scale} (D), so that a flow on a bounded interval sees standardised
 * numbers; the flow's own are {@code auto.flow.*}. Fitting an {@code AutoNormal} with the same
 * store first makes this guide start at its optimum, since a flow starts as the identity. With a
 * store of its own a fit starts it where {@link org.ppl4j.infer.approximation.Pathfinder} leads to,
 * location and covariance, and it learns in these units ({@linkplain #start start}).
 *
 * <p>Source of the tails: Hickling and Prangle, "Flexible tails for normalizing flows" (2024), by
 * whom they are made in the last layer, behind layers that see light ones.
 *
 * @param <D> the data of the model
 */
public final class AutoFlow<D extends @Nullable Object> extends JointGuide<D, AutoFlow<D>> {

  /** Draws that medians are taken of. */
  private static final int DRAWS = 10_001;

  private static final String LOWER = "lowerTail";
  private static final String UPPER = "upperTail";

  /** What {@link Bijections#tails(NDArray, NDArray)} takes. */
  private static final double MOST = 1.5;

  private final IntFunction<TransformModule> flow;

  private AutoFlow(Program<D> model, GuideSettings<D> settings, IntFunction<TransformModule> flow) {
    super(model, settings);
    this.flow = flow;
  }

  /**
   * The guide of a model.
   *
   * @param flow from D to a flow on vectors of D coordinates
   */
  public static <D extends @Nullable Object> AutoFlow<D> of(
      Program<D> model, IntFunction<TransformModule> flow) {
    return new AutoFlow<>(model, GuideSettings.standard(), once(flow));
  }

  /** A flow is described once, not in each execution. */
  private static IntFunction<TransformModule> once(IntFunction<TransformModule> flow) {
    requireNonNull(flow, "flow");
    Map<Integer, TransformModule> made = new ConcurrentHashMap<>();
    return size -> made.computeIfAbsent(size, flow::apply);
  }

  @Override
  protected AutoFlow<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoFlow<>(model, settings, flow);
  }

  @Override
  protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray loc = loc(p, initialLoc);
    NDArray scale = scale(p, size);
    Transform tails = tails(p, size);
    Transform transform =
        p.module(parameter("flow"), flow.apply(size))
            .then(tails)
            .then(Bijections.affine(loc, scale));
    return TransformedDistribution.of(Normal.standard(size).toEvent(1), transform);
  }

  private Transform tails(Ppl p, int size) {
    ParamStore params = p.params();
    if (!params.has(parameter(LOWER)) && hasBegun(params)) {
      return Bijections.identity(); // a fit of before there were any
    }
    return tails(
        p.param(parameter(LOWER), () -> p.run().zeros(new Shape(size))),
        p.param(parameter(UPPER), () -> p.run().zeros(new Shape(size))));
  }

  private boolean hasBegun(ParamStore params) {
    return params.names().stream().anyMatch(name -> name.startsWith(parameter("flow.")));
  }

  private static Transform tails(NDArray lower, NDArray upper) {
    return Bijections.tails(heavy(lower), heavy(upper));
  }

  /**
   * No lighter than those of the flow: a guide of light tails misses what it never draws. The
   * derivative is that of any tail, so that one that is heavy in truth gets away from 0.
   */
  private static NDArray heavy(NDArray tail) {
    return Tensors.withDerivative(tail.maximum(0).minimum(MOST), tail, Tensors.number(1));
  }

  /**
   * What the fitted guide makes of values of its base: the sites, and how much it stretches.
   *
   * @param logDet of the flow and the shift and scale behind it, {@code (*)}
   * @param sites the values {@code (*, batch, event)} by name, with the log-determinant {@code (*,
   *     batch)} of the bijection to the support
   */
  public record Image(NDArray logDet, ImmutableMap<String, Mapped> sites) {}

  /** The names of the sites that the guide draws together, once it has been fitted. */
  public ImmutableSet<String> names(ParamStore params) {
    return ImmutableSet.copyOf(space(params).global().names());
  }

  /** Checks that no site has bounds that are tensors. */
  void checkStay(ParamStore params) {
    space(params).sites().forEach(site -> site.checkStays("NeuTra"));
  }

  /** D, the numbers that the guide draws together, once it has been fitted. */
  public int size(ParamStore params) {
    return space(params).global().size();
  }

  /**
   * The image of values of the base, with the parameters of the store as they are, held fixed.
   *
   * @param base {@code (*, D)}
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Image image(Run run, ParamStore params, NDArray base) {
    LatentSpace space = space(params).global();
    Mapped mapped = transform(run, params, space.size()).forward(base);
    return new Image(mapped.logDet(), space.constrain(mapped.value()));
  }

  /**
   * From values of the base {@code (*, D)} to the unconstrained values of the sites that the guide
   * draws together, with the parameters of the store as they are, held fixed.
   *
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Transform transform(Run run, ParamStore params) {
    return transform(run, params, space(params).global().size());
  }

  private Transform transform(Run run, ParamStore params, int size) {
    Transform tails =
        params.has(parameter(LOWER))
            ? tails(
                params.constrained(run, parameter(LOWER)),
                params.constrained(run, parameter(UPPER)))
            : Bijections.identity();
    return params
        .transform(run, parameter("flow"), flow.apply(size))
        .then(tails)
        .then(
            Bijections.affine(
                params.constrained(run, parameter("loc")),
                params.constrained(run, parameter("scale"))))
        .then(placing(run, params, size))
        .withParameters(Tensors::detached);
  }

  @Override
  protected boolean learnsInCovariance() {
    return true;
  }

  /** Of many draws, element by element. */
  @Override
  protected NDArray jointMedian(Run run, ParamStore params, int size) {
    NDArray noise =
        run.rng(Rng.Purpose.PREDICT, parameter("median")).normal(run, new Shape(DRAWS, size));
    double[] draws = Tensors.values(transform(run, params, size).forward(noise).value());
    double[] medians = new double[size];
    for (int d = 0; d < size; d++) {
      double[] column = new double[DRAWS];
      for (int i = 0; i < DRAWS; i++) {
        column[i] = draws[i * size + d];
      }
      Arrays.sort(column);
      medians[d] = column[DRAWS / 2];
    }
    return run.create(medians, new Shape(size));
  }
}
