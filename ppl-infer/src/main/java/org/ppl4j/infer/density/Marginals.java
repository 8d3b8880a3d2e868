package org.ppl4j.infer.density;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/** The normal scores of the columns of a table in standard units, where these are not normal. */
final class Marginals {

  private final ImmutableList<Optional<Marginal>> columns;

  /** Of each column; empty for one that stays as it is. */
  Marginals(List<Optional<Marginal>> columns) {
    this.columns = ImmutableList.copyOf(columns);
  }

  /** The identity. */
  static Marginals none(int columns) {
    return new Marginals(Collections.nCopies(columns, Optional.empty()));
  }

  /** The same but for columns, which stay as they are. */
  Marginals without(Set<Integer> left) {
    return new Marginals(
        IntStream.range(0, columns.size())
            .mapToObj(j -> left.contains(j) ? Optional.<Marginal>empty() : columns.get(j))
            .toList());
  }

  /** Those of some columns. */
  Marginals columns(int[] chosen) {
    return new Marginals(Arrays.stream(chosen).mapToObj(columns::get).toList());
  }

  /** The map of a column; empty if it stays as it is. */
  Optional<Marginal> column(int column) {
    return columns.get(column);
  }

  boolean isIdentity() {
    return columns.stream().allMatch(Optional::isEmpty);
  }

  /**
   * The scores of rows.
   *
   * @param logDet gets what each row's log-density has to gain, added
   */
  Table scores(Table rows, double[] logDet) {
    if (isIdentity()) {
      return rows;
    }
    double[] values = rows.range(0, rows.rows()).values();
    for (int i = 0; i < values.length; i++) {
      Optional<Marginal> margin = columns.get(i % columns.size());
      if (margin.isPresent()) {
        Marginal.Score score = margin.get().score(values[i]);
        values[i] = score.value();
        logDet[i / columns.size()] += score.logSlope();
      }
    }
    return rows.with(values);
  }

  /** The rows of scores. */
  Table rows(Table scores) {
    if (isIdentity()) {
      return scores;
    }
    double[] values = scores.range(0, scores.rows()).values();
    for (int i = 0; i < values.length; i++) {
      Optional<Marginal> margin = columns.get(i % columns.size());
      if (margin.isPresent()) {
        values[i] = margin.get().number(values[i]);
      }
    }
    return scores.with(values);
  }

  // --- files

  private static String name(String name, int column) {
    return name + ".margin." + column;
  }

  /** Adds them to a file, as a tensor for each column that is changed. */
  void write(TensorFile.Builder file, String name) {
    if (!isIdentity()) {
      Marginal.FAMILY.write(file);
    }
    for (int j = 0; j < columns.size(); j++) {
      String place = name(name, j);
      columns
          .get(j)
          .ifPresent(
              margin -> {
                double[] knots = margin.knots();
                Shape shape = new Shape(3, knots.length / 3);
                file.put(place, FloatType.FLOAT64, shape, knots);
              });
    }
  }

  /**
   * Those in a file.
   *
   * @throws IllegalArgumentException if one is damaged, or of another version
   */
  static Marginals read(TensorFile file, String name, int columns) {
    ImmutableList.Builder<Optional<Marginal>> all = ImmutableList.builder();
    for (int j = 0; j < columns; j++) {
      String place = name(name, j);
      TensorFile.Entry entry = file.entries().get(place);
      if (entry == null) {
        all.add(Optional.empty());
      } else {
        checkVersion(file, name);
        all.add(Optional.of(Marginal.ofKnots(file + " has '" + place + "'", entry.values())));
      }
    }
    return new Marginals(all.build());
  }

  /** Files of before have the version of each table's columns. */
  private static void checkVersion(TensorFile file, String name) {
    String version = name + ".margin.version";
    if (file.text(version) == null) {
      Marginal.FAMILY.check(file);
    } else {
      Marginal.FAMILY.check(file.toString(), (int) file.whole(version, 1, Integer.MAX_VALUE));
    }
  }
}
