package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** The latest times that a fit fell back to the engine, and what nobody was told of yet. */
final class FallBacks {

  /** So many are kept. */
  private static final int MOST = 10;

  private final List<FallBack> latest = new ArrayList<>();
  private final List<FallBack> news = new ArrayList<>();

  void add(FallBack fallBack) {
    latest.add(fallBack);
    news.add(fallBack);
    if (latest.size() > MOST) {
      latest.remove(0);
    }
  }

  /** A step is made from a record: again, if there was a fall-back since the one before. */
  void recorded(long step) {
    if (!latest.isEmpty() && latest.get(latest.size() - 1).recordedFrom() == 0) {
      FallBack over = latest.remove(latest.size() - 1).recordedFrom(step);
      latest.add(over);
      news.add(over);
    }
  }

  /** Those that fell back, or are recorded again, since this was asked before. */
  ImmutableList<FallBack> news() {
    if (news.isEmpty()) {
      return ImmutableList.of();
    }
    ImmutableList<FallBack> all = ImmutableList.copyOf(news);
    news.clear();
    return all;
  }

  /** The latest, the oldest of them first. */
  ImmutableList<FallBack> latest() {
    return ImmutableList.copyOf(latest);
  }

  /** Goes on after these. */
  void goOn(List<FallBack> saved) {
    latest.clear();
    latest.addAll(saved);
    news.clear();
  }
}
