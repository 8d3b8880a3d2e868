package org.ppl4j.tensor.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostMemoryTest {

  private static final int SIZE = 5000; // more than are moved at once
  private static final int FROM = 7;
  private static final int AT = 3;
  private static final int LENGTH = 4900;

  private static HostMemory memory(DataType type) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE * type.getNumOfBytes());
    return HostMemory.of(bytes.order(ByteOrder.nativeOrder()), type, SIZE);
  }

  /** Whole numbers, which both types have. */
  private static double[] numbers(int stride) {
    double[] numbers = new double[AT + LENGTH * stride];
    Arrays.setAll(numbers, i -> 1.0 + i);
    return numbers;
  }

  private static float[] singles(double[] numbers) {
    float[] singles = new float[numbers.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) numbers[i];
    }
    return singles;
  }

  private static void check(HostMemory memory, int stride) {
    double[] all = new double[SIZE];
    float[] single = new float[SIZE];
    memory.read(0, all, 0, SIZE);
    memory.read(FROM, single, 2, LENGTH);
    for (int i = 0; i < SIZE; i++) {
      boolean isWritten = i >= FROM && i < FROM + LENGTH;
      assertThat(all[i]).isEqualTo(isWritten ? 1.0 + AT + (i - FROM) * stride : 0);
    }
    assertThat(single[1]).isZero();
    assertThat(single[2]).isEqualTo((float) all[FROM]);
    assertThat(single[1 + LENGTH]).isEqualTo((float) all[FROM + LENGTH - 1]);
    assertThat(single[2 + LENGTH]).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void takesArraysOfBothTypes(DataType type) {
    for (int stride : new int[] {1, 3}) {
      double[] numbers = numbers(stride);
      HostMemory memory = memory(type);
      memory.write(FROM, numbers, AT, stride, LENGTH);
      check(memory, stride);
      HostMemory other = memory(type);
      other.write(FROM, singles(numbers), AT, stride, LENGTH);
      check(other, stride);
    }
  }
}
