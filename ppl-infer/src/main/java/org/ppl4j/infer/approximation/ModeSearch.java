package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;

/**
 * The modes that searches from several starts ended at.
 *
 * @param modes the highest first, at least one
 * @param atHighest how many searches ended there
 * @param starts how many searches there were
 * @param failures why each of the others ended at none
 */
record ModeSearch(
    ImmutableList<Mode> modes, int atHighest, int starts, ImmutableList<Failure> failures) {

  /**
   * A search that ended at no mode.
   *
   * @param value of the log density where it ended
   * @param isCut whether it might have gone on
   */
  record Failure(double value, String why, boolean isCut) {}

  /**
   * Searches.
   *
   * @throws IllegalStateException if none ends at a mode
   * @throws InterruptionException if the thread is interrupted
   */
  static ModeSearch of(Target<?> target, Lbfgs optimizer, int starts) {
    List<Mode> ends = new ArrayList<>(); // one a search
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Lbfgs.Minimum end =
          optimizer.minimize(
              target.negative(),
              target.start(i),
              step -> {
                InterruptionException.check("laplace", null);
                return true;
              });
      Mode known = known(ends, end.x());
      if (known != null) {
        ends.add(known);
        continue;
      }
      Mode.Found found = Mode.near(target, end.x());
      if (found.mode().isEmpty()) {
        boolean isCut = end.stop() == Lbfgs.Stop.ITERATIONS;
        failures.add(new Failure(-end.value(), found.failure(), isCut));
        continue;
      }
      Mode mode = found.mode().get();
      Mode same = known(ends, mode.normal().location());
      ends.add(same == null ? mode : same);
    }
    if (ends.isEmpty()) {
      throw new IllegalStateException(none(starts, failures));
    }
    Mode highest = ends.stream().max(Comparator.comparingDouble(Mode::value)).orElseThrow();
    ImmutableList<Mode> modes =
        ends.stream()
            .distinct()
            .sorted(Comparator.comparingDouble(mode -> -mode.value()))
            .collect(ImmutableList.toImmutableList());
    int atHighest = (int) ends.stream().filter(highest::equals).count();
    return new ModeSearch(modes, atHighest, starts, ImmutableList.copyOf(failures));
  }

  private static @Nullable Mode known(List<Mode> modes, double[] end) {
    return modes.stream().filter(mode -> mode.isAt(end)).findFirst().orElse(null);
  }

  private static String none(int starts, List<Failure> failures) {
    Failure highest =
        failures.stream().max(Comparator.comparingDouble(Failure::value)).orElseThrow();
    boolean areCut = failures.stream().allMatch(Failure::isCut);
    return String.format(
        Locale.ROOT,
        "laplace found no mode from %s starts: where the highest search ended, at a log density of"
            + " %.6g, %s; %s",
        starts,
        highest.value(),
        highest.why(),
        areCut
            ? "all searches were cut short, as where numbers are of very different scales: write"
                + " the model in other units, or take Nuts.of(model), which learns them"
            : "give each site a proper prior, or, if each has one, write the model in other"
                + " variables or take Pathfinder.of(model), which needs no mode");
  }

  Mode highest() {
    return modes.get(0);
  }

  /** What speaks against one mode standing for the posterior. */
  ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    int others = starts - failures.size() - atHighest;
    if (others > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s of %s starts ended at %s, whose log density is %.3g lower at least: the"
                  + " posterior has several modes, and this describes one",
              others,
              starts,
              modes.size() == 2 ? "another mode" : (modes.size() - 1) + " other modes",
              highest().value() - modes.get(1).value()));
    }
    if (!failures.isEmpty()) {
      Failure worst =
          failures.stream().max(Comparator.comparingDouble(Failure::value)).orElseThrow();
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s of %s starts ended at no mode: at a log density %.3g %s than the mode's, %s",
              failures.size(),
              starts,
              Math.abs(worst.value() - highest().value()),
              worst.value() > highest().value() ? "higher" : "lower",
              worst.why()));
    }
    String note = highest().hessian().note();
    if (!note.isEmpty()) {
      warnings.add(note);
    }
    return warnings.build();
  }
}
