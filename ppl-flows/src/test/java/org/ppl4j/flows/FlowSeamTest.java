package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Ppl;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.SeamLaw;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * What every flow does in a program is rows of the table: at first values and at random ones, in
 * both directions, given a context too. Every build looks at one number of coordinates of each, in
 * one float type.
 */
@ExtendWith(LeakCheck.class)
class FlowSeamTest {

  /** Each row and its place in the table, by which numbers of coordinates and types alternate. */
  static Stream<Arguments> cases() {
    List<FlowCase> all = FlowCases.all();
    return IntStream.range(0, all.size())
        .mapToObj(i -> Arguments.of(Named.of(all.get(i).name(), all.get(i)), i));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorComesFromTheTable(FlowCase row, int place) {
    int dim = FlowGrid.DIMS.get(place % FlowGrid.DIMS.size());
    FloatType floatType = place % 2 == 0 ? FloatType.FLOAT64 : FloatType.FLOAT32;
    SeamLaw.check(floatType, p -> uses(p, row, dim));
  }

  private static List<NDArray> uses(Ppl p, FlowCase row, int dim) {
    TransformModule module = row.module().apply(dim);
    List<Transform> transforms = new ArrayList<>();
    transforms.add(p.module("flow", module));
    transforms.add(
        module.bind(
            FlowTensors.random(p.run(), module.tensors(), 1), FlowTensors.rng("noise"), false));
    if (row.conditional() != null) {
      ConditionalTransformModule conditional = row.conditional().apply(dim);
      NDArray context = FlowTensors.rng("context").normal(p.run(), new Shape(FlowCase.CONTEXT));
      transforms.add(p.module("conditional flow", conditional).given(context));
      transforms.add(FlowLaws.conditional(p.run(), row, dim, 1, new Shape(1)));
    }
    List<NDArray> results = new ArrayList<>();
    for (Transform transform : transforms) {
      results.addAll(SeamLaw.uses(transform, FlowLaws.inputs(p.run(), transform, dim)));
    }
    return results;
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.3")
  void ofEverySize() {
    AcceptancePoint point = new AcceptancePoint("rooms.3");
    int operations = 0;
    for (FlowCase row : FlowCases.all()) {
      for (int dim : FlowGrid.DIMS) {
        operations += SeamLaw.check(p -> uses(p, row, dim));
      }
    }
    point.shown("operations watched of flows", operations);
    point.none("ways round the table in " + FlowCases.all().size() + " flows of each size");
  }
}
