package org.ppl4j.infer;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws.Batch;
import org.ppl4j.infer.Draws.Executed;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;

/**
 * Whether programs can be executed for many draws at once: a few at once must be what each of them
 * is alone.
 *
 * <p>They are as many as no dim of the programs is long, so that no row of data is taken for a
 * draw.
 *
 * @param whyNot empty if they can; else what goes wrong and what to do
 * @param numbers that the operations of one draw hold
 */
record ManyDraws(Optional<String> whyNot, long numbers) {

  /** How programs are written that can. */
  private static final String WAY =
      "to have them at once, count axes from the right, pick by p.pick(values, index), multiply by"
          + " p.matVec(x, w), and let expand and reshape leave the dims on the left as they are";

  /**
   * Executes programs for a few draws, without the checks of first runs.
   *
   * @param nesting how many dims plates own
   * @param draws how many there are; of one nothing is asked
   */
  static ManyDraws of(RunConfig config, int nesting, int draws, Executed programs) {
    try (Run run = Run.open(config.withValidation(Validation.OFF), 0)) {
      return run.withoutGradients(() -> look(run, nesting, draws, programs));
    }
  }

  private static ManyDraws look(Run run, int nesting, int draws, Executed programs) {
    Batch one = new Batch(run, 0, 0, 0, null);
    List<Trace> alone = programs.record(one);
    long numbers = run.numbers();
    boolean isEmpty = alone.stream().allMatch(trace -> trace.sites().isEmpty());
    int count = Math.min(draws, unlike(alone));
    String fault =
        count == 1 || isEmpty
            ? ""
            : new FewDraws(new Batch(run, 0, count, nesting, null), programs).fault(alone);
    return new ManyDraws(
        fault.isEmpty()
            ? Optional.empty()
            : Optional.of("with %s draws at once %s; %s".formatted(count, fault, WAY)),
        numbers);
  }

  /** The least number from 3 that no dim of a site is long. */
  private static int unlike(List<Trace> traces) {
    Set<Long> sizes = new HashSet<>();
    for (Trace trace : traces) {
      for (SampleSite site : trace.sites()) {
        for (long size : site.value().getShape().getShape()) {
          sizes.add(size);
        }
      }
      trace.plates().forEach(plate -> sizes.add(plate.batch()));
    }
    int count = 3;
    while (sizes.contains((long) count)) {
      count++;
    }
    return count;
  }
}
