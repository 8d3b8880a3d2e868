package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Ascii;
import com.google.common.base.MoreObjects;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.primitives.ImmutableIntArray;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.annealing.SmcReport;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.internal.TextFile;
import org.ppl4j.infer.judge.InferencePlan;
import org.ppl4j.infer.judge.InferenceReport;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.Iterations;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.SamplerReport;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;
import org.ppl4j.infer.sbi.Calibration;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Losses;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;

/**
 * A fit as one page of HTML that opens anywhere, without a network: what ran, whether it can be
 * trusted and what to do where it cannot, its numbers as a table, and pictures that answer where
 * they are pointed at. With the model and its data there is more to say: whether the model makes
 * data like them, which observations it does not expect, and what the result owes to the prior.
 *
 * <pre>{@code
 * try (McmcRun<Houses> run = Nuts.of(RADON).run(houses)) {
 *   Report.of(run).model(RADON, houses).save(Path.of("radon.html"));
 * }
 * }</pre>
 *
 * <p>It keeps what it shows: the run may be closed before the page is saved, but not before {@link
 * #model}. Of more than a hundred numbers the first and the worst have pictures.
 *
 * <p>Immutable: each method makes a new report.
 *
 * @param <D> the data of the model
 */
public final class Report<D extends @Nullable Object> {

  private static final String WHAT = "what ran";

  /** Rows that are drawn of a density in all, and how many times those of the data at most. */
  private static final int ROWS = 40_000;

  private static final int MOST_TIMES = 20;

  /** Draws that are made of what is no chain. */
  private static final int DRAWS = 4000;

  /** A part of the page of its own. */
  record Section(String title, ImmutableList<String> parts) {}

  private final String title;
  private final Fit<D> fit;
  private final ImmutableMap<String, String> facts;
  private final ImmutableList<Finding> findings;
  private final ImmutableList<Figure> figures;
  private final ImmutableList<Section> sections;

  /**
   * What a page says of a fit whatever its model.
   *
   * @param posterior whose draws they are; null of what has none
   * @param drawn the numbers with pictures; null of what has no draws
   * @param summary of all numbers
   * @param most how many draws can be had of the posterior
   * @param words what it prints
   */
  record Fit<D extends @Nullable Object>(
      @Nullable Posterior<D> posterior,
      @Nullable Drawn drawn,
      Summary summary,
      int most,
      String words) {}

  private Report(
      String title,
      Fit<D> fit,
      ImmutableMap<String, String> facts,
      ImmutableList<Finding> findings,
      ImmutableList<Figure> figures,
      ImmutableList<Section> sections) {
    this.title = title;
    this.fit = fit;
    this.facts = facts;
    this.findings = findings;
    this.figures = figures;
    this.sections = sections;
  }

  private Report(String title, Fit<D> fit, ImmutableMap<String, String> facts) {
    this(title, fit, facts, ImmutableList.of(), ImmutableList.of(), ImmutableList.of());
  }

  // --- one way in for each kind of fit

  /** Of chains. */
  public static <D extends @Nullable Object> Report<D> of(McmcRun<D> run) {
    SamplerReport report = run.report();
    Drawn drawn = Drawn.of(run.samples(), run.summary(), run.config().seed());
    Fit<D> fit = new Fit<>(run, drawn, run.summary(), (int) run.samples().draws(), run.toString());
    return new Report<>("Chains", fit, facts(firstLine(report), run.config()))
        .found(merits(run.summary(), report.merits()), report.warnings())
        .with(ofDraws(drawn, run.summary(), run.iterations().divergent()))
        .with(energy(run.iterations()));
  }

  /** Of a search for a posterior that is right. */
  public static <D extends @Nullable Object> Report<D> of(InferenceRun<D> run) {
    InferenceReport report = run.report();
    Summary summary = run.summary();
    Drawn drawn = Drawn.of(run.samples(), summary, run.config().seed());
    Fit<D> fit = new Fit<>(run, drawn, summary, (int) run.samples().draws(), run.toString());
    boolean isOfChains = report.plan().draws() == InferencePlan.Draws.CHAINS;
    Iterations iterations = run.chains().iterations();
    ImmutableList<String> merits =
        isOfChains
            ? merits(summary, run.chains().report().merits())
            : ImmutableList.of("draws are " + report.plan().draws());
    Report<D> all =
        new Report<>("Inference", fit, facts(firstLine(report), run.config()))
            .found(merits, report.warnings())
            .with(
                ofDraws(
                    drawn, summary, isOfChains ? iterations.divergent() : ImmutableIntArray.of()));
    return (isOfChains ? all.with(energy(iterations)) : all).with(tried(report));
  }

  private static Section tried(InferenceReport report) {
    return new Section(
        "What was tried",
        ImmutableList.of(
            Page.table(
                List.of("what", "why", "what came of it", "seconds"),
                report.stages().stream()
                    .map(
                        stage ->
                            List.of(
                                stage.name(),
                                stage.why(),
                                stage.found(),
                                Page.figure("%.2f", stage.seconds())))
                    .toList())));
  }

  /**
   * Of a fitted guide.
   *
   * @param report of its last run
   * @param data those that it was fitted to
   */
  public static <D extends @Nullable Object> Report<D> of(Svi<D> svi, FitReport report, D data) {
    Report<D> all =
        ofPosterior("Guide", svi, data, firstLine(report), report.toString())
            .found(report.merits(), report.warnings())
            .with(ImmutableList.of(losses(report.losses())));
    return report.judgement().isRight() || !report.judgement().warnings().isEmpty()
        ? all
        : all.look(Topic.COMPUTATION, firstLine(report.judgement()));
  }

  private static Figure losses(Losses losses) {
    return new Figure.Curves(
        "Loss",
        "The loss, in medians of stretches of steps; the steep beginning is above the picture. It"
            + " should end level.",
        CurvePicture.losses("loss", losses));
  }

  /**
   * Of the normal distribution at a mode.
   *
   * @param data those that it was found for
   */
  public static <D extends @Nullable Object> Report<D> of(LaplacePosterior<D> found, D data) {
    return ofPosterior("Laplace", found, data, firstLine(found), found.toString())
        .found(merits(found.khat(), found.effectiveSize()), found.warnings());
  }

  /**
   * Of normal distributions on the way to modes.
   *
   * @param data those that they were found for
   */
  public static <D extends @Nullable Object> Report<D> of(PathfinderPosterior<D> found, D data) {
    return ofPosterior("Pathfinder", found, data, firstLine(found), found.toString())
        .found(merits(found.khat(), found.effectiveSize()), found.warnings());
  }

  private static ImmutableList<String> merits(Khat khat, double size) {
    return khat.isWarning() || !khat.isKnown()
        ? ImmutableList.of()
        : ImmutableList.of(
            String.format(
                Locale.ROOT,
                "k-hat of its draws is %.2f, not above %s, and %,d are worth %,.0f of the"
                    + " posterior",
                khat.value(),
                SmoothedWeights.THRESHOLD,
                khat.weights(),
                size));
  }

  /** Of particles. */
  public static <D extends @Nullable Object> Report<D> of(SmcRun<D> run) {
    SmcReport report = run.report();
    Summary summary = run.samples().summary();
    Drawn drawn = Drawn.of(run.samples(), summary, run.config().seed());
    Fit<D> fit = new Fit<>(run, drawn, summary, (int) run.samples().draws(), run.toString());
    ImmutableList<String> merits =
        report.warnings().isEmpty()
            ? ImmutableList.of(
                String.format(
                    Locale.ROOT,
                    "%,d particles are worth %,.0f draws, and descend from %,.0f families; log"
                        + " evidence %.2f ± %.2f",
                    report.particles(),
                    report.effectiveSize(),
                    report.families(),
                    report.logEvidence(),
                    report.standardError()))
            : ImmutableList.of();
    return new Report<>("Particles", fit, facts(firstLine(report), run.config()))
        .found(merits, report.warnings())
        .with(ofDraws(drawn, summary, ImmutableIntArray.of()));
  }

  /**
   * Of draws that were saved ({@link Samples#load}) or that another program made ({@link
   * CmdStanCsv#samples}). What made them is not known, so that only their chains are judged; there
   * is no {@link #model}.
   */
  public static Report<@Nullable Void> of(Samples samples) {
    Summary summary = samples.summary();
    Drawn drawn = Drawn.of(samples, summary, 0);
    Fit<@Nullable Void> fit = new Fit<>(null, drawn, summary, 0, summary.toString());
    return new Report<>("Draws", fit, ImmutableMap.of(WHAT, samples.toString()))
        .found(summary.merits(), summary.warnings())
        .with(ofDraws(drawn, summary, ImmutableIntArray.of()));
  }

  /** Of a posterior that a network has learned, given an observation. */
  public static Report<NDArray> of(NeuralPosterior posterior, NDArray observation) {
    Report<NDArray> all =
        ofPosterior(
            "Neural posterior",
            posterior,
            observation,
            posterior.toString(),
            posterior.report().map(DensityReport::toString).orElse(""));
    return posterior
        .report()
        .map(report -> all.found(DensityPart.findings(report)).with(DensityPart.figures(report)))
        .orElse(all);
  }

  /**
   * Of a learned density.
   *
   * @param rows that it is shown beside, best such that it was not fitted to
   */
  public static Report<Table> of(Density density, Table rows) {
    return ofDensity(
        density.toString(),
        density.reports(),
        density.calibrate(rows),
        rows,
        density.names().isEmpty()
            ? named(density.sample(times(rows) * rows.rows()), rows)
            : density.sampleRows(times(rows) * rows.rows()));
  }

  /** Draws of what was learned from an array, by the names of the rows that they stand beside. */
  private static Table named(NDArray draws, Table rows) {
    try (draws) {
      int columns = rows.names().size();
      return Table.of(draws.reshape(new Shape(-1, columns)), rows.names().toArray(String[]::new));
    }
  }

  /**
   * Of a learned conditional density.
   *
   * @param y rows that it is shown beside, best such that it was not fitted to
   * @param x their contexts
   */
  public static Report<Table> of(ConditionalDensity density, Table y, Table x) {
    return of(density, y, x, density.calibrate(y, x));
  }

  /**
   * The same of one whose scores are known.
   *
   * @param scores by {@link ConditionalDensity#calibrate(Table, Table)} on these rows
   */
  public static Report<Table> of(
      ConditionalDensity density, Table y, Table x, DensityScores scores) {
    return ofDensity(
        density.toString(),
        density.reports(),
        scores,
        y,
        density.names().isEmpty()
            ? named(density.sample(times(y), x), y)
            : density.sampleRows(times(y), x));
  }

  /** How many times over rows are drawn that data are shown beside. */
  private static int times(Table rows) {
    return Math.max(1, Math.min(MOST_TIMES, ROWS / rows.rows()));
  }

  private static Report<Table> ofDensity(
      String words, List<DensityReport> reports, DensityScores scores, Table data, Table drawn) {
    Fit<Table> fit = new Fit<>(null, null, DensityPart.summary(data, drawn), 0, scores.toString());
    Report<Table> all = new Report<>("Density", fit, ImmutableMap.of(WHAT, words));
    for (DensityReport report : reports) {
      all = all.found(DensityPart.findings(report)).with(DensityPart.figures(report));
    }
    return all.found(DensityPart.findings(scores))
        .with(DensityPart.figures(scores))
        .with(DensityPart.figures(data, drawn));
  }

  /** Of models beside each other. */
  public static Report<@Nullable Void> of(LooComparison comparison) {
    Fit<@Nullable Void> fit =
        new Fit<>(null, null, new Summary(ImmutableMap.of()), 0, comparison.toString());
    return new Report<>("Models", fit, ImmutableMap.of(WHAT, "leave-one-out cross-validation"))
        .found(ComparisonPart.findings(comparison))
        .with(ComparisonPart.figures(comparison))
        .with(ComparisonPart.section(comparison));
  }

  private static <D extends @Nullable Object> Report<D> ofPosterior(
      String title, Posterior<D> posterior, D data, String what, String words) {
    try (Samples samples = posterior.posterior(data, DRAWS)) {
      Summary summary = samples.summary();
      Drawn drawn = Drawn.of(samples, summary, posterior.config().seed());
      Fit<D> fit = new Fit<>(posterior, drawn, summary, DRAWS, words);
      return new Report<>(title, fit, facts(what, posterior.config()))
          .found(ImmutableList.of(), summary.warnings())
          .with(ofDraws(drawn, summary, ImmutableIntArray.of()));
    }
  }

  private static String firstLine(Object report) {
    return report.toString().lines().findFirst().orElse("");
  }

  private static ImmutableList<String> merits(Summary summary, List<String> more) {
    return ImmutableList.<String>builder().addAll(summary.merits()).addAll(more).build();
  }

  private static ImmutableList<Figure> ofDraws(
      Drawn drawn, Summary summary, ImmutableIntArray divergent) {
    ImmutableList.Builder<Figure> figures = ImmutableList.builder();
    if (!drawn.numbers().isEmpty()) {
      figures.add(drawn.marginals(Map.of()));
      if (drawn.chains() > 0) {
        figures.add(drawn.traces());
      }
      if (drawn.chains() > 0 && !drawn.continuous().isEmpty()) {
        figures.add(drawn.ranks());
      }
      if (drawn.numbers().size() > 1) {
        figures.add(drawn.pairs(divergent));
      }
    }
    return figures.add(Drawn.intervals(summary)).build();
  }

  private static ImmutableList<Figure> energy(Iterations iterations) {
    return iterations.columns().containsKey("energy__")
        ? ImmutableList.of(
            new Figure.Curves(
                "Energy",
                "Both curves should be as wide: where changes are narrower, chains walk slowly and"
                    + " may miss the tails.",
                ChainPicture.energy("energy", iterations)))
        : ImmutableList.of();
  }

  private static ImmutableMap<String, String> facts(String what, RunConfig config) {
    return ImmutableMap.of(
        WHAT,
        what,
        "seed",
        Long.toString(config.seed()),
        "in",
        Ascii.toLowerCase(config.floatType().toString()) + " on " + config.device());
  }

  // --- more about it

  /** With this title, instead of one that says what kind of fit it is. */
  public Report<D> title(String title) {
    return new Report<>(requireNonNull(title, "title"), fit, facts, findings, figures, sections);
  }

  /**
   * With a picture of yours.
   *
   * @param about how it is read
   */
  public Report<D> picture(String title, String about, CurvePicture picture) {
    return with(ImmutableList.of(new Figure.Curves(title, about, picture)));
  }

  private Report<D> with(List<? extends Figure> more) {
    return new Report<>(
        title,
        fit,
        facts,
        findings,
        ImmutableList.<Figure>builder().addAll(figures).addAll(more).build(),
        sections);
  }

  private Report<D> with(Section section) {
    return new Report<>(
        title,
        fit,
        facts,
        findings,
        figures,
        ImmutableList.<Section>builder().addAll(sections).add(section).build());
  }

  private Report<D> found(List<Finding> more) {
    ImmutableList<Finding> all =
        Stream.concat(findings.stream(), more.stream()).distinct().collect(toImmutableList());
    return new Report<>(title, fit, facts, all, figures, sections);
  }

  private Report<D> found(List<String> merits, List<String> warnings) {
    return found(Finding.ofComputation(merits, warnings));
  }

  private Report<D> look(Topic topic, String words) {
    return found(ImmutableList.of(new Finding(topic, Level.LOOK, words)));
  }

  /**
   * With what another report found of the computation: of the chains that a comparison stands on,
   * say.
   *
   * @param name of what the other is of
   */
  public Report<D> and(String name, Report<?> other) {
    ImmutableMap<String, String> more =
        ImmutableMap.<String, String>builder()
            .putAll(facts)
            .put("'" + name + "'", other.facts.getOrDefault(WHAT, ""))
            .buildKeepingLast();
    return new Report<>(title, fit, more, findings, figures, sections)
        .found(
            other.findings.stream()
                .filter(each -> each.topic() == Topic.COMPUTATION)
                .map(
                    each ->
                        new Finding(each.topic(), each.level(), "'" + name + "': " + each.words()))
                .toList());
  }

  /** With what simulations say that a neural posterior has not seen. */
  public Report<D> calibration(Calibration calibration) {
    ImmutableList<String> merits =
        calibration.warnings().isEmpty()
            ? ImmutableList.of(
                String.format(
                    Locale.ROOT,
                    "over %,d simulations that it has not seen, its regions hold the truth as often"
                        + " as they say",
                    calibration.trials()))
            : ImmutableList.of();
    return found(merits, calibration.warnings())
        .with(
            ImmutableList.of(
                new Figure.Curves(
                    "Calibration",
                    "How often regions hold the truth, over what they say: inside the band is"
                        + " right, below it the posterior is too sure.",
                    CalibrationPicture.coverage("coverage", calibration)),
                new Figure.Curves(
                    "Ranks of the truth",
                    "The share of simulations whose truth lies below a share of its draws: inside"
                        + " the band is right.",
                    CalibrationPicture.ranks("ranks", calibration))));
  }

  /** With the model and its data. */
  public Report<D> model(Program<D> model, D data) {
    Posterior<D> posterior = fit.posterior();
    Drawn drawn = fit.drawn();
    checkArgument(
        posterior != null && drawn != null,
        "report '%s' is of no posterior, whose model there could be; leave the model out",
        title);
    ModelPart<D> part = ModelPart.of(model, data, posterior, drawn, fit.most());
    return new Report<>(
        title,
        fit,
        facts,
        ImmutableList.<Finding>builder().addAll(findings).addAll(part.findings()).build(),
        Stream.concat(
                figures.stream()
                    .map(
                        figure ->
                            figure.title().equals(Drawn.MARGINALS)
                                ? drawn.marginals(part.prior())
                                : figure),
                part.figures().stream())
            .collect(toImmutableList()),
        ImmutableList.<Section>builder().addAll(sections).addAll(part.sections()).build());
  }

  // --- the page

  /**
   * Writes the page, over an older file.
   *
   * @throws java.io.UncheckedIOException if that fails
   */
  public void save(Path file) {
    String html = html();
    TextFile.write("report", file, writer -> writer.write(html));
  }

  /** The page. */
  public String html() {
    return Page.of(this);
  }

  String title() {
    return title;
  }

  /** What ran, by the name of what is told. */
  ImmutableMap<String, String> facts() {
    return facts;
  }

  ImmutableList<Finding> findings() {
    return findings;
  }

  /** The numbers that are in the table: those that a summary shows, and those with pictures. */
  Summary summary() {
    Set<String> shown = fit.summary().shown();
    Set<String> drawn = fit.drawn() == null ? Set.of() : fit.drawn().numbers().keySet();
    return new Summary(
        ImmutableMap.copyOf(
            Maps.filterKeys(
                fit.summary().rows(), name -> shown.contains(name) || drawn.contains(name))));
  }

  /** How many numbers are in no table. */
  int hidden() {
    return fit.summary().rows().size() - summary().rows().size();
  }

  ImmutableList<Figure> figures() {
    return figures;
  }

  ImmutableList<Section> sections() {
    return sections;
  }

  /** What the run printed. */
  String words() {
    return fit.words();
  }

  /** The worst that is said. */
  Level level() {
    return findings.stream().map(Finding::level).max(Level::compareTo).orElse(Level.LOOK);
  }

  /** Whether to trust it, in a sentence. */
  String verdict() {
    Map<Topic, Integer> bad = new LinkedHashMap<>();
    findings.stream()
        .filter(each -> each.level() == Level.BAD)
        .forEach(each -> bad.merge(each.topic(), 1, Integer::sum));
    if (bad.containsKey(Topic.COMPUTATION)) {
      return "Do not trust these numbers: %s against how they were computed."
          .formatted(speak(requireNonNull(bad.get(Topic.COMPUTATION))));
    }
    if (bad.containsKey(Topic.DATA) && bad.containsKey(Topic.PRIOR)) {
      return "Computed right, but the model does not fit its data, and its prior disagrees with"
          + " them: do not trust it.";
    }
    if (bad.containsKey(Topic.DATA)) {
      return "Computed right, but the model does not fit its data: do not trust what it says of"
          + " them.";
    }
    if (bad.containsKey(Topic.PRIOR)) {
      return "Computed right, but prior and data disagree: do not trust it before you know which"
          + " of them is wrong.";
    }
    long look = findings.stream().filter(each -> each.level() == Level.LOOK).count();
    return look == 0
        ? "Nothing that was looked at speaks against this fit."
        : "Nothing that was looked at speaks against this fit; %s for you to look at."
            .formatted(look == 1 ? "one thing is" : look + " things are");
  }

  private static String speak(int count) {
    return count == 1 ? "one thing speaks" : count + " things speak";
  }

  /** Of which versions the page is, and when it was made. */
  String origin() {
    String version =
        MoreObjects.firstNonNull(
            Report.class.getPackage().getImplementationVersion(), "of the working tree");
    return "PPL4J %s, %s %s, Java %s; made %s"
        .formatted(
            version,
            Engine.getInstance().getEngineName(),
            Engine.getInstance().getVersion(),
            Runtime.version().feature(),
            ZonedDateTime.now(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ROOT)));
  }
}
