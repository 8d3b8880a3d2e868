package org.ppl4j.infer.report;

import static java.util.stream.Collectors.joining;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.SiteGraph;
import org.ppl4j.SiteTable;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.diagnostics.PredictiveCheck;
import org.ppl4j.infer.diagnostics.PriorSensitivity;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;

/**
 * What a page says of a model and its data: whether the model makes data like them, which
 * observations it does not expect, what numbers owe to the prior, and what it assumes. What cannot
 * be found out is said, with the reason.
 *
 * @param <D> the data of the model
 */
final class ModelPart<D extends @Nullable Object> {

  private static final int PRIOR_DRAWS = 1000;
  private static final int REPLICATIONS = 500;

  /** Draws that observations are weighed by; fewer where they are many. */
  private static final int WEIGHED = 4000;

  private static final int FEWEST_WEIGHED = 500;
  private static final long MOST_LIKELIHOODS = 20_000_000;

  /** Of more observed columns there are no pictures. */
  private static final int MOST_COLUMNS = 5;

  /** Numbers in the table of what the prior does. */
  private static final int MOST_SCALED = 20;

  private final Program<D> model;
  private final D data;
  private final List<Observations> observed;
  private final ImmutableList.Builder<Finding> findings = ImmutableList.builder();
  private final ImmutableList.Builder<Figure> figures = ImmutableList.builder();
  private final List<String> limits = new ArrayList<>();
  private SiteGraph graph;
  private Map<String, double[]> prior = ImmutableMap.of();
  private Optional<PriorSensitivity> sensitivity = Optional.empty();

  private ModelPart(Program<D> model, D data, SiteGraph graph, List<Observations> observed) {
    this.model = model;
    this.data = data;
    this.graph = graph;
    this.observed = observed;
  }

  /**
   * Of a model with the posterior that was found.
   *
   * @param drawn the numbers of it that have pictures
   * @param most how many draws can be had of it
   */
  static <D extends @Nullable Object> ModelPart<D> of(
      Program<D> model, D data, Posterior<D> posterior, Drawn drawn, int most) {
    Observations.Seen seen = Observations.of(model, data, posterior);
    ModelPart<D> part =
        new ModelPart<>(
            model, data, new SiteGraph(seen.sites(), ImmutableList.of()), seen.observed());
    part.attempt(Topic.PRIOR, "the graph of the model", () -> part.graph = model.graph(data));
    part.attempt(
        Topic.PRIOR,
        "draws of the prior",
        () -> part.drawPrior(posterior, drawn.numbers().keySet()));
    part.attempt(
        Topic.DATA,
        "checks by new data",
        () -> part.check(posterior, Math.min(most, REPLICATIONS)));
    part.attempt(Topic.DATA, "cross-validation", () -> part.leaveOut(posterior, most));
    part.attempt(
        Topic.PRIOR, "scaling of the prior", () -> part.scale(posterior, drawn.continuous(), most));
    return part;
  }

  /** What is refused, as by a model that has no prior to draw from, is said and left out. */
  private void attempt(Topic topic, String what, Runnable work) {
    try {
      work.run();
    } catch (IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException refused) {
      String words = "not found out by " + what + ": " + Reason.of(refused);
      findings.add(new Finding(topic, Level.LOOK, words));
      limits.add("What " + what + " would show was not found out.");
    }
  }

  // --- what is found out

  private void drawPrior(Posterior<D> posterior, Set<String> drawn) {
    try (Samples draws =
        Predictive.prior(model, posterior.params(), posterior.config()).draw(data, PRIOR_DRAWS)) {
      Set<String> known = Set.copyOf(Quantity.names(draws));
      Map<String, double[]> all = new HashMap<>();
      Quantity.of(draws, drawn.stream().filter(known::contains).toList())
          .forEach(quantity -> all.put(quantity.name(), quantity.draws()));
      prior = all;
    }
  }

  private void check(Posterior<D> posterior, int replications) {
    Map<String, CurvePicture> overlays = new HashMap<>();
    ImmutableMap.Builder<String, CurvePicture> pictures = ImmutableMap.builder();
    ImmutableMap.Builder<String, CurvePicture> checks = ImmutableMap.builder();
    try (Samples made = Predictive.of(model, posterior).draw(data, replications)) {
      for (Observations column : observed.stream().limit(MOST_COLUMNS).toList()) {
        double[] replicated = column.of(made.values(column.site()));
        CurvePicture overlay =
            PredictiveCheckPicture.suited(column.name(), column.values(), replicated);
        pictures.put(column.name(), overlay);
        overlays.put(column.name(), overlay);
        boolean isRight = true;
        for (PredictiveCheck check : PredictiveCheck.usual(column.values(), replicated)) {
          Optional<String> warning = check.warning();
          warning.ifPresent(
              words ->
                  findings.add(
                      new Finding(Topic.DATA, Level.BAD, "'" + column.name() + "': " + words)));
          isRight &= warning.isEmpty();
          if (Double.isFinite(check.observed())) {
            String name = column.name() + ": " + check.name();
            checks.put(name, PredictiveCheckPicture.figure(name, check));
          }
        }
        if (isRight) {
          findings.add(
              new Finding(
                  Topic.DATA,
                  Level.GOOD,
                  String.format(
                      Locale.ROOT,
                      "mean, sd, least, median and greatest of '%s' are like those of %,d data sets"
                          + " that the model made",
                      column.name(),
                      replications)));
        }
      }
    }
    if (!overlays.isEmpty()) {
      figures.add(
          curves(
              "Data and data that the model makes",
              "The dark line is the data, each thin one a data set that the fitted model made: the"
                  + " data should be one among them.",
              pictures.buildOrThrow()),
          curves(
              "Figures of the data",
              "Where the data's figure (upright line) lies outside what the model makes, the model"
                  + " lacks something.",
              checks.buildOrThrow()));
    }
  }

  private static Figure.Curves curves(
      String title, String about, ImmutableMap<String, CurvePicture> choices) {
    return new Figure.Curves(title, about, choices, choices.keySet().asList().get(0));
  }

  private void leaveOut(Posterior<D> posterior, int most) {
    int observations = observed.stream().mapToInt(column -> column.values().length).sum();
    if (observations == 0) {
      return;
    }
    long affordable = MOST_LIKELIHOODS / observations;
    if (affordable < FEWEST_WEIGHED) {
      limits.add(
          String.format(
              Locale.ROOT,
              "%,d observations are too many for this page to leave out one by one: Loo.of does.",
              observations));
      return;
    }
    try (Samples draws =
        posterior.posterior(data, (int) Math.min(Math.min(most, WEIGHED), affordable))) {
      LogLikelihoods likelihoods = ModelDensity.of(model, posterior).logLikelihoods(data, draws);
      Loo loo = Loo.of(likelihoods);
      loo.warning().ifPresent(words -> findings.add(new Finding(Topic.DATA, Level.LOOK, words)));
      if (loo.warning().isEmpty()) {
        findings.add(
            new Finding(
                Topic.DATA,
                Level.GOOD,
                String.format(
                    Locale.ROOT,
                    "no observation of %,d carries the fit alone: k-hat of none is above %.2f, so"
                        + " that leave-one-out cross-validation holds (elpd_loo %.1f ± %.1f, p_loo"
                        + " %.1f)",
                    loo.pointwise().size(),
                    loo.threshold(),
                    loo.elpd().value(),
                    loo.elpd().standardError(),
                    loo.parameters().value())));
      }
      figures.add(khats(ImmutableMap.of("", khats(loo))));
    }
  }

  /** How far the figure of each observation that is left out is to be trusted. */
  static CurvePicture khats(Loo loo) {
    List<Loo.Observation> all = loo.pointwise();
    double[] places = IntStream.rangeClosed(1, all.size()).asDoubleStream().toArray();
    double[] khats = all.stream().mapToDouble(Loo.Observation::khat).toArray();
    double[] ends = {1, Math.max(2, all.size())};
    double[] bound = {loo.threshold(), loo.threshold()};
    return CurvePicture.of("k-hat", "observation", "k-hat")
        .points("k-hat", places, khats, all.stream().map(Loo.Observation::name).toList())
        .dashed("too large above", ends, bound);
  }

  /** Those of models by name. */
  static Figure.Curves khats(ImmutableMap<String, CurvePicture> models) {
    return curves(
        "Observations that carry the fit",
        "k-hat of each observation, were it left out. Those above the dashed line the model does"
            + " not expect: point at one for its name.",
        models);
  }

  private void scale(Posterior<D> posterior, Set<String> drawn, int most) {
    List<String> priors = priors();
    if (priors.isEmpty() || graph.edges().isEmpty()) {
      limits.add("Which sites are priors is not known, nor what the result owes to them.");
      return;
    }
    try (Samples draws = posterior.posterior(data, Math.min(most, WEIGHED))) {
      ModelDensity<D> density = ModelDensity.of(model, posterior);
      double[] logPrior = density.logPriors(data, draws, priors);
      double[] logLikelihood = density.logJoints(data, draws);
      double[] logAll = density.logPriors(data, draws, latents());
      Arrays.setAll(logLikelihood, i -> logLikelihood[i] - logAll[i]);
      Map<String, double[]> numbers =
          Quantity.of(draws, List.copyOf(drawn)).stream()
              .collect(
                  Collectors.toMap(
                      Quantity::name, Quantity::draws, (a, b) -> a, LinkedHashMap::new));
      PriorSensitivity found = PriorSensitivity.of(numbers, logPrior, logLikelihood);
      sensitivity = Optional.of(found);
      judge(found);
    }
  }

  private void judge(PriorSensitivity found) {
    if (found.rows().isEmpty()) {
      return;
    }
    String least =
        found.khat() > SmoothedWeights.THRESHOLD
            ? String.format(Locale.ROOT, " or more (k-hat %.2f)", found.khat())
            : "";
    worst(found, PriorSensitivity.Row::isConflict)
        .ifPresent(
            row ->
                findings.add(
                    new Finding(
                        Topic.PRIOR,
                        Level.BAD,
                        String.format(
                            Locale.ROOT,
                            "prior and data pull %s apart, most of all '%s', which moves by %.1f sd"
                                + "%s with the prior scaled by 1/2 or 2, and by %.1f with the"
                                + " data; look whether the prior is what you know, in the units of"
                                + " the data",
                            count(found, PriorSensitivity.Row::isConflict),
                            row.getKey(),
                            row.getValue().byPrior(),
                            least,
                            row.getValue().byLikelihood()))));
    worst(found, PriorSensitivity.Row::isMostlyPrior)
        .ifPresent(
            row ->
                findings.add(
                    new Finding(
                        Topic.PRIOR,
                        Level.LOOK,
                        String.format(
                            Locale.ROOT,
                            "%s: mostly the prior's, most of all '%s', which moves by %.1f sd%s"
                                + " with the prior scaled by 1/2 or 2: the data say little of it;"
                                + " say so where you report it, or bring more data",
                            count(found, PriorSensitivity.Row::isMostlyPrior),
                            row.getKey(),
                            row.getValue().byPrior(),
                            least))));
    if (found.rows().values().stream().allMatch(row -> row.byPrior() <= PriorSensitivity.LARGE)) {
      worst(found, row -> true)
          .ifPresent(
              row ->
                  findings.add(
                      new Finding(
                          Topic.PRIOR,
                          Level.GOOD,
                          String.format(
                              Locale.ROOT,
                              "the prior scaled by 1/2 or 2 moves no number by more than %.2f sd"
                                  + " (of '%s'), not above %s: how wide it is hardly matters",
                              row.getValue().byPrior(),
                              row.getKey(),
                              PriorSensitivity.LARGE))));
    }
  }

  private static String count(PriorSensitivity found, Predicate<PriorSensitivity.Row> which) {
    long numbers = found.rows().values().stream().filter(which).count();
    return numbers == 1 ? "one number" : String.format(Locale.ROOT, "%,d numbers", numbers);
  }

  private static Optional<Map.Entry<String, PriorSensitivity.Row>> worst(
      PriorSensitivity found, Predicate<PriorSensitivity.Row> which) {
    return found.rows().entrySet().stream()
        .filter(row -> which.test(row.getValue()))
        .max(Comparator.comparingDouble(row -> row.getValue().byPrior()));
  }

  /** Latent sites that depend on none: what the user said before the data. */
  private List<String> priors() {
    Set<String> latent = Set.copyOf(latents());
    Set<String> depend =
        graph.edges().stream()
            .filter(edge -> latent.contains(edge.from()))
            .map(SiteGraph.Edge::to)
            .collect(Collectors.toSet());
    return latents().stream().filter(name -> !depend.contains(name)).toList();
  }

  private List<String> latents() {
    return graph.sites().rows().stream()
        .filter(row -> row.kind().equals("latent"))
        .map(SiteTable.Row::name)
        .toList();
  }

  // --- what is said

  /** Draws of the prior by the name of the number. */
  Map<String, double[]> prior() {
    return prior;
  }

  ImmutableList<Finding> findings() {
    return findings.build();
  }

  ImmutableList<Figure> figures() {
    return figures.build();
  }

  ImmutableList<Report.Section> sections() {
    ImmutableList.Builder<Report.Section> all = ImmutableList.builder();
    all.add(new Report.Section("The model", drawing()));
    all.add(new Report.Section("Model file: data", ImmutableList.of(dataTable())));
    all.add(new Report.Section("Model file: assumptions", assumptions()));
    sensitivity.ifPresent(
        found ->
            all.add(new Report.Section("Model file: what the prior does", scalingTable(found))));
    all.add(new Report.Section("Model file: limits", limits()));
    return all.build();
  }

  private ImmutableList<String> drawing() {
    return GraphDrawing.of(graph)
        .map(
            svg ->
                ImmutableList.of(
                    "<p>An arrow leads to what depends on a value; frames are plates, which repeat"
                        + " what is in them; what is observed is filled.</p>",
                    svg))
        .orElseGet(
            () ->
                ImmutableList.of(
                    "<p>The model has too many sites, or none, for a drawing; below are all.</p>"));
  }

  private String dataTable() {
    return Page.table(
        List.of("observed", "count", "missing", "mean", "sd", "least", "median", "greatest"),
        observed.stream().map(Observations::row).toList());
  }

  private ImmutableList<String> assumptions() {
    Map<String, String> from =
        graph.edges().stream()
            .collect(
                Collectors.groupingBy(
                    SiteGraph.Edge::to, Collectors.mapping(SiteGraph.Edge::from, joining(", "))));
    return ImmutableList.of(
        Page.table(
            List.of("site", "kind", "distribution", "given", "repeated over"),
            graph.sites().rows().stream()
                .map(
                    row ->
                        List.of(
                            row.name(),
                            row.kind(),
                            row.distribution(),
                            from.getOrDefault(row.name(), "–"),
                            row.plates().isEmpty() ? "–" : Joiner.on(", ").join(row.plates())))
                .toList()),
        "<p>Shapes in brackets stand for parameters that are computed from what is given; rows of a"
            + " plate are independent of each other given that.</p>");
  }

  private static ImmutableList<String> scalingTable(PriorSensitivity found) {
    int count = found.rows().size();
    return ImmutableList.of(
        "<p>Means with the prior to the power of ½ and of 2, by weights of the draws that there"
            + " are, and how far mean or standard deviation move, in standard deviations"
            + (count > MOST_SCALED ? ": the " + MOST_SCALED + " that move most" : "")
            + ".</p>",
        Page.table(
            List.of("number", "mean", "prior × ½", "prior × 2", "moves by prior", "by data"),
            found.rows().entrySet().stream()
                .sorted(Comparator.comparingDouble(row -> -row.getValue().byPrior()))
                .limit(MOST_SCALED)
                .map(
                    row ->
                        List.of(
                            row.getKey(),
                            Page.number(row.getValue().mean()),
                            Page.number(row.getValue().half().mean()),
                            Page.number(row.getValue().twice().mean()),
                            Page.figure("%.2f sd", row.getValue().byPrior()),
                            Page.figure("%.2f sd", row.getValue().byLikelihood())))
                .toList()));
  }

  private ImmutableList<String> limits() {
    List<String> all = new ArrayList<>();
    all.add(
        "All is said under this model and for these data: how data were collected, what was left"
            + " out of them, and causes that no site stands for, no figure here sees.");
    all.add(
        "That nothing speaks against a fit is no proof: a mode that no chain and no search met is"
            + " not seen.");
    sensitivity
        .filter(found -> found.khat() > SmoothedWeights.THRESHOLD)
        .ifPresent(
            found ->
                all.add(
                    String.format(
                        Locale.ROOT,
                        "Scaling the prior moves draws far (k-hat %.2f, above %.1f): fit again with"
                            + " another prior to know by how much.",
                        found.khat(),
                        SmoothedWeights.THRESHOLD)));
    all.addAll(limits);
    return ImmutableList.of(
        all.stream()
            .map(words -> "<li>" + Page.escaped(words) + "</li>")
            .collect(joining("", "<ul>", "</ul>")));
  }
}
