package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** One model a group: the fits of one machine, wherever rows and tasks are. */
@Tag("spread.4")
class SparkFitsTest {

  private static final int SHOPS = 12;
  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(5);

  /** A normal mean under a normal prior, of known variances, whose posterior is normal. */
  private static final Program<Map<String, NDArray>> MODEL =
      (p, shop) -> {
        NDArray sales = shop.get("sales");
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate days = p.plate("days", sales.size(0))) {
          p.observe("sales", Normal.of(mean, 2), sales);
        }
      };

  private final SparkSession spark = LocalSpark.ofTests();

  private static StructType schema(Object... namesAndTypes) {
    StructType schema = new StructType();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      schema = schema.add((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]);
    }
    return schema;
  }

  private static double sales(int shop, int day) {
    return shop + Math.sin(7 * shop + day);
  }

  /** Some days of each shop, shop by shop or day by day. */
  private Dataset<Row> shops(boolean byShop, int partitions) {
    List<Row> rows = new ArrayList<>();
    int days = 5;
    for (int i = 0; i < SHOPS * days; i++) {
      int shop = byShop ? i / days : i % SHOPS;
      int day = byShop ? i % days : i / SHOPS;
      rows.add(RowFactory.create("shop " + shop, sales(shop, day)));
    }
    return spark
        .createDataFrame(rows, schema("shop", DataTypes.StringType, "sales", DataTypes.DoubleType))
        .repartition(partitions);
  }

  private static List<String> lines(Dataset<Row> fits) {
    return fits.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void meansAreThoseOfTheFormula() {
    Dataset<Row> fits =
        SparkFits.of(MODEL, FitMethod.laplace(2000)).config(CONFIG).by("shop").run(shops(true, 2));

    List<Row> rows = fits.collectAsList();

    assertThat(fits.columns())
        .containsExactly(
            "shop",
            "site",
            "mean",
            "sd",
            "q05",
            "q50",
            "q95",
            "rhat",
            "khat",
            "warnings",
            "failure");
    assertThat(rows).hasSize(SHOPS);
    for (Row row : rows) {
      int shop = Integer.parseInt(row.getString(0).substring("shop ".length()));
      double sum = 0;
      for (int day = 0; day < 5; day++) {
        sum += sales(shop, day);
      }
      double precision = 1 / 100.0 + 5 / 4.0;
      double sd = 1 / Math.sqrt(precision);
      assertThat(row.getString(1)).isEqualTo("mean");
      assertThat(row.getDouble(2)).isCloseTo(sum / 4 / precision, within(sd / 10));
      assertThat(row.getDouble(3)).isCloseTo(sd, within(sd / 10));
      assertThat(row.isNullAt(7)).isTrue();
      assertThat(row.getDouble(8)).isLessThan(0.7);
      assertThat(row.getList(9)).isEmpty();
      assertThat(row.isNullAt(10)).isTrue();
    }
  }

  private static final AtomicInteger DIED = new AtomicInteger();

  private static FitMethod<Map<String, NDArray>> brief() {
    return FitMethod.chains(model -> Nuts.of(model).chains(2).warmup(60).draws(20));
  }

  /** Each task's first attempt dies after its first group. */
  private static FitMethod<Map<String, NDArray>> dying() {
    FitMethod<Map<String, NDArray>> method = brief();
    return (model, data, config) -> {
      FitMethod.Fitted fitted = method.fit(model, data, config);
      if (TaskContext.get().attemptNumber() == 0) {
        DIED.incrementAndGet();
        throw new AssertionError("an attempt that dies");
      }
      return fitted;
    };
  }

  @Test
  void bitsAreThoseOfOneMachine() {
    SparkFits fits = SparkFits.of(MODEL, brief()).config(CONFIG).by("shop");
    List<String> once = lines(fits.partitions(1).run(shops(true, 1)));

    assertThat(once).hasSize(SHOPS);
    assertThat(lines(fits.partitions(2).run(shops(false, 2)))).isEqualTo(once);
    assertThat(lines(fits.partitions(5).run(shops(false, 5)))).isEqualTo(once);
    assertThat(
            lines(
                SparkFits.of(MODEL, dying())
                    .config(CONFIG)
                    .by("shop")
                    .partitions(3)
                    .run(shops(true, 3))))
        .isEqualTo(once);
    assertThat(DIED).hasValueGreaterThanOrEqualTo(3);

    double[] sales = new double[5];
    Arrays.setAll(sales, day -> sales(4, day));
    Arrays.sort(sales);
    RunConfig own = SparkFits.config(CONFIG, List.of("shop 4"));
    Summary.Row here =
        brief().fit(MODEL, Map.of("sales", Tensors.vector(sales)), own).summary().get("mean");
    assertThat(once)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("[shop 4,mean,%s,%s,".formatted(here.mean(), here.sd())));
  }

  @Test
  void aGroupThatFailsIsARowWithItsReason() {
    StructType schema =
        schema(
            "shop",
            DataTypes.StringType,
            "year",
            DataTypes.IntegerType,
            "sales",
            DataTypes.DoubleType);
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(
                RowFactory.create("a", 1, 1.0),
                RowFactory.create("b", 1, null),
                RowFactory.create("b", 1, 2.0),
                RowFactory.create("b", 2, Double.NaN)),
            schema);

    List<Row> fits =
        SparkFits.of(MODEL, FitMethod.laplace(100))
            .by("shop", "year")
            .run(rows)
            .orderBy("shop", "year")
            .collectAsList();

    assertThat(fits).extracting(row -> row.getString(2)).containsExactly("mean", null, null);
    assertThat(fits.get(1).getInt(1)).isEqualTo(1);
    assertThat(fits.get(1).<String>getAs("failure"))
        .isEqualTo(
            "group has 1 rows of 2 in which a number is missing; leave them out, or fill them in");
    assertThat(fits.get(2).<String>getAs("failure")).contains("sales");
    assertThat(fits.get(2).isNullAt(3)).isTrue();
  }

  @Test
  void whatCannotBeIsSaidBeforeTheJobBegins() {
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(RowFactory.create("a", "x")),
            schema("shop", DataTypes.StringType, "city", DataTypes.StringType));
    SparkFits fits = SparkFits.of(MODEL, FitMethod.nuts());

    assertThatThrownBy(() -> fits.run(rows))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("fits are of no groups; say by which columns");
    assertThatThrownBy(() -> fits.by("town").run(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows have no column 'town', but [shop, city]");
    assertThatThrownBy(() -> fits.by("shop").run(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column 'city' is of type string, but models take numbers; leave it out, or make"
                + " numbers of it");
    assertThatThrownBy(() -> fits.by("shop", "city").run(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows have no column beside those that group; add one");
    assertThatThrownBy(() -> fits.partitions(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fits have 0 partitions, but need at least 1");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray prior = manager.create(1.0);
      assertThatThrownBy(
              () ->
                  SparkFits.of((p, shop) -> p.sample("x", Normal.of(prior, 1)), FitMethod.nuts())
                      .by("shop")
                      .run(shops(true, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "'prior', which a function of class org.ppl4j.spark.SparkFitsTest");
    }
  }
}
