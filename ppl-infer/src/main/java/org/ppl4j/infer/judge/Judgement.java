package org.ppl4j.infer.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.ppl4j.infer.SampleColumn;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * What chains that left an approximation say of it, for each number that it reports.
 *
 * @param rows by name, as in a {@link Summary}; without numbers that are the same in all draws
 * @param doubts what speaks against trusting the chains themselves, or against draws that chains
 *     are too short to judge
 * @param missing why there is none, in words; empty if there is
 */
public record Judgement(
    ImmutableMap<String, Judged> rows, ImmutableList<String> doubts, String missing) {

  /** So many rows are shown of those that are not right. */
  private static final int SHOWN = 5;

  /** Of these. */
  public Judgement {
    requireNonNull(rows, "rows");
    requireNonNull(doubts, "doubts");
    requireNonNull(missing, "missing");
  }

  /** None, for this reason. */
  public static Judgement unknown(String why) {
    return new Judgement(ImmutableMap.of(), ImmutableList.of(), why);
  }

  /**
   * Of an approximation's draws, by those of chains.
   *
   * @param draws that count alike
   * @param chains of the same model, or independent draws; sites that either has not are left out
   * @param doubts what speaks against these, or against the draws otherwise
   */
  static Judgement of(Samples draws, Samples chains, List<String> doubts) {
    ImmutableMap.Builder<String, Judged> rows = ImmutableMap.builder();
    for (String site : chains.names()) {
      if (draws.names().contains(site)) {
        List<SampleColumn> of = SampleColumn.of(draws, site);
        List<SampleColumn> by = SampleColumn.of(chains, site);
        for (int i = 0; i < by.size(); i++) {
          if (Arrays.stream(by.get(i).numbers()).distinct().count() > 1) {
            rows.put(
                by.get(i).name(),
                Judged.of(of.get(i).numbers(), by.get(i).chains(chains.chains())));
          }
        }
      }
    }
    return new Judgement(rows.buildOrThrow(), ImmutableList.copyOf(doubts), "");
  }

  /** The same with one more doubt. */
  Judgement doubted(String doubt) {
    return new Judgement(
        rows, ImmutableList.<String>builder().addAll(doubts).add(doubt).build(), missing);
  }

  /** The names of the numbers with a verdict. */
  public ImmutableSet<String> names(Verdict verdict) {
    return rows.entrySet().stream()
        .filter(row -> row.getValue().verdict() == verdict)
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** How many times as many draws it takes to tell what it cannot; at most 1 if that is nothing. */
  double drawsToTell() {
    return rows.values().stream()
        .filter(row -> row.verdict() == Verdict.UNKNOWN)
        .mapToDouble(Judged::drawsToTell)
        .max()
        .orElse(1);
  }

  /** Whether there is one. */
  public boolean isKnown() {
    return missing.isEmpty();
  }

  /** Whether every number is right, by chains that nothing speaks against. */
  public boolean isRight() {
    return isKnown() && doubts.isEmpty() && names(Verdict.RIGHT).size() == rows.size();
  }

  /** What speaks against the approximation, each in words; empty if nothing was found. */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    worst()
        .filter(row -> row.getValue().verdict() == Verdict.OFF)
        .findFirst()
        .ifPresent(
            row ->
                warnings.add(
                    String.format(
                        Locale.ROOT,
                        "chains that left it find %,d of %,d numbers off, most of all '%s', whose"
                            + " %s; take a richer approximation, other variables"
                            + " (Reparam.automatic()), or Inference.of(model)",
                        names(Verdict.OFF).size(),
                        rows.size(),
                        row.getKey(),
                        words(row.getValue()))));
    warnings.addAll(doubts);
    return warnings.build();
  }

  private Stream<Map.Entry<String, Judged>> worst() {
    return rows.entrySet().stream()
        .filter(row -> row.getValue().verdict() != Verdict.RIGHT)
        .sorted(Comparator.comparingDouble(row -> -distance(row.getValue())));
  }

  /** How many are right, then those that are most off, a line each, then what is doubted. */
  @Override
  public String toString() {
    if (!isKnown()) {
      return "not judged by chains: " + missing;
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d of %,d numbers %s, %,d %s, %,d not told",
            names(Verdict.RIGHT).size(),
            rows.size(),
            Verdict.RIGHT,
            names(Verdict.OFF).size(),
            Verdict.OFF,
            names(Verdict.UNKNOWN).size()));
    double times = Math.ceil(drawsToTell());
    if (times > 1 && Double.isFinite(times)) {
      text.append(
          String.format(Locale.ROOT, ", which %,.0f times as many draws would tell", times));
    }
    worst()
        .limit(SHOWN)
        .forEach(
            row ->
                text.append(
                    String.format(
                        "%n  %s: %s; its %s",
                        row.getKey(), row.getValue().verdict(), words(row.getValue()))));
    text.append(Wording.warnings(doubts));
    return text.toString();
  }

  private static double distance(Judged row) {
    return Math.max(
        Math.max(Math.abs(row.shift()), Math.abs(Math.log(row.ratio()))),
        Math.abs(row.below() - 0.5));
  }

  private static String words(Judged row) {
    return String.format(
        Locale.ROOT,
        "mean is %+.2f sd (± %.2f) from that of the chains, its sd %.2f times (± %.2f) theirs, with"
            + " %.0f%% (± %.0f%%) of its draws below their median",
        row.shift(),
        row.shiftError(),
        row.ratio(),
        row.ratioError(),
        100 * row.below(),
        100 * row.belowError());
  }
}
