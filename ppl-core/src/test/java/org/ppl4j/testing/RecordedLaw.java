package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RecordedLoss;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Body;
import org.ppl4j.testing.GradientLaw.Judged;

/**
 * What is computed from a record has the value and the gradients of the engine: as near to them as
 * they are to themselves when inputs move by their last bit, where they were recorded and beside.
 *
 * <p>It keeps count of what it has judged, and of what could not be recorded.
 */
public final class RecordedLaw implements GradientLaw.Law {

  private static final long SEED = 20261127;

  /** How far inputs move with a number of 1, relative to themselves. */
  private static final double MOVE = 0.01;

  /** Of the largest number, whatever the condition of a problem. */
  private static final double ROUNDING = 1e-12;

  private static final double SINGLE_ROUNDING = 1e-5;

  /** How many times the engine's own change a difference may be. */
  private static final double TIMES = 10;

  private static final int DRAWS = 8;

  /** After fewer evaluations code is generated. */
  private static final int MANY = 1000;

  private final RunConfig config;
  private final int each;
  private final ListMultimap<String, String> refused = LinkedListMultimap.create();
  private int judged;
  private int conditioned;
  private double worst;

  /** Of one float type. */
  public RecordedLaw(FloatType floatType) {
    this(floatType, 1);
  }

  /** That judges generated code, which takes a thousand evaluations, at each so many-th problem. */
  public RecordedLaw(FloatType floatType, int each) {
    this.each = each;
    this.config = RunConfig.defaults().withValidation(Validation.OFF).withFloatType(floatType);
  }

  /** A sum of all results, of which each has a weight, as a function of how inputs move. */
  private record Problem(
      RunConfig config, String what, List<Argument> arguments, Body body, List<double[]> values) {

    NDArray loss(Run run, NDArray moves) {
      List<NDArray> tensors = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < values.size(); i++) {
        double[] own = values.get(i);
        NDArray base = run.create(own, arguments.get(i).shape());
        NDArray part =
            Tensors.reshape(
                Tensors.range(moves, -1, from, from + own.length), arguments.get(i).shape());
        double[] free = arguments.get(i).free().apply(ones(own.length));
        NDArray move = part.mul(run.create(free, arguments.get(i).shape()).mul(MOVE));
        tensors.add(base.mul(move.add(1)));
        from += own.length;
      }
      SplittableRandom random = new SplittableRandom(SEED);
      NDArray loss = run.scalar(0);
      for (NDArray result : body.of(run, tensors)) {
        double[] weights = random.doubles(result.size(), 0.5, 1.5).toArray();
        loss = loss.add(result.mul(run.create(weights, result.getShape())).sum());
      }
      return loss;
    }

    private static double[] ones(int size) {
      double[] ones = new double[size];
      Arrays.fill(ones, 1);
      return ones;
    }

    int size() {
      return values.stream().mapToInt(own -> own.length).sum();
    }

    VectorFunction function(Recording recording) {
      return new VectorFunction(
          what, config.withRecording(recording), this::loss, new double[size()]);
    }

    double[] byEngine(double[] at) {
      return evaluated(function(Recording.OFF), at);
    }

    double[] byEngine(FlatVector moves, long counter) {
      try (Run run = Run.open(config, counter)) {
        NDArray x = moves.variable(run);
        NDArray loss = loss(run, x);
        double[] gradient = Tensors.values(Autograd.flatGrad(loss, List.of(x)));
        return DoubleStream.concat(DoubleStream.of(Tensors.values(loss)), Arrays.stream(gradient))
            .toArray();
      }
    }

    /** The same with every input moved by its last bit, or not at all, at random. */
    Problem moved(SplittableRandom random) {
      List<double[]> moved = new ArrayList<>();
      for (double[] own : values) {
        moved.add(Arrays.stream(own).map(x -> x + ulp(x) * (random.nextInt(3) - 1)).toArray());
      }
      return new Problem(config, what, arguments, body, moved);
    }

    private double ulp(double x) {
      boolean isSingle = config.floatType() == FloatType.FLOAT32;
      return x == 0 ? 0 : isSingle ? Math.ulp((float) x) : Math.ulp(x);
    }
  }

  /** The value and then the gradient. */
  private static double[] evaluated(VectorFunction function, double[] at) {
    double[] gradient = new double[at.length];
    double[] all = new double[1 + at.length];
    all[0] = function.evaluate(at, gradient);
    System.arraycopy(gradient, 0, all, 1, at.length);
    return all;
  }

  @Override
  public Judged check(String what, List<Argument> arguments, Body body) {
    List<double[]> values = arguments.stream().map(Argument::values).toList();
    Problem problem = new Problem(config, what, arguments, body, values);
    VectorFunction record;
    try {
      record = problem.function(Recording.REQUIRED);
    } catch (IllegalStateException e) {
      String reason = e.getMessage().replace(what, "");
      assertThat(reason).as("recorded %s", what).doesNotContain("its record gives");
      refused.put(reason, what);
      return Judged.NONE;
    }
    int moving = 0;
    for (double[] at : List.of(new double[problem.size()], beside(problem))) {
      moving += compare(problem, evaluated(record, at), other -> other.byEngine(at));
    }
    if (judged % (2 * each) == 0) { // two comparisons a problem
      generated(what, record, beside(problem));
    }
    return new Judged(2 * (1 + problem.size()), moving).required("recorded " + what);
  }

  /** What is generated after many evaluations has the bits of what was interpreted before. */
  private static void generated(String what, VectorFunction record, double[] at) {
    double[] interpreted = evaluated(record, at);
    double[] gradient = new double[at.length];
    for (int i = 0; i < MANY; i++) {
      double unused = record.evaluate(at, gradient);
    }
    assertThat(evaluated(record, at)).as("generated code of %s", what).containsExactly(interpreted);
  }

  /** Judges what draws from the stream of a step: at the two steps after those of the record. */
  public Judged draws(String what, List<Argument> arguments, Body body) {
    List<double[]> values = arguments.stream().map(Argument::values).toList();
    Problem problem = new Problem(config, what, arguments, body, values);
    RunConfig required = config.withRecording(Recording.REQUIRED);
    int moving = 0;
    try (FlatVector moves = FlatVector.zeros(required, problem.size())) {
      RecordedLoss record;
      try {
        record =
            new RecordedLoss(
                what, required, 0, List.of(moves), false, run -> estimate(run, problem, moves));
      } catch (IllegalStateException e) {
        refused.put(e.getMessage().replace(what, ""), what);
        return Judged.NONE;
      }
      for (long counter : new long[] {2, 3}) {
        moves.assign(0, counter == 2 ? new double[problem.size()] : beside(problem));
        double loss = record.step(counter);
        double[] all =
            DoubleStream.concat(DoubleStream.of(loss), Arrays.stream(record.gradient())).toArray();
        moving += compare(problem, all, other -> other.byEngine(moves, counter));
      }
    }
    return new Judged(2 * (1 + problem.size()), moving).required("recorded " + what);
  }

  private static RecordedLoss.Estimate estimate(Run run, Problem problem, FlatVector moves) {
    NDArray loss = problem.loss(run, moves.variable(run));
    return new RecordedLoss.Estimate(loss, loss);
  }

  private static double[] beside(Problem problem) {
    return new SplittableRandom(SEED).doubles(problem.size(), -1, 1).toArray();
  }

  private interface Engine {
    double[] of(Problem problem);
  }

  private int compare(Problem problem, double[] record, Engine byEngine) {
    double[] engine = byEngine.of(problem);
    judged++;
    boolean isSingle = config.floatType() == FloatType.FLOAT32;
    double bound = (isSingle ? SINGLE_ROUNDING : ROUNDING) * Math.max(1, largest(engine));
    double difference = difference(engine, record);
    if (!(difference <= bound)) {
      conditioned++;
      double change = 0;
      SplittableRandom random = new SplittableRandom(SEED);
      for (int draw = 0; draw < DRAWS; draw++) {
        change = Math.max(change, difference(engine, byEngine.of(problem.moved(random))));
      }
      assertThat(difference)
          .as(
              "difference of recorded %s from the engine, whose own change is %s",
              problem.what(), change)
          .isLessThanOrEqualTo(TIMES * change + bound);
    }
    worst = Math.max(worst, difference / Math.max(1, largest(engine)));
    return (int) Arrays.stream(engine).skip(1).filter(x -> x != 0).count();
  }

  /** The largest, infinite where only one of two is a number. */
  private static double difference(double[] one, double[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      if (Double.compare(one[i], other[i]) != 0) {
        double apart = Math.abs(one[i] - other[i]);
        largest = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(largest, apart);
      }
    }
    return largest;
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  /** Prints what was judged, and requires that all could be recorded. */
  public void report(AcceptancePoint point, String what) {
    String of = " of recorded " + what + ", " + config.floatType();
    point.shown("values and gradients" + of, judged);
    point.shown("share above rounding" + of, (double) conditioned / judged);
    point.shown("largest difference" + of, worst);
    point.none("differences beyond ten changes of the engine's own" + of);
    point.atMost("not recorded " + refused.asMap() + of, refused.size(), 0);
  }

  /** How many comparisons were made, each of a value and all gradients. */
  public int judged() {
    return judged;
  }

  /** How many of them differed by more than rounding, but no more than the engine from itself. */
  public int conditioned() {
    return conditioned;
  }

  /** The largest difference, relative to the largest number. */
  public double worst() {
    return worst;
  }

  /** What could not be recorded, by the reason. */
  public ImmutableListMultimap<String, String> refused() {
    return ImmutableListMultimap.copyOf(refused);
  }
}
