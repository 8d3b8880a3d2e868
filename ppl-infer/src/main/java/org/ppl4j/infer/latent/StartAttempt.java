package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** One attempt to start a model at an initialiser's values. */
final class StartAttempt {

  /** Discrete sites are begun up to two to this power higher than they are drawn. */
  private static final int HIGHEST = 20;

  private final Ppl outer;
  private final Initializer initializer;
  private final int number;
  private final Map<String, Long> batches;
  private final Map<String, NDArray> unconstrained = new LinkedHashMap<>();
  private final Map<String, NDArray> values = new LinkedHashMap<>();
  private final List<NDArray> logDets = new ArrayList<>();
  private @Nullable IllegalArgumentException fault;

  /** What is wrong with an attempt. */
  static final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Failed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  StartAttempt(Ppl outer, Initializer initializer, int number, Map<String, Long> batches) {
    this.outer = outer;
    this.initializer = initializer.attempt(number);
    this.number = number;
    this.batches = batches;
  }

  /** Whether a site's value was not right. */
  boolean hasFault() {
    return fault != null;
  }

  /** Begins anew. */
  void forget() {
    unconstrained.clear();
    values.clear();
    logDets.clear();
    fault = null;
  }

  /** The values that latent sites were given, in order. */
  Map<String, NDArray> values() {
    return values;
  }

  /**
   * Gives every latent site the initialiser's value. Plates whose rows the library would draw are
   * seen with all their rows.
   */
  Handler handler() {
    return p ->
        new Handler.Frame() {
          @Override
          protected void enter(SampleSite site) {
            site.tellFaults(wrong -> note(site, wrong));
            if (site.isLatent() && !site.hasValue()) {
              give(p.run(), site);
            }
          }

          @Override
          protected PlateSpec opening(PlateSpec spec) {
            if (!spec.isDrawn()) {
              return spec;
            }
            batches.put(spec.name(), spec.batch());
            return spec.batch(spec.size());
          }
        };
  }

  /** An infinite value, or one outside of a support that does not move, helps no start. */
  private void note(SampleSite site, IllegalArgumentException wrong) {
    if (site.isObserved() && site.distribution().support().isFixed() && !isPossible(site)) {
      throw wrong;
    }
    if (fault == null) {
      fault = wrong;
    }
  }

  private static boolean isPossible(SampleSite site) {
    NDArray inside = site.distribution().support().check(site.value());
    NDArray mask = site.counted();
    NDArray counted = mask == null ? inside : inside.logicalOr(mask.logicalNot());
    return Arrays.stream(Tensors.values(counted)).allMatch(member -> member == 1)
        && (mask != null
            || Arrays.stream(Tensors.values(site.value())).noneMatch(Double::isInfinite));
  }

  /** As the image of a variable in unconstrained space, where there is such. */
  private void give(Run run, SampleSite site) {
    expand(site);
    Rng rng = outer.initialNoise(site.name()).split(number);
    boolean hasAtoms = site.distribution().hasAtoms();
    NDArray value =
        hasAtoms
            ? run.bind(site.distribution().draw(rng).value())
            : raised(site, initializer.value(site, run, rng));
    for (Choice choice : HiddenDims.of(value)) {
      value = HiddenDims.at(value, choice, 0); // any will do for a start
    }
    Constraint support = site.distribution().support();
    boolean moves = HiddenDims.anyOf(support.check(value)); // with a choice, which is refused later
    if (support.isDiscrete() || hasAtoms || moves || !Initializers.isMember(site, value)) {
      site.substitute(value);
    } else {
      Transform bijection = Bijections.to(support);
      NDArray u = Autograd.variable(run.bind(bijection.inverse(value).value()));
      Mapped mapped = bijection.forward(u);
      unconstrained.put(site.name(), u);
      logDets.add(Tensors.total(mapped.logDet()));
      site.substitute(mapped.value(), support);
    }
    values.put(site.name(), site.value());
  }

  /**
   * A number of a discrete site, in later attempts so many higher as its support allows: counts of
   * which others are a part must not be too low for them.
   */
  private NDArray raised(SampleSite site, NDArray value) {
    Constraint support = site.distribution().support();
    if (number == 0 || !support.isDiscrete() || site.distribution().eventShape().dimension() > 0) {
      return value;
    }
    NDArray higher = value.add((1L << number % HIGHEST) - 1);
    return Tensors.where(support.check(higher), higher, value);
  }

  /** Expands a site to its plates already on its way out, so that each row gets its own value. */
  private static void expand(SampleSite site) {
    Shape batch = site.distribution().batchShape();
    for (Plate plate : site.plates()) {
      int at = batch.dimension() + plate.dim();
      if (at < 0 || batch.get(at) == 1) { // any other size is for the language to complain about
        long[] sizes = new long[-plate.dim()];
        Arrays.fill(sizes, 1);
        sizes[0] = plate.batch();
        batch = Shapes.broadcast(batch, new Shape(sizes));
      }
    }
    site.distribution(site.distribution().expand(batch));
  }

  /**
   * The log density in unconstrained space.
   *
   * @throws Failed if it or the square of its gradient is not finite in the run's float type, or a
   *     site's value is not right
   */
  double density(Trace trace) {
    if (fault != null) {
      throw new Failed(String.valueOf(fault.getMessage()), fault);
    }
    List<NDArray> terms = new ArrayList<>(trace.logJointShares());
    terms.addAll(logDets);
    NDArray joint = Tensors.addAll(terms);
    double density = finite(number(joint));
    checkGradient(joint);
    return density;
  }

  /**
   * The same by a known density of vectors of the latent sites in order, which fills gradients.
   *
   * @throws Failed likewise, or if a latent site has no unconstrained value
   */
  double density(ToDoubleBiFunction<double[], double[]> known) {
    if (fault != null) {
      throw new Failed(String.valueOf(fault.getMessage()), fault);
    }
    for (String name : values.keySet()) {
      if (!unconstrained.containsKey(name)) {
        throw new Failed(
            "sample site '%s' has a value outside of its support".formatted(name), null);
      }
    }
    List<double[]> parts = unconstrained.values().stream().map(Tensors::values).toList();
    double[] u = Doubles.concat(parts.toArray(double[][]::new));
    double[] gradient = new double[u.length];
    double density = finite(known.applyAsDouble(u, gradient));
    int at = 0;
    for (Map.Entry<String, NDArray> site : unconstrained.entrySet()) {
      int size = (int) site.getValue().size();
      double[] slopes = Arrays.copyOfRange(gradient, at, at + size);
      boolean isSingle = site.getValue().getDataType() == DataType.FLOAT32;
      double[] squares =
          Arrays.stream(slopes).map(x -> isSingle ? (float) (x * x) : x * x).toArray();
      checkSlopes(site.getKey(), slopes, squares);
      at += size;
    }
    return density;
  }

  private static double finite(double density) {
    if (!Double.isFinite(density)) {
      throw new Failed("the log density of all sites together is " + density, null);
    }
    return density;
  }

  private static double number(NDArray x) {
    return Tensors.constant(x).orElseGet(() -> Tensors.values(x)[0]);
  }

  private void checkGradient(NDArray joint) {
    if (unconstrained.isEmpty()) {
      return;
    }
    // A flat density depends on no variable; with their sum it does.
    List<NDArray> variables = ImmutableList.copyOf(unconstrained.values());
    List<NDArray> terms = new ArrayList<>(List.of(joint));
    variables.forEach(u -> terms.add(Tensors.total(u)));
    List<NDArray> gradients = Autograd.grad(Tensors.addAll(terms), variables);
    int at = 0;
    for (String name : unconstrained.keySet()) {
      NDArray gradient = gradients.get(at++);
      checkSlopes(name, Tensors.values(gradient), Tensors.values(gradient.square()));
    }
  }

  /**
   * That a site's gradient is finite.
   *
   * @param squares of its slopes, since optimizers take them
   */
  private static void checkSlopes(String name, double[] slopes, double[] squares) {
    for (int i = 0; i < slopes.length; i++) {
      if (!Double.isFinite(squares[i])) {
        throw new Failed(
            "the log density has gradient %s in sample site '%s'".formatted(slopes[i], name), null);
      }
    }
  }
}
