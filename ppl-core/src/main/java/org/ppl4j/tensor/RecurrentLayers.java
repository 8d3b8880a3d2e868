package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Recurrent layers as blocks of DJL ask for them, with their gates in torch's order: each direction
 * of each layer is one {@link Recurrence}, what its steps make of the input is one product.
 *
 * @param cell what a step does
 * @param layers how many there are, each on the outputs of the one before
 * @param hasBiases whether weights have biases
 * @param isBidirectional whether there is a second direction, from the last step to the first,
 *     whose outputs are put behind those of the first
 * @param isBatchFirst whether inputs and outputs are {@code (N, T, ·)}, not {@code (T, N, ·)}
 * @param between what becomes of the outputs of a layer that are the inputs of another
 */
record RecurrentLayers(
    Cell cell,
    int layers,
    boolean hasBiases,
    boolean isBidirectional,
    boolean isBatchFirst,
    UnaryOperator<NDArray> between) {

  /** What a step makes of a state. */
  @FunctionalInterface
  interface Cell {

    /**
     * The next state.
     *
     * @param input {@code (N, G H)}: W x + b, for all gates
     * @param hidden {@code (N, G H)}: U h + c
     * @param state {@code (N, H)} each; the first is h, which is put out
     */
    List<NDArray> next(NDArray input, NDArray hidden, List<NDArray> state);
  }

  /** h′ = act(W x + b + U h + c). */
  static Cell simple(RNN.Activation activation) {
    return (input, hidden, state) -> {
      NDArray sum = input.add(hidden);
      return List.of(
          activation == RNN.Activation.TANH ? sum.tanh() : sum.getNDArrayInternal().relu());
    };
  }

  /**
   * Long short-term memory: c′ = σ(f) c + σ(i) tanh(g), h′ = σ(o) tanh(c′), of gates i, f, g, o.
   * Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997).
   */
  static Cell memory() {
    return (input, hidden, state) -> {
      List<NDArray> gates = gates(input.add(hidden), 4);
      NDArray kept = sigmoid(gates.get(1)).mul(state.get(1));
      NDArray cell = kept.add(sigmoid(gates.get(0)).mul(gates.get(2).tanh()));
      return List.of(sigmoid(gates.get(3)).mul(cell.tanh()), cell);
    };
  }

  /**
   * Gated recurrent units: h′ = (1 − z) n + z h with r and z the sigmoids of their gates and n =
   * tanh(W x + b + r (U h + c)), of gates r, z, n. Source: Cho et al., "Learning phrase
   * representations using RNN encoder–decoder" (2014), as torch has it.
   */
  static Cell gated() {
    return (input, hidden, state) -> {
      List<NDArray> ofInput = gates(input, 3);
      List<NDArray> ofState = gates(hidden, 3);
      NDArray reset = sigmoid(ofInput.get(0).add(ofState.get(0)));
      NDArray kept = sigmoid(ofInput.get(1).add(ofState.get(1)));
      NDArray news = ofInput.get(2).add(reset.mul(ofState.get(2))).tanh();
      return List.of(news.add(kept.mul(state.get(0).sub(news))));
    };
  }

  private static NDArray sigmoid(NDArray x) {
    return x.getNDArrayInternal().sigmoid();
  }

  private static List<NDArray> gates(NDArray x, int count) {
    Shape shape = x.getShape();
    long[] sizes = new long[count];
    Arrays.fill(sizes, shape.get(shape.dimension() - 1) / count);
    return Tensors.split(x, -1, sizes);
  }

  /** One direction of a layer. */
  private record Weights(List<NDArray> ofInput, List<NDArray> ofState) {

    static NDArray product(NDArray x, List<NDArray> weights) {
      NDArray product = Tensors.matMul(x, weights.get(0).swapAxes(-1, -2));
      return weights.size() == 1 ? product : product.add(weights.get(1));
    }
  }

  /**
   * Weights as blocks of DJL have them: by layers; there weights, then biases; there forwards, then
   * backwards; there those of the input, then those of the state.
   */
  private Weights weights(NDList all, int layer, int direction) {
    int kinds = hasBiases ? 2 : 1;
    int from = layer * kinds * directions() * 2 + direction * 2;
    List<List<NDArray>> both =
        IntStream.range(from, from + 2)
            .mapToObj(
                i ->
                    IntStream.range(0, kinds)
                        .mapToObj(kind -> all.get(i + kind * directions() * 2))
                        .toList())
            .toList();
    return new Weights(both.get(0), both.get(1));
  }

  private int directions() {
    return isBidirectional ? 2 : 1;
  }

  /**
   * The outputs of the last layer at all steps, then the last states of all layers.
   *
   * @param input {@code (N, T, I)}, or {@code (T, N, I)}
   * @param states {@code (layers × directions, N, H)} each: where the first steps begin
   * @param weights in the order of DJL's blocks
   * @return {@code (N, T, directions × H)}, or {@code (T, N, ·)}, and tensors as {@code states}
   */
  NDList outputs(NDArray input, NDList states, NDList weights) {
    checkArgument(
        input.getShape().dimension() == 3,
        "recurrent block has an input of shape %s, but takes sequences of vectors, a batch of them:"
            + " three dims; reshape",
        input.getShape());
    NDArray x = isBatchFirst ? input.swapAxes(0, 1) : input;
    List<List<NDArray>> ends = new ArrayList<>(); // of each direction of each layer
    for (int layer = 0; layer < layers; layer++) {
      NDArray in = layer == 0 ? x : between.apply(x);
      List<NDArray> outputs = new ArrayList<>();
      for (int direction = 0; direction < directions(); direction++) {
        int place = ends.size();
        List<NDArray> start = states.stream().map(state -> part(state, place)).toList();
        NDArray along = direction == 0 ? in : in.flip(0);
        Recurrence.Result result = along(along, start, weights(weights, layer, direction));
        long times = x.getShape().get(0);
        NDArray each = result.kept().get(0).each(Math.toIntExact(times), -3, 0);
        outputs.add(direction == 0 ? each : each.flip(0));
        ends.add(result.carry());
      }
      x = outputs.size() == 1 ? outputs.get(0) : Tensors.concat(outputs, -1);
    }
    NDList all = new NDList(isBatchFirst ? x.swapAxes(0, 1) : x);
    for (int i = 0; i < states.size(); i++) {
      int state = i;
      all.add(Tensors.stack(ends.stream().map(end -> end.get(state)).toList(), 0));
    }
    return all;
  }

  private static NDArray part(NDArray state, int place) {
    NDArray row = Tensors.range(state, -3, place, place + 1);
    return Tensors.reshape(row, row.getShape().slice(1));
  }

  private Recurrence.Result along(NDArray x, List<NDArray> start, Weights weights) {
    NDArray inputs = Weights.product(x, weights.ofInput());
    return Recurrence.of(
        Tensors.run(x),
        "recurrent block",
        Math.toIntExact(x.getShape().get(0)),
        start,
        (at, state) -> {
          NDArray hidden = Weights.product(state.get(0), weights.ofState());
          List<NDArray> next = cell.next(at.row(inputs, -3), hidden, state);
          return new Recurrence.Next(next, List.of(next.get(0)));
        });
  }
}
