package org.ppl4j.tensor.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.engine.EngineTensor;
import org.ppl4j.tensor.graph.Node;

/**
 * Makes the steps of matrices that the engine computes, in double precision, where it takes less
 * time than a step of this library's.
 */
final class EngineSteps {

  private final Memory memory;

  EngineSteps(Memory memory) {
    this.memory = memory;
  }

  /** The engine's step for a node, or another one for the same if that takes less time. */
  Action cheaper(Action own, MatrixCosts costs, Node node, Matrices... operands) {
    if (!node.varies() || costs.own() <= costs.engine()) {
      return own; // what never changes is computed once, when the engine has no memory of a replay
    }
    List<EngineStep.Factor> factors = new ArrayList<>();
    for (Matrices operand : operands) {
      factors.add(factor(operand));
    }
    factors.forEach(factor -> memory.tensors.release(factor.tensor()));
    return new EngineStep(costs.by(), factors, memory.of(node), node.size());
  }

  private EngineStep.Factor factor(Matrices of) {
    boolean isAcross = of.down == 1 && of.right != 1;
    int rows = isAcross ? of.columns : of.rows;
    int columns = isAcross ? of.rows : of.columns;
    int count = of.starts.length;
    ImmutableIntArray shape =
        count == 1
            ? ImmutableIntArray.of(rows, columns)
            : ImmutableIntArray.of(count, rows, columns);
    int tensor = memory.tensors.take(new EngineTensor.Kind(DataType.FLOAT64, shape));
    return new EngineStep.Factor(of, tensor, isAcross);
  }
}
