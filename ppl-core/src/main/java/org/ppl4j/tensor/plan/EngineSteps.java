package org.ppl4j.tensor.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.engine.EngineNode;
import org.ppl4j.tensor.engine.EngineTensor;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.table.Attributes;

/** Makes the steps that the engine computes. */
final class EngineSteps {

  private final Memory memory;

  EngineSteps(Memory memory) {
    this.memory = memory;
  }

  /**
   * The engine's step for a node of matrices, in double precision, or another one for the same if
   * that takes less time.
   */
  Action cheaper(Action own, MatrixCosts costs, Node node, Matrices... operands) {
    if (costs.own() <= costs.engine()) {
      return own;
    }
    List<EngineStep.Factor> factors = new ArrayList<>();
    for (Matrices of : operands) {
      int count = of.starts.length;
      int[] batch = count == 1 ? new int[0] : new int[] {count};
      boolean isAcross = of.down == 1 && of.right != 1;
      factors.add(factor(of, batch, isAcross, DataType.FLOAT64));
    }
    return step(costs.by(), Attributes.NONE, node, factors);
  }

  /**
   * The engine's step for a node of tensors of two axes and more.
   *
   * @param isSingle whether it is computed in single precision
   * @param operands with the matrices that the last two axes are
   */
  Action of(
      EngineNode by,
      Attributes attributes,
      boolean isSingle,
      Node node,
      List<Node> operands,
      List<Matrices> matrices) {
    DataType type = isSingle ? DataType.FLOAT32 : DataType.FLOAT64;
    List<EngineStep.Factor> factors = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      int[] shape = operands.get(i).shape().toArray();
      int[] batch = Arrays.copyOf(shape, shape.length - 2);
      factors.add(factor(matrices.get(i), batch, false, type));
    }
    return step(by, attributes, node, factors);
  }

  private Action step(
      EngineNode by, Attributes attributes, Node node, List<EngineStep.Factor> factors) {
    factors.forEach(factor -> memory.tensors.release(factor.tensor()));
    return new EngineStep(by, attributes, factors, memory.of(node), node.size());
  }

  private EngineStep.Factor factor(Matrices of, int[] batch, boolean isAcross, DataType type) {
    ImmutableIntArray shape =
        ImmutableIntArray.builder()
            .addAll(ImmutableIntArray.copyOf(batch))
            .add(isAcross ? of.columns : of.rows)
            .add(isAcross ? of.rows : of.columns)
            .build();
    int tensor = memory.tensors.take(new EngineTensor.Kind(type, shape));
    return new EngineStep.Factor(of, tensor, isAcross);
  }
}
