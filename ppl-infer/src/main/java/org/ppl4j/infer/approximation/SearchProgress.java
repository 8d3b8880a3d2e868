package org.ppl4j.infer.approximation;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.internal.Workers;

/** Shows how many paths of a search have ended. */
final class SearchProgress {

  private final Progress.Line line;
  private final AtomicInteger ended = new AtomicInteger();

  private SearchProgress(Progress.Line line) {
    this.line = line;
  }

  /** With so many paths to come; 0 if that is not known. */
  static SearchProgress start(Progress progress, int paths) {
    return new SearchProgress(progress.start("search", paths));
  }

  /** Follows paths by threads, as {@link Workers#all}. */
  <T> List<T> all(Workers workers, List<? extends Workers.Part<T>> paths) {
    List<Workers.Part<T>> counted =
        paths.stream()
            .<Workers.Part<T>>map(
                path ->
                    isStopped -> {
                      T end = path.run(isStopped);
                      ended.incrementAndGet();
                      return end;
                    })
            .toList();
    return workers.all(counted, () -> line.update(ended.get()));
  }

  void end() {
    line.end(ended.get());
  }
}
