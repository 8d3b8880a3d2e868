package org.ppl4j.examples.serve;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scorers behind HTTP, on the JDK's own server.
 *
 * <ul>
 *   <li>{@code POST /scorers/NAME/KIND} is a {@link Question} in JSON, and answers {@code {"KIND":
 *       ...}} with the bits of the scorer's answer; {@code GET /scorers} says which there are.
 *   <li>{@code GET /health/live} answers as long as it runs, {@code GET /health/ready} as long as
 *       it takes questions; {@code GET /metrics} is in Prometheus's text format; {@code GET /} is a
 *       page to try it by hand.
 *   <li>What is refused is told as JSON ({@code application/problem+json}): of what, what is wrong
 *       with it, and what to do.
 * </ul>
 *
 * <p>A request has a thread from its first byte on. If all are busy, it waits, and if too many
 * wait, it is refused by 503 at once, while health and metrics are still answered.
 *
 * <p>Before a request is here, the JDK reads its headers, by properties of the process that are its
 * owner's to set, as {@link org.ppl4j.examples.Main} does: {@code sun.net.httpserver.maxReqTime}
 * and {@code maxRspTime} are seconds until a connection is cut off, never unless set; {@code
 * maxIdleConnections} is how many may wait for their next request, 200; {@code nodelay} sends short
 * answers at once.
 */
public final class ScorerServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScorerServer.class);

  /** How paths that do not exist are called where requests are counted. */
  private static final String OTHER = "other";

  /** The status by which a client is counted that went away before its answer. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private static final int REFUSING_THREADS = 2;
  private static final int CLOCKS = 2;

  private final InetSocketAddress address;
  private final ServerLimits limits;
  private final HttpServer http;
  private final ThreadPoolExecutor threads;
  private final ThreadPoolExecutor refusing;
  private final ScheduledThreadPoolExecutor clock;
  private final ThreadLocal<Boolean> isRefused = ThreadLocal.withInitial(() -> false);
  private final ServerMetrics metrics;
  private final ImmutableMap<String, Supplier<HttpResponse>> pages;
  private final ImmutableMap<String, Target> targets;
  private final ImmutableSet<String> names;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean isStopping = new AtomicBoolean();

  /** What a path asks. */
  private record Target(ServedScorer scorer, QuestionKind kind) {}

  /** What is done before a deadline. */
  @FunctionalInterface
  private interface Step<T> {
    T take() throws IOException, InterruptedException;
  }

  /** A request was answered for this thread, which was late. */
  private static final class LateException extends Exception {

    private final int status;

    LateException(int status) {
      super("answered by " + status);
      this.status = status;
    }
  }

  private ScorerServer(
      InetSocketAddress wanted, Map<String, ServedScorer> scorers, ServerLimits limits)
      throws IOException {
    this.limits = limits;
    names = ImmutableSet.copyOf(scorers.keySet());
    String page = page();
    String description = JsonText.text(descriptions(scorers));
    ImmutableMap.Builder<String, Target> questions = ImmutableMap.builder();
    scorers.forEach(
        (name, scorer) ->
            scorer
                .kinds()
                .forEach(
                    kind ->
                        questions.put("/scorers/" + name + "/" + kind, new Target(scorer, kind))));
    targets = questions.buildOrThrow();
    threads = pool("serve-%d", limits.threads(), limits.queue());
    refusing = pool("serve-refuse-%d", REFUSING_THREADS, limits.queue());
    clock = new ScheduledThreadPoolExecutor(CLOCKS, named("serve-clock-%d"));
    clock.setRemoveOnCancelPolicy(true);
    metrics = new ServerMetrics(threads::getActiveCount, () -> threads.getQueue().size());
    pages =
        ImmutableMap.of(
            "/",
            () -> HttpResponse.ok("text/html; charset=utf-8", page),
            "/scorers",
            () -> HttpResponse.ok("application/json", description),
            "/health/live",
            () -> health("live"),
            "/health/ready",
            this::ready,
            "/metrics",
            metrics::response);
    http = HttpServer.create(wanted, limits.queue());
    address = http.getAddress();
    http.setExecutor(this::execute);
    http.createContext("/", this::handle);
    http.start();
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queue) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(queue), named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory named(String name) {
    return new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build();
  }

  /**
   * Starts one.
   *
   * @param address where it listens; port 0 for any that is free
   * @param scorers by their names in paths, of letters, digits, and {@code . _ -}
   * @throws IOException if the address cannot be had
   * @throws IllegalArgumentException if a name has other characters
   */
  public static ScorerServer start(
      InetSocketAddress address, Map<String, ServedScorer> scorers, ServerLimits limits)
      throws IOException {
    for (String name : scorers.keySet()) {
      checkArgument(
          name.matches("[A-Za-z0-9._-]+"),
          "scorer '%s' has other characters than letters, digits, '.', '_' and '-', which paths"
              + " take; rename it",
          name);
    }
    ScorerServer server = new ScorerServer(address, scorers, limits);
    LOG.info("{}", server);
    return server;
  }

  /** Where it listens. */
  public URI address() {
    String host = address.getAddress().getHostAddress();
    String written = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + written + ":" + address.getPort() + "/");
  }

  /** Waits until it was stopped. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops it: what is asked from now on is refused by 503, requests that are there are answered, as
   * long as the limits say, and then it is gone. The second time it waits for the first.
   */
  @Override
  public void close() {
    if (!isStopping.getAndSet(true)) {
      threads.shutdown();
      if (!Uninterruptibles.awaitTerminationUninterruptibly(threads, limits.stopTime())) {
        LOG.warn("requests did not end within {}, and are cut off", seconds(limits.stopTime()));
      }
      threads.shutdownNow();
      refusing.shutdown();
      clock.shutdownNow();
      http.stop(0);
      stopped.countDown();
    }
    Uninterruptibles.awaitUninterruptibly(stopped);
  }

  /** What it serves and where. */
  @Override
  public String toString() {
    return "serves %s at %s".formatted(String.join(", ", names), address());
  }

  // --- pages

  private static String page() throws IOException {
    try (InputStream in = ScorerServer.class.getResourceAsStream("page.html")) {
      if (in == null) {
        throw new IllegalStateException("resource 'page.html' is missing; build with Maven");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static JsonObject descriptions(Map<String, ServedScorer> scorers) {
    JsonArray all = new JsonArray();
    scorers.forEach((name, scorer) -> all.add(scorer.description(name)));
    JsonObject json = new JsonObject();
    json.add("scorers", all);
    return json;
  }

  private static HttpResponse health(String status) {
    JsonObject json = new JsonObject();
    json.addProperty("status", status);
    return HttpResponse.ok(json);
  }

  private HttpResponse ready() {
    if (isStopping.get() || threads.getQueue().remainingCapacity() == 0) {
      throw busy();
    }
    return health("ready");
  }

  private HttpProblem busy() {
    return isStopping.get()
        ? HttpProblem.of(503, "server is stopping; ask another one").with("Connection", "close")
        : HttpProblem.of(
                503,
                "server answers %s requests and has %s waiting, and takes no more; ask again later",
                limits.threads(),
                limits.queue())
            .with("Retry-After", "1");
  }

  // --- requests

  /** Runs a request, or else refuses it; one that cannot even be refused is closed by the JDK. */
  private void execute(Runnable request) {
    try {
      threads.execute(request);
    } catch (RejectedExecutionException e) {
      refusing.execute(
          () -> {
            isRefused.set(true);
            request.run();
          });
    }
  }

  private void handle(HttpExchange exchange) {
    long start = System.nanoTime();
    String path = exchange.getRequestURI().getPath();
    int status = answer(exchange, path);
    boolean isKnown = pages.containsKey(path) || targets.containsKey(path);
    metrics.add(isKnown ? path : OTHER, status, 1e-9 * (System.nanoTime() - start));
  }

  /** Answers, and returns by which status. */
  private int answer(HttpExchange exchange, String path) {
    try {
      HttpResponse response;
      try {
        response = response(exchange, path);
      } catch (HttpProblem e) {
        response = e.response();
      } catch (RuntimeException e) {
        LOG.error("request to {} failed", path, e);
        response = HttpProblem.of(500, "server failed, and has logged why").response();
      }
      send(exchange, response);
      return response.status();
    } catch (LateException e) {
      return e.status;
    } catch (IOException | InterruptedException e) {
      return CLIENT_CLOSED_REQUEST;
    } finally {
      exchange.close();
    }
  }

  private HttpResponse response(HttpExchange exchange, String path)
      throws IOException, InterruptedException, LateException {
    Supplier<HttpResponse> page = pages.get(path);
    if (page != null) {
      checkMethod(exchange, path, "GET", "HEAD");
      return page.get();
    }
    Target target = targets.get(path);
    if (target == null) {
      throw HttpProblem.of(404, "path '%s' does not exist; GET /scorers lists those that do", path);
    }
    checkMethod(exchange, path, "POST");
    if (isRefused.get()) {
      throw busy();
    }
    checkBody(exchange.getRequestHeaders());
    byte[] body =
        inTime(
            exchange,
            limits.clientTime(),
            HttpProblem.of(
                408, "body has not come within %s; send it at once", seconds(limits.clientTime())),
            () -> body(exchange));
    return inTime(
        exchange,
        limits.workTime(),
        HttpProblem.of(
            503,
            "answer was not there within %s; ask for fewer rows or draws, or again later",
            seconds(limits.workTime())),
        () -> answer(target, body));
  }

  private HttpResponse answer(Target target, byte[] body) throws InterruptedException {
    ServedScorer scorer = target.scorer();
    Question question =
        Question.of(target.kind(), scorer.isConditional(), JsonText.object(body), limits);
    JsonElement answer = scorer.answer(question);
    JsonObject json = new JsonObject();
    json.add(target.kind().toString(), answer);
    return HttpResponse.ok(json);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3g s", 1e-9 * time.toNanos());
  }

  private static void checkMethod(HttpExchange exchange, String path, String... allowed) {
    String method = exchange.getRequestMethod();
    if (!Arrays.asList(allowed).contains(method)) {
      throw HttpProblem.of(405, "method %s is not for path '%s'; use %s", method, path, allowed[0])
          .with("Allow", String.join(", ", allowed));
    }
  }

  private void checkBody(Headers headers) {
    String type = headers.getFirst("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      throw HttpProblem.of(415, "body is of type %s; send application/json", type);
    }
    String length = headers.getFirst("Content-Length");
    if (length == null && !headers.containsKey("Transfer-Encoding")) {
      throw HttpProblem.of(411, "body has no length; send the header Content-Length");
    }
    if (length != null) {
      checkLength(Long.parseLong(length)); // the JDK has refused what is no number
    }
  }

  private void checkLength(long bytes) {
    if (bytes > limits.bodyBytes()) {
      throw HttpProblem.of(
          413,
          "body is longer than the %s bytes that this server takes; send its rows in parts",
          limits.bodyBytes());
    }
  }

  private byte[] body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(limits.bodyBytes() + 1);
    checkLength(body.length);
    return body;
  }

  /** What a step gives, if it is in time; or else the request is answered so. */
  private <T> T inTime(HttpExchange exchange, Duration time, HttpProblem late, Step<T> step)
      throws IOException, InterruptedException, LateException {
    HttpResponse response = late.with("Connection", "close").response();
    try (Deadline deadline = new Deadline(clock, time, () -> tryWrite(exchange, response))) {
      try {
        T result = step.take();
        if (deadline.isMet()) {
          return result;
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        if (deadline.isMet()) {
          throw e;
        }
      }
    }
    throw new LateException(response.status());
  }

  /** Writes an answer and reads what is left of the request; a client that is slow is cut off. */
  private void send(HttpExchange exchange, HttpResponse response) throws IOException {
    try (Deadline deadline = new Deadline(clock, limits.clientTime(), () -> {})) {
      write(exchange, response);
      if (!isHead(exchange)) {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static void tryWrite(HttpExchange exchange, HttpResponse response) {
    try {
      write(exchange, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the client is gone
    }
  }

  private static void write(HttpExchange exchange, HttpResponse response) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", response.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    response.headers().forEach(headers::set);
    if (isHead(exchange)) {
      exchange.sendResponseHeaders(response.status(), -1); // which closes it
      return;
    }
    exchange.sendResponseHeaders(response.status(), response.body().length);
    OutputStream out = exchange.getResponseBody();
    out.write(response.body());
    out.flush();
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }
}
