package org.ppl4j.examples.serve;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a scorer: {@code {"x": {"area": 80}, "probability": 0.9}} of one row, or
 * of many {@code {"rows": [{"x": {"area": 80}}, ...], "probability": 0.9}}. Of a row, {@code y} is
 * what the density is of, and {@code x} what is given.
 *
 * @param rows at least one
 * @param isOne whether the answer is one, and not an array
 * @param probability of a quantile or an interval
 * @param count of draws, for each row
 * @param seed of draws, the same for each row
 */
record Question(
    QuestionKind kind,
    ImmutableList<Row> rows,
    boolean isOne,
    double probability,
    int count,
    long seed) {

  private static final String ROWS = "rows";
  private static final String Y = "y";
  private static final String X = "x";

  /**
   * A row and what is given; null where the kind of question or the scorer has none.
   *
   * @param y what the density is of
   * @param x what is given
   */
  record Row(@Nullable Cells y, @Nullable Cells x) {

    /** What the density is of, where it is asked for. */
    Cells row() {
      return requireNonNull(y, Y);
    }

    /** What is given, where something is. */
    Cells given() {
      return requireNonNull(x, X);
    }
  }

  /**
   * That of a request.
   *
   * @throws HttpProblem 400 if it has not the members of this kind of question, or others; 413 if
   *     it has too many rows; 422 if it asks for too many draws
   */
  static Question of(
      QuestionKind kind, boolean isConditional, JsonObject request, ServerLimits limits) {
    List<String> ofRows = new ArrayList<>();
    if (kind.hasRow()) {
      ofRows.add(Y);
    }
    if (isConditional) {
      ofRows.add(X);
    }
    boolean isOne = !request.has(ROWS);
    List<String> known = new ArrayList<>(isOne ? ofRows : List.of(ROWS));
    known.addAll(kind.parameters());
    checkMembers("request", request, known);
    ImmutableList.Builder<Row> rows = ImmutableList.builder();
    if (isOne) {
      rows.add(row("", request, ofRows));
    } else {
      JsonArray all = JsonText.array(ROWS, request.get(ROWS));
      checkRows(all.size(), limits.rows());
      for (int i = 0; i < all.size(); i++) {
        String name = rowName(i);
        JsonObject row = JsonText.object(name, all.get(i));
        checkMembers(name, row, ofRows);
        rows.add(row(name + ".", row, ofRows));
      }
    }
    boolean hasProbability = kind.parameters().contains("probability");
    boolean isSample = kind == QuestionKind.SAMPLE;
    Question question =
        new Question(
            kind,
            rows.build(),
            isOne,
            hasProbability ? JsonText.number("probability", request.get("probability")) : 0,
            isSample ? count(request.get("count")) : 0,
            isSample ? JsonText.whole("seed", request.get("seed")) : 0);
    question.checkDraws(limits.draws());
    return question;
  }

  /** How a row of many is called, for errors. */
  static String rowName(int row) {
    return ROWS + "[" + row + "]";
  }

  private static Row row(String prefix, JsonObject row, List<String> members) {
    return new Row(cells(prefix, Y, row, members), cells(prefix, X, row, members));
  }

  private static @Nullable Cells cells(
      String prefix, String member, JsonObject row, List<String> members) {
    return members.contains(member) ? Cells.of(prefix + member, row.get(member)) : null;
  }

  private static int count(JsonElement json) {
    long count = JsonText.whole("count", json);
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, count));
  }

  private static void checkMembers(String name, JsonObject json, List<String> known) {
    for (String member : json.keySet()) {
      if (!known.contains(member)) {
        throw HttpProblem.of(
            400, "%s has '%s', which means nothing here; send %s", name, member, known);
      }
    }
    for (String member : known) {
      if (!json.has(member)) {
        throw HttpProblem.of(400, "%s has no '%s'; send %s", name, member, known);
      }
    }
  }

  private static void checkRows(int rows, int most) {
    if (rows == 0) {
      throw HttpProblem.of(400, "rows are none; send one at least");
    }
    if (rows > most) {
      throw HttpProblem.of(
          413, "rows are %s, but this server takes %s at once; send them in parts", rows, most);
    }
  }

  private void checkDraws(int most) {
    long draws = (long) count * rows.size();
    if (draws > most) {
      throw HttpProblem.of(
          422,
          "draws are %s in all rows together, but this server makes %s at once; ask for them in"
              + " parts, by other seeds",
          draws,
          most);
    }
  }
}
