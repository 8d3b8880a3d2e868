package org.ppl4j.examples.serve;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.examples.serve.Question.Row;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.sbi.PosteriorScorer;

/**
 * A scorer of any kind, asked by JSON. What has names is asked and answers by names; arrays in the
 * order of columns are understood too. Any number of threads may ask it at once.
 */
public final class ServedScorer {

  /** What is answered of one row. */
  @FunctionalInterface
  private interface Answer {
    JsonElement of(Question question, Row row);
  }

  /** The cells of a row of numbers by their names. */
  @FunctionalInterface
  private interface Naming {
    Map<String, @Nullable Object> of(double[] row);
  }

  private final ImmutableList<String> names;
  private final @Nullable ImmutableList<String> givenNames;
  private final ImmutableList<String> notes;
  private final ImmutableMap<QuestionKind, Answer> answers;

  private ServedScorer(
      ImmutableList<String> names,
      @Nullable ImmutableList<String> givenNames,
      ImmutableList<String> notes,
      ImmutableMap<QuestionKind, Answer> answers) {
    this.names = names;
    this.givenNames = givenNames;
    this.notes = notes;
    this.answers = answers;
  }

  /** A density's. */
  public static ServedScorer of(Scorer scorer) {
    ImmutableList<String> names = scorer.names();
    return new ServedScorer(
        names,
        null,
        scorer.notes(),
        ImmutableMap.of(
            QuestionKind.LOG_PROB,
            (q, row) -> JsonText.number(row.row().ask(scorer::logProb, scorer::logProb)),
            QuestionKind.QUANTILE,
            (q, row) -> JsonText.number(scorer.quantile(q.probability())),
            QuestionKind.INTERVAL,
            (q, row) -> interval(scorer.interval(q.probability()), names),
            QuestionKind.SAMPLE,
            (q, row) -> draws(scorer.sample(q.count(), q.seed()), names, scorer::cells)));
  }

  /** A conditional density's. */
  public static ServedScorer of(ConditionalScorer scorer) {
    ImmutableList<String> names = scorer.names();
    return new ServedScorer(
        names,
        scorer.contextNames(),
        scorer.notes(),
        ImmutableMap.of(
            QuestionKind.LOG_PROB,
            (q, row) ->
                JsonText.number(
                    row.row()
                        .ask(
                            y -> scorer.logProb(y, row.given().named()),
                            y -> scorer.logProb(y, row.given().numbers()))),
            QuestionKind.QUANTILE,
            (q, row) ->
                JsonText.number(
                    row.given()
                        .ask(
                            x -> scorer.quantile(q.probability(), x),
                            x -> scorer.quantile(q.probability(), x))),
            QuestionKind.INTERVAL,
            (q, row) ->
                interval(
                    row.given()
                        .ask(
                            x -> scorer.interval(q.probability(), x),
                            x -> scorer.interval(q.probability(), x)),
                    names),
            QuestionKind.SAMPLE,
            (q, row) ->
                draws(
                    row.given()
                        .ask(
                            x -> scorer.sample(q.count(), q.seed(), x),
                            x -> scorer.sample(q.count(), q.seed(), x)),
                    names,
                    scorer::cells),
            QuestionKind.DISTANCE,
            (q, row) -> JsonText.number(row.given().ask(scorer::distance, scorer::distance))));
  }

  /** A neural posterior's, whose rows are parameters, given observations. */
  public static ServedScorer of(PosteriorScorer scorer) {
    ImmutableList<String> names = scorer.names();
    return new ServedScorer(
        names,
        ImmutableList.of(),
        ImmutableList.of(),
        ImmutableMap.of(
            QuestionKind.LOG_PROB,
            (q, row) ->
                JsonText.number(
                    scorer.logProb(
                        row.row().ask(y -> inOrder(y, names), y -> y), row.given().members())),
            QuestionKind.SAMPLE,
            (q, row) ->
                draws(
                    scorer.sample(q.count(), q.seed(), row.given().members()),
                    names,
                    theta -> named(theta, names)),
            QuestionKind.DISTANCE,
            (q, row) -> JsonText.number(scorer.distance(row.given().members()))));
  }

  /**
   * The scorer in a file, of whichever kind it is.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it has none, with what each kind says of it
   */
  public static ServedScorer load(Path file) {
    List<Function<Path, ServedScorer>> kinds =
        List.of(
            path -> of(ConditionalScorer.load(path)),
            path -> of(Scorer.load(path)),
            path -> of(PosteriorScorer.load(path)));
    List<String> refusals = new ArrayList<>();
    for (Function<Path, ServedScorer> kind : kinds) {
      try {
        return kind.apply(file);
      } catch (IllegalArgumentException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
    throw new IllegalArgumentException(
        refusals.stream().distinct().collect(Collectors.joining("; or: ")));
  }

  // --- questions

  /** What it can be asked. */
  ImmutableSet<QuestionKind> kinds() {
    return answers.keySet();
  }

  /** Whether something is given with each row. */
  boolean isConditional() {
    return givenNames != null;
  }

  /** Itself, for those who want to ask; without names where an array was learned. */
  JsonObject description(String name) {
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.add("answers", JsonText.texts(kinds().stream().map(QuestionKind::toString).toList()));
    json.add("y", JsonText.texts(names));
    if (givenNames != null) {
      json.add("x", JsonText.texts(givenNames));
    }
    json.add("notes", JsonText.texts(notes));
    return json;
  }

  /**
   * What a question is answered, of a kind that it can be asked.
   *
   * @throws HttpProblem 422 if the scorer refuses a row, with its reason
   * @throws InterruptedException if the thread was interrupted, between two rows
   */
  JsonElement answer(Question question) throws InterruptedException {
    Answer answer = answers.get(question.kind());
    if (answer == null) {
      throw new IllegalArgumentException("no question of this scorer: " + question.kind());
    }
    JsonArray all = new JsonArray();
    for (int i = 0; i < question.rows().size(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      try {
        all.add(answer.of(question, question.rows().get(i)));
      } catch (IllegalArgumentException | IllegalStateException e) {
        HttpProblem refused = HttpProblem.of(422, "%s", String.valueOf(e.getMessage()));
        throw question.isOne() ? refused : refused.of(Question.rowName(i));
      }
    }
    return question.isOne() ? all.get(0) : all;
  }

  // --- answers

  private static JsonElement interval(PlainInterval interval, ImmutableList<String> names) {
    JsonObject json = new JsonObject();
    json.add("low", ends(interval.low(), names));
    json.add("high", ends(interval.high(), names));
    json.add("coverage", JsonText.number(interval.coverage()));
    json.add("warnings", JsonText.texts(interval.warnings()));
    return json;
  }

  private static JsonElement ends(ImmutableDoubleArray ends, ImmutableList<String> names) {
    return names.isEmpty() ? JsonText.numbers(ends.toArray()) : json(named(ends.toArray(), names));
  }

  private static JsonElement draws(double[][] rows, ImmutableList<String> names, Naming naming) {
    JsonArray all = new JsonArray(rows.length);
    for (double[] row : rows) {
      all.add(names.isEmpty() ? JsonText.numbers(row) : json(naming.of(row)));
    }
    return all;
  }

  private static Map<String, @Nullable Object> named(double[] row, ImmutableList<String> names) {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (int j = 0; j < row.length; j++) {
      named.put(names.get(j), row[j]);
    }
    return named;
  }

  private static JsonObject json(Map<String, @Nullable Object> cells) {
    JsonObject json = new JsonObject();
    cells.forEach((name, cell) -> json.add(name, json(cell)));
    return json;
  }

  private static JsonElement json(@Nullable Object cell) {
    if (cell == null) {
      return JsonNull.INSTANCE;
    }
    return cell instanceof Double number
        ? JsonText.number(number)
        : new JsonPrimitive(cell.toString());
  }

  /** Parameters in the order of their names. */
  private static double[] inOrder(
      Map<String, @Nullable Object> parameters, ImmutableList<String> names) {
    if (!parameters.keySet().equals(ImmutableSet.copyOf(names))) {
      throw new IllegalArgumentException(
          "parameters are %s, but this posterior is of %s; send each of these"
              .formatted(parameters.keySet(), names));
    }
    return names.stream().mapToDouble(name -> number(name, parameters.get(name))).toArray();
  }

  private static double number(String name, @Nullable Object cell) {
    if (cell instanceof Double number) {
      return number;
    }
    throw new IllegalArgumentException(
        "parameter '%s' is '%s', but must be a number; send one".formatted(name, cell));
  }
}
