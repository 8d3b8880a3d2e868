package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One pass through dense layers with masks, each unit of which is computed as soon as all that it
 * depends on is known: the products of a pass, however many groups of outputs there are. Vectors
 * are columns, so that few units of many vectors lie in few rows, which is several times as fast.
 */
final class GradualPass implements Gradual {

  private final Activation activation;
  private final List<Layer> layers = new ArrayList<>();
  private final boolean isOfBatch; // weights
  private final @Nullable NDArray[] known; // inputs, and units of each hidden layer
  private int group;

  /**
   * A layer, with its units and those before it in the order in which they become known.
   *
   * @param ends how many of its units are known with each group
   */
  private record Layer(NDArray weight, NDArray bias, ImmutableIntArray ends) {}

  /**
   * A pass.
   *
   * @throws IllegalArgumentException if an output depends on inputs of a later group
   */
  GradualPass(Mlp.Layers network, NamedTensors tensors, List<Group> groups) {
    this.activation = network.activation();
    this.known = new NDArray[network.layers().size()];
    this.isOfBatch = !network.layers().stream().allMatch(dense -> dense.isOne(tensors));
    int[] outputs = groupOfEach(groups, Group::outputs);
    int[] from = groupOfEach(groups, Group::inputs);
    for (Dense dense : network.layers()) {
      boolean isLast = layers.size() == known.length - 1;
      int[] to = dense.latest(from);
      if (isLast) {
        check(to, outputs);
        to = outputs;
      }
      NDArray weight = dense.weight(tensors).swapAxes(-1, -2);
      Run run = Tensors.run(weight);
      NDArray order = inOrder(run, to);
      NDArray bias = Tensors.select(tensors.get(dense.nameOfBias()), order, -1);
      layers.add(
          new Layer(
              Tensors.select(Tensors.select(weight, order, -2), inOrder(run, from), -1),
              bias.expandDims(-1),
              ends(to, groups.size())));
      from = to;
    }
  }

  private static int[] groupOfEach(List<Group> groups, Function<Group, ImmutableIntArray> members) {
    int[] each = new int[groups.stream().map(members).mapToInt(ImmutableIntArray::length).sum()];
    for (int i = 0; i < groups.size(); i++) {
      int own = i;
      members.apply(groups.get(i)).forEach(member -> each[member] = own);
    }
    return each;
  }

  private static void check(int[] known, int[] asked) {
    for (int i = 0; i < known.length; i++) {
      checkArgument(
          known[i] <= asked[i],
          "output %s is asked for in group %s, but depends on inputs of group %s; ask for it there",
          i,
          asked[i],
          known[i]);
    }
  }

  private static NDArray inOrder(Run run, int[] groups) {
    long[] order =
        IntStream.range(0, groups.length)
            .boxed()
            .sorted(Comparator.comparingInt(unit -> groups[unit]))
            .mapToLong(unit -> unit)
            .toArray();
    return run.create(order, new Shape(order.length));
  }

  private static ImmutableIntArray ends(int[] groups, int count) {
    int[] ends = new int[count];
    for (int group : groups) {
      ends[group]++;
    }
    Arrays.parallelPrefix(ends, Integer::sum);
    return ImmutableIntArray.copyOf(ends);
  }

  @Override
  public NDArray next(NDArray inputs) {
    Shape batch = Shapes.dropRight(inputs.getShape(), 1);
    NDArray news = columns(inputs);
    for (int i = 0; i < known.length; i++) {
      if (news.size() > 0) {
        NDArray before = known[i];
        NDArray active = i == 0 ? news : activation.apply(news);
        known[i] = before == null ? active : Tensors.concat(List.of(before, active), -2);
      }
      news = units(layers.get(i), known[i], news);
    }
    group++;
    return isOfBatch
        ? news.squeeze(-1)
        : Tensors.reshape(
            news.swapAxes(-1, -2), Shapes.concat(batch, Shapes.dropRight(news.getShape(), 1)));
  }

  /** Vectors {@code (*, N)} as the columns of a matrix, or each as a matrix of one. */
  private NDArray columns(NDArray x) {
    if (isOfBatch) {
      return x.expandDims(-1);
    }
    Shape shape = x.getShape();
    long count = Shapes.dropRight(shape, 1).size();
    return Tensors.reshape(x, new Shape(count, shape.get(shape.dimension() - 1))).swapAxes(-1, -2);
  }

  /**
   * The units of a layer that become known with this group.
   *
   * @param from all that is known before it, if anything
   * @param columns with as many columns
   */
  private NDArray units(Layer layer, @Nullable NDArray from, NDArray columns) {
    int begin = group == 0 ? 0 : layer.ends().get(group - 1);
    int end = layer.ends().get(group);
    NDArray bias = Tensors.range(layer.bias(), -2, begin, end);
    if (from == null || begin == end) {
      Shape shape = columns.getShape();
      return bias.broadcast(Shapes.with(shape, Shapes.axis(shape, -2), end - begin));
    }
    NDArray weight = Tensors.range(layer.weight(), -2, begin, end);
    long count = from.getShape().get(from.getShape().dimension() - 2);
    return Tensors.matMul(Tensors.range(weight, -1, 0, count), from).add(bias);
  }
}
