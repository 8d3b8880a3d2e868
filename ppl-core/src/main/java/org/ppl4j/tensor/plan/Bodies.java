package org.ppl4j.tensor.plan;

import java.util.IdentityHashMap;

/** What a replay runs the bodies of its scans on, and how many steps of each it does. */
final class Bodies {

  private final IdentityHashMap<ScanStep, Replay> all = new IdentityHashMap<>();
  private int most = Integer.MAX_VALUE;

  /** That of a scan, which is made when first asked for. */
  Replay of(ScanStep scan, Plan plan) {
    return all.computeIfAbsent(scan, key -> plan.replay());
  }

  /** How many steps are done at most. */
  int most() {
    return most;
  }

  /** From now on no more than so many, the last of which stands for all that would come after. */
  void cut(int steps) {
    most = steps;
  }
}
