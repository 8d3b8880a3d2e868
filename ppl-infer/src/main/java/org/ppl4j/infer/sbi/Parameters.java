package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.RunDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;

/**
 * The parameters of a simulator: the latent sites of its prior, as rows of numbers, and as rows of
 * unconstrained numbers by the bijection of each site's support. All in float64, so that draws do
 * not round to the edge of a support.
 */
final class Parameters {

  /** So many rows are in one run. */
  private static final int MAX_ROWS = 8192;

  private static final int DRAWS_OF_MOMENTS = 10_000;

  /** Batches that simulations are made of are from 0 on, and those of a calibration large. */
  private static final long BATCH_OF_MOMENTS = -1;

  /**
   * What an execution of the prior shows.
   *
   * @param middles the value of each site at 0 in unconstrained space
   */
  private record Look(LatentSpace space, ImmutableList<List<Double>> middles) {

    static Look at(Run run, ParamStore params, Trace trace) {
      for (SampleSite site : trace.latents()) {
        Constraint support = site.distribution().support();
        checkArgument(
            !support.isDiscrete(),
            "parameter '%s' is discrete (%s), but a posterior density is learned of continuous"
                + " ones; draw it inside the simulator",
            site.name(),
            support);
      }
      for (SampleSite site : trace.sites()) {
        SampleSite.Kind kind = site.kind();
        checkArgument(
            kind != SampleSite.Kind.OBSERVED && kind != SampleSite.Kind.FACTOR,
            "prior has the observed site or factor '%s', but a simulator's parameters are only"
                + " drawn from it; leave it out of the prior",
            site.name());
      }
      LatentSpace space = LatentSpace.inRunOf(trace);
      checkArgument(
          !space.isEmpty(), "prior has no latent sites; sample the simulator's parameters in it");
      ImmutableList.Builder<List<Double>> middles = ImmutableList.builder();
      for (LatentSite site : space.sites()) {
        NDArray middle = site.constrain(run.zeros(site.unconstrained())).value();
        middles.add(Doubles.asList(Tensors.values(middle)));
      }
      return new Look(space, middles.build());
    }

    /** The first site that is another in another execution. */
    Optional<String> differsFrom(Look other) {
      for (int i = 0; i < middles.size(); i++) {
        LatentSite site = space.sites().get(i);
        boolean isSame =
            i < other.middles.size()
                && site.sameAs(other.space.sites().get(i))
                && middles.get(i).equals(other.middles.get(i));
        if (!isSame) {
          return Optional.of(site.name());
        }
      }
      return Optional.empty();
    }
  }

  private final Program<@Nullable Void> prior;
  private final RunConfig config;
  private final LatentSpace space;

  private Parameters(Program<@Nullable Void> prior, RunConfig config, LatentSpace space) {
    this.prior = prior;
    this.config = config;
    this.space = space;
  }

  /**
   * Those of a prior, which is executed twice.
   *
   * @throws IllegalArgumentException if it has no latent sites, or one that is discrete or whose
   *     support depends on others, or observes
   */
  static Parameters of(Program<@Nullable Void> prior, RunConfig config) {
    RunConfig exact = config.withFloatType(FloatType.FLOAT64);
    Look look = inExecution(prior, exact, 0, Look::at);
    look.differsFrom(inExecution(prior, exact, 1, Look::at))
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "parameter '%s' has a support or shape that depends on other parameters; draw it"
                          .formatted(name)
                      + " on the unit interval and rescale it in the simulator");
            });
    return new Parameters(prior, exact, look.space());
  }

  /** What is found out in an execution of the prior. */
  @FunctionalInterface
  private interface Body<T> {
    T of(Run run, ParamStore params, Trace trace);
  }

  @SuppressWarnings("NullAway") // null is the data of a program without data
  private static <T> T inExecution(
      Program<@Nullable Void> prior, RunConfig config, long counter, Body<T> body) {
    try (NDManager manager = config.newManager();
        ParamStore params = new ParamStore(manager, config);
        Run run = Run.open(config, counter)) {
      return run.withoutGradients(
          () ->
              body.of(
                  run, params, Execution.record(run, params, Rng.Purpose.PREDICT, prior, null)));
    }
  }

  /** That of all draws: in float64. */
  RunConfig config() {
    return config;
  }

  /** How many numbers a row has. */
  int columns() {
    return space.valueSize();
  }

  /** The names of the numbers of a row, as those of a {@link org.ppl4j.infer.Summary}. */
  ImmutableList<String> names() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] row = new double[columns()];
      try (Samples one = Samples.of(manager.newSubManager(), sites(row, manager))) {
        return one.summary().rows().keySet().asList();
      }
    }
  }

  /** How many numbers an unconstrained row has. */
  int unconstrainedColumns() {
    return space.size();
  }

  /**
   * Draws of the prior, row by row.
   *
   * @param batch other numbers give other draws
   */
  @SuppressWarnings("NullAway") // null is the data of a program without data
  double[] draw(int rows, long batch) {
    long seed =
        Rng.of(config.seed(), Rng.Purpose.PREDICT, batch, "sbi.prior").nextLong(Long.MAX_VALUE);
    RunConfig own = config.withSeed(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, own);
        Samples samples = Predictive.prior(prior, params, own).draw(null, rows);
        Run run = Run.open(own, 0)) {
      List<NDArray> parts = new ArrayList<>();
      for (String name : space.names()) {
        NDArray site = run.bind(samples.get(name));
        parts.add(Tensors.reshape(site, new Shape(rows, site.size() / rows)));
      }
      return Tensors.values(Tensors.concat(parts, 1));
    }
  }

  /** The moments of unconstrained rows of the prior, by draws. */
  Moments moments() {
    double[] equal = new double[DRAWS_OF_MOMENTS];
    Arrays.fill(equal, 1.0 / DRAWS_OF_MOMENTS);
    return Moments.of(unconstrain(draw(DRAWS_OF_MOMENTS, BATCH_OF_MOMENTS)).values(), equal);
  }

  /**
   * Rows and how they came.
   *
   * @param values row by row; 0 in a row outside the support
   * @param logDet the log-determinant of the map to them; −∞ outside the support
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Mapping(double[] values, double[] logDet) {}

  /** Parameters as unconstrained rows. */
  Mapping unconstrain(double[] rows) {
    return inSupport(mapped(rows, columns(), true), unconstrainedColumns());
  }

  private static Mapping inSupport(Mapping mapping, int columns) {
    for (int i = 0; i < mapping.values().length; i++) {
      if (!Double.isFinite(mapping.values()[i]) || Double.isNaN(mapping.logDet()[i / columns])) {
        mapping.logDet()[i / columns] = Double.NEGATIVE_INFINITY;
      }
    }
    for (int i = 0; i < mapping.values().length; i++) {
      if (mapping.logDet()[i / columns] == Double.NEGATIVE_INFINITY) {
        mapping.values()[i] = 0;
      }
    }
    return mapping;
  }

  /**
   * The parameters of simulations as unconstrained rows.
   *
   * @throws IllegalArgumentException if they are not of this prior, or outside its support
   */
  double[] unconstrained(Simulations simulations) {
    checkArgument(
        simulations.parameterColumns() == columns(),
        "simulations have %s parameters, but the prior has %s; pass simulations of this prior",
        simulations.parameterColumns(),
        columns());
    Mapping mapping = unconstrain(simulations.allParameters());
    for (int row = 0; row < simulations.rows(); row++) {
      checkArgument(
          mapping.logDet()[row] > Double.NEGATIVE_INFINITY,
          "simulations have parameters %s in row %s (from 1), outside the prior's support; pass"
              + " draws of the prior",
          Doubles.asList(simulations.parameters(row)),
          row + 1);
    }
    return mapping.values();
  }

  /** Unconstrained rows as parameters, in the support. */
  double[] constrain(double[] rows) {
    return mapped(rows, unconstrainedColumns(), false).values();
  }

  private Mapping mapped(double[] values, int columns, boolean inverse) {
    int rows = values.length / columns;
    List<double[]> pieces = new ArrayList<>();
    double[] logDet = new double[rows];
    for (int from = 0; from < rows; from += MAX_ROWS) {
      int start = from;
      int count = Math.min(MAX_ROWS, rows - from);
      double[] some = Arrays.copyOfRange(values, from * columns, (from + count) * columns);
      pieces.add(
          inExecution(
              prior,
              config,
              0,
              (run, params, trace) -> {
                LatentSpace now = LatentSpace.inRunOf(trace);
                NDArray x = run.create(some, Shapes.concat(now.left(count), new Shape(columns)));
                Images images = Images.of(run, now, x, count, inverse);
                double[] terms = Tensors.values(images.terms());
                int each = terms.length / count;
                for (int i = 0; i < terms.length; i++) {
                  logDet[start + i / each] += terms[i];
                }
                return Tensors.values(images.values());
              }));
    }
    return new Mapping(Doubles.concat(pieces.toArray(double[][]::new)), logDet);
  }

  /**
   * Rows of a run by the bijections of all sites.
   *
   * @param terms of the log-determinant of each row; −∞ for each value outside of a support
   */
  private record Images(NDArray values, NDArray terms) {

    static Images of(Run run, LatentSpace space, NDArray x, int count, boolean inverse) {
      List<NDArray> parts = inverse ? space.splitValues(x) : space.split(x);
      List<NDArray> values = new ArrayList<>();
      List<NDArray> terms = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        LatentSite site = space.sites().get(i);
        NDArray part = parts.get(i);
        Mapped mapped = inverse ? site.unconstrain(part) : site.constrain(part);
        values.add(rows(mapped.value(), count));
        terms.add(rows(mapped.logDet(), count));
        if (inverse) {
          terms.add(rows(outside(run, site, part), count));
        }
      }
      return new Images(Tensors.concat(values, 1), Tensors.concat(terms, 1));
    }

    private static NDArray rows(NDArray x, int count) {
      return Tensors.reshape(x, new Shape(count, x.size() / count));
    }
  }

  // --- of plain numbers

  /**
   * The same of one row at a time, without the engine.
   *
   * @param names as {@link #names}
   * @param unconstrained of parameters: an unconstrained row, then the terms of its log-determinant
   * @param constrained of an unconstrained row: parameters, in the support
   */
  record Plain(ImmutableList<String> names, PlainMap unconstrained, PlainMap constrained) {

    private static final String NAMES = "posterior.name.";
    private static final String UNCONSTRAINED = "posterior.unconstrained";
    private static final String CONSTRAINED = "posterior.constrained";

    /** Parameters as an unconstrained row. */
    Mapping unconstrain(double[] row) {
      double[] all = unconstrained.of(row);
      int columns = constrained.size(0);
      double logDet = 0;
      for (int i = columns; i < all.length; i++) {
        logDet += all[i];
      }
      return inSupport(new Mapping(Arrays.copyOf(all, columns), new double[] {logDet}), columns);
    }

    void write(TensorFile.Builder file) {
      for (int i = 0; i < names.size(); i++) {
        file.put(NAMES + i, names.get(i));
      }
      file.put(UNCONSTRAINED, unconstrained);
      file.put(CONSTRAINED, constrained);
    }

    /**
     * That in a file.
     *
     * @param columns of unconstrained rows
     */
    static Plain read(TensorFile file, int columns) {
      ImmutableList.Builder<String> names = ImmutableList.builder();
      for (int i = 0; file.text(NAMES + i) != null; i++) {
        names.add(String.valueOf(file.text(NAMES + i)));
      }
      ImmutableList<String> all = names.build();
      PlainMap unconstrained = file.map(UNCONSTRAINED, all.size());
      PlainMap constrained = file.map(CONSTRAINED, columns);
      checkArgument(
          constrained.outputs() == all.size() && unconstrained.outputs() > columns,
          "%s has %s parameters of %s names; pass a file that a posterior's scorer wrote",
          file,
          constrained.outputs(),
          all.size());
      return new Plain(all, unconstrained, constrained);
    }
  }

  /** The same of one row at a time, without the engine. */
  Plain plain() {
    return new Plain(names(), plain(true), plain(false));
  }

  private PlainMap plain(boolean inverse) {
    int columns = inverse ? columns() : unconstrainedColumns();
    double[][] first = {new double[columns]};
    double[][] second = {new double[columns]};
    Arrays.fill(first[0], 0.25);
    Arrays.fill(second[0], 0.375);
    return PlainMap.of(
        "bijection of the prior's sites",
        config,
        List.of(new Shape(1, columns)),
        (run, in) -> plain(run, in.get(0), inverse),
        first,
        second);
  }

  @SuppressWarnings("NullAway") // null is the data of a program without data
  private NDArray plain(Run run, NDArray row, boolean inverse) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.PREDICT, prior, null);
      LatentSpace now = LatentSpace.inRunOf(trace);
      NDArray x = Tensors.reshape(row, Shapes.concat(now.left(1), new Shape(row.size())));
      Images images = Images.of(run, now, x, 1, inverse);
      return inverse
          ? Tensors.concat(List.of(images.values(), images.terms()), 1)
          : images.values();
    }
  }

  /**
   * The prior's log-density of unconstrained rows, with the log-determinants of the bijections to
   * its sites.
   */
  @SuppressWarnings("NullAway") // null is the data of a program without data
  double[] logPrior(double[] rows) {
    int columns = unconstrainedColumns();
    int size = MAX_ROWS * columns;
    List<double[]> pieces = new ArrayList<>();
    for (int from = 0; from < rows.length; from += size) {
      double[] some = Arrays.copyOfRange(rows, from, Math.min(from + size, rows.length));
      pieces.add(
          inExecution(
              prior,
              config,
              0,
              (run, params, trace) -> {
                LatentSpace now = LatentSpace.inRunOf(trace);
                Shape left = now.left(some.length / columns);
                NDArray u = run.create(some, Shapes.concat(left, new Shape(columns)));
                RunDensity<@Nullable Void> density =
                    new RunDensity<>(run, params, prior, null, now);
                return Tensors.values(density.at(u).logDensity());
              }));
    }
    return Doubles.concat(pieces.toArray(double[][]::new));
  }

  /** −∞ for each value outside of the support, 0 for others. */
  private static NDArray outside(Run run, LatentSite site, NDArray x) {
    return Tensors.where(
        site.support().check(x), run.scalar(0), run.scalar(Double.NEGATIVE_INFINITY));
  }

  /** Rows as draws of the sites. */
  ImmutableMap<String, NDArray> sites(double[] rows, NDManager manager) {
    int count = rows.length / columns();
    Map<String, NDArray> arrays = Maps.newLinkedHashMap();
    try (Run run = Run.open(config, 0)) {
      NDArray x = run.create(rows, Shapes.concat(space.left(count), new Shape(columns())));
      List<NDArray> parts = space.splitValues(x);
      for (int i = 0; i < parts.size(); i++) {
        LatentSite site = space.sites().get(i);
        Shape shape = Shapes.concat(new Shape(count), site.shape());
        arrays.put(site.name(), Tensors.copy(Tensors.reshape(parts.get(i), shape), manager));
      }
    }
    return ImmutableMap.copyOf(arrays);
  }
}
