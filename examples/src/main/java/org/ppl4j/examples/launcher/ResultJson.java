package org.ppl4j.examples.launcher;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ppl4j.infer.Summary;

/** A result as JSON. A number that is not finite becomes {@code null}: JSON has no word for it. */
final class ResultJson {

  private ResultJson() {}

  static void write(Path file, String example, long seed, double seconds, ExampleResult result)
      throws IOException {
    try (Writer writer = Files.newBufferedWriter(file);
        JsonWriter json = new JsonWriter(writer)) {
      json.setIndent("  ");
      json.beginObject();
      json.name("example").value(example);
      json.name("seed").value(seed);
      number(json, "seconds", seconds);
      json.name("parameters").beginObject();
      for (Map.Entry<String, Summary.Row> parameter : result.parameters().rows().entrySet()) {
        json.name(parameter.getKey());
        row(json, parameter.getValue());
      }
      json.endObject();
      json.name("figures").beginObject();
      for (Map.Entry<String, Double> figure : result.figures().entrySet()) {
        number(json, figure.getKey(), figure.getValue());
      }
      json.endObject();
      json.endObject();
      writer.write('\n');
    }
  }

  private static void row(JsonWriter json, Summary.Row row) throws IOException {
    json.beginObject();
    number(json, "mean", row.mean());
    number(json, "sd", row.sd());
    number(json, "q05", row.q05());
    number(json, "q50", row.q50());
    number(json, "q95", row.q95());
    if (!Double.isNaN(row.rhat())) {
      number(json, "rhat", row.rhat());
      number(json, "bulk ESS", row.bulkSize());
      number(json, "tail ESS", row.tailSize());
    }
    json.endObject();
  }

  private static void number(JsonWriter json, String name, double value) throws IOException {
    json.name(name);
    if (Double.isFinite(value)) {
      json.value(value);
    } else {
      json.nullValue();
    }
  }
}
