package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** What a model does with a few rows, and whether it is the sum over rows that it is taken for. */
final class PlateLook {

  private static final String OWNER = "a log density on Spark";

  /** How far apart the two vectors are, in unconstrained space. */
  private static final double NEAR = 0.2;

  private final String plate;

  private PlateLook(String plate) {
    this.plate = plate;
  }

  /**
   * The model as executors have it.
   *
   * @param few numbers of rows, at least one
   * @throws IllegalArgumentException if it is no such sum
   */
  static PlateModel at(
      Program<Map<String, NDArray>> program,
      String plate,
      NumberColumns columns,
      RunConfig config,
      double[][] few) {
    RowBlock first = block(few, 0, 1);
    PlateModel seen;
    try (NDManager manager = NDManager.newBaseManager(config.device());
        ParamStore params = new ParamStore(manager, config);
        Run run = Run.open(config, 0)) {
      Trace trace =
          Start.of(run, params, program, columns.in(run, first), Initializer.uniform()).trace();
      PlateLook look = new PlateLook(plate);
      look.check(trace, 1);
      if (few.length > 1) {
        RowBlock others = block(few, 1, few.length);
        Trace again =
            Execution.record(
                run,
                params,
                Rng.Purpose.PREDICT,
                program,
                columns.in(run, others),
                new Replay(trace),
                new SumOut());
        look.check(again, others.rows());
        look.checkOutside(trace, again);
      }
      LatentSpace space = LatentSpace.of(trace, OWNER, ImmutableMap.of(), ImmutableSet.of());
      seen =
          new PlateModel(
              program,
              plate,
              columns,
              space.sites().stream()
                  .map(site -> new PlateModel.Latent(site.name(), site.batch(), site.event()))
                  .collect(ImmutableList.toImmutableList()),
              vector(run, space, trace, 0),
              vector(run, space, trace, NEAR),
              config,
              false);
    }
    return seen.recorded(new BlockDensity(seen).isRecorded(first));
  }

  private static RowBlock block(double[][] few, int from, int to) {
    return RowBlock.of(0, few[0].length, Doubles.concat(Arrays.copyOfRange(few, from, to)));
  }

  /** The values of sites, moved by as much at most in unconstrained space. */
  private static double[] vector(Run run, LatentSpace space, Trace trace, double by) {
    SplittableRandom random = new SplittableRandom(space.size());
    return run.withoutGradients(
        () -> {
          List<NDArray> values =
              space.names().stream().map(name -> run.bind(trace.value(name))).toList();
          NDArray u = space.unconstrain(values);
          double[] moves =
              random.doubles(space.size(), -by / 2, by == 0 ? Double.MIN_VALUE : by / 2).toArray();
          return Doubles.concat(
              space.constrain(u.add(run.create(moves, u.getShape()))).values().stream()
                  .map(mapped -> Tensors.values(mapped.value()))
                  .toArray(double[][]::new));
        });
  }

  private boolean isInside(SampleSite site) {
    return PlateModel.isIn(plate, site);
  }

  private void check(Trace trace, int rows) {
    Plate found =
        trace.plates().stream().filter(each -> each.name().equals(plate)).findFirst().orElse(null);
    checkArgument(
        found != null,
        "model opens no plate '%s', but %s; name the plate in which its rows are",
        plate,
        trace.plates().stream().map(Plate::name).toList());
    checkArgument(
        found.size() == rows && found.scale() == 1,
        "plate %s is to hold %s rows, all of which count once; open it with the number of rows that"
            + " a column has, as p.plate(\"%s\", rows.get(column).size(0))",
        found,
        rows,
        plate);
    checkArgument(
        trace.params().isEmpty(),
        "model has parameters %s, which executors do not; make them sample sites, or numbers",
        trace.params().stream().map(each -> each.name()).toList());
    for (SampleSite site : trace.sites()) {
      checkArgument(
          !site.isLatent() || !isInside(site),
          "sample site '%s' is latent in plate '%s', whose rows are on executors, so that nobody"
              + " holds its values; sum it out of the model, or put it outside",
          site.name(),
          plate);
      checkArgument(
          !site.isEnumerated() || isInside(site),
          "sample site '%s' is summed out and lies outside of plate '%s', so that blocks of rows do"
              + " not add up; put it into the plate, or make it continuous",
          site.name(),
          plate);
    }
  }

  /** That what is outside of the plate is the same where rows are others. */
  private void checkOutside(Trace some, Trace others) {
    for (SampleSite site : some.sites()) {
      checkArgument(
          isInside(site) || isSame(site, others.find(site.name())),
          "site '%s' lies outside of plate '%s', but is another where rows are others; put it into"
              + " the plate, or give the model as a number what it takes of all rows",
          site.name(),
          plate);
    }
  }

  private static boolean isSame(SampleSite site, @Nullable SampleSite other) {
    return other != null
        && Arrays.equals(Tensors.values(site.value()), Tensors.values(other.value()))
        && Arrays.equals(Tensors.values(site.logProb()), Tensors.values(other.logProb()));
  }
}
