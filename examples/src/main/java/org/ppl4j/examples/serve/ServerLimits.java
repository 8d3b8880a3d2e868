package org.ppl4j.examples.serve;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How much a {@link ScorerServer} takes.
 *
 * @param bodyBytes of a request; one that has more is refused by 413
 * @param rows of a request; 413
 * @param draws of a request, in all of its rows together; 422
 * @param clientTime how long a client may take to send its body, which is refused by 408 then, and
 *     as long again to take its answer, which is cut off then
 * @param workTime how long an answer may take, from where the body is there; 503
 * @param threads that read, answer and write, one request each
 * @param queue requests that may wait for a thread; more are refused by 503
 * @param stopTime how long requests that are there have to end when the server stops
 */
public record ServerLimits(
    int bodyBytes,
    int rows,
    int draws,
    Duration clientTime,
    Duration workTime,
    int threads,
    int queue,
    Duration stopTime) {

  /** Of sizes that are at least 1. */
  public ServerLimits {
    for (int size : new int[] {bodyBytes, rows, draws, threads, queue}) {
      checkArgument(
          size >= 1 && size < Integer.MAX_VALUE,
          "limits have a size of %s, but each is at least 1 and less than %s; pass another",
          size,
          Integer.MAX_VALUE);
    }
  }

  /** A mebibyte, 1,000 rows and 10,000 draws, in 10 seconds each; 64 threads and 1,024 waiting. */
  public static ServerLimits standard() {
    Duration usual = Duration.ofSeconds(10);
    return new ServerLimits(1 << 20, 1000, 10_000, usual, usual, 64, 1024, usual);
  }

  /** The same with so many bytes, rows and draws. */
  public ServerLimits withSizes(int bytes, int someRows, int someDraws) {
    return new ServerLimits(
        bytes, someRows, someDraws, clientTime, workTime, threads, queue, stopTime);
  }

  /** The same with these times. */
  public ServerLimits withTimes(Duration ofClients, Duration ofWork, Duration ofStop) {
    return new ServerLimits(bodyBytes, rows, draws, ofClients, ofWork, threads, queue, ofStop);
  }

  /** The same with so many threads, and requests that wait for them. */
  public ServerLimits withThreads(int running, int waiting) {
    return new ServerLimits(
        bodyBytes, rows, draws, clientTime, workTime, running, waiting, stopTime);
  }
}
