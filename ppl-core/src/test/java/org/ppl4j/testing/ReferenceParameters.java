package org.ppl4j.testing;

import static org.ppl4j.testing.References.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.ppl4j.tensor.Run;

/** The parameters of a case of the reference, in a run. */
public record ReferenceParameters(Run run, JsonObject values) {

  /** A parameter of the shape that the reference gives it. */
  public NDArray get(String name) {
    return tensor(run, values.get(name));
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
