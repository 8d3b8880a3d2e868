package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Streams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;

/**
 * Runs chains where a place runs them. Each goes on to its end at once; those that turn out to be
 * stuck, which all warm-ups together show, begin again from there, as {@link ChainThreads} has it.
 */
final class ChainsElsewhere {

  private ChainsElsewhere() {}

  /**
   * Until all have ended.
   *
   * @param moved the sites that searches moved; null if none chose the variables
   */
  static void run(
      List<Chain> chains,
      ChainPlace place,
      @Nullable ImmutableSet<String> moved,
      Progress.Line line) {
    try {
      List<Chain> left = chains;
      while (!left.isEmpty()) {
        ImmutableList<ChainWork> works =
            left.stream().map(chain -> chain.work(moved)).collect(ImmutableList.toImmutableList());
        List<ChainDone> done = place.run(works);
        checkState(
            done.size() == works.size(),
            "place ran %s chains, but was given %s; let it return what came of each",
            done.size(),
            works.size());
        Streams.forEachPair(left.stream(), done.stream(), Chain::take);
        left = StuckChains.among(chains).stream().filter(Chain::beginAgain).toList();
      }
    } finally {
      line.end(
          chains.stream().mapToInt(Chain::iterations).sum(),
          () -> chains.stream().mapToInt(Chain::divergences).sum() + " divergences");
    }
  }
}
