package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.internal.engine.EngineNode;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.table.Attributes;

/** Tensors that the engine computes, on memory that it shares. */
final class EngineStep implements Action {

  private final EngineNode by;
  private final Attributes attributes;
  private final ImmutableList<Factor> operands;
  private final Memory.Place to;
  private final int size;

  /**
   * An operand as the engine has it.
   *
   * @param tensor which one of the engine's it is copied to
   * @param isAcross whether matrices lie there column by column
   */
  record Factor(EngineCopy of, int tensor, boolean isAcross) {

    private EngineTensor.Seen copied(Store store) {
      EngineTensor copy = store.tensors()[tensor];
      of.write(store, copy.elements());
      return new EngineTensor.Seen(copy, isAcross);
    }
  }

  /**
   * What the engine computes.
   *
   * @param attributes of the script
   * @param to where the results go, row by row
   * @param size how many they are
   */
  EngineStep(
      EngineNode by, Attributes attributes, List<Factor> operands, Memory.Place to, int size) {
    this.by = by;
    this.attributes = attributes;
    this.operands = ImmutableList.copyOf(operands);
    this.to = to;
    this.size = size;
  }

  @Override
  public void run(Store store) {
    EngineTensor.Seen[] in = new EngineTensor.Seen[operands.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = operands.get(i).copied(store);
    }
    EngineTensor.compute(
        by,
        attributes,
        in,
        elements -> {
          if (Store.isSingle(to.buffer())) {
            elements.read(0, store.single(to.buffer()), to.offset(), size);
          } else {
            elements.read(0, store.doubles()[to.buffer()], to.offset(), size);
          }
        });
  }
}
