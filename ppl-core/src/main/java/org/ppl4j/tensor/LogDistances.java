package org.ppl4j.tensor;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Supplier;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * The logarithms of how far the elements of a tensor are from a number, where the tensor's float
 * type may be too narrow to tell: a draw of Gamma(0.01, 1) is below 1e-308 as often as not, and one
 * of Beta(1, 0.01) as often as not nearer to 1 than 1e-16.
 *
 * <p>A tensor made by {@link #exp}, {@link #sigmoid} or {@link #carried} is the nearest number of
 * its float type, never the end itself and never infinite, and carries the logarithms of its
 * distances from 0, from 1 or from what is given, so that a density is exact where the number is
 * not. So do the results of the operations sigmoid and softmax, which round to 0 and 1 as ever: a
 * probability that a network gives keeps its logarithm where the function saturates.
 *
 * <p>What takes elements of a tensor (a reshaping, a part, {@code where}, {@code stopGradient}) and
 * {@link #affine} keep the logarithms; other arithmetic does not. The gradient of a carried
 * logarithm goes to what it was computed from.
 */
public final class LogDistances {

  private final ImmutableList<Entry> entries;

  /** log |x − point| of a tensor x. */
  private record Entry(NDArray point, Logarithm log) {

    static Entry of(NDArray point, Supplier<NDArray> log) {
      return new Entry(point, new Logarithm(log));
    }

    NDArray logarithm() {
      return log.get();
    }

    Entry with(UnaryOperator<NDArray> operator) {
      return of(point, () -> operator.apply(logarithm()));
    }

    /**
     * That of what an operation takes of a tensor of this shape. What its point carries itself is
     * left: it may be the value before, whose point is the one before that.
     */
    Entry taken(UnaryOperator<NDArray> operator, Shape shape) {
      NDArray moved =
          Tensors.constant(point).isPresent()
              ? point
              : operator.apply(withoutAny(point).broadcast(shape));
      return of(moved, () -> operator.apply(logarithm()));
    }
  }

  /**
   * What is made when it is first asked for, and kept unless that was without gradients or in a
   * part that is freed: whoever asks later needs both.
   */
  private static final class Logarithm {

    private final Supplier<NDArray> make;
    private @Nullable NDArray made;

    Logarithm(Supplier<NDArray> make) {
      this.make = make;
    }

    NDArray get() {
      if (made != null) {
        return made;
      }
      NDArray value = requireNonNull(make.get());
      Run run = ((RunArray) value).run();
      if (run == null || run.isRecording() && !run.owned().isInPart()) {
        made = value;
      }
      return value;
    }
  }

  private LogDistances(ImmutableList<Entry> entries) {
    this.entries = entries;
  }

  // --- tensors that carry logarithms

  /**
   * {@code exp(log)}, from the smallest normal number of the float type to its inverse, with the
   * distance from 0. Its derivative is itself, beyond these ends too.
   */
  public static NDArray exp(NDArray log) {
    return exp(log, 0);
  }

  /** The same, kept by the factor {@code exp(margin)} farther from the ends of the float type. */
  public static NDArray exp(NDArray log, double margin) {
    NDArray range = Tensors.number(Tensors.run(log).floatType().logRange() - margin);
    RunArray y = (RunArray) expWithin(log, range);
    return carried(y.exponentialOf((RunArray) log, 0), 0, () -> log);
  }

  /** {@code exp(x)} with x kept within a range about 0. */
  static NDArray expWithin(NDArray x, NDArray range) {
    return Operations.apply(Op.EXP_WITHIN, (RunArray) x, (RunArray) range);
  }

  /**
   * {@code 1 / (1 + exp(-logit))}, strictly between 0 and 1, with the distances from both.
   *
   * @param logit the log-odds
   */
  public static NDArray sigmoid(NDArray logit) {
    return unit(
        Special.sigmoid(logit),
        () -> Special.logSigmoid(logit),
        () -> Special.logSigmoid(logit.neg()));
  }

  /**
   * A number of the unit interval, kept strictly inside, with the distances from both ends.
   *
   * @param log gives log x
   * @param logRest gives log(1 − x)
   */
  public static NDArray unit(NDArray x, Supplier<NDArray> log, Supplier<NDArray> logRest) {
    FloatType type = Tensors.run(x).floatType();
    NDArray inside = x.maximum(Math.exp(-type.logRange())).minimum(1 - type.gapBelowOne());
    return carried(carried(inside, 0, log), 1, logRest);
  }

  /**
   * A tensor that also carries {@code log |x − point|}.
   *
   * @param point broadcasts against x
   * @param log gives the logarithm, of the shape of x; called once, or again where it was asked for
   *     without gradients before
   */
  public static NDArray carried(NDArray x, NDArray point, Supplier<NDArray> log) {
    RunArray tensor = (RunArray) x;
    LogDistances known = tensor.distances();
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    if (known != null) {
      entries.addAll(known.entries);
    }
    entries.add(Entry.of(point, log));
    return tensor.carrying(new LogDistances(entries.build()));
  }

  /** As {@link #carried(NDArray, NDArray, Supplier)}. */
  public static NDArray carried(NDArray x, double point, Supplier<NDArray> log) {
    return carried(x, Tensors.number(point), log);
  }

  /** {@code log(x / y)} of positive numbers, exact where they are close. */
  public static NDArray ratio(NDArray x, NDArray y) {
    return areKnown(x) ? of(x, 0).sub(y.log()) : Special.logRatio(x, y);
  }

  /** {@code loc + scale · x}, with the distances that x carries moved likewise. */
  public static NDArray affine(NDArray x, NDArray loc, NDArray scale) {
    NDArray y = x.mul(scale).add(loc);
    LogDistances known = carriedBy(x);
    if (known == null) {
      return y;
    }
    LogDistances moved =
        known.each(
            entry ->
                Entry.of(
                    moved(entry.point, loc, scale),
                    () -> entry.logarithm().add(scale.abs().log())));
    return ((RunArray) y).carrying(moved);
  }

  /**
   * {@code (y − loc) / scale}, with the distances from 0 and 1 that follow from those which y
   * carries, and above 0 or below 1 where y was rounded to the end: the inverse of {@link #affine}.
   */
  public static NDArray standardised(NDArray y, NDArray loc, NDArray scale) {
    NDArray x = y.sub(loc).div(scale);
    if (!areKnown(y)) {
      return x;
    }
    for (int end = 0; end <= 1; end++) {
      NDArray known = find(y, moved(Tensors.number(end), loc, scale));
      if (known != null) {
        NDArray log = known.sub(scale.abs().log());
        FloatType type = Tensors.run(y).floatType();
        NDArray inside =
            end == 0
                ? expWithin(log, Tensors.number(type.logRange()))
                : Tensors.number(1 - type.gapBelowOne());
        LogDistances before = carriedBy(x);
        RunArray kept = (RunArray) Tensors.where(x.eq(end), inside, x);
        x = carried(before == null ? kept : kept.carrying(before), end, () -> log);
      }
    }
    return x;
  }

  /** As {@link Tensors#withDerivative}, with the distances that x carries moved likewise. */
  public static NDArray withDerivative(NDArray value, NDArray x, NDArray logDerivative) {
    NDArray result = Tensors.withDerivative(value, x, logDerivative.exp());
    LogDistances known = carriedBy(value);
    if (known == null) {
      return result;
    }
    LogDistances moved =
        known.each(
            entry ->
                entry.with(
                    log -> {
                      NDArray side = value.sub(entry.point).sign();
                      NDArray slope = logDerivative.sub(log).exp().mul(side);
                      return Tensors.withDerivative(log, x, slope);
                    }));
    return ((RunArray) result).carrying(moved);
  }

  private static NDArray moved(NDArray point, NDArray loc, NDArray scale) {
    OptionalDouble number = Tensors.constant(point);
    if (number.isPresent() && number.getAsDouble() == 0) {
      return loc;
    }
    return point.mul(scale).add(loc);
  }

  // --- what they carry

  /** Whether x carries a distance. */
  public static boolean areKnown(NDArray x) {
    return carriedBy(x) != null;
  }

  private static NDArray withoutAny(NDArray x) {
    return areKnown(x) ? ((RunArray) x).carrying(null) : x;
  }

  private static @Nullable LogDistances carriedBy(NDArray x) {
    return x instanceof RunArray tensor ? tensor.distances() : null;
  }

  /** {@code log |x − point|}: the one that x carries, or else computed from its elements. */
  public static NDArray of(NDArray x, NDArray point) {
    NDArray known = find(x, point);
    return known == null ? computed(x, point) : known;
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static NDArray of(NDArray x, double point) {
    return of(x, Tensors.number(point));
  }

  private static NDArray computed(NDArray x, NDArray point) {
    OptionalDouble number = Tensors.constant(point);
    if (number.isPresent() && number.getAsDouble() == 0) {
      return x.log();
    }
    return number.isPresent() && number.getAsDouble() == 1
        ? Special.log1p(x.neg())
        : x.sub(point).abs().log();
  }

  private static @Nullable NDArray find(NDArray x, NDArray point) {
    LogDistances known = carriedBy(x);
    if (known == null) {
      return null;
    }
    OptionalDouble number = Tensors.constant(point);
    NDArray found = null;
    for (Entry entry : known.entries) {
      OptionalDouble own = Tensors.constant(entry.point);
      if (entry.point == point || (number.isPresent() && number.equals(own))) {
        return entry.logarithm();
      }
      if (number.isEmpty() || own.isEmpty()) {
        NDArray other = found == null ? computed(x, point) : found;
        found = whereEqual(entry, point, x, other);
      }
    }
    return found;
  }

  /** What an entry says where its point has the value of another, which has its own gradient. */
  private static NDArray whereEqual(Entry entry, NDArray point, NDArray x, NDArray other) {
    NDArray equal = x.zerosLike().add(entry.point).eq(point);
    NDArray log = entry.logarithm();
    NDArray range = Tensors.number(Tensors.run(x).floatType().logRange());
    NDArray slope = expWithin(log.neg(), range).mul(x.sub(point).sign());
    NDArray moved = entry.point.sub(point).mul(slope.stopGradient()).add(log);
    return Tensors.where(equal, moved, Tensors.where(equal, log.stopGradient(), other));
  }

  // --- what keeps them

  /** Those of the result of an operation; null if it carries none. */
  static @Nullable LogDistances of(Op op, Attributes attributes, RunArray... in) {
    if (op == Op.WHERE) {
      return chosen(in);
    }
    if (op == Op.SIGMOID) {
      return ofSigmoid(in[0]);
    }
    if (op == Op.SOFTMAX) {
      return ofSoftmax(attributes, in[0]);
    }
    LogDistances known = in[0].distances();
    if (known == null || !(op.takesParts() || op == Op.STOP_GRADIENT)) {
      return null;
    }
    UnaryOperator<NDArray> operator =
        x -> {
          RunArray[] operands = in.clone();
          operands[0] = ((RunArray) x).in(in[0].requireRun());
          return Operations.apply(op, attributes, operands);
        };
    Shape shape = in[0].getShape();
    return known.each(entry -> entry.taken(operator, shape));
  }

  /** From both ends, however near to one of them the sigmoid of x rounds. */
  private static LogDistances ofSigmoid(RunArray x) {
    return new LogDistances(
        ImmutableList.of(
            Entry.of(Tensors.number(0), () -> Special.logSigmoid(x)),
            Entry.of(Tensors.number(1), () -> Special.logSigmoid(x.neg()))));
  }

  /** From 0, however near to it the softmax of x rounds. */
  private static LogDistances ofSoftmax(Attributes axis, RunArray x) {
    return new LogDistances(
        ImmutableList.of(
            Entry.of(Tensors.number(0), () -> Operations.apply(Op.LOG_SOFTMAX, axis, x))));
  }

  private static @Nullable LogDistances chosen(RunArray[] in) {
    boolean first = in[1].distances() != null;
    if (!first && in[2].distances() == null) {
      return null;
    }
    RunArray carrier = first ? in[1] : in[2];
    RunArray other = first ? in[2] : in[1];
    return requireNonNull(carrier.distances())
        .each(
            entry ->
                entry.with(
                    log -> {
                      NDArray away = LogDistances.of(other, entry.point);
                      return Tensors.where(in[0], first ? log : away, first ? away : log);
                    }));
  }

  LogDistances withParticles() {
    return mapped(Tensors::particles);
  }

  /** The distances as a function makes them of these, which are its own for each. */
  LogDistances mapped(UnaryOperator<NDArray> function) {
    return each(entry -> entry.with(function));
  }

  private LogDistances each(UnaryOperator<Entry> operator) {
    return new LogDistances(
        entries.stream().map(operator).collect(ImmutableList.toImmutableList()));
  }

  // --- beyond the run

  /** A copy of a tensor that outlives its run, with what it carries or was rounded from. */
  public static final class Kept {

    private final NDArray array;
    private final ImmutableList<Distance> distances;
    private final @Nullable Kept relaxed;

    /** Plain arrays but for a point that is a number. */
    private record Distance(NDArray point, NDArray log) {}

    private Kept(NDArray array, ImmutableList<Distance> distances, @Nullable Kept relaxed) {
      this.array = array;
      this.distances = distances;
      this.relaxed = relaxed;
    }

    /** A copy on the caller's manager. */
    public static Kept of(NDArray x, NDManager manager) {
      return of(x, array -> Tensors.copy(array, manager));
    }

    /** A copy that nobody owns. */
    public static Kept plain(NDArray x) {
      return of(x, Kept::plainCopy);
    }

    private static Kept of(NDArray x, UnaryOperator<NDArray> copy) {
      LogDistances known = carriedBy(x);
      ImmutableList.Builder<Distance> distances = ImmutableList.builder();
      for (Entry entry : known == null ? ImmutableList.<Entry>of() : known.entries) {
        OptionalDouble number = Tensors.constant(entry.point);
        NDArray point =
            number.isPresent() ? Tensors.number(number.getAsDouble()) : copy.apply(entry.point);
        distances.add(new Distance(point, copy.apply(entry.logarithm())));
      }
      NDArray soft = Tensors.relaxed(x);
      return new Kept(copy.apply(x), distances.build(), soft == x ? null : of(soft, copy));
    }

    private static NDArray plainCopy(NDArray x) {
      DataType type = x.getDataType();
      DataType wide =
          type.isFloating()
              ? DataType.FLOAT64
              : type == DataType.BOOLEAN ? DataType.BOOLEAN : DataType.INT64;
      return Tensors.array(Tensors.values(x), x.getShape(), wide);
    }

    /**
     * One of these, as {@link #arrays} and {@link #relaxed} had them.
     *
     * @param arrays plain ones, the copy and then a point and a logarithm for each distance
     */
    public static Kept of(List<NDArray> arrays, @Nullable Kept relaxed) {
      ImmutableList.Builder<Distance> distances = ImmutableList.builder();
      for (int i = 1; i < arrays.size(); i += 2) {
        distances.add(new Distance(arrays.get(i), arrays.get(i + 1)));
      }
      return new Kept(arrays.get(0), distances.build(), relaxed);
    }

    /** The copy, and a point and a logarithm for each distance. */
    public ImmutableList<NDArray> arrays() {
      ImmutableList.Builder<NDArray> arrays = ImmutableList.<NDArray>builder().add(array);
      distances.forEach(distance -> arrays.add(distance.point).add(distance.log));
      return arrays.build();
    }

    /** What it was rounded from; null if it was not. */
    public @Nullable Kept relaxed() {
      return relaxed;
    }

    /** The copy itself, a plain array. */
    public NDArray array() {
      return array;
    }

    /** The copy as a tensor of a run, which carries what the first tensor did. */
    public NDArray in(Run run) {
      RunArray bound = (RunArray) run.bind(array);
      if (relaxed != null) {
        return bound.roundedFrom((RunArray) relaxed.in(run));
      }
      if (distances.isEmpty()) {
        return bound;
      }
      ImmutableList.Builder<Entry> entries = ImmutableList.builder();
      for (Distance kept : distances) {
        entries.add(Entry.of(run.bind(kept.point), () -> run.bind(kept.log)));
      }
      return bound.carrying(new LogDistances(entries.build()));
    }
  }
}
