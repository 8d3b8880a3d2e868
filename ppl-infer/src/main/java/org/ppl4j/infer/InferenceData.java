package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.Longs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.ppl4j.infer.ZarrFolder.Values;

/**
 * Draws, and what belongs to them, as ArviZ reads them: groups of arrays in a folder of Zarr's
 * format 2, whose numbers are the same to the bit.
 *
 * <pre>{@code
 * InferenceData.of(run.samples())
 *     .sampler(run.iterations().columns())
 *     .observed(Map.of("y", y))
 *     .write(folder.resolve("schools.zarr"));
 * }</pre>
 *
 * <p>In Python {@code arviz.InferenceData.from_datatree(xarray.open_datatree("schools.zarr",
 * engine="zarr"))} has it, and {@code arviz.from_zarr("schools.zarr")} where Zarr is older than 3.
 * Each site is an array of chains by draws by its shape; draws that are not of chains are of one.
 * Dims have the names that ArviZ gives them, {@code theta_dim_0}, and numbers from 0, or the
 * {@linkplain Samples#withLabels labels} of the site.
 *
 * <p>Immutable: each method makes a new one. It holds what it is given, which is to be open until
 * it is written.
 */
public final class InferenceData {

  private static final String POSTERIOR = "posterior";
  private static final String SAMPLER = "sample_stats";
  private static final String OBSERVED = "observed_data";

  private static final String CHAIN = "chain";
  private static final String DRAW = "draw";
  private static final ImmutableList<String> DRAWS = ImmutableList.of(CHAIN, DRAW);

  /** ArviZ's names of the columns that CmdStan's samplers have. */
  private static final ImmutableMap<String, String> STATISTICS =
      ImmutableMap.<String, String>builder()
          .put("lp__", "lp")
          .put("accept_stat__", "acceptance_rate")
          .put("stepsize__", "step_size")
          .put("treedepth__", "tree_depth")
          .put("n_leapfrog__", "n_steps")
          .put("divergent__", "diverging")
          .put("energy__", "energy")
          .buildOrThrow();

  private final ImmutableMap<String, Samples> draws; // by group
  private final ImmutableMap<String, ImmutableDoubleArray> sampler;
  private final ImmutableMap<String, NDArray> observed;

  private InferenceData(
      Map<String, Samples> draws,
      Map<String, ImmutableDoubleArray> sampler,
      Map<String, NDArray> observed) {
    this.draws = ImmutableMap.copyOf(draws);
    this.sampler = ImmutableMap.copyOf(sampler);
    this.observed = ImmutableMap.copyOf(observed);
  }

  /**
   * Of draws of the posterior.
   *
   * @throws IllegalArgumentException if they have weights, which ArviZ does not know
   */
  public static InferenceData of(Samples posterior) {
    return new InferenceData(ImmutableMap.of(), ImmutableMap.of(), ImmutableMap.of())
        .with(POSTERIOR, posterior);
  }

  /** With draws of the prior. */
  public InferenceData prior(Samples prior) {
    return with("prior", prior);
  }

  /** With what the prior predicts. */
  public InferenceData priorPredictive(Samples predicted) {
    return with("prior_predictive", predicted);
  }

  /** With what the posterior predicts. */
  public InferenceData posteriorPredictive(Samples predicted) {
    return with("posterior_predictive", predicted);
  }

  /** With the log-density of each observation under each draw, by the names of observed sites. */
  public InferenceData logLikelihood(Samples logDensities) {
    return with("log_likelihood", logDensities);
  }

  private InferenceData with(String group, Samples samples) {
    requireNonNull(samples, group);
    checkArgument(
        samples.logWeights().isEmpty(),
        "samples of %s have weights, which ArviZ does not know; resample them before",
        group);
    Map<String, Samples> more = new LinkedHashMap<>(draws);
    more.put(group, samples);
    return new InferenceData(more, sampler, observed);
  }

  /**
   * With what the sampler did, one number a draw of the posterior, such as {@code
   * run.iterations().columns()}: CmdStan's columns get ArviZ's names, others keep theirs.
   *
   * @throws IllegalArgumentException if a column has not as many numbers as there are draws
   */
  public InferenceData sampler(Map<String, ImmutableDoubleArray> columns) {
    long count = requireNonNull(draws.get(POSTERIOR), POSTERIOR).draws();
    columns.forEach(
        (name, numbers) ->
            checkArgument(
                numbers.length() == count,
                "column '%s' of the sampler has %s numbers, but there are %s draws; pass one for"
                    + " each",
                name,
                numbers.length(),
                count));
    return new InferenceData(draws, columns, observed);
  }

  /** With what was observed, by the names of the sites. */
  public InferenceData observed(Map<String, NDArray> data) {
    return new InferenceData(draws, sampler, data);
  }

  /**
   * Writes all of it to a folder, which is moved to its place when it is complete, over one that
   * this wrote before.
   *
   * @throws UncheckedIOException if that fails
   * @throws IllegalArgumentException if there is something else at the place
   */
  public void write(Path folder) {
    checkArgument(
        !Files.exists(folder) || ZarrFolder.isAt(folder),
        "folder '%s' is there and has no such data; choose another",
        folder);
    Path absolute = folder.toAbsolutePath();
    Path part =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try {
        writeTo(part);
        ZarrFolder.delete(absolute);
        Files.move(part, absolute);
      } finally {
        ZarrFolder.delete(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "folder '" + folder + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private void writeTo(Path part) throws IOException {
    ZarrFolder zarr = new ZarrFolder(part);
    zarr.group("", ImmutableMap.of());
    for (Map.Entry<String, Samples> group : draws.entrySet()) {
      Arrays arrays = new Arrays(zarr, group.getKey());
      Samples samples = group.getValue();
      for (String site : samples.names()) {
        arrays.add(samples, site);
      }
      arrays.write();
    }
    if (!sampler.isEmpty()) {
      Arrays arrays = new Arrays(zarr, SAMPLER);
      Samples posterior = requireNonNull(draws.get(POSTERIOR), POSTERIOR);
      sampler.forEach((name, numbers) -> arrays.addStatistic(posterior, name, numbers));
      arrays.write();
    }
    if (!observed.isEmpty()) {
      Arrays arrays = new Arrays(zarr, OBSERVED);
      observed.forEach(arrays::addObserved);
      arrays.write();
    }
    zarr.close();
  }

  /** The arrays of a group, with the numbers or labels of their dims. */
  private static final class Arrays {

    private final ZarrFolder zarr;
    private final String group;
    private final Map<String, Values> values = new LinkedHashMap<>();
    private final Map<String, List<String>> dims = new LinkedHashMap<>();

    Arrays(ZarrFolder zarr, String group) {
      this.zarr = zarr;
      this.group = group;
    }

    void add(Samples samples, String site) {
      Shape shape = samples.shape(site);
      List<Long> all = new ArrayList<>(ofDraws(samples));
      List<String> names = new ArrayList<>(DRAWS);
      all.addAll(Longs.asList(shape.getShape()));
      List<? extends List<String>> labels =
          samples.elements().labels().getOrDefault(site, ImmutableList.of());
      names.addAll(dims(site, shape, labels));
      put(site, numbers(samples.get(site).getDataType(), samples.values(site), all), names);
    }

    void addStatistic(Samples samples, String name, ImmutableDoubleArray column) {
      checkName(name);
      double[] numbers = column.toArray();
      List<Long> shape = ofDraws(samples);
      Values own =
          switch (name) {
            case "divergent__" -> Values.ofBooleans(numbers, shape);
            case "treedepth__", "n_leapfrog__" -> Values.ofLongs(numbers, shape);
            default -> Values.ofDoubles(numbers, shape);
          };
      put(STATISTICS.getOrDefault(name, name), own, DRAWS);
    }

    void addObserved(String name, NDArray data) {
      Shape shape = data.getShape();
      try (NDArray wide = data.toType(DataType.FLOAT64, true)) {
        put(
            name,
            numbers(data.getDataType(), wide.toDoubleArray(), Longs.asList(shape.getShape())),
            dims(name, shape, ImmutableList.of()));
      }
    }

    private static void checkName(String name) {
      checkArgument(
          !name.isEmpty() && !name.startsWith(".") && !name.contains("/") && !name.contains("\\"),
          "'%s' has no place in a folder: a name must not be empty, begin with a dot or have a"
              + " slash; rename it",
          name);
    }

    private List<Long> ofDraws(Samples samples) {
      long chains = Math.max(1, samples.chains());
      long draws = samples.draws() / chains;
      putCoordinate(CHAIN, count(chains));
      putCoordinate(DRAW, count(draws));
      return ImmutableList.of(chains, draws);
    }

    private List<String> dims(String name, Shape shape, List<? extends List<String>> labels) {
      checkName(name);
      List<String> names = new ArrayList<>();
      for (int dim = 0; dim < shape.dimension(); dim++) {
        String own = name + "_dim_" + dim;
        boolean isLabelled = !labels.isEmpty() && !labels.get(dim).isEmpty();
        putCoordinate(own, isLabelled ? Values.ofTexts(labels.get(dim)) : count(shape.get(dim)));
        names.add(own);
      }
      return names;
    }

    /** 0, 1, … */
    private static Values count(long size) {
      double[] numbers = LongStream.range(0, size).asDoubleStream().toArray();
      return Values.ofLongs(numbers, ImmutableList.of(size));
    }

    private static Values numbers(DataType type, double[] numbers, List<Long> shape) {
      return switch (type) {
        case FLOAT32 -> Values.ofFloats(numbers, shape);
        case INT8, UINT8, INT32, INT64 -> Values.ofLongs(numbers, shape);
        case BOOLEAN -> Values.ofBooleans(numbers, shape);
        default -> Values.ofDoubles(numbers, shape);
      };
    }

    private void putCoordinate(String name, Values own) {
      put(name, own, ImmutableList.of(name));
    }

    private void put(String name, Values own, List<String> names) {
      checkArgument(
          names.equals(dims.getOrDefault(name, ImmutableList.copyOf(names))),
          "site '%s' has the name of a dim, which ArviZ's draws have; rename it",
          name);
      values.put(name, own);
      dims.put(name, ImmutableList.copyOf(names));
    }

    void write() throws IOException {
      zarr.group(group, ImmutableMap.of("inference_library", "ppl4j"));
      for (Map.Entry<String, Values> each : values.entrySet()) {
        String name = each.getKey();
        zarr.array(group, name, each.getValue(), requireNonNull(dims.get(name), name));
      }
    }
  }
}
