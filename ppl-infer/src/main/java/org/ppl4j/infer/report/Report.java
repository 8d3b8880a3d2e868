package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import ai.djl.engine.Engine;
import com.google.common.base.MoreObjects;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.primitives.ImmutableIntArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.Iterations;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.SamplerReport;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;
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
   * @param title what it is, unless the user says
   * @param posterior whose draws they are; null of what has none
   * @param drawn the numbers with pictures; null of what has no draws
   * @param summary of all numbers
   * @param most how many draws can be had of the posterior
   * @param words what it prints
   */
  record Fit<D extends @Nullable Object>(
      String title,
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

  // --- one way in for each kind of fit

  /** Of chains. */
  public static <D extends @Nullable Object> Report<D> of(McmcRun<D> run) {
    SamplerReport report = run.report();
    Summary summary = run.summary();
    Drawn drawn = Drawn.of(run.samples(), summary, run.config().seed());
    Iterations iterations = run.iterations();
    ImmutableList.Builder<String> merits = ImmutableList.builder();
    merits.addAll(summary.merits()).addAll(report.merits());
    String what = report.toString().lines().findFirst().orElse("");
    return new Report<>(
            "Chains",
            new Fit<>("Chains", run, drawn, summary, (int) run.samples().draws(), run.toString()),
            facts(what, run.config(), report.seconds()),
            Finding.ofComputation(merits.build(), report.warnings()),
            ImmutableList.of(),
            ImmutableList.of())
        .with(ofDraws(drawn, summary, iterations.divergent()))
        .with(energy(iterations));
  }

  private static ImmutableList<Figure> ofDraws(
      Drawn drawn, Summary summary, ImmutableIntArray divergent) {
    ImmutableList.Builder<Figure> figures = ImmutableList.builder();
    if (!drawn.numbers().isEmpty()) {
      figures.add(drawn.marginals(Map.of()));
      if (drawn.chains() > 0) {
        figures.add(drawn.traces(), drawn.ranks());
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

  private static ImmutableMap<String, String> facts(String what, RunConfig config, double seconds) {
    return ImmutableMap.<String, String>builder()
        .put("what ran", what)
        .put("seed", Long.toString(config.seed()))
        .put("numbers", config.floatType() + " on " + config.device())
        .put("time", String.format(Locale.ROOT, "%.1f s", seconds))
        .buildOrThrow();
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

  /** With the model and its data. */
  public Report<D> model(Program<D> model, D data) {
    Posterior<D> posterior = fit.posterior();
    Drawn drawn = fit.drawn();
    checkArgument(
        posterior != null && drawn != null,
        "report '%s' is of no posterior, whose model there could be; leave the model out",
        title);
    ModelPart<D> part = ModelPart.of(model, data, posterior, drawn.numbers().keySet(), fit.most());
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
   * @throws UncheckedIOException if that fails
   */
  public void save(Path file) {
    try {
      Files.writeString(file, html(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "report '" + file + "' cannot be written: " + e.getMessage(), e);
    }
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
