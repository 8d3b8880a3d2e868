package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.TraceChoices;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The distribution of a discrete site of a {@link LogDensity} in each of its rows, given all other
 * sites but those that are summed out, among some of its values:
 *
 * <pre>{@code
 * P(z_r = k) ∝ ∏ p(site | z_r = k)   over the sites that depend on z
 * }</pre>
 *
 * <p>The site takes all these values at once, in hidden dims, so that what depends on it is known,
 * and all rows are worked out together. Where rows depend on each other {@linkplain #whyOneByOne
 * one} is changed after the other, and the log density evaluated at each value.
 */
public final class FullConditional {

  /** So many numbers all values of all rows may be; beyond, a few around the row's own are. */
  private static final int MOST = 10_000;

  /** So many values of a site with few rows. */
  private static final int FEW = 256;

  /** So many values there are around a row's own. */
  private static final int WINDOW = 8;

  private final LogDensity<?> density;
  private final Offer offer;
  private final @Nullable VectorFunction together;
  private final Optional<String> whyOneByOne;

  private FullConditional(
      LogDensity<?> density,
      Offer offer,
      @Nullable VectorFunction together,
      Optional<String> whyOneByOne) {
    this.density = density;
    this.offer = offer;
    this.together = together;
    this.whyOneByOne = whyOneByOne;
  }

  /** What executes a log density's program. */
  @FunctionalInterface
  interface Executed {

    /** In a run. */
    RunDensity<?> in(Run run);
  }

  /** Makes functions of vectors that run a log density's program. */
  @FunctionalInterface
  interface Functions {

    /** Named, with first arguments. */
    VectorFunction of(String name, VectorFunction.Given function, double[] at, double[] given);
  }

  /**
   * That of a site.
   *
   * @param from the place of its first number in vectors
   * @param start a vector of finite density
   * @param run without checks
   * @param executed the program
   * @param functions makes functions that run the program
   */
  static FullConditional of(
      LogDensity<?> density,
      LatentSite site,
      int from,
      double[] start,
      Run run,
      Executed executed,
      Functions functions) {
    double[] support = run.withoutGradients(() -> support(executed.in(run), site, start));
    Offer offer = new Offer(site, from, support, start.length);
    double[] given = offer.given(start);
    Optional<String> why =
        run.withoutGradients(() -> offer.whyOneByOne(executed.in(run), start, given));
    VectorFunction together =
        why.isPresent()
            ? null
            : functions.of(
                "the conditional of '" + site.name() + "'",
                (inRun, moved, values) -> offer.logTotal(executed.in(inRun), moved, values),
                new double[offer.count() * offer.rows()],
                given);
    return new FullConditional(density, offer, together, why);
  }

  /** All values (K, event) if they stay the same and are few enough; null if not. */
  private static double @Nullable [] support(
      RunDensity<?> density, LatentSite site, double[] start) {
    NDArray z = density.run().create(start, new Shape(start.length));
    Distribution distribution = density.summed(z).site(site.name()).distribution();
    if (!distribution.support().isFixed()) {
      return null;
    }
    Optional<NDArray> all = SumOut.values(distribution);
    if (all.isEmpty()) {
      return null;
    }
    NDArray values = all.orElseThrow();
    long most = values.getShape().get(0);
    boolean isSmall = most <= FEW || most * site.batch().size() <= MOST;
    return isSmall || site.event().dimension() > 0 ? Tensors.values(values) : null;
  }

  /** A site that takes some values at once. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Offer(LatentSite site, int from, double @Nullable [] support, int length) {

    int count() {
      return support == null ? WINDOW : support.length / event();
    }

    int rows() {
      return Math.toIntExact(site.batch().size());
    }

    int event() {
      return Math.toIntExact(site.event().size());
    }

    /** A vector, and values around each row's own if it is these that are offered. */
    double[] given(double[] vector) {
      if (support != null) {
        return vector;
      }
      int rows = rows();
      double[] given = Arrays.copyOf(vector, length + WINDOW * rows);
      for (int i = 0; i < WINDOW * rows; i++) {
        given[length + i] = vector[from + i % rows] + Math.floorDiv(i, rows);
      }
      return given;
    }

    /** Why its rows cannot be worked out together; empty if they can. */
    Optional<String> whyOneByOne(RunDensity<?> density, double[] vector, double[] given) {
      if (support == null && site.event().dimension() > 0) {
        return Optional.of("its values are vectors without end");
      }
      Run run = density.run();
      try {
        NDArray z = run.create(vector, new Shape(length));
        Trace trace = offered(density, run.create(given, new Shape(given.length))).trace();
        TraceChoices choices = TraceChoices.of(run, trace);
        NDArray zeros = run.zeros(Shapes.concat(new Shape(count()), site.batch()));
        NDArray unused = choices.logTotal(site.name(), zeros);
        if (rows() > 1) {
          choices.check(each -> density.summed(z, trace, each));
          checkArgument(
              choices.isRowByRow(site.name()),
              "its rows depend on each other by a site that is summed out");
        }
        return Optional.empty();
      } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }

    /** The logarithm of the sum over its values, where their log probabilities are moved. */
    NDArray logTotal(RunDensity<?> density, NDArray moved, NDArray given) {
      Offered offered = offered(density, given);
      NDArray each = Tensors.reshape(moved, Shapes.concat(new Shape(count()), site.batch()));
      NDArray possible = offered.isPossible();
      NDArray counted =
          possible == null ? each : Tensors.where(possible, each, Double.NEGATIVE_INFINITY);
      TraceChoices choices = TraceChoices.of(density.run(), offered.trace());
      return Tensors.total(choices.logTotal(site.name(), counted));
    }

    private Offered offered(RunDensity<?> density, NDArray given) {
      if (support != null) {
        Handler all = offering(met -> SumOut.values(met.distribution()).orElseThrow());
        return new Offered(density.summed(given, all), null);
      }
      Shape shape = Shapes.concat(new Shape(WINDOW), site.batch());
      NDArray z = Tensors.range(given, -1, 0, length);
      NDArray own = typed(Tensors.range(z, -1, from, from + site.size()), site.batch());
      NDArray around = typed(Tensors.range(given, -1, length, length + shape.size()), shape);
      AtomicReference<@Nullable NDArray> possible = new AtomicReference<>();
      Handler some =
          offering(
              met -> {
                NDArray inside = met.distribution().support().check(around);
                possible.set(inside);
                return Tensors.where(inside, around, own)
                    .broadcast(shape); // twice, where it is not
              });
      Trace trace = density.summed(z, some);
      return new Offered(trace, possible.get());
    }

    private NDArray typed(NDArray x, Shape shape) {
      NDArray shaped = Tensors.reshape(x, shape);
      return site.isInt64() ? Tensors.cast(shaped, DataType.INT64) : shaped;
    }

    private Handler offering(Function<SampleSite, NDArray> values) {
      return p ->
          new Handler.Frame() {
            @Override
            protected void enter(SampleSite met) {
              if (met.isLatent() && met.name().equals(site.name())) {
                met.enumerate(values.apply(met));
              }
            }
          };
    }
  }

  /**
   * A program's execution.
   *
   * @param isPossible {@code (K, batch)}: which values the support holds; null: all
   */
  private record Offered(Trace trace, @Nullable NDArray isPossible) {}

  // --- what it is of

  /** The site. */
  public String name() {
    return offer.site().name();
  }

  /** The place of its first number in vectors. */
  public int from() {
    return offer.from();
  }

  /** In how many rows it is drawn. */
  public int rows() {
    return offer.rows();
  }

  /** How many numbers it has in each. */
  public int event() {
    return offer.event();
  }

  /** K, among how many values a row chooses. */
  public int count() {
    return offer.count();
  }

  /** All values of its support, each (event); none if they are too many, or have no end. */
  public List<double[]> support() {
    double[] all = offer.support();
    List<double[]> values = new ArrayList<>();
    for (int k = 0; all != null && k < count(); k++) {
      values.add(Arrays.copyOfRange(all, k * event(), (k + 1) * event()));
    }
    return values;
  }

  /** Why rows are changed one after the other; empty if they are at once. */
  public Optional<String> whyOneByOne() {
    return whyOneByOne;
  }

  // --- probabilities

  /**
   * The probabilities of all values in all rows.
   *
   * @param vector of the log density
   * @param around values of each row's own (K, rows); none if the support is known
   * @return (K, rows)
   */
  public double[] together(double[] vector, double[] around) {
    VectorFunction function = requireNonNull(together);
    double[] given = Arrays.copyOf(vector, vector.length + around.length);
    System.arraycopy(around, 0, given, vector.length, around.length);
    double[] probabilities = new double[count() * rows()];
    double unused = function.evaluate(new double[probabilities.length], given, probabilities);
    return probabilities;
  }

  /**
   * The probabilities of some values of a part of the vector, by the log density of each.
   *
   * @param vector of the log density, which is changed
   * @param at where in it the part begins
   * @param values each of as many numbers
   */
  public double[] alone(double[] vector, int at, List<double[]> values) {
    double[] logs = new double[values.size()];
    double[] gradient = new double[density.size()];
    for (int k = 0; k < logs.length; k++) {
      System.arraycopy(values.get(k), 0, vector, at, values.get(k).length);
      double log = density.evaluateOrNaN(vector, gradient);
      logs[k] = Double.isNaN(log) ? Double.NEGATIVE_INFINITY : log;
    }
    double most = Arrays.stream(logs).max().orElseThrow();
    double sum = Arrays.stream(logs).map(log -> Math.exp(log - most)).sum();
    return Arrays.stream(logs).map(log -> Math.exp(log - most) / sum).toArray();
  }
}
