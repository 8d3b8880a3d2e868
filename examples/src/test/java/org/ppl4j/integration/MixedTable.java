package org.ppl4j.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.ppl4j.infer.density.Category;
import org.ppl4j.infer.density.ColumnType;
import org.ppl4j.infer.density.Table;

/**
 * Flats, with columns of every kind, of a law of which masses, means and correlations are known:
 *
 * <ul>
 *   <li>district is A, B or C;
 *   <li>rooms are Poisson(1.5), Poisson(3) in C;
 *   <li>share, of the rent that the state pays, is 0 as often as the district has it, 1 in a fifth
 *       of all, and Beta(2, 2) else;
 *   <li>log price is 1 + 0.2 rooms, 0.4 more in A, plus noise of deviation 0.3;
 *   <li>rating is half of that, 2 more where the share is 0, plus noise of deviation 0.5; it is
 *       missing in a tenth, three tenths and half of the rows of A, B and C;
 *   <li>let is a day, country always the same, and both is 3 rooms + price.
 * </ul>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MixedTable(
    int[] district, double[] rooms, double[] share, double[] logPrice, double[] rating) {

  static final List<String> DISTRICTS = List.of("A", "B", "C");

  private static final double[] IN = {0.5, 0.3, 0.2};
  private static final double[] ROOMS = {1.5, 1.5, 3};
  private static final double[] NOTHING = {0.3, 0.5, 0.1};
  private static final double ALL = 0.2;
  private static final double[] DEARER = {0.4, 0, 0};
  private static final double[] MISSING = {0.1, 0.3, 0.5};
  private static final double A_ROOM = 0.2;
  private static final double PRICE = 0.3;
  private static final double RATING = 0.5;
  private static final int DAYS = 1000;

  /** So many rows of it. */
  static MixedTable of(int rows, long seed) {
    Random random = new Random(seed);
    MixedTable table =
        new MixedTable(
            new int[rows], new double[rows], new double[rows], new double[rows], new double[rows]);
    for (int i = 0; i < rows; i++) {
      double u = random.nextDouble();
      int d = u < IN[0] ? 0 : u < IN[0] + IN[1] ? 1 : 2;
      double v = random.nextDouble();
      double between = random.doubles(3).sorted().toArray()[1]; // Beta(2, 2)
      double share = v < NOTHING[d] ? 0 : v < NOTHING[d] + ALL ? 1 : between;
      double rooms = poisson(ROOMS[d], random);
      double logPrice = 1 + A_ROOM * rooms + DEARER[d] + PRICE * random.nextGaussian();
      double rating = (share == 0 ? 2 : 0) + logPrice / 2 + RATING * random.nextGaussian();
      table.district[i] = d;
      table.rooms[i] = rooms;
      table.share[i] = share;
      table.logPrice[i] = logPrice;
      table.rating[i] = random.nextDouble() < MISSING[d] ? Double.NaN : rating;
    }
    return table;
  }

  private static int poisson(double rate, Random random) {
    double left = random.nextDouble();
    double term = Math.exp(-rate);
    int k = 0;
    while (left > term) {
      left -= term;
      k++;
      term *= rate / k;
    }
    return k;
  }

  /** The rows of a table that has all of its columns. */
  static MixedTable of(Table table) {
    return new MixedTable(
        table.category("district", DISTRICTS).indices().toArray(),
        table.column("rooms").numbers(),
        table.column("share").numbers(),
        Arrays.stream(table.column("price").numbers()).map(Math::log).toArray(),
        table.column("rating").numbers());
  }

  int size() {
    return district.length;
  }

  /** Writes it, with all of its columns. */
  Table written(Path folder, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    lines.add("district,rooms,share,price,rating,let,country,both");
    for (int i = 0; i < size(); i++) {
      double price = Math.exp(logPrice[i]);
      String day = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(DAYS)).toString();
      lines.add(
          String.join(
              ",",
              DISTRICTS.get(district[i]),
              String.valueOf((int) rooms[i]),
              String.valueOf(share[i]),
              String.valueOf(price),
              Double.isNaN(rating[i]) ? "" : String.valueOf(rating[i]),
              day,
              "DE",
              String.valueOf(3 * rooms[i] + price)));
    }
    try {
      return Table.read(Files.write(folder.resolve("flats-" + seed + ".csv"), lines))
          .as("rooms", ColumnType.COUNT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many rows of a table are none that could be. */
  static long impossible(Table table) {
    double[] rooms = table.column("rooms").numbers();
    double[] share = table.column("share").numbers();
    double[] price = table.column("price").numbers();
    double[] rating = table.column("rating").numbers();
    double[] let = table.column("let").numbers();
    double[] both = table.column("both").numbers();
    Category country = table.category("country");
    Category district = table.category("district", DISTRICTS); // there is no other
    return IntStream.range(0, table.rows())
        .filter(
            i ->
                !(district.indices().get(i) >= 0
                    && rooms[i] >= 0
                    && rooms[i] == Math.rint(rooms[i])
                    && share[i] >= 0
                    && share[i] <= 1
                    && price[i] > 0
                    && Double.isFinite(price[i])
                    && Double.isFinite(rating[i])
                    && let[i] == Math.rint(let[i])
                    && country.levels().get(country.indices().get(i)).equals("DE")
                    && Math.abs(both[i] - (3 * rooms[i] + price[i])) <= 1e-9 * both[i]))
        .count();
  }

  // --- statistics

  /**
   * A statistic.
   *
   * @param truth of the law
   * @param of rows
   */
  record Statistic(String name, double truth, ToDoubleFunction<MixedTable> of) {}

  private double mean(double[] column, IntPredicate where) {
    return IntStream.range(0, size())
        .filter(i -> where.test(i) && !Double.isNaN(column[i]))
        .mapToDouble(i -> column[i])
        .average()
        .orElseThrow();
  }

  private double share(IntPredicate what, IntPredicate where) {
    return IntStream.range(0, size())
        .filter(where)
        .mapToDouble(i -> what.test(i) ? 1 : 0)
        .average()
        .orElseThrow();
  }

  private double correlation(double[] one, double[] other, IntPredicate where) {
    IntPredicate there = i -> where.test(i) && !Double.isNaN(one[i]) && !Double.isNaN(other[i]);
    double a = mean(one, there);
    double b = mean(other, there);
    double[] sums = new double[3];
    for (int i = 0; i < size(); i++) {
      if (there.test(i)) {
        sums[0] += (one[i] - a) * (one[i] - a);
        sums[1] += (other[i] - b) * (other[i] - b);
        sums[2] += (one[i] - a) * (other[i] - b);
      }
    }
    return sums[2] / Math.sqrt(sums[0] * sums[1]);
  }

  private static double poisson(double rate, int k) {
    return k == 0 ? Math.exp(-rate) : poisson(rate, k - 1) * rate / k;
  }

  private static double logPrice(int district, double rooms) {
    return 1 + DEARER[district] + A_ROOM * rooms;
  }

  /** All of them. */
  static List<Statistic> statistics() {
    List<Statistic> all = new ArrayList<>();
    for (int district = 0; district < 3; district++) {
      int d = district;
      String in = " in " + DISTRICTS.get(d);
      double rate = ROOMS[d];
      double ofPrice = A_ROOM * A_ROOM * rate + PRICE * PRICE;
      double ofNothing = 4 * NOTHING[d] * (1 - NOTHING[d]);
      double ofRating = ofNothing + ofPrice / 4 + RATING * RATING;
      all.add(new Statistic("mass" + in, IN[d], t -> t.share(i -> t.district[i] == d, i -> true)));
      all.add(
          new Statistic(
              "no rooms" + in,
              poisson(rate, 0),
              t -> t.share(i -> t.rooms[i] == 0, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "two rooms" + in,
              poisson(rate, 2),
              t -> t.share(i -> t.rooms[i] == 2, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "nothing paid" + in,
              NOTHING[d],
              t -> t.share(i -> t.share[i] == 0, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "mean price" + in,
              logPrice(d, rate),
              t -> t.mean(t.logPrice, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "mean rating" + in,
              2 * NOTHING[d] + logPrice(d, rate) / 2,
              t -> t.mean(t.rating, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "rooms and price" + in,
              A_ROOM * Math.sqrt(rate / ofPrice),
              t -> t.correlation(t.rooms, t.logPrice, i -> t.district[i] == d)));
      all.add(
          new Statistic(
              "price and rating" + in,
              Math.sqrt(ofPrice / ofRating) / 2,
              t -> t.correlation(t.logPrice, t.rating, i -> t.district[i] == d)));
    }
    all.add(new Statistic("all paid", ALL, t -> t.share(i -> t.share[i] == 1, i -> true)));
    all.add(
        new Statistic(
            "mean share between",
            0.5,
            t -> t.mean(t.share, i -> t.share[i] > 0 && t.share[i] < 1)));
    return all;
  }

  /** By how many standard errors each statistic of rows is off. */
  double[] scores(double[] errors) {
    List<Statistic> all = statistics();
    double[] scores = new double[all.size()];
    Arrays.setAll(
        scores, s -> (all.get(s).of().applyAsDouble(this) - all.get(s).truth()) / errors[s]);
    return scores;
  }

  /** The standard errors of statistics of tables of so many rows, by so many tables. */
  static double[] errors(int rows, int tables, long seed) {
    List<Statistic> statistics = statistics();
    double[] squares = new double[statistics.size()];
    for (int k = 0; k < tables; k++) {
      MixedTable table = of(rows, seed + k);
      for (int s = 0; s < squares.length; s++) {
        Statistic one = statistics.get(s);
        squares[s] += Math.pow(one.of().applyAsDouble(table) - one.truth(), 2) / tables;
      }
    }
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }
}
