package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A log density whose rows are on executors: that of the same rows in one place. */
@Tag("spread.4")
class SparkLogDensityTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  /** Whether somebody buys, by two figures. */
  private static final Program<Map<String, NDArray>> LOGISTIC =
      (p, rows) -> {
        NDArray slopes = p.sample("slopes", Normal.of(0, 2).expand(2).toEvent());
        NDArray x = Tensors.stack(List.of(rows.get("age"), rows.get("income")), -1);
        try (Plate plate = p.plate("rows", x.size(0))) {
          p.observe("buys", Bernoulli.logits(Tensors.matVec(x, slopes)), rows.get("buys"));
        }
      };

  /** The same by the town too. */
  private static final Program<Map<String, NDArray>> TOWNS =
      (p, rows) -> {
        NDArray spread = p.sample("spread", HalfNormal.of(1));
        NDArray slopes = p.sample("slopes", Normal.of(0, 2).expand(2).toEvent());
        NDArray town;
        try (Plate towns = p.plate("towns", 3)) {
          town = p.sample("town", Normal.of(0, spread));
        }
        NDArray x = Tensors.stack(List.of(rows.get("age"), rows.get("income")), -1);
        try (Plate plate = p.plate("rows", x.size(0))) {
          NDArray logits = Tensors.matVec(x, slopes).add(p.pick(town, rows.get("town")));
          p.observe("buys", Bernoulli.logits(logits), rows.get("buys"));
        }
      };

  private static final String[] COLUMNS = {
    "sin(id) as age",
    "cos(3 * id) as income",
    "cast(pmod(id, 3) as int) as town",
    "1 / (1 + exp(-0.5 - 2 * sin(id) + cos(3 * id))) > pmod(id * 7919, 997) / 997 as buys"
  };

  private final SparkSession spark = LocalSpark.ofTests();

  private Dataset<Row> rows(int count) {
    return spark.range(count).selectExpr(COLUMNS);
  }

  private static SparkLogDensity.Builder blocks(Program<Map<String, NDArray>> model) {
    return SparkLogDensity.builder(model, "rows").block(40);
  }

  /** The same rows in one place. */
  private static Map<String, NDArray> here(Dataset<Row> rows) {
    return NumberColumns.of(Arrays.asList(rows.schema().fields()))
        .sorted(
            rows.collectAsList().stream()
                .map(NumberColumns.of(Arrays.asList(rows.schema().fields()))::read)
                .toList());
  }

  private static List<double[]> evaluated(LogDensity<?> density, int count) {
    int size = density.size();
    double[] vectors = new double[count * size];
    Arrays.setAll(vectors, i -> Math.sin(1 + i));
    LogDensity.Evaluation found = density.evaluate(vectors);
    return List.of(found.values(), found.gradients());
  }

  private static void checkClose(double[] there, double[] here, double tolerance) {
    assertThat(there).hasSameSizeAs(here);
    for (int i = 0; i < here.length; i++) {
      assertThat(there[i]).isCloseTo(here[i], within(tolerance * Math.max(1, Math.abs(here[i]))));
    }
  }

  /** Log densities and gradients at vectors, many at once and one by one. */
  private static void checkSame(
      Program<Map<String, NDArray>> model, SparkLogDensity there, Dataset<Row> rows) {
    try (LogDensity<Void> density = LogDensity.of(there, null, CONFIG);
        LogDensity<Map<String, NDArray>> here = LogDensity.of(model, here(rows), CONFIG)) {
      List<double[]> found = evaluated(density, 4);
      List<double[]> known = evaluated(here, 4);
      checkClose(found.get(0), known.get(0), 1e-12);
      checkClose(found.get(1), known.get(1), 1e-11);
      double[] one = here.start();
      double[] gradient = new double[one.length];
      double[] there1 = new double[one.length];
      checkClose(
          new double[] {density.evaluate(one, there1)},
          new double[] {here.evaluate(one, gradient)},
          1e-12);
      checkClose(there1, gradient, 1e-11);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"WHERE_POSSIBLE", "OFF"})
  void itIsThatOfTheSameRowsInOnePlace(Recording recording) {
    Dataset<Row> rows = rows(210);
    try (SparkLogDensity density =
        blocks(TOWNS).config(RunConfig.defaults().withRecording(recording)).build(rows)) {
      assertThat(density.rows()).isEqualTo(210);
      checkSame(TOWNS, density, rows);
    }
  }

  /** Which of two groups a row is of, that nobody has seen: summed out, row by row. */
  private static final Program<Map<String, NDArray>> MIXTURE =
      (p, rows) -> {
        NDArray gap = p.sample("gap", HalfNormal.of(3));
        NDArray share = p.sample("share", Beta.of(2, 2));
        try (Plate plate = p.plate("rows", rows.get("age").size(0))) {
          NDArray which = p.sample("which", Bernoulli.probs(share));
          NDArray mean = p.deterministic("mean", which.mul(gap));
          p.observe("age", Normal.of(mean, 0.5), rows.get("age"));
        }
      };

  @Test
  void whatIsSummedOutInThePlateIsSummedOutOnExecutors() {
    Dataset<Row> rows = rows(90);
    try (SparkLogDensity density = blocks(MIXTURE).build(rows)) {
      checkSame(MIXTURE, density, rows);
    }
  }

  /** Counts the attempts at tasks that died. */
  private static final class Deaths extends SparkListener {

    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo().failed()) {
        count.incrementAndGet();
      }
    }
  }

  /** What each task's first attempt dies of. */
  private static final Program<Map<String, NDArray>> DYING =
      (p, rows) -> {
        TaskContext task = TaskContext.get();
        if (task != null && task.attemptNumber() == 0) {
          throw new AssertionError("an attempt that dies");
        }
        TOWNS.run(p, rows);
      };

  private static List<double[]> bits(SparkLogDensity.Builder of, Dataset<Row> rows) {
    try (SparkLogDensity density = of.build(rows);
        LogDensity<Void> function = LogDensity.of(density, null, CONFIG)) {
      return evaluated(function, 3);
    }
  }

  @Test
  void bitsAreThoseOfOnePartition() throws TimeoutException {
    Dataset<Row> rows = rows(210);
    List<double[]> once = bits(blocks(TOWNS).partitions(1), rows.coalesce(1));

    List<Dataset<Row>> others =
        List.of(rows.repartition(2), rows.repartition(5).orderBy("income"), rows.cache());
    for (int i = 0; i < others.size(); i++) {
      List<double[]> again = bits(blocks(TOWNS).partitions(1 + 2 * i), others.get(i));
      assertThat(again.get(0)).containsExactly(once.get(0));
      assertThat(again.get(1)).containsExactly(once.get(1));
    }
    Deaths deaths = new Deaths();
    spark.sparkContext().addSparkListener(deaths);
    List<double[]> died = bits(blocks(DYING).partitions(3), rows);
    assertThat(died.get(0)).containsExactly(once.get(0));
    assertThat(died.get(1)).containsExactly(once.get(1));
    spark.sparkContext().listenerBus().waitUntilEmpty();
    assertThat(deaths.count).hasValueGreaterThanOrEqualTo(3);
  }

  private static <D> void checkLaplace(LaplacePosterior<Void> there, LaplacePosterior<D> here) {
    checkClose(there.normal().location(), here.normal().location(), 1e-9);
    checkClose(there.hessian(), here.hessian(), 1e-9);
    assertThat(there.logDensity()).isCloseTo(here.logDensity(), within(1e-9));
  }

  @Test
  void laplaceIsThatOfOneMachine() {
    Dataset<Row> rows = rows(210);
    try (SparkLogDensity density = blocks(LOGISTIC).build(rows);
        LaplacePosterior<Void> there =
            LaplaceApproximation.of(density).asWritten().starts(1).config(CONFIG).run(null);
        LaplacePosterior<Map<String, NDArray>> here =
            LaplaceApproximation.of(LOGISTIC)
                .asWritten()
                .starts(1)
                .config(CONFIG)
                .run(here(rows))) {
      checkLaplace(there, here);
      assertThat(there.warnings()).isEqualTo(here.warnings());
    }
  }

  @Test
  void pathfinderFindsWhatOneMachineDoes() {
    Dataset<Row> rows = rows(210);
    try (SparkLogDensity density = blocks(LOGISTIC).build(rows);
        PathfinderPosterior<Void> there =
            Pathfinder.of(density)
                .asWritten()
                .paths(1)
                .boundDraws(5)
                .drawsOfPath(50)
                .config(CONFIG)
                .run(null);
        PathfinderPosterior<Map<String, NDArray>> here =
            Pathfinder.of(LOGISTIC)
                .asWritten()
                .paths(1)
                .boundDraws(5)
                .drawsOfPath(50)
                .config(CONFIG)
                .run(here(rows));
        Samples draws = there.posterior(null, 50);
        Samples known = here.posterior(here(rows), 50)) {
      for (String site : known.names()) {
        checkClose(draws.values(site), known.values(site), 1e-6);
      }
    }
  }

  @Test
  void chainsAreThoseOfOneMachine() {
    Dataset<Row> rows = rows(210).cache();
    try (SparkLogDensity density = blocks(LOGISTIC).build(rows);
        McmcRun<Void> there = chains(density).run(null);
        McmcRun<Map<String, NDArray>> here = chains(LOGISTIC).run(here(rows))) {
      for (String site : here.samples().names()) {
        checkClose(there.samples().values(site), here.samples().values(site), 1e-6);
      }
    }
  }

  private static <D> Nuts<D> chains(Program<D> model) {
    return Nuts.of(model)
        .initializer(Initializer.mean())
        .chains(1)
        .warmup(6)
        .draws(2)
        .progress(Progress.silent())
        .config(CONFIG);
  }

  @Test
  void svisStepsAreThoseOfOneMachine() {
    Dataset<Row> rows = rows(210);
    try (SparkLogDensity density = blocks(LOGISTIC).build(rows)) {
      checkClose(losses(density, null), losses(LOGISTIC, here(rows)), 1e-8);
    }
  }

  private static <D> double[] losses(Program<D> model, D data) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, CONFIG)) {
      Svi<D> svi =
          Svi.builder(model, AutoMultivariateNormal.of(model).initializer(Initializer.mean()))
              .params(params)
              .optimizer(Adam.withRate(0.05))
              .build();
      double[] losses = new double[4];
      for (int i = 0; i < losses.length; i++) {
        losses[i] = svi.step(data);
      }
      return losses;
    }
  }

  private static void checkRefused(
      Program<Map<String, NDArray>> model, Dataset<Row> rows, String message) {
    assertThatThrownBy(() -> closed(blocks(model), rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static void closed(SparkLogDensity.Builder of, Dataset<Row> rows) {
    try (SparkLogDensity density = of.build(rows)) {
      assertThat(density.rows()).isNegative();
    }
  }

  @Test
  void rowsThatCannotBeAreNamed() {
    Dataset<Row> rows = rows(50);
    checkRefused(
        LOGISTIC,
        rows.selectExpr("age", "cast(income as string) as income", "buys"),
        "column 'income' is of type string, but models take numbers; leave it out, or make numbers"
            + " of it");
    checkRefused(
        LOGISTIC,
        rows.selectExpr("if(town = 1, null, age) as age", "income", "buys"),
        "column 'age' has no number in 17 of 50 rows; leave them out, or fill them in");
    checkRefused(
        LOGISTIC,
        rows.where("age > 2"),
        "data set of columns [age, income, town, buys] has no rows; a log density needs at least"
            + " one");
    checkRefused(
        LOGISTIC,
        rows.select("age", "buys"),
        "model asks for column 'income', but rows have [age, buys]; add it to them, or ask for one"
            + " of these");
    assertThatThrownBy(
            () -> closed(blocks(LOGISTIC), rows.selectExpr("age", "income", "town as buys")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'buys'");
  }

  @Test
  void modelsThatAreNoSumsOverRowsAreNamed() {
    Dataset<Row> rows = rows(50);
    checkRefused(
        (p, data) -> {
          p.sample("mean", Normal.of(0, 1));
          try (Plate all = p.plate("all", data.get("age").size(0))) {
            p.observe("age", Normal.of(0, 1), data.get("age"));
          }
        },
        rows,
        "model opens no plate 'rows', but [all]; name the plate in which its rows are");
    checkRefused(
        (p, data) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          try (Plate all = p.plate("rows", data.get("age").size(0))) {
            NDArray own = p.sample("own", Normal.of(mean, 1));
            p.observe("age", Normal.of(own, 1), data.get("age"));
          }
        },
        rows,
        "sample site 'own' is latent in plate 'rows', whose rows are on executors, so that nobody"
            + " holds its values; sum it out of the model, or put it outside");
    checkRefused(
        (p, data) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          NDArray which = p.sample("which", Bernoulli.probs(0.5));
          try (Plate all = p.plate("rows", data.get("age").size(0))) {
            p.observe("age", Normal.of(mean.mul(which), 1), data.get("age"));
          }
        },
        rows,
        "sample site 'which' is summed out and lies outside of plate 'rows', so that blocks of rows"
            + " do not add up; put it into the plate, or make it continuous");
    checkRefused(
        (p, data) -> {
          NDArray mean = p.sample("mean", Normal.of(data.get("age").mean(), 1));
          try (Plate all = p.plate("rows", data.get("age").size(0))) {
            p.observe("age", Normal.of(mean, 1), data.get("age"));
          }
        },
        rows,
        "site 'mean' lies outside of plate 'rows', but is another where rows are others; put it"
            + " into the plate, or give the model as a number what it takes of all rows");
    checkRefused(
        (p, data) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          NDArray sd = p.param("sd", () -> p.scalar(1), Constraint.POSITIVE);
          try (Plate all = p.plate("rows", data.get("age").size(0))) {
            p.observe("age", Normal.of(mean, sd), data.get("age"));
          }
        },
        rows,
        "model has parameters [sd], which executors do not; make them sample sites, or numbers");
    checkRefused(
        (p, data) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          long size = data.get("age").size(0);
          try (Plate all = p.plate(PlateSpec.of("rows", 2 * size).given(size))) {
            p.observe("age", Normal.of(mean, 1), data.get("age"));
          }
        },
        rows,
        "plate rows[1 of 2] at -1 is to hold 1 rows, all of which count once; open it with the"
            + " number of rows that a column has, as p.plate(\"rows\", rows.get(column).size(0))");
  }

  private static final AtomicInteger EXECUTIONS = new AtomicInteger();

  /** Adds another number at each execution, in tasks alone. */
  private static final Program<Map<String, NDArray>> OTHER_EACH_TIME =
      (p, rows) -> {
        double more = TaskContext.get() == null ? 0 : EXECUTIONS.incrementAndGet();
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate plate = p.plate("rows", rows.get("age").size(0))) {
          p.observe("age", Normal.of(mean.add(more), 1), rows.get("age"));
        }
      };

  @Test
  void aRecordThatDiffersFromTheEngineSaysWhatToDo() {
    try (SparkLogDensity density = blocks(OTHER_EACH_TIME).build(rows(80))) {
      assertThatThrownBy(() -> evaluate(density))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "(?s)(observed site 'rows': )?block \\d of 2 of rows: the log density of rows of .+"
                  + " is recorded elsewhere, but cannot be here, since .+; let all be computed by"
                  + " the engine:"
                  + " builder\\.config\\(config\\.withRecording\\(Recording\\.OFF\\)\\).*");
    }
  }

  private static void evaluate(SparkLogDensity density) {
    try (LogDensity<Void> function = LogDensity.of(density, null, CONFIG)) {
      assertThat(function.value(function.start())).isNaN();
    }
  }

  @Test
  void whatIsAskedTooLateOrInterruptedSaysSo() {
    SparkLogDensity.Builder blocks = blocks(LOGISTIC);
    assertThatThrownBy(() -> blocks.block(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("block has 0 rows, but needs at least 1");
    assertThatThrownBy(() -> blocks.partitions(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log density has 0 partitions, but needs at least 1");
    try (SparkLogDensity density = blocks.build(rows(50));
        LogDensity<Void> function = LogDensity.of(density, null, CONFIG)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> function.value(new double[2]))
          .isInstanceOf(InterruptionException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(function.value(new double[2])).isFinite();

      Thread.currentThread().interrupt();
      assertThatCode(density::close).doesNotThrowAnyException();
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(() -> function.value(new double[2]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "log density on Spark is used after it was closed; close it after its last use");
    }
  }
}
