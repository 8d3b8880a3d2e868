package org.ppl4j.examples.guides;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.ChainWords;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.NeuTra;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.SamplerReport;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * Neal's funnel (2003): one number sets the scale of nine others, so that no step is right both in
 * its mouth and in its neck. Chains see it as it is written (centred), with the nine in units of
 * their scale (non-centred), and through a flow that was fitted to it (NeuTra).
 *
 * <p>Nothing is observed, so that the truth is known: v is N(0, 3). The centred chains stay out of
 * the neck, which moves the mean of v up and makes its standard deviation small; their report says
 * so by divergences, R-hat and E-BFMI. Where nobody knows the right variables a flow finds them.
 */
public final class Funnel implements Example {

  /** v ~ N(0, 3), nine x ~ N(0, exp(v / 2)). */
  public static final Program<@Nullable Void> MODEL =
      (p, none) -> {
        NDArray v = p.sample("v", Normal.of(0, 3));
        NDArray scale = v.mul(0.5).exp();
        try (Plate nine = p.plate("nine", 9)) {
          p.sample("x", Normal.of(0, scale));
        }
      };

  private static final Reference.Moments TRUTH = new Reference.Moments(0, 3);

  /** Of the fit of the flow. */
  private static final int STEPS = 3000;

  /** Of warm-up of each chain, and half of its draws: of 1,000 one run in 16 has no divergence. */
  private static final int ITERATIONS = 1000;

  private static final Area AREA = Area.square(9);

  private static final int MOST_POINTS = 2000;

  /** A 95% interval of a normal distribution has this half-width, in standard deviations. */
  private static final double HALF_WIDTH = 1.96;

  @Override
  public String name() {
    return "funnel";
  }

  @Override
  public String description() {
    return "Neal's funnel: chains centred, non-centred, and through a flow that was fitted to it";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, options.config())) {
      AutoFlow<@Nullable Void> guide = AutoFlow.of(MODEL, dim -> Flows.iaf(dim, 2)).initialScale(1);
      Findings findings = new Findings(options);
      ImmutableMap<String, Supplier<Program<@Nullable Void>>> ways =
          ImmutableMap.of(
              "centred",
              () -> MODEL,
              "non-centred",
              () -> MODEL.with(Reparam.automatic()),
              "neutra",
              () -> {
                findings.words.add("the flow of neutra: " + fit(guide, params, options));
                return MODEL.with(NeuTra.of(guide, params));
              });
      options.each(ways.entrySet(), way -> findings.add(way.getKey(), way.getValue().get()));
      return findings.result();
    }
  }

  @SuppressWarnings("NullAway") // null is the data of a program without data
  private static FitReport fit(
      AutoFlow<@Nullable Void> guide, ParamStore params, ExampleOptions options) {
    int steps = options.steps().orElse(STEPS);
    Tracker falling =
        Tracker.cosine().setBaseValue(0.01f).optFinalValue(1e-4f).setMaxUpdates(steps).build();
    return Svi.builder(MODEL, guide)
        .params(params)
        .optimizer(Adam.withRate(falling).betas(0.9, 0.99))
        .particles(100)
        .averaging(Averaging.polynomial(3))
        .stopping(StoppingRule.never())
        .progress(options.progress())
        .build()
        .run(null, steps);
  }

  /**
   * What chains found in one way.
   *
   * @param v what they say of it
   */
  private record Way(String name, SamplerReport report, Summary.Row v) {}

  /** What has been found so far. */
  private static final class Findings {

    private final ExampleOptions options;
    private final int iterations;
    private final List<Way> ways = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final Map<String, Report<?>> reports = new LinkedHashMap<>();
    private final List<Picture> pictures = new ArrayList<>();

    Findings(ExampleOptions options) {
      this.options = options;
      this.iterations = options.steps().orElse(ITERATIONS);
    }

    @SuppressWarnings("NullAway") // null is the data of a program without data
    void add(String name, Program<@Nullable Void> program) {
      Nuts<@Nullable Void> nuts =
          options
              .chains(Nuts.of(program), iterations)
              .asWritten() // by default chains choose
              .draws(2 * iterations);
      try (McmcRun<@Nullable Void> run = nuts.run(null)) {
        ways.add(new Way(name, run.report(), run.summary().get("v")));
        words.add(ChainWords.of(name, run.report()));
        if (options.page().isPresent()) {
          reports.put(name, Report.of(run));
        }
        if (options.directory().isPresent()) {
          pictures.add(picture(name, run));
        }
      }
    }

    /** Of the first way, with what is to be said of the chains of the others. */
    private Report<?> report() {
      String first = ways.get(0).name;
      Report<?> report = requireNonNull(reports.remove(first)).title("funnel: " + first);
      for (Map.Entry<String, Report<?>> other : reports.entrySet()) {
        report = report.and(other.getKey(), other.getValue());
      }
      return report;
    }

    ExampleResult result() {
      options.report(this::report);
      options.save(
          directory -> Sheet.of(ways.size(), pictures).save(directory.resolve("funnel.png")));
      ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
      ImmutableMap.Builder<String, Reference.Moments> truths = ImmutableMap.builder();
      ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
      for (Way way : ways) {
        rows.put(way.name + ".v", way.v);
        truths.put(way.name + ".v", TRUTH);
        figures.put("divergences." + way.name, (double) way.report.divergences());
        figures.put("gradients." + way.name, (double) way.report.gradients());
      }
      return new ExampleResult(
              new Summary(rows.buildOrThrow()),
              new Reference(truths.buildOrThrow()),
              figures.put("steps", (double) iterations).buildOrThrow())
          .withReport(String.join(System.lineSeparator(), words))
          .withTable(table());
    }

    private String table() {
      StringBuilder table = new StringBuilder();
      table.append(
          String.format(
              "%-12s%12s%9s%10s%10s%11s%9s",
              "", "divergences", "R-hat", "bulk ESS", "tail ESS", "mean of v", "sd of v"));
      for (Way way : ways) {
        table.append(
            String.format(
                Locale.ROOT,
                "%n%-12s%,12d%9.3f%10.0f%10.0f%11.3f%9.3f",
                way.name,
                way.report.divergences(),
                way.v.rhat(),
                way.v.bulkSize(),
                way.v.tailSize(),
                way.v.mean(),
                way.v.sd()));
      }
      return table
          .append(
              String.format(Locale.ROOT, "%n%-53s%11.3f%9.3f", "exact", TRUTH.mean(), TRUTH.sd()))
          .toString();
    }
  }

  /** Draws of x[1] and v, evenly spaced, and where 95% of x[1] lie given v. */
  private static Picture picture(String name, McmcRun<?> run) {
    Samples samples = run.samples();
    double[] x = samples.values("x");
    double[] v = samples.values("v");
    int count = Math.min(MOST_POINTS, v.length);
    int size = x.length / v.length;
    double[] draws = new double[2 * count];
    for (int i = 0; i < count; i++) {
      int at = (int) ((long) i * v.length / count);
      draws[2 * i] = x[at * size];
      draws[2 * i + 1] = v[at];
    }
    return PlanePicture.of(name + ", and where 95% of x[1] lie", AREA)
        .axes("x[1]", "v")
        .points(draws)
        .points(funnel());
  }

  private static double[] funnel() {
    int count = 1000;
    double[] points = new double[4 * count];
    for (int i = 0; i < count; i++) {
      double v = AREA.bottom() + (AREA.top() - AREA.bottom()) * i / (count - 1);
      double half = HALF_WIDTH * Math.exp(v / 2);
      points[4 * i] = -half;
      points[4 * i + 1] = v;
      points[4 * i + 2] = half;
      points[4 * i + 3] = v;
    }
    return points;
  }
}
