package org.ppl4j.examples.serve;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.function.Function;

/** What a scorer can be asked. */
enum QuestionKind {

  /** The log-density of each row. */
  LOG_PROB("logProb", true),

  /** The number that is greater with a probability. */
  QUANTILE("quantile", false, "probability"),

  /** Between which numbers each column lies with a probability. */
  INTERVAL("interval", false, "probability"),

  /** Draws, the same of a seed. */
  SAMPLE("sample", false, "count", "seed"),

  /** How far what is given is from what was learned from: beyond 1 it is too far to be trusted. */
  DISTANCE("distance", false);

  private static final ImmutableMap<String, QuestionKind> BY_NAME =
      Arrays.stream(values())
          .collect(ImmutableMap.toImmutableMap(kind -> kind.text, Function.identity()));

  private final String text;
  private final boolean hasRow;
  private final ImmutableList<String> parameters;

  QuestionKind(String text, boolean hasRow, String... parameters) {
    this.text = text;
    this.hasRow = hasRow;
    this.parameters = ImmutableList.copyOf(parameters);
  }

  /** Those of all names. */
  static ImmutableMap<String, QuestionKind> byName() {
    return BY_NAME;
  }

  /** Whether it is of a row, and not only of what is given. */
  boolean hasRow() {
    return hasRow;
  }

  /** The members of a request that are the same for all of its rows. */
  ImmutableList<String> parameters() {
    return parameters;
  }

  /** Its name in paths and answers. */
  @Override
  public String toString() {
    return text;
  }
}
