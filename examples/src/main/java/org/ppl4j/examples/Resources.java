package org.ppl4j.examples;

import com.google.common.base.Splitter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    try (Reader reader = open(folder, file)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedReader open(String folder, String file) {
    String path = folder + "/" + file;
    InputStream in = Resources.class.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException(
          "resource '%s' of the examples is missing; build them with Maven".formatted(path));
    }
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /**
   * The numbers of some columns of a CSV file without quotes, row by row.
   *
   * @param folder the example's folder beside this class
   * @throws IllegalStateException if there is no such file
   */
  static double[] csv(String folder, String file, String... columns) {
    try (BufferedReader reader = open(folder, file)) {
      List<String> header = Splitter.on(',').splitToList(reader.readLine());
      int[] places = Arrays.stream(columns).mapToInt(header::indexOf).toArray();
      return reader
          .lines()
          .map(line -> Splitter.on(',').splitToList(line))
          .flatMapToDouble(
              cells -> Arrays.stream(places).mapToDouble(k -> Double.parseDouble(cells.get(k))))
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The rows of a CSV file without quotes, each by the names of its columns.
   *
   * @throws IllegalStateException if there is no such file
   */
  static List<Map<String, String>> rows(String folder, String file) {
    try (BufferedReader reader = open(folder, file)) {
      List<String> header = Splitter.on(',').splitToList(reader.readLine());
      return reader
          .lines()
          .map(
              line -> {
                List<String> cells = Splitter.on(',').splitToList(line);
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < cells.size(); i++) {
                  row.put(header.get(i), cells.get(i));
                }
                return row;
              })
          .toList();
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
