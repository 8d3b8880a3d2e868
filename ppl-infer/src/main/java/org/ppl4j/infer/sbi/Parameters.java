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
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.ParamStore;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The parameters of a simulator: the latent sites of its prior, as rows of numbers, and as rows of
 * unconstrained numbers by the bijection of each site's support. All in float64, so that draws do
 * not round to the edge of a support.
 */
final class Parameters {

  /** So many rows are in one run. */
  private static final int MOST_ROWS = 8192;

  /**
   * One parameter.
   *
   * @param shape of its values
   * @param unconstrained their shape in unconstrained space
   * @param middle the value at 0 there
   */
  private record Site(String name, Shape shape, Shape unconstrained, List<Double> middle) {

    boolean sameAs(Site other) {
      return name.equals(other.name) && shape.equals(other.shape) && middle.equals(other.middle);
    }
  }

  private final Program<@Nullable Void> prior;
  private final RunConfig config;
  private final ImmutableList<Site> sites;

  private Parameters(Program<@Nullable Void> prior, RunConfig config, ImmutableList<Site> sites) {
    this.prior = prior;
    this.config = config;
    this.sites = sites;
  }

  /**
   * Those of a prior, which is executed once.
   *
   * @throws IllegalArgumentException if it has no latent sites, or one that is discrete or whose
   *     support depends on others
   */
  static Parameters of(Program<@Nullable Void> prior, RunConfig config) {
    RunConfig exact = config.withFloatType(FloatType.FLOAT64);
    ImmutableList<Site> sites = inExecution(prior, exact, 0, (run, trace) -> sites(run, trace));
    checkArgument(
        !sites.isEmpty(), "prior has no latent sites; sample the simulator's parameters in it");
    ImmutableList<Site> again = inExecution(prior, exact, 1, (run, trace) -> sites(run, trace));
    for (int i = 0; i < sites.size(); i++) {
      checkArgument(
          i < again.size() && sites.get(i).sameAs(again.get(i)),
          "parameter '%s' has a support or shape that depends on other parameters; draw it on the"
              + " unit interval and rescale it in the simulator",
          sites.get(i).name());
    }
    return new Parameters(prior, exact, sites);
  }

  private static ImmutableList<Site> sites(Run run, Trace trace) {
    ImmutableList.Builder<Site> sites = ImmutableList.builder();
    for (SampleSite site : trace.latents()) {
      Constraint support = site.distribution().support();
      checkArgument(
          !support.isDiscrete(),
          "parameter '%s' is discrete (%s), but a posterior density is learned of continuous ones;"
              + " draw it inside the simulator",
          site.name(),
          support);
      Shape shape = site.value().getShape();
      Transform bijection = Bijections.to(support);
      Shape unconstrained = bijection.inverseShape(shape);
      double[] middle = Tensors.values(bijection.forward(run.zeros(unconstrained)).value());
      sites.add(new Site(site.name(), shape, unconstrained, Doubles.asList(middle)));
    }
    return sites.build();
  }

  @SuppressWarnings("NullAway") // null is the data of a program without data
  private static <T> T inExecution(
      Program<@Nullable Void> prior,
      RunConfig config,
      long counter,
      BiFunction<Run, Trace, T> body) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        Run run = Run.open(config, counter)) {
      return run.withoutGradients(
          () -> body.apply(run, Execution.record(run, params, Rng.Purpose.PREDICT, prior, null)));
    }
  }

  /** How many numbers a row has. */
  int columns() {
    return (int) sites.stream().mapToLong(site -> site.shape().size()).sum();
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
    return (int) sites.stream().mapToLong(site -> site.unconstrained().size()).sum();
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
        Samples samples = Predictive.prior(prior, params, own).draw(null, rows)) {
      List<double[]> parts = new ArrayList<>();
      sites.forEach(site -> parts.add(samples.values(site.name())));
      return joined(rows, parts);
    }
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
    Mapping mapping = mapped(rows, columns(), true);
    int columns = unconstrainedColumns();
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

  /** Unconstrained rows as parameters, in the support. */
  double[] constrain(double[] rows) {
    return mapped(rows, unconstrainedColumns(), false).values();
  }

  private Mapping mapped(double[] values, int columns, boolean inverse) {
    int rows = values.length / columns;
    List<double[]> pieces = new ArrayList<>();
    double[] logDet = new double[rows];
    for (int from = 0; from < rows; from += MOST_ROWS) {
      int start = from;
      int count = Math.min(MOST_ROWS, rows - from);
      pieces.add(
          inExecution(
              prior,
              config,
              0,
              (run, trace) -> {
                List<double[]> parts = new ArrayList<>();
                int offset = 0;
                for (Site site : sites) {
                  Constraint support = trace.site(site.name()).distribution().support();
                  Transform bijection = Bijections.to(support);
                  Shape shape = inverse ? site.shape() : site.unconstrained();
                  int size = (int) shape.size();
                  NDArray x =
                      run.create(
                          part(values, columns, start, count, offset, size),
                          Shapes.concat(new Shape(count), shape));
                  Mapped mapped = inverse ? bijection.inverse(x) : bijection.forward(x);
                  parts.add(Tensors.values(mapped.value()));
                  add(Tensors.values(mapped.logDet()), logDet, start, count);
                  if (inverse) {
                    NDArray member = support.check(x);
                    NDArray outside =
                        Tensors.where(member, run.scalar(0), run.scalar(Double.NEGATIVE_INFINITY));
                    add(Tensors.values(outside), logDet, start, count);
                  }
                  offset += size;
                }
                return joined(count, parts);
              }));
    }
    return new Mapping(Doubles.concat(pieces.toArray(double[][]::new)), logDet);
  }

  /** Adds as many terms to each of {@code count} rows as there are. */
  private static void add(double[] terms, double[] sums, int start, int count) {
    int each = terms.length / count;
    for (int i = 0; i < terms.length; i++) {
      sums[start + i / each] += terms[i];
    }
  }

  private static double[] part(
      double[] values, int columns, int start, int count, int offset, int size) {
    double[] part = new double[count * size];
    for (int row = 0; row < count; row++) {
      System.arraycopy(values, (start + row) * columns + offset, part, row * size, size);
    }
    return part;
  }

  /** Sites beside each other, row by row. */
  private static double[] joined(int rows, List<double[]> parts) {
    int columns = parts.stream().mapToInt(part -> part.length / rows).sum();
    double[] all = new double[rows * columns];
    int offset = 0;
    for (double[] part : parts) {
      int size = part.length / rows;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(part, row * size, all, row * columns + offset, size);
      }
      offset += size;
    }
    return all;
  }

  /** Rows as draws of the sites. */
  ImmutableMap<String, NDArray> sites(double[] rows, NDManager manager) {
    int count = rows.length / columns();
    Map<String, NDArray> arrays = Maps.newLinkedHashMap();
    try (Run run = Run.open(config, 0)) {
      int offset = 0;
      for (Site site : sites) {
        int size = (int) site.shape().size();
        NDArray values =
            run.create(
                part(rows, columns(), 0, count, offset, size),
                Shapes.concat(new Shape(count), site.shape()));
        arrays.put(site.name(), Tensors.copy(values, manager));
        offset += size;
      }
    }
    return ImmutableMap.copyOf(arrays);
  }
}
