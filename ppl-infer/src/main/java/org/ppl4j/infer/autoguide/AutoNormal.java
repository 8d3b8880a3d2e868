package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * Independent normal distributions in unconstrained space, one for each element of each continuous
 * latent site of a model: the mean-field guide.
 *
 * <pre>{@code
 * z = loc + scale · ε,  ε ~ N(0, I)   one draw (D) for all sites together
 * x = bijection(z)                    site by site
 * log q(x) = log N(z; loc, scale) − log |det Jacobian|
 * }</pre>
 *
 * <p>Parameters: {@code auto.loc} (D) and {@code auto.scale} (D), positive, where D is the total
 * number of unconstrained elements, in the order of the model's sites. Its draw is the auxiliary
 * site {@code auto.latent}. It costs few operations whatever the number of sites.
 *
 * <p>A site {@code x} of which a step sees some rows only stands outside of these: its parameters
 * are {@code auto.loc.x} and {@code auto.scale.x}, with all rows, and it is drawn in its plates.
 *
 * <p>Starts at the {@link Initializer}'s values ({@link Initializer#median()}) with scale 0.1, as
 * Pyro's.
 *
 * <p>Source: Kucukelbir et al., "Automatic differentiation variational inference" (2017).
 *
 * @param <D> the data of the model
 */
public final class AutoNormal<D extends @Nullable Object> extends AutoGuide<D> {

  private final double initialScale;

  private AutoNormal(
      Program<D> model,
      Initializer initializer,
      double initialScale,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows) {
    super(model, initializer, prefix, rows);
    this.initialScale = initialScale;
  }

  /** The mean-field guide of a model. */
  public static <D extends @Nullable Object> AutoNormal<D> of(Program<D> model) {
    return new AutoNormal<>(model, Initializer.median(), 0.1, "auto", ImmutableMap.of());
  }

  /** Starting at these values; a new guide. */
  public AutoNormal<D> initializer(Initializer initializer) {
    return new AutoNormal<>(model, initializer, initialScale, prefix, rows);
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AutoNormal<D> initialScale(double scale) {
    checkArgument(
        scale > 0, "guide 'AutoNormal' has initial scale %s, but it must be positive", scale);
    return new AutoNormal<>(model, initializer, scale, prefix, rows);
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoNormal<D> prefix(String prefix) {
    return new AutoNormal<>(model, initializer, initialScale, prefix, rows);
  }

  /**
   * With the rows of a plate that the caller chooses; a new guide.
   *
   * @param name the plate, which the model opens by {@code PlateSpec.indices} or {@code given}
   * @param indices of the data, int64 {@code (B)}: the rows that they see
   */
  public AutoNormal<D> plate(String name, Function<D, NDArray> indices) {
    return new AutoNormal<>(model, initializer, initialScale, prefix, with(name, indices));
  }

  @Override
  public void run(Ppl p, D data) {
    ImmutableList<Slot> slots = slots(p, data);
    ImmutableList<Slot> global = global(slots);
    if (!global.isEmpty()) {
      sampleJointly(p, data, global);
    }
    for (Slot slot : slots) {
      if (slot.isLocal()) {
        sampleRows(p, data, slot);
      }
    }
  }

  /** Sites whose every element each step sees: one draw for all of them. */
  private void sampleJointly(Ppl p, D data, ImmutableList<Slot> slots) {
    NDArray loc = p.param(prefix + ".loc", () -> initialLoc(p, data, slots));
    NDArray scale =
        p.param(
            prefix + ".scale",
            () -> p.run().full(initialScale, new Shape(total(slots))),
            Constraint.POSITIVE);
    NDArray z = p.auxiliary(prefix + ".latent", Normal.of(loc, scale).toEvent(1));
    List<NDArray> parts = split(z, slots);
    for (int i = 0; i < parts.size(); i++) {
      slots.get(i).sample(p, parts.get(i));
    }
  }

  /** A site of which a step sees some rows: a draw of those, inside its plates. */
  private void sampleRows(Ppl p, D data, Slot slot) {
    NDArray loc =
        p.param(
            prefix + ".loc." + slot.name(),
            () -> Tensors.reshape(initialLoc(p, data, List.of(slot)), slot.unconstrained()));
    NDArray scale =
        p.param(
            prefix + ".scale." + slot.name(),
            () -> p.run().full(initialScale, slot.unconstrained()),
            Constraint.POSITIVE);
    int eventDims = slot.eventDims();
    slot.sample(
        p,
        spec -> opening(spec, data),
        rows -> {
          Distribution normal =
              Normal.of(rows.take(loc, eventDims), rows.take(scale, eventDims)).toEvent(eventDims);
          return slot.isIdentity() ? normal : TransformedDistribution.of(normal, slot.bijection());
        });
  }

  private static ImmutableList<Slot> global(List<Slot> slots) {
    return slots.stream().filter(slot -> !slot.isLocal()).collect(ImmutableList.toImmutableList());
  }

  /** The initial values of some slots, unconstrained, in one vector. */
  private NDArray initialLoc(Ppl p, D data, List<Slot> slots) {
    return p.run()
        .withoutGradients(
            () -> {
              List<NDArray> values = initial(p, data, slots);
              List<NDArray> parts = new ArrayList<>();
              for (int i = 0; i < values.size(); i++) {
                Slot slot = slots.get(i);
                NDArray x = values.get(i);
                NDArray u = slot.isIdentity() ? x : slot.bijection().inverse(x).value();
                parts.add(Tensors.reshape(u, new Shape(slot.size())));
              }
              return Tensors.concat(parts, 0);
            });
  }

  /** The parts of a joint value {@code (*, D)}, each {@code (*, unconstrained)}. */
  private static List<NDArray> split(NDArray z, ImmutableList<Slot> slots) {
    Shape left = Shapes.dropRight(z.getShape(), 1);
    long[] sizes = slots.stream().mapToLong(Slot::size).toArray();
    List<NDArray> flat = sizes.length == 1 ? List.of(z) : Tensors.split(z, -1, sizes);
    List<NDArray> parts = new ArrayList<>(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      Shape shape = slots.get(i).under(left);
      NDArray part = flat.get(i);
      parts.add(part.getShape().equals(shape) ? part : Tensors.reshape(part, shape));
    }
    return parts;
  }

  private static long total(ImmutableList<Slot> slots) {
    return slots.stream().mapToLong(Slot::size).sum();
  }

  @Override
  public Map<String, double[]> median(ParamStore params) {
    return quantiles(params, 0.5);
  }

  /**
   * The quantiles of all sites, by name, row by row of the site's shape: those of the normal
   * distribution, mapped to the support element by element (exact where the bijection is).
   *
   * @param q from 0 to 1, both exclusive
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Map<String, double[]> quantiles(ParamStore params, double q) {
    checkArgument(q > 0 && q < 1, "quantile is asked for %s, but must be between 0 and 1", q);
    ImmutableList<Slot> slots = slots(params);
    ImmutableList<Slot> global = global(slots);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            Iterator<NDArray> parts =
                global.isEmpty()
                    ? Collections.emptyIterator()
                    : split(
                            quantile(run, q, params, ".loc", ".scale", new Shape(total(global))),
                            global)
                        .iterator();
            ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
            for (Slot slot : slots) {
              NDArray u = slot.isLocal() ? quantile(run, q, params, slot) : parts.next();
              NDArray x = slot.isIdentity() ? u : slot.bijection().forward(u).value();
              values.put(slot.name(), Tensors.values(x));
            }
            return values.buildOrThrow();
          });
    }
  }

  private NDArray quantile(Run run, double q, ParamStore params, Slot slot) {
    return quantile(
        run, q, params, ".loc." + slot.name(), ".scale." + slot.name(), slot.unconstrained());
  }

  private NDArray quantile(
      Run run, double q, ParamStore params, String loc, String scale, Shape shape) {
    NDArray offset = Normal.of(0, 1).on(run).icdf(run.create(new double[] {q}, new Shape(1)));
    return run.create(params.value(prefix + loc), shape)
        .add(run.create(params.value(prefix + scale), shape).mul(offset));
  }

  @Override
  public String toString() {
    return "AutoNormal";
  }
}
