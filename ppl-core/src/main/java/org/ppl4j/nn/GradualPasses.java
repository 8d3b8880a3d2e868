package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A pass of a network for each group of outputs, with 0 for inputs that are not known. */
final class GradualPasses implements Gradual {

  private final UnaryOperator<NDArray> pass;
  private final List<Group> groups;
  private final long[] places; // of each input among those in the order of groups
  private final List<NDArray> known = new ArrayList<>();
  private int left; // inputs that are not known
  private int group;

  GradualPasses(UnaryOperator<NDArray> pass, List<Group> groups) {
    this.pass = pass;
    this.groups = groups;
    this.left = groups.stream().map(Group::inputs).mapToInt(ImmutableIntArray::length).sum();
    this.places = new long[left];
    int place = 0;
    for (Group each : groups) {
      for (int input : each.inputs().asList()) {
        places[input] = place++;
      }
    }
  }

  @Override
  public NDArray next(NDArray inputs) {
    Run run = Tensors.run(inputs);
    Group own = groups.get(group++);
    known.add(inputs);
    left -= own.inputs().length();
    List<NDArray> all = new ArrayList<>(known);
    all.add(run.zeros(Shapes.concat(Shapes.dropRight(inputs.getShape(), 1), new Shape(left))));
    all.removeIf(part -> part.size() == 0);
    NDArray x = Tensors.select(Tensors.concat(all, -1), index(run, places), -1);
    long[] outputs = own.outputs().stream().asLongStream().toArray();
    return Tensors.select(pass.apply(x), index(run, outputs), -1);
  }

  private static NDArray index(Run run, long[] places) {
    return run.create(places, new Shape(places.length));
  }
}
