package org.ppl4j.infer.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.math.Quantiles;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.SiteTable;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.PredictiveCheck;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The data of one observed site, of a vector of a few numbers those of one of its entries.
 *
 * @param name of the site, with the entry
 * @param site its name
 * @param size how many numbers the site has in all
 * @param places those that are seen and of this entry
 * @param values there
 * @param missing how many of this entry are not seen
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Observations(
    String name, String site, int size, int[] places, double[] values, int missing) {

  /** Vectors of more entries are looked at whole. */
  private static final int MOST_ENTRIES = 8;

  /**
   * What one execution of a model shows.
   *
   * @param sites of the model
   * @param observed those that it observes
   */
  record Seen(SiteTable sites, ImmutableList<Observations> observed) {}

  /**
   * What a model shows, as it is given its data.
   *
   * @param posterior whose first draw the latent sites have: a prior need not be one that can be
   *     drawn from
   */
  static <D extends @Nullable Object> Seen of(Program<D> model, D data, Posterior<D> posterior) {
    ImmutableList.Builder<Observations> all = ImmutableList.builder();
    RunConfig config = posterior.config();
    try (Samples one = posterior.posterior(data, 1);
        BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 0)) {
      Map<String, NDArray> values = new HashMap<>();
      one.names().forEach(name -> values.put(name, one.get(name).reshape(one.shape(name))));
      Trace trace =
          run.withoutGradients(
              () ->
                  Execution.record(
                      run,
                      posterior.params(),
                      Rng.Purpose.PREDICT,
                      model,
                      bound.in(run),
                      new Substitute(values),
                      new AllRows()));
      trace.observed().forEach(site -> all.addAll(of(run, site)));
      return new Seen(trace.table(), all.build());
    }
  }

  private static List<Observations> of(Run run, SampleSite site) {
    double[] values = Tensors.values(run.bind(site.value()));
    Shape batch = site.logProb().getShape();
    int rows = Math.toIntExact(batch.size());
    int entries = rows == 0 ? 0 : values.length / rows;
    NDArray mask = site.mask();
    double[] seen = new double[rows];
    Arrays.fill(seen, site.isMaskedOut() ? 0 : 1);
    if (mask != null) {
      seen = Tensors.values(run.bind(mask).broadcast(batch));
    }
    boolean isApart = entries > 1 && entries <= MOST_ENTRIES;
    ImmutableList.Builder<Observations> all = ImmutableList.builder();
    for (int entry = 0; entry < (isApart ? entries : Math.min(1, entries)); entry++) {
      all.add(of(site.name(), values, seen, entries, isApart ? entry : -1));
    }
    return all.build();
  }

  /** Of one entry, or of all if it is −1. */
  private static Observations of(
      String site, double[] values, double[] seen, int entries, int entry) {
    int[] all =
        IntStream.range(0, values.length).filter(i -> entry < 0 || i % entries == entry).toArray();
    int[] places =
        Arrays.stream(all)
            .filter(i -> seen[i / entries] != 0 && Double.isFinite(values[i]))
            .toArray();
    return new Observations(
        entry < 0 ? site : site + "[…," + (entry + 1) + "]",
        site,
        values.length,
        places,
        Arrays.stream(places).mapToDouble(i -> values[i]).toArray(),
        all.length - places.length);
  }

  /** The same numbers of replications of the site, row by row. */
  double[] of(double[] replicated) {
    int count = replicated.length / size;
    double[] chosen = new double[count * places.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = replicated[i / places.length * size + places[i % places.length]];
    }
    return chosen;
  }

  /** Name, count, missing, mean, standard deviation, least, median and greatest. */
  List<String> row() {
    boolean isEmpty = values.length == 0;
    double[] figures =
        isEmpty
            ? new double[] {Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN}
            : new double[] {
              Arrays.stream(values).average().orElse(Double.NaN),
              PredictiveCheck.sd(values),
              Doubles.min(values),
              Quantiles.median().compute(values),
              Doubles.max(values)
            };
    ImmutableList.Builder<String> row = ImmutableList.builder();
    row.add(name, count(values.length), count(missing));
    Arrays.stream(figures).mapToObj(Page::number).forEach(row::add);
    return row.build();
  }

  private static String count(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
