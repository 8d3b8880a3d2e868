package org.ppl4j.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a row or of what is given: cells by the names of their columns, or numbers
 * in the order of columns, or such numbers for each member of a set.
 */
final class Cells {

  private final String name;
  private final @Nullable Map<String, @Nullable Object> named;
  private final double @Nullable [][] members;

  private Cells(
      String name, @Nullable Map<String, @Nullable Object> named, double @Nullable [][] members) {
    this.name = name;
    this.named = named;
    this.members = members;
  }

  /**
   * Those of an object, whose null is an absent cell, of an array of numbers, or of an array of
   * these.
   *
   * @param name of the member of the request
   */
  static Cells of(String name, JsonElement json) {
    if (json.isJsonObject()) {
      Map<String, @Nullable Object> cells = new LinkedHashMap<>();
      json.getAsJsonObject()
          .asMap()
          .forEach((column, cell) -> cells.put(column, cell(name, column, cell)));
      return new Cells(name, cells, null);
    }
    JsonArray array = JsonText.array(name, json);
    boolean isSet = !array.isEmpty() && array.get(0).isJsonArray();
    if (!isSet) {
      return new Cells(name, null, new double[][] {numbers(name, array)});
    }
    double[][] members = new double[array.size()][];
    for (int i = 0; i < members.length; i++) {
      String member = name + "[" + i + "]";
      members[i] = numbers(member, JsonText.array(member, array.get(i)));
    }
    return new Cells(name, null, members);
  }

  private static @Nullable Object cell(String name, String column, JsonElement cell) {
    if (cell.isJsonNull()) {
      return null;
    }
    if (!cell.isJsonPrimitive()) {
      throw HttpProblem.of(
          400,
          "cell '%s' of %s is %s, but must be a number, a text, true or false, or null",
          column,
          name,
          JsonText.kind(cell));
    }
    JsonPrimitive value = cell.getAsJsonPrimitive();
    if (value.isNumber()) {
      return JsonText.finite("cell '" + column + "' of " + name, value);
    }
    return value.isBoolean() ? (Object) value.getAsBoolean() : value.getAsString();
  }

  private static double[] numbers(String name, JsonArray array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = JsonText.number(name + "[" + i + "]", array.get(i));
    }
    return numbers;
  }

  /** What is answered of them, by their names or in the order of columns. */
  <T> T ask(Function<Map<String, @Nullable Object>, T> byNames, Function<double[], T> byNumbers) {
    return named == null ? byNumbers.apply(numbers()) : byNames.apply(named);
  }

  /** By the names of columns. */
  Map<String, @Nullable Object> named() {
    if (named == null) {
      throw HttpProblem.of(
          400,
          "%s is an array, but names are sent beside it; send an object of cells by the names of"
              + " their columns",
          name);
    }
    return named;
  }

  /** In the order of columns. */
  double[] numbers() {
    double[][] all = members();
    if (all.length != 1) {
      throw HttpProblem.of(
          400, "%s is an array of %s arrays, but must be an array of numbers", name, all.length);
    }
    return all[0];
  }

  /** Of each member of a set; of one if there is none. */
  double[][] members() {
    if (members == null) {
      throw HttpProblem.of(
          400, "%s is an object, but no names are known here; send an array of numbers", name);
    }
    return members;
  }
}
