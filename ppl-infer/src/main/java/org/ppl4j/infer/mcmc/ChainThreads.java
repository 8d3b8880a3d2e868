package org.ppl4j.infer.mcmc;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.internal.Workers;

/**
 * Runs chains on threads, while the thread that asked shows how far they are. Where there are more
 * chains than threads they take turns, so that all end at about the same time.
 */
final class ChainThreads {

  /** Iterations of a turn. */
  private static final int TURN = 20;

  /** What chains are at. */
  private interface Stage {

    /** Goes on with one, by at most so many iterations; whether it is at the stage's end. */
    boolean isAtEnd(Chain chain, int most, BooleanSupplier isStopped);
  }

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
    int most = Math.min(threads, chains.size());
    try (Workers workers = Workers.of("chain", most)) {
      boolean isCut = all.isCut(workers, most, line, chains, Chain::warmUp);
      List<Chain> again = all.beginAgain(isCut);
      while (!again.isEmpty()) {
        isCut = all.isCut(workers, most, line, again, Chain::warmUp);
        again = all.beginAgain(isCut);
      }
      return all.isCut(workers, most, line, chains, Chain::run) || isCut;
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
      Workers workers, int threads, Progress.Line line, List<Chain> some, Stage stage) {
    Queue<Chain> waiting = new ConcurrentLinkedQueue<>(some);
    Workers.Part<Boolean> part =
        isStopped -> isCut(waiting, stage, () -> isStopped.getAsBoolean() || isOver.getAsBoolean());
    return workers
        .all(Collections.nCopies(threads, part), () -> line.update(done(), this::state))
        .contains(true);
  }

  /** One thread's part: it takes a chain, and puts it back behind the others. */
  private static boolean isCut(Queue<Chain> waiting, Stage stage, BooleanSupplier isStopped) {
    for (Chain chain = waiting.poll(); chain != null; chain = waiting.poll()) {
      if (!stage.isAtEnd(chain, TURN, isStopped)) {
        if (isStopped.getAsBoolean()) {
          return true;
        }
        waiting.add(chain);
      }
    }
    return false;
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
