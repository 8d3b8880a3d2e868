package org.ppl4j.params;

import static com.google.common.base.Strings.lenientFormat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/** The texts of a file of parameters, and what is wrong with it. */
record FileTexts(TensorFile file) {

  /** Depth of the JSON: the array, a parameter, its shape. */
  private static final int DEPTH = 3;

  /** Whether there is a text of this name; some are not in every version. */
  boolean has(String name) {
    return file.text(name) != null;
  }

  String text(String name) {
    String text = file.text(name);
    if (text == null) {
      throw bad("has no text '%s'; pass a file that a ParamStore or Svi saved", name);
    }
    return text;
  }

  <T> T json(String name, Function<JsonElement, T> as, String kind) {
    JsonReader reader = new JsonReader(new StringReader(text(name)));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(DEPTH);
    try {
      return as.apply(JsonParser.parseReader(reader));
    } catch (JsonParseException | IllegalStateException e) {
      throw bad("has a text '%s' that is no JSON %s", name, kind);
    }
  }

  IllegalArgumentException bad(String wrong, @Nullable Object... values) {
    return new IllegalArgumentException(file + " " + lenientFormat(wrong, values));
  }
}
