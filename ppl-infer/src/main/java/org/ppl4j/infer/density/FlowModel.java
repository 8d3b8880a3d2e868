package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.StoredMap;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Transform;

/**
 * A flow as a program on tables in standard units: what training, densities and samples have in
 * common.
 *
 * @param flow from noise to rows
 * @param noise in the cells of rows; null if they come with it, or need none
 * @param dim how many columns a row has
 * @param params where the flow's tensors live
 * @param config of all runs
 * @param spread the deviation of the flow's noise, 1 in training
 */
record FlowModel(
    Flow flow,
    @Nullable CellNoise noise,
    int dim,
    ParamStore params,
    RunConfig config,
    double spread)
    implements StandardDistribution {

  private static final String SITE = "y";

  /** What it is recorded at: probabilities too. */
  private static final double FIRST = 0.25;

  private static final double SECOND = 0.375;

  private static final String DRAWS = "draws.";
  private static final String SPREAD = "density/spread";

  /** Of standard noise. */
  FlowModel(Flow flow, @Nullable CellNoise noise, int dim, ParamStore params, RunConfig config) {
    this(flow, noise, dim, params, config, 1);
  }

  /** Without noise in cells. */
  FlowModel(Flow flow, int dim, ParamStore params, RunConfig config) {
    this(flow, null, dim, params, config);
  }

  /** The same of noise with another deviation. */
  FlowModel withSpread(double deviation) {
    return new FlowModel(flow, noise, dim, params, config, deviation);
  }

  /** The same of noise with the deviation that a file has. */
  FlowModel withSpreadOf(TensorFile file) {
    TensorFile.Entry entry = file.entries().get(SPREAD);
    return entry == null ? this : withSpread(entry.values()[0]);
  }

  /** So many rows are in one run at most. */
  static final int MAX_ROWS = 8192;

  /** So many numbers a run may hold, all that it computes on its way counted. */
  private static final long MAX_NUMBERS = 400_000_000;

  /** So few need no look at what they cost. */
  private static final int FEW_ROWS = 256;

  private static final int LOOK_ROWS = 16;

  private TransformedDistribution distribution(Ppl p, @Nullable NDArray x) {
    Transform made = flow.transform(p, x);
    return distribution(
        p, spread == 1 ? made : Bijections.affine(0, spread).independent(1).then(made));
  }

  /** The noise of an execution, of numbers or of vectors. */
  private Distribution noise(Ppl p, Transform transform) {
    return flow.noise(p, transform, dim).on(p.run());
  }

  /** What a transform of an execution makes of noise. */
  TransformedDistribution distribution(Ppl p, Transform transform) {
    TransformedDistribution density =
        TransformedDistribution.of(FlowNoise.ofVectors(noise(p, transform), dim), transform);
    Shape made = density.eventShape();
    checkArgument(
        made.equals(new Shape(dim)),
        "flow '%s' makes events of shape %s, but rows of a table are of shape (%s); let a transform"
            + " to vectors follow it, such as Reshape.of(%s, (%s))",
        transform,
        made,
        dim,
        made,
        dim);
    return density;
  }

  /** What makes a goal large, of a batch. */
  Program<Rows> program(Goal goal) {
    return (p, rows) -> goal.run(p, new FlowBatch(p, this, rows));
  }

  CellNoise.Drawn noisy(Ppl p, Rows rows) {
    return requireNonNull(noise, "noise").drawn(p, rows);
  }

  static DiffusionTransform diffusion(Transform transform) {
    if (transform instanceof DiffusionTransform diffusion) {
      return diffusion;
    }
    throw new IllegalArgumentException(
        "score is wanted, but flow '%s' has none; use a diffusion alone".formatted(transform));
  }

  /** The log-density of each row, in standard units; with cells as {@link FlowBatch} has it. */
  @Override
  public double[] logProb(Tables tables) {
    if (tables.cells() == null) {
      return each(tables, 1, TransformedDistribution::logProb);
    }
    return ofRows(
        tables,
        1,
        (p, rows) -> {
          TransformedDistribution density = distribution(p, rows.x());
          CellNoise.Drawn drawn = noisy(p, rows);
          return density.logProb(drawn.y()).sub(drawn.logProb());
        });
  }

  /** Rows with noise in their cells, in standard units. */
  double[] noisy(Tables tables) {
    return ofRows(tables, dim, (p, rows) -> noisy(p, rows).y());
  }

  /** The probability of less than each row, of one column, in standard units. */
  @Override
  public double[] cdf(Tables tables) {
    return ofRows(tables, 1, this::cdf);
  }

  private NDArray cdf(Ppl p, Rows rows) {
    return cdf(p, distribution(p, rows.x()).transform(), rows.y());
  }

  private NDArray cdf(Ppl p, Transform transform, NDArray y) {
    NDArray noise = transform.inverse(y).value();
    Distribution base = noise(p, transform);
    return Tensors.where(falls(transform, noise), base.sf(noise), base.cdf(noise));
  }

  /** Of rows without cells both by one pass through the flow. */
  @Override
  public RowDistribution.Located located(Tables tables) {
    if (tables.cells() != null) {
      return StandardDistribution.super.located(tables);
    }
    return RowDistribution.Located.of(ofRows(tables, 2, this::located));
  }

  /** Log-density and cdf of each row (N, 2). */
  private NDArray located(Ppl p, Rows rows) {
    TransformedDistribution density = distribution(p, rows.x());
    NDArray cdf = cdf(p, density.transform(), rows.y());
    return density.logProb(rows.y()).reshape(cdf.getShape()).concat(cdf, 1);
  }

  /** What is greater with each probability, the rows of {@code y}; in standard units. */
  @Override
  public double[] quantile(Tables probabilities) {
    return ofRows(probabilities, 1, this::quantile);
  }

  private NDArray quantile(Ppl p, Rows levels) {
    Transform transform = distribution(p, levels.x()).transform();
    Distribution base = noise(p, transform);
    NDArray falls = falls(transform, levels.y());
    NDArray noise = Tensors.where(falls, base.isf(levels.y()), base.icdf(levels.y()));
    NDArray value = transform.forward(noise).value();
    // Of probabilities 0 and 1: what a network makes of infinity need not be a number.
    NDArray far = Tensors.where(falls, noise.neg(), noise);
    return Tensors.where(value.isNaN().logicalAnd(far.isInfinite()), far, value);
  }

  /** The noise that makes each row, in standard units. */
  double[] toNoise(Tables tables) {
    return each(tables, dim, (density, y) -> density.transform().inverse(y).value());
  }

  /** The row that each noise makes, the rows of {@code y}; in standard units. */
  double[] fromNoise(Tables noise) {
    return each(noise, dim, (density, z) -> density.transform().forward(z).value());
  }

  /** Whether the map of one number falls; of the shape of {@code like}. */
  private static NDArray falls(Transform transform, NDArray like) {
    NDArray one = Tensors.run(like).ones(like.getShape());
    return transform.forward(one).value().lt(transform.forward(one.neg()).value());
  }

  /** What a run has computed, and how many numbers it took for that. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(double[] values, long numbers) {}

  /** How many of so many rows are in one run: as many as a look at some says memory is for. */
  private static int batch(int all, IntFunction<Piece> ofRows) {
    if (all <= FEW_ROWS) {
      return all;
    }
    long numbers = ofRows.apply(LOOK_ROWS).numbers() / LOOK_ROWS;
    return (int) Math.max(1, Math.min(MAX_ROWS, MAX_NUMBERS / Math.max(1, numbers)));
  }

  /** So many numbers for each row, by a function of its density and the row. */
  private double[] each(
      Tables tables, int width, BiFunction<TransformedDistribution, NDArray, NDArray> function) {
    return ofRows(tables, width, (p, rows) -> function.apply(distribution(p, rows.x()), rows.y()));
  }

  private double[] ofRows(Tables tables, int width, BiFunction<Ppl, Rows, NDArray> function) {
    int all = tables.rows();
    double[] result = new double[all * width];
    int batch = batch(all, rows -> piece(tables.range(0, rows), function));
    for (int from = 0; from < all; from += batch) {
      double[] some = piece(tables.range(from, Math.min(from + batch, all)), function).values();
      System.arraycopy(some, 0, result, from * width, some.length);
    }
    return result;
  }

  /** Of one row at a time; draws of standard normal noise alone. */
  @Override
  public StandardDistribution recorded(int contextDim) {
    PlainMap logProb =
        recorded(
            "log-density", contextDim, (p, rows) -> distribution(p, rows.x()).logProb(rows.y()));
    StoredMap cdf = ofOneColumn("cdf", contextDim, this::cdf);
    StoredMap located = ofOneColumn("cdf with its density", contextDim, this::located);
    StoredMap quantile = ofOneColumn("quantile", contextDim, this::quantile);
    StoredMap made =
        StoredMap.of(
            () ->
                recorded(
                    "draw",
                    contextDim,
                    (p, noise) -> {
                      TransformedDistribution density = distribution(p, noise.x());
                      checkArgument(
                          flow.isOfStandardNoise()
                              && density.transform().domain().elementwise().isReal(),
                          "flow '%s' has draws that are not of standard normal noise",
                          density.transform());
                      return density.transform().forward(noise.y()).value();
                    }));
    Table context = contextDim == 0 ? null : new Table("x", contextDim, new double[contextDim]);
    int batch =
        batch(
            FEW_ROWS + 1,
            rows ->
                drawn("look", rows, context == null ? null : context.repeated(rows), 0, byFlow()));
    return new RecordedFlow(dim, logProb, cdf, located, quantile, made, config.seed(), batch);
  }

  private StoredMap ofOneColumn(
      String what, int contextDim, BiFunction<Ppl, Rows, NDArray> function) {
    return dim > 1
        ? StoredMap.missing("rows of %d columns have none".formatted(dim))
        : StoredMap.of(() -> recorded(what, contextDim, function));
  }

  /** What is computed of one row, which is in the middle of what a flow may make. */
  private PlainMap recorded(String what, int contextDim, BiFunction<Ppl, Rows, NDArray> function) {
    List<Shape> shapes = new ArrayList<>(List.of(new Shape(1, dim)));
    if (contextDim > 0) {
      shapes.add(new Shape(1, contextDim));
    }
    return PlainMap.of(
        what + " of a flow of %d columns".formatted(dim),
        config,
        shapes,
        (run, in) ->
            Execution.record(
                    run,
                    params,
                    Rng.Purpose.PREDICT,
                    (Program<Rows>) (p, rows) -> p.deterministic("values", function.apply(p, rows)),
                    new Rows(in.get(0), in.size() > 1 ? in.get(1) : null, null))
                .value("values"),
        numbers(shapes, FIRST),
        numbers(shapes, SECOND));
  }

  private static double[][] numbers(List<Shape> shapes, double first) {
    return shapes.stream()
        .map(shape -> IntStream.range(0, (int) shape.size()).mapToDouble(i -> first / (1 + i)))
        .map(DoubleStream::toArray)
        .toArray(double[][]::new);
  }

  /** A number of rows beside the flow; always of the same noise. */
  double number(Tables tables, Function<FlowBatch, NDArray> function) {
    return piece(tables, (p, rows) -> function.apply(new FlowBatch(p, this, rows))).values()[0];
  }

  private Piece piece(Tables tables, BiFunction<Ppl, Rows, NDArray> function) {
    try (NDManager manager = NDManager.newBaseManager();
        BoundData<Rows> bound = BoundData.of(tables.rows(manager), config);
        Run run = Run.open(config, 0)) {
      Program<Rows> program = (p, rows) -> p.deterministic("values", function.apply(p, rows));
      Trace trace =
          run.withoutGradients(
              () -> Execution.record(run, params, Rng.Purpose.PREDICT, program, bound.in(run)));
      return new Piece(Tensors.values(trace.value("values")), run.numbers());
    }
  }

  /**
   * The log-density of each row as a tensor of a run (N), whose derivatives with respect to the
   * contexts are known.
   *
   * @param y (N, D), of the run, in standard units
   * @param x (N, C), of the run
   */
  NDArray logProb(Run run, NDArray y, NDArray x) {
    Trace trace =
        Execution.record(
            run,
            params,
            Rng.Purpose.PREDICT,
            (p, contexts) -> p.deterministic("values", distribution(p, contexts).logProb(y)),
            x);
    return trace.value("values");
  }

  /** A way to draw rows, at a site, given contexts or none. */
  @FunctionalInterface
  interface Drawing {
    void draw(Ppl p, String site, @Nullable NDArray x);
  }

  /** By the flow. */
  Drawing byFlow() {
    return (p, site, x) -> p.sample(site, distribution(p, x));
  }

  /** By the diffusion backwards, in so many steps. */
  Drawing bySde(int steps) {
    return (p, site, x) -> {
      DiffusionTransform transform = diffusion(flow.transform(p, x));
      NDArray noise = p.sample(site + ".noise", Normal.standard(dim).toEvent(1));
      Rng way = p.run().rng(Rng.Purpose.PREDICT, site + ".way");
      p.deterministic(site, transform.drawn(noise, steps, way));
    };
  }

  @Override
  public Table sample(int count, @Nullable Table x, long call) {
    return sample(count, x, call, byFlow());
  }

  /** What files name beside the modules. */
  List<Family> families() {
    return noise == null
        ? flow.noiseFamilies()
        : ImmutableList.<Family>builder()
            .addAll(flow.noiseFamilies())
            .add(CellNoise.FAMILY)
            .build();
  }

  @Override
  public void write(TensorFile.Builder file) {
    params.write(file);
    families().forEach(family -> family.write(file));
    if (spread != 1) {
      file.put(SPREAD, FloatType.FLOAT64, new Shape(1), new double[] {spread});
    }
    if (noise != null) {
      file.put(DensityFile.NOISE, "learned");
    }
  }

  @Override
  public void close() {
    params.close();
  }

  /**
   * Draws, in standard units.
   *
   * @param count how many
   * @param x one context a draw; null without
   * @param call keys the noise
   */
  Table sample(int count, @Nullable Table x, long call, Drawing drawing) {
    double[] result = new double[count * dim];
    int batch =
        batch(
            count, rows -> drawn("look", rows, x == null ? null : x.range(0, rows), call, drawing));
    for (int from = 0, piece = 0; from < count; from += batch, piece++) {
      int to = Math.min(from + batch, count);
      Table some = x == null ? null : x.range(from, to);
      double[] drawn = drawn(DRAWS + piece, to - from, some, call, drawing).values();
      System.arraycopy(drawn, 0, result, from * dim, drawn.length);
    }
    return new Table("sample", dim, result);
  }

  /** The name of the stream of a piece of draws. */
  static String drawn(int piece) {
    return SITE + "." + DRAWS + piece;
  }

  private Piece drawn(String plate, int size, @Nullable Table x, long call, Drawing drawing) {
    try (NDManager manager = NDManager.newBaseManager();
        BoundData<Optional<NDArray>> bound =
            BoundData.of(Optional.ofNullable(x).map(table -> table.array(manager)), config);
        Run run = Run.open(config, call)) {
      String site = SITE + "." + plate;
      Trace trace =
          run.withoutGradients(
              () ->
                  Execution.record(
                      run,
                      params,
                      Rng.Purpose.PREDICT,
                      (p, context) -> {
                        try (Plate draws = p.plate(plate, size)) {
                          drawing.draw(p, site, context.orElse(null));
                        }
                      },
                      bound.in(run)));
      return new Piece(Tensors.values(trace.value(site)), run.numbers());
    }
  }

  /** The mean of {@link #logProb}, by weights where there are some. */
  double meanLogProb(Tables tables) {
    return tables.mean(logProb(tables));
  }

  /**
   * Makes the flow's tensors, in an execution; gives where it makes rows.
   *
   * @param contextDim how many entries a context has; 0 without
   */
  @CanIgnoreReturnValue
  Constraint create(int contextDim) {
    Constraint[] codomain = new Constraint[1];
    try (Run run = Run.open(config, 0)) {
      Optional<NDArray> x =
          contextDim == 0 ? Optional.empty() : Optional.of(run.zeros(new Shape(1, contextDim)));
      Execution.record(
          run,
          params,
          Rng.Purpose.PREDICT,
          (p, context) -> {
            Transform made = flow.transform(p, context.orElse(null));
            codomain[0] = made.codomain();
            FlowNoise.ofVectors(noise(p, made), dim);
            if (noise != null) {
              noise.transform(p, p.run().zeros(new Shape(1, dim)), context.orElse(null));
            }
          },
          x);
    }
    return codomain[0];
  }
}
