package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A trained flow with the units of its data: what both kinds of density are made of. */
final class Fitted implements AutoCloseable {

  /** A flow for rows of {@code dim} columns and contexts of {@code contextDim}, 0 without. */
  @FunctionalInterface
  interface Flows {
    Flow of(int dim, int contextDim);
  }

  private final FlowModel model;
  private final Owner owner;
  private final DataUnits units;
  private final @Nullable DensityReport report;
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean open = true;

  Fitted(FlowModel model, Owner owner, DataUnits units, @Nullable DensityReport report) {
    this.model = model;
    this.owner = owner;
    this.units = units;
    this.report = report;
  }

  // --- training

  /** Trains on a part of the rows, and looks at the others. */
  static Fitted fit(
      Flows flows, Columns columns, Tables all, Training training, @Nullable NDManager manager) {
    int rows = all.rows();
    int wanted = (int) Math.max(1, Math.round(rows * training.validation()));
    checkArgument(
        rows - wanted >= 2,
        "%s has %s rows, %s of them for validation, but training needs at least 2 more; pass more"
            + " rows",
        all.y().name(),
        rows,
        wanted);
    DataUnits units = columns.units(flows, all, training);
    Split split =
        Split.of(
            all, wanted, Rng.of(training.config().seed(), Rng.Purpose.PLATE, 0, "density.split"));
    return fit(
        flows,
        columns.dequantisation(),
        units,
        all.view(split.others()),
        all.view(split.held()),
        training,
        manager);
  }

  /** Trains on rows, and looks at others. */
  static Fitted fit(
      Flows flows,
      Columns columns,
      Tables rows,
      Tables validation,
      Training training,
      @Nullable NDManager manager) {
    DataUnits units = columns.units(flows, rows, training);
    units.y().check(validation.y(), Columns.noise(training.config()));
    return fit(flows, columns.dequantisation(), units, rows, validation, training, manager);
  }

  private static Fitted fit(
      Flows flows,
      Dequantisation dequantisation,
      DataUnits units,
      Tables rows,
      Tables validation,
      Training training,
      @Nullable NDManager manager) {
    RunConfig config = training.config();
    int dim = units.y().freeDim();
    Flow flow = flows.of(dim, units.contextDim());
    Owner owner = Owner.of(manager, config.device());
    ParamStore params = new ParamStore(owner.manager(), config);
    try {
      FlowModel model = new FlowModel(flow, dequantisation.noise(units), dim, params, config);
      DensityReport report = null;
      for (Objective.Stage stage : training.objective().stages()) {
        report = new Trainer(model, rows, validation, units, stage.of(training), stage).train();
      }
      return new Fitted(model, owner, units, report);
    } catch (RuntimeException e) {
      params.close();
      owner.close();
      throw e;
    }
  }

  // --- what it knows

  private void checkOpen() {
    checkState(open, "density is used after it was closed; close it after its last use");
  }

  Optional<DensityReport> report() {
    checkOpen();
    return Optional.ofNullable(report);
  }

  ParamStore params() {
    checkOpen();
    return model.params();
  }

  int dim() {
    checkOpen();
    return units.y().columns();
  }

  int contextDim() {
    checkOpen();
    return units.contextDim();
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

  /** The log-density of each row (N), where {@code like} is and of its type. */
  NDArray logProb(Tables tables, NDArray like) {
    checkOpen();
    DataUnits.Standard standard = units.standard(tables);
    double[] logs = model.logProb(standard.tables());
    for (int i = 0; i < logs.length; i++) {
      logs[i] += standard.gain(i);
    }
    return Tensors.like(like, logs, new Shape(logs.length));
  }

  /** Noise of as many numbers as the flow makes, checked. */
  Table noise(NDArray array) {
    return Table.of("noise", array).width(model.dim()).finite();
  }

  /** The noise that makes each row, NaN of rows outside the support; as {@link #logProb}. */
  NDArray toNoise(Tables tables, NDArray like) {
    checkOpen();
    int width = model.dim();
    DataUnits.Standard standard = units.standard(tables);
    double[] noise = model.toNoise(standard.tables());
    for (int i = 0; i < tables.rows(); i++) {
      if (!Double.isFinite(standard.gain(i))) {
        Arrays.fill(noise, i * width, (i + 1) * width, Double.NaN);
      }
    }
    Shape shape = new Shape(tables.rows(), width);
    return Tensors.like(like, noise, shape);
  }

  /** The row that each noise makes (N, D), as {@link #logProb}. */
  NDArray fromNoise(Tables noise, NDArray like) {
    checkOpen();
    Table contexts = noise.x() == null ? null : units.contexts(noise.x());
    double[] made = model.fromNoise(new Tables(noise.y(), contexts));
    Table rows = units.y().original(new Table("rows", model.dim(), made), contexts);
    Shape shape = new Shape(noise.rows(), dim());
    return Tensors.like(like, rows.values(), shape);
  }

  /** The rows (N, D) with noise as in training, other in each call; as {@link #logProb}. */
  NDArray dequantised(Tables tables, NDArray like) {
    checkOpen();
    checkArgument(
        units.cells() == null || tables.contextDim() == units.contextDim(),
        "density has learned noise in the cells of rows given contexts of %s columns; pass these"
            + " too",
        units.contextDim());
    double[] values;
    if (units.cells() == null) {
      values = units.y().noisy(tables.y(), noise()).values();
    } else {
      Tables standard = units.dequantised(tables, noise()).tables();
      Table noisy = new Table("rows", model.dim(), model.noisy(standard));
      values = units.y().original(noisy, standard.x()).values();
    }
    return Tensors.like(like, values, like.getShape());
  }

  private Rng noise() {
    return Rng.of(
        model.config().seed(), Rng.Purpose.PREDICT, calls.getAndIncrement(), "density.noise");
  }

  /** Of each row's cell (N), the logarithm of the mean of so many draws; as {@link #logProb}. */
  NDArray cellLogProb(Tables tables, int draws, NDArray like) {
    checkOpen();
    checkArgument(
        draws >= 1, "density is asked for %s draws of noise, but needs at least 1", draws);
    double[] most = new double[tables.rows()];
    double[] sum = new double[tables.rows()];
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    for (int k = 0; k < draws; k++) {
      DataUnits.Standard standard = units.inCells(tables, noise());
      double[] logs = model.logProb(standard.tables());
      for (int i = 0; i < logs.length; i++) {
        double log = logs[i] + standard.gain(i);
        double max = Math.max(most[i], log);
        double shift = max == Double.NEGATIVE_INFINITY ? 0 : max;
        sum[i] = sum[i] * Math.exp(most[i] - shift) + Math.exp(log - shift);
        most[i] = max;
      }
    }
    Arrays.setAll(sum, i -> Math.log(sum[i] / draws) + (sum[i] > 0 ? most[i] : 0));
    return Tensors.like(like, sum, new Shape(sum.length));
  }

  /** The probability of less than each row (N), as {@link #logProb}. */
  NDArray cdf(Tables tables, NDArray like) {
    checkOneColumn();
    DataUnits.Standard standard = units.standard(tables);
    double[] probabilities = model.cdf(standard.tables());
    boolean rises = units.y().support().rises();
    double inside = units.y().original(new Table("inside", 1, new double[1]), null).number(0, 0);
    for (int i = 0; i < probabilities.length; i++) {
      if (standard.gain(i) == Double.NEGATIVE_INFINITY) {
        probabilities[i] = tables.y().number(i, 0) > inside ? 1 : 0;
      } else if (!rises) {
        probabilities[i] = 1 - probabilities[i];
      }
    }
    return Tensors.like(like, probabilities, new Shape(probabilities.length));
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
    double[] values = quantiles(probabilities);
    return Tensors.like(like, values, new Shape(values.length));
  }

  /** The same of probabilities that are checked. */
  double[] quantiles(Tables probabilities) {
    double[] levels = probabilities.y().values().clone();
    if (!units.y().support().rises()) {
      Arrays.setAll(levels, i -> 1 - levels[i]);
    }
    Table contexts = probabilities.x();
    Tables standard =
        new Tables(
            probabilities.y().with(levels), contexts == null ? null : units.contexts(contexts));
    return units
        .y()
        .original(new Table("quantile", 1, model.quantile(standard)), standard.x())
        .values();
  }

  private void checkOneColumn() {
    checkOpen();
    checkArgument(
        dim() == 1,
        "density is of rows of %s columns, but a cdf and quantiles are of one; learn the column"
            + " given the others",
        dim());
    checkArgument(
        !units.y().support().isMade(),
        "density is of '%s', of which no number is the first, so that there is no cdf",
        units.y().support());
  }

  /** Draws of shape {@code (batch, D)}, of as many contexts as the batch has elements. */
  NDArray sample(Shape batch, @Nullable Table contexts) {
    return sample(batch, contexts, calls.getAndIncrement());
  }

  /** As {@link #sample(Shape, Table)}; the same stream gives the same draws. */
  NDArray sample(Shape batch, @Nullable Table contexts, long stream) {
    return array(batch, draws(Math.toIntExact(batch.size()), contexts, stream, model.byFlow()));
  }

  /** As {@link #sample(Shape, Table)}, by a diffusion backwards in so many steps. */
  NDArray sampleBySde(Shape batch, @Nullable Table contexts, int steps) {
    int count = Math.toIntExact(batch.size());
    return array(batch, draws(count, contexts, calls.getAndIncrement(), model.bySde(steps)));
  }

  private NDArray array(Shape batch, Table drawn) {
    return owner.array(drawn.values(), batch.add(dim()), model.config().floatType());
  }

  /** So many draws, of as many contexts, other in each call. */
  Table draws(int count, @Nullable Table contexts) {
    return draws(count, contexts, calls.getAndIncrement(), model.byFlow());
  }

  private Table draws(int count, @Nullable Table contexts, long stream, FlowModel.Drawing drawing) {
    checkOpen();
    Table standard = contexts == null ? null : units.contexts(contexts);
    return units.y().original(model.sample(count, standard, stream, drawing), standard);
  }

  @Override
  public void close() {
    open = false;
    model.params().close();
    owner.close();
  }

  /** How far contexts are from those that were learned from, 1 being the limit. */
  double[] distances(Table contexts) {
    return units.distances(contexts);
  }

  void save(Path path) {
    checkOpen();
    DensityFile.write(path, model, units);
  }
}
