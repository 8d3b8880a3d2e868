package org.ppl4j.spark;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.Scorer;

/** A scorer in its file's form, which is loaded once in each JVM that asks it. */
final class SentScorer implements Serializable {

  private static final long serialVersionUID = 1;

  /** What it answers of a row. */
  interface Answers {

    /** Its own columns. */
    ImmutableList<String> names();

    /** Those that are given; none of a density of rows. */
    ImmutableList<String> given();

    double logProb(Row cells);

    PlainInterval interval(double probability, Row cells);

    double[] sample(long seed, Row cells);
  }

  private final byte[] file;
  private final boolean isConditional;
  private transient volatile @Nullable Answers answers;

  private SentScorer(byte[] file, boolean isConditional) {
    this.file = file;
    this.isConditional = isConditional;
  }

  static SentScorer of(Scorer scorer) {
    return new SentScorer(bytes(scorer::save), false);
  }

  static SentScorer of(ConditionalScorer scorer) {
    return new SentScorer(bytes(scorer::save), true);
  }

  private static byte[] bytes(Consumer<Path> save) {
    try {
      Path file = Files.createTempFile("scorer", ".tensors");
      try {
        save.accept(file);
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answers answers() {
    Answers loaded = answers;
    if (loaded == null) { // two threads may load it: they are the same
      loaded = load();
      answers = loaded;
    }
    return loaded;
  }

  private Answers load() {
    try {
      Path path = Files.createTempFile("scorer", ".tensors");
      try {
        Files.write(path, file);
        return isConditional
            ? new Given(ConditionalScorer.load(path))
            : new OfRows(Scorer.load(path));
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some cells by name; an absent one is null. */
  private static Map<String, @Nullable Object> cells(List<String> names, Row row) {
    Map<String, @Nullable Object> cells = new HashMap<>();
    for (String name : names) {
      Object cell = row.get(row.fieldIndex(name));
      cells.put(
          name,
          cell instanceof Date date
              ? date.toLocalDate()
              : cell instanceof Timestamp time ? time.toLocalDateTime() : cell);
    }
    return cells;
  }

  private record OfRows(Scorer scorer) implements Answers {

    @Override
    public ImmutableList<String> names() {
      return scorer.names();
    }

    @Override
    public ImmutableList<String> given() {
      return ImmutableList.of();
    }

    @Override
    public double logProb(Row row) {
      return scorer.logProb(cells(names(), row));
    }

    @Override
    public PlainInterval interval(double probability, Row row) {
      return scorer.interval(probability);
    }

    @Override
    public double[] sample(long seed, Row row) {
      return scorer.sample(1, seed)[0];
    }
  }

  private record Given(ConditionalScorer scorer) implements Answers {

    @Override
    public ImmutableList<String> names() {
      return scorer.names();
    }

    @Override
    public ImmutableList<String> given() {
      return scorer.contextNames();
    }

    @Override
    public double logProb(Row row) {
      return scorer.logProb(cells(names(), row), cells(given(), row));
    }

    @Override
    public PlainInterval interval(double probability, Row row) {
      return scorer.interval(probability, cells(given(), row));
    }

    @Override
    public double[] sample(long seed, Row row) {
      return scorer.sample(1, seed, cells(given(), row))[0];
    }
  }
}
