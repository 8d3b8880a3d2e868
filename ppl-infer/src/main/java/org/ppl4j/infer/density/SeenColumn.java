package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * How a column of rows is seen by those that come after it in a {@link ColumnChain}: a number, with
 * the mean of all where it is missing; a 1 where it is one of some marks, such as the levels of a
 * category; and a 1 where it is missing, if it ever was.
 *
 * @param isNumber whether the number itself is seen, which is not so of a category
 * @param mean of the numbers that were there
 * @param marks ascending
 * @param mayBeMissing whether it was missing in a row that was learned from
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SeenColumn(boolean isNumber, double mean, double[] marks, boolean mayBeMissing) {

  private static final Family FAMILY = Family.of(SeenColumn.class, 1);

  /** That of a column's numbers, NaN where one is missing. */
  static SeenColumn of(double[] numbers, boolean isNumber, double[] marks) {
    double[] there = Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).toArray();
    double mean = 0;
    for (double x : there) {
      mean += x / there.length;
    }
    return new SeenColumn(isNumber, mean, marks, there.length < numbers.length);
  }

  /** How many numbers it makes. */
  int width() {
    return (isNumber ? 1 : 0) + marks.length + (mayBeMissing && isNumber ? 1 : 0);
  }

  /** Puts what is seen of a number into an array, from a place on. */
  void put(double number, double[] into, int from) {
    boolean isMissing = Double.isNaN(number);
    int at = from;
    if (isNumber) {
      into[at++] = isMissing ? mean : number;
    }
    int mark = isMissing ? -1 : CategoryDistribution.index(marks, number);
    if (mark >= 0) {
      into[at + mark] = 1;
    }
    if (mayBeMissing && isNumber && isMissing) {
      into[at + marks.length] = 1;
    }
  }

  // --- files

  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    double[] all = new double[3 + marks.length];
    all[0] = isNumber ? 1 : 0;
    all[1] = mayBeMissing ? 1 : 0;
    all[2] = mean;
    System.arraycopy(marks, 0, all, 3, marks.length);
    DensityFile.put(file, name, all);
  }

  /** The one in a file. */
  static SeenColumn read(TensorFile file, String name) {
    FAMILY.check(file);
    double[] all = DensityFile.numbers(file, name, 3);
    double[] marks = IntStream.range(3, all.length).mapToDouble(i -> all[i]).toArray();
    return new SeenColumn(all[0] > 0, all[2], marks, all[1] > 0);
  }
}
