package org.ppl4j.infer.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import java.util.Optional;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * What {@link Inference} did, and what speaks against trusting its draws.
 *
 * @param stages what it tried, in order
 * @param plan what it decided
 * @param judgement of the searches' normal distributions by the chains that gave the draws; empty
 *     if no search led to one
 * @param warnings what speaks against trusting the draws, each in words; empty if nothing was found
 * @param seconds that it took, on the clock
 */
public record InferenceReport(
    ImmutableList<Stage> stages,
    InferencePlan plan,
    Optional<Judgement> judgement,
    ImmutableList<String> warnings,
    double seconds) {

  /**
   * One thing that was tried.
   *
   * @param name of the method and of the variables that it saw
   * @param why it was tried
   * @param found what came of it
   * @param seconds that it took, on the clock
   */
  public record Stage(String name, String why, String found, double seconds) {

    /** Of these. */
    public Stage {
      requireNonNull(name, "name");
      requireNonNull(why, "why");
      requireNonNull(found, "found");
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s, %s: %s (%.2f s)", name, why, found, seconds);
    }
  }

  /** Of these. */
  public InferenceReport {
    requireNonNull(stages, "stages");
    requireNonNull(plan, "plan");
    requireNonNull(judgement, "judgement");
    requireNonNull(warnings, "warnings");
  }

  /** Whether nothing speaks against the draws. */
  public boolean isRight() {
    return warnings.isEmpty();
  }

  /** The verdict, then lines: each stage, what chains say of the searches alone, the warnings. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "inference: %s, in %.2f s",
            isRight() ? "nothing speaks against these draws" : "these draws are not to be trusted",
            seconds));
    for (Stage stage : stages) {
      text.append(String.format("%n  %s", stage));
    }
    judgement.ifPresent(
        found ->
            text.append(
                String.format(
                    "%n  the searches alone, without chains: %s",
                    found.toString().lines().findFirst().orElse(""))));
    text.append(Wording.warnings(warnings));
    return text.toString();
  }
}
