package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Range;
import com.google.common.primitives.Ints;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.infer.internal.WeightedDraws;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.file.StoredMap;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a {@link Predictive} says of data that come later, as functions of plain numbers: recorded
 * once for draws of the posterior, whichever inference they are of, and computed by Java alone, so
 * that the engine and its native library need not be there. Its file has the same bits wherever it
 * is loaded.
 *
 * <p>Data are arrays by the names of their parts, row by row, as many numbers as those that it was
 * made with; whole numbers, such as those of groups, as numbers too. What the model observes need
 * not be given where it is predicted.
 *
 * <p>Any number of threads may ask it at once. It owns nothing, and need not be closed.
 */
public final class PredictiveScorer {

  private static final String KIND = "predictive";
  private static final String VERSION = "1";
  private static final String INPUTS = "predictive.inputs";
  private static final String NAMES = "predictive.names";
  private static final String SEED = "predictive.seed";
  private static final String LOGS = "predictive.logProb";
  private static final String DRAWN = "predictive.drawn";
  private static final String WEIGHTS = "predictive.logWeights";

  /**
   * An array of the data.
   *
   * @param size how many numbers it has
   */
  record Input(String name, int size) {

    static ImmutableList<Input> of(List<String> names, List<NDArray> arrays) {
      return IntStream.range(0, names.size())
          .mapToObj(i -> new Input(names.get(i), Math.toIntExact(arrays.get(i).size())))
          .collect(toImmutableList());
    }
  }

  /**
   * What is recorded.
   *
   * @param logs the log likelihood of all observations under each draw (n)
   * @param drawn what is predicted of each draw (n, names)
   */
  record Maps(StoredMap logs, StoredMap drawn) {}

  private final ImmutableList<Input> inputs;
  private final ImmutableList<String> names;
  private final Maps maps;
  private final long seed;
  private final double @Nullable [] logWeights;

  /**
   * Of what is recorded.
   *
   * @param inputs in the order of the maps
   * @param names of what is predicted
   * @param seed of the noise
   * @param logWeights of the draws; null if all count alike
   */
  PredictiveScorer(
      ImmutableList<Input> inputs,
      ImmutableList<String> names,
      Maps maps,
      long seed,
      double @Nullable [] logWeights) {
    this.inputs = inputs;
    this.names = names;
    this.maps = maps;
    this.seed = seed;
    this.logWeights = logWeights;
  }

  /** The arrays of the data, and how many numbers each has. */
  public ImmutableMap<String, Integer> inputs() {
    return inputs.stream().collect(ImmutableMap.toImmutableMap(Input::name, Input::size));
  }

  /** The numbers that are predicted: {@code y} of a site with one, else {@code y[1]} and so on. */
  public ImmutableList<String> names() {
    return names;
  }

  /**
   * The log-density of all that the model observes in data: log of the mean over the draws of the
   * product of likelihoods, by weights if there are any.
   *
   * @param data all arrays by {@linkplain #inputs name}
   * @throws IllegalArgumentException if an array is not there, not known, or has more or fewer
   *     numbers, or one names a row that there is not
   * @throws IllegalStateException if it could not be recorded, which the message says
   */
  public double logProb(Map<String, double[]> data) {
    PlainMap map = maps.logs().get();
    double[] each = map.of(arrays(map, data));
    return LogLikelihoods.logMean(each, weights(each.length));
  }

  /**
   * Predictions, one for each draw of the posterior.
   *
   * @param counter the same gives the same ones: {@code 1} those of {@link Predictive#draw(Object,
   *     Samples)}, where that makes them at once
   * @param data arrays by {@linkplain #inputs name}; those that the model only observes may be left
   *     out
   * @return a row each, of numbers in the order of {@link #names}
   * @throws IllegalArgumentException as {@link #logProb}
   * @throws IllegalStateException if draws could not be recorded, which the message says
   */
  public double[][] sample(long counter, Map<String, double[]> data) {
    PlainMap map = maps.drawn().get();
    double[] all = map.drawn(seed, counter, arrays(map, data));
    int width = names.size();
    return IntStream.range(0, all.length / width)
        .mapToObj(i -> Arrays.copyOfRange(all, i * width, (i + 1) * width))
        .toArray(double[][]::new);
  }

  /**
   * Mean, sd and quantiles of each prediction, by weights if there are any.
   *
   * @throws IllegalArgumentException as {@link #sample}
   */
  public Summary summary(Map<String, double[]> data) {
    double[][] columns = columns(data);
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (int j = 0; j < columns.length; j++) {
      double[] column = columns[j];
      double[] weights = logWeights == null ? null : weights(column.length);
      rows.put(names.get(j), Summary.Row.ofDraws(column, weights));
    }
    return new Summary(rows.buildOrThrow(), ImmutableList.of());
  }

  /**
   * The central interval of each prediction, by quantiles of the draws.
   *
   * @param probability that it holds, between 0 and 1
   * @throws IllegalArgumentException if it is not, or as {@link #sample}
   */
  public ImmutableMap<String, Range<Double>> interval(
      double probability, Map<String, double[]> data) {
    checkArgument(
        probability > 0 && probability < 1,
        "predictive has no interval of probability %s; ask for one between 0 and 1",
        probability);
    double[][] columns = columns(data);
    ImmutableMap.Builder<String, Range<Double>> intervals = ImmutableMap.builder();
    for (int j = 0; j < columns.length; j++) {
      WeightedDraws draws = new WeightedDraws(columns[j], weights(columns[j].length));
      double low = draws.quantile((1 - probability) / 2);
      double high = draws.quantile((1 + probability) / 2);
      intervals.put(names.get(j), Range.closed(low, high));
    }
    return intervals.buildOrThrow();
  }

  private double[][] columns(Map<String, double[]> data) {
    double[][] rows = sample(1, data);
    return IntStream.range(0, names.size())
        .mapToObj(j -> Arrays.stream(rows).mapToDouble(row -> row[j]).toArray())
        .toArray(double[][]::new);
  }

  private double[] weights(int draws) {
    double[] weights = new double[draws];
    double[] logs = logWeights;
    Arrays.setAll(weights, i -> logs == null ? 1.0 / draws : Math.exp(logs[i]));
    return weights;
  }

  private ImmutableList<String> inputNames() {
    return inputs.stream().map(Input::name).collect(toImmutableList());
  }

  /** The operands of a map; zeros for those that it does not depend on and nobody gives. */
  private double[][] arrays(PlainMap map, Map<String, double[]> data) {
    for (String name : data.keySet()) {
      checkArgument(
          inputNames().contains(name),
          "data have an array '%s', but this scorer is of %s; leave it out or name it so",
          name,
          Nearest.to(name, inputNames()));
    }
    double[][] arrays = new double[inputs.size()][];
    for (int i = 0; i < arrays.length; i++) {
      Input input = inputs.get(i);
      double[] given = data.get(input.name());
      checkArgument(
          given != null || !map.uses(i),
          "data have no array '%s', but this depends on its %s numbers; pass it",
          input.name(),
          input.size());
      checkArgument(
          given == null || given.length == input.size(),
          "array '%s' has %s numbers, but this scorer was made for %s; pass as many, or make one"
              + " for data of that size",
          input.name(),
          given == null ? 0 : given.length,
          input.size());
      arrays[i] = given == null ? new double[input.size()] : given;
    }
    return arrays;
  }

  // --- files

  /**
   * Saves it in one file, over an older one.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    TensorFile.Builder file = TensorFile.builder().put(KIND, VERSION);
    file.put(
        INPUTS,
        inputs.stream()
            .map(input -> input.size() + " " + input.name())
            .collect(Collectors.joining("\n")));
    file.put(NAMES, String.join("\n", names)).put(SEED, Long.toString(seed));
    maps.logs().write(file, LOGS);
    maps.drawn().write(file, DRAWN);
    double[] weights = logWeights;
    if (weights != null) {
      file.put(WEIGHTS, FloatType.FLOAT64, new Shape(weights.length), weights);
    }
    file.write(path);
  }

  /**
   * The scorer in a file, without the engine, bit for bit.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, no such scorer, or has an operation that
   *     this release does not know
   */
  public static PredictiveScorer load(Path path) {
    TensorFile file = TensorFile.read(path);
    String inputs = file.text(INPUTS);
    String names = file.text(NAMES);
    checkArgument(
        VERSION.equals(file.text(KIND)) && inputs != null && names != null,
        "%s has no scorer of predictions of version %s; pass a file that one's save wrote",
        file,
        VERSION);
    ImmutableList<Input> all =
        Splitter.on('\n')
            .omitEmptyStrings()
            .splitToStream(inputs)
            .map(line -> input(file, line))
            .collect(toImmutableList());
    int[] sizes = all.stream().mapToInt(Input::size).toArray();
    TensorFile.Entry weights = file.entries().get(WEIGHTS);
    return new PredictiveScorer(
        all,
        ImmutableList.copyOf(Splitter.on('\n').omitEmptyStrings().split(names)),
        new Maps(StoredMap.read(file, LOGS, sizes), StoredMap.read(file, DRAWN, sizes)),
        file.whole(SEED, Long.MIN_VALUE, Long.MAX_VALUE),
        weights == null ? null : weights.values());
  }

  /** Of a line that says how many numbers an array has, and its name. */
  private static Input input(TensorFile file, String line) {
    int space = line.indexOf(' ');
    Integer size = Ints.tryParse(line.substring(0, Math.max(0, space)));
    checkArgument(
        size != null && size >= 0,
        "%s has an array of data '%s', which is none; pass a file that a scorer's save wrote",
        file,
        line);
    return new Input(line.substring(space + 1), size);
  }

  /** What it is of. */
  @Override
  public String toString() {
    return "scorer of predictions of " + names + " from " + inputs();
  }
}
