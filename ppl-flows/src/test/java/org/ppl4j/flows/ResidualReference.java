package org.ppl4j.flows;

import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Run;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Transform;

/** The residual flows of the reference, as flows of one block. */
final class ResidualReference {

  private ResidualReference() {}

  /** The cases of a kind. */
  static Stream<JsonObject> cases(String kind) {
    return objects(References.read("residual.json").get("cases")).stream()
        .filter(row -> row.get("kind").getAsString().equals(kind));
  }

  static JsonObject only(String id) {
    return objects(References.read("residual.json").get("cases")).stream()
        .filter(row -> row.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** All weights are given within the bound, so that they stay as they are. */
  static ResidualFlow flow(JsonObject given) {
    List<JsonObject> layers = objects(given.get("layers"));
    int[] hidden =
        layers.stream()
            .limit(layers.size() - 1L)
            .mapToInt(layer -> numbers(layer.get("bias")).length)
            .toArray();
    String activation = given.get("activation").getAsString().toUpperCase(Locale.ROOT);
    return ResidualFlow.of(given.get("dim").getAsInt(), 1)
        .network(Lipschitz.of(hidden).activation(Activation.valueOf(activation)));
  }

  /** With its weights, as what is reported or as what learns. */
  static Transform transform(ResidualFlow flow, Map<String, NDArray> layers, boolean training) {
    return flow.bind(NamedTensors.of(layers), FlowTensors.rng("roulette"), training);
  }

  /** With its weights, as what is reported. */
  static Transform transform(Run run, JsonObject given) {
    return transform(flow(given), OdeReference.layers(run, given), false);
  }
}
