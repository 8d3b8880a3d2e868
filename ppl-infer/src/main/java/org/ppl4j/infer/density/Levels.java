package org.ppl4j.infer.density;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The levels of a category. Those that are numbers are in the order of numbers, and a cell holds
 * the number; texts are in alphabetical order, and a cell holds the place of its level, from 0.
 *
 * @param names of the levels
 * @param numbers that cells of each level hold, ascending
 * @param areTexts whether a number is only the place of a level
 */
record Levels(ImmutableList<String> names, ImmutableDoubleArray numbers, boolean areTexts) {

  /** Of a column that is no category. */
  static final Levels NONE = new Levels(ImmutableList.of(), ImmutableDoubleArray.of(), false);

  /** Those among numbers, some of which may be missing. */
  static Levels ofNumbers(double[] numbers) {
    double[] each = different(Arrays.stream(numbers).filter(x -> !Double.isNaN(x)));
    return new Levels(
        Arrays.stream(each).mapToObj(Levels::text).collect(toImmutableList()),
        ImmutableDoubleArray.copyOf(each),
        false);
  }

  /** Those of numbers that differ, ascending. */
  static double[] different(DoubleStream numbers) {
    return numbers.map(Levels::withoutSign).sorted().distinct().toArray();
  }

  /** These texts. */
  static Levels ofTexts(Collection<String> texts) {
    ImmutableList<String> names = texts.stream().distinct().sorted().collect(toImmutableList());
    return new Levels(
        names,
        ImmutableDoubleArray.copyOf(IntStream.range(0, names.size()).asDoubleStream()),
        true);
  }

  /** A number as a level's name: {@code 3}, {@code 0.5}. */
  static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }

  /** The number whose name a text is; NaN if it is that of none. */
  static double number(String text) {
    double number = CellText.number(text, TableFormat.standard());
    return text(number).equals(text) ? number : Double.NaN;
  }

  /** Zero has none. */
  private static double withoutSign(double number) {
    return number + 0.0;
  }

  /** How many there are. */
  int size() {
    return names.size();
  }

  /** Which level a number is, from 0; negative if it is none. */
  int index(double number) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Double.compare(numbers.get(middle), withoutSign(number));
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Which level has a name, from 0; negative if none has. */
  int index(String name) {
    return areTexts ? Collections.binarySearch(names, name) : names.indexOf(name);
  }
}
