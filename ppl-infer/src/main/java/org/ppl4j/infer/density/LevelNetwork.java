package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.handlers.Scale;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Mlp;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A network from contexts to a score for each of K levels; 0 for all at first.
 *
 * @param units of contexts
 * @param hidden the widths of its hidden layers; none for a linear map
 * @param params where its tensors live
 * @param config of all runs
 */
record LevelNetwork(
    Units units, ImmutableIntArray hidden, int levels, ParamStore params, RunConfig config)
    implements LevelScores {

  private static final Family FAMILY = Family.of(LevelNetwork.class, 1);

  private static final String NAME = "levels";
  private static final String UNITS = "category.x";
  private static final String HIDDEN = "category.hidden";

  /** The scores of an execution, (N, K). */
  private NDArray scores(Ppl p, NDArray x) {
    Mlp layers = Mlp.of(hidden.toArray()).activation(Activation.SILU);
    return p.module(NAME, layers.network(units.columns(), levels)).apply(x);
  }

  /**
   * The mean log-probability of the levels of a batch of a table with {@code all} rows.
   *
   * @param offsets that are added to the scores
   */
  Program<Rows> likelihood(long all, double[] offsets) {
    Program<Rows> sum =
        (p, rows) -> {
          NDArray logits = scores(p, requireNonNull(rows.x(), "x")).add(Tensors.vector(offsets));
          try (Plate plate = p.plate(PlateSpec.of("rows", all).given(rows.y().size(0)))) {
            p.factor("level", Categorical.logits(logits).logProb(plate.take(rows.y().squeeze(1))));
          }
        };
    return sum.with(new Scale(1.0 / all));
  }

  @Override
  public double[] scores(Table contexts) {
    double[] all = new double[contexts.rows() * levels];
    for (int from = 0; from < contexts.rows(); from += FlowModel.MAX_ROWS) {
      int to = Math.min(from + FlowModel.MAX_ROWS, contexts.rows());
      Table some = units.standard(contexts.range(from, to), null).rows();
      double[] scores = inStandard(some);
      System.arraycopy(scores, 0, all, from * levels, scores.length);
    }
    return all;
  }

  private double[] inStandard(Table contexts) {
    Program<NDArray> program = (p, x) -> p.deterministic("scores", scores(p, x));
    try (NDManager manager = NDManager.newBaseManager();
        BoundData<NDArray> bound = BoundData.of(contexts.array(manager), config);
        Run run = Run.open(config, 0)) {
      Trace trace =
          run.withoutGradients(
              () -> Execution.record(run, params, Rng.Purpose.PREDICT, program, bound.in(run)));
      return Tensors.values(trace.value("scores"));
    }
  }

  @Override
  public LevelScores recorded() {
    int width = units.columns();
    double[][] first = {new double[width]};
    double[][] second = {new double[width]};
    Arrays.fill(second[0], 0.5);
    PlainMap map =
        PlainMap.of(
            "network of levels",
            config,
            List.of(new Shape(1, width)),
            (run, in) ->
                Execution.record(
                        run,
                        params,
                        Rng.Purpose.PREDICT,
                        (p, x) -> p.deterministic("scores", scores(p, x)),
                        in.get(0))
                    .value("scores"),
            first,
            second);
    return new RecordedLevels(units, map);
  }

  @Override
  public void write(TensorFile.Builder file) {
    FAMILY.write(file);
    params.write(file);
    units.write(file, UNITS);
    file.put(
        HIDDEN,
        hidden.stream().mapToObj(Integer::toString).collect(Collectors.joining(" ", "[", "]")));
  }

  /** The one in a file; null if it has none. */
  static @Nullable LevelNetwork read(
      TensorFile file, DensityFile.Reader reader, int contextDim, int levels) {
    String text = file.text(HIDDEN);
    if (text == null) {
      return null;
    }
    reader.checkHasFlows(file);
    FAMILY.check(file);
    checkArgument(
        text.matches("\\[([1-9][0-9]{0,5}( [1-9][0-9]{0,5})*)?]"),
        "%s has '%s' for '%s', which no density has; pass a file that a density's save wrote",
        file,
        text,
        HIDDEN);
    ImmutableIntArray.Builder hidden = ImmutableIntArray.builder();
    Splitter.on(' ')
        .omitEmptyStrings()
        .split(text.substring(1, text.length() - 1))
        .forEach(width -> hidden.add(Integer.parseInt(width)));
    RunConfig config = DensityFile.config(file);
    return new LevelNetwork(
        Units.read(file, UNITS, contextDim),
        hidden.build(),
        levels,
        reader.store(file, config),
        config);
  }

  @Override
  public void close() {
    params.close();
  }
}
