package org.ppl4j.infer.density;

import com.google.common.collect.Range;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.BinomialBand;

/**
 * The rows that a density was learned from, as far as it takes to know them again: of each a number
 * that is the same for rows that are alike, with their contexts, and for no others but by a chance
 * of 2⁻⁶⁴.
 *
 * @param marks of different rows, in rising order
 * @param rows how many there were
 * @param alike how many of these were like another
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KnownRows(long[] marks, int rows, int alike) {

  /** What is known of the rows of a density that was loaded: files hold nothing of rows. */
  static final KnownRows NONE = new KnownRows(new long[0], 0, 0);

  /** How often fresh rows are taken for known ones. */
  private static final double CHANCE = 0.001;

  /** Those of tables of the same columns, some of which may be null. */
  static KnownRows of(@Nullable Tables... tables) {
    long[] all =
        Stream.of(tables)
            .filter(Objects::nonNull)
            .flatMapToLong(one -> Arrays.stream(marks(one)))
            .sorted()
            .toArray();
    long alike =
        IntStream.range(0, all.length)
            .filter(
                i ->
                    (i > 0 && all[i] == all[i - 1]) || (i + 1 < all.length && all[i] == all[i + 1]))
            .count();
    return new KnownRows(Arrays.stream(all).distinct().toArray(), all.length, (int) alike);
  }

  /** A number for each row, the same for rows that are alike and no others. */
  static long[] marks(Tables tables) {
    return IntStream.range(0, tables.rows())
        .mapToLong(
            i -> {
              Hasher hasher = Hashing.murmur3_128().newHasher();
              put(hasher, tables.y(), i);
              put(hasher, tables.x(), i);
              return hasher.hash().asLong();
            })
        .toArray();
  }

  private static void put(Hasher hasher, @Nullable Table table, int row) {
    for (int j = 0; table != null && j < table.columns(); j++) {
      hasher.putDouble(table.number(row, j) + 0.0); // −0 is like 0
    }
  }

  /**
   * How many of some rows are known, if they are more than fresh ones would be: of those about as
   * many are known by accident as of these were like another; else 0.
   */
  int among(Tables tables) {
    if (rows == 0) {
      return 0;
    }
    long known =
        Arrays.stream(marks(tables)).filter(mark -> Arrays.binarySearch(marks, mark) >= 0).count();
    Range<Integer> fresh =
        BinomialBand.of(tables.rows(), alike + 1.0, rows - alike + 1.0, 1 - CHANCE);
    return known > fresh.upperEndpoint() ? (int) known : 0;
  }
}
