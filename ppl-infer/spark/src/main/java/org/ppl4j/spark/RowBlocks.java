package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.ObjectArrays;
import com.google.common.collect.Ordering;
import com.google.common.collect.PeekingIterator;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The rows of a data set in blocks of one size, the last of which may be smaller: in the order of
 * hashes of their values, and of their values where these are the same, so that it does not matter
 * how they came. Each executor keeps some blocks in memory, and on its disk those for which there
 * is no room; those of one that is lost are made anew.
 *
 * <p>The data set is read once. Its rows go to buckets, each a range of hashes, whose counts say
 * where a row stands among all; so nobody needs to look for ranges beforehand.
 *
 * @param all the blocks, in any order
 * @param rows how many there are in all
 * @param count how many blocks they make
 */
record RowBlocks(JavaRDD<RowBlock> all, long rows, long count) {

  /** So many bytes of numbers may be of one task, unless the caller says how many tasks. */
  private static final long MOST = 32L << 20;

  /** Of so many buckets a task has on average, so that no task has many more than another. */
  private static final long BUCKETS = 64;

  private static final String HASH = "hash";

  /**
   * Of a data set, which is read anew where executors are lost: it must be the same each time.
   *
   * @param about how many rows it has
   * @param size how many rows a block has
   * @param partitions how many tasks a job has; 0: as many as the cluster takes at a time, or as
   *     keep tasks small
   * @throws IllegalArgumentException if a cell has no number
   */
  static RowBlocks of(
      Dataset<Row> rows, NumberColumns columns, long about, int size, int partitions) {
    int width = columns.names().size();
    long bytes = about * width * Double.BYTES;
    long wanted =
        partitions > 0
            ? partitions
            : Math.max(
                rows.sparkSession().sparkContext().defaultParallelism(), (bytes + MOST - 1) / MOST);
    int tasks = (int) Math.min((about + size - 1) / size, wanted);
    int bits = 64 - Long.numberOfLeadingZeros(BUCKETS * tasks);
    JavaRDD<Row> ordered = ordered(rows, columns, tasks, bits);
    List<Bucket> buckets =
        Cluster.of(rows.sparkSession())
            .collect(
                String.format(Locale.ROOT, "order of about %,d rows", about),
                ordered.mapPartitions(new Count(width, bits)));
    long[] starts = new long[1 << bits];
    long count = 0;
    for (Bucket bucket : Ordering.from(comparingInt(Bucket::number)).sortedCopy(buckets)) {
      starts[bucket.number] = count;
      count += bucket.rows;
    }
    checkNoneMissing(columns, buckets, count);
    long blocks = (count + size - 1) / size;
    JavaRDD<RowBlock> made =
        ordered
            .mapPartitionsToPair(new Cut(width, bits, size, starts))
            .repartitionAndSortWithinPartitions(new Ranges(size, blocks, tasks))
            .mapPartitions(new Join(width, size));
    return new RowBlocks(made.persist(StorageLevel.MEMORY_AND_DISK()), count, blocks);
  }

  /** Numbers and their hash; those of a bucket are in one partition, in order. */
  private static JavaRDD<Row> ordered(
      Dataset<Row> rows, NumberColumns columns, int tasks, int bits) {
    int width = columns.names().size();
    Column[] numbers = new Column[width];
    Column[] places = new Column[width];
    for (int i = 0; i < width; i++) {
      String place = "_" + i;
      numbers[i] = column(columns.names().get(i)).cast(DataTypes.DoubleType).as(place);
      places[i] = functions.col(place);
    }
    Column hash = functions.col(HASH);
    return rows.select(numbers)
        .withColumn(HASH, functions.xxhash64(places))
        .repartition(tasks, functions.shiftright(hash, 64 - bits))
        .sortWithinPartitions(ObjectArrays.concat(hash, places))
        .javaRDD();
  }

  /** That of the row that comes next. */
  private static int bucket(PeekingIterator<Row> left, int width, int bits) {
    long hash = requireNonNull(left.peek()).getLong(width);
    return (int) (hash >> 64 - bits) + (1 << bits - 1);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  private static void checkNoneMissing(NumberColumns columns, List<Bucket> buckets, long count) {
    for (int i = 0; i < columns.names().size(); i++) {
      int column = i;
      long missing = buckets.stream().mapToLong(bucket -> bucket.missing[column]).sum();
      checkArgument(
          missing == 0,
          "column '%s' has no number in %s of %s rows; leave them out, or fill them in",
          columns.names().get(i),
          missing,
          count);
    }
  }

  void forget() {
    JavaRDD<RowBlock> unused = all.unpersist(false);
  }

  /**
   * A bucket.
   *
   * @param number its place among all
   * @param rows how many it has
   * @param missing in how many of them each column has no number
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Bucket(int number, long rows, long[] missing) implements Serializable {}

  /** Counts the rows of buckets that follow each other. */
  private record Count(int width, int bits) implements FlatMapFunction<Iterator<Row>, Bucket> {

    @Override
    public Iterator<Bucket> call(Iterator<Row> rows) {
      List<Bucket> buckets = new ArrayList<>();
      PeekingIterator<Row> left = Iterators.peekingIterator(rows);
      while (left.hasNext()) {
        int number = bucket(left, width, bits);
        long count = 0;
        long[] missing = new long[width];
        while (left.hasNext() && bucket(left, width, bits) == number) {
          Row row = requireNonNull(left.next());
          for (int i = 0; i < width; i++) {
            missing[i] += row.isNullAt(i) ? 1 : 0;
          }
          count++;
        }
        buckets.add(new Bucket(number, count, missing));
      }
      return buckets.iterator();
    }
  }

  /**
   * Cuts rows where buckets and blocks end; of each piece where it begins.
   *
   * @param starts where buckets begin
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Cut(int width, int bits, int size, long[] starts)
      implements PairFlatMapFunction<Iterator<Row>, Long, Numbers> {

    @Override
    public Iterator<Tuple2<Long, Numbers>> call(Iterator<Row> rows) {
      PeekingIterator<Row> left = Iterators.peekingIterator(rows);
      return new AbstractIterator<>() {
        private int bucket = -1;
        private long from;

        @Override
        protected @Nullable Tuple2<Long, Numbers> computeNext() {
          if (!left.hasNext()) {
            return endOfData();
          }
          int next = bucket(left, width, bits);
          from = next == bucket ? from : starts[next];
          bucket = next;
          long began = from;
          ImmutableDoubleArray.Builder piece = ImmutableDoubleArray.builder();
          while (left.hasNext()
              && bucket(left, width, bits) == bucket
              && from / size == began / size) {
            Row row = requireNonNull(left.next());
            for (int i = 0; i < width; i++) {
              piece.add(row.getDouble(i));
            }
            from++;
          }
          return new Tuple2<>(began, new Numbers(piece.build().toArray()));
        }
      };
    }
  }

  /** Blocks that follow each other are of one task. */
  private static final class Ranges extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int size;
    private final long blocks;
    private final int count;

    Ranges(int size, long blocks, int count) {
      this.size = size;
      this.blocks = blocks;
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object from) {
      return (int) ((Long) from / size * count / blocks);
    }
  }

  /** Puts pieces that are in order together. */
  private record Join(int width, int size)
      implements FlatMapFunction<Iterator<Tuple2<Long, Numbers>>, RowBlock> {

    @Override
    public Iterator<RowBlock> call(Iterator<Tuple2<Long, Numbers>> pieces) {
      PeekingIterator<Tuple2<Long, Numbers>> left = Iterators.peekingIterator(pieces);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return left.hasNext();
        }

        @Override
        public RowBlock next() {
          long number = requireNonNull(left.peek())._1() / size;
          List<double[]> block = new ArrayList<>();
          while (left.hasNext() && requireNonNull(left.peek())._1() / size == number) {
            block.add(requireNonNull(left.next())._2().values());
          }
          return RowBlock.of(number, width, Doubles.concat(block.toArray(new double[0][])));
        }
      };
    }
  }
}
