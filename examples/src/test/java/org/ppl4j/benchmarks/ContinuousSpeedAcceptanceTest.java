package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.OdeFlow;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Mlp;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.TransformModule;

/**
 * A step of a continuous flow's training in float32, whole as an estimator makes it, on points
 * around a circle, recorded and by the engine. Where {@code -Dacceptance.continuous="python
 * /path/program.py"} names the peers' program, it runs in turn with ours: it is called with the
 * word {@code likelihood} for zuko's {@code CNF(2)} as it stands on 256 rows, or {@code matching}
 * for torch by hand on 512, and prints a line of JSON with {@code us}, the microseconds of a step
 * on one thread.
 */
@Tag("acceptance")
@Tag("alone")
@Tag("ode.4")
class ContinuousSpeedAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.4");
  private static final int ROWS = 4096;
  private static final int ROUNDS = 3;

  private final List<String> program =
      Splitter.on(' ')
          .omitEmptyStrings()
          .splitToList(System.getProperty("acceptance.continuous", ""));

  @ParameterizedTest
  @CsvSource({"OFF, 4", "WHERE_POSSIBLE, 10"})
  void aStepOfLikelihood(Recording recording, double least) throws IOException {
    List<Double> ratios =
        measure("likelihood", Objective.likelihood(), recording, 256, 90, Flows.ode(2));
    if (!ratios.isEmpty()) {
      String what = "zuko's step of likelihood / ours, recording " + recording;
      POINT.atLeast(what, Speed.middle(ratios), least);
    }
  }

  @Test
  void aStepOfFlowMatching() throws IOException {
    TransformModule flow =
        OdeFlow.of(2).conditioner(Mlp.of(64, 64, 64).activation(Activation.SILU)).frequencies(0);
    List<Double> ratios =
        measure("matching", Objective.flowMatching(), Recording.WHERE_POSSIBLE, 512, 3000, flow);
    if (!ratios.isEmpty()) {
      POINT.atLeast("torch's step of flow matching by hand / ours", Speed.middle(ratios), 1 / 1.5);
    }
  }

  /** How often our step fits into theirs, in turn; none without their program. */
  private List<Double> measure(
      String kind,
      Objective objective,
      Recording recording,
      int batch,
      int steps,
      TransformModule flow)
      throws IOException {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.add(microseconds(objective, recording, batch, steps, flow));
      if (!program.isEmpty()) {
        theirs.add(peer(kind));
        ratios.add(theirs.get(round) / ours.get(round));
      }
    }
    POINT.shown("a step of " + kind + ", recording " + recording + ", µs", Speed.middle(ours));
    if (program.isEmpty()) {
      System.out.println(
          "ode.4 peers are not measured: name their program by -Dacceptance.continuous");
    } else {
      POINT.shown("their step of " + kind + ", microseconds", Speed.middle(theirs));
    }
    return ratios;
  }

  /** The median of the later half of the steps, that a look falls into left out. */
  private static double microseconds(
      Objective objective, Recording recording, int batch, int steps, TransformModule flow) {
    RunConfig config =
        RunConfig.defaults().withFloatType(FloatType.FLOAT32).withRecording(recording);
    List<Long> times = new ArrayList<>();
    FitListener clock =
        new FitListener() {
          @Override
          public Next onStep(Step step) {
            times.add(System.nanoTime());
            return Next.GO_ON;
          }
        };
    Training training =
        Training.standard()
            .config(config)
            .objective(objective)
            .validation(0.01)
            .batch(batch)
            .steps(steps)
            .patience(steps)
            .progress(Progress.silent())
            .listener(clock);
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(dim -> flow)
                .withoutBaselines()
                .training(training)
                .fit(rows(manager))) {
      List<Double> each = new ArrayList<>();
      for (int i = times.size() / 2; i < times.size(); i++) {
        each.add((times.get(i) - times.get(i - 1)) / 1e3);
      }
      assertThat(density.report()).isPresent();
      return Speed.middle(each);
    }
  }

  /** Eight heaps around a circle. */
  private static NDArray rows(NDManager manager) {
    Random random = new Random(1);
    double[] points = new double[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      double angle = Math.PI / 4 * random.nextInt(8);
      points[2 * i] = 2 * Math.cos(angle) + 0.2 * random.nextGaussian();
      points[2 * i + 1] = 2 * Math.sin(angle) + 0.2 * random.nextGaussian();
    }
    return manager.create(points, new Shape(ROWS, 2));
  }

  private double peer(String kind) throws IOException {
    List<String> words = Stream.concat(program.stream(), Stream.of(kind)).toList();
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String line = new String(process.getInputStream().readAllBytes(), UTF_8);
    return JsonParser.parseString(line).getAsJsonObject().get("us").getAsDouble();
  }
}
