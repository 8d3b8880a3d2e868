package org.ppl4j.ode;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.RecordedMap;

/** The right side of an equation in Java, of M states and P parameters, with its derivatives. */
final class JavaRate implements AutoCloseable {

  private final RecordedMap map;
  private final int states;
  private final RecordedMap.Evaluation evaluation;
  private final double[] input; // time, states, parameters; then a direction of these
  private RecordedMap.@Nullable Evaluation along; // made when first asked for
  private @Nullable Stretch stretch;

  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed with it
  JavaRate(RecordedMap map, int states) {
    this.map = map;
    this.states = states;
    this.evaluation = map.evaluation();
    this.input = new double[2 * map.inputs()];
  }

  /** M. */
  int states() {
    return states;
  }

  /** M + P. */
  int width() {
    return map.inputs() - 1;
  }

  /** Sets the parameters, which follow the states in an array. */
  void parameters(double[] x) {
    System.arraycopy(x, states, input, 1 + states, width() - states);
  }

  /** From now on times are those of a stretch. */
  void along(Stretch next) {
    stretch = next;
  }

  /**
   * The rate at a time and a state.
   *
   * @param state of which the first M numbers are read
   * @param to (M), to be filled
   * @param changes (M, 1 + M + P), to be filled: in the time, the states and the parameters; null
   *     if they are not wanted
   */
  void at(double time, double[] state, double[] to, double @Nullable [][] changes) {
    place(time, state);
    evaluation.evaluate(input, to, changes);
  }

  private void place(double time, double[] state) {
    input[0] = requireNonNull(stretch, "stretch").side(time);
    System.arraycopy(state, 0, input, 1, states);
  }

  /**
   * How the rate changes along a direction of time and states.
   *
   * @param ofTime the direction's part of the time
   * @param ofStates (M)
   * @param changes (M, 1 + M + P), to be filled: its derivatives, as those of the rate
   */
  @SuppressWarnings("MustBeClosed") // closed with it
  void along(double time, double[] state, double ofTime, double[] ofStates, double[][] changes) {
    RecordedMap.Evaluation known = along;
    if (known == null) {
      known = map.along().orElseThrow().evaluation();
      along = known;
    }
    place(time, state);
    input[map.inputs()] = ofTime;
    System.arraycopy(ofStates, 0, input, map.inputs() + 1, states);
    known.evaluate(input, new double[states], changes);
  }

  @Override
  public void close() {
    evaluation.close();
    if (along != null) {
      along.close();
    }
  }
}
