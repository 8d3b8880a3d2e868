package org.ppl4j.tensor.file;

import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The header of a {@link TensorFile}: what is where in it. Shapes, types and texts; no numbers. */
final class TensorFileHeader {

  /** The key of the texts. */
  static final String TEXTS = "__metadata__";

  /** The texts that belong to the format. */
  static final String FORMAT = "format";

  static final String VERSION = "version";
  static final String CHECKSUM = "checksum";

  /** What stands in the place of the checksum while it is computed. */
  static final String NO_CHECKSUM = "0".repeat(64);

  /** So deep is the JSON of a header: the object, a tensor, its shape. */
  private static final int DEPTH = 3;

  /** So many dims may a tensor have. */
  private static final int MOST_DIMS = 64;

  /** Where a tensor lies behind the header. */
  record Place(String name, Coding coding, Shape shape, long from, long to) {}

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final List<Place> places = new ArrayList<>();

  private TensorFileHeader() {}

  /** Of a file to be written. */
  static TensorFileHeader of(TensorFile file) {
    TensorFileHeader header = new TensorFileHeader();
    header.texts.put(FORMAT, TensorFile.FORMAT);
    header.texts.put(VERSION, Integer.toString(TensorFile.VERSION));
    header.texts.put(CHECKSUM, NO_CHECKSUM);
    file.texts().forEach(header.texts::putIfAbsent);
    long from = 0;
    for (Map.Entry<String, TensorFile.Entry> entry : file.entries().entrySet()) {
      TensorFile.Entry tensor = entry.getValue();
      Coding coding = Coding.of(tensor.type());
      long to = from + tensor.shape().size() * coding.bytes();
      header.places.add(new Place(entry.getKey(), coding, tensor.shape(), from, to));
      from = to;
    }
    return header;
  }

  Map<String, String> texts() {
    return texts;
  }

  /** The tensors in the order of the header. */
  List<Place> places() {
    return places;
  }

  // --- as JSON

  /** The JSON. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name(TEXTS).beginObject();
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        json.name(entry.getKey()).value(entry.getValue());
      }
      json.endObject();
      for (Place place : places) {
        json.name(place.name()).beginObject();
        json.name("dtype").value(place.coding().name());
        json.name("shape").beginArray();
        for (long size : place.shape().getShape()) {
          json.value(size);
        }
        json.endArray().name("data_offsets").beginArray();
        json.value(place.from()).value(place.to()).endArray().endObject();
      }
      json.endObject();
    } catch (IOException e) {
      throw new AssertionError("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /**
   * Reads the JSON of a header.
   *
   * @throws IllegalArgumentException saying what is wrong with it, without the file's name
   */
  static TensorFileHeader parse(String text) {
    TensorFileHeader header = new TensorFileHeader();
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(DEPTH);
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(TEXTS)) {
          header.readTexts(json);
        } else {
          header.places.add(readPlace(name, json));
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("has something behind the JSON of its header");
      }
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "has a header that is not the JSON of a safetensors file (%s)".formatted(e.getMessage()),
          e);
    }
    return header;
  }

  private void readTexts(JsonReader json) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (json.peek() != JsonToken.STRING || texts.put(key, json.nextString()) != null) {
        throw new IllegalArgumentException(
            lenientFormat("has text '%s' twice in its header, or no text there", key));
      }
    }
    json.endObject();
  }

  private static Place readPlace(String name, JsonReader json) throws IOException {
    String type = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      switch (key) {
        case "dtype" -> type = json.nextString();
        case "shape" -> shape = numbers(json, name);
        case "data_offsets" -> offsets = numbers(json, name);
        default ->
            throw new IllegalArgumentException(
                lenientFormat("has '%s' at tensor '%s', which is not of the format", key, name));
      }
    }
    json.endObject();
    String word = type;
    Coding coding =
        Coding.of(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        lenientFormat(
                            "has tensor '%s' of type '%s', but F64, F32, F16 and BF16 are known",
                            name, word)));
    if (offsets.size() != 2) {
      throw new IllegalArgumentException(
          lenientFormat("has tensor '%s' with %s offsets, not 2", name, offsets.size()));
    }
    Shape sizes = new Shape(shape.stream().mapToLong(Long::longValue).toArray());
    Place place = new Place(name, coding, sizes, offsets.get(0), offsets.get(1));
    checkSize(place);
    return place;
  }

  private static List<Long> numbers(JsonReader json, String name) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      long number = json.nextLong();
      if (number < 0 || numbers.size() == MOST_DIMS) {
        throw new IllegalArgumentException(
            lenientFormat("has number %s at tensor '%s', or more than 64", number, name));
      }
      numbers.add(number);
    }
    json.endArray();
    return numbers;
  }

  /** The elements that the shape counts fill the bytes between the offsets. */
  private static void checkSize(Place place) {
    long bytes = place.to() - place.from();
    long counted = place.coding().bytes();
    try {
      for (long size : place.shape().getShape()) {
        counted = Math.multiplyExact(counted, size);
      }
    } catch (ArithmeticException e) {
      counted = Long.MIN_VALUE; // no difference of two offsets
    }
    if (counted != bytes) {
      throw new IllegalArgumentException(
          lenientFormat(
              "has tensor '%s' of shape %s and type %s in %s bytes, which is another size",
              place.name(), place.shape(), place.coding(), bytes));
    }
  }
}
