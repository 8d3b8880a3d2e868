package org.ppl4j.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The files of reference values among the test resources. */
public final class References {

  private References() {}

  /** The file {@code org/ppl4j/reference/name}, unpacked if it ends in {@code .gz}. */
  public static JsonObject read(String name) {
    try (InputStream file = References.class.getResourceAsStream("/org/ppl4j/reference/" + name);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(file) : file) {
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number, or a decimal string of one, or {@code inf}, {@code -inf}, {@code nan}. */
  public static double number(JsonElement element) {
    return switch (element.getAsString()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(element.getAsString());
    };
  }

  /** An array of numbers of any depth, flattened, or one number. */
  public static double[] numbers(JsonElement element) {
    if (!element.isJsonArray()) {
      return new double[] {number(element)};
    }
    JsonArray array = element.getAsJsonArray();
    return array.asList().stream().flatMapToDouble(e -> Arrays.stream(numbers(e))).toArray();
  }

  /** The objects of an array. */
  public static List<JsonObject> objects(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject).toList();
  }
}
