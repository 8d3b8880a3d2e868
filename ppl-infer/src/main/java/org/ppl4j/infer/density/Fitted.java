package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;

/** What was learned, with all that answers with it: what both kinds of density are made of. */
final class Fitted implements AutoCloseable {

  /** A flow for rows of {@code dim} columns and contexts of {@code contextDim}, 0 without. */
  @FunctionalInterface
  interface Flows {
    Flow of(int dim, int contextDim);
  }

  private final RowDistribution rows;
  private final @Nullable ConformalRanks ranks;
  private final ImmutableList<LearnedFlow> flows;
  private final @Nullable RowLayout layout;
  private final @Nullable ColumnEncoding encoding;
  private final ImmutableList<String> notes;
  private final KnownRows known;
  private final Owner owner;
  private final RunConfig config;
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean open = true;

  /**
   * Of these.
   *
   * @param rows what it answers with; closed with this
   * @param ranks in it of rows that nothing learned from; null without
   * @param flows those in it, the first of which makes rows of noise
   * @param layout of rows; null without names
   * @param encoding of contexts; null without
   * @param notes what columns were taken for
   * @param known the rows that it was learned from
   */
  Fitted(
      RowDistribution rows,
      @Nullable ConformalRanks ranks,
      List<LearnedFlow> flows,
      @Nullable RowLayout layout,
      @Nullable ColumnEncoding encoding,
      List<String> notes,
      KnownRows known,
      Owner owner,
      RunConfig config) {
    this.rows = rows;
    this.ranks = ranks;
    this.flows = ImmutableList.copyOf(flows);
    this.layout = layout;
    this.encoding = encoding;
    this.notes = ImmutableList.copyOf(notes);
    this.known = known;
    this.owner = owner;
    this.config = config;
  }

  // --- what it knows

  private void checkOpen() {
    checkState(open, "density is used after it was closed; close it after its last use");
  }

  Optional<DensityReport> report() {
    checkOpen();
    return reports().stream().findFirst();
  }

  ImmutableList<String> notes() {
    checkOpen();
    return notes;
  }

  ImmutableList<DensityReport> reports() {
    checkOpen();
    return learned().collect(ImmutableList.toImmutableList());
  }

  private Stream<DensityReport> learned() {
    return flows.stream().map(LearnedFlow::report).filter(Objects::nonNull);
  }

  /** That which makes rows of noise. */
  private LearnedFlow flow() {
    checkOpen();
    checkState(
        !flows.isEmpty() && isWhole(flows.get(0).units()),
        "density learned its columns one after the other, so that no noise makes a row; learn the"
            + " array of a table whose columns are all continuous");
    return flows.get(0);
  }

  private boolean isWhole(DataUnits units) {
    return units.y().columns() == rows.dim() && units.contextDim() == rows.contextDim();
  }

  ParamStore params() {
    return flow().model().params();
  }

  int dim() {
    checkOpen();
    return rows.dim();
  }

  int contextDim() {
    checkOpen();
    return encoding == null ? 0 : encoding.given();
  }

  /** The rows of an array, checked. */
  Table rows(NDArray array) {
    return Table.of("y", array).width(dim());
  }

  private RowLayout layout() {
    checkOpen();
    checkState(
        layout != null,
        "density was learned from an array, whose columns have no names; use sample and logProb of"
            + " arrays, or learn a table");
    return layout;
  }

  /** The rows of a table by the names that were learned, or else in their order; checked. */
  Table rows(Table table) {
    checkOpen();
    return layout == null || table.names().isEmpty()
        ? table.width(dim())
        : layout.table(layout.numbers(table));
  }

  /**
   * The numbers of one row by the names that were learned; checked.
   *
   * @throws IllegalArgumentException if a column is not there, or another one is
   */
  Table row(Map<String, ?> cells) {
    layout().checkNames("row", cells.keySet());
    return layout().table(layout().numbers(Table.row(cells)));
  }

  /**
   * The cells of a row of numbers by the names of their columns, as {@link RowLayout#cells}.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  Map<String, @Nullable Object> cells(double[] row) {
    return layout().cells(PlainRows.one("row", dim(), row));
  }

  /** The names of columns; none of arrays. */
  ImmutableList<String> names() {
    checkOpen();
    return layout == null ? ImmutableList.of() : layout.names();
  }

  /** The names of the columns of contexts; none of arrays. */
  ImmutableList<String> contextNames() {
    return encoding().givenNames();
  }

  /** Whether the numbers of a column are more or less than one another: texts are not. */
  boolean isOrdered(int column) {
    return layout == null || !layout.columns().get(column).levels().areTexts();
  }

  /**
   * Checks that its one column has quantiles.
   *
   * @throws IllegalArgumentException if it is a category of texts
   */
  void checkOrdered() {
    checkOpen();
    checkArgument(
        dim() > 1 || isOrdered(0),
        "column %s is a category of texts, which have no order, and so no mean, quantile or"
            + " interval; ask logProb of each level",
        layout == null ? "1" : "'" + layout.names().get(0) + "'");
  }

  /** The same of draws. */
  Table table(Table drawn) {
    return layout().table(drawn);
  }

  private ColumnEncoding encoding() {
    checkOpen();
    return requireNonNull(encoding, "encoding");
  }

  /** The numbers of contexts, checked. */
  Table contexts(NDArray array) {
    return contexts(Table.of("x", array));
  }

  /** The numbers of contexts, checked. */
  Table contexts(Table table) {
    return encoding().apply(table);
  }

  /** The numbers of one context, checked. */
  Table context(Map<String, ?> row) {
    return encoding().apply(row);
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
    return Tensors.like(like, logs(tables), new Shape(tables.rows()));
  }

  /** The log-density of each row (N). */
  NDArray logProb(Tables tables) {
    return array(logs(tables), new Shape(tables.rows()));
  }

  /** The log-density of each row. */
  double[] logs(Tables tables) {
    checkOpen();
    return rows.logProb(tables);
  }

  /** Noise of as many numbers as the flow makes, checked. */
  Table noise(NDArray array) {
    return Table.of("noise", array).width(flow().model().dim()).finite();
  }

  /** The noise that makes each row, NaN of rows outside the support; as {@link #logProb}. */
  NDArray toNoise(Tables tables, NDArray like) {
    FlowModel model = flow().model();
    DataUnits units = flow().units();
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
    FlowModel model = flow().model();
    DataUnits units = flow().units();
    Table contexts = noise.x() == null ? null : units.contexts(noise.x());
    double[] made = model.fromNoise(new Tables(noise.y(), contexts));
    Table rows = units.y().original(new Table("rows", model.dim(), made), contexts);
    Shape shape = new Shape(noise.rows(), dim());
    return Tensors.like(like, rows.values(), shape);
  }

  /** The rows (N, D) with noise as in training, other in each call; as {@link #logProb}. */
  NDArray dequantised(Tables tables, NDArray like) {
    FlowModel model = flow().model();
    DataUnits units = flow().units();
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
    return Rng.of(config.seed(), Rng.Purpose.PREDICT, calls.getAndIncrement(), "density.noise");
  }

  /** The logarithm of p(v) / q(v | y) of a draw v in the cell of each row y. */
  private double[] inCells(Tables tables) {
    FlowModel model = flow().model();
    DataUnits units = flow().units();
    double[] logs;
    if (units.cells() == null) {
      Tables noisy = units.noisy(tables, noise());
      logs = rows.logProb(noisy);
      Arrays.setAll(logs, i -> logs[i] + units.y().logVolume(tables.y(), noisy.y(), i));
    } else {
      DataUnits.Standard standard = units.dequantised(tables, noise());
      double volume = units.cells().logVolume();
      logs = model.logProb(standard.tables());
      Arrays.setAll(logs, i -> logs[i] + standard.gain(i) + volume);
    }
    return logs;
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
      double[] logs = inCells(tables);
      for (int i = 0; i < logs.length; i++) {
        double log = logs[i];
        double max = Math.max(most[i], log);
        double shift = max == Double.NEGATIVE_INFINITY ? 0 : max;
        sum[i] = sum[i] * Math.exp(most[i] - shift) + Math.exp(log - shift);
        most[i] = max;
      }
    }
    Arrays.setAll(sum, i -> Math.log(sum[i] / draws) + (sum[i] > 0 ? most[i] : 0));
    return Tensors.like(like, sum, new Shape(sum.length));
  }

  /** The log-density of all rows given each of some contexts (*, C) of a run. */
  NDArray totalLogProb(Table y, NDArray x) {
    checkOpen();
    checkState(
        isOfFlowsAlone() && flows.stream().allMatch(LearnedFlow::isSmooth),
        "density has no derivatives with respect to its contexts; learn it by flows alone, of"
            + " contexts as they are and rows without atoms");
    return Tensors.byRows(
        x,
        1,
        contexts -> {
          List<NDArray> members = new ArrayList<>();
          for (LearnedFlow flow : flows) {
            members.add(flow.logProb(y, contexts));
          }
          NDArray sums = Special.logSumExp(Tensors.stack(members, 0), 0, false);
          return sums.sub(Tensors.number(Math.log(flows.size()))).sum(new int[] {-1});
        });
  }

  private boolean isOfFlowsAlone() {
    List<RowDistribution> parts =
        rows instanceof MixtureDistribution mixture ? mixture.components() : List.of(rows);
    return parts.size() == flows.size() && parts.stream().allMatch(InUnits.class::isInstance);
  }

  /** The probability of each row or less (N), as {@link #logProb}. */
  NDArray cdf(Tables tables, NDArray like) {
    return Tensors.like(like, probabilities(tables), new Shape(tables.rows()));
  }

  /** The probability of each row or less (N). */
  NDArray cdf(Tables tables) {
    return array(probabilities(tables), new Shape(tables.rows()));
  }

  private double[] probabilities(Tables tables) {
    checkOrdered();
    return rows.cdf(tables);
  }

  /**
   * What is greater than a row with each probability (N), as {@link #logProb}.
   *
   * @param probabilities their {@code y} is of one column
   */
  NDArray quantile(Tables probabilities, NDArray like) {
    return Tensors.like(like, checkedQuantiles(probabilities), new Shape(probabilities.rows()));
  }

  /** What is greater than a row with each probability (N). */
  NDArray quantile(Tables probabilities) {
    return array(checkedQuantiles(probabilities), new Shape(probabilities.rows()));
  }

  /** What is greater than a row with each probability, from 0 to 1. */
  double[] checkedQuantiles(Tables probabilities) {
    checkOrdered();
    for (double p : probabilities.y().values()) {
      checkArgument(p >= 0 && p <= 1, "density has no quantile of probability %s; pass 0 to 1", p);
    }
    return quantiles(probabilities);
  }

  /** The same of probabilities that are checked. */
  double[] quantiles(Tables probabilities) {
    return rows.quantile(probabilities);
  }

  /** What keys the next draws. */
  long nextStream() {
    return calls.getAndIncrement();
  }

  /** Draws of shape {@code (batch, D)}, of as many contexts as the batch has elements. */
  NDArray sample(Shape batch, @Nullable Table contexts) {
    return sample(batch, contexts, calls.getAndIncrement());
  }

  /** As {@link #sample(Shape, Table)}; the same stream gives the same draws. */
  NDArray sample(Shape batch, @Nullable Table contexts, long stream) {
    checkOpen();
    return array(batch, rows.draws(Math.toIntExact(batch.size()), contexts, stream));
  }

  /** As {@link #sample(Shape, Table)}, by a diffusion backwards in so many steps. */
  NDArray sampleBySde(Shape batch, @Nullable Table contexts, int steps) {
    LearnedFlow flow = flow();
    FlowModel.Drawing drawing = flow.model().bySde(steps);
    int count = Math.toIntExact(batch.size());
    return array(batch, flow.draws(count, contexts, calls.getAndIncrement(), drawing));
  }

  private NDArray array(Shape batch, Table drawn) {
    return array(drawn.values(), batch.add(dim()));
  }

  /** Numbers, where what it returns is if that is not asked for with an array. */
  NDArray array(double[] values, Shape shape) {
    return owner.array(values, shape, config.floatType());
  }

  /** Where rows that nothing learned from lie in it; null without. */
  @Nullable ConformalRanks ranks() {
    return ranks;
  }

  /** What it answers with. */
  RowDistribution rows() {
    checkOpen();
    return rows;
  }

  /** As {@link RowDistribution#recorded}. */
  Fitted recorded() {
    checkOpen();
    return new Fitted(
        rows.recorded(),
        ranks,
        List.of(),
        layout,
        encoding,
        notes,
        KnownRows.NONE,
        Owner.nobody(),
        config);
  }

  /** So many draws, of as many contexts, other in each call. */
  Table draws(int count, @Nullable Table contexts) {
    checkOpen();
    return rows.draws(count, contexts, calls.getAndIncrement());
  }

  /** How good it is on rows that it has not seen. */
  DensityScores scores(Tables fresh) {
    checkOpen();
    return DensityScores.of(rows, ranks, fresh, known, config.seed());
  }

  /** What it is of and what the training came to, also of one that was closed. */
  @Override
  public String toString() {
    String given = encoding == null ? "" : " given " + columns(encoding.given(), null);
    String state =
        !open
            ? "closed"
            : learned()
                .map(DensityReport::inShort)
                .findFirst()
                .orElse("of no training that is known");
    return "density of %s%s, seed %d: %s%s"
        .formatted(
            columns(rows.dim(), layout),
            given,
            config.seed(),
            state,
            open && flows.size() > 1 ? ", the first of %d flows".formatted(flows.size()) : "");
  }

  private static String columns(int count, @Nullable RowLayout layout) {
    String names = layout == null ? "" : " (" + String.join(", ", layout.names()) + ")";
    return count + (count == 1 ? " column" : " columns") + names;
  }

  @Override
  public void close() {
    open = false;
    rows.close();
    owner.close();
  }

  /** How far contexts are from those that were learned from, 1 being the limit. */
  double[] distances(Table contexts) {
    checkOpen();
    return rows.distances(contexts);
  }

  void save(Path path) {
    TensorFile.Builder file = TensorFile.builder();
    write(file);
    file.write(path);
  }

  void write(TensorFile.Builder file) {
    checkOpen();
    DensityFile.write(file, rows, ranks, layout, encoding, notes);
  }
}
