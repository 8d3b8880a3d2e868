package org.ppl4j.distributions;

import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.References;

/** What {@code reference/distributions_extreme.json.gz} says of the families. */
final class ExtremeReference {

  /**
   * Parameters of a family, as rounded to a float type.
   *
   * @param id the same for both float types
   * @param values the parameters, the moments and the points
   */
  record Setting(String family, String id, FloatType type, JsonObject values) {

    JsonObject parameters() {
      return values.getAsJsonObject("params");
    }

    /** The names of what is known of the setting. */
    Set<String> quantities() {
      Set<String> names = new TreeSet<>(values.keySet());
      objects(values.get("points")).forEach(point -> names.addAll(point.keySet()));
      names.removeAll(Set.of("setting", "type", "params", "points", "x", "total_count"));
      return names;
    }

    List<Row> rows() {
      return objects(values.get("points")).stream().map(point -> new Row(this, point)).toList();
    }

    @Override
    public String toString() {
      return id + " " + type + " " + parameters();
    }
  }

  /** A value and what is true there. */
  record Row(Setting setting, JsonObject point) {

    /** Those of the setting, and the number of trials if that is the point's. */
    JsonObject parameters() {
      JsonObject parameters = setting.parameters();
      if (point.has("total_count")) {
        parameters = parameters.deepCopy();
        parameters.add("total_count", point.get("total_count"));
      }
      return parameters;
    }

    /** The same for rows whose parameters are the same numbers. */
    String plain() {
      return parameters().toString();
    }

    /** The same for rows whose parameters have the same names and shapes. */
    String kind() {
      Map<String, Integer> sizes = new TreeMap<>();
      JsonObject all = parameters();
      all.keySet().forEach(name -> sizes.put(name, numbers(all.get(name)).length));
      return sizes.toString();
    }

    @Override
    public String toString() {
      return setting + " at " + point.get("x");
    }
  }

  private final Map<String, List<Setting>> settings = new TreeMap<>();

  private ExtremeReference(JsonObject families) {
    for (String family : families.keySet()) {
      settings.put(
          family,
          objects(families.getAsJsonObject(family).get("cases")).stream()
              .map(values -> setting(family, values))
              .toList());
    }
  }

  private static Setting setting(String family, JsonObject values) {
    FloatType type =
        switch (values.get("type").getAsString()) {
          case "float32" -> FloatType.FLOAT32;
          case "float64" -> FloatType.FLOAT64;
          default -> throw new AssertionError("no float type in " + values);
        };
    return new Setting(family, values.get("setting").getAsString(), type, values);
  }

  /** All of it. */
  static ExtremeReference read() {
    return new ExtremeReference(
        References.read("distributions_extreme.json.gz").getAsJsonObject("distributions"));
  }

  /** The names of the families. */
  Set<String> families() {
    return settings.keySet();
  }

  /** The settings of a family in a float type. */
  Stream<Setting> settings(String family, FloatType type) {
    return settings.get(family).stream().filter(setting -> setting.type() == type);
  }
}
