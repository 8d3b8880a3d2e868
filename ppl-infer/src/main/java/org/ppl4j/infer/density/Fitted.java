package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.TensorFile;

/** A trained flow with the units of its data: what both kinds of density are made of. */
final class Fitted implements AutoCloseable {

  /** A flow for rows of {@code dim} columns and contexts of {@code contextDim}, 0 without. */
  @FunctionalInterface
  interface Flows {
    Flow of(int dim, int contextDim);
  }

  private final FlowModel model;
  private final NDManager manager;
  private final Standardisation y;
  private final @Nullable Standardisation x;
  private final @Nullable DensityReport report;
  private final AtomicLong calls = new AtomicLong();

  private Fitted(
      FlowModel model,
      NDManager manager,
      Standardisation y,
      @Nullable Standardisation x,
      @Nullable DensityReport report) {
    this.model = model;
    this.manager = manager;
    this.y = y;
    this.x = x;
    this.report = report;
  }

  // --- training

  /** Trains on a part of the rows, and looks at the others. */
  static Fitted fit(Flows flows, Tables all, Training training, NDManager manager) {
    int rows = all.rows();
    int held = (int) Math.max(1, Math.round(rows * training.validation()));
    checkArgument(
        rows - held >= 2,
        "%s has %s rows, %s of them for validation, but training needs at least 2 more; pass more"
            + " rows",
        all.y().name(),
        rows,
        held);
    long[] order =
        Rng.of(training.config().seed(), Rng.Purpose.PLATE, 0, "density.split").permutation(rows);
    return fit(flows, all.take(order, held, rows), all.take(order, 0, held), training, manager);
  }

  /** Trains on rows, and looks at others. */
  static Fitted fit(
      Flows flows, Tables rows, Tables validation, Training training, NDManager manager) {
    Standardisation y = Standardisation.of(rows.y());
    Standardisation x = rows.x() == null ? null : Standardisation.of(rows.x());
    RunConfig config = training.config();
    int dim = rows.y().columns();
    Flow flow = flows.of(dim, rows.contextDim());
    ParamStore params = new ParamStore(manager, config);
    try {
      FlowModel model = new FlowModel(flow, dim, params, config);
      DensityReport report =
          new Trainer(
                  model, standard(rows, y, x), standard(validation, y, x), y.logScale(), training)
              .train();
      return new Fitted(model, manager, y, x, report);
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }

  // --- what it knows

  Optional<DensityReport> report() {
    return Optional.ofNullable(report);
  }

  ParamStore params() {
    return model.params();
  }

  int dim() {
    return model.dim();
  }

  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** The rows of an array, checked. */
  Table rows(NDArray array) {
    return Table.of("y", array).width(dim());
  }

  /** The contexts of an array, checked. */
  Table contexts(NDArray array) {
    return Table.of("x", array).width(contextDim()).finite();
  }

  /** Rows and contexts, of which either may be one for all of the other. */
  static Tables matched(Table rows, Table contexts) {
    if (contexts.rows() == 1) {
      return new Tables(rows, contexts.repeated(rows.rows()));
    }
    return new Tables(rows.rows() == 1 ? rows.repeated(contexts.rows()) : rows, contexts);
  }

  private static Tables standard(Tables tables, Standardisation y, @Nullable Standardisation x) {
    return new Tables(
        y.apply(tables.y()), tables.x() == null || x == null ? null : x.apply(tables.x()));
  }

  /** The log-density of each row (N), on the manager of {@code like} and of its type. */
  NDArray logProb(Tables tables, NDArray like) {
    double[] logs = model.logProb(standard(tables, y, x));
    double logScale = y.logScale();
    for (int i = 0; i < logs.length; i++) {
      logs[i] -= logScale;
    }
    return array(logs, new Shape(logs.length), like.getDataType(), like.getManager());
  }

  /** The probability of less than each row (N), as {@link #logProb}. */
  NDArray cdf(Tables tables, NDArray like) {
    checkOneColumn();
    double[] probabilities = model.cdf(standard(tables, y, x));
    return array(
        probabilities, new Shape(probabilities.length), like.getDataType(), like.getManager());
  }

  /**
   * What is greater than a row with each probability (N), as {@link #logProb}.
   *
   * @param probabilities their {@code y} is of one column
   */
  NDArray quantile(Tables probabilities, NDArray like) {
    checkOneColumn();
    for (double p : probabilities.y().values()) {
      checkArgument(p >= 0 && p <= 1, "density has no quantile of probability %s; pass 0 to 1", p);
    }
    Table contexts = probabilities.x();
    Tables standard =
        new Tables(probabilities.y(), contexts == null || x == null ? null : x.apply(contexts));
    double[] values = y.invert(new Table("quantile", 1, model.quantile(standard))).values();
    return array(values, new Shape(values.length), like.getDataType(), like.getManager());
  }

  private void checkOneColumn() {
    checkArgument(
        dim() == 1,
        "density is of rows of %s columns, but a cdf and quantiles are of one; learn the column"
            + " given the others",
        dim());
  }

  /** Draws of shape {@code (batch, D)}, of as many contexts as the batch has elements. */
  NDArray sample(Shape batch, @Nullable Table contexts) {
    return sample(batch, contexts, calls.getAndIncrement());
  }

  /** As {@link #sample(Shape, Table)}; the same stream gives the same draws. */
  NDArray sample(Shape batch, @Nullable Table contexts, long stream) {
    Table standard = contexts == null || x == null ? null : x.apply(contexts);
    int count = Math.toIntExact(batch.size());
    Table drawn = y.invert(model.sample(count, standard, stream));
    return array(drawn.values(), batch.add(dim()), model.config().floatType().dataType(), manager);
  }

  private static NDArray array(double[] values, Shape shape, DataType type, NDManager manager) {
    return type == DataType.FLOAT32
        ? manager.create(Floats.toArray(Doubles.asList(values)), shape)
        : manager.create(values, shape);
  }

  @Override
  public void close() {
    model.params().close();
  }

  // --- files

  private static final String DIMS = "density.dims";

  void save(Path path) {
    TensorFile.Builder file = TensorFile.builder();
    model.params().write(file);
    file.put(DIMS, dim() + " " + contextDim());
    y.write(file, "density/y");
    if (x != null) {
      x.write(file, "density/x");
    }
    file.write(path);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param conditional whether it must have contexts
   */
  static Fitted load(Flows flows, NDManager manager, Path path, boolean conditional) {
    TensorFile file = TensorFile.read(path);
    int[] dims = dims(file, conditional);
    RunConfig config = config(file);
    Standardisation y = Standardisation.read(file, "density/y", dims[0]);
    Standardisation x = conditional ? Standardisation.read(file, "density/x", dims[1]) : null;
    ParamStore params = new ParamStore(manager, config);
    try {
      FlowModel model = new FlowModel(flows.of(dims[0], dims[1]), dims[0], params, config);
      model.create(dims[1]);
      params.reading(file).run();
      return new Fitted(model, manager, y, x, null);
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }

  private static RunConfig config(TensorFile file) {
    try (NDManager own = NDManager.newBaseManager();
        ParamStore saved = new ParamStore(own)) {
      saved.reading(file).run();
      return saved.config().orElseThrow();
    }
  }

  private static int[] dims(TensorFile file, boolean conditional) {
    String text = file.text(DIMS);
    checkArgument(
        text != null && text.matches("[1-9][0-9]{0,8} (0|[1-9][0-9]{0,8})"),
        "%s has '%s' for '%s', which no density has; pass a file that a density's save wrote",
        file,
        text,
        DIMS);
    int[] dims = Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    checkArgument(
        conditional == dims[1] > 0,
        "%s has a density %s contexts; load it as the other kind",
        file,
        dims[1] > 0 ? "with" : "without");
    return dims;
  }
}
