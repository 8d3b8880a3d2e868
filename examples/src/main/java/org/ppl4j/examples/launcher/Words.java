package org.ppl4j.examples.launcher;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Words of the command line, and what a misspelt one was meant to be. */
final class Words {

  private Words() {}

  /**
   * The value of this name.
   *
   * @param kind what they are
   * @throws MisuseException if there is none
   */
  static <T> T named(String kind, String word, List<T> all, Function<T, String> name) {
    return all.stream()
        .filter(value -> name.apply(value).equals(word))
        .findFirst()
        .orElseThrow(
            () -> new MisuseException(unknown(kind, word, all.stream().map(name).toList())));
  }

  /** That there is no such thing, with the nearest one, or all of them if none is near. */
  static String unknown(String kind, String word, List<String> known) {
    String advice =
        nearest(word, known)
            .map(name -> "did you mean '" + name + "'?")
            .orElseGet(() -> "choose from " + String.join(", ", known));
    return kind + " '" + word + "' does not exist; " + advice;
  }

  /** The word with the fewest edits, if at most half of the letters are wrong. */
  private static Optional<String> nearest(String misspelt, Collection<String> words) {
    String nearest = null;
    int fewest = Math.max(1, misspelt.length() / 2) + 1;
    for (String word : words) {
      int edits = edits(misspelt, word);
      if (edits < fewest) {
        fewest = edits;
        nearest = word;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** Letters to insert, delete or replace (Levenshtein, 1965), by rows of the usual table. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replace = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
