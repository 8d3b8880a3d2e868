package org.ppl4j.tensor.internal.engine;

import static org.ppl4j.tensor.internal.engine.Native.D;
import static org.ppl4j.tensor.internal.engine.Native.I;
import static org.ppl4j.tensor.internal.engine.Native.IS;
import static org.ppl4j.tensor.internal.engine.Native.J;
import static org.ppl4j.tensor.internal.engine.Native.JS;
import static org.ppl4j.tensor.internal.engine.Native.Z;
import static org.ppl4j.tensor.internal.engine.Native.find;
import static org.ppl4j.tensor.internal.engine.Native.has;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Map;
import org.ppl4j.tensor.internal.table.EngineForm;
import org.ppl4j.tensor.internal.table.Op;

/** The rows that the engine has by itself. */
final class NativeKernels {

  private static final MethodHandle MUL = find("torchMul", J, J, J);
  private static final MethodHandle SUM_ALL = find("torchSum", J, J);
  private static final MethodHandle SUM = find("torchSum", J, J, JS, Z);
  private static final MethodHandle PROD = find("torchProd", J, J, J, Z);
  private static final MethodHandle MAX = find("torchMax", J, J, J, Z);
  private static final MethodHandle MIN = find("torchMin", J, J, J, Z);
  private static final MethodHandle ARG_MAX = find("torchArgMax", J, J, J, Z);
  private static final MethodHandle ARG_MIN = find("torchArgMin", J, J, J, Z);
  private static final MethodHandle CUM_SUM = find("torchCumSum", J, J, J);
  private static final MethodHandle RESHAPE = find("torchReshape", J, J, JS);
  private static final MethodHandle PERMUTE = find("torchPermute", J, J, JS);
  private static final MethodHandle EXPAND = find("torchExpand", J, J, JS);
  private static final MethodHandle INDEX = find("torchIndex", J, J, JS, JS, JS);
  private static final MethodHandle CONCAT = find("torchCat", J, JS, J);
  private static final MethodHandle STACK = find("torchStack", J, JS, J);
  private static final MethodHandle SPLIT = find("torchSplit", JS, J, JS, J);
  private static final MethodHandle FLIP = find("torchFlip", J, J, JS);
  private static final MethodHandle PAD = find("torchPad", J, J, JS, D);
  private static final MethodHandle REPEAT = find("torchRepeat", J, J, JS);
  private static final MethodHandle REPEAT_INTERLEAVE = find("torchRepeatInterleave", J, J, J, J);
  private static final MethodHandle DIAGONAL = find("torchDiagonal", J, J, J, J, J);
  private static final MethodHandle GATHER = find("torchGather", J, J, J, J, Z);
  private static final MethodHandle DEVICE = find("torchDevice", IS, J);
  private static final MethodHandle TO = find("torchTo", J, J, I, IS);
  private static final MethodHandle ONE_HOT = find("torchNNOneHot", J, J, I);

  private NativeKernels() {}

  /** Adds them. */
  static void addTo(Map<Op, EngineKernel> kernels) {
    addElementwise(kernels);
    addReductions(kernels);
    addShapes(kernels);
    addIndices(kernels);
  }

  private static void addElementwise(Map<Op, EngineKernel> kernels) {
    for (Op op : Op.values()) {
      EngineForm form = op.engine();
      if (form != null && has(form.own(), J, tensors(op.row().operands()))) {
        kernels.put(op, function(form.own(), op.row().operands()));
      }
    }
    // As a product: the engine's square differentiates as a power, which takes longer.
    kernels.put(Op.SQUARE, (in, a) -> (long) MUL.invokeExact(in[0], in[0]));
    kernels.put(
        Op.CAST,
        (in, a) ->
            (long) TO.invokeExact(in[0], (int) a.first(), (int[]) DEVICE.invokeExact(in[0])));
    kernels.put(Op.MAT_MUL, function("torchMatmul", 2));
  }

  private static void addReductions(Map<Op, EngineKernel> kernels) {
    kernels.put(Op.SUM_ALL, (in, a) -> (long) SUM_ALL.invokeExact(in[0]));
    kernels.put(Op.SUM, (in, a) -> (long) SUM.invokeExact(in[0], a.longs(), a.flag()));
    kernels.put(Op.PROD, (in, a) -> (long) PROD.invokeExact(in[0], a.first(), a.flag()));
    kernels.put(Op.MAX, (in, a) -> (long) MAX.invokeExact(in[0], a.first(), a.flag()));
    kernels.put(Op.MIN, (in, a) -> (long) MIN.invokeExact(in[0], a.first(), a.flag()));
    kernels.put(Op.ARG_MAX, (in, a) -> (long) ARG_MAX.invokeExact(in[0], a.first(), a.flag()));
    kernels.put(Op.ARG_MIN, (in, a) -> (long) ARG_MIN.invokeExact(in[0], a.first(), a.flag()));
    kernels.put(Op.CUM_SUM, (in, a) -> (long) CUM_SUM.invokeExact(in[0], a.first()));
  }

  private static void addShapes(Map<Op, EngineKernel> kernels) {
    kernels.put(Op.RESHAPE, (in, a) -> (long) RESHAPE.invokeExact(in[0], a.longs()));
    kernels.put(Op.PERMUTE, (in, a) -> (long) PERMUTE.invokeExact(in[0], a.longs()));
    kernels.put(Op.EXPAND, (in, a) -> (long) EXPAND.invokeExact(in[0], a.longs()));
    kernels.put(
        Op.SLICE, (in, a) -> (long) INDEX.invokeExact(in[0], a.longs(), a.more(), a.third()));
    kernels.put(Op.CONCAT, (in, a) -> (long) CONCAT.invokeExact(in, a.first()));
    kernels.put(Op.STACK, (in, a) -> (long) STACK.invokeExact(in, a.first()));
    EngineKernel.Many split = (in, a) -> (long[]) SPLIT.invokeExact(in[0], a.more(), a.first());
    kernels.put(Op.SPLIT, split);
    kernels.put(Op.FLIP, (in, a) -> (long) FLIP.invokeExact(in[0], a.longs()));
    kernels.put(Op.PAD, (in, a) -> (long) PAD.invokeExact(in[0], a.longs(), a.numbers()[0]));
    kernels.put(Op.REPEAT, (in, a) -> (long) REPEAT.invokeExact(in[0], a.longs()));
    kernels.put(
        Op.REPEAT_INTERLEAVE,
        (in, a) -> (long) REPEAT_INTERLEAVE.invokeExact(in[0], a.longs()[0], a.longs()[1]));
    kernels.put(
        Op.DIAGONAL,
        (in, a) -> (long) DIAGONAL.invokeExact(in[0], a.longs()[0], a.longs()[1], a.longs()[2]));
  }

  private static void addIndices(Map<Op, EngineKernel> kernels) {
    kernels.put(Op.GATHER, (in, a) -> (long) GATHER.invokeExact(in[0], in[1], a.first(), false));
    kernels.put(Op.ONE_HOT, (in, a) -> (long) ONE_HOT.invokeExact(in[0], (int) a.first()));
  }

  /** A function of so many tensors and nothing else. */
  private static EngineKernel function(String name, int operands) {
    MethodHandle handle = find(name, J, tensors(operands)).asSpreader(long[].class, operands);
    return (in, a) -> (long) handle.invokeExact(in);
  }

  private static Class<?>[] tensors(int count) {
    Class<?>[] types = new Class<?>[count];
    Arrays.fill(types, J);
    return types;
  }
}
