package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Eight chains of radon on executors that are processes of their own. */
@Tag("acceptance")
@Tag("spread.4")
class SparkChainsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.4");
  private static final int CHAINS = 8;

  record Houses(NDArray county, NDArray floor, NDArray logRadon, int counties) {}

  /** The model of the example {@code radon}. */
  private static final Program<Houses> MODEL =
      (p, data) -> {
        NDArray sigmaAlpha = p.sample("sigma_alpha", HalfNormal.of(1));
        NDArray sigmaY = p.sample("sigma_y", HalfNormal.of(1));
        NDArray muAlpha = p.sample("mu_alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", Normal.of(0, 10));
        NDArray alpha;
        try (Plate counties = p.plate("counties", data.counties())) {
          alpha = p.sample("alpha", Normal.of(muAlpha, sigmaAlpha));
        }
        try (Plate houses = p.plate("houses", data.logRadon().size(0))) {
          NDArray level = p.pick(alpha, houses.take(data.county()));
          NDArray mean = level.add(beta.mul(houses.take(data.floor())));
          p.observe("log_radon", Normal.of(mean, sigmaY), houses.take(data.logRadon()));
        }
      };

  private static Houses houses() throws IOException {
    Path file =
        Path.of(
            "../../examples/src/main/resources/org/ppl4j/examples/hierarchical/radon/data.json");
    JsonObject data = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    return new Houses(
        Tensors.integers(
            StreamSupport.stream(data.getAsJsonArray("county_idx").spliterator(), false)
                .mapToLong(x -> x.getAsLong() - 1)
                .toArray()),
        Tensors.vector(numbers(data, "floor_measure")),
        Tensors.vector(numbers(data, "log_radon")),
        data.get("J").getAsInt());
  }

  private static double[] numbers(JsonObject data, String name) {
    return StreamSupport.stream(data.getAsJsonArray(name).spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  private static Nuts<Houses> sampler() {
    return Nuts.of(MODEL).chains(CHAINS).progress(Progress.silent());
  }

  /** Counts the attempts at tasks that are begun. */
  private static final class Attempts extends SparkListener {

    private final AtomicInteger begun = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      begun.incrementAndGet();
    }
  }

  /** An executor dies in the middle: its process is killed. */
  private static void killAnExecutor(Attempts attempts) {
    try {
      while (attempts.begun.get() < 4) { // two are done
        TimeUnit.MILLISECONDS.sleep(50);
      }
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .findFirst()
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void eightChainsOfRadonHaveTheBitsOfOneMachine() throws IOException {
    Houses houses = houses();
    try (McmcRun<Houses> here = sampler().run(houses)) {
      POINT.shown("radon, 8 chains here, seconds", here.report().seconds());
      for (int executors : List.of(1, 2)) {
        SparkSession spark = LocalSpark.of("local-cluster[%d,1,1024]".formatted(executors));
        try (McmcRun<Houses> unused = SparkChains.on(spark).run(sampler().chains(1), houses)) {
          // executors are warm
        }
        Attempts attempts = new Attempts();
        spark.sparkContext().addSparkListener(attempts);
        try (McmcRun<Houses> there = SparkChains.on(spark).run(sampler(), houses)) {
          checkSame(there, here);
          POINT.shown(
              "radon, 8 chains on %d executors, seconds".formatted(executors),
              there.report().seconds());
        }
        spark.stop();
      }
    }
  }

  @Test
  void anExecutorThatIsKilledChangesNoBit() throws IOException {
    Houses houses = houses();
    SparkSession spark = LocalSpark.of("local-cluster[2,1,1024]");
    Attempts attempts = new Attempts();
    spark.sparkContext().addSparkListener(attempts);
    CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> killAnExecutor(attempts));
    try (McmcRun<Houses> here = sampler().run(houses);
        McmcRun<Houses> there = SparkChains.on(spark).run(sampler(), houses)) {
      checkSame(there, here);
    }
    killer.join();
    POINT.above("attempts at 8 chains, one executor killed", attempts.begun.get(), CHAINS);
    spark.stop();
  }

  private static void checkSame(McmcRun<Houses> there, McmcRun<Houses> here) {
    for (String site : here.samples().names()) {
      assertThat(there.samples().values(site)).containsExactly(here.samples().values(site));
    }
    POINT.none("bits of radon that differ");
  }
}
