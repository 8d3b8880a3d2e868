package org.ppl4j.tensor.internal.plan;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** What a replay runs the bodies of its scans on, and how many steps of each it does. */
final class Bodies {

  private final IdentityHashMap<ScanStep, Body> all = new IdentityHashMap<>();
  private int most = Integer.MAX_VALUE;

  /** A body. */
  static final class Body {

    final PlanReplay replay;
    int done; // how many steps, until there is code
    ScanCode.@Nullable Steps code;
    ScanCode.@Nullable Steps again; // of a segment that is done again
    int segment; // the one that was done again last

    private Body(PlanReplay replay) {
      this.replay = replay;
    }
  }

  /** That of a scan, which is made when first asked for. */
  Body of(ScanStep scan, Plan plan) {
    return all.computeIfAbsent(scan, key -> new Body(plan.replay()));
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
