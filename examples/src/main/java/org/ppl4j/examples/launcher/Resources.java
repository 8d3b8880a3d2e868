package org.ppl4j.examples.launcher;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.infer.data.StanJson;
import org.ppl4j.infer.density.Table;

/** Data files from the class path, beside the class of the example that they are of. */
public final class Resources {

  private Resources() {}

  /**
   * A JSON object.
   *
   * @param owner a class that the file is near
   * @param path of the file, from the package of the class on
   * @throws IllegalStateException if there is no such file
   */
  public static JsonObject json(Class<?> owner, String path) {
    try (Reader reader = open(owner, path)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The data of a model, from a JSON file as Stan's models take them.
   *
   * @param owner a class that the file is near
   * @param path of the file, from the package of the class on
   * @throws IllegalStateException if there is no such file
   */
  public static <R extends Record> R record(Class<?> owner, String path, Class<R> type) {
    try (Reader reader = open(owner, path)) {
      return StanJson.read("resource '" + path + "'", reader, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedReader open(Class<?> owner, String path) {
    InputStream in = owner.getResourceAsStream(path);
    if (in == null) {
      throw new IllegalStateException(
          "resource '%s' beside %s is missing; build with Maven".formatted(path, owner));
    }
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /**
   * The numbers of some columns of a CSV file without quotes, row by row.
   *
   * @param owner a class that the file is near
   * @param path of the file, from the package of the class on
   * @throws IllegalStateException if there is no such file
   */
  public static double[] csv(Class<?> owner, String path, String... columns) {
    try (BufferedReader reader = open(owner, path)) {
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
  public static List<Map<String, String>> rows(Class<?> owner, String path) {
    try (BufferedReader reader = open(owner, path)) {
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

  /**
   * The table in a CSV file.
   *
   * @throws IllegalStateException if there is no such file
   */
  public static Table table(Class<?> owner, String path) {
    try (BufferedReader reader = open(owner, path)) {
      Path file = Files.createTempFile("table", ".csv");
      try {
        return Table.read(Files.write(file, reader.lines().toList()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of an array in a JSON object. */
  public static double[] numbers(JsonObject data, String name) {
    return data.getAsJsonArray(name).asList().stream().mapToDouble(x -> x.getAsDouble()).toArray();
  }

  /** The whole numbers of an array in a JSON object. */
  public static long[] integers(JsonObject data, String name) {
    return data.getAsJsonArray(name).asList().stream().mapToLong(x -> x.getAsLong()).toArray();
  }
}
