package org.ppl4j.examples.launcher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.SamplerReport;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * A model given its data, whose posterior is found by the {@link InferenceMethod} that the user
 * asks for: with what the method says of itself, and beside the reference in the same table and
 * picture by each.
 *
 * @param <D> the data of the model
 */
public final class ExampleModel<D extends @Nullable Object> {

  /** Of what is no chain. */
  private static final int DRAWS = 20_000;

  /** As many as quantiles of a picture need. */
  private static final int PREDICTED = 2000;

  /** Of warm-up of each chain, and as many draws. */
  private static final int ITERATIONS = 1000;

  private static final String STEPS = "steps";

  /**
   * How a guide is fitted.
   *
   * @param <D> the data of model and guide
   */
  @FunctionalInterface
  public interface Guide<D extends @Nullable Object> {

    /**
     * The fit before its first step.
     *
     * @param steps how many it will make
     */
    Svi.Builder<D> fit(ParamStore params, int steps);
  }

  private final String name;
  private final Program<D> model;
  private final D data;
  private final Reference reference;
  private final int steps;
  private final Guide<D> guide;
  private Program<D> approximated;
  private UnaryOperator<Summary> names = UnaryOperator.identity();
  private Function<ParamStore, Map<String, Double>> learned = params -> ImmutableMap.of();
  private InferenceMethod usual = InferenceMethod.SVI;
  private Initializer start = Initializer.uniform();
  private @Nullable Function<Samples, Picture> pictured;

  private ExampleModel(
      String name, Program<D> model, D data, Reference reference, int steps, Guide<D> guide) {
    this.name = requireNonNull(name, "name");
    this.model = requireNonNull(model, "model");
    this.data = data;
    this.reference = requireNonNull(reference, "reference");
    this.steps = steps;
    this.guide = requireNonNull(guide, "guide");
    this.approximated = model;
  }

  /**
   * Of a model given data.
   *
   * @param name of the example, and so of its picture
   * @param reference the posterior as it is known from elsewhere; none where there is a picture
   * @param steps that the fit of the guide makes, if the user does not say how many
   */
  public static <D extends @Nullable Object> ExampleModel<D> of(
      String name, Program<D> model, D data, Reference reference, int steps, Guide<D> guide) {
    return new ExampleModel<>(name, model, data, reference, steps, guide);
  }

  /** With the model as normal approximations see it, in other variables; as it is unless set. */
  @CanIgnoreReturnValue
  public ExampleModel<D> approximated(Program<D> inOtherVariables) {
    this.approximated = requireNonNull(inOtherVariables, "inOtherVariables");
    return this;
  }

  /** With what is found under the names that the reference has. */
  @CanIgnoreReturnValue
  public ExampleModel<D> named(UnaryOperator<Summary> names) {
    this.names = requireNonNull(names, "names");
    return this;
  }

  /** With further figures of the guide that was fitted. */
  @CanIgnoreReturnValue
  public ExampleModel<D> learned(Function<ParamStore, Map<String, Double>> figures) {
    this.learned = requireNonNull(figures, "figures");
    return this;
  }

  /** With another method where the options name none. */
  @CanIgnoreReturnValue
  public ExampleModel<D> usually(InferenceMethod method) {
    this.usual = requireNonNull(method, "method");
    return this;
  }

  /** With chains and normal approximations that start there. */
  @CanIgnoreReturnValue
  public ExampleModel<D> startingAt(Initializer initializer) {
    this.start = requireNonNull(initializer, "initializer");
    return this;
  }

  /** With a picture of what the posterior predicts in the place of the one of the table. */
  @CanIgnoreReturnValue
  public ExampleModel<D> pictured(Function<Samples, Picture> ofPredictions) {
    this.pictured = requireNonNull(ofPredictions, "ofPredictions");
    return this;
  }

  /** The posterior by the method of the options; a guide is fitted if nobody names one. */
  public ExampleResult run(ExampleOptions options) {
    return switch (options.get(InferenceMethod.OPTION).orElse(usual)) {
      case INFERENCE -> byInference(options);
      case SVI -> byGuide(options);
      case NUTS -> byChains(options);
      case LAPLACE -> byLaplace(options);
      case PATHFINDER -> byPathfinder(options);
    };
  }

  private ExampleResult byInference(ExampleOptions options) {
    try (InferenceRun<D> run =
        Inference.of(model).config(options.config()).progress(options.progress()).run(data)) {
      int made = Math.toIntExact(run.samples().draws());
      ImmutableMap<String, Double> figures =
          ImmutableMap.of("warnings", (double) run.report().warnings().size());
      return result(options, run, made, run.report().toString(), run.summary(), figures);
    }
  }

  private ExampleResult byGuide(ExampleOptions options) {
    int wanted = options.steps().orElse(steps);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, options.config())) {
      Svi<D> svi = guide.fit(params, wanted).progress(options.progress()).build();
      FitReport report = svi.run(data, wanted);
      options.report(() -> Report.of(svi, report, data).model(model, data).title(name));
      ImmutableMap<String, Double> figures =
          ImmutableMap.<String, Double>builder()
              .putAll(learned.apply(params))
              .put("loss", report.finalLoss())
              .put(STEPS, (double) report.steps())
              .buildOrThrow();
      try (Samples posterior = options.draws(svi, data, DRAWS)) {
        return result(options, svi, DRAWS, report.toString(), posterior.summary(), figures);
      }
    }
  }

  private ExampleResult byChains(ExampleOptions options) {
    int wanted = options.steps().orElse(ITERATIONS);
    Nuts<D> nuts = options.chains(Nuts.of(model), wanted).initializer(start);
    try (McmcRun<D> run = nuts.run(data)) {
      SamplerReport report = run.report();
      ImmutableMap<String, Double> figures =
          ImmutableMap.of(
              "divergences",
              (double) report.divergences(),
              "gradients",
              (double) report.gradients(),
              STEPS,
              (double) wanted);
      options.report(() -> Report.of(run).model(model, data).title(name));
      int made = Math.toIntExact(run.samples().draws());
      return result(options, run, made, report.toString(), run.summary(), figures);
    }
  }

  private ExampleResult byLaplace(ExampleOptions options) {
    int draws = options.steps().orElse(DRAWS);
    LaplaceApproximation<D> laplace =
        LaplaceApproximation.of(approximated).config(options.config()).initializer(start);
    try (LaplacePosterior<D> found = laplace.run(data);
        ImportanceSamples weighted = found.importance(data, draws)) {
      options.report(() -> Report.of(found, data).model(approximated, data).title(name));
      String report = words(found, draws, "counted");
      return approximation(
          options, found, report, weighted.samples().summary(), found.khat(), draws);
    }
  }

  private ExampleResult byPathfinder(ExampleOptions options) {
    int draws = options.steps().orElse(DRAWS);
    Pathfinder<D> pathfinder =
        Pathfinder.of(approximated)
            .config(options.config())
            .progress(options.progress())
            .initializer(start);
    try (PathfinderPosterior<D> found = pathfinder.run(data);
        Samples chosen = found.posterior(data, draws)) {
      options.report(() -> Report.of(found, data).model(approximated, data).title(name));
      String report = words(found, draws, "chosen");
      return approximation(options, found, report, chosen.summary(), found.khat(), draws);
    }
  }

  private static String words(Object found, int draws, String how) {
    return String.format(
        Locale.ROOT, "%s%n  below are %,d draws, %s by their weights", found, draws, how);
  }

  private ExampleResult approximation(
      ExampleOptions options,
      Posterior<D> found,
      String report,
      Summary all,
      Khat khat,
      int draws) {
    return result(
        options,
        found,
        draws,
        report,
        all,
        ImmutableMap.of("k-hat", khat.value(), STEPS, (double) draws));
  }

  private ExampleResult result(
      ExampleOptions options,
      Posterior<D> found,
      int draws,
      String report,
      Summary all,
      ImmutableMap<String, Double> figures) {
    boolean isKnown = !reference.parameters().isEmpty();
    Summary summary = isKnown ? reference.only(names.apply(all)) : names.apply(all);
    ImmutableMap.Builder<String, Double> more = ImmutableMap.builder();
    if (isKnown) {
      more.put("largest offset of a mean in reference sd", reference.largestOffset(summary));
    }
    ExampleResult result =
        new ExampleResult(summary, reference, more.putAll(figures).buildOrThrow())
            .withReport(report);
    options.save(
        directory -> save(found, draws, options, result, directory.resolve(name + ".png")));
    return result;
  }

  private void save(
      Posterior<D> found, int draws, ExampleOptions options, ExampleResult result, Path file) {
    if (pictured == null) {
      String method = options.get(InferenceMethod.OPTION).orElse(usual).toString();
      result.picture(name, method).save(file);
      return;
    }
    try (Samples predicted = Predictive.of(model, found).draw(data, Math.min(draws, PREDICTED))) {
      pictured.apply(predicted).save(file);
    }
  }
}
