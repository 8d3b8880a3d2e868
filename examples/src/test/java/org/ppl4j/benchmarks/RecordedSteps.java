package org.ppl4j.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;

/**
 * What the steps of a case take, beside the engine's in turn.
 *
 * @param mean of a step, in microseconds
 * @param ratio the engine's over it
 */
record RecordedSteps(double mean, double ratio) {

  private static final int ROUNDS = 5;

  /** In a new JVM, where no other model has taught the compiler how long loops are. */
  static RecordedSteps inNewJvm(String name, FloatType floatType, int steps, int engineSteps)
      throws IOException, InterruptedException {
    String output =
        NewJvm.output(
            RecordedSteps.class,
            name,
            floatType.name(),
            Integer.toString(steps),
            Integer.toString(engineSteps));
    List<String> times = Splitter.on(' ').splitToList(output);
    return new RecordedSteps(Double.parseDouble(times.get(0)), Double.parseDouble(times.get(1)));
  }

  /** Prints both, of the case, float type and numbers of steps that the arguments are. */
  public static void main(String[] args) {
    FloatType floatType = FloatType.valueOf(args[1]);
    int steps = Integer.parseInt(args[2]);
    int engineSteps = Integer.parseInt(args[3]);
    List<Double> means = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    try (Fit fit = PeerCases.fit(args[0], floatType);
        Fit engine = PeerCases.fit(args[0], floatType, Recording.OFF)) {
      double unused = mean(fit::step, steps) + mean(engine::step, 3 * engineSteps);
      for (int round = 0; round < ROUNDS; round++) {
        means.add(mean(fit::step, steps));
        ratios.add(mean(engine::step, engineSteps) / means.get(round));
      }
      if (Double.isNaN(unused)) {
        throw new IllegalStateException("times are no numbers");
      }
    }
    System.out.println(Speed.middle(means) + " " + Speed.middle(ratios));
  }

  /** Microseconds of a step. */
  static double mean(DoubleSupplier step, int steps) {
    long start = System.nanoTime();
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += step.getAsDouble();
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("loss is not finite");
    }
    return (System.nanoTime() - start) / 1e3 / steps;
  }
}
