package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.Iterators;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Parcel;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.internal.SetAside;
import org.ppl4j.tensor.JavaMap;

/**
 * The log density of rows on executors as a function of the values of a model's sites. What comes
 * of blocks is added in their order, so that it has the same bits wherever they are.
 */
final class ClusterDensity implements JavaMap, AutoCloseable {

  private final Cluster cluster;
  private final RowBlocks blocks;
  private final int size;
  private final String name;
  private final Broadcast<Sent> sent;
  private final AtomicLong gradients = new AtomicLong();
  private volatile boolean isOpen = true;

  /**
   * Of a model.
   *
   * @param model its name
   * @param size how many values its sites have
   */
  ClusterDensity(
      Cluster cluster, RowBlocks blocks, Parcel<PlateModel> parcel, String model, int size) {
    this.cluster = cluster;
    this.blocks = blocks;
    this.size = size;
    this.name =
        String.format(
            Locale.ROOT,
            "log density of %s, %,d rows in %,d blocks",
            model,
            blocks.rows(),
            blocks.count());
    this.sent = cluster.sent(new Sent(parcel));
  }

  long rows() {
    return blocks.rows();
  }

  /** How many gradients were computed. */
  long gradients() {
    return gradients.get();
  }

  /**
   * Looks at all rows as a first run does.
   *
   * @throws IllegalArgumentException if something is wrong with some
   */
  void check() {
    double[] nothing = summed("check", 0, BlockDensity::check);
    checkState(nothing.length == 0, "a check of rows gave numbers; it must give none");
  }

  @Override
  public void compute(double[] x, double[] y, double @Nullable [][] jacobian) {
    computeAll(
        new double[][] {x},
        new double[][] {y},
        jacobian == null ? null : new double[][][] {jacobian});
  }

  @Override
  public void computeAll(double[][] x, double[][] y, double @Nullable [][][] jacobians) {
    int each = 1 + size;
    String job =
        x.length == 1
            ? String.format(Locale.ROOT, "gradient %,d", gradients.incrementAndGet())
            : String.format(Locale.ROOT, "gradients to %,d", gradients.addAndGet(x.length));
    double[] sums = summed(job, x.length * each, (density, block) -> density.slopes(block, x));
    for (int row = 0; row < x.length; row++) {
      y[row][0] = sums[row * each];
      if (jacobians != null) {
        System.arraycopy(sums, row * each + 1, jacobians[row][0], 0, size);
      }
    }
  }

  /** A job has a price of its own, whatever it does. */
  @Override
  public boolean takesMany() {
    return true;
  }

  @Override
  public double[][] curvatures(double[] x) {
    return new double[][] {
      summed("second derivatives", size * size, (density, block) -> density.curvatures(block, x))
    };
  }

  /** The sum of so many numbers of all blocks, in their order. */
  private double[] summed(String job, int count, OfBlock numbers) {
    checkState(
        isOpen, "log density on Spark is used after it was closed; close it after its last use");
    List<Answer> answers =
        new ArrayList<>(
            cluster.collect(
                name + ": " + job, blocks.all().mapPartitions(new Task(sent, numbers))));
    answers.sort(Comparator.comparingLong(Answer::block));
    checkState(
        answers.size() == blocks.count(),
        "rows make %s blocks now, but made %s before; a data set that is read again must be the"
            + " same: cache it, or write it first",
        answers.size(),
        blocks.count());
    double[] sum = new double[count];
    for (Answer answer : answers) {
      if (answer.failure() != null) {
        String message =
            "block %s of %s of rows: %s"
                .formatted(answer.block(), blocks.count(), answer.failure());
        throw answer.isOfState()
            ? new IllegalStateException(message)
            : new IllegalArgumentException(message);
      }
      for (int i = 0; i < count; i++) {
        sum[i] += answer.numbers()[i];
      }
    }
    return sum;
  }

  @Override
  public void close() {
    if (isOpen) {
      isOpen = false;
      SetAside.interruption( // it would end Spark's messages
          () -> {
            blocks.forget();
            sent.destroy();
          });
    }
  }

  /** What is asked of a block. */
  @FunctionalInterface
  private interface OfBlock extends Serializable {
    double[] of(BlockDensity density, RowBlock block);
  }

  /** The model, opened once in each JVM. */
  private static final class Sent implements Serializable {

    private static final long serialVersionUID = 1;

    private final Parcel<PlateModel> model;
    private transient @Nullable BlockDensity density;

    Sent(Parcel<PlateModel> model) {
      this.model = model;
    }

    synchronized BlockDensity density() {
      BlockDensity opened = density;
      if (opened == null) {
        opened = new BlockDensity(model.open());
        density = opened;
      }
      return opened;
    }
  }

  /**
   * What came of a block.
   *
   * @param failure why nothing did; null if something did
   * @param isOfState whether it is not that of the rows or the vector
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(long block, double[] numbers, @Nullable String failure, boolean isOfState)
      implements Serializable {}

  /** What a task does to its blocks, one after the other. */
  private record Task(Broadcast<Sent> sent, OfBlock numbers)
      implements FlatMapFunction<Iterator<RowBlock>, Answer> {

    @Override
    public Iterator<Answer> call(Iterator<RowBlock> blocks) {
      BlockDensity density = sent.value().density();
      return Iterators.transform(blocks, block -> answer(density, block));
    }

    private Answer answer(BlockDensity density, RowBlock block) {
      try {
        return new Answer(block.number(), numbers.of(density, block), null, false);
      } catch (InterruptionException stopped) { // the task is, and may be run again
        throw stopped;
      } catch (RuntimeException e) {
        String message = e.getMessage();
        return new Answer(
            block.number(),
            new double[0],
            message == null ? e.toString() : message,
            e instanceof IllegalStateException);
      }
    }
  }
}
