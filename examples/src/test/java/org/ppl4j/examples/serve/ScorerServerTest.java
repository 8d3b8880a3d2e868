package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.examples.serve.HttpAsker.Answer;
import org.ppl4j.infer.density.PlainInterval;

/** Answers are the scorers' bits; what is refused has a status and a reason. */
@Timeout(60)
class ScorerServerTest {

  private static final String FLAT = "\"x\": {\"area\": 80, \"rooms\": 3, \"district\": \"York\"}";
  private static final Map<String, Object> A_FLAT =
      Map.of("area", 80.0, "rooms", 3, "district", "York");

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ServerLimits PATIENT = ServerLimits.standard().withTimes(LONG, LONG, LONG);
  private static final ServerLimits LIMITS = PATIENT.withSizes(2000, 5, 50);

  @TempDir private static Path folder;
  private static LearnedScorers scorers;
  private static ScorerServer server;
  private static HttpAsker asker;

  @BeforeAll
  static void start() throws IOException {
    scorers = LearnedScorers.in(folder, LearnedScorers::small);
    server = start(LIMITS);
    asker = new HttpAsker(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ScorerServer start(ServerLimits limits) throws IOException {
    return ScorerServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ImmutableMap.of(
            "flats",
            ServedScorer.of(scorers.flats()),
            "homes",
            ServedScorer.load(folder.resolve("homes")),
            "points",
            ServedScorer.load(folder.resolve("points")),
            "posterior",
            ServedScorer.load(folder.resolve("posterior"))),
        limits);
  }

  private static JsonElement ask(String scorer, String kind, String question) throws Exception {
    return asker.post("/scorers/" + scorer + "/" + kind, question).of(kind);
  }

  private static void same(JsonElement json, double expected) {
    assertThat(Double.doubleToRawLongBits(json.getAsDouble()))
        .isEqualTo(Double.doubleToRawLongBits(expected));
  }

  // --- answers

  @Test
  void oneRowByNames() throws Exception {
    same(
        ask("flats", "logProb", "{\"y\": {\"price\": 240}, " + FLAT + "}"),
        scorers.flats().logProb(Map.of("price", 240.0), A_FLAT));
    same(
        ask("flats", "quantile", "{" + FLAT + ", \"probability\": 0.3}"),
        scorers.flats().quantile(0.3, A_FLAT));
    same(ask("flats", "distance", "{" + FLAT + "}"), scorers.flats().distance(A_FLAT));

    JsonObject interval =
        ask("flats", "interval", "{" + FLAT + ", \"probability\": 0.9}").getAsJsonObject();
    PlainInterval expected = scorers.flats().interval(0.9, A_FLAT);
    same(interval.getAsJsonObject("low").get("price"), expected.low().get(0));
    same(interval.getAsJsonObject("high").get("price"), expected.high().get(0));
    assertThat(interval.getAsJsonArray("warnings").asList().stream().map(JsonElement::getAsString))
        .containsExactlyElementsOf(expected.warnings());

    JsonArray draws =
        ask("flats", "sample", "{" + FLAT + ", \"count\": 4, \"seed\": -7}").getAsJsonArray();
    double[][] rows = scorers.flats().sample(4, -7, A_FLAT);
    assertThat(draws).hasSize(4);
    for (int i = 0; i < rows.length; i++) {
      same(draws.get(i).getAsJsonObject().get("price"), rows[i][0]);
    }
  }

  @Test
  void manyRowsWithAbsentCells() throws Exception {
    String absent = FLAT.replace("80", "null");
    Map<String, Object> withoutArea = new HashMap<>(A_FLAT);
    withoutArea.put("area", null);

    JsonArray logs =
        ask(
                "flats",
                "logProb",
                "{\"rows\": [{\"y\": {\"price\": 1e2}, %s}, {\"y\": {\"price\": 250.5}, %s}]}"
                    .formatted(FLAT, absent))
            .getAsJsonArray();
    JsonArray quantiles =
        ask(
                "flats",
                "quantile",
                "{\"rows\": [{%s}, {%s}], \"probability\": 0.9}".formatted(absent, FLAT))
            .getAsJsonArray();

    assertThat(logs).hasSize(2);
    same(logs.get(0), scorers.flats().logProb(Map.of("price", 100.0), A_FLAT));
    same(logs.get(1), scorers.flats().logProb(Map.of("price", 250.5), withoutArea));
    same(quantiles.get(0), scorers.flats().quantile(0.9, withoutArea));
    same(quantiles.get(1), scorers.flats().quantile(0.9, A_FLAT));
  }

  @Test
  void rowsWithLevelsAreAnsweredByNames() throws Exception {
    JsonArray draws = ask("homes", "sample", "{\"count\": 50, \"seed\": 3}").getAsJsonArray();
    for (JsonElement draw : draws) {
      JsonObject home = draw.getAsJsonObject();
      assertThat(home.keySet()).containsExactly("district", "area", "price");
      assertThat(home.get("district").getAsString()).isIn("Leeds", "York");
      same(
          ask("homes", "logProb", "{\"y\": " + home + "}"),
          scorers.homes().logProb(scorers.homes().sample(50, 3)[draws.asList().indexOf(draw)]));
    }
  }

  @Test
  void rowsWithoutNamesAreArrays() throws Exception {
    same(ask("points", "logProb", "{\"y\": [0.1, 0.7]}"), scorers.points().logProb(0.1, 0.7));
    JsonObject interval = ask("points", "interval", "{\"probability\": 0.5}").getAsJsonObject();
    same(interval.getAsJsonArray("high").get(1), scorers.points().interval(0.5).high().get(1));
    same(
        ask("flats", "quantile", "{\"x\": [80, 3, 1], \"probability\": 0.3}"),
        scorers.flats().quantile(0.3, A_FLAT));
  }

  @Test
  void parametersGivenObservations() throws Exception {
    double[] observation = {0.3, 5.2};
    String name = scorers.posterior().names().get(0);
    same(
        ask("posterior", "logProb", "{\"y\": {\"%s\": 0.5}, \"x\": [0.3, 5.2]}".formatted(name)),
        scorers.posterior().logProb(new double[] {0.5}, observation));
    same(
        ask("posterior", "sample", "{\"x\": [[0.3, 5.2]], \"count\": 2, \"seed\": 1}")
            .getAsJsonArray()
            .get(1)
            .getAsJsonObject()
            .get(name),
        scorers.posterior().sample(2, 1, observation)[1][0]);
    same(
        ask("posterior", "distance", "{\"x\": [0.3, 5.2]}"),
        scorers.posterior().distance(observation));
  }

  /** JSON has no such numbers. */
  @Test
  void numbersThatAreNotFiniteAreTexts() throws Exception {
    JsonElement outside = ask("posterior", "logProb", "{\"y\": [3.5], \"x\": [0.3, 5.2]}");
    assertThat(outside.toString()).isEqualTo("\"-Infinity\"");
    JsonElement nothing = ask("points", "logProb", "{\"y\": [\"NaN\", 0.5]}");
    assertThat(nothing.toString()).isEqualTo("\"NaN\"");
  }

  // --- refusals

  private static void refused(Answer answer, int status, String detail) {
    assertThat(answer.body()).contains(detail.replace("\"", "\\\""));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("status").getAsInt()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  private static void refused(String path, String question, int status, String detail)
      throws Exception {
    refused(asker.post("/scorers/" + path, question), status, detail);
  }

  @Test
  void malformedQuestionsAreRefused() throws Exception {
    refused("flats/quantile", "", 400, "body is null, but must be an object");
    refused("flats/quantile", "{", 400, "body is no JSON at line 1 column 2; send one object");
    refused(
        "flats/quantile", "{'a': 1}", 400, "body is no JSON at line 1 column 3; send one object");
    refused("flats/quantile", "{} {}", 400, "body is no JSON at line 1 column 5; send one object");
    refused(
        "flats/quantile",
        "{\"probability\": 0.5, \"x\": {\"town\": \"York\", \"to\\u0077n\": \"Leeds\"}}",
        400,
        "body has member 'town' twice in one object; send it once");
    refused(
        "flats/quantile",
        "{\"probability\": 0.5, \"x\": [[{\"a\": 1}, {\"a\": 2}]], \"probability\": 0.9}",
        400,
        "body has member 'probability' twice in one object; send it once");
    refused("flats/quantile", "[]", 400, "body is an array, but must be an object");
    refused("flats/quantile", "[".repeat(900), 400, "body is no JSON at line 1 column 257; send");
    refused(
        "flats/quantile",
        "{" + FLAT + "}",
        400,
        "request has no 'probability'; send [x, probability]");
    refused(
        "flats/quantile",
        "{" + FLAT + ", \"p\": 0.5}",
        400,
        "request has 'p', which means nothing here; send [x, probability]");
    refused(
        "flats/logProb",
        "{\"rows\": [{\"y\": {\"price\": 1}, %s}, {}]}".formatted(FLAT),
        400,
        "rows[1] has no 'y'; send [y, x]");
    refused("flats/distance", "{\"rows\": []}", 400, "rows are none; send one at least");
    refused("flats/distance", "{\"rows\": 3}", 400, "rows is a number, but must be an array");
    refused("flats/distance", "{\"rows\": [3]}", 400, "rows[0] is a number, but must be an object");
    refused("flats/distance", "{\"x\": \"York\"}", 400, "x is the text \"York\", but must be an");
    refused(
        "flats/distance",
        "{\"x\": {\"area\": [80]}}",
        400,
        "cell 'area' of x is an array, but must be a number, a text, true or false, or null");
    refused(
        "flats/distance",
        "{\"x\": {\"area\": 1e999}}",
        400,
        "cell 'area' of x is 1e999, which is beyond all doubles; send a smaller number");
    refused(
        "flats/quantile",
        "{" + FLAT + ", \"probability\": true}",
        400,
        "probability is a boolean, but must be a number, or \"NaN\"");
    refused(
        "points/sample",
        "{\"count\": 2.5, \"seed\": 0}",
        400,
        "count is 2.5, but must be a whole number of 64 bits");
    refused(
        "points/sample",
        "{\"count\": 2, \"seed\": 9999999999999999999}",
        400,
        "seed is 9999999999999999999, but must be a whole number of 64 bits");
    refused(
        "flats/logProb",
        "{\"y\": {\"price\": 1}, \"x\": [1, 2, 3]}",
        400,
        "x is an array, but names are sent beside it; send an object of cells by the names");
    refused(
        "flats/logProb",
        "{\"y\": [1], " + FLAT + "}",
        400,
        "x is an object, but no names are known here; send an array of numbers");
    refused(
        asker.ask(
            "POST",
            "/scorers/flats/distance",
            "application/json",
            BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xff, '"', '}'})),
        400,
        "body is not in UTF-8; send JSON in UTF-8");
  }

  @Test
  void whatTheScorerRefusesIsToldInItsWords() throws Exception {
    refused(
        "flats/distance",
        "{\"x\": {\"are\": 80}}",
        422,
        "row has column 'are', which this density was not learned from; choose from [area");
    refused("flats/distance", "{\"x\": {\"area\": 80}}", 422, "row has no column 'rooms', which");
    refused("flats/distance", "{" + FLAT.replace("York", "Hull") + "}", 422, "row has 'Hull' in");
    refused(
        "flats/distance",
        "{" + FLAT.replace("80", "\"big\"") + "}",
        422,
        "row has the text 'big' in");
    refused(
        "flats/distance",
        "{\"rows\": [{%s}, {%s}]}".formatted(FLAT, FLAT.replace("3", "null")),
        422,
        "rows[1]: row ");
    refused("flats/distance", "{\"x\": [1]}", 422, "context has 1 numbers, but this scorer was");
    refused(
        "flats/interval",
        "{" + FLAT + ", \"probability\": 1}",
        422,
        "density has no interval of probability 1.0");
    refused("points/sample", "{\"count\": 0, \"seed\": 0}", 422, "scorer is asked for 0 draws");
    refused("points/logProb", "{\"y\": {\"a\": 1}}", 422, "columns have no names");
    refused(
        "posterior/logProb",
        "{\"y\": {\"a\": 1}, \"x\": [1, 2]}",
        422,
        "parameters are [a], but this posterior is of [theta]; send each of these");
    refused("points/quantile", "{\"probability\": 0.5}", 422, "2 columns");
  }

  @Test
  void pathsAndMethodsAreRefused() throws Exception {
    refused("posterior/quantile", "{}", 404, "path '/scorers/posterior/quantile' does not exist");
    refused(asker.get("/scorer"), 404, "'/scorer' does not exist; GET /scorers lists those that");
    Answer get = asker.get("/scorers/flats/logProb");
    refused(get, 405, "method GET is not for path '/scorers/flats/logProb'; use POST");
    assertThat(get.headers().firstValue("Allow")).contains("POST");
    Answer post = asker.post("/metrics", "{}");
    refused(post, 405, "method POST is not for path '/metrics'; use GET");
    assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    refused(
        asker.ask("POST", "/scorers/flats/distance", "text/csv", BodyPublishers.ofString("{}")),
        415,
        "body is of type text/csv; send application/json");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    String detail = "body is longer than the 2000 bytes that this server takes; send its rows in";
    refused("flats/distance", " ".repeat(2001), 413, detail);
    refused("flats/distance", " ".repeat(3_000_000), 413, detail);
    refused(
        asker.ask(
            "POST",
            "/scorers/flats/distance",
            "application/json",
            BodyPublishers.ofInputStream( // whose length the client does not know
                () -> new ByteArrayInputStream(new byte[2001]))),
        413,
        detail);
    String row = "{\"x\": [1, 2, 0]}";
    refused(
        "flats/distance",
        "{\"rows\": [" + String.join(",", Collections.nCopies(6, row)) + "]}",
        413,
        "rows are 6, but this server takes 5 at once; send them in parts");
    refused(
        "flats/sample",
        "{\"rows\": [" + row + "," + row + "], \"count\": 26, \"seed\": 0}",
        422,
        "draws are 52 in all rows together, but this server makes 50 at once; ask for them in");
    assertThat(
            asker.raw(
                HttpAsker.head("/scorers/flats/distance", 0).replace("Content-Length: 0\r\n", "")))
        .startsWith("HTTP/1.1 411 ")
        .contains("body has no length; send the header Content-Length");
  }

  // --- time

  @Test
  void aSlowClientIsToldSo() throws Exception {
    ServerLimits impatient = ServerLimits.standard().withTimes(Duration.ofMillis(200), LONG, LONG);
    try (ScorerServer quick = start(impatient);
        Socket socket = new HttpAsker(quick.address()).connect()) {
      HttpAsker.write(socket, HttpAsker.head("/scorers/flats/distance", 100) + "{");
      assertThat(HttpAsker.rest(socket))
          .startsWith("HTTP/1.1 408 ")
          .contains("body has not come within 0.200 s; send it at once");
      assertThat(new HttpAsker(quick.address()).get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void slowWorkIsToldSo() throws Exception {
    ServerLimits impatient = ServerLimits.standard().withTimes(LONG, Duration.ofMillis(1), LONG);
    try (ScorerServer slow = start(impatient)) {
      HttpAsker own = new HttpAsker(slow.address());
      String rows = String.join(",", Collections.nCopies(1000, "{" + FLAT + "}"));
      for (int i = 0; i < 3; i++) {
        refused(
            own.post(
                "/scorers/flats/sample", "{\"rows\": [" + rows + "], \"count\": 10, \"seed\": 0}"),
            503,
            "answer was not there within 0.00100 s; ask for fewer rows or draws, or again later");
      }
    }
  }

  @Test
  void whatNobodyHasTimeForIsRefusedAtOnce() throws Exception {
    ServerLimits few = PATIENT.withThreads(1, 1);
    String question = "{" + FLAT + "}";
    String path = "/scorers/flats/distance";
    try (ScorerServer small = start(few);
        Socket running = new HttpAsker(small.address()).connect();
        Socket one = new HttpAsker(small.address()).connect();
        Socket other = new HttpAsker(small.address()).connect()) {
      HttpAsker own = new HttpAsker(small.address());
      HttpAsker.write(running, HttpAsker.head(path, question.length(), "Expect: 100-continue\r\n"));
      assertThat(new String(running.getInputStream().readNBytes(12), UTF_8))
          .isEqualTo("HTTP/1.1 100"); // it has the thread
      HttpAsker.write(one, HttpAsker.head(path, question.length()) + question);
      HttpAsker.write(other, HttpAsker.head(path, question.length()) + question);
      while (one.getInputStream().available() + other.getInputStream().available() == 0) {
        Thread.onSpinWait(); // there is room for one of them
      }
      boolean isOne = one.getInputStream().available() > 0;
      assertThat(HttpAsker.rest(isOne ? one : other)).startsWith("HTTP/1.1 503 ");

      Answer busy = own.post(path, question);
      refused(busy, 503, "server answers 1 requests and has 1 waiting, and takes no more; ask");
      assertThat(busy.headers().firstValue("Retry-After")).contains("1");
      assertThat(own.get("/health/live").status()).isEqualTo(200);
      refused(own.get("/health/ready"), 503, "server answers 1 requests");
      assertThat(own.get("/metrics").body()).contains("requests_running 1.0", "_waiting 1.0");

      HttpAsker.write(running, question);
      assertThat(HttpAsker.rest(running)).contains("HTTP/1.1 200 ");
      assertThat(HttpAsker.rest(isOne ? other : one)).startsWith("HTTP/1.1 200 ");
      assertThat(own.get("/health/ready").status()).isEqualTo(200);
    }
  }

  private static void await(HttpAsker asker, String metric) throws Exception {
    while (!asker.get("/metrics").body().contains(metric)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsThereIsAnsweredBeforeTheServerStops() throws Exception {
    ScorerServer own = start(PATIENT);
    HttpAsker client = new HttpAsker(own.address());
    String question = "{" + FLAT + "}";
    try (Socket running = client.connect()) {
      HttpAsker.write(running, HttpAsker.head("/scorers/flats/distance", question.length()));
      await(client, "http_requests_running 2.0"); // with the one for metrics
      Thread stop = new Thread(own::close);
      stop.start();
      Answer refused;
      do {
        refused = client.post("/scorers/flats/distance", question);
      } while (refused.status() == 200);
      refused(refused, 503, "server is stopping; ask another one");
      assertThat(stop.isAlive()).isTrue();
      HttpAsker.write(running, question);
      assertThat(HttpAsker.rest(running)).startsWith("HTTP/1.1 200 ").contains("{\"distance\":");
      stop.join();
      own.awaitStop();
      own.close();
    }
    assertThatThrownBy(client::connect).isInstanceOf(ConnectException.class);
  }

  // --- pages

  @Test
  void pagesAreThere() throws Exception {
    assertThat(asker.get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
    assertThat(asker.get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}");
    JsonObject flats =
        asker.get("/scorers").json().getAsJsonArray("scorers").get(0).getAsJsonObject();
    assertThat(flats.get("name").getAsString()).isEqualTo("flats");
    assertThat(flats.get("answers"))
        .hasToString("[\"logProb\",\"quantile\",\"interval\",\"sample\",\"distance\"]");
    assertThat(flats.get("y")).hasToString("[\"price\"]");
    assertThat(flats.get("x")).hasToString("[\"area\",\"rooms\",\"district\"]");
    assertThat(flats.getAsJsonArray("notes")).hasSize(scorers.flats().notes().size());

    String page = asker.get("/").body();
    assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("://").doesNotContain(" src=");
    Answer head = asker.ask("HEAD", "/", "text/plain", BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(asker.get("/metrics").body()).doesNotContain("path=\"/\",status=\"499\"");
  }

  /** Each line as Prometheus's text format 0.0.4 has it. */
  @Test
  void countsAndLatenciesAreMetrics() throws Exception {
    try (ScorerServer own = start(LIMITS)) {
      HttpAsker client = new HttpAsker(own.address());
      for (int i = 0; i < 3; i++) {
        Answer unused = client.post("/scorers/flats/distance", "{" + FLAT + "}");
      }
      Answer refused = client.post("/scorers/flats/distance", "{}");
      Answer unknown = client.get("/nowhere");

      Answer metrics = client.get("/metrics");

      assertThat(refused.status()).isEqualTo(400);
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(metrics.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body().lines())
          .contains(
              "http_requests_total{path=\"/scorers/flats/distance\",status=\"200\"} 3.0",
              "http_requests_total{path=\"/scorers/flats/distance\",status=\"400\"} 1.0",
              "http_requests_total{path=\"other\",status=\"404\"} 1.0",
              "http_request_duration_seconds_count{path=\"/scorers/flats/distance\"} 4",
              "http_request_duration_seconds_bucket{path=\"/scorers/flats/distance\",le=\"+Inf\"}"
                  + " 4",
              "# TYPE http_requests_total counter",
              "# TYPE http_request_duration_seconds histogram")
          .allMatch(
              line ->
                  line.matches("# (HELP|TYPE) [a-z_]+ .+")
                      || line.matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? \\S+"));
    }
  }

  // --- scorers

  @Test
  void namesLimitsAndFilesThatCannotBeAreRefused() throws Exception {
    assertThatThrownBy(
            () ->
                ScorerServer.start(
                    new InetSocketAddress(0),
                    ImmutableMap.of("a/b", ServedScorer.of(scorers.points())),
                    LIMITS))
        .hasMessage(
            "scorer 'a/b' has other characters than letters, digits, '.', '_' and '-', which paths"
                + " take; rename it");
    assertThatThrownBy(() -> LIMITS.withThreads(0, 1))
        .hasMessage(
            "limits have a size of 0, but each is at least 1 and less than 2147483647; pass"
                + " another");
    Path file = Files.write(folder.resolve("text"), List.of("no scorer"), UTF_8);
    assertThatThrownBy(() -> ServedScorer.load(file)).isInstanceOf(IllegalArgumentException.class);
  }

  // --- the command

  private static String run(int status, String... options) {
    StringWriter err = new StringWriter();
    String[] command =
        Stream.concat(Stream.of("run", "serve"), Stream.of(options)).toArray(String[]::new);
    Launcher launcher =
        new Launcher(
            ImmutableList.of(new Serve()),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true));
    assertThat(launcher.execute(command)).isEqualTo(status);
    return err.toString();
  }

  @Test
  void aFileIsServedUntilItIsStopped() throws Exception {
    int port;
    try (ServerSocket any = new ServerSocket(0)) {
      port = any.getLocalPort();
    }
    String file = folder.resolve("flats").toString();
    FutureTask<String> command =
        new FutureTask<>(() -> run(0, "--model", file, "--port", "" + port));
    Thread thread = new Thread(command);
    thread.start();
    HttpAsker own = new HttpAsker(URI.create("http://127.0.0.1:" + port));
    while (!isLive(own)) {
      Thread.onSpinWait();
    }
    same(
        own.post("/scorers/model/distance", "{" + FLAT + "}").of("distance"),
        scorers.flats().distance(A_FLAT));
    thread.interrupt();
    assertThat(command.get()).isEmpty();
    assertThat(isLive(own)).isFalse();
  }

  private static boolean isLive(HttpAsker asker) throws InterruptedException {
    try {
      return asker.get("/health/live").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void mistakesOfTheCommandAreOneLine() throws Exception {
    String file = folder.resolve("flats").toString();
    assertThat(run(2, "--model", file))
        .isEqualToIgnoringNewLines(
            "error: option '--model' serves a scorer until it is stopped; pass '--port' too");
    String other = Files.writeString(folder.resolve("other"), "no scorer").toString();
    assertThat(run(2, "--model", other, "--port", "0")).startsWith("error: ").contains(other);
    assertThat(run(2, "--model", other + "s", "--port", "0")).startsWith("error: ");
    int taken = server.address().getPort();
    assertThat(run(2, "--model", file, "--port", "" + taken))
        .startsWith("error: port " + taken + " cannot be had: ")
        .contains("; choose another, or 0");
    assertThat(run(2, "--port", "70000"))
        .isEqualToIgnoringNewLines("error: option '--port' is 70000, but must be 0 to 65535");
  }
}
