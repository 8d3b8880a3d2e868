package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.ppl4j.Parcel;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.RowSimulator;
import org.ppl4j.infer.sbi.SimulatedRows;
import org.ppl4j.infer.sbi.SimulationException;
import org.ppl4j.infer.sbi.SimulationRows;
import org.ppl4j.infer.sbi.Simulations;

/**
 * Simulations for {@link Npe} on the executors of a cluster, to the bits of {@link
 * Npe#simulate(int)}.
 *
 * <pre>{@code
 * Simulations simulations = SparkSimulations.on(spark).simulate(npe, 1_000_000, file);
 * NeuralPosterior posterior = npe.fit(simulations);
 * }</pre>
 *
 * <p>A task simulates a block of 500 rows. The simulator travels, so it is a lambda that captures
 * what travels ({@link Parcel}), or {@code Simulator.of} a program.
 */
public final class SparkSimulations {

  private static final int ROUND = 50_000; // rows between two files

  private final Cluster cluster;

  private SparkSimulations(Cluster cluster) {
    this.cluster = cluster;
  }

  /** On the executors of a session. */
  public static SparkSimulations on(SparkSession spark) {
    return new SparkSimulations(Cluster.of(spark));
  }

  /**
   * Simulates.
   *
   * @param count how many rows, at least 1
   * @throws IllegalArgumentException if the simulator holds something that cannot travel: the
   *     message names it
   * @throws SimulationException as {@link Npe#simulate(int)}
   */
  public Simulations simulate(Npe npe, int count) {
    return npe.simulate(count, this::run);
  }

  /**
   * Simulates in rounds of 50,000 rows, each of which is added to a file. If there is one it goes
   * on from there, to the bits of one run: after a driver that died, say, or for more.
   *
   * @param count how many rows in all, at least 1
   * @throws IllegalArgumentException as {@link #simulate(Npe, int)}, or if the file has simulations
   *     of another prior or seed, or more
   * @throws java.io.UncheckedIOException if the file cannot be read or written
   */
  public Simulations simulate(Npe npe, int count, Path file) {
    return simulate(npe, count, file, ROUND);
  }

  Simulations simulate(Npe npe, int count, Path file, int round) {
    checkArgument(count >= 1, "cluster is asked for %s simulations, but needs at least 1", count);
    requireNonNull(file, "file");
    Simulations made;
    if (Files.exists(file)) {
      made = Simulations.load(file);
    } else {
      made = npe.simulate(Math.min(count, round), this::run);
      made.save(file);
    }
    while (made.tried() < count) {
      made = npe.simulate(Math.min(count, made.tried() + round), made, this::run);
      made.save(file);
    }
    return npe.simulate(count, made, this::run); // checks that they are those
  }

  private List<SimulatedRows> run(RowSimulator simulator, List<SimulationRows> blocks) {
    Broadcast<Parcel<RowSimulator>> sent = cluster.sent(Parcel.ofCode(simulator));
    try {
      SimulationRows first = blocks.get(0);
      SimulationRows last = blocks.get(blocks.size() - 1);
      return cluster.run("simulations, %s … %s".formatted(first, last), blocks, new OneBlock(sent));
    } finally {
      sent.destroy();
    }
  }

  /** What a task does. */
  private record OneBlock(Broadcast<Parcel<RowSimulator>> sent)
      implements Function<SimulationRows, SimulatedRows> {

    @Override
    public SimulatedRows call(SimulationRows rows) {
      return sent.value().open().run(rows, TaskContext.get()::isInterrupted);
    }
  }
}
