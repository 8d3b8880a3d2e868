package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.math.Quantiles;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.serve.HttpAsker.Answer;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.testing.AcceptancePoint;

/** A server in a process of its own, under load, under attack, and killed. */
@Tag("acceptance")
@Tag("spread.3")
class ServeAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.3");

  private static final int CONCURRENT = 1000;
  private static final int REQUESTS = 100_000;
  private static final int CLIENTS = 8;
  private static final String PATH = "/scorers/model/";
  private static final String ROOT = "x";

  @TempDir private static Path folder;
  private static Path model;
  private static LearnedScorers scorers;

  @BeforeAll
  static void learn() throws IOException {
    scorers = LearnedScorers.in(folder, Flows::density);
    model = folder.resolve("flats");
  }

  // --- questions

  /** A flat, another of each number. */
  private static Map<String, Object> flat(int i) {
    return Map.of("area", 40.0 + i % 80 + i / 1000.0, "rooms", 1 + i % 5, "district", district(i));
  }

  private static String district(int i) {
    return i % 2 == 0 ? "York" : "Leeds";
  }

  private static String json(int i) {
    Map<String, Object> flat = flat(i);
    return "\"%s\": {\"area\": %s, \"rooms\": %s, \"district\": \"%s\"}"
        .formatted(ROOT, flat.get("area"), flat.get("rooms"), flat.get("district"));
  }

  /**
   * What is asked about a flat.
   *
   * @param kind of question
   * @param status of the answer
   */
  private record Asked(String label, String kind, String body, int status) {}

  private static List<Asked> asked(int i) {
    String rows =
        String.join(",", IntStream.range(i, i + 10).mapToObj(k -> "{" + json(k) + "}").toList());
    return List.of(
        new Asked("logProb", "logProb", "{\"y\": {\"price\": 240.5}, " + json(i) + "}", 200),
        new Asked("quantile", "quantile", "{" + json(i) + ", \"probability\": 0.3}", 200),
        new Asked("interval", "interval", "{" + json(i) + ", \"probability\": 0.9}", 200),
        new Asked(
            "interval of 10",
            "interval",
            "{\"rows\": [%s], \"probability\": 0.9}".formatted(rows),
            200),
        new Asked("sample of 5", "sample", "{" + json(i) + ", \"count\": 5, \"seed\": 1}", 200),
        new Asked("distance", "distance", "{" + json(i) + "}", 200),
        new Asked("refused", "distance", "{" + json(i).replace("rooms", "baths") + "}", 422));
  }

  private static void same(JsonElement json, double expected) {
    assertThat(Double.doubleToRawLongBits(json.getAsDouble()))
        .isEqualTo(Double.doubleToRawLongBits(expected));
  }

  /** Compares an answer with the scorer's. */
  private static void check(Asked asked, int i, Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(asked.status);
    ConditionalScorer scorer = scorers.flats();
    switch (asked.label) {
      case "logProb" -> same(answer.of("logProb"), scorer.logProb(Map.of("price", 240.5), flat(i)));
      case "quantile" -> same(answer.of("quantile"), scorer.quantile(0.3, flat(i)));
      case "interval" -> checkInterval(answer.of("interval").getAsJsonObject(), i);
      case "interval of 10" -> {
        for (int k = 0; k < 10; k++) {
          checkInterval(answer.of("interval").getAsJsonArray().get(k).getAsJsonObject(), i + k);
        }
      }
      case "sample of 5" -> {
        double[][] draws = scorer.sample(5, 1, flat(i));
        for (int k = 0; k < 5; k++) {
          same(
              answer.of("sample").getAsJsonArray().get(k).getAsJsonObject().get("price"),
              draws[k][0]);
        }
      }
      case "distance" -> same(answer.of("distance"), scorer.distance(flat(i)));
      default -> assertThat(answer.detail()).startsWith("row has column 'baths', which this");
    }
  }

  private static void checkInterval(JsonObject interval, int i) {
    same(
        interval.getAsJsonObject("low").get("price"),
        scorers.flats().interval(0.9, flat(i)).low().get(0));
    same(
        interval.getAsJsonObject("high").get("price"),
        scorers.flats().interval(0.9, flat(i)).high().get(0));
  }

  // --- many at once

  @Test
  void aThousandConcurrentRequestsAreRight() throws Exception {
    try (ServeProcess server = ServeProcess.start(model)) {
      HttpAsker asker = new HttpAsker(server.address());
      List<CompletableFuture<Answer>> all = new ArrayList<>();
      for (int i = 0; i < CONCURRENT; i++) {
        Asked asked = asked(i).get(i % 7);
        all.add(asker.later(PATH + asked.kind, asked.body));
      }
      for (int i = 0; i < CONCURRENT; i++) {
        check(asked(i).get(i % 7), i, all.get(i).get());
      }
    }
    POINT.none("wrong answers to " + CONCURRENT + " concurrent requests");
  }

  // --- what is refused

  private static String post(String type, String body) {
    return "POST %sdistance HTTP/1.1\r\nHost: here\r\nConnection: close\r\n".formatted(PATH)
        + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s".formatted(type, body.length(), body);
  }

  private static String post(String body) {
    return post("application/json", body);
  }

  @Test
  void whatIsWrongIsToldAsSuch() throws Exception {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("nonsense\r\n\r\n", "400");
    wrong.put("POST /\u0001 HTTP/1.1\r\n\r\n", "400");
    wrong.put("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400");
    wrong.put(post("{"), "400");
    wrong.put(post("{\"x\": }"), "400");
    wrong.put(post("{\"x\": [1, 2], \"x\" }"), "400");
    wrong.put(post("{\"x\":".repeat(20_000)), "400");
    wrong.put(post("{\"x\": NaN}"), "400");
    wrong.put(post("[1]"), "400");
    wrong.put(post("{\"x\": true}"), "400");
    wrong.put(post("{\"x\": {\"area\": {}}}"), "400");
    wrong.put(post("{" + json(1) + ", \"probability\": 0.5}"), "400");
    wrong.put(post("text/plain", "{" + json(1) + "}"), "415");
    wrong.put(post("{" + json(1).replace("area", "aera") + "}"), "422");
    wrong.put(post("{" + json(1).replace("Leeds", "Hull") + "}"), "422");
    wrong.put(post("{" + json(1).replaceAll("area\": [^,]*", "area\": \"big\"") + "}"), "422");
    wrong.put(post("{\"x\": [1]}"), "422");
    wrong.put(post(" ".repeat(1 << 21)), "413");
    wrong.put(post("{\"rows\": [" + "{},".repeat(1000) + "{}]}"), "413");
    wrong.put("GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n", "404");
    wrong.put("DELETE /metrics HTTP/1.1\r\nConnection: close\r\n\r\n", "405");
    wrong.put(
        "POST %sdistance HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
            .formatted(PATH),
        "411");
    int reasons = 0;
    try (ServeProcess server = ServeProcess.start(model)) {
      HttpAsker asker = new HttpAsker(server.address());
      for (Map.Entry<String, String> each : wrong.entrySet()) {
        String answer = asker.raw(each.getKey());
        assertThat(answer)
            .as("answer to a request that ends with %s", last(each.getKey()))
            .startsWith("HTTP/1.1 " + each.getValue());
        reasons += answer.contains("\"detail\":\"") ? 1 : 0;
      }
      check(asked(3).get(0), 3, asker.post(PATH + "logProb", asked(3).get(0).body));
    }
    POINT.atLeast("refused with a reason, of " + wrong.size(), reasons, wrong.size() - 3);
  }

  private static String last(String text) {
    return text.substring(Math.max(0, text.length() - 60));
  }

  @Test
  void aClientThatWritesSlowlyIsToldSo() throws Exception {
    try (ServeProcess server = ServeProcess.start(model, "-Dsun.net.httpserver.maxReqTime=30")) {
      HttpAsker asker = new HttpAsker(server.address());
      long start = System.nanoTime();
      try (Socket socket = asker.connect()) {
        HttpAsker.write(socket, HttpAsker.head(PATH + "distance", 100_000));
        while (socket.getInputStream().available() == 0) {
          HttpAsker.write(socket, " ");
          Thread.sleep(20); // as slowly as this
        }
        assertThat(HttpAsker.rest(socket))
            .startsWith("HTTP/1.1 408 ")
            .contains("body has not come within 10.0 s; send it at once");
      }
      POINT.between(
          "seconds until 408 of a body byte by byte", 1e-9 * (System.nanoTime() - start), 9.9, 20);
      assertThat(asker.get("/metrics").body()).contains("http_requests_running 1.0");
    }
  }

  @Test
  void aClientWhoseHeadersDoNotComeIsCutOff() throws Exception {
    try (ServeProcess server = ServeProcess.start(model, "-Dsun.net.httpserver.maxReqTime=1")) {
      HttpAsker asker = new HttpAsker(server.address());
      try (Socket socket = asker.connect()) {
        HttpAsker.write(socket, "POST /scorers/model/distance HTTP/1.1\r\nHost: ");
        assertThat(HttpAsker.rest(socket)).isEmpty();
      }
      assertThat(asker.get("/health/ready").status()).isEqualTo(200);
    }
    POINT.none("connections that stay open without headers");
  }

  @Test
  void aClientThatDoesNotReadIsCutOff(@TempDir Path own) throws Exception {
    LearnedScorers quick = LearnedScorers.in(own, LearnedScorers::small);
    ServerLimits limits =
        ServerLimits.standard()
            .withSizes(1000, 1, 200_000)
            .withTimes(Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofSeconds(20))
            .withThreads(1, 10);
    String body = "{\"count\": 200000, \"seed\": 0}";
    try (ScorerServer server =
            ScorerServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ImmutableMap.of("points", ServedScorer.of(quick.points())),
                limits);
        Socket socket = new HttpAsker(server.address()).connect()) {
      socket.setReceiveBufferSize(4096);
      HttpAsker.write(socket, HttpAsker.head("/scorers/points/sample", body.length()) + body);
      // The only thread is another's again.
      assertThat(new HttpAsker(server.address()).get("/metrics").body())
          .contains("http_requests_total{path=\"/scorers/points/sample\",status=\"499\"} 1.0");
    }
    POINT.none("threads that wait for a client that does not read");
  }

  // --- for a long time

  /** Asks a share of the requests, and returns the milliseconds of each, by label. */
  private static Map<String, List<Double>> ask(HttpAsker asker, int from, int to)
      throws IOException, InterruptedException {
    Map<String, List<Double>> milliseconds = new LinkedHashMap<>();
    for (int i = from; i < to; i++) {
      int flat = i % 700;
      Asked asked = asked(flat).get(i % 7);
      long start = System.nanoTime();
      Answer answer = asker.post(PATH + asked.kind, asked.body);
      double time = 1e-6 * (System.nanoTime() - start);
      milliseconds.computeIfAbsent(asked.label, label -> new ArrayList<>()).add(time);
      check(asked, flat, answer);
    }
    return milliseconds;
  }

  private static Map<String, List<Double>> byClients(HttpAsker asker, int from, int to)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      int share = (to - from) / CLIENTS;
      List<Callable<Map<String, List<Double>>>> shares = new ArrayList<>();
      for (int k = 0; k < CLIENTS; k++) {
        int first = from + k * share;
        shares.add(() -> ask(asker, first, first + share));
      }
      Map<String, List<Double>> all = new LinkedHashMap<>();
      for (Future<Map<String, List<Double>>> each : clients.invokeAll(shares)) {
        each.get()
            .forEach(
                (label, times) ->
                    all.merge(
                        label,
                        times,
                        (one, other) -> Stream.of(one, other).flatMap(List::stream).toList()));
      }
      return all;
    } finally {
      clients.shutdown();
    }
  }

  @Test
  void manyRequestsLeaveMemoryFlat() throws Exception {
    try (ServeProcess server = ServeProcess.start(model)) {
      HttpAsker asker = new HttpAsker(server.address());
      Map<String, List<Double>> unused = byClients(asker, 0, REQUESTS / 10);
      long live = server.liveBytes();
      long resident = server.residentBytes();
      Map<String, List<Double>> latencies = byClients(asker, REQUESTS / 10, REQUESTS);
      long liveGrowth = server.liveBytes() - live;
      long residentGrowth = server.residentBytes() - resident;

      latencies.forEach(
          (label, times) -> {
            Map<Integer, Double> quantiles = Quantiles.percentiles().indexes(50, 99).compute(times);
            POINT.shown("ms of " + label + ", median", quantiles.get(50));
            POINT.shown("ms of " + label + ", 99%", quantiles.get(99));
          });
      POINT.shown("live kB after 10% of " + REQUESTS + " requests", live / 1024);
      POINT.shown("resident kB after 10%", resident / 1024);
      POINT.below("kB of live objects gained", liveGrowth / 1024, 512);
      POINT.below("kB of resident size gained", residentGrowth / 1024, 4096);
    }
  }

  // --- killed and stopped

  @Test
  void killedAndRestartedItAnswersTheSameBits() throws Exception {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (List<String> answers : List.of(before, after)) {
      try (ServeProcess server = ServeProcess.start(model)) {
        HttpAsker asker = new HttpAsker(server.address());
        for (int i = 0; i < 50; i++) {
          for (Asked asked : asked(i)) {
            Answer answer = asker.post(PATH + asked.kind, asked.body);
            check(asked, i, answer);
            answers.add(answer.body());
          }
        }
        CompletableFuture<Answer> cut =
            asker.later(PATH + "interval", asked(0).get(3).body); // in the middle of something
        server.kill();
        assertThat(cut.handle((answer, failure) -> true).get()).isTrue();
        assertThat(server.status()).isEqualTo(128 + 9);
      }
    }
    assertThat(after).isEqualTo(before);
    POINT.none("of " + before.size() + " answers that differ after kill -9 and a restart");
  }

  @Test
  void toldToEndItAnswersWhatIsThere() throws Exception {
    try (ServeProcess server = ServeProcess.start(model)) {
      HttpAsker asker = new HttpAsker(server.address());
      Asked asked = asked(5).get(2);
      try (Socket socket = asker.connect()) {
        HttpAsker.write(
            socket,
            HttpAsker.head(PATH + asked.kind, asked.body.length(), "Expect: 100-continue\r\n"));
        assertThat(socket.getInputStream().readNBytes(25))
            .startsWith("HTTP/1.1 100".getBytes(UTF_8));
        server.terminate();
        Answer refused;
        do {
          refused = asker.get("/health/ready");
        } while (refused.status() == 200);
        assertThat(refused.detail()).isEqualTo("server is stopping; ask another one");
        HttpAsker.write(socket, asked.body);
        assertThat(HttpAsker.rest(socket)).contains("HTTP/1.1 200 ", "{\"interval\":");
      }
      assertThat(server.status()).isEqualTo(128 + 15);
    }
    POINT.none("requests that SIGTERM cuts off");
  }
}
