package org.ppl4j.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.Gradual.Group;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;

/** Outputs that are computed as inputs become known are those of one pass on all of them. */
@ExtendWith(LeakCheck.class)
class GradualTest {

  private static final int EACH = 2;
  private static final Rng RNG = Rng.of(2, Rng.Purpose.INITIAL, 0, "gradual");

  /** Inputs of a context and of four coordinates in an order of their own. */
  private static final List<Group> GROUPS =
      List.of(
          group(IntStream.of(5, 6), 2),
          group(IntStream.of(2), 0),
          group(IntStream.of(0), 3),
          group(IntStream.of(3, 4), 1),
          new Group(ImmutableIntArray.of(1), ImmutableIntArray.of()));

  private static Group group(IntStream inputs, int output) {
    return new Group(
        ImmutableIntArray.copyOf(inputs),
        ImmutableIntArray.copyOf(IntStream.range(output * EACH, (output + 1) * EACH)));
  }

  static Stream<MaskedConditioner> conditioners() {
    return Stream.of(
        Made.of(),
        Made.of(3),
        Made.of(8, 5),
        Made.of(7, 9, 4).activation(Activation.TANH),
        Residual.of(6, 1));
  }

  /** Of all inputs of groups before and of its own each output sees all. */
  private static Network network(MaskedConditioner conditioner, List<Group> groups) {
    BitSet[] adjacency = new BitSet[4];
    BitSet known = new BitSet();
    for (Group group : groups) {
      group.inputs().forEach(known::set);
      for (int i = 0; i < group.outputs().length(); i += EACH) {
        adjacency[group.outputs().get(i) / EACH] = (BitSet) known.clone();
      }
    }
    return conditioner.network(List.of(adjacency), 7, EACH);
  }

  private static NamedTensors tensors(Run run, Network network, Shape batch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      Rng rng = RNG.split(spec.name());
      boolean isLearned = spec.kind() == TensorSpec.Kind.PARAMETER;
      tensors.put(
          spec.name(),
          isLearned
              ? rng.normal(run, Shapes.concat(batch, spec.shape()))
              : spec.initial().create(rng, run));
    }
    return NamedTensors.of(tensors);
  }

  private static NDArray columns(NDArray x, ImmutableIntArray places) {
    long[] index = places.stream().asLongStream().toArray();
    return Tensors.select(x, Tensors.run(x).create(index, new Shape(index.length)), -1);
  }

  @ParameterizedTest
  @MethodSource("conditioners")
  void outputsAreThoseOfOnePass(MaskedConditioner conditioner) {
    for (List<Group> groups : List.of(GROUPS, withoutContext())) {
      Network network = Network.lazy(() -> network(conditioner, groups));
      for (Shape batch : List.of(new Shape(), new Shape(3), new Shape(2, 3))) {
        for (Shape ofWeights : List.of(new Shape(), batch)) {
          try (Run run = Run.open(RunConfig.defaults(), 0)) {
            NamedTensors tensors = tensors(run, network, ofWeights);
            NDArray x = RNG.split("x").normal(run, Shapes.concat(batch, new Shape(7)));
            NDArray expected = network.apply(tensors, x, RNG, false);

            Gradual gradual = network.gradually(tensors, groups, RNG, false);

            for (Group group : groups.subList(0, 4)) {
              NDArray outputs = gradual.next(columns(x, group.inputs()));
              assertClose(group.toString(), outputs, columns(expected, group.outputs()), 1e-12);
            }
          }
        }
      }
    }
  }

  /** What is read of the context is known when the first coordinate is. */
  private static List<Group> withoutContext() {
    List<Group> groups = new ArrayList<>(GROUPS);
    groups.set(0, group(IntStream.empty(), 2));
    groups.set(1, group(IntStream.of(2, 5, 6), 0));
    return groups;
  }

  @Test
  void refusesOutputsThatDependOnWhatIsNotKnown() {
    Network network = network(Made.of(8), GROUPS);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = tensors(run, network, new Shape());
      assertThatThrownBy(() -> network.gradually(tensors, withoutContext(), RNG, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "output 4 is asked for in group 0, but depends on inputs of group 1; ask for it"
                  + " there");
    }
  }
}
