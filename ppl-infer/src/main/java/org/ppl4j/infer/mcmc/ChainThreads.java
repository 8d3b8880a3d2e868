package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Workers;

/** Runs chains on threads, while the thread that asked shows how far they are. */
final class ChainThreads {

  private final List<Chain> chains;
  private final BooleanSupplier isOver;

  private ChainThreads(List<Chain> chains, BooleanSupplier isOver) {
    this.chains = chains;
    this.isOver = isOver;
  }

  /**
   * Runs chains until all have ended, on after all have warmed up: those that are stuck then begin
   * again. Interrupting the thread that waits ends each after its iteration, and leaves the
   * thread's flag set.
   *
   * @param threads how many run at once
   * @param isOver whether their time is, which ends them likewise
   * @return whether one of them was cut short
   */
  static boolean run(List<Chain> chains, int threads, BooleanSupplier isOver, Progress.Line line) {
    ChainThreads all = new ChainThreads(chains, isOver);
    try (Workers workers = Workers.of("chain", Math.min(threads, chains.size()))) {
      boolean isCut = all.isCut(workers, line, chains, Chain::warmUp);
      List<Chain> again = all.beginAgain(isCut);
      while (!again.isEmpty()) {
        isCut = all.isCut(workers, line, again, Chain::warmUp);
        again = all.beginAgain(isCut);
      }
      return all.isCut(workers, line, chains, Chain::run) || isCut;
    } finally {
      line.end(all.done(), all::state);
    }
  }

  private List<Chain> beginAgain(boolean isCut) {
    return isCut
        ? List.of()
        : StuckChains.among(chains).stream().filter(Chain::beginAgain).toList();
  }

  private boolean isCut(
      Workers workers,
      Progress.Line line,
      List<Chain> some,
      BiPredicate<Chain, BooleanSupplier> part) {
    List<Workers.Part<Boolean>> parts = new ArrayList<>();
    for (Chain chain : some) {
      parts.add(
          isStopped -> part.test(chain, () -> isStopped.getAsBoolean() || isOver.getAsBoolean()));
    }
    return workers.all(parts, () -> line.update(done(), this::state)).contains(false);
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
