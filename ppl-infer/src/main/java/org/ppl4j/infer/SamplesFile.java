package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Maps;
import com.google.errorprone.annotations.MustBeClosed;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ppl4j.infer.internal.SampleRows;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.FileTexts;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Samples in a file. Tensors: {@code samples/NAME} {@code (n, site)} and, if there are weights,
 * {@code logWeights} {@code (n)}. Texts: {@code samples.draws} and {@code samples.chains}, numbers;
 * {@code samples.warnings} and, if there are such sites, {@code samples.exact}, JSON arrays; {@code
 * samples.labels}, a JSON object of arrays of arrays by site; {@code samples.type.NAME}, the data
 * type of a site that is not in the file's float type.
 */
final class SamplesFile {

  private static final String SITES = "samples/";
  private static final String WEIGHTS = "logWeights";
  private static final String DRAWS = "samples.draws";
  private static final String CHAINS = "samples.chains";
  private static final String WARNINGS = "samples.warnings";
  private static final String EXACT = "samples.exact";
  private static final String LABELS = "samples.labels";
  private static final String TYPE = "samples.type.";

  private final TensorFile file;
  private final FileTexts texts;

  private SamplesFile(TensorFile file) {
    this.file = file;
    this.texts = new FileTexts(file, "samples.save wrote");
  }

  static void write(Path path, Samples samples) {
    TensorFile.Builder file = TensorFile.builder();
    for (String name : samples.names()) {
      NDArray site = samples.get(name);
      DataType type = site.getDataType();
      boolean narrow = type == DataType.FLOAT32;
      file.put(
          SITES + name,
          narrow ? FloatType.FLOAT32 : FloatType.FLOAT64,
          site.getShape(),
          Tensors.values(site));
      if (!type.isFloating()) {
        file.put(TYPE + name, type.name());
      }
    }
    samples
        .logWeights()
        .ifPresent(
            weights -> file.put(WEIGHTS, FloatType.FLOAT64, new Shape(weights.length), weights));
    file.put(WARNINGS, JsonTexts.of(samples.warnings()));
    if (!samples.exact().isEmpty()) {
      file.put(EXACT, JsonTexts.of(samples.exact()));
    }
    if (!samples.elements().labels().isEmpty()) {
      file.put(LABELS, new Gson().toJson(samples.elements().labels()));
    }
    file.put(DRAWS, Long.toString(samples.draws()));
    file.put(CHAINS, Integer.toString(samples.chains()));
    file.write(path);
  }

  @MustBeClosed
  static Samples read(Path path) {
    return new SamplesFile(TensorFile.read(path)).samples();
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private Samples samples() {
    long draws = whole(DRAWS);
    int chains = (int) whole(CHAINS);
    List<String> warnings = texts.json(WARNINGS, JsonTexts::read, "array of texts");
    NDManager manager = RunConfig.defaults().newManager();
    try {
      Map<String, NDArray> sites = Maps.newLinkedHashMap();
      file.entries()
          .forEach(
              (name, entry) -> {
                if (name.startsWith(SITES)) {
                  String site = name.substring(SITES.length());
                  sites.put(site, site(manager, site, entry));
                }
              });
      List<String> exact =
          file.text(EXACT) == null
              ? List.of()
              : texts.json(EXACT, JsonTexts::read, "array of names");
      Samples samples =
          samples(manager, sites, chains, warnings, labels(sites)).exactIn(Set.copyOf(exact));
      if (samples.draws() != draws) {
        throw texts.bad("has %s draws, but says that they are %s", samples.draws(), draws);
      }
      return samples;
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private Samples samples(
      NDManager manager,
      Map<String, NDArray> sites,
      int chains,
      List<String> warnings,
      ElementNames elements) {
    TensorFile.Entry weights = file.entries().get(WEIGHTS);
    try {
      return Samples.restored(
          manager, sites, chains, weights == null ? null : weights.values(), warnings, elements);
    } catch (IllegalArgumentException e) {
      throw texts.bad("holds no samples: %s", e.getMessage());
    }
  }

  private NDArray site(NDManager manager, String name, TensorFile.Entry entry) {
    String text = file.text(TYPE + name);
    DataType type = entry.type() == FloatType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    if (text != null) {
      try {
        type = DataType.valueOf(text);
      } catch (IllegalArgumentException e) {
        throw texts.bad("has site '%s' of type '%s', which is none", name, text);
      }
    }
    return SampleRows.typed(manager, entry.values(), entry.shape(), type);
  }

  private ElementNames labels(Map<String, NDArray> sites) {
    String text = file.text(LABELS);
    ElementNames names = ElementNames.NUMBERS;
    if (text == null) {
      return names;
    }
    try {
      for (Map.Entry<String, JsonElement> site :
          JsonParser.parseString(text).getAsJsonObject().entrySet()) {
        NDArray draws = sites.get(site.getKey());
        JsonArray dims = site.getValue().getAsJsonArray();
        for (int dim = 0; draws != null && dim < dims.size(); dim++) {
          List<String> own = JsonTexts.read(dims.get(dim));
          if (!own.isEmpty()) {
            names = names.with(site.getKey(), draws.getShape().slice(1), dim, own);
          }
        }
      }
      return names;
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
      throw texts.bad("has a text '%s' of no labels of its sites: %s", LABELS, e.getMessage());
    }
  }

  private long whole(String name) {
    try {
      long number = Long.parseLong(texts.text(name));
      if (number >= 0 && number <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw texts.bad("has '%s' for '%s', which is no number", texts.text(name), name);
    }
    throw texts.bad("has '%s' for '%s', which is out of range", texts.text(name), name);
  }
}
