package org.ppl4j.tensor.file;

import static com.google.common.base.Strings.lenientFormat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a file, and what is wrong with it.
 *
 * @param wanted which file should be passed instead, e.g. {@code a ParamStore saved}
 */
public record FileTexts(TensorFile file, String wanted) {

  /** Depth of the JSON: an array, an object of it, an array of that. */
  private static final int DEPTH = 3;

  /** Whether there is a text of this name; some are not in every version. */
  public boolean has(String name) {
    return file.text(name) != null;
  }

  /**
   * The text of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String text(String name) {
    String text = file.text(name);
    if (text == null) {
      throw bad("has no text '%s'; pass a file that %s", name, wanted);
    }
    return text;
  }

  /**
   * What a text is as JSON.
   *
   * @param as makes it of an element; throws an {@link IllegalStateException} if it is another
   * @param kind of JSON, for the error
   * @throws IllegalArgumentException if there is none, or it is another kind
   */
  public <T> T json(String name, Function<JsonElement, T> as, String kind) {
    JsonReader reader = new JsonReader(new StringReader(text(name)));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(DEPTH);
    try {
      return as.apply(JsonParser.parseReader(reader));
    } catch (JsonParseException | IllegalStateException e) {
      throw bad("has a text '%s' that is no JSON %s", name, kind);
    }
  }

  /**
   * An error of the file.
   *
   * @param wrong what it has, with places for the values
   */
  public IllegalArgumentException bad(String wrong, @Nullable Object... values) {
    return new IllegalArgumentException(file + " " + lenientFormat(wrong, values));
  }
}
