package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import java.util.List;

/** {@linkplain FusedBody Fused functions} of the elements of registers. */
final class FusedInstruction implements TileStep {

  private static final double[] NONE = {};

  private final FusedBody body;
  private final FusedBody.Kernel kernel;
  private final ImmutableList<Operand> arrays;
  private final ImmutableList<Operand> numbers;
  private final int[] buffers;

  /**
   * Functions.
   *
   * @param arrays those that are read, then those written, which begin where tiles do
   * @param numbers what is the same all along a row
   */
  FusedInstruction(FusedBody body, List<Operand> arrays, List<Operand> numbers) {
    this.body = body;
    this.kernel = body.kernel();
    this.arrays = ImmutableList.copyOf(arrays);
    this.numbers = ImmutableList.copyOf(numbers);
    this.buffers =
        arrays.stream()
            .mapToInt(Operand::buffer)
            .map(buffer -> Store.isSingle(buffer) ? Store.ofSingle(buffer) : buffer)
            .toArray();
  }

  @Override
  public void run(Store store, int row, int from, int n) {
    double[] all = numbers.isEmpty() ? NONE : new double[numbers.size()];
    for (int i = 0; i < all.length; i++) {
      Operand number = numbers.get(i);
      all[i] = store.number(number.buffer(), number.at(row, from));
    }
    kernel.run(store, buffers, all, n);
  }

  @Override
  public FusedInstruction in(int[] registers) {
    return new FusedInstruction(
        body, Lists.transform(arrays, operand -> operand.inRegister(registers)), numbers);
  }

  @Override
  public List<Operand> operands() {
    return ImmutableList.<Operand>builder()
        .addAll(arrays.subList(0, body.arrays()))
        .addAll(numbers)
        .build();
  }

  @Override
  public List<Operand> targets() {
    return arrays.subList(body.arrays(), arrays.size());
  }
}
