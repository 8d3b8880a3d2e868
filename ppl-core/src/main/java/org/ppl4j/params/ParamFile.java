package org.ppl4j.params;

import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.FileTexts;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.Bijections;

/**
 * A parameter store in a file. Tensors: {@code parameters/NAME}, unconstrained, and {@code
 * buffers/NAME}. Texts: {@code parameters}, a JSON array with name, chunk, constraint and
 * (constrained) shape of each in the order of creation; {@code updated}, one with the names of the
 * buffers that have not their first values; {@code seed} and {@code floatType}; and those of the
 * modules, as {@link StructuresFile} says.
 */
final class ParamFile {

  private static final String PARAMETERS = "parameters";
  private static final String SEED = "seed";
  private static final String FLOAT_TYPE = "floatType";
  private static final String BUFFERS = "buffers/";
  private static final String UPDATED = "updated";

  private static final String ADVICE =
      "; load it into a store of the program that saved it, or into an empty one";

  private final ParamStore params;
  private final TensorFile file;
  private final FileTexts texts;

  private ParamFile(ParamStore params, TensorFile file) {
    this.params = params;
    this.file = file;
    this.texts = new FileTexts(file, "a ParamStore or Svi saved");
  }

  // --- writing

  static void write(ParamStore params, TensorFile.Builder file) {
    RunConfig config = params.config().orElseGet(RunConfig::defaults);
    JsonArray list = new JsonArray();
    List<FlatVector> chunks = params.chunks();
    int current = -1;
    double[] values = {};
    for (ParamSlot slot : params.slots()) {
      if (slot.chunk() != current) {
        current = slot.chunk();
        values = chunks.get(current).values();
      }
      checkText(slot);
      int from = Math.toIntExact(slot.offset());
      int to = from + Math.toIntExact(slot.shape().size());
      file.put(
          PARAMETERS + "/" + slot.name(),
          config.floatType(),
          slot.shape(),
          Arrays.copyOfRange(values, from, to));
      list.add(described(slot, params.shape(slot.name())));
    }
    params
        .buffers()
        .all()
        .forEach(
            (name, vector) ->
                file.put(
                    BUFFERS + name, config.floatType(), new Shape(vector.size()), vector.values()));
    JsonArray updated = new JsonArray();
    params.statistics().keySet().forEach(updated::add);
    file.put(UPDATED, updated.toString());
    StructuresFile.write(params.buffers().structures(), file);
    file.put(PARAMETERS, list.toString());
    file.put(SEED, Long.toString(config.seed()));
    file.put(FLOAT_TYPE, config.floatType().name());
    Bijections.family().write(file);
  }

  private static JsonObject described(ParamSlot slot, Shape shape) {
    JsonObject described = new JsonObject();
    described.addProperty("name", slot.name());
    described.addProperty("chunk", slot.chunk());
    described.addProperty("constraint", slot.constraint().toString());
    JsonArray sizes = new JsonArray();
    for (long size : shape.getShape()) {
      sizes.add(size);
    }
    described.add("shape", sizes);
    return described;
  }

  private static void checkText(ParamSlot slot) {
    String text = slot.constraint().toString();
    try {
      if (Constraint.parse(text).equals(slot.constraint())) {
        return;
      }
    } catch (IllegalArgumentException unreadable) {
      throw new IllegalArgumentException(
          lenientFormat("parameter '%s' cannot be saved: %s", slot.name(), unreadable.getMessage()),
          unreadable);
    }
    throw new IllegalArgumentException(
        lenientFormat(
            "parameter '%s' cannot be saved: its constraint '%s' is not the one that its text"
                + " gives; use a constraint of this library",
            slot.name(), text));
  }

  // --- reading

  /** One parameter as the file has it. */
  private record Saved(StoredParam param, int chunk) {}

  static ParamReading reading(ParamStore params, TensorFile file) {
    return new ParamFile(params, file).reading();
  }

  private ParamReading reading() {
    Bijections.family().check(file);
    FloatType type = floatType();
    List<Saved> saved = parameters(type);
    RunConfig config = config(type);
    boolean empty = params.names().isEmpty();
    if (!empty) {
      checkSame(saved);
    }
    Map<String, double[]> buffers = buffers(type);
    ImmutableList<String> updated = updated(buffers.keySet());
    ImmutableMap<String, ModuleStructure> modules = StructuresFile.read(texts);
    checkModules(modules);
    ImmutableList<ParamSlot> slots = slots(saved);
    return new ParamReading() {
      @Override
      public ImmutableList<ParamSlot> slots() {
        return slots;
      }

      @Override
      public ImmutableList<String> statistics() {
        return updated;
      }

      @Override
      public void run() {
        if (empty) {
          adopt(config, saved);
        } else {
          saved.forEach(one -> params.existing(one.param().name()).overwrite(one.param()));
        }
        params.buffers().load(config, buffers, updated);
        params.buffers().structures().load(modules);
      }
    };
  }

  private static ImmutableList<ParamSlot> slots(List<Saved> saved) {
    ImmutableList.Builder<ParamSlot> slots = ImmutableList.builder();
    int chunk = 0;
    long offset = 0;
    for (Saved one : saved) {
      StoredParam param = one.param();
      offset = one.chunk() == chunk ? offset : 0;
      chunk = one.chunk();
      slots.add(new ParamSlot(param.name(), chunk, offset, param.freeShape(), param.constraint()));
      offset += param.size();
    }
    return slots.build();
  }

  private void adopt(RunConfig config, List<Saved> saved) {
    int chunks = saved.isEmpty() ? 0 : saved.get(saved.size() - 1).chunk() + 1;
    for (int i = 0; i < chunks; i++) {
      int chunk = i;
      params.add(
          config, saved.stream().filter(one -> one.chunk() == chunk).map(Saved::param).toList());
    }
  }

  private FloatType floatType() {
    String name = texts.text(FLOAT_TYPE);
    for (FloatType type : FloatType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw texts.bad("has float type '%s', which is none", name);
  }

  /** The settings of the store; those of the file if it has none. */
  private RunConfig config(FloatType type) {
    RunConfig own = params.config().orElse(null);
    if (own != null && own.floatType() != type) {
      throw texts.bad(
          "has parameters in %s, but the store is in %s; build the store from a RunConfig of the"
              + " file's float type",
          type, own.floatType());
    }
    try {
      long seed = Long.parseLong(texts.text(SEED));
      return own == null ? RunConfig.defaults().withSeed(seed).withFloatType(type) : own;
    } catch (NumberFormatException e) {
      throw texts.bad("has seed '%s', which is no number", texts.text(SEED));
    }
  }

  private List<Saved> parameters(FloatType type) {
    Map<String, Saved> saved = new LinkedHashMap<>();
    int chunk = 0;
    for (JsonElement element : texts.json(PARAMETERS, JsonElement::getAsJsonArray, "array")) {
      Saved one;
      try {
        one = parameter(element.getAsJsonObject(), type);
      } catch (IllegalStateException
          | NumberFormatException
          | UnsupportedOperationException
          | ClassCastException
          | NullPointerException e) {
        throw texts.bad("describes a parameter by '%s', which is not of the format", element);
      }
      boolean next = one.chunk() == chunk || (one.chunk() == chunk + 1 && !saved.isEmpty());
      if (!next || saved.put(one.param().name(), one) != null) {
        throw texts.bad("has parameter '%s' twice, or not in order", one.param().name());
      }
      chunk = one.chunk();
    }
    return new ArrayList<>(saved.values());
  }

  private Saved parameter(JsonObject described, FloatType type) {
    String name = described.get("name").getAsString();
    TensorFile.Entry entry = tensor(PARAMETERS + "/" + name, type);
    List<Long> sizes = new ArrayList<>();
    described.getAsJsonArray("shape").forEach(size -> sizes.add(size.getAsLong()));
    Shape shape = new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
    try {
      Constraint constraint = Constraint.parse(described.get("constraint").getAsString());
      StoredParam param = StoredParam.saved(name, constraint, shape, entry.shape(), entry.values());
      return new Saved(param, described.get("chunk").getAsInt());
    } catch (IllegalArgumentException e) {
      throw texts.bad("cannot give parameter '%s': %s", name, e.getMessage());
    }
  }

  private Map<String, double[]> buffers(FloatType type) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (String name : file.entries().keySet()) {
      if (name.startsWith(BUFFERS)) {
        values.put(name.substring(BUFFERS.length()), tensor(name, type).values());
      }
    }
    params
        .buffers()
        .all()
        .forEach(
            (name, vector) -> {
              double[] found = values.get(name);
              if (found == null || found.length != vector.size()) {
                throw texts.bad(
                    "has %s numbers for buffer '%s', but the store has %s%s",
                    found == null ? "no" : found.length, name, vector.size(), ADVICE);
              }
            });
    return values;
  }

  /** The names of the buffers that steps have updated. */
  private ImmutableList<String> updated(Set<String> buffers) {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (JsonElement element : texts.json(UPDATED, JsonElement::getAsJsonArray, "array")) {
      if (!element.isJsonPrimitive() || !buffers.contains(element.getAsString())) {
        throw texts.bad("says that buffer '%s' was updated, but has none", element);
      }
      names.add(element.getAsString());
    }
    return names.build();
  }

  /** What modules the store has already are those of the file. */
  private void checkModules(Map<String, ModuleStructure> modules) {
    try {
      modules.forEach(params.buffers().structures()::check);
    } catch (IllegalArgumentException e) {
      throw texts.bad("does not fit the store: %s", e.getMessage());
    }
  }

  private TensorFile.Entry tensor(String name, FloatType type) {
    TensorFile.Entry entry = file.entries().get(name);
    if (entry == null || entry.type() != type) {
      throw texts.bad(
          "has no tensor '%s' in %s, but %s", name, type, entry == null ? "none" : entry.type());
    }
    return entry;
  }

  /** The store's parameters are those of the file. */
  private void checkSame(List<Saved> saved) {
    for (Saved one : saved) {
      String name = one.param().name();
      if (!params.has(name)) {
        throw texts.bad("has parameter '%s', but the store has %s%s", name, params.names(), ADVICE);
      }
      checkSame(name, "shape", one.param().shape(), params.shape(name));
      checkSame(name, "constraint", one.param().constraint(), params.constraint(name));
    }
    for (String name : params.names()) {
      if (saved.stream().noneMatch(one -> one.param().name().equals(name))) {
        List<String> names = saved.stream().map(one -> one.param().name()).toList();
        throw texts.bad("has parameters %s, but the store has '%s' too%s", names, name, ADVICE);
      }
    }
  }

  private void checkSame(String name, String what, Object here, Object there) {
    if (!here.equals(there)) {
      throw texts.bad(
          "has parameter '%s' of %s '%s', but the store has '%s'%s",
          name, what, here, there, ADVICE);
    }
  }
}
