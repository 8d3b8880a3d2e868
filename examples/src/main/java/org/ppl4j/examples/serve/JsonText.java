package org.ppl4j.examples.serve;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableMap;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * JSON as RFC 8259 has it, with doubles that are the same bits at the other side: the shortest
 * decimals that are read as them. JSON has no numbers that are not finite: they are the texts
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class JsonText {

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private static final ImmutableMap<String, Double> NOT_FINITE =
      Stream.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
          .collect(ImmutableMap.toImmutableMap(String::valueOf, number -> number));

  private static final Pattern PLACE = Pattern.compile(" at line [0-9]+ column [0-9]+");

  private JsonText() {}

  // --- out

  static String text(JsonElement json) {
    return GSON.toJson(json);
  }

  static JsonElement number(double number) {
    return Double.isFinite(number)
        ? new JsonPrimitive(number)
        : new JsonPrimitive(Double.toString(number));
  }

  static JsonArray numbers(double[] numbers) {
    JsonArray array = new JsonArray(numbers.length);
    for (double number : numbers) {
      array.add(number(number));
    }
    return array;
  }

  static JsonArray texts(Iterable<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  // --- in

  /**
   * The object that a body is.
   *
   * @throws HttpProblem 400 if it is no JSON, has a member twice, or is no object
   */
  static JsonObject object(byte[] body) {
    JsonElement json;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      JsonReader reader = reader(text);
      json = JsonParser.parseReader(reader);
      JsonToken unused = reader.peek(); // which refuses what stands behind it
      if (!text.isBlank()) {
        checkMembers(reader(text));
      }
    } catch (CharacterCodingException e) {
      throw HttpProblem.of(400, "body is not in UTF-8; send JSON in UTF-8");
    } catch (IOException | JsonParseException e) {
      throw HttpProblem.of(400, "body is no JSON%s; send one object", place(e));
    }
    return object("body", json);
  }

  private static JsonReader reader(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    return reader;
  }

  /** Of two members of a name the parser would take the last, and say nothing. */
  private static void checkMembers(JsonReader reader) throws IOException {
    switch (reader.peek()) {
      case BEGIN_OBJECT -> {
        Set<String> names = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
          String name = reader.nextName();
          if (!names.add(name)) {
            throw HttpProblem.of(
                400, "body has member '%s' twice in one object; send it once", name);
          }
          checkMembers(reader);
        }
        reader.endObject();
      }
      case BEGIN_ARRAY -> {
        reader.beginArray();
        while (reader.hasNext()) {
          checkMembers(reader);
        }
        reader.endArray();
      }
      default -> reader.skipValue();
    }
  }

  /** Where it is none; what Gson says beside is for who writes Java. */
  private static String place(Exception e) {
    String message = String.valueOf(Throwables.getRootCause(e).getMessage());
    Matcher place = PLACE.matcher(message);
    return place.find() ? place.group() : "";
  }

  static JsonObject object(String name, JsonElement json) {
    if (!json.isJsonObject()) {
      throw HttpProblem.of(400, "%s is %s, but must be an object", name, kind(json));
    }
    return json.getAsJsonObject();
  }

  static JsonArray array(String name, JsonElement json) {
    if (!json.isJsonArray()) {
      throw HttpProblem.of(400, "%s is %s, but must be an array", name, kind(json));
    }
    return json.getAsJsonArray();
  }

  /** A number, also of those that JSON has only as texts. */
  static double number(String name, JsonElement json) {
    if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()) {
      return finite(name, json.getAsJsonPrimitive());
    }
    Double named = json.isJsonPrimitive() ? NOT_FINITE.get(json.getAsString()) : null;
    if (named == null) {
      throw HttpProblem.of(
          400,
          "%s is %s, but must be a number, or \"NaN\", \"Infinity\" or \"-Infinity\"",
          name,
          kind(json));
    }
    return named;
  }

  /** A number of JSON, if a double is near it. */
  static double finite(String name, JsonPrimitive value) {
    double number = value.getAsDouble();
    if (!Double.isFinite(number)) {
      throw HttpProblem.of(
          400, "%s is %s, which is beyond all doubles; send a smaller number", name, value);
    }
    return number;
  }

  /** A whole number of 64 bits. */
  static long whole(String name, JsonElement json) {
    if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()) {
      String text = json.getAsString();
      if (text.matches("-?[0-9]{1,19}")) {
        try {
          return Long.parseLong(text);
        } catch (NumberFormatException e) {
          // it has 19 digits, and is refused below
        }
      }
    }
    throw HttpProblem.of(400, "%s is %s, but must be a whole number of 64 bits", name, shown(json));
  }

  private static String shown(JsonElement json) {
    return json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()
        ? json.toString()
        : kind(json);
  }

  /** What a value is, in JSON's words. */
  static String kind(JsonElement json) {
    if (json.isJsonObject()) {
      return "an object";
    }
    if (json.isJsonArray()) {
      return "an array";
    }
    if (json.isJsonNull()) {
      return "null";
    }
    JsonPrimitive value = json.getAsJsonPrimitive();
    return value.isNumber() ? "a number" : value.isBoolean() ? "a boolean" : "the text " + value;
  }
}
