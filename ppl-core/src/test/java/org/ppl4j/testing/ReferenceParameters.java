package org.ppl4j.testing;

import static org.ppl4j.testing.References.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.function.Function;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * The parameters of a case of the reference.
 *
 * @param values as the reference has them
 * @param tensors what each is to a distribution, by name
 */
public record ReferenceParameters(JsonObject values, Function<String, NDArray> tensors) {

  /** As tensors of a run, of the shapes that the reference gives them. */
  public ReferenceParameters(Run run, JsonObject values) {
    this(values, name -> tensor(run, values.get(name)));
  }

  /** As plain numbers and vectors of them. */
  public static ReferenceParameters plain(JsonObject values) {
    return new ReferenceParameters(
        values,
        name ->
            values.get(name).isJsonArray()
                ? Tensors.vector(numbers(values.get(name)))
                : Tensors.number(References.number(values.get(name))));
  }

  /** A parameter. */
  public NDArray get(String name) {
    return tensors.apply(name);
  }

  /** A number or nested arrays of numbers as a tensor. */
  public static NDArray tensor(Run run, JsonElement element) {
    return run.create(numbers(element), shape(element));
  }

  /** A parameter that is a number. */
  public double number(String name) {
    return References.number(values.get(name));
  }

  /** A parameter that is a word. */
  public String word(String name) {
    return values.get(name).getAsString();
  }

  /** Whether the case has it. */
  public boolean has(String name) {
    return values.has(name);
  }

  private static Shape shape(JsonElement element) {
    if (!element.isJsonArray()) {
      return new Shape();
    }
    Shape inner = shape(element.getAsJsonArray().get(0));
    return new Shape(element.getAsJsonArray().size()).addAll(inner);
  }
}
