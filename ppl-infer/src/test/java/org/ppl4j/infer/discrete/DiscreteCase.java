package org.ppl4j.infer.discrete;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.Program;
import org.ppl4j.testing.PosteriorCase.Data;
import org.ppl4j.testing.References;

/**
 * A model with latent choices of which others have computed what it comes to.
 *
 * @param name of the case
 * @param kind of the model; cases of a kind have other sizes and data
 * @param json the case as it is in the file
 */
record DiscreteCase(String name, String kind, JsonObject json) {

  /** A site of the reference: of this shape, with values below the size. */
  record Site(String name, Shape shape, int size) {

    int count() {
      return Math.toIntExact(shape.size());
    }

    /** The place of an index, counted row by row. */
    int place(int... index) {
      int place = 0;
      for (int d = 0; d < index.length; d++) {
        place = place * Math.toIntExact(shape.get(d)) + index[d];
      }
      return place;
    }

    int[] index(int place) {
      int[] index = new int[shape.dimension()];
      for (int d = index.length - 1, rest = place; d >= 0; d--) {
        index[d] = rest % Math.toIntExact(shape.get(d));
        rest /= Math.toIntExact(shape.get(d));
      }
      return index;
    }
  }

  /** What the reference says at one point of the parameters. */
  record Point(JsonObject json) {

    double logDensity() {
      return json.get("log_density").getAsDouble();
    }

    /** The unconstrained parameters, one after the other. */
    double[] vector(List<String> names) {
      return joined("unconstrained", names);
    }

    double[] gradient(List<String> names) {
      return joined("grad", names);
    }

    private double[] joined(String part, List<String> names) {
      JsonObject values = json.getAsJsonObject(part);
      return names.stream()
          .flatMapToDouble(name -> Arrays.stream(References.numbers(values.get(name))))
          .toArray();
    }

    /** Probabilities (shape, size), row by row. */
    double[] marginals(String site) {
      return References.numbers(json.getAsJsonObject("marginals").get(site));
    }

    /** The jointly most likely values of a site, row by row. */
    double[] mostLikely(String site) {
      return References.numbers(
          json.getAsJsonObject("map").getAsJsonObject("assignment").get(site));
    }

    /** The log joint of the data and the jointly most likely values. */
    double mostLikelyLogJoint() {
      return json.getAsJsonObject("map").get("log_joint").getAsDouble();
    }

    List<Pair> pairs() {
      return References.objects(json.get("pairs")).stream().map(Pair::new).toList();
    }
  }

  /** The probabilities of two places together. */
  record Pair(JsonObject json) {

    String site(String side) {
      return json.getAsJsonArray(side).get(0).getAsString();
    }

    /** The place of a side within its site. */
    int[] index(String side) {
      return Arrays.stream(References.numbers(json.getAsJsonArray(side).get(1)))
          .mapToInt(x -> (int) x)
          .toArray();
    }

    double[] table() {
      return References.numbers(json.get("table"));
    }
  }

  static ImmutableList<DiscreteCase> all() {
    return References.objects(References.read("discrete/discrete.json.gz").get("cases")).stream()
        .map(
            json ->
                new DiscreteCase(
                    json.get("name").getAsString(), json.get("kind").getAsString(), json))
        .collect(ImmutableList.toImmutableList());
  }

  /** The first of each kind. */
  static Stream<Named<DiscreteCase>> oneOfEachKind() {
    Map<String, DiscreteCase> kinds = new LinkedHashMap<>();
    all().forEach(each -> kinds.putIfAbsent(each.kind(), each));
    return kinds.values().stream().map(each -> Named.of(each.name(), each));
  }

  /** The model as one would write it. */
  Program<Data> program() {
    return DiscreteModels.of(this);
  }

  ImmutableList<Point> points() {
    return References.objects(json.get("points")).stream()
        .map(Point::new)
        .collect(ImmutableList.toImmutableList());
  }

  ImmutableList<Site> sites() {
    return json.getAsJsonObject("sites").entrySet().stream()
        .map(
            entry -> {
              JsonObject site = entry.getValue().getAsJsonObject();
              return new Site(
                  entry.getKey(), sizes(site.get("shape")), site.get("size").getAsInt());
            })
        .collect(ImmutableList.toImmutableList());
  }

  Site site(String name) {
    return sites().stream().filter(site -> site.name().equals(name)).findFirst().orElseThrow();
  }

  /** Whether the value in a place was not observed. */
  boolean isLatent(Site site, int place) {
    JsonElement observed =
        json.getAsJsonObject("sites").getAsJsonObject(site.name()).get("observed");
    return observed == null || References.numbers(observed)[place] < 0;
  }

  /** Pairs of which neither was observed. */
  List<Pair> pairs(Point point) {
    return point.pairs().stream()
        .filter(pair -> isLatent(pair, "a") && isLatent(pair, "b"))
        .toList();
  }

  private boolean isLatent(Pair pair, String side) {
    Site site = site(pair.site(side));
    return isLatent(site, site.place(pair.index(side)));
  }

  DiscreteModels.Place place(Pair pair, String side) {
    return DiscreteModels.place(this, site(pair.site(side)), pair.index(side));
  }

  DiscreteModels.Place place(Site site, int place) {
    return DiscreteModels.place(this, site, site.index(place));
  }

  /** The parameters in the order of the file. */
  ImmutableList<String> params() {
    return ImmutableList.copyOf(json.getAsJsonObject("params").keySet());
  }

  String map(String param) {
    return param(param).get("map").getAsString();
  }

  /** The shape of a parameter. */
  Shape shape(String param) {
    return sizes(param(param).get("shape"));
  }

  private JsonObject param(String param) {
    return json.getAsJsonObject("params").getAsJsonObject(param);
  }

  /** A size that is known before the program runs. */
  int number(String input) {
    return json.getAsJsonObject("inputs").get(input).getAsInt();
  }

  int length(String input) {
    return json.getAsJsonObject("inputs").getAsJsonArray(input).size();
  }

  /** The inputs: integers where all numbers are whole. */
  Data data(NDManager manager) {
    ImmutableMap.Builder<String, NDArray> arrays = ImmutableMap.builder();
    for (Map.Entry<String, JsonElement> input : json.getAsJsonObject("inputs").entrySet()) {
      arrays.put(input.getKey(), array(manager, input.getValue()));
    }
    return new Data(arrays.buildOrThrow());
  }

  private static NDArray array(NDManager manager, JsonElement element) {
    double[] numbers = References.numbers(element);
    boolean isWhole = !element.toString().contains(".");
    return isWhole
        ? manager.create(Arrays.stream(numbers).mapToLong(x -> (long) x).toArray(), shape(element))
        : manager.create(numbers, shape(element));
  }

  private static Shape shape(JsonElement element) {
    return element.isJsonArray()
        ? new Shape(element.getAsJsonArray().size()).addAll(shape(element.getAsJsonArray().get(0)))
        : new Shape();
  }

  private static Shape sizes(JsonElement element) {
    JsonArray sizes = element.getAsJsonArray();
    return new Shape(sizes.asList().stream().mapToLong(JsonElement::getAsLong).toArray());
  }

  @Override
  public String toString() {
    return name;
  }
}
