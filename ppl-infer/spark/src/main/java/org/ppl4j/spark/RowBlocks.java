package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The rows of a data set in blocks of one size, the last of which may be smaller: in the order of
 * their values, the first column first, so that it does not matter how they came. Each executor
 * keeps some blocks in memory, and on its disk those for which there is no room; those of one that
 * is lost are made anew.
 *
 * @param all the blocks, in any order
 * @param rows how many there are in all
 * @param count how many blocks they make
 */
record RowBlocks(JavaRDD<RowBlock> all, long rows, long count) {

  /** So many bytes of numbers may be of one task, unless the caller says how many tasks. */
  private static final long MOST = 32L << 20;

  /**
   * Of a data set, which is read more than once, and anew where executors are lost: it must be the
   * same each time.
   *
   * @param count how many rows it has
   * @param size how many rows a block has
   * @param partitions how many tasks a job has; 0: as many as the cluster takes at a time, or as
   *     keep tasks small
   */
  static RowBlocks of(
      Dataset<Row> rows, NumberColumns columns, long count, int size, int partitions) {
    long blocks = (count + size - 1) / size;
    long bytes = count * columns.names().size() * Double.BYTES;
    long wanted =
        partitions > 0
            ? partitions
            : Math.max(
                rows.sparkSession().sparkContext().defaultParallelism(), (bytes + MOST - 1) / MOST);
    Column[] all = columns.names().stream().map(RowBlocks::column).toArray(Column[]::new);
    JavaRDD<RowBlock> made =
        rows.select(all)
            .sort(all)
            .javaRDD()
            .zipWithIndex()
            .mapPartitionsToPair(new Cut(columns, size))
            .repartitionAndSortWithinPartitions(
                new Ranges(size, blocks, (int) Math.min(blocks, wanted)))
            .mapPartitions(new Join(columns.names().size(), size));
    return new RowBlocks(made.persist(StorageLevel.MEMORY_AND_DISK()), count, blocks);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * How many rows there are.
   *
   * @throws IllegalArgumentException if there are none, or a cell has no number
   */
  static long count(Dataset<Row> rows, NumberColumns columns) {
    Column[] numbers =
        columns.names().stream().map(name -> functions.count(column(name))).toArray(Column[]::new);
    Row counts = rows.agg(functions.count(functions.lit(1)), numbers).head();
    long count = counts.getLong(0);
    checkArgument(
        count > 0,
        "data set of columns %s has no rows; a log density needs at least one",
        columns.names());
    for (int i = 0; i < numbers.length; i++) {
      checkArgument(
          counts.getLong(i + 1) == count,
          "column '%s' has no number in %s of %s rows; leave them out, or fill them in",
          columns.names().get(i),
          count - counts.getLong(i + 1),
          count);
    }
    return count;
  }

  void forget() {
    JavaRDD<RowBlock> unused = all.unpersist(false);
  }

  /** Cuts rows that follow each other where blocks end; of each piece where it begins. */
  private record Cut(NumberColumns columns, int size)
      implements PairFlatMapFunction<Iterator<Tuple2<Row, Long>>, Long, double[]> {

    @Override
    public Iterator<Tuple2<Long, double[]>> call(Iterator<Tuple2<Row, Long>> rows) {
      PeekingIterator<Tuple2<Row, Long>> left = Iterators.peekingIterator(rows);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return left.hasNext();
        }

        @Override
        public Tuple2<Long, double[]> next() {
          long from = requireNonNull(left.peek())._2();
          List<double[]> piece = new ArrayList<>();
          while (left.hasNext() && requireNonNull(left.peek())._2() / size == from / size) {
            piece.add(columns.read(requireNonNull(left.next())._1()));
          }
          return new Tuple2<>(from, Doubles.concat(piece.toArray(new double[0][])));
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
      implements FlatMapFunction<Iterator<Tuple2<Long, double[]>>, RowBlock> {

    @Override
    public Iterator<RowBlock> call(Iterator<Tuple2<Long, double[]>> pieces) {
      PeekingIterator<Tuple2<Long, double[]>> left = Iterators.peekingIterator(pieces);
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
            block.add(requireNonNull(left.next())._2());
          }
          return RowBlock.of(number, width, Doubles.concat(block.toArray(new double[0][])));
        }
      };
    }
  }
}
