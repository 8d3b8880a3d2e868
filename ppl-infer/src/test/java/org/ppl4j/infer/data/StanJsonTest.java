package org.ppl4j.infer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StanJsonTest {

  @TempDir private Path folder;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Everything(
      int n, long big, double scale, double[] y, int[] countyIdx, long[] k, double[][] x) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(double[] y, int[][] counts) {}

  private record Text(String y) {}

  record Positive(double scale) {
    Positive {
      if (scale <= 0) {
        throw new IllegalArgumentException("scale must be positive");
      }
    }
  }

  private static <R extends Record> R read(String json, Class<R> type) {
    return StanJson.read("text", new StringReader(json), type);
  }

  @Test
  void fieldsBecomeComponents() throws IOException {
    Path file = folder.resolve("data.json");
    Files.writeString(
        file,
        """
        {"n": 2, "big": 9007199254740993, "scale": 3, "y": [1, -2.5, "NaN", "-Inf", "+Infinity"],
         "county_idx": [1, 2.0], "k": [], "x": [[1, 2], [3, 4], [5, 6]], "unused": {"a": "text"}}
        """);

    Everything data = StanJson.read(file, Everything.class);

    assertThat(data.n()).isEqualTo(2);
    assertThat(data.big()).isEqualTo(9007199254740993L);
    assertThat(data.scale()).isEqualTo(3);
    assertThat(data.y())
        .containsExactly(1, -2.5, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    assertThat(data.countyIdx()).containsExactly(1, 2);
    assertThat(data.k()).isEmpty();
    assertThat(data.x()).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}, {5, 6}});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'counts': [[1]]}|text has no field 'y' for record 'Rows', only [counts]; add it, or name"
            + " the component after one",
        "{'y': 3, 'counts': [[1]]}|field 'y' of text has 3 where an array of numbers is wanted",
        "{'y': [1, 'two'], 'counts': [[1]]}|field 'y' of text has \"two\" where a number is wanted",
        "{'y': [1, null], 'counts': [[1]]}|field 'y' of text has null where a number is wanted",
        "{'y': [[1], [2]], 'counts': [[1]]}|field 'y' of text has [1] where a number is wanted",
        "{'y': [], 'counts': [[1, 2], [3]]}|field 'counts' of text has rows of 2 and of 1 numbers;"
            + " rows must be of one length",
        "{'y': [], 'counts': [1]}|field 'counts' of text has 1 where a row of numbers is wanted",
        "{'y': [], 'counts': 1}|field 'counts' of text has 1 where an array of rows is wanted",
        "{'y': [], 'counts': [[1.5]]}|field 'counts' of text has 1.5 where a whole number is wanted",
        "{'y': [], 'counts': [[3e9]]}|field 'counts' of text has 3e9 where a whole number is wanted",
        "[1, 2]|text holds no JSON object; pass one with a field for each name",
      },
      quoteCharacter = '`')
  void errorsNameTheField(String json, String message) {
    assertThatThrownBy(() -> read(json.replace('\'', '"'), Rows.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void otherMistakesAreNamed() {
    assertThatThrownBy(() -> read("{\"y\": [1,", Rows.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("text is no JSON: ");
    assertThatThrownBy(() -> read("{\"y\": \"a\"}", Text.class))
        .hasMessage(
            "component 'y' of record 'Text' is a String; declare a double, int or long, or arrays"
                + " of them");
    assertThatThrownBy(() -> read("{\"scale\": -1}", Positive.class))
        .hasMessage("text makes no 'Positive': scale must be positive");
    Path none = folder.resolve("none.json");
    assertThatThrownBy(() -> StanJson.read(none, Rows.class))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("there is no file '" + none + "'");
  }
}
