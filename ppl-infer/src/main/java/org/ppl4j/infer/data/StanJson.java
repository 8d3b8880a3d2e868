package org.ppl4j.infer.data;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.base.CaseFormat;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Reads the data of a model from a JSON file as Stan's models take them, an object of numbers and
 * arrays by name, into a record:
 *
 * <pre>{@code
 * record Schools(double[] y, double[] sigma) {}
 *
 * Schools schools = StanJson.read(Path.of("eight_schools.json"), Schools.class);
 * }</pre>
 *
 * <p>A component is a {@code double}, {@code int} or {@code long}, or an array of these of one or
 * two dims, which a program takes as data. Its field has the same name, or the one that Stan's
 * users write: {@code countyIdx} is {@code county_idx} too. Fields without a component do not
 * matter, such as the sizes of arrays. Numbers that are not finite stand as texts: {@code "NaN"},
 * {@code "Inf"}, {@code "-Inf"}, {@code "Infinity"}, {@code "-Infinity"}. Indices are as in the
 * file: Stan counts from 1.
 */
public final class StanJson {

  private static final ImmutableMap<String, Double> NOT_FINITE =
      ImmutableMap.<String, Double>builder()
          .put("NaN", Double.NaN)
          .put("Inf", Double.POSITIVE_INFINITY)
          .put("+Inf", Double.POSITIVE_INFINITY)
          .put("-Inf", Double.NEGATIVE_INFINITY)
          .put("Infinity", Double.POSITIVE_INFINITY)
          .put("+Infinity", Double.POSITIVE_INFINITY)
          .put("-Infinity", Double.NEGATIVE_INFINITY)
          .buildOrThrow();

  private final String name;
  private final JsonObject fields;

  private StanJson(String name, JsonObject fields) {
    this.name = name;
    this.fields = fields;
  }

  /**
   * Reads a file into a record.
   *
   * @throws UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it holds no JSON object; naming the field, if one is
   *     missing or not of its component's type
   */
  public static <R extends Record> R read(Path file, Class<R> type) {
    try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
      return read("file '" + file + "'", reader, type);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("there is no file '" + file + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a text into a record; see {@link #read(Path, Class)}.
   *
   * @param name of what is read, such as {@code resource 'radon.json'}, for errors
   * @throws IllegalArgumentException as there
   */
  public static <R extends Record> R read(String name, Reader reader, Class<R> type) {
    try {
      JsonElement json = JsonParser.parseReader(reader);
      checkArgument(
          json.isJsonObject(),
          "%s holds no JSON object; pass one with a field for each name",
          name);
      return new StanJson(name, json.getAsJsonObject()).record(type);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(name + " is no JSON: " + e.getMessage(), e);
    }
  }

  private <R extends Record> R record(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(type, components[i]);
    }
    try {
      Constructor<R> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      checkArgument(
          constructor.trySetAccessible(),
          "record '%s' cannot be made from its module; open its package",
          type.getName());
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = requireNonNull(e.getCause());
      throw new IllegalArgumentException(
          "%s makes no '%s': %s".formatted(name, type.getSimpleName(), cause.getMessage()), cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "record '%s' cannot be made; make it public".formatted(type.getName()), e);
    }
  }

  private Object value(Class<?> record, RecordComponent component) {
    String own = component.getName();
    String underscored = CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, own);
    String field = fields.has(own) ? own : underscored;
    JsonElement element = fields.get(field);
    checkArgument(
        element != null,
        "%s has no field '%s' for record '%s', only %s; add it, or name the component after one",
        name,
        own,
        record.getSimpleName(),
        fields.keySet());
    Class<?> type = component.getType();
    if (type == double.class) {
      return number(element, field);
    } else if (type == int.class) {
      return Math.toIntExact(whole(element, field, Integer.MAX_VALUE));
    } else if (type == long.class) {
      return whole(element, field, Long.MAX_VALUE);
    } else if (type == double[].class) {
      return numbers(element, field);
    } else if (type == int[].class) {
      return wholes(element, field);
    } else if (type == long[].class) {
      return longs(element, field);
    } else if (type == double[][].class) {
      return rows(element, field).map(row -> numbers(row, field)).toArray(double[][]::new);
    } else if (type == int[][].class) {
      return rows(element, field).map(row -> wholes(row, field)).toArray(int[][]::new);
    } else if (type == long[][].class) {
      return rows(element, field).map(row -> longs(row, field)).toArray(long[][]::new);
    }
    throw new IllegalArgumentException(
        "component '%s' of record '%s' is a %s; declare a double, int or long, or arrays of them"
            .formatted(own, record.getSimpleName(), type.getSimpleName()));
  }

  // --- elements

  private double[] numbers(JsonElement element, String field) {
    return array(element, field).mapToDouble(each -> number(each, field)).toArray();
  }

  private int[] wholes(JsonElement element, String field) {
    return array(element, field)
        .mapToInt(each -> Math.toIntExact(whole(each, field, Integer.MAX_VALUE)))
        .toArray();
  }

  private long[] longs(JsonElement element, String field) {
    return array(element, field).mapToLong(each -> whole(each, field, Long.MAX_VALUE)).toArray();
  }

  private Stream<JsonElement> array(JsonElement element, String field) {
    if (!element.isJsonArray()) {
      throw bad(field, "where an array of numbers is wanted", element);
    }
    return element.getAsJsonArray().asList().stream();
  }

  /** The rows of a matrix, all of one length. */
  private Stream<JsonElement> rows(JsonElement element, String field) {
    if (!element.isJsonArray()) {
      throw bad(field, "where an array of rows is wanted", element);
    }
    int columns = -1;
    for (JsonElement row : element.getAsJsonArray()) {
      if (!row.isJsonArray()) {
        throw bad(field, "where a row of numbers is wanted", row);
      }
      int size = row.getAsJsonArray().size();
      checkArgument(
          columns < 0 || columns == size,
          "field '%s' of %s has rows of %s and of %s numbers; rows must be of one length",
          field,
          name,
          columns,
          size);
      columns = size;
    }
    return element.getAsJsonArray().asList().stream();
  }

  private double number(JsonElement element, String field) {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      return element.getAsDouble();
    }
    if (element.isJsonPrimitive() && NOT_FINITE.containsKey(element.getAsString())) {
      return requireNonNull(NOT_FINITE.get(element.getAsString()));
    }
    throw bad(field, "where a number is wanted", element);
  }

  private long whole(JsonElement element, String field, long largest) {
    double number = number(element, field);
    if (number != Math.rint(number) || Math.abs(number) > largest) {
      throw bad(field, "where a whole number is wanted", element);
    }
    return element.getAsBigDecimal().longValue();
  }

  private IllegalArgumentException bad(String field, String wanted, JsonElement found) {
    String text = found.toString();
    return new IllegalArgumentException(
        "field '%s' of %s has %s %s"
            .formatted(
                field, name, text.length() > 40 ? text.substring(0, 40) + "…" : text, wanted));
  }
}
