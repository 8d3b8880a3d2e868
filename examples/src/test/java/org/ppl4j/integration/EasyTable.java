package org.ppl4j.integration;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Tables that a simple distribution describes, or nearly so, and their rows. */
enum EasyTable {
  /** Two independent normal columns. */
  NORMAL(500) {
    @Override
    double[] row(Random random) {
      return new double[] {random.nextGaussian(), random.nextGaussian()};
    }
  },

  /** Eight round heaps on a circle. */
  HEAPS(1000) {
    @Override
    double[] row(Random random) {
      double angle = Math.PI / 4 * random.nextInt(8);
      return new double[] {
        2 * Math.cos(angle) + 0.2 * random.nextGaussian(),
        2 * Math.sin(angle) + 0.2 * random.nextGaussian()
      };
    }
  },

  /** Five columns of one number, each with a hundredth of noise. */
  NEARLY_ONE(500) {
    @Override
    double[] row(Random random) {
      double one = random.nextGaussian();
      return IntStream.range(0, 5).mapToDouble(j -> one + 0.01 * random.nextGaussian()).toArray();
    }
  },

  /** As many columns as an instrument has, few rows: a number, its square, and noise. */
  WIDE(351) {
    @Override
    double[] row(Random random) {
      return of(32, random);
    }
  },

  /** Very few rows of such. */
  SMALL(100) {
    @Override
    double[] row(Random random) {
      return of(5, random);
    }
  },

  /** Each of sixty columns is the sine of the one before it, and noise. */
  CHAIN(5000) {
    @Override
    double[] row(Random random) {
      double[] row = new double[60];
      row[0] = random.nextGaussian();
      for (int j = 1; j < row.length; j++) {
        row[j] = Math.sin(2 * row[j - 1]) + CHAIN_NOISE * random.nextGaussian();
      }
      return row;
    }
  };

  private static final double CHAIN_NOISE = 0.2;

  private final int rows;

  EasyTable(int rows) {
    this.rows = rows;
  }

  abstract double[] row(Random random);

  private static double[] of(int columns, Random random) {
    double one = random.nextGaussian();
    return IntStream.range(0, columns)
        .mapToDouble(j -> (j % 2 == 0 ? one : one * one - 1) + 0.7 * random.nextGaussian())
        .toArray();
  }

  /** As many rows as it has. */
  double[][] rows(long seed) {
    return rows(rows, seed);
  }

  double[][] rows(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToObj(i -> row(random)).toArray(double[][]::new);
  }

  /** The log-density of a row of the chain. */
  static double chainLogProb(double[] row) {
    double sum = normal(row[0], 1);
    for (int j = 1; j < row.length; j++) {
      sum += normal(row[j] - Math.sin(2 * row[j - 1]), CHAIN_NOISE);
    }
    return sum;
  }

  private static double normal(double error, double deviation) {
    double score = error / deviation;
    return -0.5 * score * score - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
  }

  /** The rows one after the other. */
  static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }
}
