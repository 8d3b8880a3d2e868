package org.ppl4j.infer.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;

/**
 * What chains that left an approximation say of it, for each number that it reports.
 *
 * @param rows by name, as in a {@link Summary}; without numbers that are the same in all draws
 * @param doubts what speaks against trusting the chains themselves
 */
public record Judgement(ImmutableMap<String, Judged> rows, ImmutableList<String> doubts) {

  /** So many rows are shown of those that are not right. */
  private static final int SHOWN = 5;

  /** Of these. */
  public Judgement {
    requireNonNull(rows, "rows");
    requireNonNull(doubts, "doubts");
  }

  /**
   * Of an approximation's draws, by those of chains.
   *
   * @param draws that count alike
   * @param chains of the same model, or independent draws; sites that either has not are left out
   */
  static Judgement of(Samples draws, Samples chains) {
    ImmutableMap.Builder<String, Judged> rows = ImmutableMap.builder();
    for (String site : chains.names()) {
      if (draws.names().contains(site)) {
        double[] of = draws.values(site);
        double[] by = chains.values(site);
        int size = (int) chains.shape(site).size();
        for (int i = 0; i < size; i++) {
          double[][] judges = chains(column(by, i, size), Math.max(chains.chains(), 1));
          if (Arrays.stream(judges).flatMapToDouble(Arrays::stream).distinct().count() > 1) {
            rows.put(
                site + Summary.subscript(chains.shape(site), i),
                Judged.of(column(of, i, size), judges));
          }
        }
      }
    }
    return new Judgement(rows.buildOrThrow(), chains.summary().warnings());
  }

  /** The numbers at one place, draw by draw. */
  static double[] column(double[] values, int place, int size) {
    return IntStream.range(0, values.length / size)
        .mapToDouble(i -> values[i * size + place])
        .toArray();
  }

  private static double[][] chains(double[] column, int chains) {
    int length = column.length / chains;
    return IntStream.range(0, chains)
        .mapToObj(c -> Arrays.copyOfRange(column, c * length, (c + 1) * length))
        .toArray(double[][]::new);
  }

  /** The names of the numbers with a verdict. */
  public ImmutableSet<String> names(Verdict verdict) {
    return rows.entrySet().stream()
        .filter(row -> row.getValue().verdict() == verdict)
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** Whether every number is right, by chains that nothing speaks against. */
  public boolean isRight() {
    return doubts.isEmpty() && names(Verdict.RIGHT).size() == rows.size();
  }

  /** How many are right, then those that are most off, a line each, then what is doubted. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "of %,d numbers %,d are %s, %,d off, of %,d it %s",
            rows.size(),
            names(Verdict.RIGHT).size(),
            Verdict.RIGHT,
            names(Verdict.OFF).size(),
            names(Verdict.UNKNOWN).size(),
            Verdict.UNKNOWN));
    rows.entrySet().stream()
        .filter(row -> row.getValue().verdict() != Verdict.RIGHT)
        .sorted(Comparator.comparingDouble(row -> -distance(row.getValue())))
        .limit(SHOWN)
        .forEach(row -> text.append(line(row.getKey(), row.getValue())));
    doubts.forEach(doubt -> text.append(String.format("%n  WARNING: %s", doubt)));
    return text.toString();
  }

  private static double distance(Judged row) {
    return Math.max(Math.abs(row.shift()), Math.abs(Math.log(row.ratio())));
  }

  private static String line(String name, Judged row) {
    return String.format(
        Locale.ROOT,
        "%n  %s: %s; its mean is %+.2f sd (± %.2f) from that of the chains, its sd %.2f times (±"
            + " %.2f) theirs",
        name,
        row.verdict(),
        row.shift(),
        row.shiftError(),
        row.ratio(),
        row.ratioError());
  }
}
