package org.ppl4j.tensor.internal.table;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.internal.table.Expression.Apply;

/** An expression as a function of numbers: one step after the other. */
final class Computation implements NumberFunction {

  private final double[] numbers; // operands, constants and results of steps
  private final Step[] steps;
  private final int operands;
  private final int result;

  Computation(Expression expression, int operands) {
    Steps made = new Steps(operands);
    this.result = made.of(expression);
    this.numbers = Doubles.toArray(made.numbers);
    this.steps = made.steps.toArray(Step[]::new);
    this.operands = operands;
  }

  @Override
  public double of(double x) {
    return computed(x);
  }

  @Override
  public double of(double x, double y) {
    return computed(x, y);
  }

  @Override
  public double of(double x, double y, double z) {
    return computed(x, y, z);
  }

  private double computed(double... in) {
    checkArgument(
        in.length == operands,
        "function of %s numbers is given %s; pass all it takes",
        operands,
        in.length);
    double[] all = numbers.clone();
    System.arraycopy(in, 0, all, 0, in.length);
    for (Step step : steps) {
      step.run(all);
    }
    return all[result];
  }

  private interface Step {
    void run(double[] all);
  }

  /** Makes the steps; what a part becomes is the place of its number. */
  private static final class Steps extends ExpressionFold<Integer> {

    private final List<Double> numbers = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    Steps(int operands) {
      for (int i = 0; i < operands; i++) {
        numbers.add(0.0);
      }
    }

    @Override
    protected Integer operand(int place) {
      return place;
    }

    @Override
    protected Integer number(double value) {
      numbers.add(value);
      return numbers.size() - 1;
    }

    @Override
    protected Integer apply(Apply apply, ImmutableList<Integer> in) {
      NumberFunction function = apply.op().row().function();
      if (function == null) {
        throw new IllegalStateException("row " + apply.op() + " has no function of numbers");
      }
      int to = number(0);
      int a = in.get(0);
      int b = in.get(in.size() / 2);
      int c = in.get(in.size() - 1);
      steps.add(
          switch (in.size()) {
            case 1 -> all -> all[to] = function.of(all[a]);
            case 2 -> all -> all[to] = function.of(all[a], all[b]);
            default -> all -> all[to] = function.of(all[a], all[b], all[c]);
          });
      return to;
    }
  }
}
