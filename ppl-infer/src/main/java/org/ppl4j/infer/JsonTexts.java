package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Collection;

/** Texts as a JSON array, in files. */
final class JsonTexts {

  private JsonTexts() {}

  static String of(Collection<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array.toString();
  }

  /**
   * The way back.
   *
   * @throws IllegalStateException if it is no array, or one of its elements is no text
   */
  static ImmutableList<String> read(JsonElement array) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (JsonElement each : array.getAsJsonArray()) {
      checkState(
          each instanceof JsonPrimitive primitive && primitive.isString(), "%s is no text", each);
      texts.add(each.getAsString());
    }
    return texts.build();
  }
}
