package org.ppl4j.tensor.internal.plan;

import static ai.djl.ndarray.types.DataType.FLOAT32;
import static ai.djl.ndarray.types.DataType.FLOAT64;

import ai.djl.ndarray.types.DataType;
import com.google.common.base.Ascii;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.internal.engine.EngineNode;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Attributes;

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
    if (!memory.hasEngine() || costs.own() <= costs.engine()) {
      return own;
    }
    List<EngineStep.Factor> factors = new ArrayList<>();
    for (Matrices of : operands) {
      boolean isAcross = of.down == 1 && of.right != 1;
      factors.add(factor(isAcross ? of.elements.swapped() : of.elements, isAcross, FLOAT64));
    }
    return step(costs.by(), Attributes.NONE, node, factors);
  }

  /**
   * The engine's step for a node of any tensors.
   *
   * @param isSingle whether it is computed in single precision
   * @throws NotRecordable if the engine may not compute
   */
  Action of(
      EngineNode by, Attributes attributes, boolean isSingle, Node node, List<Elements> operands) {
    if (!memory.hasEngine()) {
      throw new NotRecordable(
          "%s of shape %s, which the engine alone computes"
              .formatted(Ascii.toLowerCase(by.name()), node.shape()));
    }
    List<EngineStep.Factor> factors = new ArrayList<>();
    for (Elements of : operands) {
      factors.add(factor(of, false, isSingle ? FLOAT32 : FLOAT64));
    }
    return step(by, attributes, node, factors);
  }

  private Action step(
      EngineNode by, Attributes attributes, Node node, List<EngineStep.Factor> factors) {
    factors.forEach(factor -> memory.tensors.release(factor.tensor()));
    return new EngineStep(by, attributes, factors, memory.of(node), node.size());
  }

  private EngineStep.Factor factor(Elements of, boolean isAcross, DataType type) {
    ImmutableIntArray shape = ImmutableIntArray.copyOf(of.sizes());
    int tensor = memory.tensors.take(new EngineTensor.Kind(type, shape));
    return new EngineStep.Factor(EngineCopy.of(of), tensor, isAcross);
  }
}
