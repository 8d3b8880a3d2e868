package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** Counts and latencies of one server, in Prometheus's text format. */
final class ServerMetrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Counter requests;
  private final Histogram seconds;

  /**
   * Those of a server.
   *
   * @param running how many requests are being answered
   * @param waiting how many wait for a thread
   */
  ServerMetrics(IntSupplier running, IntSupplier waiting) {
    requests =
        Counter.builder()
            .name("http_requests_total")
            .help("Requests that were answered, by path and status.")
            .labelNames("path", "status")
            .withoutExemplars()
            .register(registry);
    seconds =
        Histogram.builder()
            .name("http_request_duration_seconds")
            .help("From the end of a request's headers to the end of its answer.")
            .labelNames("path")
            .classicOnly()
            .classicUpperBounds(
                1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
                5, 10)
            .withoutExemplars()
            .register(registry);
    gauge("http_requests_running", "Requests that are being read, answered or written.", running);
    gauge("http_requests_waiting", "Requests that wait for a thread.", waiting);
  }

  private void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsInt()))
        .register(registry);
  }

  /** Adds a request. */
  void add(String path, int status, double itsSeconds) {
    requests.labelValues(path, Integer.toString(status)).inc();
    seconds.labelValues(path).observe(itsSeconds);
  }

  /** All of them as they are now. */
  HttpResponse response() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of no memory
    }
    return HttpResponse.ok(writer.getContentType(), out.toString(UTF_8));
  }
}
