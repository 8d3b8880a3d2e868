package org.ppl4j.spark;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Parcel;
import org.ppl4j.infer.mcmc.ChainDone;
import org.ppl4j.infer.mcmc.ChainEnds;
import org.ppl4j.infer.mcmc.ChainPlace;
import org.ppl4j.infer.mcmc.ChainWork;
import org.ppl4j.infer.mcmc.Mcmc;
import org.ppl4j.infer.mcmc.McmcRun;

/**
 * Runs the chains of a sampler on the executors of a cluster, a task each, to the bits of {@link
 * Mcmc#run(Object)}.
 *
 * <pre>{@code
 * try (McmcRun<Houses> run = SparkChains.on(spark).run(Nuts.of(MODEL).chains(8), houses)) {
 *   System.out.println(run.summary());
 * }
 * }</pre>
 *
 * <p>Where chains begin is searched on the driver. Model, settings and data are sent once an
 * executor, as a {@link Parcel}; what a chain did comes back in plain numbers. A sampler that has a
 * store of parameters ({@link Mcmc#params}) does not travel.
 */
public final class SparkChains {

  private final Cluster cluster;

  private SparkChains(Cluster cluster) {
    this.cluster = cluster;
  }

  /** On the executors of a session. */
  public static SparkChains on(SparkSession spark) {
    return new SparkChains(Cluster.of(spark));
  }

  /**
   * Runs the chains.
   *
   * @throws IllegalArgumentException as {@link Mcmc#run(Object, ChainPlace)}, or if the sampler or
   *     the data hold something that cannot travel: the message names it
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public <D extends @Nullable Object> McmcRun<D> run(Mcmc<D, ?> sampler, D data) {
    try (Place<D> place = new Place<>(cluster, sampler, data)) {
      return sampler.run(data, place);
    }
  }

  /**
   * Goes on with chains from where they ended, as {@link Mcmc#resume(Object, ChainEnds)}.
   *
   * @throws IllegalArgumentException as {@link #run}, or if the ends are of another run
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public <D extends @Nullable Object> McmcRun<D> resume(
      Mcmc<D, ?> sampler, D data, ChainEnds ends) {
    try (Place<D> place = new Place<>(cluster, sampler, data)) {
      return sampler.resume(data, ends, place);
    }
  }

  /** The executors, which have a sampler and its data. */
  private static final class Place<D extends @Nullable Object>
      implements ChainPlace, AutoCloseable {

    private final Cluster cluster;
    private final String description;
    private final Broadcast<Parcel<Mcmc<D, ?>>> sampler;
    private final Broadcast<Parcel<D>> data;

    Place(Cluster cluster, Mcmc<D, ?> sampler, D data) {
      this.cluster = cluster;
      this.description = requireNonNull(sampler, "sampler").toString();
      Parcel<Mcmc<D, ?>> code = Parcel.ofCode(sampler);
      Parcel<D> sent = Parcel.ofData(data);
      this.sampler = cluster.sent(code);
      this.data = cluster.sent(sent);
    }

    @Override
    public List<ChainDone> run(List<ChainWork> works) {
      return cluster.run(description + ": " + works, works, new OneChain<>(sampler, data));
    }

    @Override
    public void close() {
      sampler.destroy();
      data.destroy();
    }
  }

  /** What a task does. */
  private record OneChain<D extends @Nullable Object>(
      Broadcast<Parcel<Mcmc<D, ?>>> sampler, Broadcast<Parcel<D>> data)
      implements Function<ChainWork, ChainDone> {

    @Override
    public ChainDone call(ChainWork work) {
      Mcmc<D, ?> of = sampler.value().open();
      return of.run(data.value().open(), work, TaskContext.get()::isInterrupted);
    }
  }
}
