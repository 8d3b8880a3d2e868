package org.ppl4j.tensor;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Op;

/** The draws of a recorded program, which are drawn anew for each step: inputs of its graph. */
final class RecordedNoise {

  private final List<Known> known = new ArrayList<>();
  private final List<Noise> inputs = new ArrayList<>();
  private final List<Op> ops = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Boolean> whole = new ArrayList<>();
  private final List<int[]> steps = new ArrayList<>(); // of how many scans of how many steps

  /** A row of a place in a stream. */
  private record Known(Op op, Noise noise) {}

  /**
   * What stands for all draws of a row from the same place in a stream.
   *
   * @throws NotRecordable if it is not drawn for the step
   */
  Noise known(Op op, Noise noise, long seed, long counter) {
    if (!noise.stream().rng(seed, counter).isSame(noise.rng())) {
      throw new NotRecordable("draws of '" + noise.stream() + "' that are not of the step");
    }
    for (Known other : known) {
      boolean isSame =
          other.op() == op
              && other.noise().scans() == noise.scans()
              && other.noise().position() == noise.position()
              && other.noise().stream().equals(noise.stream());
      if (isSame) {
        return other.noise();
      }
    }
    known.add(new Known(op, noise));
    return noise;
  }

  /**
   * The node of a draw that depends on nothing else, an input of the graph, at all steps of scans,
   * one within the other.
   *
   * @param noise that of the first step of each
   * @param times how many steps each has, the outermost first
   * @return of shape {@code (times, shape)}
   */
  Node node(Graph graph, Op op, Noise noise, int[] times, ImmutableIntArray own) {
    ImmutableIntArray shape = ImmutableIntArray.builder().addAll(times).addAll(own).build();
    for (int i = 0; i < inputs.size(); i++) {
      boolean isSame = inputs.get(i).equals(noise) && Arrays.equals(steps.get(i), times);
      if (isSame && nodes.get(i).shape().equals(shape)) {
        return nodes.get(i);
      }
    }
    boolean isWhole = op == Op.CHOICE;
    Node node = graph.input(Role.NOISE, nodes.size(), isWhole, shape);
    inputs.add(noise);
    ops.add(op);
    nodes.add(node);
    whole.add(isWhole);
    steps.add(times);
    return node;
  }

  /** Whether nothing was drawn. */
  boolean isEmpty() {
    return known.isEmpty();
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return nodes;
  }

  /**
   * The line of an input.
   *
   * @throws NotRecordable if no file holds what draws it
   */
  String text(Node node) {
    int place = nodes.indexOf(node);
    if (steps.get(place).length > 0) {
      throw new NotRecordable("draws of the steps of a scan, which no file holds");
    }
    return NoiseText.of(NoiseText.NOISE, ops.get(place), 1, inputs.get(place));
  }

  /** The numbers of each input at any step. */
  List<NoiseReplay> replays(long seed) {
    List<NoiseReplay> replays = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      replays.add(
          new NoiseReplay(inputs.get(i), seed, whole.get(i), steps.get(i), nodes.get(i).size()));
    }
    return replays;
  }
}
