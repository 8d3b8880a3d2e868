package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import com.google.gson.JsonObject;

/**
 * Why a request is refused: a status, and a text that says of what, what is wrong with it, and what
 * to do. It is answered as RFC 9457 has it, {@code application/problem+json}.
 */
final class HttpProblem extends RuntimeException {

  private static final String TYPE = "application/problem+json";

  private static final ImmutableMap<Integer, String> TITLES =
      ImmutableMap.<Integer, String>builder()
          .put(400, "Bad Request")
          .put(404, "Not Found")
          .put(405, "Method Not Allowed")
          .put(408, "Request Timeout")
          .put(411, "Length Required")
          .put(413, "Content Too Large")
          .put(415, "Unsupported Media Type")
          .put(422, "Unprocessable Content")
          .put(500, "Internal Server Error")
          .put(503, "Service Unavailable")
          .buildOrThrow();

  private final int status;
  private final ImmutableMap<String, String> headers;

  private HttpProblem(int status, ImmutableMap<String, String> headers, String detail) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }

  /** One of a status, whose text has these arguments. */
  @FormatMethod
  static HttpProblem of(int status, @FormatString String detail, Object... arguments) {
    return new HttpProblem(status, ImmutableMap.of(), detail.formatted(arguments));
  }

  /** The same with a header. */
  HttpProblem with(String header, String value) {
    return new HttpProblem(
        status,
        ImmutableMap.<String, String>builder().putAll(headers).put(header, value).buildOrThrow(),
        String.valueOf(getMessage()));
  }

  /** The same of a part of the request. */
  HttpProblem of(String part) {
    return new HttpProblem(status, headers, part + ": " + getMessage());
  }

  /** What is sent. */
  HttpResponse response() {
    JsonObject json = new JsonObject();
    json.addProperty("title", TITLES.get(status));
    json.addProperty("status", status);
    json.addProperty("detail", getMessage());
    return new HttpResponse(status, TYPE, headers, JsonText.text(json).getBytes(UTF_8));
  }
}
