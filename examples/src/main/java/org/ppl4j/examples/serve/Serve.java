package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Quantiles;
import com.google.common.primitives.Doubles;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.examples.choices.Penguins;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.MisuseException;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Category;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;

/**
 * A density behind HTTP. How long the bill of a penguin is, given its species and the depth of the
 * bill, is learned, saved as a scorer, and served; then the example asks, as any client would, and
 * says how long answers take.
 *
 * <p>{@code run serve --port 8080} goes on serving until it is stopped, and {@code --model F}
 * serves a scorer of yours instead: a page to try it is at {@code http://localhost:8080/}.
 */
public final class Serve implements Example {

  private static final ExampleOption<Path> MODEL =
      ExampleOption.file("model", "A saved scorer of yours to serve; with --port.");

  private static final ExampleOption<Integer> PORT =
      ExampleOption.number(
          "port", "Serves at this port until stopped; 0 for any that is free.", 0, 65_535);

  private static final String NAME = "penguins";
  private static final int ASKED = 1000;
  private static final int ASKED_IN_A_SMOKE_TEST = 20;
  private static final int DRAWS = 20;
  private static final int PANEL = 480;

  private static final String GENTOO = "\"x\": {\"species\": \"Gentoo\", \"depth\": 15}";

  /**
   * What is asked.
   *
   * @param label of its latencies
   */
  private record Asked(String label, String kind, String body) {}

  private static final ImmutableList<Asked> QUESTIONS =
      ImmutableList.of(
          asked("logProb", "{\"y\": {\"length\": 46}, " + GENTOO + "}"),
          asked("quantile", "{" + GENTOO + ", \"probability\": 0.5}"),
          asked("interval", "{" + GENTOO + ", \"probability\": 0.9}"),
          asked("sample", "{" + GENTOO + ", \"count\": 3, \"seed\": 1}"),
          asked("distance", "{" + GENTOO + "}"),
          new Asked("refused", "distance", "{" + GENTOO.replace("Gentoo", "Emperor") + "}"));

  private static Asked asked(String kind, String body) {
    return new Asked(kind, kind, body);
  }

  @Override
  public String name() {
    return "serve";
  }

  @Override
  public String description() {
    return "a learned density behind HTTP: JSON with names, limits, metrics, and a page to try it";
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(MODEL, PORT);
  }

  @Override
  public ExampleResult run(ExampleOptions options) throws IOException {
    if (options.get(MODEL).isPresent()) {
      int port =
          options
              .get(PORT)
              .orElseThrow(
                  () ->
                      new MisuseException(
                          "option '--model' serves a scorer until it is stopped; pass '--port'"
                              + " too"));
      return serve(model(options.get(MODEL).orElseThrow()), port);
    }
    Table penguins = Resources.table(Penguins.class, "penguins.csv");
    boolean isKept = options.directory().isPresent();
    Path file =
        isKept
            ? options.directory().orElseThrow().resolve(NAME + ".scorer")
            : Files.createTempFile(NAME, ".scorer");
    double steps;
    ImmutableMap<String, ServedScorer> scorers;
    try {
      steps = learn(penguins, options, file);
      scorers = ImmutableMap.of(NAME, ServedScorer.load(file));
    } finally {
      if (!isKept) {
        Files.delete(file);
      }
    }
    return options.get(PORT).isPresent()
        ? serve(scorers, options.get(PORT).orElseThrow())
        : ask(scorers, penguins, steps, options);
  }

  /** What is wrong with a file of the user's is the user's to mend. */
  private static ImmutableMap<String, ServedScorer> model(Path file) {
    try {
      return ImmutableMap.of("model", ServedScorer.load(file));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new MisuseException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Learns, saves the scorer, and returns after how many steps. A smoke test has no time for what
   * is fitted beside the flow.
   */
  private static double learn(Table penguins, ExampleOptions options, Path file) {
    ConditionalDensityEstimator usual = ConditionalDensityEstimator.of(Flows::conditional);
    try (ConditionalDensity density =
        (options.isSmokeTest() ? usual.withoutBaselines() : usual)
            .training(options.training())
            .fit(penguins.columns("length"), penguins.columns("species", "depth"))) {
      density.scorer().save(file);
      return density.report().orElseThrow().fit().steps();
    }
  }

  private static ScorerServer start(ImmutableMap<String, ServedScorer> scorers, int port)
      throws IOException {
    try {
      return ScorerServer.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          scorers,
          ServerLimits.standard());
    } catch (BindException e) {
      throw new MisuseException(
          "port %s cannot be had: %s; choose another, or 0".formatted(port, e.getMessage()), e);
    }
  }

  /** Serves until the process is told to end, or this thread interrupted. */
  private static ExampleResult serve(ImmutableMap<String, ServedScorer> scorers, int port)
      throws IOException {
    try (ScorerServer server = start(scorers, port)) {
      Thread stop = new Thread(server::close, "serve-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        server.awaitStop();
      } catch (InterruptedException e) {
        Runtime.getRuntime().removeShutdownHook(stop);
      }
    }
    return new ExampleResult(new Summary(ImmutableMap.of()), Reference.none(), ImmutableMap.of());
  }

  // --- a client

  /** Asks each question often, one after the other. */
  private static ExampleResult ask(
      ImmutableMap<String, ServedScorer> scorers,
      Table penguins,
      double steps,
      ExampleOptions options)
      throws IOException {
    int often = options.orInSmokeTest(ASKED, ASKED_IN_A_SMOKE_TEST);
    StringBuilder report = new StringBuilder();
    ImmutableMap<String, double[]> latencies =
        QUESTIONS.stream()
            .collect(ImmutableMap.toImmutableMap(Asked::label, asked -> new double[often]));
    try (ScorerServer server = start(scorers, 0)) {
      Client client = new Client(server.address());
      for (Asked asked : QUESTIONS) {
        report.append(
            "POST /scorers/%s/%s %s%n  %s%n"
                .formatted(NAME, asked.kind, asked.body, client.post(asked.kind, asked.body)));
      }
      for (int i = 0; i < often; i++) {
        for (Asked asked : QUESTIONS) {
          long start = System.nanoTime();
          String unused = client.post(asked.kind, asked.body);
          requireNonNull(latencies.get(asked.label))[i] = 1e-6 * (System.nanoTime() - start);
        }
      }
      if (options.directory().isPresent()) {
        Picture bands = bands(client, penguins);
        Sheet.of(2, List.of(bands, latencies(latencies)))
            .each(PANEL, PANEL)
            .save(options.directory().orElseThrow().resolve("serve.png"));
      }
      return lengths(
              client,
              penguins,
              ImmutableMap.of(
                  "requests",
                  (double) often * QUESTIONS.size(),
                  "milliseconds of logProb",
                  median(requireNonNull(latencies.get("logProb"))),
                  "steps",
                  steps))
          .withReport(report + table(latencies));
    }
  }

  /** Lengths that the server draws for the depths of each species, beside those in the table. */
  private static ExampleResult lengths(
      Client client, Table penguins, ImmutableMap<String, Double> figures) throws IOException {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    for (String species : penguins.category("species").levels()) {
      String name = "length, " + species;
      JsonObject question = question(species, ofSpecies(penguins, species, "depth"));
      question.addProperty("count", DRAWS);
      question.addProperty("seed", 0);
      List<Double> draws = new ArrayList<>();
      for (JsonElement row : client.answers("sample", question)) {
        for (JsonElement draw : row.getAsJsonArray()) {
          draws.add(draw.getAsJsonObject().get("length").getAsDouble());
        }
      }
      rows.put(name, Summary.Row.of(Doubles.toArray(draws)));
      reference.put(name, Reference.Moments.of(ofSpecies(penguins, species, "length")));
    }
    return new ExampleResult(
        new Summary(rows.buildOrThrow()), new Reference(reference.buildOrThrow()), figures);
  }

  private static double median(double[] milliseconds) {
    return Quantiles.median().compute(milliseconds);
  }

  private static String table(ImmutableMap<String, double[]> latencies) {
    StringBuilder table =
        new StringBuilder("%n%-24s%12s%12s%n".formatted("milliseconds", "median", "99%"));
    latencies.forEach(
        (label, milliseconds) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "%-24s%12.3f%12.3f%n",
                    label,
                    median(milliseconds),
                    Quantiles.percentiles().index(99).compute(milliseconds))));
    return table.toString();
  }

  /** The numbers of a column, of the penguins of a species. */
  private static double[] ofSpecies(Table penguins, String species, String column) {
    Category all = penguins.category("species");
    int own = all.levels().indexOf(species);
    double[] numbers = penguins.column(column).numbers();
    return IntStream.range(0, numbers.length)
        .filter(i -> all.indices().get(i) == own)
        .mapToDouble(i -> numbers[i])
        .toArray();
  }

  /** The rows of a question, of bills of a species and of these depths. */
  private static JsonObject question(String species, double[] depths) {
    JsonArray rows = new JsonArray();
    for (double depth : depths) {
      JsonObject x = new JsonObject();
      x.addProperty("species", species);
      x.addProperty("depth", depth);
      JsonObject row = new JsonObject();
      row.add("x", x);
      rows.add(row);
    }
    JsonObject question = new JsonObject();
    question.add("rows", rows);
    return question;
  }

  /** Of the server at an address. */
  private record Client(URI server, HttpClient http) {

    Client(URI server) {
      this(server, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /** What a question of many rows is answered. */
    JsonArray answers(String kind, JsonObject question) throws IOException {
      return JsonParser.parseString(post(kind, question.toString()))
          .getAsJsonObject()
          .getAsJsonArray(kind);
    }

    /** What a question is answered, whatever its status. */
    String post(String kind, String question) throws IOException {
      HttpRequest request =
          HttpRequest.newBuilder(server.resolve("/scorers/" + NAME + "/" + kind))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(question))
              .build();
      try {
        return http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("the client was interrupted", e);
      }
    }
  }

  // --- for a reader

  /** The intervals that the server answers, those of a species all in one request. */
  private static Picture bands(Client client, Table penguins) throws IOException {
    CurvePicture picture =
        CurvePicture.of("90% intervals, as answered", "bill depth, mm", "bill length, mm")
            .points(
                "penguins",
                penguins.column("depth").numbers(),
                penguins.column("length").numbers());
    for (String species : penguins.category("species").levels()) {
      double[] depths =
          Arrays.stream(ofSpecies(penguins, species, "depth")).sorted().distinct().toArray();
      JsonObject question = question(species, depths);
      question.addProperty("probability", 0.9);
      JsonArray intervals = client.answers("interval", question);
      picture =
          picture.curve(
              species,
              around(depths, depths),
              around(ends(intervals, "low"), ends(intervals, "high")));
    }
    return picture;
  }

  /** There, and back along the other, to where it began. */
  private static double[] around(double[] there, double[] back) {
    double[] reversed = back.clone();
    Doubles.reverse(reversed);
    return Doubles.concat(there, reversed, new double[] {there[0]});
  }

  private static double[] ends(JsonArray intervals, String end) {
    List<Double> ends = new ArrayList<>();
    for (JsonElement interval : intervals) {
      ends.add(interval.getAsJsonObject().getAsJsonObject(end).get("length").getAsDouble());
    }
    return Doubles.toArray(ends);
  }

  /** How many of the requests were answered in less. */
  private static Picture latencies(ImmutableMap<String, double[]> latencies) {
    CurvePicture picture =
        CurvePicture.of(
            "answers", "logarithm of milliseconds, base 10", "share of answers that took less");
    for (Map.Entry<String, double[]> each : latencies.entrySet()) {
      double[] sorted = Arrays.stream(each.getValue()).map(Math::log10).sorted().toArray();
      double[] shares = new double[sorted.length];
      Arrays.setAll(shares, i -> (i + 0.5) / shares.length);
      picture = picture.curve(each.getKey(), sorted, shares);
    }
    return picture;
  }
}
