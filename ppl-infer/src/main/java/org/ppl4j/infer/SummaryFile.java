package org.ppl4j.infer;

import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A summary in a file. The tensor {@code summary/rows} {@code (n, 9)} has the numbers of rows in
 * the order of {@link Summary.Row}. Texts: {@code summary}, the version of this form; {@code
 * summary.names} and {@code summary.warnings}, JSON arrays of texts.
 */
final class SummaryFile {

  private static final String VERSION = "1";
  private static final String KIND = "summary";
  private static final String ROWS = "summary/rows";
  private static final String NAMES = "summary.names";
  private static final String WARNINGS = "summary.warnings";
  private static final int WIDTH = 9;

  private final TensorFile file;

  private SummaryFile(TensorFile file) {
    this.file = file;
  }

  static void write(Path path, Summary summary) {
    double[] numbers =
        summary.rows().values().stream()
            .flatMapToDouble(row -> row.numbers().stream().mapToDouble(x -> x))
            .toArray();
    TensorFile.builder()
        .put(KIND, VERSION)
        .put(NAMES, JsonTexts.of(summary.rows().keySet()))
        .put(WARNINGS, JsonTexts.of(summary.warnings()))
        .put(ROWS, FloatType.FLOAT64, new Shape(summary.rows().size(), WIDTH), numbers)
        .write(path);
  }

  static Summary read(Path path) {
    return new SummaryFile(TensorFile.read(path)).summary();
  }

  private Summary summary() {
    if (!VERSION.equals(file.text(KIND))) {
      throw bad(
          "has version '%s' of a summary, but this release reads version %s; pass a file that"
              + " summary.save of this release wrote",
          file.text(KIND), VERSION);
    }
    ImmutableList<String> names = texts(NAMES);
    TensorFile.Entry rows = file.entries().get(ROWS);
    Shape shape = new Shape(names.size(), WIDTH);
    if (rows == null || !rows.shape().equals(shape) || rows.type() != FloatType.FLOAT64) {
      throw bad("has no tensor '%s' of doubles (%s, %s)", ROWS, names.size(), WIDTH);
    }
    if (ImmutableSet.copyOf(names).size() < names.size()) {
      throw bad("has two rows of one name in '%s'", NAMES);
    }
    ImmutableMap.Builder<String, Summary.Row> all = ImmutableMap.builder();
    double[] x = rows.values();
    for (int i = 0; i < names.size(); i++) {
      int k = i * WIDTH;
      Summary.Row row =
          new Summary.Row(
              x[k], x[k + 1], x[k + 2], x[k + 3], x[k + 4], x[k + 5], x[k + 6], x[k + 7], x[k + 8]);
      all.put(names.get(i), row);
    }
    return new Summary(all.buildOrThrow(), texts(WARNINGS));
  }

  private ImmutableList<String> texts(String name) {
    try {
      return JsonTexts.read(JsonParser.parseString(String.valueOf(file.text(name))));
    } catch (JsonParseException | IllegalStateException e) {
      throw bad("has a text '%s' that is no JSON array of texts", name);
    }
  }

  private IllegalArgumentException bad(String wrong, @Nullable Object... values) {
    return new IllegalArgumentException(file + " " + lenientFormat(wrong, values));
  }
}
