package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Parcel;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A program whose rows are on the executors of a cluster, so many that one machine need not hold
 * them. Whatever asks for log densities and their derivatives runs on it as it is: {@link
 * org.ppl4j.infer.approximation.LaplaceApproximation}, {@link
 * org.ppl4j.infer.approximation.Pathfinder}, {@link org.ppl4j.infer.mcmc.Nuts}, {@link
 * org.ppl4j.infer.svi.Svi} with a guide of all sites.
 *
 * <pre>{@code
 * Program<Map<String, NDArray>> model = (p, rows) -> {
 *   NDArray slope = p.sample("slope", Normal.of(0, 1));
 *   try (Plate plate = p.plate("rows", rows.get("y").size(0))) {
 *     p.observe("y", Bernoulli.logits(slope.mul(rows.get("x"))), rows.get("y"));
 *   }
 * };
 * try (SparkLogDensity density = SparkLogDensity.builder(model, "rows").build(rows);
 *     LaplacePosterior<Void> posterior = LaplaceApproximation.of(density).run(null)) {
 *   System.out.println(posterior.summary(null, 1000));
 * }
 * }</pre>
 *
 * <p>The model's data are the columns by name, tensors (n) of some rows: floating numbers, or int64
 * of whole numbers and truth values. All that depends on rows is in the plate, where nothing is
 * latent but what is summed out; what is outside counts once, on the driver:
 *
 * <pre>{@code
 * log p(sites, rows) = log p(sites) + Σ over blocks of log p(rows of the block | sites)
 * }</pre>
 *
 * <p>Blocks have a fixed number of rows, in the order of hashes of their values. They stay with the
 * executors, in memory as far as there is room and on disk; for each gradient executors get the
 * values of the sites, and give back a number and a gradient for each block, which are added in the
 * order of blocks. So the bits depend on rows, model and size of blocks alone; they are those of
 * rows in one tensor up to the rounding of that sum. One gradient is one job, whose description
 * counts them: see the package for what that takes.
 *
 * <p>Any number of threads may run it at once. It holds rows on executors: close it.
 */
public final class SparkLogDensity implements Program<@Nullable Void>, AutoCloseable {

  private static final long serialVersionUID = 1;

  private static final int BLOCK = 10_000;
  private static final int FEW = 8;

  private final PlateModel model;
  private final RowBlock oneRow;
  private final transient ClusterDensity density;

  private SparkLogDensity(PlateModel model, RowBlock oneRow, ClusterDensity density) {
    this.model = model;
    this.oneRow = oneRow;
    this.density = density;
  }

  /**
   * That of a model.
   *
   * @param plate the name of the plate in which its rows are
   */
  public static Builder builder(Program<Map<String, NDArray>> model, String plate) {
    return new Builder(
        requireNonNull(model, "model"),
        requireNonNull(plate, "plate"),
        RunConfig.defaults(),
        BLOCK,
        0);
  }

  /** Settings. Immutable: each method makes a new one. */
  public static final class Builder {

    private final Program<Map<String, NDArray>> model;
    private final String plate;
    private final RunConfig config;
    private final int block;
    private final int partitions;

    private Builder(
        Program<Map<String, NDArray>> model,
        String plate,
        RunConfig config,
        int block,
        int partitions) {
      this.model = model;
      this.plate = plate;
      this.config = config;
      this.block = block;
      this.partitions = partitions;
    }

    /** Float type, validation and recording on executors; the defaults unless set. */
    public Builder config(RunConfig config) {
      return new Builder(model, plate, requireNonNull(config, "config"), block, partitions);
    }

    /**
     * How many rows a block has; 10,000 unless set. Other blocks give other bits.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder block(int rows) {
      checkArgument(rows >= 1, "block has %s rows, but needs at least 1", rows);
      return new Builder(model, plate, config, rows, partitions);
    }

    /**
     * Of how many tasks a job is; unless set, as many as the cluster takes at a time, or more to
     * keep a task below 32 MB of numbers.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder partitions(int count) {
      checkArgument(count >= 1, "log density has %s partitions, but needs at least 1", count);
      return new Builder(model, plate, config, block, count);
    }

    /**
     * The program given rows, which are put in order and looked at.
     *
     * @throws IllegalArgumentException if there are no rows, a column holds no numbers or misses
     *     some, something is wrong with rows as at a first run, the model has not the plate, draws
     *     in it or is outside of it another where rows are others, or it holds something that
     *     cannot travel
     */
    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // by the caller
    public SparkLogDensity build(Dataset<Row> rows) {
      NumberColumns columns = NumberColumns.of(Arrays.asList(rows.schema().fields()));
      long count = rows.count();
      checkArgument(
          count > 0,
          "data set of columns %s has no rows; a log density needs at least one",
          columns.names());
      double[][] few =
          rows.na().drop().limit(FEW).collectAsList().stream()
              .map(columns::read)
              .toArray(double[][]::new);
      checkArgument(
          few.length > 0,
          "each of %s rows misses a number in one of columns %s; leave them out, or fill them in",
          count,
          columns.names());
      PlateModel seen = PlateLook.at(model, plate, columns, config, few);
      Parcel<PlateModel> parcel = Parcel.ofCode(seen);
      RowBlocks blocks = RowBlocks.of(rows, columns, count, block, partitions);
      ClusterDensity density =
          new ClusterDensity(
              Cluster.of(rows.sparkSession()), blocks, parcel, model.name(), seen.first().length);
      try {
        density.check();
        return new SparkLogDensity(seen, RowBlock.of(0, few[0].length, few[0]), density);
      } catch (RuntimeException e) {
        density.close();
        throw e;
      }
    }
  }

  /** The model without its rows, and what stands for them. */
  @Override
  public void run(Ppl p, @Nullable Void nothing) {
    Map<String, NDArray> values = new HashMap<>();
    model.program().with(new Outside(model, values)).run(p, model.columns().in(p.run(), oneRow));
    List<NDArray> parts =
        model.latents().stream()
            .map(latent -> latent.flat(requireNonNull(values.get(latent.name()))))
            .toList();
    p.observe(model.plate(), new RowsLikelihood(density, joined(parts)), Tensors.number(0));
  }

  private static NDArray joined(List<NDArray> parts) {
    Shape left =
        Shapes.broadcast(
            parts.stream().map(part -> Shapes.dropRight(part.getShape(), 1)).toArray(Shape[]::new));
    return Tensors.concat(
        parts.stream()
            .map(part -> part.broadcast(Shapes.concat(left, Shapes.takeRight(part.getShape(), 1))))
            .toList(),
        -1);
  }

  /** How many rows there are. */
  public long rows() {
    return density.rows();
  }

  /** How many gradients were computed so far, each in a job. */
  public long gradients() {
    return density.gradients();
  }

  /** Lets executors forget the rows. A second call does nothing. */
  @Override
  public void close() {
    density.close();
  }

  @Override
  public String name() {
    return model.program().name() + " on Spark";
  }
}
