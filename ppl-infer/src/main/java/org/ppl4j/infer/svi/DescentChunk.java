package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.tensor.FlatVector;

/** One chunk of a store on its way down a loss, and what is remembered of it, in doubles. */
final class DescentChunk {

  final FlatVector now;
  final Versions versions;
  final double[][] state;
  private final List<ParamSlot> slots;
  private final Optimizer optimizer;
  private final Averaging averaging;
  private final double[] parameters;
  private final double[] before;
  private double[] slopes = new double[0]; // where those of other chunks come first
  private Stretch[] moving = new Stretch[0];

  /** Neighbouring elements that an optimizer moves, {@code to} exclusive. */
  private record Stretch(int from, int to, Optimizer optimizer) {}

  /**
   * A chunk that nothing is remembered of yet.
   *
   * @param slots of its parameters
   */
  DescentChunk(FlatVector now, List<ParamSlot> slots, Optimizer optimizer, Averaging averaging) {
    this.now = now;
    this.versions = new Versions(now);
    this.slots = slots;
    this.optimizer = optimizer;
    this.averaging = averaging;
    int size = Math.toIntExact(now.size());
    this.state = new double[stateVectors(slots, optimizer)][size];
    this.parameters = new double[size];
    this.before = new double[now.part()];
  }

  /** How many vectors are remembered of these parameters. */
  static int stateVectors(List<ParamSlot> slots, Optimizer optimizer) {
    return slots.stream()
        .mapToInt(slot -> optimizer.forParameter(slot.name()).stateVectors())
        .max()
        .orElse(0);
  }

  /** Which parameters are moved from now on, by name. */
  void move(Set<String> names) {
    List<Stretch> stretches = new ArrayList<>();
    for (ParamSlot slot : slots) {
      int from = Math.toIntExact(slot.offset());
      int to = from + Math.toIntExact(slot.shape().size());
      if (names.contains(slot.name())) {
        Optimizer own = optimizer.forParameter(slot.name());
        Stretch last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
        if (last != null && last.to() == from && last.optimizer().equals(own)) {
          stretches.set(stretches.size() - 1, new Stretch(last.from(), to, own));
        } else {
          stretches.add(new Stretch(from, to, own));
        }
      }
    }
    moving = stretches.toArray(Stretch[]::new);
  }

  /**
   * One update. Who reads the parameters meanwhile waits for its end.
   *
   * @param gradient of all chunks, clipped, which is overwritten
   * @param at where that of this chunk begins
   * @param pace the share of the optimizer's way that is gone; its memory is as if it were all
   */
  void update(double[] gradient, int at, double pace) {
    int updates = versions.update();
    double[] own = at == 0 ? gradient : slopes(gradient, at);
    synchronized (now) {
      for (int from = 0; from < parameters.length; from += before.length) {
        int length = Math.min(before.length, parameters.length - from);
        now.read(from, parameters, from, length);
        System.arraycopy(parameters, from, before, 0, pace == 1 ? 0 : length);
        for (Stretch stretch : moving) {
          int first = Math.max(stretch.from(), from);
          int end = Math.min(stretch.to(), from + length);
          if (first < end) {
            stretch.optimizer().update(updates, parameters, own, state, first, end);
          }
        }
        for (int i = 0; pace != 1 && i < length; i++) {
          parameters[from + i] = before[i] + pace * (parameters[from + i] - before[i]);
        }
        now.write(from, parameters, from, length);
      }
    }
    versions.average(averaging, parameters);
  }

  private double[] slopes(double[] gradient, int at) {
    if (slopes.length == 0) {
      slopes = new double[parameters.length];
    }
    System.arraycopy(gradient, at, slopes, 0, slopes.length);
    return slopes;
  }

  /** What is remembered of it, as it is now. */
  GradientDescent.Saved saved() {
    ImmutableList.Builder<double[]> values = ImmutableList.builder();
    for (double[] vector : state) {
      values.add(vector.clone());
    }
    return new GradientDescent.Saved(values.build(), versions.saved());
  }

  void restore(GradientDescent.Saved saved) {
    for (int i = 0; i < state.length; i++) {
      System.arraycopy(saved.state().get(i), 0, state[i], 0, parameters.length);
    }
    versions.restore(saved.versions());
  }
}
