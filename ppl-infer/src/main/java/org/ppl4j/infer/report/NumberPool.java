package org.ppl4j.infer.report;

import com.google.gson.JsonArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arrays of a page's figures, each once: as floats, little-endian, in base64, which take half
 * of what their digits would. What a page says in figures is not among them.
 */
final class NumberPool {

  private final Map<String, Integer> places = new LinkedHashMap<>();

  /** The place of an array among all of them. */
  int place(double[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double number : numbers) {
      bytes.putFloat((float) number);
    }
    return places.computeIfAbsent(
        Base64.getEncoder().encodeToString(bytes.array()), text -> places.size());
  }

  /** All of them. */
  JsonArray json() {
    JsonArray all = new JsonArray(places.size());
    places.keySet().forEach(all::add);
    return all;
  }
}
