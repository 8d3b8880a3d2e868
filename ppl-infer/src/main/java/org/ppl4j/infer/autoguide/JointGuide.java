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
import java.util.function.Supplier;
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
 * A guide that draws one vector in unconstrained space for all continuous latent sites of a model,
 * from a distribution of a subclass's choice, and takes it apart.
 *
 * <pre>{@code
 * z ~ joint distribution              one draw (D) for all sites together
 * x = bijection(z)                    site by site
 * log q(x) = log q(z) − log |det Jacobian|
 * }</pre>
 *
 * <p>D is the total number of unconstrained elements, in the order of the model's sites; the draw
 * is the auxiliary site {@code auto.latent}. A site {@code x} of which a step sees some rows only
 * stands outside of it: independent normal distributions with parameters {@code auto.loc.x} and
 * {@code auto.scale.x}, with all rows, drawn in its plates.
 *
 * @param <D> the data of the model
 */
public abstract class JointGuide<D extends @Nullable Object> extends AutoGuide<D> {

  final double initialScale;

  JointGuide(
      Program<D> model,
      Initializer initializer,
      double initialScale,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows) {
    super(model, initializer, prefix, rows);
    checkArgument(
        initialScale > 0,
        "guide '%s' has initial scale %s, but it must be positive",
        getClass().getSimpleName(),
        initialScale);
    this.initialScale = initialScale;
  }

  /**
   * The distribution of the joint draw.
   *
   * @param size D
   * @param initialLoc where it starts, {@code (D)}
   * @return with batch shape () and event shape {@code (D)}
   */
  abstract Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc);

  /**
   * The medians, or what comes nearest, of the joint draw, {@code (D)}.
   *
   * @param size D
   */
  abstract NDArray jointMedian(Run run, ParamStore params, int size);

  @Override
  public final void run(Ppl p, D data) {
    ImmutableList<Slot> slots = slots(p, data);
    ImmutableList<Slot> global = global(slots);
    if (!global.isEmpty()) {
      Distribution joint = joint(p, total(global), () -> initialLoc(p, data, global));
      NDArray z = p.auxiliary(prefix + ".latent", joint);
      List<NDArray> parts = split(z, global);
      for (int i = 0; i < parts.size(); i++) {
        global.get(i).sample(p, parts.get(i));
      }
    }
    for (Slot slot : slots) {
      if (slot.isLocal()) {
        sampleRows(p, data, slot);
      }
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

  static ImmutableList<Slot> global(List<Slot> slots) {
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
  static List<NDArray> split(NDArray z, ImmutableList<Slot> slots) {
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

  static int total(ImmutableList<Slot> slots) {
    return Math.toIntExact(slots.stream().mapToLong(Slot::size).sum());
  }

  /**
   * {@inheritDoc}
   *
   * <p>In unconstrained space, mapped to the support element by element: exact where the bijection
   * acts so.
   */
  @Override
  public final Map<String, double[]> median(ParamStore params) {
    return values(params, this::jointMedian, 0.5);
  }

  /** Finds a vector (D) for the joint draw. */
  interface Joint {
    NDArray in(Run run, ParamStore params, int size);
  }

  /** The sites' values at a joint vector, and at quantile q of those that stand outside. */
  final Map<String, double[]> values(ParamStore params, Joint joint, double q) {
    ImmutableList<Slot> slots = slots(params);
    ImmutableList<Slot> global = global(slots);
    try (Run run = Run.open(params.config().orElseGet(RunConfig::defaults), 0)) {
      return run.withoutGradients(
          () -> {
            Iterator<NDArray> parts =
                global.isEmpty()
                    ? Collections.emptyIterator()
                    : split(joint.in(run, params, total(global)), global).iterator();
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

  /** loc + scale · the standard normal's quantile, of parameters of the store. */
  final NDArray quantile(
      Run run, double q, ParamStore params, String loc, String scale, Shape shape) {
    NDArray offset = Normal.of(0, 1).on(run).icdf(run.create(new double[] {q}, new Shape(1)));
    return run.create(params.value(prefix + loc), shape)
        .add(run.create(params.value(prefix + scale), shape).mul(offset));
  }

  @Override
  public String toString() {
    return getClass().getSimpleName();
  }
}
