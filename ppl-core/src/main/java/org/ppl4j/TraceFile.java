package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.FileTexts;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A trace in a file. Tensors: {@code value/NAME}, {@code logProb/NAME} and, if it has one, {@code
 * mask/NAME} of each site; {@code distance/K/NAME}, points and logarithms of what a value carries,
 * and the same under {@code relaxed/NAME} of what it was rounded from; {@code rows/PLACE} of each
 * plate that does not see all. Texts: {@code trace.settings} and {@code trace.counter} of the run;
 * {@code trace.plates} and {@code trace.sites}, JSON arrays in order; {@code type/TENSOR} of one
 * that does not hold floating-point numbers.
 */
final class TraceFile {

  private static final String SETTINGS = "trace.settings";
  private static final String COUNTER = "trace.counter";
  private static final String PLATES = "trace.plates";
  private static final String SITES = "trace.sites";
  private static final String VALUE = "value/";
  private static final String LOG_PROB = "logProb/";
  private static final String MASK = "mask/";
  private static final String DISTANCE = "distance/";
  private static final String RELAXED = "relaxed/";
  private static final String ROWS = "rows/";
  private static final String TYPE = "type/";

  private final TensorFile file;
  private final FileTexts texts;

  private TraceFile(TensorFile file) {
    this.file = file;
    this.texts = new FileTexts(file, "a SavedTrace saved");
  }

  // --- writing

  static void write(Path path, SavedTrace saved) {
    TensorFile.Builder file = TensorFile.builder();
    List<Plate> plates = plates(saved.trace());
    JsonArray sites = new JsonArray();
    for (SampleSite site : saved.trace().sites()) {
      sites.add(put(file, site, plates));
    }
    JsonArray described = new JsonArray();
    for (int i = 0; i < plates.size(); i++) {
      Plate plate = plates.get(i);
      described.add(described(plate, saved.trace().plates().contains(plate)));
      if (plate.hasChosenRows()) {
        put(file, ROWS + i, plate.indices(), FloatType.FLOAT64);
      }
    }
    file.put(SETTINGS, saved.config().text())
        .put(COUNTER, Long.toString(saved.counter()))
        .put(PLATES, described.toString())
        .put(SITES, sites.toString())
        .write(path);
  }

  /** Those of the trace, and others that its sites are in, such as particles. */
  private static List<Plate> plates(Trace trace) {
    List<Plate> plates = new ArrayList<>(trace.plates());
    for (SampleSite site : trace.sites()) {
      for (Plate plate : site.plates()) {
        if (place(plates, plate) < 0) {
          plates.add(plate);
        }
      }
    }
    return plates;
  }

  /** Where a plate is, or the one of its name that opened before; −1 if it is not there. */
  private static int place(List<Plate> plates, Plate plate) {
    for (int i = 0; i < plates.size(); i++) {
      Plate other = plates.get(i);
      if (other.name().equals(plate.name()) && other.isParticles() == plate.isParticles()) {
        return i;
      }
    }
    return -1;
  }

  private static JsonObject described(Plate plate, boolean isOfTrace) {
    JsonObject described = new JsonObject();
    described.addProperty("name", plate.name());
    described.addProperty("size", plate.size());
    described.addProperty("batch", plate.batch());
    described.addProperty("dim", plate.dim());
    described.addProperty("rows", plate.spec().rows.name());
    described.addProperty("particles", plate.isParticles());
    described.addProperty("ofTrace", isOfTrace);
    return described;
  }

  private static JsonObject put(TensorFile.Builder file, SampleSite site, List<Plate> plates) {
    checkArgument(
        site.kind() == SampleSite.Kind.DETERMINISTIC || !Trace.isOfChoices(site),
        "%s cannot be saved: it has all values of a choice at once, to be summed out; record the"
            + " program without SumOut",
        site);
    String name = site.name();
    FloatType type = FloatType.FLOAT64;
    JsonObject described = new JsonObject();
    described.addProperty("name", name);
    described.addProperty("kind", site.kind().name());
    described.addProperty("scale", Double.toString(site.scale()));
    described.addProperty("counts", !site.isMaskedOut());
    described.addProperty("auxiliary", site.isAuxiliary());
    JsonArray places = new JsonArray();
    site.plates().forEach(plate -> places.add(place(plates, plate)));
    described.add("plates", places);
    Constraint support = site.hasStatedSupport() ? site.knownSupport() : null;
    if (support != null && isText(support)) {
      described.addProperty("support", support.toString());
    }
    if (site.kind() != SampleSite.Kind.FACTOR) {
      NDArray value = site.value();
      type = value.getDataType() == DataType.FLOAT32 ? FloatType.FLOAT32 : type;
      put(file, name, LogDistances.Kept.plain(value), type);
    }
    if (!site.isMaskedOut() && site.kind() != SampleSite.Kind.DETERMINISTIC) {
      NDArray logProb = site.logProb();
      boolean isNarrow = logProb.getDataType() == DataType.FLOAT32;
      put(file, LOG_PROB + name, logProb, isNarrow ? FloatType.FLOAT32 : FloatType.FLOAT64);
    }
    NDArray mask = site.mask();
    if (mask != null) {
      put(file, MASK + name, mask, FloatType.FLOAT64);
    }
    return described;
  }

  private static boolean isText(Constraint support) {
    try {
      return Constraint.parse(support.toString()).equals(support);
    } catch (IllegalArgumentException unreadable) {
      return false; // its bounds are tensors: where values lie is looked at again
    }
  }

  private static void put(
      TensorFile.Builder file, String name, LogDistances.Kept kept, FloatType type) {
    ImmutableList<NDArray> arrays = kept.arrays();
    for (int i = 0; i < arrays.size(); i++) {
      put(file, (i == 0 ? VALUE : DISTANCE + i + "/") + name, arrays.get(i), type);
    }
    LogDistances.Kept relaxed = kept.relaxed();
    if (relaxed != null) {
      put(file, RELAXED + name, relaxed, type);
    }
  }

  private static void put(TensorFile.Builder file, String name, NDArray x, FloatType type) {
    DataType own = x.getDataType();
    if (!own.isFloating()) {
      file.put(TYPE + name, own == DataType.BOOLEAN ? own.name() : DataType.INT64.name());
    }
    file.put(name, own.isFloating() ? type : FloatType.FLOAT64, x.getShape(), Tensors.values(x));
  }

  // --- reading

  static SavedTrace read(Path path) {
    return new TraceFile(TensorFile.read(path)).read();
  }

  private SavedTrace read() {
    RunConfig config;
    try {
      config = RunConfig.of(texts.text(SETTINGS));
    } catch (IllegalArgumentException e) {
      throw texts.bad("has no settings of a run: %s", e.getMessage());
    }
    long counter = file.whole(COUNTER, 0, Long.MAX_VALUE);
    Trace.Builder trace = Trace.builder();
    List<Plate> plates = new ArrayList<>();
    for (JsonElement described : texts.json(PLATES, JsonElement::getAsJsonArray, "array")) {
      plates.add(parsed(described, object -> plate(object, plates.size(), trace)));
    }
    Set<String> names = new HashSet<>();
    for (JsonElement described : texts.json(SITES, JsonElement::getAsJsonArray, "array")) {
      SampleSite site = parsed(described, object -> site(object, plates));
      if (!names.add(site.name())) {
        throw texts.bad("has site '%s' twice", site.name());
      }
      trace.add(site);
    }
    return new SavedTrace(config, counter, trace.build());
  }

  private <T> T parsed(JsonElement described, Function<JsonObject, T> parser) {
    try {
      return parser.apply(described.getAsJsonObject());
    } catch (IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      throw texts.bad("describes a site or plate by '%s', which is not of the format", described);
    }
  }

  private Plate plate(JsonObject described, int place, Trace.Builder trace) {
    String name = described.get("name").getAsString();
    long size = described.get("size").getAsLong();
    long batch = described.get("batch").getAsLong();
    int dim = described.get("dim").getAsInt();
    NDArray rows = find(ROWS + place);
    PlateSpec spec;
    try {
      PlateSpec.Rows kind = PlateSpec.Rows.valueOf(described.get("rows").getAsString());
      PlateSpec all = PlateSpec.of(name, size).dim(dim);
      spec =
          switch (kind) {
            case ALL -> all;
            case DRAWN -> all.batch(batch);
            case INDEXED -> all.indices(tensor(ROWS + place));
            case GIVEN -> all.given(batch);
            case STEPS -> PlateSpec.ofSteps(name, Math.toIntExact(size), dim);
          };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw texts.bad("has no plate '%s': %s", name, e.getMessage());
    }
    boolean hasRows = spec.isDrawn() || spec.isIndexed();
    if (spec.batch() != batch || hasRows != (rows != null) || !areRows(rows, spec)) {
      throw texts.bad("has plate '%s' with other rows than %s of %s", name, batch, size);
    }
    Plate plate = Plate.saved(spec, described.get("particles").getAsBoolean(), rows);
    if (described.get("ofTrace").getAsBoolean()) {
      trace.add(plate);
    }
    return plate;
  }

  private static boolean areRows(@Nullable NDArray rows, PlateSpec spec) {
    return rows == null
        || rows.getDataType() == DataType.INT64
            && rows.getShape().equals(new Shape(spec.batch()))
            && Arrays.stream(Tensors.values(rows)).allMatch(i -> i >= 0 && i < spec.size());
  }

  private SampleSite site(JsonObject described, List<Plate> plates) {
    String name = described.get("name").getAsString();
    SampleSite.Kind kind = kind(name, described.get("kind").getAsString());
    boolean counts = described.get("counts").getAsBoolean();
    List<Plate> own = new ArrayList<>();
    described.getAsJsonArray("plates").forEach(place -> own.add(plates.get(place.getAsInt())));
    Weight weight = new Weight();
    weight.scaleBy(Double.parseDouble(described.get("scale").getAsString()));
    boolean isWeighed = counts && kind != SampleSite.Kind.DETERMINISTIC;
    NDArray logProb = isWeighed ? tensor(LOG_PROB + name) : null;
    NDArray mask = find(MASK + name);
    if (mask != null) {
      if (mask.getDataType() != DataType.BOOLEAN
          || logProb != null && !Shapes.isBroadcastable(mask.getShape(), logProb.getShape())) {
        throw texts.bad("has a mask of site '%s' that does not fit its log probability", name);
      }
      weight.maskBy(mask);
    }
    if (!counts) {
      weight.maskOut();
    }
    SampleSite site =
        SampleSite.saved(
            name, kind, kind == SampleSite.Kind.FACTOR ? null : kept(name), logProb, own, weight);
    if (described.get("auxiliary").getAsBoolean()) {
      site.makeAuxiliary();
    }
    JsonElement support = described.get("support");
    if (support != null) {
      site.know(support(name, support.getAsString()));
    }
    return site;
  }

  private SampleSite.Kind kind(String site, String name) {
    for (SampleSite.Kind kind : SampleSite.Kind.values()) {
      if (kind.name().equals(name) && kind != SampleSite.Kind.ENUMERATED) {
        return kind;
      }
    }
    throw texts.bad("has site '%s' of kind '%s', which is none", site, name);
  }

  private Constraint support(String site, String text) {
    try {
      return Constraint.parse(text);
    } catch (IllegalArgumentException e) {
      throw texts.bad("has site '%s' with support '%s': %s", site, text, e.getMessage());
    }
  }

  private LogDistances.Kept kept(String name) {
    List<NDArray> arrays = new ArrayList<>(List.of(tensor(VALUE + name)));
    Shape shape = arrays.get(0).getShape();
    for (int i = 1; file.entries().containsKey(DISTANCE + i + "/" + name); i += 2) {
      NDArray point = tensor(DISTANCE + i + "/" + name);
      NDArray log = tensor(DISTANCE + (i + 1) + "/" + name);
      if (!log.getShape().equals(shape) || !Shapes.isBroadcastable(point.getShape(), shape)) {
        throw texts.bad("has distances of site '%s' that do not fit its value", name);
      }
      arrays.add(point.getShape().dimension() == 0 ? number(point) : point);
      arrays.add(log);
    }
    boolean isRounded = file.entries().containsKey(VALUE + RELAXED + name);
    return LogDistances.Kept.of(arrays, isRounded ? kept(RELAXED + name) : null);
  }

  private static NDArray number(NDArray x) {
    return Tensors.number(Tensors.values(x)[0]);
  }

  private NDArray tensor(String name) {
    NDArray found = find(name);
    if (found == null) {
      throw texts.bad("has no tensor '%s'", name);
    }
    return requireNonNull(found);
  }

  /** A tensor that needs no manager; null if there is none. */
  private @Nullable NDArray find(String name) {
    TensorFile.Entry entry = file.entries().get(name);
    if (entry == null) {
      return null;
    }
    String text = file.text(TYPE + name);
    DataType type = DataType.FLOAT64;
    if (text != null) {
      type = text.equals(DataType.BOOLEAN.name()) ? DataType.BOOLEAN : DataType.INT64;
      double most = type == DataType.BOOLEAN ? 1 : 1L << 53;
      boolean isType =
          text.equals(type.name())
              && Arrays.stream(entry.values())
                  .allMatch(x -> x == Math.rint(x) && Math.abs(x) <= most);
      if (!isType) {
        throw texts.bad("has tensor '%s' of type '%s', which it is not", name, text);
      }
    }
    return Tensors.array(entry.values(), entry.shape(), type);
  }
}
