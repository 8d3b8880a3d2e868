package org.ppl4j.examples.simulators;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.CalibrationPicture;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.sbi.Calibration;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;

/**
 * A simulator whose posterior is two crescents: learned from 10,000 simulations, drawn beside
 * reference draws, and checked by coverage over simulations that it has not seen.
 */
public final class TwoMoonsSbi implements Example {

  private static final int SIMULATIONS = 10_000;
  private static final int SIMULATIONS_OF_A_SMOKE_TEST = 300;

  /** As many as there are of the reference. */
  private static final int DRAWS = 10_000;

  private static final int TRIALS = 300;
  private static final int TRIALS_OF_A_SMOKE_TEST = 20;
  private static final int DRAWS_A_TRIAL = 99;

  /** Points that the picture shows of either. */
  private static final int SHOWN = 3000;

  private static final int PANEL = 420;

  @Override
  public String name() {
    return "two-moons-sbi";
  }

  @Override
  public String description() {
    return "a simulator without a likelihood: its posterior, two crescents, learned by simulation";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** Mean and spread of each parameter, beside those of the reference. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    SbiTask task = SbiTasks.twoMoons();
    int simulations = options.orInSmokeTest(SIMULATIONS, SIMULATIONS_OF_A_SMOKE_TEST);
    Npe npe =
        Npe.of(task.prior(), task.simulator(), Flows::posterior)
            .or(Flows::regression)
            .training(options.training(Npe.standardTraining()))
            .config(options.config())
            .progress(options.progress());
    long start = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(simulations))) {
      double seconds = (System.nanoTime() - start) * 1e-9;
      NDArray observation = manager.create(task.observation(1));
      int count = options.orIfStopped(DRAWS, SHOWN);
      try (Samples draws = posterior.posterior(observation, count)) {
        Optional<Calibration> calibration =
            options.unlessStopped(
                () ->
                    npe.calibrate(
                        posterior,
                        options.orInSmokeTest(TRIALS, TRIALS_OF_A_SMOKE_TEST),
                        DRAWS_A_TRIAL));
        options.report(
            () -> {
              Report<?> report =
                  Report.of(posterior, observation)
                      .picture(
                          "Beside the reference",
                          "Draws of the learned posterior, and of the reference that nobody here"
                              + " made: crescents should be of one shape.",
                          beside(draws.values("theta"), task.reference()))
                      .title(name());
              return calibration.isPresent() ? report.calibration(calibration.get()) : report;
            });
        options.save(
            directory -> save(draws.values("theta"), task.reference(), calibration, directory));
        ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
        figures.put("simulations", (double) simulations);
        figures.put("steps", (double) posterior.report().orElseThrow().fit().steps());
        figures.put("seconds of simulation and training", seconds);
        calibration.ifPresent(
            known -> {
              figures.put("coverage at 50%", known.coverage(0.5));
              figures.put("coverage at 95%", known.coverage(0.95));
            });
        ImmutableList<Reference.Moments> moments = task.moments(1);
        return new ExampleResult(
            draws.summary(),
            new Reference(ImmutableMap.of("theta[1]", moments.get(0), "theta[2]", moments.get(1))),
            figures.buildOrThrow());
      }
    }
  }

  private static CurvePicture beside(double[] draws, double[] reference) {
    return CurvePicture.of("two moons", "theta[1]", "theta[2]")
        .points("reference", column(reference, 0), column(reference, 1))
        .points("learned", column(draws, 0), column(draws, 1));
  }

  /** One of two numbers of the first draws. */
  private static double[] column(double[] draws, int place) {
    return IntStream.range(0, SHOWN / 2).mapToDouble(i -> draws[2 * i + place]).toArray();
  }

  private static void save(
      double[] draws, double[] reference, Optional<Calibration> calibration, Path directory) {
    Area area = Area.square(1);
    List<Picture> pictures = new ArrayList<>();
    pictures.add(
        PlanePicture.of("learned posterior", area)
            .axes("theta[1]", "theta[2]")
            .points(Arrays.copyOf(draws, 2 * SHOWN)));
    pictures.add(
        PlanePicture.of("reference", area)
            .axes("theta[1]", "theta[2]")
            .points(Arrays.copyOf(reference, 2 * SHOWN)));
    calibration.ifPresent(
        known -> pictures.add(CalibrationPicture.coverage("expected coverage", known)));
    Sheet.of(3, pictures).each(PANEL, PANEL).save(directory.resolve("two-moons-sbi.png"));
  }
}
