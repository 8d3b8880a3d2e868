package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * A picture on a {@link Page} that answers: it has a title, words on how to read it, and data from
 * which the function of its kind in {@code report.js} draws it.
 */
sealed interface Figure {

  /** What it shows. */
  String title();

  /** How it is read. */
  String about();

  /** Its data, for the function of its kind; arrays of numbers go into a pool. */
  JsonObject json(NumberPool pool);

  /**
   * Curves and points, of one number or one model at a time.
   *
   * @param choices by name; what is chosen in one figure is chosen in all that have the name
   * @param first the name of the one that is shown first
   */
  record Curves(
      String title, String about, ImmutableMap<String, CurvePicture> choices, String first)
      implements Figure {

    public Curves {
      requireNonNull(title, "title");
      requireNonNull(about, "about");
      checkArgument(choices.containsKey(first), "figure '%s' has no choice '%s'", title, first);
    }

    /** Of one picture. */
    Curves(String title, String about, CurvePicture picture) {
      this(title, about, ImmutableMap.of("", picture), "");
    }

    @Override
    public JsonObject json(NumberPool pool) {
      JsonArray all = new JsonArray();
      for (Map.Entry<String, CurvePicture> choice : choices.entrySet()) {
        JsonObject named = new JsonObject();
        named.addProperty("name", choice.getKey());
        named.add("picture", json(choice.getValue(), pool));
        all.add(named);
      }
      JsonObject json = new JsonObject();
      json.addProperty("kind", "curves");
      json.add("choices", all);
      json.addProperty("first", choices.keySet().asList().indexOf(first));
      return json;
    }

    private static JsonObject json(CurvePicture picture, NumberPool pool) {
      JsonArray series = new JsonArray();
      for (CurvePicture.Curve curve : picture.curves()) {
        JsonObject one = new JsonObject();
        one.addProperty("name", curve.name());
        one.addProperty("kind", kind(curve.kind()));
        one.addProperty("x", pool.place(curve.x()));
        one.addProperty("y", pool.place(curve.y()));
        if (!curve.labels().isEmpty()) {
          one.add("labels", texts(curve.labels()));
        }
        series.add(one);
      }
      JsonObject json = new JsonObject();
      json.addProperty("x", picture.horizontal());
      json.addProperty("y", picture.vertical());
      CurvePicture.Range range = picture.range();
      if (range != null) {
        JsonArray ends = new JsonArray();
        ends.add(range.min());
        ends.add(range.max());
        json.add("range", ends);
      }
      json.add("series", series);
      return json;
    }

    private static String kind(CurvePicture.Kind kind) {
      return switch (kind) {
        case LINE -> "line";
        case POINTS -> "points";
        case THIN -> "thin";
        case DASHED -> "dashed";
      };
    }
  }

  /**
   * Draws of two numbers against each other, of all that there are.
   *
   * @param columns the draws of each number in some pieces, the last of which are those that
   *     diverged
   * @param first the two that are shown first
   */
  record Pairs(
      String title,
      String about,
      ImmutableMap<String, ImmutableList<double[]>> columns,
      ImmutableList<String> first)
      implements Figure {

    public Pairs {
      requireNonNull(title, "title");
      requireNonNull(about, "about");
      requireNonNull(columns, "columns");
      requireNonNull(first, "first");
    }

    @Override
    public JsonObject json(NumberPool pool) {
      JsonArray all = new JsonArray();
      columns.forEach(
          (name, pieces) -> {
            JsonObject column = new JsonObject();
            column.addProperty("name", name);
            column.add(
                "arrays", places(ImmutableIntArray.copyOf(pieces.stream().mapToInt(pool::place))));
            all.add(column);
          });
      JsonObject json = new JsonObject();
      json.addProperty("kind", "pairs");
      json.add("columns", all);
      json.add(
          "first",
          places(
              ImmutableIntArray.copyOf(
                  first.stream().mapToInt(columns.keySet().asList()::indexOf))));
      return json;
    }
  }

  /**
   * A number with what it may be.
   *
   * @param low where its interval begins
   * @param middle its mean, mostly
   * @param high where its interval ends
   */
  record Interval(String name, double low, double middle, double high) {}

  /**
   * Intervals one below the other, those of one site at a time.
   *
   * @param axis what they are
   * @param choices by name
   */
  record Intervals(
      String title,
      String about,
      String axis,
      ImmutableMap<String, ImmutableList<Interval>> choices)
      implements Figure {

    public Intervals {
      requireNonNull(title, "title");
      requireNonNull(about, "about");
      requireNonNull(axis, "axis");
      requireNonNull(choices, "choices");
    }

    @Override
    public JsonObject json(NumberPool pool) {
      JsonArray all = new JsonArray();
      choices.forEach(
          (name, intervals) -> {
            JsonArray rows = new JsonArray();
            intervals.forEach(interval -> rows.add(json(interval)));
            JsonObject choice = new JsonObject();
            choice.addProperty("name", name);
            choice.add("rows", rows);
            all.add(choice);
          });
      JsonObject json = new JsonObject();
      json.addProperty("kind", "intervals");
      json.addProperty("axis", axis);
      json.add("choices", all);
      json.addProperty("first", 0);
      return json;
    }

    private static JsonObject json(Interval interval) {
      JsonObject row = new JsonObject();
      row.addProperty("name", interval.name());
      row.addProperty("low", interval.low());
      row.addProperty("middle", interval.middle());
      row.addProperty("high", interval.high());
      return row;
    }
  }

  private static JsonArray places(ImmutableIntArray places) {
    JsonArray all = new JsonArray(places.length());
    places.forEach(all::add);
    return all;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray all = new JsonArray(texts.size());
    texts.forEach(all::add);
    return all;
  }
}
