package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * A model executed at an initialiser's values, where its log density is finite.
 *
 * @param trace what it did, with all rows of the plates whose rows the library draws
 * @param batches how many rows of those plates a step sees, by name
 */
record Start(Trace trace, ImmutableMap<String, Long> batches) {

  /** The setting of a site whose density counts in the search. */
  private static final String COUNTS = "start.counts";

  /**
   * Gives every latent site the initialiser's value, and mutes all: the search judges densities by
   * itself, where the check of first runs would throw. Plates whose rows the library would draw are
   * seen with all their rows.
   */
  private record Initial(Initializer initializer, Ppl outer, int attempt, Map<String, Long> batches)
      implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.isLatent() && !site.hasValue()) {
            expand(site);
            Rng rng = outer.initialNoise(site.name()).split(attempt);
            site.substitute(initializer.value(site, p.run(), rng), site.distribution().support());
          }
          if (!site.isMuted()) {
            site.set(COUNTS, true);
            site.mute();
          }
        }

        @Override
        protected PlateSpec opening(PlateSpec spec) {
          if (!spec.isDrawn()) {
            return spec;
          }
          batches.put(spec.name(), spec.batch());
          return spec.batch(spec.size());
        }
      };
    }
  }

  /** Expands a site to its plates already on its way out, so that each row gets its own value. */
  private static void expand(SampleSite site) {
    Shape batch = site.distribution().batchShape();
    for (Plate plate : site.plates()) {
      int at = batch.dimension() + plate.dim();
      if (at < 0 || batch.get(at) == 1) { // any other size is for the language to complain about
        long[] sizes = new long[-plate.dim()];
        Arrays.fill(sizes, 1);
        sizes[0] = plate.batch();
        batch = Shapes.broadcast(batch, new Shape(sizes));
      }
    }
    site.distribution(site.distribution().expand(batch));
  }

  /**
   * The model at its initial values.
   *
   * @throws IllegalStateException if no attempt found a finite log density
   */
  static <D extends @Nullable Object> Start of(
      Ppl p, Program<D> model, D data, Initializer initializer) {
    return p.run().withoutGradients(() -> search(p, model, data, initializer));
  }

  private static <D extends @Nullable Object> Start search(
      Ppl p, Program<D> model, D data, Initializer initializer) {
    Trace best = null;
    double bestDensity = Double.NEGATIVE_INFINITY;
    Trace failed = null;
    Map<String, Long> batches = new HashMap<>();
    int attempts = initializer.attempts();
    for (int attempt = 0; attempt < attempts; attempt++) {
      Trace trace =
          Execution.record(
              p.run(),
              p.params(),
              Rng.Purpose.INITIAL,
              model,
              data,
              new Initial(initializer, p, attempt, batches));
      double density = density(trace);
      if (!Double.isFinite(density)) {
        failed = trace;
      } else if (!initializer.takesBest()) {
        return new Start(trace, ImmutableMap.copyOf(batches));
      } else if (best == null || density > bestDensity) {
        best = trace;
        bestDensity = density;
      }
    }
    if (best == null) {
      throw new IllegalStateException(
          "no starting point with a finite log density: %s; tried: %s, %s attempts; start elsewhere"
                  .formatted(complaint(failed), initializer, attempts)
              + " (guide.initializer(...)), or look at this site's distribution");
    }
    return new Start(best, ImmutableMap.copyOf(batches));
  }

  private static double density(Trace trace) {
    double density = 0;
    for (SampleSite site : trace.sites()) {
      density += site.scale() * Arrays.stream(Tensors.values(counted(site))).sum();
    }
    return density;
  }

  /** The log density of a site where the model counts it. */
  private static NDArray counted(SampleSite site) {
    if (!site.settings().containsKey(COUNTS)) {
      return Tensors.number(0);
    }
    NDArray mask = site.mask();
    return mask == null ? site.logProb() : Tensors.where(mask, site.logProb(), 0);
  }

  private static String complaint(@Nullable Trace failed) {
    if (failed == null) {
      return "no attempt was made";
    }
    for (SampleSite site : failed.sites()) {
      double[] density = Tensors.values(counted(site));
      if (!Arrays.stream(density).allMatch(Double::isFinite)) {
        return "%s '%s' has log density %s at %s"
            .formatted(
                site.kind() == SampleSite.Kind.FACTOR ? "factor" : "sample site",
                site.name(),
                firstBad(density),
                values(failed.sites()));
      }
    }
    return "the sum over all sites overflows";
  }

  private static double firstBad(double[] density) {
    return Arrays.stream(density).filter(x -> !Double.isFinite(x)).findFirst().orElse(Double.NaN);
  }

  private static String values(List<SampleSite> sites) {
    return sites.stream()
        .filter(SampleSite::isLatent)
        .map(site -> site.name() + " = " + brief(Tensors.values(site.value())))
        .collect(Collectors.joining(", "));
  }

  private static String brief(double[] values) {
    String few =
        Arrays.stream(values)
            .limit(3)
            .mapToObj(x -> String.format(Locale.ROOT, "%.4g", x))
            .collect(Collectors.joining(" "));
    return values.length > 3 ? few + " … (" + values.length + ")" : few;
  }
}
