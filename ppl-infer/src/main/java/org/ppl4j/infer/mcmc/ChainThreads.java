package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Workers;

/** Runs chains on threads, while the thread that asked shows how far they are. */
final class ChainThreads {

  private final List<Chain> chains;

  private ChainThreads(List<Chain> chains) {
    this.chains = chains;
  }

  /**
   * Runs chains until all have ended. Interrupting the thread that waits ends each after its
   * iteration, and leaves the thread's flag set.
   *
   * @param threads how many run at once
   * @return whether one of them was cut short by that
   */
  static boolean run(List<Chain> chains, int threads, Progress.Line line) {
    ChainThreads all = new ChainThreads(chains);
    List<Workers.Part<Boolean>> parts = new ArrayList<>();
    for (Chain chain : chains) {
      parts.add(chain::run);
    }
    try (Workers workers = Workers.of("chain", Math.min(threads, chains.size()))) {
      return workers.all(parts, () -> line.update(all.done(), all::state)).contains(false);
    } finally {
      line.end(all.done(), all::state);
    }
  }

  private int done() {
    return chains.stream().mapToInt(Chain::iterations).sum();
  }

  private String state() {
    double stepSize =
        chains.stream()
            .mapToDouble(Chain::stepSize)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN);
    int divergences = chains.stream().mapToInt(Chain::divergences).sum();
    String step =
        Double.isNaN(stepSize) ? "" : String.format(Locale.ROOT, "step size %.3g, ", stepSize);
    return step + String.format(Locale.ROOT, "%,d divergences", divergences);
  }
}
