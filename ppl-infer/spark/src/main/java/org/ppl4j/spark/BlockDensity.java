package org.ppl4j.spark;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;

/**
 * The log density of blocks of rows in a JVM, as a function of the values of a model's sites. The
 * program is recorded once for blocks of a size. Any number of threads may ask at once.
 */
final class BlockDensity {

  private final PlateModel model;
  private final Map<Integer, VectorFunction> functions = new ConcurrentHashMap<>();

  BlockDensity(PlateModel model) {
    this.model = model;
  }

  private VectorFunction function(RowBlock block) {
    return functions.computeIfAbsent(
        block.rows(),
        rows ->
            new VectorFunction(
                "the log density of %s rows of %s".formatted(rows, model.program().name()),
                unchecked(),
                (run, x, numbers) -> model.at(run, x, numbers).logJoint(),
                model.first(),
                model.second(),
                block.numbers(),
                List.of(model.program())));
  }

  private RunConfig unchecked() {
    return model.config().withValidation(Validation.OFF);
  }

  /** Whether the program is recorded for blocks as large as one. */
  boolean isRecorded(RowBlock block) {
    return function(block).isRecorded();
  }

  /** Blocks by a record and blocks by the engine would have other bits in each run. */
  private void checkRecorded(VectorFunction function) {
    function
        .whyNot()
        .filter(why -> model.isRecorded())
        .ifPresent(
            why -> {
              throw new IllegalStateException(
                  "the log density of rows of %s is recorded elsewhere, but cannot be here, since"
                          .formatted(model.program().name())
                      + " %s; let all be computed by the engine:".formatted(why)
                      + " builder.config(config.withRecording(Recording.OFF))");
            });
  }

  /** For each of some vectors the log density and its gradient, one after the other. */
  double[] slopes(RowBlock block, double[][] vectors) {
    return Doubles.concat(
        Arrays.stream(vectors).map(x -> slopes(block, x)).toArray(double[][]::new));
  }

  /** NaN where an operation of the engine fails. */
  private double[] slopes(RowBlock block, double[] x) {
    return numbersOrNaN(
        1 + x.length,
        () -> {
          double[] gradient = new double[x.length];
          VectorFunction function = function(block);
          double value = function.evaluate(x, block.numbers(), gradient);
          checkRecorded(function);
          double[] all = Arrays.copyOf(new double[] {value}, 1 + x.length);
          System.arraycopy(gradient, 0, all, 1, x.length);
          return all;
        });
  }

  /** The second derivatives at a vector (D, D), row by row; NaN likewise. */
  double[] curvatures(RowBlock block, double[] x) {
    return numbersOrNaN(
        x.length * x.length,
        () -> {
          try (Run run = Run.open(unchecked(), 0)) {
            return run.withSecondDerivatives(
                () -> {
                  NDArray at = Autograd.variable(run.create(x, new Shape(x.length)));
                  NDArray rows = run.create(block.numbers(), new Shape(block.numbers().length));
                  return Autograd.hessian(model.at(run, at, rows).logJoint(), at);
                });
          }
        });
  }

  /**
   * Looks at the rows as a first run does.
   *
   * @return no numbers
   * @throws IllegalArgumentException if something is wrong with them
   */
  double[] check(RowBlock block) {
    double[] nothing = {};
    return numbersOrNaN(
        0,
        () -> {
          try (Run run = Run.open(model.config(), 0)) {
            NDArray at = run.create(model.first(), new Shape(model.first().length));
            NDArray rows = run.create(block.numbers(), new Shape(block.numbers().length));
            NDArray unused = run.withoutGradients(() -> model.at(run, at, rows).logJoint());
          }
          return nothing;
        });
  }

  private static double[] numbersOrNaN(int count, Supplier<double[]> numbers) {
    try {
      return numbers.get();
    } catch (EngineException e) {
      return nan(count);
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof EngineException) {
        return nan(count);
      }
      throw e;
    }
  }

  private static double[] nan(int count) {
    double[] all = new double[count];
    Arrays.fill(all, Double.NaN);
    return all;
  }
}
