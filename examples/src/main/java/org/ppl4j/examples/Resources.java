package org.ppl4j.examples;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Data files of the examples, from the class path. */
final class Resources {

  private Resources() {}

  /**
   * A JSON object.
   *
   * @param folder the example's folder beside this class
   * @throws IllegalStateException if there is no such file
   */
  static JsonObject json(String folder, String file) {
    String path = folder + "/" + file;
    try (InputStream in = Resources.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource '%s' of the examples is missing; build them with Maven".formatted(path));
      }
      try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
        return JsonParser.parseReader(reader).getAsJsonObject();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of an array in a JSON object. */
  static double[] numbers(JsonObject data, String name) {
    return data.getAsJsonArray(name).asList().stream().mapToDouble(x -> x.getAsDouble()).toArray();
  }

  /** The whole numbers of an array in a JSON object. */
  static long[] integers(JsonObject data, String name) {
    return data.getAsJsonArray(name).asList().stream().mapToLong(x -> x.getAsLong()).toArray();
  }
}
