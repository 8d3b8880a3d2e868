package org.ppl4j.infer.autoguide;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
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
 * z = loc + scale · f(ε),  ε ~ N(0, I)
 * }</pre>
 *
 * <p>The flow f is any {@link TransformModule} on vectors whose forward direction is fast. Outside
 * of it lies a learned shift and scale with {@link AutoNormal}'s parameters, {@code auto.loc} (D)
 * and {@code auto.scale} (D), so that a flow on a bounded interval sees standardised numbers; the
 * flow's own are {@code auto.flow.*}. Fitting an {@code AutoNormal} with the same store first makes
 * this guide start at its optimum, since a flow starts as the identity.
 *
 * @param <D> the data of the model
 */
public final class AutoFlow<D extends @Nullable Object> extends JointGuide<D> {

  /** Draws that medians are taken of. */
  private static final int DRAWS = 10_001;

  private final IntFunction<TransformModule> flow;

  private AutoFlow(
      Program<D> model,
      Initializer initializer,
      double initialScale,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows,
      IntFunction<TransformModule> flow) {
    super(model, initializer, initialScale, prefix, rows);
    this.flow = flow;
  }

  /**
   * The guide of a model.
   *
   * @param flow from D to a flow on vectors of D coordinates
   */
  public static <D extends @Nullable Object> AutoFlow<D> of(
      Program<D> model, IntFunction<TransformModule> flow) {
    return new AutoFlow<>(model, Initializer.uniform(), 0.1, "auto", ImmutableMap.of(), once(flow));
  }

  /** A flow is described once, not in each execution. */
  private static IntFunction<TransformModule> once(IntFunction<TransformModule> flow) {
    requireNonNull(flow, "flow");
    Map<Integer, TransformModule> made = new ConcurrentHashMap<>();
    return size -> made.computeIfAbsent(size, flow::apply);
  }

  /** Starting at these values; a new guide. */
  public AutoFlow<D> initializer(Initializer initializer) {
    return new AutoFlow<>(model, initializer, initialScale, prefix, rows, flow);
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AutoFlow<D> initialScale(double scale) {
    return new AutoFlow<>(model, initializer, scale, prefix, rows, flow);
  }

  /** What the names of its parameters begin with: {@code auto} unless set. */
  public String prefix() {
    return prefix;
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoFlow<D> prefix(String prefix) {
    return new AutoFlow<>(model, initializer, initialScale, prefix, rows, flow);
  }

  /** With the rows of a plate that the caller chooses, as {@link AutoNormal#plate}; a new guide. */
  public AutoFlow<D> plate(String name, Function<D, NDArray> indices) {
    return new AutoFlow<>(model, initializer, initialScale, prefix, with(name, indices), flow);
  }

  @Override
  Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray loc = p.param(prefix + ".loc", initialLoc);
    NDArray scale =
        p.param(
            prefix + ".scale",
            () -> p.run().full(initialScale, new Shape(size)),
            Constraint.POSITIVE);
    Transform transform =
        p.module(prefix + ".flow", flow.apply(size)).then(Bijections.affine(loc, scale));
    return TransformedDistribution.of(Normal.standard(size).toEvent(1), transform);
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
    return global(slots(params)).stream().map(Slot::name).collect(ImmutableSet.toImmutableSet());
  }

  /** D, the numbers that the guide draws together, once it has been fitted. */
  public int size(ParamStore params) {
    return total(global(slots(params)));
  }

  /**
   * The image of values of the base, with the parameters of the store as they are, held fixed.
   *
   * @param base {@code (*, D)}
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Image image(Run run, ParamStore params, NDArray base) {
    ImmutableList<Slot> slots = global(slots(params));
    Transform transform =
        params
            .transform(run, prefix + ".flow", flow.apply(total(slots)))
            .then(
                Bijections.affine(
                    params.constrained(run, prefix + ".loc"),
                    params.constrained(run, prefix + ".scale")))
            .withParameters(Tensors::detached);
    Mapped mapped = transform.forward(base);
    List<NDArray> parts = split(mapped.value(), slots);
    ImmutableMap.Builder<String, Mapped> sites = ImmutableMap.builder();
    for (int i = 0; i < parts.size(); i++) {
      sites.put(slots.get(i).name(), slots.get(i).bijection().forward(parts.get(i)));
    }
    return new Image(mapped.logDet(), sites.buildOrThrow());
  }

  /** Of many draws, element by element. */
  @Override
  NDArray jointMedian(Run run, ParamStore params, int size) {
    Transform transform = params.transform(run, prefix + ".flow", flow.apply(size));
    NDArray noise =
        run.rng(Rng.Purpose.PREDICT, prefix + ".median").normal(run, new Shape(DRAWS, size));
    double[] draws = Tensors.values(transform.forward(noise).value());
    double[] loc = params.value(prefix + ".loc");
    double[] scale = params.value(prefix + ".scale");
    double[] medians = new double[size];
    for (int d = 0; d < size; d++) {
      double[] column = new double[DRAWS];
      for (int i = 0; i < DRAWS; i++) {
        column[i] = draws[i * size + d];
      }
      Arrays.sort(column);
      medians[d] = loc[d] + scale[d] * column[DRAWS / 2];
    }
    return run.create(medians, new Shape(size));
  }
}
