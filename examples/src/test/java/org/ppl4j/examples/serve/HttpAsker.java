package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of a server: the JDK's, and one that writes bytes as it likes. */
final class HttpAsker {

  private final URI server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpAsker(URI server) {
    this.server = server;
  }

  /** What was answered. */
  record Answer(int status, HttpHeaders headers, String body) {

    JsonObject json() {
      return JsonParser.parseString(body).getAsJsonObject();
    }

    /** The answer to a question of a kind. */
    JsonElement of(String kind) {
      if (status != 200) {
        throw new AssertionError(status + ": " + body);
      }
      return json().get(kind);
    }

    /** Why it was refused. */
    String detail() {
      return json().get("detail").getAsString();
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  private HttpRequest request(
      String method, String path, String type, HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(server.resolve(path))
        .header("Content-Type", type)
        .method(method, body)
        .build();
  }

  Answer ask(String method, String path, String type, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    return answer(
        http.send(request(method, path, type, body), HttpResponse.BodyHandlers.ofString(UTF_8)));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return ask("GET", path, "text/plain", HttpRequest.BodyPublishers.noBody());
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return ask("POST", path, "application/json", HttpRequest.BodyPublishers.ofString(body));
  }

  CompletableFuture<Answer> later(String path, String body) {
    return http.sendAsync(
            request("POST", path, "application/json", HttpRequest.BodyPublishers.ofString(body)),
            HttpResponse.BodyHandlers.ofString(UTF_8))
        .thenApply(HttpAsker::answer);
  }

  /** What a connection of its own answers these bytes, all that comes until it is closed. */
  String raw(String bytes) throws IOException {
    try (Socket socket = connect()) {
      write(socket, bytes);
      return rest(socket);
    }
  }

  /** A connection that nothing was written to. */
  Socket connect() throws IOException {
    return new Socket(server.getHost(), server.getPort());
  }

  static void write(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** What comes until the connection is closed. */
  static String rest(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), UTF_8);
  }

  /** The head of a question whose body has so many bytes. */
  static String head(String path, int bytes, String... headers) {
    return "POST %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n".formatted(path)
        + "Content-Type: application/json\r\nContent-Length: %d\r\n".formatted(bytes)
        + String.join("", List.of(headers))
        + "\r\n";
  }
}
