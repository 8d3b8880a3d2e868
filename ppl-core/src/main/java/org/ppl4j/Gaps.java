package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.ppl4j.tensor.Tensors;

/**
 * A column of numbers with gaps, as data of a model that draws a number for each gap, and none for
 * the other rows:
 *
 * <pre>{@code
 * NDArray unknown;
 * try (Plate gaps = p.plate("gaps", x.count())) {
 *   unknown = p.sample("x.missing", Normal.of(mu, 1));
 * }
 * try (Plate rows = p.plate("rows", x.values().length)) {
 *   p.observe("x", Normal.of(mu, 1).mask(rows.take(x.seen())), rows.take(x.values()));
 *   NDArray all = x.complete(p, rows, unknown);
 * }
 * }</pre>
 *
 * <p>Where the distribution is another in each row, {@link #rows} picks those of the gaps. {@link
 * Ppl#observe(String, org.ppl4j.distributions.Distribution, NDArray, NDArray)} with a mask says the
 * same in one statement, with a latent number in each row.
 *
 * @param values the numbers (N); in a gap the first of the others, which is in their support
 * @param seen which rows have one (N)
 * @param place for each row the gap that it is, from 0; 0 if it is none (N)
 * @param rows the rows that are gaps (count)
 * @param count how many gaps there are
 */
@SuppressWarnings("ArrayRecordComponent") // as data of programs are
public record Gaps(double[] values, boolean[] seen, int[] place, int[] rows, int count) {

  /**
   * Of a column whose gaps are NaN.
   *
   * @throws IllegalArgumentException if it has no gap, or no number
   */
  public static Gaps of(double... column) {
    double[] values = column.clone();
    boolean[] seen = new boolean[column.length];
    int[] place = new int[column.length];
    int[] rows = new int[column.length];
    int count = 0;
    double first = Arrays.stream(column).filter(x -> !Double.isNaN(x)).findFirst().orElse(0);
    for (int i = 0; i < column.length; i++) {
      seen[i] = !Double.isNaN(column[i]);
      if (!seen[i]) {
        values[i] = first;
        rows[count] = i;
        place[i] = count++;
      }
    }
    checkArgument(
        count > 0,
        "a column of %s numbers has no gap, which is NaN; observe it as it is",
        column.length);
    checkArgument(
        count < column.length,
        "a column of %s numbers has gaps alone; leave it out of the model",
        column.length);
    return new Gaps(values, seen, place, Arrays.copyOf(rows, count), count);
  }

  /**
   * The column without gaps.
   *
   * @param all the plate of its rows, open
   * @param unknown a number for each gap {@code (*, count)}
   * @return {@code (*, N)}, or those of its rows that the plate sees
   */
  public NDArray complete(Ppl p, Plate all, NDArray unknown) {
    NDArray filled = p.pick(unknown, all.take(place));
    return Tensors.where(all.take(seen), all.take(values), filled);
  }
}
