package org.ppl4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.Multimap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.ppl4j.Program;

/**
 * A posterior that is known from elsewhere: a program, its raw data, and draws and moments of its
 * parameters that this library had no part in.
 *
 * @param name the folder among the test resources
 * @param program the model; its data are the arrays of the file by their names
 * @param latents from the reference's parameters to the program's latent sites, where their names
 *     differ; columns of all draws, row by row
 */
public record PosteriorCase(
    String name,
    Program<PosteriorCase.Data> program,
    UnaryOperator<Map<String, double[]>> latents) {

  /** Arrays by name. */
  public record Data(Map<String, NDArray> arrays) {

    /** The array of this name. */
    public NDArray get(String name) {
      return requireNonNull(arrays.get(name), name);
    }
  }

  /** The mean and the standard deviation of a number. */
  public record Moments(double mean, double sd) {}

  /**
   * The data: numbers of shape (), vectors and matrices; those whose names end with {@code _idx} or
   * {@code _id} are integers that count from 1.
   */
  public Data data(NDManager manager) {
    ImmutableMap.Builder<String, NDArray> data = ImmutableMap.builder();
    json("data.json").entrySet().forEach(e -> data.put(e.getKey(), array(manager, e)));
    return new Data(data.buildOrThrow());
  }

  private static NDArray array(NDManager manager, Map.Entry<String, JsonElement> entry) {
    JsonElement element = entry.getValue();
    double[] values = References.numbers(element);
    if (entry.getKey().endsWith("_idx") || entry.getKey().endsWith("_id")) {
      return manager.create(Arrays.stream(values).mapToLong(x -> (long) x).toArray());
    }
    return manager.create(values, shape(element));
  }

  private static Shape shape(JsonElement element) {
    if (!element.isJsonArray()) {
      return new Shape();
    }
    JsonArray array = element.getAsJsonArray();
    Shape rest = shape(array.get(0));
    return new Shape(array.size()).addAll(rest);
  }

  /** The reference's moments by parameter, {@code beta[1]}, {@code beta[2]} … of a vector. */
  public ImmutableMap<String, Moments> reference() {
    ImmutableMap.Builder<String, Moments> moments = ImmutableMap.builder();
    JsonObject parameters = json("reference.json").getAsJsonObject("parameters");
    for (Map.Entry<String, JsonElement> entry : parameters.entrySet()) {
      JsonObject of = entry.getValue().getAsJsonObject();
      moments.put(
          entry.getKey(), new Moments(of.get("mean").getAsDouble(), of.get("sd").getAsDouble()));
    }
    return moments.buildOrThrow();
  }

  /**
   * Draws of latent sites.
   *
   * @param count how many
   * @param sites for each site all of its draws, (count, size) row by row
   */
  public record Draws(int count, Map<String, double[]> sites) {

    /** Those of one site. */
    public double[] of(String site) {
      return requireNonNull(sites.get(site), site);
    }
  }

  /** The reference's draws of the program's latent sites. */
  public Draws draws() {
    List<String> lines = lines("draws.csv");
    List<String> names = Splitter.on(',').splitToList(lines.get(0));
    Multimap<String, Integer> columns = LinkedHashMultimap.create();
    for (int j = 0; j < names.size(); j++) {
      columns.put(site(names.get(j)), j);
    }
    int count = lines.size() - 1;
    Map<String, double[]> draws = new LinkedHashMap<>();
    columns.keySet().forEach(site -> draws.put(site, new double[count * columns.get(site).size()]));
    for (int i = 0; i < count; i++) {
      List<String> row = Splitter.on(',').splitToList(lines.get(i + 1));
      for (Map.Entry<String, double[]> entry : draws.entrySet()) {
        int at = i * columns.get(entry.getKey()).size();
        for (int column : columns.get(entry.getKey())) {
          entry.getValue()[at++] = Double.parseDouble(row.get(column));
        }
      }
    }
    return new Draws(count, latents.apply(draws));
  }

  private static String site(String column) {
    int bracket = column.indexOf('[');
    return bracket < 0 ? column : column.substring(0, bracket);
  }

  private JsonObject json(String file) {
    return JsonParser.parseString(String.join("\n", lines(file))).getAsJsonObject();
  }

  private List<String> lines(String file) {
    String path = "/org/ppl4j/posteriors/" + name + "/" + file + ".gz";
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    requireNonNull(PosteriorCase.class.getResourceAsStream(path), path)),
                UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
