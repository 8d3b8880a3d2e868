package org.ppl4j;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * A trace with the settings of its run, which a file keeps. It is replayed with the same bits:
 *
 * <pre>{@code
 * SavedTrace.of(run, trace).save(file);
 *
 * SavedTrace saved = SavedTrace.load(file);
 * try (Run run = saved.open()) {
 *   Program<Data> same = model.with(new Replay(saved.trace()));
 *   Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, same, data);
 * }
 * }</pre>
 *
 * <p>What is loaded has of each site its name, kind, value, log probability, plates and weight; no
 * distribution, as a {@linkplain Trace#detached detached} trace. Values need no manager. They carry
 * how near to the end of its support a draw was, also where a number cannot tell. A run that is
 * {@linkplain #open opened} with the settings draws what the trace does not have as the first run
 * would. Data are not in the file, nor are parameters, which a {@link
 * org.ppl4j.params.ParamStore#save ParamStore} saves.
 *
 * @param config the settings of the run
 * @param counter the run's counter, of which its noise depends
 * @param trace what it did
 */
public record SavedTrace(RunConfig config, long counter, Trace trace) {

  /** Of these. */
  public SavedTrace {
    requireNonNull(config, "config");
    requireNonNull(trace, "trace");
  }

  /** Of an execution in a run. */
  public static SavedTrace of(Run run, Trace trace) {
    return new SavedTrace(run.config(), run.counter(), trace);
  }

  /**
   * Writes it to a file, over an older one: a file of the safetensors format, which other programs
   * read.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   * @throws IllegalArgumentException if a site has all values of its support, to be summed out
   * @throws IllegalStateException if the trace was detached, so that log probabilities are gone
   */
  public void save(Path file) {
    TraceFile.write(file, this);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws java.io.UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it is damaged, or another file
   */
  public static SavedTrace load(Path file) {
    return TraceFile.read(file);
  }

  /** A run with the settings and the counter of the first. */
  @MustBeClosed
  public Run open() {
    return Run.open(config, counter);
  }
}
