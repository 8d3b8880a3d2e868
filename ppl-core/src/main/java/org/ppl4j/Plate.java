package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Independent rows: the sites inside get a batch dim of the plate's size, and count size / batch
 * times when only a batch of the rows is seen.
 *
 * <p>A plate is the handler of the sites in it, from {@code p.plate(...)} to {@link #close()}. Use
 * it in try-with-resources; an execution that ends with an open plate throws.
 *
 * <pre>{@code
 * try (Plate rows = p.plate("rows", data.y().size(0), 64)) {
 *   p.observe("y", Normal.of(mean, 1), rows.take(data.y()));
 * }
 * }</pre>
 */
public final class Plate extends Handler.Frame implements AutoCloseable {

  private final @Nullable Ppl p;
  private final PlateSpec spec;
  private final int dim;
  private final double scale;
  private final boolean particles;
  private final @Nullable Plate first;
  private @Nullable NDArray indices;

  private Plate(
      @Nullable Ppl p, PlateSpec spec, int dim, boolean particles, @Nullable Plate first) {
    this.p = p;
    this.spec = spec;
    this.dim = dim;
    this.scale = (double) spec.size / spec.batch;
    this.particles = particles;
    this.first = first;
  }

  /** A plate at a dim of an execution; {@code first} is the one of this name that opened before. */
  static Plate of(Ppl p, PlateSpec spec, int dim, @Nullable Plate first) {
    return new Plate(p, spec, dim, false, first);
  }

  /**
   * The frame of {@code count} particles: everything inside happens that often at once, along a dim
   * left of all plates. Log probabilities are summed over the particles, not averaged.
   *
   * @param dim −P − 1 for programs whose plates reach dim −P
   */
  public static Handler.Frame particles(Ppl p, long count, int dim) {
    p.settling.hold(count);
    return new Plate(p, PlateSpec.of("particles", count).dim(dim), dim, true, null);
  }

  // --- what it is

  /** The name. */
  public String name() {
    return spec.name;
  }

  /** The batch dim, −1 or less. */
  public int dim() {
    return dim;
  }

  /** The number of all rows. */
  public long size() {
    return spec.size;
  }

  /** The number of rows that this execution sees. */
  public long batch() {
    return spec.batch;
  }

  /** Size / batch. */
  public double scale() {
    return scale;
  }

  /** How it opened. */
  public PlateSpec spec() {
    return spec;
  }

  /** Whether its rows are particles of one execution and not rows of data. */
  public boolean isParticles() {
    return particles;
  }

  /**
   * The rows that this execution sees, int64 {@code (batch)}; all in order if none were drawn.
   *
   * @throws IllegalStateException if the data were said to hold them already
   */
  public NDArray indices() {
    checkState(
        spec.rows != PlateSpec.Rows.GIVEN,
        "plate '%s' was given %s rows and does not know which; open it with indices instead",
        spec.name,
        spec.batch);
    if (first != null && spec.rows != PlateSpec.Rows.INDEXED) {
      return first.indices();
    }
    NDArray known = indices;
    if (known == null) {
      Run run = run();
      known =
          switch (spec.rows) {
            case DRAWN ->
                run.rng(Rng.Purpose.PLATE, spec.name)
                    .sample(run, Math.toIntExact(spec.size), Math.toIntExact(spec.batch));
            case INDEXED -> run.bind(java.util.Objects.requireNonNull(spec.indices));
            default -> run.arange(spec.size);
          };
      indices = known;
    }
    return known;
  }

  /**
   * The rows of {@code x} that this execution sees: {@code x} itself if it sees all, or if its data
   * were said to hold them already.
   *
   * @param x data or tensor {@code (size, *)}; {@code (batch, *)} for a plate that was given its
   *     rows
   * @return {@code (batch, *)}
   * @throws IllegalArgumentException if {@code x} has another number of rows
   */
  public NDArray take(NDArray x) {
    return take(x, 0);
  }

  /** As {@link #take(NDArray)}, of one number a row. */
  public NDArray take(double[] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of some numbers a row. */
  public NDArray take(double[][] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of one whole number a row. */
  public NDArray take(long[] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of one whole number a row. */
  public NDArray take(int[] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of one truth value a row. */
  public NDArray take(boolean[] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of some whole numbers a row. */
  public NDArray take(long[][] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of some whole numbers a row. */
  public NDArray take(int[][] x) {
    return take(PlainArrays.in(run(), x));
  }

  /** As {@link #take(NDArray)}, of some truth values a row. */
  public NDArray take(boolean[][] x) {
    return take(PlainArrays.in(run(), x));
  }

  /**
   * The rows of {@code x} along an axis, for the columns of a crossed plate.
   *
   * @param axis the axis of {@code x} along which the plate's rows lie; negative from the right
   * @throws IllegalArgumentException if {@code x} has another number of rows there
   * @throws IllegalStateException if the axis is counted from the left and {@code x} has extra dims
   *     there: particles, enumerated values or draws
   */
  public NDArray take(NDArray x, int axis) {
    NDArray bound = run().bind(x);
    Shape shape = bound.getShape();
    checkState(
        axis < 0 || !Tensors.hasParticles(bound),
        "plate '%s' is to take rows along axis %s, counted from the left, of a tensor with extra"
            + " left dims (shape %s): particles, enumerated values or draws stand there; count from"
            + " the right, as plate.take(x, -1)",
        spec.name,
        axis,
        shape);
    int at = axis < 0 ? axis + shape.dimension() : axis;
    checkArgument(
        at >= 0 && at < shape.dimension(),
        "plate '%s' cannot take rows along axis %s of an array of shape %s; pass an axis it has",
        spec.name,
        axis,
        shape);
    long wanted = spec.rows == PlateSpec.Rows.GIVEN ? spec.batch : spec.size;
    checkArgument(
        shape.get(at) == wanted,
        "plate '%s' has %s rows, but the array to take them from has %s (shape %s, axis %s);"
            + " open the plate with the array's size",
        spec.name,
        wanted,
        shape.get(at),
        shape,
        at);
    if (!hasChosenRows()) {
      return bound;
    }
    return Tensors.select(bound, indices(), at);
  }

  // --- the handler

  @Override
  protected void enter(SampleSite site) {
    site.enter(this);
  }

  @Override
  protected void leave(SampleSite site) {
    if (particles) {
      site.markParticles();
    }
  }

  /**
   * Ends the plate. A second call does nothing.
   *
   * @throws IllegalStateException if a plate or loop that opened inside is still open
   */
  @Override
  public void close() {
    owner().close(this);
  }

  // --- inside

  /** That of a saved trace. */
  static Plate saved(PlateSpec spec, boolean particles, @Nullable NDArray indices) {
    Plate plate = new Plate(null, spec, spec.dim(), particles, null);
    plate.indices = indices;
    return plate;
  }

  Plate detached(NDManager manager) {
    Plate copy = new Plate(null, spec, dim, particles, null);
    if (hasChosenRows()) {
      copy.indices = Tensors.copy(indices(), manager);
    }
    return copy;
  }

  /** Whether it sees other rows than all in their order. */
  boolean hasChosenRows() {
    return spec.rows == PlateSpec.Rows.DRAWN || spec.rows == PlateSpec.Rows.INDEXED;
  }

  private Run run() {
    return owner().run();
  }

  private Ppl owner() {
    checkState(
        p != null, "plate '%s' is of a detached trace and has no execution any more", spec.name);
    return p;
  }

  /** The name, rows and dim, e.g. {@code rows[64 of 919] at -1}. */
  @Override
  public String toString() {
    String rows = spec.batch == spec.size ? "" + spec.size : spec.batch + " of " + spec.size;
    return spec.name + "[" + rows + "] at " + dim;
  }
}
